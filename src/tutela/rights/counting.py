"""The calendar's arithmetic of one place, as the rights engine wants it: days in, days out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache

from tutela.engines import clocks
from tutela.engines.rights import REGION, Count, Counting, Facts, FirstDay, Length
from tutela.foundation.clocks.places import calendar_of, zone_of


def length_for_clock(length: Length) -> clocks.Length:
    return clocks.Length(length.amount, clocks.Unit(length.unit))


def rules_for_clock(counting: Counting) -> clocks.Rules:
    return clocks.Rules(
        first_day_counts=counting.first_day is FirstDay.INCLUDED,
        end_on_working_day=clocks.EndRule(counting.last_day),
    )


def noon(day: date, *, country: str) -> datetime:
    """When an event of that day is taken to be, so that limits of hours end on a day."""
    return datetime.combine(day, time(12), tzinfo=zone_of(country))


def part_of(country: str, region: object) -> str:
    """The region where it is one of this country (ISO 3166-2); a part of another one is none of it."""
    return str(region) if str(region).startswith(f"{country}-") else ""


@lru_cache(maxsize=512)
def count_in(country: str, region: str = "") -> Count:
    """How days are counted in `country`, or in a region of it that has its own holidays."""
    zone, calendar = zone_of(country), calendar_of(country, region)

    def counted(length: Length, counting: Counting, day: date, *, backwards: bool = False) -> date:
        event, for_clock = noon(day, country=country), length_for_clock(length)
        if backwards:
            return clocks.warning_moment(event, length=for_clock, calendar=calendar, zone=zone).date()
        return clocks.due(
            event,
            length=for_clock,
            calendar=calendar,
            rules=rules_for_clock(counting),
            zone=zone,
        ).date()

    remembered: Callable[..., date] = lru_cache(maxsize=65_536)(counted)
    return remembered


def count_for(facts: Facts, *, country: str) -> Count:
    """How days are counted where this person is."""
    return count_in(country, part_of(country, facts.get(REGION)))
