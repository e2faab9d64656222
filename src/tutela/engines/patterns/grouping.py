"""Which texts are of one template: checked pairs are united, then what only a chain ties is let go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tutela.engines.patterns.candidates import in_turn
from tutela.engines.patterns.checking import likeness
from tutela.engines.patterns.flat import ranges
from tutela.engines.patterns.mixing import GOLDEN, mix
from tutela.engines.patterns.sketches import BANDS, EMPTY, VALUES, agreement, band_keys

Progress = Callable[[str, float], None]
_NO_BUCKET = (np.uint64(EMPTY) << np.uint64(32)) | np.uint64(EMPTY)


@dataclass(frozen=True, slots=True)
class Settings:
    """How like texts of one template must be.

    least: 2 LCS / (n + m) of two long texts, from 0 to 1. More gives fewer false alerts, and loses texts that
        were edited much.
    short: what is added to `least`, by the root of the mean number of words: short texts are alike by chance.
    agree: of 64 sketch values, how many must be equal before two texts are compared word by word.
    hold: of what two texts need, how much each text must share with the middle one of its template.
    rounds: how often what was let go is put together anew.
    shared: how many words two texts must share at least, so that a common phrase does not join short ones.
    fewest: texts of fewer tokens are of no template, however often they are repeated.
    muted: leave out shingles that are in one text only or in too many (off only to measure what it is worth).
    """

    least: float = 0.48
    short: float = 0.30
    agree: int = 8
    hold: float = 0.9
    rounds: int = 4
    shared: int = 8
    fewest: int = 5
    muted: bool = True
    workers: int = 1


def components(count: int, joined: NDArray[np.int64]) -> NDArray[np.int64]:
    """The smallest member of the component of each of `count` things, after joining pairs of shape (n, 2)."""
    if len(joined) == 0:
        return np.arange(count, dtype=np.int64)
    members, place = np.unique(joined, return_inverse=True)
    place = place.reshape(joined.shape)
    ones = np.ones(len(joined), dtype=np.bool_)
    graph = coo_array((ones, (place[:, 0], place[:, 1])), shape=(len(members), len(members)))
    _, label = connected_components(graph, directed=False)
    smallest = np.full(int(label.max()) + 1, count, dtype=np.int64)
    np.minimum.at(smallest, label, members)
    found = np.arange(count, dtype=np.int64)
    found[members] = smallest[label]
    return found


def needed(first: NDArray[np.int64], second: NDArray[np.int64], settings: Settings) -> NDArray[np.float64]:
    """The likeness that two texts of so many words each need to be of one template."""
    return np.asarray(settings.least + settings.short / np.sqrt(np.maximum(first + second, 1) / 2))


def alike(
    like: NDArray[np.float32], first: NDArray[np.int64], second: NDArray[np.int64], settings: Settings
) -> NDArray[np.bool_]:
    """Which pairs, of texts of so many words each, are of one template."""
    shared = like * (first + second) / 2
    return np.asarray((like >= needed(first, second, settings)) & (shared >= settings.shared - 0.5))


def united(
    flat: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    sketched: NDArray[np.uint32],
    settings: Settings,
    *,
    within: NDArray[np.int64] | None = None,
    progress: Progress | None = None,
) -> NDArray[np.int64]:
    """The component of each text by its smallest member, from candidates of every band that pass the check.

    `within` gives groups that candidates must share. Pairs that are joined already are not compared again.
    """
    label = np.arange(len(sketched), dtype=np.int64)
    lengths = np.diff(offsets)
    for band in range(BANDS):
        keys = band_keys(sketched, band)
        if within is not None:
            keys = np.where(keys == _NO_BUCKET, keys, mix(keys + GOLDEN * within.astype(np.uint64)))
        for found in in_turn(keys, empty=_NO_BUCKET):
            found = found[label[found[:, 0]] != label[found[:, 1]]]
            found = found[agreement(sketched, found[:, 0], found[:, 1]) >= settings.agree]
            like = likeness(
                flat, offsets, found[:, 0], found[:, 1], least=settings.least, workers=settings.workers
            )
            same = alike(like, lengths[found[:, 0]], lengths[found[:, 1]], settings)
            label = components(len(label), label[found[same]])[label]
        if progress is not None:
            progress("comparing", (band + 1) / BANDS)
    return label


def middles(label: NDArray[np.int64], sketched: NDArray[np.uint32]) -> NDArray[np.int64]:
    """For each text the middle one of its component: its sketch agrees most with all others; ties, the first.

    The sum of agreements with all members is exact and needs no pair of them: a value is worth as many points
    as members share it.
    """
    order = np.argsort(label, kind="stable")
    ordered = label[order]
    points = np.zeros(len(order), dtype=np.int64)
    for column in range(VALUES):
        key = mix(sketched[order, column].astype(np.uint64) + GOLDEN * ordered.astype(np.uint64))
        _, inverse, count = np.unique(key, return_inverse=True, return_counts=True)
        points += count[inverse]
    best = np.lexsort((order, -points, ordered))
    begins = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    middle = np.empty(len(order), dtype=np.int64)
    middle[order] = np.repeat(order[best[begins]], np.diff(np.append(np.flatnonzero(begins), len(order))))
    return middle


def peeled(
    flat: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    sketched: NDArray[np.uint32],
    label: NDArray[np.int64],
    settings: Settings,
    *,
    progress: Progress | None = None,
) -> NDArray[np.int64]:
    """The component of each text once those too unlike the middle one were let go and put together anew."""
    label = label.copy()
    lengths = np.diff(offsets)
    size = np.bincount(label, minlength=len(label))
    open_ = np.flatnonzero(size[label] > 2)
    for turn in range(settings.rounds):
        if len(open_) == 0:
            break
        middle = open_[middles(label[open_], sketched[open_])]
        like = likeness(flat, offsets, open_, middle, workers=settings.workers)
        gone = open_[like < settings.hold * needed(lengths[open_], lengths[middle], settings)]
        if len(gone) == 0:
            break
        inside = Part.of(flat, offsets, gone)
        again = united(inside.flat, inside.offsets, sketched[gone], settings, within=label[gone])
        _settle(label, open_, gone, gone[again])
        size = np.bincount(label, minlength=len(label))
        open_ = gone[size[label[gone]] > 2]
        if progress is not None:
            progress("parting chains", (turn + 1) / settings.rounds)
    return label


def _settle(
    label: NDArray[np.int64], open_: NDArray[np.int64], gone: NDArray[np.int64], again: NDArray[np.int64]
) -> None:
    """Write the new components, each named by its smallest member, also those that lost theirs."""
    touched = np.isin(label, label[gone])
    label[gone] = -1 - again
    members = np.flatnonzero(touched)
    _, group = np.unique(label[members], return_inverse=True)
    smallest = np.full(int(group.max()) + 1, len(label), dtype=np.int64)
    np.minimum.at(smallest, group, members)
    label[members] = smallest[group]


@dataclass(frozen=True, slots=True)
class Part:
    """Some texts of a corpus, flat."""

    flat: NDArray[np.uint32]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, flat: NDArray[np.uint32], offsets: NDArray[np.int64], places: NDArray[np.int64]) -> Part:
        lengths = offsets[places + 1] - offsets[places]
        ends = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        return cls(flat[ranges(offsets[places], lengths)], ends)
