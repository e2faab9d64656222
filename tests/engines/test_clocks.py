"""Legal clocks: counted as the law counts, in the place's own calendar, never too short by a pause."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines import clocks
from tutela.engines.clocks import (
    Calendar,
    EndRule,
    Length,
    Pause,
    Rules,
    Unit,
)

LONDON, PARIS, DUBAI = ZoneInfo("Europe/London"), ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Dubai")
ENGLAND = clocks.country_calendar("GB", "ENG")
FRANCE = clocks.country_calendar("FR")
PLACES = {
    "GB": LONDON,
    "FR": PARIS,
    "ES": ZoneInfo("Europe/Madrid"),
    "AE": DUBAI,
    "TH": ZoneInfo("Asia/Bangkok"),
    "UY": ZoneInfo("America/Montevideo"),
}
PLAIN = Rules()
TO_NEXT = Rules(end_on_working_day=EndRule.NEXT_WORKING_DAY)
TO_PREVIOUS = Rules(end_on_working_day=EndRule.PREVIOUS_WORKING_DAY)
INCLUSIVE = Rules(first_day_counts=True)


def at(text: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def last_day(
    start: str,
    amount: int,
    unit: Unit,
    rules: Rules = PLAIN,
    calendar: Calendar = ENGLAND,
    pauses: tuple[tuple[str, str | None], ...] = (),
) -> str | None:
    """Say the last day of a limit in London, having checked that it ends with that day."""
    end = clocks.due_with_pauses(
        at(start),
        length=Length(amount, unit),
        calendar=calendar,
        rules=rules,
        zone=LONDON,
        pauses=[Pause(at(since), until and at(until)) for since, until in pauses],
    )
    if end is None:
        return None
    assert end.time().isoformat() == "23:59:59.999999"
    return end.date().isoformat()


# --- counting --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "amount", "unit", "rules", "expected"),
    [
        # days: the day of the event does not count
        ("2026-03-02T10:00", 5, Unit.DAYS, PLAIN, "2026-03-07"),
        ("2026-03-02T10:00", 5, Unit.DAYS, INCLUSIVE, "2026-03-06"),
        ("2026-03-02T10:00", 5, Unit.DAYS, TO_NEXT, "2026-03-09"),
        ("2026-03-02T10:00", 5, Unit.DAYS, TO_PREVIOUS, "2026-03-06"),
        ("2026-03-02T00:00", 0, Unit.DAYS, PLAIN, "2026-03-02"),
        ("2026-03-02T00:00", 0, Unit.DAYS, INCLUSIVE, "2026-03-02"),
        # a move backwards stops at the day of the event, here a Saturday
        ("2026-03-07T10:00", 0, Unit.DAYS, TO_PREVIOUS, "2026-03-07"),
        ("2026-03-07T10:00", 1, Unit.DAYS, TO_PREVIOUS, "2026-03-07"),
        # working days over Easter: Good Friday 3 April, Easter Monday 6 April 2026
        ("2026-04-01T10:00", 5, Unit.WORKING_DAYS, PLAIN, "2026-04-10"),
        ("2026-04-01T10:00", 5, Unit.WORKING_DAYS, INCLUSIVE, "2026-04-09"),
        ("2026-04-04T10:00", 1, Unit.WORKING_DAYS, INCLUSIVE, "2026-04-07"),
        # months: to the same number, or the end of a shorter month
        ("2026-01-15T10:00", 1, Unit.MONTHS, PLAIN, "2026-02-15"),
        ("2026-01-15T10:00", 1, Unit.MONTHS, INCLUSIVE, "2026-02-14"),
        ("2026-01-31T10:00", 1, Unit.MONTHS, PLAIN, "2026-02-28"),
        ("2028-01-31T10:00", 1, Unit.MONTHS, PLAIN, "2028-02-29"),
        ("2026-01-31T10:00", 1, Unit.MONTHS, INCLUSIVE, "2026-02-28"),
        ("2026-01-29T10:00", 1, Unit.MONTHS, INCLUSIVE, "2026-02-28"),
        ("2026-02-28T10:00", 1, Unit.MONTHS, PLAIN, "2026-03-28"),
        ("2026-11-30T10:00", 3, Unit.MONTHS, TO_NEXT, "2027-03-01"),
        # years
        ("2028-02-29T10:00", 1, Unit.YEARS, PLAIN, "2029-02-28"),
        ("2028-02-29T10:00", 4, Unit.YEARS, PLAIN, "2032-02-29"),
        ("2026-01-01T10:00", 1, Unit.YEARS, INCLUSIVE, "2026-12-31"),
    ],
)
def test_a_limit_ends_where_the_law_says(
    start: str, amount: int, unit: Unit, rules: Rules, expected: str
) -> None:
    assert last_day(start, amount, unit, rules) == expected


def test_the_day_of_the_event_is_that_of_the_place() -> None:
    """Half past nine in the evening in UTC is the next day in Dubai."""
    start = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
    days = {
        zone.key: clocks.due(
            start, length=Length(1, Unit.DAYS), calendar=ENGLAND, rules=PLAIN, zone=zone
        ).date()
        for zone in (LONDON, DUBAI)
    }
    assert days == {"Europe/London": date(2026, 3, 3), "Asia/Dubai": date(2026, 3, 4)}


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-28T12:00", "2026-03-29T13:00:00+01:00"),  # the night of 28 March loses an hour
        ("2026-10-24T12:00", "2026-10-25T11:00:00+00:00"),  # that of 24 October has one more
    ],
)
def test_24_hours_are_24_hours_when_the_clock_changes(start: str, expected: str) -> None:
    end = clocks.due(at(start), length=Length(24, Unit.HOURS), calendar=ENGLAND, rules=TO_NEXT, zone=LONDON)
    assert end.isoformat() == expected


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/London", "2026-10-25", "2026-10-25T23:59:59.999999+00:00"),
        ("America/Havana", "2026-03-07", "2026-03-07T23:59:59.999999-05:00"),  # midnight is left out
        ("America/Nuuk", "2026-03-28", "2026-03-28T22:59:59.999999-02:00"),  # 23:00 to midnight is left out
        ("America/Nuuk", "2026-10-24", "2026-10-24T23:59:59.999999-02:00"),  # 23:00 to midnight comes twice
    ],
)
def test_a_day_ends_at_its_true_last_moment(zone: str, day: str, expected: str) -> None:
    place = ZoneInfo(zone)
    end = clocks.due(
        at(f"{day}T08:00", place), length=Length(0, Unit.DAYS), calendar=FRANCE, rules=PLAIN, zone=place
    )
    assert end.isoformat() == expected


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(available_timezones())), st.dates(date(1980, 1, 1), date(2036, 1, 1)))
def test_one_microsecond_after_the_end_it_is_another_day(zone: str, day: date) -> None:
    place = ZoneInfo(zone)
    start = datetime(day.year, day.month, day.day, 12, tzinfo=place).astimezone(UTC)
    local = start.astimezone(place).date()
    end = clocks.due(start, length=Length(0, Unit.DAYS), calendar=FRANCE, rules=PLAIN, zone=place).astimezone(
        UTC
    )
    assert end.astimezone(place).date() == local
    assert (end + timedelta(microseconds=1)).astimezone(place).date() > local


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - this is the mistake
    with pytest.raises(ValueError, match="time zone"):
        clocks.due(naive, length=Length(1, Unit.DAYS), calendar=ENGLAND, rules=PLAIN, zone=LONDON)
    with pytest.raises(ValueError, match="time zone"):
        Pause(naive, None)
    with pytest.raises(ValueError, match="time zone"):
        clocks.status(naive, due=None)
    with pytest.raises(ValueError, match="time zone"):
        clocks.later_of(naive)
    with pytest.raises(ValueError, match="time zone"):
        clocks.warning_moment(naive, length=Length(1, Unit.DAYS), calendar=ENGLAND, zone=LONDON)


def test_no_limit_is_shorter_than_nothing() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Length(-1, Unit.DAYS)


moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
all_rules = st.builds(Rules, first_day_counts=st.booleans(), end_on_working_day=st.sampled_from(EndRule))
lengths = st.builds(Length, amount=st.integers(0, 40), unit=st.sampled_from(Unit))
countries = st.sampled_from(sorted(PLACES))


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


@settings(deadline=None)
@given(moments, lengths, all_rules, countries)
def test_a_longer_limit_never_ends_earlier(
    start: datetime, length: Length, rules: Rules, country: str
) -> None:
    ends = [
        clocks.due(
            start,
            length=Length(amount, length.unit),
            calendar=clocks.country_calendar(country),
            rules=rules,
            zone=PLACES[country],
        )
        for amount in (length.amount, length.amount + 1)
    ]
    assert utc(start) <= utc(ends[0]) <= utc(ends[1])


@settings(deadline=None)
@given(moments, lengths, st.booleans(), countries)
def test_a_limit_that_ends_on_a_working_day_does(
    start: datetime, length: Length, first_day_counts: bool, country: str
) -> None:
    place, calendar = PLACES[country], clocks.country_calendar(country)
    if length.unit is Unit.HOURS:
        length = Length(length.amount, Unit.DAYS)

    def end_by(rule: EndRule) -> date:
        rules = Rules(first_day_counts=first_day_counts, end_on_working_day=rule)
        return clocks.due(start, length=length, calendar=calendar, rules=rules, zone=place).date()

    before, plain, after = (
        end_by(rule) for rule in (EndRule.PREVIOUS_WORKING_DAY, EndRule.AS_IT_FALLS, EndRule.NEXT_WORKING_DAY)
    )
    assert before <= plain <= after
    assert calendar.is_working_day(after)
    assert calendar.is_working_day(before) or before == start.astimezone(place).date()
    assert clocks.working_days_between(plain, after - timedelta(days=1), calendar=calendar) == 0


@settings(deadline=None)
@given(moments, st.integers(1, 60), countries)
def test_working_days_agree_with_counting_them_on_the_wall_calendar(
    start: datetime, amount: int, country: str
) -> None:
    place = PLACES[country]
    end = clocks.due(
        start,
        length=Length(amount, Unit.WORKING_DAYS),
        calendar=clocks.country_calendar(country),
        rules=PLAIN,
        zone=place,
    )
    wall = holidays.country_holidays(country)
    day, counted = start.astimezone(place).date(), 0
    while counted < amount:
        day += timedelta(days=1)
        counted += wall.is_working_day(day)
    assert end.date() == day


# --- pauses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "unit", "pauses", "expected"),
    [
        # 10 days from Monday 2 March end on the 12th
        (10, Unit.DAYS, (), "2026-03-12"),
        (10, Unit.DAYS, (("2026-03-04T10:00", "2026-03-07T10:00"),), "2026-03-15"),
        (10, Unit.DAYS, (("2026-03-04T09:00", "2026-03-04T17:00"),), "2026-03-12"),
        (10, Unit.DAYS, (("2026-03-13T10:00", "2026-03-20T10:00"),), "2026-03-12"),
        (10, Unit.DAYS, (("2026-02-01T10:00", "2026-03-01T10:00"),), "2026-03-12"),
        (10, Unit.DAYS, (("2026-03-04T10:00", None),), None),
        (10, Unit.DAYS, (("2026-03-13T10:00", None),), "2026-03-12"),
        # overlapping and repeated pauses give a day back once
        (
            10,
            Unit.DAYS,
            (("2026-03-05T10:00", "2026-03-07T10:00"), ("2026-03-04T10:00", "2026-03-06T10:00")) * 2,
            "2026-03-15",
        ),
        (10, Unit.DAYS, (("2026-03-04T10:00", None), ("2026-03-05T10:00", "2026-03-06T10:00")), None),
        # a pause inside the time that an earlier one gave back
        (
            10,
            Unit.DAYS,
            (("2026-03-04T10:00", "2026-03-07T10:00"), ("2026-03-14T10:00", "2026-03-16T10:00")),
            "2026-03-17",
        ),
        # working days lost over a weekend are only the working ones
        (5, Unit.WORKING_DAYS, (), "2026-03-09"),
        (5, Unit.WORKING_DAYS, (("2026-03-06T10:00", "2026-03-09T10:00"),), "2026-03-10"),
        (1, Unit.MONTHS, (("2026-03-10T10:00", "2026-03-20T10:00"),), "2026-04-12"),
        (0, Unit.DAYS, (("2026-03-01T10:00", "2026-03-20T10:00"),), "2026-03-02"),
    ],
)
def test_a_pause_gives_back_the_days_on_which_the_clock_stood_still(
    amount: int, unit: Unit, pauses: tuple[tuple[str, str | None], ...], expected: str | None
) -> None:
    assert last_day("2026-03-02T10:00", amount, unit, pauses=pauses) == expected


def test_a_limit_does_not_move_on_to_a_working_day_on_which_the_clock_stands_still() -> None:
    """Five days end on Saturday 7 March and move to Monday, on which the clock stands still."""
    until_wednesday = (("2026-03-08T10:00", "2026-03-11T10:00"),)
    assert last_day("2026-03-02T10:00", 5, Unit.DAYS, TO_NEXT, pauses=until_wednesday) == "2026-03-11"
    for_good = (("2026-03-08T10:00", None),)
    assert last_day("2026-03-02T10:00", 5, Unit.DAYS, TO_NEXT, pauses=for_good) is None


def test_paused_hours_are_added() -> None:
    def end(*pauses: Pause) -> datetime | None:
        return clocks.due_with_pauses(
            at("2026-03-02T10:00"),
            length=Length(48, Unit.HOURS),
            calendar=ENGLAND,
            rules=PLAIN,
            zone=LONDON,
            pauses=pauses,
        )

    assert end() == at("2026-03-04T10:00")
    assert end(Pause(at("2026-03-03T10:00"), at("2026-03-03T13:00"))) == at("2026-03-04T13:00")
    assert end(Pause(at("2026-03-01T10:00"), at("2026-03-02T11:00"))) == at("2026-03-04T11:00")
    assert end(Pause(at("2026-03-01T10:00"), at("2026-03-02T09:00"))) == at("2026-03-04T10:00")
    assert end(Pause(at("2026-03-04T10:00"), None)) == at("2026-03-04T10:00")
    assert end(Pause(at("2026-03-04T09:59"), None)) is None


def test_a_pause_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="pause"):
        Pause(at("2026-03-02T10:00"), at("2026-03-02T09:00"))


stretches = st.lists(
    st.tuples(st.integers(-500, 4000), st.one_of(st.none(), st.integers(0, 1500))), min_size=1, max_size=4
)


@settings(deadline=None, max_examples=300)
@given(moments, lengths, all_rules, countries, stretches)
def test_a_pause_never_makes_a_limit_end_earlier(
    start: datetime, length: Length, rules: Rules, country: str, hours: list[tuple[int, int | None]]
) -> None:
    pauses = []
    for offset, lasting in hours:
        since = start + timedelta(hours=offset)
        pauses.append(Pause(since, None if lasting is None else since + timedelta(hours=lasting)))

    def end(taken: list[Pause]) -> datetime | None:
        return clocks.due_with_pauses(
            start,
            length=length,
            calendar=clocks.country_calendar(country),
            rules=rules,
            zone=PLACES[country],
            pauses=taken,
        )

    ends = [end(pauses[:number]) for number in range(len(pauses) + 1)]
    for fewer, more in pairwise(ends):
        assert more is None or (fewer is not None and utc(fewer) <= utc(more))
    assert ends[-1] == end(pauses[::-1])
