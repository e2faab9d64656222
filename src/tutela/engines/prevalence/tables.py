"""Who was seen on which lists: one count for each history, and what the lists share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST_LISTS = 2
MOST_LISTS = 10


class BadTable(ValueError):
    """Lists or counts that make no table of overlaps; the message says which."""


@dataclass(frozen=True, slots=True)
class Table:
    """Overlaps of k lists.

    `counts` (2^k - 1,): how many people have each history. A history is a number whose bit j says whether the
    person is on list j; history h stands at position h - 1, because nobody was seen with history 0.
    """

    lists: tuple[str, ...]
    counts: Whole

    def __post_init__(self) -> None:
        if not FEWEST_LISTS <= len(self.lists) <= MOST_LISTS:
            raise BadTable(f"Give {FEWEST_LISTS} to {MOST_LISTS} lists: there are {len(self.lists)}.")
        if len(set(self.lists)) != len(self.lists):
            raise BadTable("Two lists have the same name.")
        if self.counts.shape != (2 ** len(self.lists) - 1,):
            raise BadTable(f"{len(self.lists)} lists have {2 ** len(self.lists) - 1} histories.")
        if np.any(self.counts < 0):
            raise BadTable("A count of people is zero or more.")
        if not self.counts.sum():
            raise BadTable("Nobody is on any list.")

    @property
    def observed(self) -> int:
        """People on at least one list."""
        return int(self.counts.sum())

    @property
    def histories(self) -> Whole:
        """The number of each history, in the order of `counts`."""
        return np.arange(1, len(self.counts) + 1)

    def shared(self, term: int) -> int:
        """People on every list of `term`, a set of lists as bits."""
        return int(self.counts[(self.histories & term) == term].sum())


def table(lists: Sequence[str], histories: Sequence[Sequence[int]], counts: Sequence[int]) -> Table:
    """A table from rows: `histories` (rows, k) of 0 and 1, `counts` (rows,). Equal histories are added up.

    Raises BadTable where a history is no history, or nobody's.
    """
    rows = np.asarray(histories, dtype=np.int64).reshape(-1, len(lists))
    if np.any((rows != 0) & (rows != 1)):
        raise BadTable("Whether a person is on a list is 0 or 1.")
    numbers = rows @ (1 << np.arange(len(lists)))
    people = np.asarray(counts, dtype=np.int64)
    if np.any(people[numbers == 0] > 0):
        raise BadTable("A history without any list has people in it: those nobody saw cannot be counted.")
    if np.any(people < 0):
        raise BadTable("A count of people is zero or more.")
    whole = np.bincount(numbers, weights=people, minlength=2 ** len(lists))
    return Table(tuple(lists), whole[1:].astype(np.int64))


def without(whole: Table, name: str) -> Table:
    """The table that would be there without one list; people on no other list are gone."""
    if name not in whole.lists:
        raise BadTable(f"There is no list {name!r}.")
    kept = [position for position, other in enumerate(whole.lists) if other != name]
    return _mapped(whole, tuple(whole.lists[position] for position in kept), [[one] for one in kept])


def merged(whole: Table, names: Sequence[str]) -> Table:
    """The table with several lists made one: a person is on it who was on any of them."""
    unknown = [name for name in names if name not in whole.lists]
    if unknown or len(set(names)) < 2:
        raise BadTable(f"There is no list {unknown[0]!r}." if unknown else "Merge two lists or more.")
    groups: list[list[int]] = []
    labels: list[str] = []
    for position, name in enumerate(whole.lists):
        if name not in names:
            groups.append([position])
            labels.append(name)
        elif name == next(other for other in whole.lists if other in names):
            groups.append([whole.lists.index(other) for other in whole.lists if other in names])
            labels.append("+".join(other for other in whole.lists if other in names))
    return _mapped(whole, tuple(labels), groups)


def _mapped(whole: Table, labels: tuple[str, ...], groups: list[list[int]]) -> Table:
    numbers = np.zeros(len(whole.counts), dtype=np.int64)
    for place, group in enumerate(groups):
        on_any = np.zeros(len(whole.counts), dtype=bool)
        for position in group:
            on_any |= ((whole.histories >> position) & 1).astype(bool)
        numbers |= on_any.astype(np.int64) << place
    counts = np.bincount(numbers, weights=whole.counts, minlength=2 ** len(labels))
    return Table(labels, counts[1:].astype(np.int64))
