"""A stored clock as a page shows it: what is left at one moment, counted as its place counts."""

from __future__ import annotations

from datetime import date, datetime

from tutela.engines.clocks import working_days_between
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.clocks.places import calendar_of, zone_of
from tutela.web.components import Deadline, DeadlineState


def deadline_of(clock: Clock, *, at: datetime) -> Deadline:
    """What is left of `clock` at `at`; in working days too where the clock counts in those."""
    zone = zone_of(clock.country)
    today, due = at.astimezone(zone).date(), clock.due_at.astimezone(zone).date()
    in_working_days = clock.unit == "working_days"
    return Deadline(
        due=due,
        state=DeadlineState(_state_now(clock, at)),
        days=(due - today).days,
        working_days=_working_days(today, due, clock) if in_working_days else None,
    )


def _state_now(clock: Clock, at: datetime) -> str:
    """What the next sweep will store: a page does not call a deadline that has passed a running one."""
    if clock.state not in {State.RUNNING, State.WARNED} or at <= clock.due_at:
        return clock.state
    return State.RAN_OUT if clock.is_term else State.BREACHED


def _working_days(today: date, due: date, clock: Clock) -> int:
    """Working days from today to the due day; below zero once it is past."""
    calendar = calendar_of(clock.country, clock.region)
    if due >= today:
        return working_days_between(today, due, calendar=calendar)
    return -working_days_between(due, today, calendar=calendar)
