"""What the lists share, without numbers so small that they could point to a person, and what it warns of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from tutela.engines.prevalence.tables import Table

SMALLEST = 5
"""Counts from 1 up to, but without, this number are not shown."""
FEWEST_SHARED = 5
"""With fewer people on several lists there is no estimate: one more or less would halve or double it."""
_FEW_SHARED = 50


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two lists (or one, twice) and how many people are on both; None where the number is held back."""

    first: str
    second: str
    people: int | None


class Caution(StrEnum):
    """What a reader has to know before the number: each is said in words on the page."""

    TWO_LISTS = "two lists"
    FEW_SHARED = "few people on more than one list"
    NEVER_MEET = "pairs of lists without anybody in common"
    APART = "a list that shares nobody with any other"
    METHODS_DISAGREE = "methods disagree"
    CHAINS_DISAGREE = "chains disagree"
    PRIOR_LEANS = "posterior leans on the end of its prior"
    REPLICATES_FAILED = "replicates without an estimate"


def overlaps(table: Table, *, smallest: int = SMALLEST) -> tuple[Overlap, ...]:
    """Sizes of lists and of what each two share, in the order of the lists.

    With two lists a small overlap could be worked out from their sizes and the number of all people: then
    the sizes are held back as well.
    """
    pairs = {pair: shown(shared(table, *pair), smallest=smallest) for pair in combinations(table.lists, 2)}
    bare = len(table.lists) == 2 and None in pairs.values()
    found = []
    for place, first in enumerate(table.lists):
        size = None if bare else shown(shared(table, first, first), smallest=smallest)
        found.append(Overlap(first, first, size))
        found += [Overlap(first, other, pairs[first, other]) for other in table.lists[place + 1 :]]
    return tuple(found)


def shared(table: Table, first: str, second: str) -> int:
    """People on both lists."""
    return table.shared(1 << table.lists.index(first) | 1 << table.lists.index(second))


def shown(people: int, *, smallest: int = SMALLEST) -> int | None:
    """The number, or None where it is too small to be shown. Zero is nobody's and is shown."""
    return people if people == 0 or people >= smallest else None


def refusal(table: Table) -> str:
    """Why no method may be tried at all, or nothing."""
    empty = [name for name in table.lists if not shared(table, name, name)]
    if empty:
        return f"Nobody is on the list {empty[0]}: leave it out."
    if not any(shared(table, *pair) for pair in combinations(table.lists, 2)):
        return "No two lists share anybody. The number of people whom no list knows cannot be told from that."
    return too_few_shared(table)


def too_few_shared(table: Table) -> str:
    """Why so small an overlap carries no estimate, or nothing."""
    if on_several(table) < FEWEST_SHARED:
        return f"Fewer than {FEWEST_SHARED} people are on more than one list: that carries no estimate."
    return ""


def on_several(table: Table) -> int:
    """People on two lists or more."""
    return table.observed - sum(int(table.counts[(1 << place) - 1]) for place in range(len(table.lists)))


def first_warnings(table: Table) -> tuple[Caution, ...]:
    """What the overlaps alone give reason to say."""
    pairs = {pair: shared(table, *pair) for pair in combinations(table.lists, 2)}
    alone = [
        name for name in table.lists if not any(people for pair, people in pairs.items() if name in pair)
    ]
    found = {
        Caution.TWO_LISTS: len(table.lists) == 2,
        Caution.FEW_SHARED: on_several(table) < _FEW_SHARED,
        Caution.NEVER_MEET: 0 in pairs.values(),
        Caution.APART: bool(alone),
    }
    return tuple(warning for warning, holds in found.items() if holds)
