"""What a page shows of a clock: the day it ends, where it stands, and the days that are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tutela.engines.clocks import Unit, remaining
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.clocks.places import calendar_of, zone_of

_SHOWN: Final = {
    State.RUNNING: "running",
    State.WARNED: "soon",
    State.PAUSED: "paused",
    State.BREACHED: "breached",
    State.MET: "met",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A due date as the deadline component reads it; `working_days` only where the limit counts them."""

    due: date
    state: str
    days: int
    working_days: int | None = None


def badge(clock: Clock, *, at: datetime) -> Badge | None:
    """None for a clock that was cancelled or met late: neither is a date to wait for."""
    state = _SHOWN.get(State(clock.state))
    if state is None:
        return None
    zone = zone_of(clock.country)
    left = remaining(at, due=clock.due_at, calendar=calendar_of(clock.country), zone=zone)
    assert left is not None, "a stored clock has an end"
    # The sweep may not have passed yet: what is over is over.
    if left.overdue and state in {"running", "soon"}:
        state = "breached"
    sign = -1 if left.overdue else 1
    return Badge(
        due=clock.due_at.astimezone(zone).date(),
        state=state,
        days=sign * left.days,
        working_days=sign * left.working_days if clock.unit == Unit.WORKING_DAYS else None,
    )
