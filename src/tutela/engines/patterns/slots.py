"""What a template says and what varies in it: members are aligned to the middle one, word by word."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from rapidfuzz.distance import LCSseq

from tutela.engines.patterns.writing import Written, written

CONSTANT_SHARE = 0.6
"""A word that this part of the adverts keeps belongs to the template."""
OFTEN_ADDED = 0.4
"""A place where this part of the adverts add words is a slot, though the middle advert has none there."""


class SlotKind(StrEnum):
    """What mostly stands in a slot."""

    NUMBER = "number"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Constant:
    """Words that most adverts of the template share, each as most of them write it."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """What varies in one place. `values` are the texts with the number of adverts, most frequent first.

    `values` holds at most as many as were asked for; `different` counts all, `empty` the adverts that have
    nothing there.
    """

    kind: SlotKind
    values: tuple[tuple[str, int], ...]
    different: int
    empty: int


@dataclass(frozen=True, slots=True)
class Template:
    """Constant text and slots in order, and how many adverts they were read from.

    `kept` is the part of the middle advert's words that is constant; `in_slots[i][s]` is what text i of
    those that were given has in slot s.
    """

    parts: tuple[Constant | Slot, ...]
    adverts: int
    kept: float
    in_slots: tuple[tuple[str, ...], ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(part for part in self.parts if isinstance(part, Slot))

    @property
    def text(self) -> str:
        """The template in one line, with … where something varies."""
        return " ".join(part.text if isinstance(part, Constant) else "…" for part in self.parts)


def describe(texts: Sequence[str], *, copies: Sequence[int] | None = None, most: int = 50) -> Template:
    """Align distinct texts of one template to the first of them, which should be its middle one.

    `copies` says how many adverts have each text (one each where it is not given), `most` how many values
    of a slot are kept. Raises ValueError where there is no text.
    """
    if not texts:
        raise ValueError("A template needs at least one text.")
    weight = np.array(copies if copies is not None else [1] * len(texts), dtype=np.int64)
    members = [written(text) for text in texts]
    middle = members[0]
    matched = [_matched(middle, member) for member in members]
    fixed, spelling = _fixed(middle, members, matched, weight)
    added = _added(len(middle), matched, members, weight)
    spans = _spans(fixed, added)
    rows = [_in_spans(member, match, spans) for member, match in zip(members, matched, strict=True)]
    parts = _parts(middle, spelling, spans, rows, weight, most)
    kept = float(np.mean(fixed)) if len(fixed) else 0.0
    return Template(parts, int(weight.sum()), kept, tuple(rows))


def _matched(middle: Written, member: Written) -> list[tuple[int, int]]:
    """Pairs of places (middle, member) of the words that both have, in order."""
    if middle is member:
        return [(i, i) for i in range(len(middle))]
    blocks = LCSseq.editops(middle.codes, member.codes).as_matching_blocks()
    return [(block.a + i, block.b + i) for block in blocks for i in range(block.size)]


def _fixed(
    middle: Written, members: list[Written], matched: list[list[tuple[int, int]]], weight: np.ndarray
) -> tuple[list[bool], dict[int, str]]:
    """Which words of the middle advert belong to the template, and those that most others write otherwise.

    A number belongs to it only where it is the same number.
    """
    votes = [0] * len(middle)
    ours = [middle.text(place, place + 1) for place in range(len(middle))]
    otherwise: dict[int, Counter[str]] = {}
    for member, match, copies in zip(members, matched, weight.tolist(), strict=True):
        for place, theirs in match:
            written_so = member.text(theirs, theirs + 1)
            if written_so == ours[place]:
                votes[place] += copies
            elif not middle.is_number(place):
                votes[place] += copies
                otherwise.setdefault(place, Counter())[written_so] += copies
    spelling = {}
    for place, counts in otherwise.items():
        best, count = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if count > votes[place] - counts.total():
            spelling[place] = best
    least = CONSTANT_SHARE * int(weight.sum())
    return [vote >= least for vote in votes], spelling


def _added(
    length: int, matched: list[list[tuple[int, int]]], members: list[Written], weight: np.ndarray
) -> list[bool]:
    """Before which words of the middle advert (and after the last) many adverts have words of their own."""
    votes = np.zeros(length + 1)
    for member, match, copies in zip(members, matched, weight.tolist(), strict=True):
        before = (-1, -1)
        for ours, theirs in [*match, (length, len(member))]:
            if theirs - before[1] > 1 and ours - before[0] == 1:
                votes[ours] += copies
            before = (ours, theirs)
    return list(votes >= OFTEN_ADDED * weight.sum())


def _spans(fixed: list[bool], added: list[bool]) -> list[tuple[int, int]]:
    """Slots as spans of the middle advert: runs of words that vary, and places where words are added."""
    spans: list[tuple[int, int]] = []
    start: int | None = None
    for place, same in enumerate([*fixed, True]):
        if not same:
            start = place if start is None else start
        elif start is not None:
            spans.append((start, place))
            start = None
        elif added[place]:
            spans.append((place, place))
    return spans


def _in_spans(member: Written, match: list[tuple[int, int]], spans: list[tuple[int, int]]) -> tuple[str, ...]:
    """What a member has in each span: everything between its last match before and its first match after."""
    ours = [-1, *(a for a, _ in match)]
    theirs = [-1, *(b for _, b in match)]
    found = []
    for start, end in spans:
        before = bisect_left(ours, start) - 1
        after = bisect_left(ours, end)
        last = theirs[after] if after < len(theirs) else len(member)
        found.append(member.text(theirs[before] + 1, last))
    return tuple(found)


def _parts(
    middle: Written,
    spelling: dict[int, str],
    spans: list[tuple[int, int]],
    rows: list[tuple[str, ...]],
    weight: np.ndarray,
    most: int,
) -> tuple[Constant | Slot, ...]:
    parts: list[Constant | Slot] = []
    done = 0
    for number, (start, end) in enumerate(spans):
        if start > done:
            parts.append(Constant(middle.respelled(done, start, spelling)))
        parts.append(_slot([row[number] for row in rows], weight, most))
        done = end
    if done < len(middle):
        parts.append(Constant(middle.respelled(done, len(middle), spelling)))
    return tuple(parts)


def _slot(values: list[str], weight: np.ndarray, most: int) -> Slot:
    counts: Counter[str] = Counter()
    for value, copies in zip(values, weight.tolist(), strict=True):
        counts[value] += copies
    empty = counts.pop("", 0)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    numbers = sum(count for value, count in ordered if any(map(str.isdecimal, value)))
    kind = SlotKind.NUMBER if 2 * numbers > sum(counts.values()) else SlotKind.WORDS
    return Slot(kind, tuple(ordered[:most]), len(ordered), empty)
