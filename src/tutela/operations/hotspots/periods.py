"""Cuts time into days, weeks, months or years, and says which one a date falls in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tutela.operations.hotspots.asked import Unit
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, isolated, number
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import Partial, Unusable, partial_date

MOST_PERIODS = 20_000
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_ALL_IN_ONE = {
    Unit.DAY: gettext_noop("All cases lie in one day: take --time none."),
    Unit.WEEK: gettext_noop("All cases lie in one week: take a smaller --time, or --time none."),
    Unit.MONTH: gettext_noop("All cases lie in one month: take a smaller --time, or --time none."),
    Unit.YEAR: gettext_noop("All cases lie in one year: take a smaller --time, or --time none."),
}


@dataclass(frozen=True, slots=True)
class Periods:
    """Periods of one unit in a row. Weeks are counted back from the last day, so that the last is whole."""

    unit: Unit
    first: date
    last: date
    number: int

    def position(self, when: Partial) -> int | None:
        """The period of a date, None outside; raises Unusable for a date that is too vague."""
        if self.unit is Unit.NONE:
            return 0
        day = _day(when, self.unit)
        if not self.first <= day <= self.last:
            return None
        return self._of(day)

    def label(self, start: int, stop: int) -> str:
        """The periods from `start` up to, not with, `stop`, as people write them."""
        first, last = self.begins(start), self.ends(stop - 1)
        return first if first == last else _("{first} to {last}").format(first=first, last=last)

    def begins(self, place: int) -> str:
        """A period by its own name, or by its first day."""
        return isolated(self._name(place))

    def ends(self, place: int) -> str:
        """A period by its own name, or by its last day."""
        return isolated(self._name(place, end=True))

    def years(self) -> list[float]:
        """The middle of each period as a year with decimals; the year itself where periods are years."""
        if self.unit is Unit.YEAR:
            return [float(self.first.year + place) for place in range(self.number)]
        if self.unit is Unit.MONTH:
            months = [self.first.year * 12 + self.first.month - 1 + place for place in range(self.number)]
            return [month // 12 + (month % 12 + 0.5) / 12 - 0.5 for month in months]
        if self.unit is Unit.NONE:
            return [float(self.first.year)]
        middles = [self._bounds(place)[0] for place in range(self.number)]
        return [day.year + (day.timetuple().tm_yday - 1) / 365.25 - 0.5 for day in middles]

    def _of(self, day: date) -> int:
        match self.unit:
            case Unit.YEAR:
                return day.year - self.first.year
            case Unit.MONTH:
                return (day.year - self.first.year) * 12 + day.month - self.first.month
            case _:
                return self.number - 1 - (self.last - day).days // _DAYS[self.unit]

    def _bounds(self, place: int) -> tuple[date, date]:
        length = _DAYS[self.unit]
        end = self.last - timedelta(days=length * (self.number - 1 - place))
        return end - timedelta(days=length - 1), end

    def _name(self, place: int, *, end: bool = False) -> str:
        match self.unit:
            case Unit.NONE:
                return ""
            case Unit.YEAR:
                return str(self.first.year + place)
            case Unit.MONTH:
                month = self.first.year * 12 + self.first.month - 1 + place
                return f"{month // 12}-{month % 12 + 1:02}"
            case _:
                return self._bounds(place)[end].isoformat()


def periods_of(unit: Unit, dates: Sequence[Partial], *, first: str, last: str) -> Periods:
    """Periods from the first day to the last: those given, else those of the earliest and latest date."""
    if unit is Unit.NONE:
        return Periods(unit, date.min, date.min, 1)
    days = []
    for when in dates:
        try:
            days.append(_day(when, unit))
        except Unusable as problem:
            raise Refused(_("Dates: {problem}").format(problem=problem)) from problem
    start = _given(first, unit) if first else min(days, default=None)
    end = _given(last, unit) if last else max(days, default=None)
    if start is None or end is None:
        raise Refused(_("There are no dates to scan."))
    if end < start:
        raise Refused(
            _("The time to scan ends on {end} before it begins on {start}.").format(
                end=isolated(str(end)), start=isolated(str(start))
            )
        )
    many = Periods(unit, start, end, 1)._of(end) - Periods(unit, start, end, 1)._of(start) + 1
    if many < 2:
        raise Refused(_(_ALL_IN_ONE[unit]))
    if many > MOST_PERIODS:
        raise Refused(
            _("From {start} to {end} are {count} periods: too many. Take a larger --time.").format(
                start=isolated(str(start)), end=isolated(str(end)), count=number(many)
            )
        )
    return Periods(unit, start, end, many)


def _given(value: str, unit: Unit) -> date:
    try:
        return _day(partial_date(value), unit)
    except Unusable as problem:
        raise Refused(_("--from and --to: {problem}").format(problem=problem)) from problem


def _day(when: Partial, unit: Unit) -> date:
    if unit in _DAYS and when.day is None:
        raise Unusable(
            _("a month or year alone says no day, and {option} needs one.").format(
                option=isolated(f"--time {unit.value}")
            )
        )
    if unit is Unit.MONTH and when.month is None:
        raise Unusable(_("a year alone says no month, and --time month needs one."))
    return date(when.year, when.month or 1, when.day or 1)
