"""The clocks of a right: its deadline, how long it lasts, the time to challenge a refusal, a suspension."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tutela.foundation.access.decision import Actor, System
from tutela.foundation.clocks.actions import cancel_clock, start_clock
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.clocks.places import end_of_day
from tutela.rights.models import Right

DEADLINE: Final = "right"
PROTECTION: Final = "right-protection"
REMEDY: Final = "right-remedy"
SUSPENSION: Final = "right-suspension"
KINDS: Final = (DEADLINE, PROTECTION, REMEDY, SUSPENSION)


@dataclass(slots=True)
class Clocks:
    """All clocks of one person's rights: `own` by right and kind, the one started last at the end;
    `kept` by later stages, which count a wait themselves, by entry of the law."""

    own: dict[tuple[UUID, str], list[Clock]] = field(default_factory=dict)
    kept: Mapping[str, Clock] = field(default_factory=dict)

    def all(self, right: Right, kind: str) -> list[Clock]:
        return self.own.get((right.pk, kind), [])

    def live(self, right: Right, kind: str) -> Clock | None:
        """The clock that runs, stands still, or was missed and not settled."""
        return next((one for one in self.all(right, kind) if one.ended_at is None), None)

    def latest(self, right: Right, kind: str) -> Clock | None:
        found = [one for one in self.all(right, kind) if one.state != State.CANCELLED]
        return self.live(right, kind) or (found[-1] if found else None)

    def deadline(self, right: Right) -> Clock | None:
        """The deadline that a page shows, wherever it is kept."""
        return self.kept_for(right.bases) or self.latest(right, DEADLINE)

    def kept_for(self, bases: Iterable[str]) -> Clock | None:
        return next((self.kept[entry] for entry in bases if entry in self.kept), None)


def sorted_out(clocks: Iterable[Clock], kept: Mapping[str, Clock]) -> Clocks:
    """The clocks of one person by the right that they time."""
    found = Clocks(kept=kept)
    for clock in clocks:
        if clock.object_id is not None:
            found.own.setdefault((clock.object_id, clock.kind), []).append(clock)
    return found


def start_to_day(kind: str, day: date, right: Right, *, by: Actor | System, at: datetime) -> Clock:
    """A time that somebody set to a day, such as the end of a suspension."""
    return start_clock(
        kind=kind,
        organisation_id=right.organisation_id,
        person_id=right.person_id,
        source=right.bases[0] if right.bases else right.right,
        country=right.country,
        length=None,
        started_at=at,
        due_at=end_of_day(day, country=right.country),
        is_term=True,
        by=by,
        at=at,
        object_id=right.pk,
    )


def cancel(clock: Clock | None, *, by: Actor | System, at: datetime) -> None:
    """Ends a clock that no longer counts, if there is one that has not ended."""
    if clock is not None and clock.ended_at is None:
        cancel_clock(clock, by=by, at=at)
