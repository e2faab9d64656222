"""Which pairs of records are worth comparing: those that share a key in at least one of several passes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Candidates", "Pass", "Side", "candidates", "combine", "random_pairs", "side_of"]

Ints = NDArray[np.int64]
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Side:
    """Keys of one file in one pass: `keys[k]` belongs to record `records[k]`; a record may have several."""

    records: Ints
    keys: Ints


@dataclass(frozen=True, slots=True)
class Pass:
    """One way of finding candidates, and the keys of both files in it; `right` is None within one file."""

    name: str
    left: Side
    right: Side | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs to compare, each once, sorted; within one file the left record comes first in the file."""

    left: Ints
    right: Ints
    by_pass: tuple[tuple[str, int, int], ...]
    """Of each pass: its name, the pairs that it found, and the pairs it left out in blocks that were too
    large.
    """


def combine(*parts: Ints) -> Ints:
    """One key of several numbers, position by position; -1 where any of them is negative (not known)."""
    mixed = np.zeros(parts[0].shape, dtype=np.uint64)
    known = np.ones(parts[0].shape, dtype=bool)
    for part in parts:
        known &= part >= 0
        mixed = (mixed ^ (part.astype(np.uint64) + _MIX + (mixed << np.uint64(6)))) * _MIX
        mixed ^= mixed >> np.uint64(29)
    return np.where(known, (mixed >> np.uint64(1)).astype(np.int64), -1)


def candidates(passes: Sequence[Pass], *, sizes: tuple[int, int], largest_block: int) -> Candidates:
    """Join the passes. A block of more than `largest_block` pairs is left out of its pass, and counted.

    sizes: records of the left and the right file (the same number twice within one file).
    """
    found: list[Ints] = []
    by_pass = []
    for one in passes:
        pairs, skipped = _joined(one, width=sizes[1], largest=largest_block)
        found.append(pairs)
        by_pass.append((one.name, len(pairs), skipped))
    together = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return Candidates(together // sizes[1], together % sizes[1], tuple(by_pass))


def _joined(one: Pass, *, width: int, largest: int) -> tuple[Ints, int]:
    within = one.right is None
    left, right = _known(one.left), _known(one.right or one.left)
    order = np.argsort(right.keys, kind="stable")
    keys, records = right.keys[order], right.records[order]
    left_order = np.argsort(
        left.keys, kind="stable"
    )  # neighbours in memory: the join is several times faster
    left_keys, left_records = left.keys[left_order], left.records[left_order]
    first = np.searchsorted(keys, left_keys, "left")
    counts = np.searchsorted(keys, left_keys, "right") - first
    sizes = counts * _how_often(left_keys)
    too_large = sizes > largest
    skipped = int(counts[too_large].sum())
    counts = np.where(too_large, 0, counts)
    rows = np.repeat(left_records, counts)
    starts = np.cumsum(counts) - counts
    places = np.repeat(first - starts, counts) + np.arange(counts.sum())
    columns = records[places]
    if within:
        keep = rows < columns
        rows, columns = rows[keep], columns[keep]
    return np.unique(rows * width + columns), skipped


def _known(side: Side) -> Side:
    keep = side.keys >= 0
    return Side(side.records[keep], side.keys[keep])


def _how_often(sorted_keys: Ints) -> Ints:
    _, inverse, counts = np.unique(sorted_keys, return_inverse=True, return_counts=True)
    return counts[inverse].astype(np.int64)


def random_pairs(
    *, sizes: tuple[int, int] | int, wanted: int, without: Candidates, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Pairs of records that are no candidates, drawn with replacement: almost none is one person.

    sizes: of both files, or one number for pairs within one file.
    """
    rows, columns = sizes if isinstance(sizes, tuple) else (sizes, sizes)
    left = rng.integers(0, rows, wanted)
    right = rng.integers(0, columns, wanted)
    if not isinstance(sizes, tuple):
        left, right = np.minimum(left, right), np.maximum(left, right)
    codes = left * columns + right
    taken = without.left * columns + without.right
    place = np.minimum(np.searchsorted(taken, codes), max(len(taken) - 1, 0))
    keep = taken[place] != codes if len(taken) else np.ones(len(codes), dtype=bool)
    if not isinstance(sizes, tuple):
        keep &= left != right
    return left[keep], right[keep]


def side_of(columns: Iterable[Ints]) -> Side:
    """A side of several keys for each record, one column of keys each."""
    keys = list(columns)
    records = np.arange(len(keys[0]), dtype=np.int64)
    return Side(np.tile(records, len(keys)), np.concatenate(keys))
