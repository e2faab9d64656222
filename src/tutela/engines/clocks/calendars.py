"""Which days are working days in a country, and how much is known about that."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, Protocol

import holidays

_SATURDAY: Final = 5


class Calendar(Protocol):
    """Anything that can tell working days from others."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on this day."""
        ...


class Coverage(StrEnum):
    """How much of a place's calendar is known; show anything but `holidays` beside the date it made."""

    HOLIDAYS = "holidays"
    COUNTRY_ONLY = "country_only"
    WEEKENDS_ONLY = "weekends_only"


@dataclass(frozen=True, slots=True)
class CountryCalendar:
    """Working days of a country (ISO 3166-1) or a part of it (ISO 3166-2, without the country).

    The holidays of `known_years` are known; outside them, and of an unknown country, only the weekends are.
    """

    country: str
    subdivision: str | None
    coverage: Coverage
    known_years: range

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on this day; in an unknown country, all days but Saturday and Sunday."""
        if self.coverage is Coverage.WEEKENDS_ONLY:
            return day.weekday() < _SATURDAY
        subdivision = self.subdivision if self.coverage is Coverage.HOLIDAYS else None
        return day in _working_days(self.country, subdivision, day.year)

    def coverage_of(self, day: date) -> Coverage:
        """Say how much is known about one day: some countries publish their holidays year by year."""
        return self.coverage if day.year in self.known_years else Coverage.WEEKENDS_ONLY


@lru_cache(maxsize=1024)
def country_calendar(country: str, subdivision: str | None = None) -> CountryCalendar:
    """Find the calendar of a place, and say in `coverage` how much of it is known.

    COUNTRY_ONLY: holidays of the whole country; those of its parts are missing, because no part was named or
    the one named is unknown. WEEKENDS_ONLY: the country is unknown. Weekends are the country's own (Friday
    and Saturday in Egypt, Friday in Iran); days off and working Saturdays come from the `holidays` library,
    which estimates those that follow the moon.
    """
    place = country.strip().upper()
    part = (subdivision or "").strip().upper() or None
    known = _known(place, part)
    if known is None:
        known = _known(place, None)
    if known is None:
        return CountryCalendar(place, part, Coverage.WEEKENDS_ONLY, range(0))
    is_whole = known.subdiv is not None or not (part or known.subdivisions)
    return CountryCalendar(
        country=place,
        subdivision=part,
        coverage=Coverage.HOLIDAYS if is_whole else Coverage.COUNTRY_ONLY,
        known_years=range(known.start_year, known.end_year + 1),
    )


def working_days_between(after: date, until: date, *, calendar: Calendar) -> int:
    """Count the working days later than one day and not later than another; 0 when there are none."""
    return sum(calendar.is_working_day(day) for day in days_after(after, until=until))


def days_after(after: date, *, until: date) -> Iterator[date]:
    """List the days later than one day and not later than another."""
    return (after + timedelta(days=number) for number in range(1, (until - after).days + 1))


def _known(country: str, subdivision: str | None) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        return None


@lru_cache(maxsize=4096)
def _working_days(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """Settle a year once: the library's own object fills itself on reading, which threads must not share."""
    known = holidays.country_holidays(country, subdiv=subdivision, years=year)
    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range(365 + isleap(year)))
    return frozenset(day for day in days if known.is_working_day(day))
