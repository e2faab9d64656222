"""When a legal time limit ends: its length, its calendar, the rules it is counted by, and its pauses."""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from tutela.engines.clocks.calendars import Calendar

_DAY: Final = timedelta(days=1)
_MONTHS_A_YEAR: Final = 12


class Unit(StrEnum):
    """What a limit is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"


class EndRule(StrEnum):
    """What happens when the last day is not a working day."""

    AS_IT_FALLS = "as_it_falls"
    NEXT_WORKING_DAY = "next_working_day"
    PREVIOUS_WORKING_DAY = "previous_working_day"


@dataclass(frozen=True, slots=True)
class Length:
    """How long a limit is, for example 5 working days; 0 days end with the same day, 0 hours at once."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("a time limit is not shorter than nothing")


@dataclass(frozen=True, slots=True)
class Rules:
    """How a legal order counts: whether the day of the event is day one, and where a last day may fall."""

    first_day_counts: bool = False
    end_on_working_day: EndRule = EndRule.AS_IT_FALLS


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock stood still, up to a moment or until further notice (None)."""

    since: datetime
    until: datetime | None

    def __post_init__(self) -> None:
        _check_aware(self.since, self.until)
        if self.until is not None and _utc(self.until) < _utc(self.since):
            raise ValueError("a pause does not end before it begins")


def due(start: datetime, *, length: Length, calendar: Calendar, rules: Rules, zone: tzinfo) -> datetime:
    """Find the last moment at which a limit is still kept, as a time of the place (`zone`).

    Hours run on, through nights and changes of the clock, and take no end rule. Every other unit ends with
    its last day, at 23:59:59.999999 of the place. A month ends on the day with the same number, or on the
    last day of a shorter month; where the first day counts, one day earlier (Regulation (EEC, Euratom)
    1182/71 article 3; German Civil Code sections 187 and 188). Raises ValueError for a start without a zone.
    """
    moment = due_with_pauses(start, length=length, calendar=calendar, rules=rules, zone=zone, pauses=())
    assert moment is not None, "a limit without pauses ends"
    return moment


def due_with_pauses(
    start: datetime,
    *,
    length: Length,
    calendar: Calendar,
    rules: Rules,
    zone: tzinfo,
    pauses: Sequence[Pause],
) -> datetime | None:
    """Find when a limit that was paused ends; None while it stands still, for then nobody can know.

    Hours: the time of each pause is added. Other units: a day counts unless the clock stood still at its last
    moment, so that the day on which the clock runs again counts. A pause after the end changes nothing.
    """
    _check_aware(start)
    still = _merged(pauses)
    if length.unit is Unit.HOURS:
        return _end_of_hours(start, length=length, zone=zone, still=still)
    count = _Count(
        start=start.astimezone(zone).date(),
        length=length,
        calendar=calendar,
        rules=rules,
        stands_still=lambda day: _pause_at(_end_of_day(day, zone), still) is not None,
        ends_never=lambda day: _stands_still_for_good(_end_of_day(day, zone), still),
    )
    last = count.last_day() if still else count.nominal_last_day()
    last = None if last is None else count.moved_to_working_day(last)
    return None if last is None else _end_of_day(last, zone)


def later_of(*moments: datetime | None) -> datetime | None:
    """Pick the later end of several ("30 days, or until the decision"); one that is open leaves all open."""
    if not moments:
        raise ValueError("nothing to choose from")
    known = [moment for moment in moments if moment is not None]
    _check_aware(*known)
    return max(known, key=_utc) if len(known) == len(moments) else None


def warning_moment(end: datetime, *, length: Length, calendar: Calendar, zone: tzinfo) -> datetime:
    """Find when to warn that an end is so near: to the hour, or else at the start of a day of the place."""
    _check_aware(end)
    last = end.astimezone(zone).date()
    match length.unit:
        case Unit.HOURS:
            return (_utc(end) - timedelta(hours=length.amount)).astimezone(zone)
        case Unit.DAYS:
            day = last - timedelta(days=length.amount)
        case Unit.WORKING_DAYS:
            day = last
            for _ in range(length.amount):
                day = _nearest(day - _DAY, step=-_DAY, fits=calendar.is_working_day)
        case Unit.MONTHS | Unit.YEARS:
            day = _months_away(last, -_months_of(length))
    return _real(datetime.combine(day, time.min, tzinfo=zone), zone)


@dataclass(frozen=True, slots=True)
class _Count:
    """One limit in days, with everything that decides which days count."""

    start: date
    length: Length
    calendar: Calendar
    rules: Rules
    stands_still: Callable[[date], bool]
    ends_never: Callable[[date], bool]

    def nominal_last_day(self) -> date:
        """Find the last day of the limit as if nothing had ever stopped it."""
        amount, counts_first = self.length.amount, self.rules.first_day_counts
        if not amount:
            return self.start
        match self.length.unit:
            case Unit.WORKING_DAYS:
                day = self._day_before_first()
                for _ in range(amount):
                    day = _nearest(day + _DAY, step=_DAY, fits=self.calendar.is_working_day)
                return day
            case Unit.MONTHS | Unit.YEARS:
                day = _months_away(self.start, _months_of(self.length))
                # A clipped month has ended already: the day before its missing anniversary is its last day.
                return day - _DAY if counts_first and day.day == self.start.day else day
            case _:
                return self._day_before_first() + timedelta(days=amount)

    def last_day(self) -> date | None:
        """Count as many days as the limit has, leaving out those on which the clock stood still."""
        if not self.length.amount:
            return self.start
        day = self._day_before_first()
        in_working_days = self.length.unit is Unit.WORKING_DAYS
        left = self.length.amount if in_working_days else (self.nominal_last_day() - day).days
        while left:
            day += _DAY
            if self.ends_never(day):
                return None
            if not self.stands_still(day) and (not in_working_days or self.calendar.is_working_day(day)):
                left -= 1
        return day

    def moved_to_working_day(self, day: date) -> date | None:
        """Apply the end rule; a move backwards never passes the day of the event."""
        match self.rules.end_on_working_day:
            case EndRule.NEXT_WORKING_DAY:
                while not self.calendar.is_working_day(day) or self.stands_still(day):
                    day += _DAY
                    if self.ends_never(day):
                        return None
            case EndRule.PREVIOUS_WORKING_DAY:
                while not self.calendar.is_working_day(day) and day > self.start:
                    day -= _DAY
            case EndRule.AS_IT_FALLS:
                pass
        return day

    def _day_before_first(self) -> date:
        return self.start - _DAY if self.rules.first_day_counts else self.start


def _end_of_hours(
    start: datetime, *, length: Length, zone: tzinfo, still: Sequence[Pause]
) -> datetime | None:
    begin = _utc(start)
    end = begin + timedelta(hours=length.amount)
    for pause in still:
        if _utc(pause.since) >= end:
            break
        if pause.until is None:
            return None
        end += max(timedelta(0), _utc(pause.until) - max(begin, _utc(pause.since)))
    return end.astimezone(zone)


def _merged(pauses: Sequence[Pause]) -> list[Pause]:
    """Join pauses that overlap or touch, in order of time, so that no moment is given back twice."""
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: _utc(one.since)):
        last = joined[-1] if joined else None
        if last is None or (last.until is not None and _utc(last.until) < _utc(pause.since)):
            joined.append(pause)
        elif last.until is not None:
            until = None if pause.until is None else max(last.until, pause.until, key=_utc)
            joined[-1] = Pause(since=last.since, until=until)
    return joined


def _pause_at(moment: datetime, still: Sequence[Pause]) -> Pause | None:
    at = _utc(moment)
    for pause in still:
        if _utc(pause.since) <= at and (pause.until is None or at < _utc(pause.until)):
            return pause
    return None


def _stands_still_for_good(moment: datetime, still: Sequence[Pause]) -> bool:
    pause = _pause_at(moment, still)
    return pause is not None and pause.until is None


def _months_of(length: Length) -> int:
    return length.amount * (_MONTHS_A_YEAR if length.unit is Unit.YEARS else 1)


def _months_away(day: date, number: int) -> date:
    """Go months forwards or backwards, to the same day or the last one of a shorter month."""
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + number, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _nearest(day: date, *, step: timedelta, fits: Callable[[date], bool]) -> date:
    while not fits(day):
        day += step
    return day


def _end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last moment of a local day: the second 23:59 where clocks go back at midnight."""
    return _real(datetime.combine(day, time.max, tzinfo=zone).replace(fold=1), zone)


def _real(moment: datetime, zone: tzinfo) -> datetime:
    """Go once through UTC, so that a time that a change of the clock leaves out becomes one that exists."""
    return _utc(moment).astimezone(zone)


def _utc(moment: datetime) -> datetime:
    """Compare in UTC only: Python compares times of one zone by their faces, blind to the repeated hour."""
    return moment.astimezone(UTC)


def _check_aware(*moments: datetime | None) -> None:
    if any(moment is not None and moment.utcoffset() is None for moment in moments):
        raise ValueError("a moment needs a time zone")
