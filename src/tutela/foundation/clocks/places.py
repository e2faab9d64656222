"""The time zone and the working days of the place where a limit runs."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import yaml

from tutela import library_path
from tutela.engines.clocks import CountryCalendar, Coverage, country_calendar


@lru_cache(maxsize=2)
def _table(name: str) -> dict[str, str]:
    text = (library_path() / "calendars" / f"{name}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def zone_of(country: str) -> ZoneInfo:
    """The time in which a day of `country` (ISO 3166-1) ends; UTC for a country that is not listed."""
    return ZoneInfo(_table("zones").get(country, "UTC"))


def calendar_of(country: str, region: str = "") -> CountryCalendar:
    """The working days of a region (ISO 3166-2): Easter Monday is one in Scotland and none in England. Around
    the capital where the region is unknown or its holidays are."""
    own = country_calendar(country, region.partition("-")[2]) if region.startswith(f"{country}-") else None
    if own is not None and own.coverage is Coverage.HOLIDAYS:
        return own
    return country_calendar(country, _table("subdivisions").get(country))


def end_of_day(day: date, *, country: str) -> datetime:
    """The last moment of a day in a country."""
    return datetime.combine(day, time.max, tzinfo=zone_of(country))
