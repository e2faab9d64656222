"""Where a legal clock stands at a moment, and how much time is left as people count it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from tutela.engines.clocks.calendars import Calendar, working_days_between


class ClockState(StrEnum):
    """Where a clock stands."""

    RUNNING = "running"
    WARNED = "warned"
    BREACHED = "breached"
    MET = "met"
    MET_LATE = "met_late"
    PAUSED = "paused"
    OPEN_ENDED = "open_ended"


@dataclass(frozen=True, slots=True)
class Remaining:
    """Days and working days until the end, or since it when overdue; 0 means today."""

    days: int
    working_days: int
    overdue: bool


def status(
    at: datetime,
    *,
    due: datetime | None,
    warnings: Sequence[datetime] = (),
    met_at: datetime | None = None,
    paused: bool = False,
) -> ClockState:
    """Say where a clock stands at a moment; raises ValueError for a moment without a time zone.

    What was done at the last moment is in time. A breach is never hidden by a pause that came after it: give
    the end that `due_with_pauses` found, which is None when the pause came before it.
    """
    now, end, done = _utc(at), _utc_or_none(due), _utc_or_none(met_at)
    if done is not None:
        return ClockState.MET if end is None or done <= end else ClockState.MET_LATE
    if end is not None and now > end:
        return ClockState.BREACHED
    if paused:
        return ClockState.PAUSED
    if end is None:
        return ClockState.OPEN_ENDED
    is_warned = any(_utc(moment) <= now for moment in warnings)
    return ClockState.WARNED if is_warned else ClockState.RUNNING


def remaining(at: datetime, *, due: datetime | None, calendar: Calendar, zone: tzinfo) -> Remaining | None:
    """Count the days of the place from a moment to the end, today not counted; None when it is open."""
    now, end = _utc(at), _utc_or_none(due)
    if end is None:
        return None
    earlier, later = sorted((now.astimezone(zone).date(), end.astimezone(zone).date()))
    return Remaining(
        days=(later - earlier).days,
        working_days=working_days_between(earlier, later, calendar=calendar),
        overdue=now > end,
    )


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def _utc_or_none(moment: datetime | None) -> datetime | None:
    return None if moment is None else _utc(moment)
