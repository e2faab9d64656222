"""Dates as people count them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.utils import translation

from tutela.web import dates
from tutela.web.components import Deadline, DeadlineState
from tutela.web.deadlines import deadline_of

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("remaining", "working", "words"),
    [
        (0, True, "today"),
        (1, False, "in 1 day"),
        (3, True, "in 3 working days"),
        (-1, True, "1 working day late"),
        (-12, False, "12 days late"),
    ],
)
def test_what_is_left_is_said_in_words(remaining: int, working: bool, words: str) -> None:
    with translation.override("en"):
        assert dates.remaining_words(remaining, working=working) == words


def test_a_near_date_leaves_out_the_year_and_a_far_one_does_not() -> None:
    assert dates.deadline_words(3, THURSDAY, "en", working=True) == "in 3 working days, Thu 26 Nov"
    assert dates.deadline_words(400, THURSDAY, "en").endswith("Thu, 26 Nov 2026")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Thu, 26 Nov 2026"),
        ("fr", "jeu. 26 nov. 2026"),
        ("es", "jue, 26 nov 2026"),
        ("ar", "الخميس، 26 نوفمبر 2026"),
    ],
)
def test_a_day_is_written_as_its_readers_write_it(lang: str, words: str) -> None:
    assert dates.human_date(THURSDAY, lang) == words


def test_a_moment_has_its_time_of_day() -> None:
    assert dates.human_moment(datetime(2026, 11, 26, 14, 5, tzinfo=UTC), "en") == "Thu, 26 Nov 2026, 14:05"


def clock(**changes: object) -> SimpleNamespace:
    given = {"country": "GB", "due_at": datetime(2026, 11, 30, 23, 59, tzinfo=UTC), "unit": "working_days"}
    return SimpleNamespace(**(given | {"region": "", "state": "running", "is_term": False} | changes))


def test_a_clock_in_working_days_jumps_over_the_weekend() -> None:
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert deadline_of(clock(), at=friday) == Deadline(
        due=date(2026, 11, 30), state=DeadlineState.RUNNING, days=3, working_days=1
    )


def test_a_clock_in_days_counts_every_day() -> None:
    assert deadline_of(clock(unit="days"), at=datetime(2026, 11, 27, 9, tzinfo=UTC)).working_days is None


def test_a_clock_counts_with_the_holidays_of_its_region() -> None:
    """St Andrew's Day is the thirtieth of November, and a holiday in Scotland alone."""
    week = {"due_at": datetime(2026, 12, 2, 23, 59, tzinfo=UTC), "country": "GB"}
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)
    left = [deadline_of(clock(**week, region=place), at=friday).working_days for place in ("", "GB-SCT")]
    assert left == [3, 2]


def test_a_late_clock_counts_backwards() -> None:
    late = deadline_of(clock(state="breached"), at=datetime(2026, 12, 7, 9, tzinfo=UTC))
    assert (late.days, late.working_days) == (-7, -5)


def test_a_clock_that_ran_out_is_late_before_the_sweep_says_so() -> None:
    moment = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert deadline_of(clock(), at=moment).state is DeadlineState.BREACHED
    assert deadline_of(clock(state="warned"), at=moment).state is DeadlineState.BREACHED
    assert deadline_of(clock(state="met"), at=moment).state is DeadlineState.MET
    assert deadline_of(clock(is_term=True), at=moment).state is DeadlineState.RAN_OUT


def test_the_day_is_the_day_of_the_place() -> None:
    in_manila = clock(country="PH", due_at=datetime(2026, 11, 29, 17, tzinfo=UTC))
    assert deadline_of(in_manila, at=datetime(2026, 11, 27, 9, tzinfo=UTC)).due == date(2026, 11, 30)


def test_every_state_of_a_clock_can_be_shown() -> None:
    from tutela.foundation.clocks.models import State

    assert set(State.values) == {state.value for state in DeadlineState}
