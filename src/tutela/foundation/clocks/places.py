"""The time zone and the working days of the place where a limit runs."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

import yaml

from tutela import library_path
from tutela.engines.clocks import CountryCalendar, country_calendar


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    text = (library_path() / "calendars" / "zones.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def zone_of(country: str) -> ZoneInfo:
    """The time in which a day of `country` (ISO 3166-1) ends; UTC for a country that is not listed."""
    return ZoneInfo(_zones().get(country, "UTC"))


def calendar_of(country: str) -> CountryCalendar:
    return country_calendar(country)
