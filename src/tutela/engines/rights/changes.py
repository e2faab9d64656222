"""What a change of law, of facts or of the day changes for one person, entry by entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tutela.engines.rights.entitlements import Entitlement, Standing

_GIVES = frozenset({Standing.DUE, Standing.FULFILLED})


class Change(StrEnum):
    """What became different. `gained` and `lost` speak of what is due; `day` of the end of its limit."""

    GAINED = "gained"
    LOST = "lost"
    STANDING = "standing"
    DAY = "day"
    LIMIT = "limit"
    STRENGTH = "strength"
    CERTAINTY = "certainty"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry before and after; None where it did not apply, or no longer does."""

    entry: str
    before: Entitlement | None
    after: Entitlement | None
    changes: tuple[Change, ...]

    @property
    def takes_away(self) -> bool:
        return Change.LOST in self.changes


def differences(before: Iterable[Entitlement], after: Iterable[Entitlement]) -> list[Difference]:
    """Every entry that stands otherwise for a person, by id."""
    old = {one.provision.id: one for one in before}
    new = {one.provision.id: one for one in after}
    found = []
    for entry in sorted(old.keys() | new.keys()):
        changes = _changes(old.get(entry), new.get(entry))
        if changes:
            found.append(Difference(entry, old.get(entry), new.get(entry), changes))
    return found


def _changes(before: Entitlement | None, after: Entitlement | None) -> tuple[Change, ...]:
    if before is None or after is None:
        one = before or after
        assert one is not None, "an entry stands on one side at least"
        if one.standing not in _GIVES:
            return (Change.STANDING,)
        return (Change.LOST if after is None else Change.GAINED,)
    found = [_of_standing(before, after)] if before.standing is not after.standing else []
    if before.provision is not after.provision or before.binding is not after.binding:
        found += _of_law(before, after)
    if before.ends != after.ends:
        found.append(Change.DAY)
    return tuple(found)


def _of_standing(before: Entitlement, after: Entitlement) -> Change:
    gave, gives = before.standing in _GIVES, after.standing in _GIVES
    if gave is gives:
        return Change.STANDING
    return Change.GAINED if gives else Change.LOST


def _of_law(before: Entitlement, after: Entitlement) -> list[Change]:
    old, new = before.provision, after.provision
    told = {
        Change.LIMIT: old.time_limit != new.time_limit or before.counting != after.counting,
        Change.STRENGTH: old.strength is not new.strength,
        Change.CERTAINTY: before.certainty is not after.certainty,
        Change.TEXT: (old.title, old.detail, old.remedy) != (new.title, new.detail, new.remedy),
    }
    return [change for change, is_so in told.items() if is_so]
