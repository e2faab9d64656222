"""Where a clock stands, what is left of it, and when it warns."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines import clocks
from tutela.engines.clocks import ClockState, Length, Remaining, Rules, Unit

LONDON = ZoneInfo("Europe/London")
ENGLAND = clocks.country_calendar("GB", "ENG")
PLAIN = Rules()
PLACES = {"GB": LONDON, "AE": ZoneInfo("Asia/Dubai"), "TH": ZoneInfo("Asia/Bangkok")}

moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
countries = st.sampled_from(sorted(PLACES))


def at(text: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


END = at("2026-03-09T23:59:59.999999")
JUST_AFTER = at("2026-03-10T00:00")
BEFORE = at("2026-03-05T10:00")


@pytest.mark.parametrize(
    ("now", "end", "warnings", "met_at", "paused", "expected"),
    [
        (BEFORE, END, (), None, False, ClockState.RUNNING),
        (BEFORE, END, (END,), None, False, ClockState.RUNNING),
        (BEFORE, END, (END, BEFORE), None, False, ClockState.WARNED),
        (END, END, (), None, False, ClockState.RUNNING),
        (JUST_AFTER, END, (BEFORE,), None, False, ClockState.BREACHED),
        (JUST_AFTER, END, (), None, True, ClockState.BREACHED),
        (JUST_AFTER, END, (), END, False, ClockState.MET),
        (JUST_AFTER, END, (), JUST_AFTER, False, ClockState.MET_LATE),
        (JUST_AFTER, None, (), BEFORE, True, ClockState.MET),
        (BEFORE, None, (), None, True, ClockState.PAUSED),
        (BEFORE, END, (BEFORE,), None, True, ClockState.PAUSED),
        (BEFORE, None, (), None, False, ClockState.OPEN_ENDED),
    ],
)
def test_a_clock_stands_where_it_should(
    now: datetime,
    end: datetime | None,
    warnings: tuple[datetime, ...],
    met_at: datetime | None,
    paused: bool,
    expected: ClockState,
) -> None:
    assert clocks.status(now, due=end, warnings=warnings, met_at=met_at, paused=paused) is expected


def test_the_hour_that_comes_twice_is_not_mixed_up() -> None:
    first = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)
    second = first.replace(fold=1)
    assert clocks.status(second, due=first) is ClockState.BREACHED
    assert clocks.status(first, due=second) is ClockState.RUNNING
    assert clocks.later_of(second, first) is second
    assert clocks.later_of(first, second) is second


def test_the_later_of_several_ends_is_open_when_one_is() -> None:
    assert clocks.later_of(BEFORE, END) == END
    assert clocks.later_of(END, None) is None
    with pytest.raises(ValueError, match="nothing"):
        clocks.later_of()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at("2026-04-01T10:00"), Remaining(days=6, working_days=2, overdue=False)),  # Easter between
        (at("2026-04-07T23:00"), Remaining(days=0, working_days=0, overdue=False)),
        (at("2026-04-10T00:00"), Remaining(days=3, working_days=3, overdue=True)),
        (datetime(2026, 4, 6, 23, 30, tzinfo=UTC), Remaining(days=0, working_days=0, overdue=False)),
    ],
)
def test_what_is_left_is_counted_as_people_count(now: datetime, expected: Remaining) -> None:
    end = at("2026-04-07T23:59:59.999999")
    assert clocks.remaining(now, due=end, calendar=ENGLAND, zone=LONDON) == expected


def test_nothing_can_be_said_of_what_is_left_of_an_open_limit() -> None:
    assert clocks.remaining(BEFORE, due=None, calendar=ENGLAND, zone=LONDON) is None


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (Length(6, Unit.HOURS), "2026-04-07T17:59:59.999999+01:00"),
        (Length(2, Unit.DAYS), "2026-04-05T00:00:00+01:00"),
        (Length(2, Unit.WORKING_DAYS), "2026-04-01T00:00:00+01:00"),
        (Length(1, Unit.MONTHS), "2026-03-07T00:00:00+00:00"),
        (Length(1, Unit.YEARS), "2025-04-07T00:00:00+01:00"),
    ],
)
def test_a_warning_comes_so_long_before_the_end(length: Length, expected: str) -> None:
    end = at("2026-04-07T23:59:59.999999")
    moment = clocks.warning_moment(end, length=length, calendar=ENGLAND, zone=LONDON)
    assert moment.isoformat() == expected


def test_a_warning_comes_at_a_time_that_exists() -> None:
    """In Havana 8 March 2026 begins at one in the morning."""
    havana = ZoneInfo("America/Havana")
    end = at("2026-03-09T23:59:59.999999", havana)
    moment = clocks.warning_moment(end, length=Length(1, Unit.DAYS), calendar=ENGLAND, zone=havana)
    assert moment.isoformat() == "2026-03-08T01:00:00-04:00"


@settings(deadline=None)
@given(moments, st.integers(1, 30), st.integers(1, 30), countries)
def test_the_warning_of_some_working_days_leaves_those_working_days(
    start: datetime, amount: int, notice: int, country: str
) -> None:
    place, calendar = PLACES[country], clocks.country_calendar(country)
    end = clocks.due(
        start, length=Length(amount, Unit.WORKING_DAYS), calendar=calendar, rules=PLAIN, zone=place
    )
    warned = clocks.warning_moment(
        end, length=Length(notice, Unit.WORKING_DAYS), calendar=calendar, zone=place
    )
    left = clocks.remaining(warned, due=end, calendar=calendar, zone=place)
    assert left is not None
    assert left.working_days == notice
