"""What differs between two laws, and what of it differs for one person: quick enough for 100,000 files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from tutela.engines.rights import (
    Binding,
    Change,
    Difference,
    Facts,
    InForce,
    Instrument,
    Library,
    Provision,
    Standing,
    differences,
    entitlements,
)
from tutela.rights.counting import count_for
from tutela.rights.law import Law

One = TypeVar("One")

FARTHEST: Final = timedelta(days=5 * 366)
MOST_DAYS: Final = 6
_MATTERS: Final = frozenset({Standing.DUE, Standing.FULFILLED, Standing.DEPENDS})


@dataclass(frozen=True, slots=True)
class EntryTurn:
    """One entry in two laws; None where it stands in one of them only."""

    entry: str
    before: Provision | None
    after: Provision | None

    @property
    def one(self) -> Provision:
        found = self.after or self.before
        assert found is not None, "an entry stands in one of the laws at least"
        return found


@dataclass(frozen=True, slots=True)
class BindingTurn:
    """That an instrument binds a state, in two laws; None where one of them does not say so."""

    instrument: str
    state: str
    before: Binding | None
    after: Binding | None


@dataclass(frozen=True, slots=True)
class InstrumentTurn:
    """One instrument in two laws."""

    instrument: str
    before: Instrument | None
    after: Instrument | None


@dataclass(frozen=True, slots=True)
class LawDifference:
    """All that is not the same. `entries` by id, `bindings` by instrument and state."""

    entries: tuple[EntryTurn, ...]
    bindings: tuple[BindingTurn, ...]
    instruments: tuple[InstrumentTurn, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.entries or self.bindings or self.instruments)


def difference(before: Law, after: Law) -> LawDifference:
    """Entry by entry, binding by binding."""
    old, new = before.library, after.library
    return LawDifference(
        entries=tuple(
            EntryTurn(name, was, will) for name, was, will in _pairs(before.provisions, after.provisions)
        ),
        bindings=tuple(
            BindingTurn(instrument, state, was, will)
            for (instrument, state, _number), was, will in _pairs(_numbered(old), _numbered(new))
        ),
        instruments=tuple(
            InstrumentTurn(name, was, will) for name, was, will in _pairs(old.instruments, new.instruments)
        ),
    )


def _pairs(
    before: Mapping[Any, One], after: Mapping[Any, One]
) -> Iterator[tuple[Any, One | None, One | None]]:
    for key in sorted(before.keys() | after.keys()):
        was, will = before.get(key), after.get(key)
        if was != will:
            yield key, was, will


def _numbered(library: Library) -> dict[tuple[str, str, int], Binding]:
    """A state can leave a treaty and join it again: its bindings are told apart by their order.

    The day of the list and its source are left out: a newer list that says the same changes no right."""
    found: dict[tuple[str, str, int], Binding] = {}
    count: Counter[tuple[str, str]] = Counter()
    for one in library.bindings:
        key = (one.instrument, one.state)
        found[*key, count[key]] = replace(one, as_of=None, source="", note="")
        count[key] += 1
    return found


@dataclass(frozen=True, slots=True)
class Turn:
    """What a change of law does to one entry for one person from a day on."""

    entry: str
    right: str
    changes: tuple[Change, ...]
    was: str
    will: str
    day: date

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "entry": self.entry,
            "right": self.right,
            "changes": [str(change) for change in self.changes],
            "was": self.was,
            "will": self.will,
            "day": self.day.isoformat(),
        }


@dataclass(slots=True)
class Scales:
    """Weighs one person's facts under two laws, by the entries alone that can come out otherwise."""

    before: Law
    after: Law
    found: LawDifference
    _of_state: dict[str, tuple[Library, Library] | None] = field(default_factory=dict)

    def turns(self, facts: Facts, *, state: str, day: date) -> list[Turn]:
        """What is otherwise for somebody with these facts, but what gave nothing and gives nothing."""
        if state not in self._of_state:
            self._of_state[state] = self._narrowed(state)
        narrow = self._of_state[state]
        if narrow is None:
            return []
        count = count_for(facts, country=state)
        old, new = (entitlements(facts, one, state=state, at=day, count=count) for one in narrow)
        return [_turn(one, day) for one in differences(old, new) if _gives_something(one)]

    def _narrowed(self, state: str) -> tuple[Library, Library] | None:
        whole = {one.instrument for one in self.found.instruments}
        whole |= {one.instrument for one in self.found.bindings if one.state == state}
        names = {one.entry for one in self.found.entries}
        if not names and not whole:
            return None
        return _only(self.before, names, whole), _only(self.after, names, whole)


def _only(law: Law, names: set[str], instruments: set[str]) -> Library:
    kept = [one for one in law.library.provisions if one.id in names or one.instrument in instruments]
    return Library(
        provisions=kept,
        instruments=law.library.instruments.values(),
        bindings=[
            one for one in law.library.bindings if one.instrument in {each.instrument for each in kept}
        ],
    )


def _gives_something(one: Difference) -> bool:
    return any(side is not None and side.standing in _MATTERS for side in (one.before, one.after))


def _turn(one: Difference, day: date) -> Turn:
    entitlement = one.after or one.before
    assert entitlement is not None, "an entry stands on one side at least"
    return Turn(
        entry=one.entry,
        right=entitlement.provision.right,
        changes=one.changes,
        was=one.before.standing if one.before else "",
        will=one.after.standing if one.after else "",
        day=day,
    )


def days_of(found: LawDifference, *, today: date) -> list[date]:
    """The days to look at a change on: today, and each later one on which a part of it begins."""
    spans = [side.in_force for one in (*found.entries, *found.instruments) for side in _sides(one)]
    spans += [InForce(start=side.start, end=side.end) for one in found.bindings for side in _sides(one)]
    starts = {span.start for span in spans if span.start}
    starts |= {span.end + timedelta(days=1) for span in spans if span.end and span.end < today + FARTHEST}
    return [today, *sorted(day for day in starts if today < day <= today + FARTHEST)[:MOST_DAYS]]


def _sides(one: Any) -> list[Any]:
    return [side for side in (one.before, one.after) if side is not None]
