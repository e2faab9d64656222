"""What the law of one state gave on one day and on another: what appeared, what is gone, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tutela.engines.rights import Binding, Cell, InForce, Instrument, Provision, Reservation, Verdict, compare
from tutela.rights.law import Law


class Turn(StrEnum):
    APPEARED = "appeared"
    GONE = "gone"
    CHANGED = "changed"


class Aspect(StrEnum):
    """In what an entry reads otherwise than the one whose place it took."""

    STRENGTH = "strength"
    LIMIT = "limit"
    CONDITION = "condition"
    TEXT = "text"
    DUTY_BEARER = "duty_bearer"
    REMEDY = "remedy"
    RESERVED = "reserved"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Given:
    """One entry as it applied in a state on a day. `in_force` has the days of all that it rests on."""

    provision: Provision
    binding: Binding | None
    reservation: Reservation | None
    in_force: InForce

    @property
    def is_reserved(self) -> bool:
        return self.reservation is not None and self.reservation.takes_away


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One entry before and after; None where it did not apply, or no longer does."""

    turn: Turn
    before: Given | None
    after: Given | None
    aspects: tuple[Aspect, ...] = ()


@dataclass(frozen=True, slots=True)
class RightChange:
    """One right before and after, and the entries behind it that are not the same.

    `right` is empty for limits and other entries that give no right; these have no cells.
    """

    right: str
    turn: Turn
    before: Cell | None
    after: Cell | None
    entries: tuple[EntryChange, ...]


def between(law: Law, state: str, *, before: date, after: date) -> list[RightChange]:
    """Every right with other law behind it on the second day than on the first, in the library's order."""
    old, new = _given(law, state, before), _given(law, state, after)
    cells = [compare(law.library, [state], day) for day in (before, after)]
    found: dict[str, list[EntryChange]] = {}
    for change in _entries(law, old, new):
        one = change.after or change.before
        assert one is not None, "an entry stands on one side at least"
        found.setdefault(one.provision.right, []).append(change)
    order = {right: place for place, right in enumerate(law.library.rights)}
    return [
        _right_change(right, found[right], *(each.get((right, state)) for each in cells))
        for right in sorted(found, key=lambda right: order.get(right, len(order)))
    ]


def _right_change(
    right: str, entries: list[EntryChange], before: Cell | None, after: Cell | None
) -> RightChange:
    had, has = _is_given(before), _is_given(after)
    turn = Turn.CHANGED if had is has else Turn.APPEARED if has else Turn.GONE
    return RightChange(right, turn, before, after, tuple(entries))


def _is_given(cell: Cell | None) -> bool:
    return cell is not None and cell.verdict is not Verdict.MISSING


def _given(law: Law, state: str, day: date) -> dict[str, Given]:
    found = {}
    for rule in law.library.applying(state, day).rules:
        one, binding = rule.provision, rule.binding
        days = span(one, law.library.instruments[one.instrument], binding)
        found[one.id] = Given(one, binding, rule.reservation, days)
    return found


def span(provision: Provision, instrument: Instrument, binding: Binding | None) -> InForce:
    """The first and the last day on which an entry applies in a state: of all that it rests on."""
    starts = [instrument.in_force.start, provision.in_force.start, binding.start if binding else None]
    ends = [instrument.in_force.end, provision.in_force.end, binding.end if binding else None]
    return InForce(start=max(filter(None, starts), default=None), end=min(filter(None, ends), default=None))


def _entries(law: Law, old: dict[str, Given], new: dict[str, Given]) -> Iterator[EntryChange]:
    gone = {name: one for name, one in old.items() if name not in new}
    for name, one in new.items():
        if name in old:
            yield from _same_entry(old[name], one)
        else:
            predecessor = next((gone.pop(each) for each in _predecessors(law, one, gone)), None)
            turn = Turn.CHANGED if predecessor else Turn.APPEARED
            different = aspects(predecessor.provision, one.provision) if predecessor else ()
            yield EntryChange(turn, predecessor, one, different)
    for one in gone.values():
        yield EntryChange(Turn.GONE, one, None)


def _same_entry(before: Given, after: Given) -> Iterator[EntryChange]:
    if before.is_reserved is not after.is_reserved:
        aspect = Aspect.RESERVED if after.is_reserved else Aspect.ACCEPTED
        yield EntryChange(Turn.CHANGED, before, after, (aspect,))


def _predecessors(law: Law, one: Given, gone: Iterable[str]) -> Iterator[str]:
    """Entries of the same right that no longer apply and whose place this one took, the latest first."""
    names = [each.id for each in law.history(one.provision.id) if each.right == one.provision.right]
    earlier = names[: names.index(one.provision.id)]
    yield from (name for name in reversed(earlier) if name in gone)


def aspects(old: Provision, new: Provision) -> tuple[Aspect, ...]:
    """In what an entry differs from the one that it replaces."""
    different = {
        Aspect.STRENGTH: old.strength is not new.strength,
        Aspect.LIMIT: old.time_limit != new.time_limit,
        Aspect.CONDITION: old.condition != new.condition,
        Aspect.TEXT: (old.title, old.detail) != (new.title, new.detail),
        Aspect.DUTY_BEARER: old.duty_bearer != new.duty_bearer,
        Aspect.REMEDY: old.remedy != new.remedy,
    }
    return tuple(aspect for aspect, is_so in different.items() if is_so)
