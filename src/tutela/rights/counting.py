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


@lru_cache(maxsize=512)
def count_in(country: str, region: str = "") -> Count:
    """How days are counted in `country`, or in a region of it that has its own holidays. An event is taken at
    noon of its day, so that hours end on a day."""
    zone, calendar = zone_of(country), calendar_of(country, region)

    def counted(length: Length, counting: Counting, day: date, *, backwards: bool = False) -> date:
        if backwards:
            end = datetime.combine(day, time(12), tzinfo=zone)
            moment = clocks.warning_moment(end, length=length_for_clock(length), calendar=calendar, zone=zone)
            return moment.date()
        return clocks.due(
            datetime.combine(day, time(12), tzinfo=zone),
            length=length_for_clock(length),
            calendar=calendar,
            rules=rules_for_clock(counting),
            zone=zone,
        ).date()

    remembered: Callable[..., date] = lru_cache(maxsize=65_536)(counted)
    return remembered


def count_for(facts: Facts, *, country: str) -> Count:
    """How days are counted where this person is: a region of another country is none of this one."""
    region = facts.get(REGION)
    lies_here = isinstance(region, str) and region.startswith(f"{country}-")
    return count_in(country, str(region) if lies_here else "")
