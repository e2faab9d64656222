"""Which days are working days where, and what is said when that is not known."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines import clocks
from tutela.engines.clocks import CountryCalendar, Coverage

ENGLAND = clocks.country_calendar("GB", "ENG")
countries = st.sampled_from(["AE", "ES", "FR", "GB", "TH", "UY"])


def test_a_country_has_its_own_weekend_even_when_it_changed_it() -> None:
    """The Emirates moved theirs from Friday and Saturday to Saturday and Sunday in 2022; Egypt did not."""
    emirates, egypt = clocks.country_calendar("AE"), clocks.country_calendar("eg")
    friday_2021, friday_2026, sunday_2026 = date(2021, 3, 5), date(2026, 2, 6), date(2026, 2, 8)
    assert not emirates.is_working_day(friday_2021)
    assert emirates.is_working_day(friday_2026)
    assert not emirates.is_working_day(sunday_2026)
    assert not egypt.is_working_day(friday_2026)
    assert egypt.is_working_day(sunday_2026)


def test_an_unknown_country_says_that_only_weekends_are_known() -> None:
    nowhere = clocks.country_calendar("XX")
    assert nowhere.coverage is Coverage.WEEKENDS_ONLY
    assert nowhere.is_working_day(date(2026, 12, 25))
    assert not nowhere.is_working_day(date(2026, 12, 26))


@pytest.mark.parametrize(
    ("country", "subdivision", "expected"),
    [
        ("DE", None, Coverage.COUNTRY_ONLY),
        ("TH", None, Coverage.HOLIDAYS),
        ("gb", "eng", Coverage.HOLIDAYS),
        ("GB", None, Coverage.COUNTRY_ONLY),
        ("GB", "QQQ", Coverage.COUNTRY_ONLY),
        ("", None, Coverage.WEEKENDS_ONLY),
    ],
)
def test_what_is_known_of_a_calendar_is_said(
    country: str, subdivision: str | None, expected: Coverage
) -> None:
    assert clocks.country_calendar(country, subdivision).coverage is expected


def test_a_part_of_a_country_has_its_own_holidays() -> None:
    easter_monday = date(2026, 4, 6)
    assert not ENGLAND.is_working_day(easter_monday)
    assert clocks.country_calendar("GB", "SCT").is_working_day(easter_monday)


def test_years_of_which_no_holidays_are_known_are_told_apart() -> None:
    known = CountryCalendar("TH", None, Coverage.HOLIDAYS, range(2000, 2027))
    assert known.coverage_of(date(2026, 12, 31)) is Coverage.HOLIDAYS
    assert known.coverage_of(date(2027, 1, 1)) is Coverage.WEEKENDS_ONLY
    library = holidays.country_holidays("LK")
    assert clocks.country_calendar("LK").known_years == range(library.start_year, library.end_year + 1)


@settings(deadline=None)
@given(countries, st.dates(date(2010, 1, 1), date(2040, 1, 1)), st.integers(0, 400))
def test_working_days_between_two_days_are_those_of_the_library(
    country: str, after: date, number: int
) -> None:
    until = after + timedelta(days=number)
    wall = holidays.country_holidays(country)
    counted = clocks.working_days_between(after, until, calendar=clocks.country_calendar(country))
    assert counted == sum(wall.is_working_day(after + timedelta(days=day + 1)) for day in range(number))
    assert clocks.working_days_between(until, after, calendar=ENGLAND) == 0
