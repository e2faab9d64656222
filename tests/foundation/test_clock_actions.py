"""Stored deadlines: started, warned of, breached, paused, met."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.cast import NOON, days

from tutela.engines.clocks import Coverage, EndRule, Length, Rules, Unit
from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.audit.models import Event
from tutela.foundation.clocks import actions
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.clocks.places import calendar_of, end_of_day, zone_of

FRIDAY = datetime(2026, 12, 18, 10, 0, tzinfo=UTC)


def start(cast, *, amount=5, unit=Unit.WORKING_DAYS, country="GB", at=FRIDAY, kind="grounds", region=""):
    return actions.start_clock(
        kind=kind,
        organisation_id=cast.casa_alba.pk,
        person_id=cast.amina.pk,
        source="L242",
        country=country,
        region=region,
        length=Length(amount, unit),
        started_at=at,
        by=SYSTEM,
        at=at,
        object_id=cast.amina.pk,
    )


def test_five_working_days_over_christmas_in_britain(cast):
    # Mon 21 to Thu 24 are four; Fri 25 and Mon 28 (for Boxing Day) are holidays; the fifth is Tue 29.
    assert start(cast).due_at == datetime(2026, 12, 29, 23, 59, 59, 999999, tzinfo=UTC)


def test_the_day_ends_where_the_limit_runs(cast):
    due = start(cast, amount=30, unit=Unit.DAYS, country="ES").due_at
    assert due.astimezone(zone_of("ES")).hour == 23
    assert due.astimezone(UTC).hour == 22


def test_the_sweep_warns_and_then_marks_the_breach_once(cast):
    clock = start(cast)
    assert actions.sweep(by=SYSTEM, at=FRIDAY) == (0, 0)
    assert actions.sweep(by=SYSTEM, at=clock.warn_at) == (1, 0)
    assert actions.sweep(by=SYSTEM, at=clock.warn_at) == (0, 0)
    assert actions.sweep(by=SYSTEM, at=clock.due_at) == (0, 0)
    assert actions.sweep(by=SYSTEM, at=clock.due_at + days(1)) == (0, 1)
    assert actions.sweep(by=SYSTEM, at=clock.due_at + days(2)) == (0, 0)
    clock.refresh_from_db()
    assert clock.state == State.BREACHED
    verbs = Event.objects.filter(object_id=clock.pk).order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["clock.start", "clock.warned", "clock.breached"]


def test_what_times_something_is_told_of_its_breach(cast, monkeypatch):
    told = []
    monkeypatch.setitem(actions._when_breached, "grounds", lambda ids, *, by, at: told.extend(ids))
    start(cast)
    start(cast, kind="other")
    actions.sweep(by=SYSTEM, at=FRIDAY + days(60))
    assert told == [cast.amina.pk]


def test_met_in_time_and_met_late(cast):
    clock = actions.meet_clock(start(cast), by=SYSTEM, at=FRIDAY + days(1))
    assert clock.state == State.MET
    late = actions.meet_clock(start(cast), by=SYSTEM, at=FRIDAY + days(60))
    assert late.state == State.MET_LATE
    with pytest.raises(actions.ClockEnded):
        actions.meet_clock(late, by=SYSTEM, at=FRIDAY + days(61))


def test_a_pause_moves_the_end_by_what_stood_still(cast):
    clock = start(cast, amount=30, unit=Unit.DAYS, at=NOON)
    before = clock.due_at
    actions.pause_clock(clock, reason="in hospital", by=SYSTEM, at=NOON + days(3))
    assert actions.sweep(by=SYSTEM, at=before + days(1)) == (0, 0)
    clock = actions.resume_clock(clock, by=SYSTEM, at=NOON + days(10))
    assert clock.due_at == before + days(7)
    assert clock.state == State.RUNNING
    with pytest.raises(actions.ClockEnded):
        actions.resume_clock(clock, by=SYSTEM, at=NOON + days(11))


def test_a_clock_that_no_longer_counts_is_never_breached(cast):
    clock = actions.cancel_clock(start(cast), by=SYSTEM, at=FRIDAY)
    assert actions.sweep(by=SYSTEM, at=FRIDAY + days(60)) == (0, 0)
    assert Clock.objects.get(pk=clock.pk).state == State.CANCELLED


def test_a_sweep_in_batches_reaches_all(cast, monkeypatch):
    monkeypatch.setattr(actions, "SWEEP_BATCH", 4)
    for _ in range(10):
        start(cast)
    assert actions.sweep(by=SYSTEM, at=FRIDAY + days(60)) == (0, 10)


def test_an_unlisted_country_ends_its_days_in_utc():
    assert str(zone_of("XX")) == "UTC"
    assert str(zone_of("GB")) == "Europe/London"


def test_easter_monday_is_no_working_day_in_england(cast):
    thursday = datetime(2027, 3, 25, 10, 0, tzinfo=UTC)
    # Good Friday 26 and Easter Monday 29 March do not count: Tue 30, Wed 31, Thu 1, Fri 2, Mon 5 April.
    assert start(cast, at=thursday).due_at.date() == datetime(2027, 4, 5, tzinfo=UTC).date()


def test_a_deadline_counts_with_the_holidays_of_the_region(cast):
    """In Scotland Easter Monday is a working day and the first Monday of August is none."""
    thursday = datetime(2027, 3, 25, 10, 0, tzinfo=UTC)
    due = {place: start(cast, at=thursday, region=place).due_at.day for place in ("GB-SCT", "GB-ENG", "")}
    assert due == {"GB-SCT": 2, "GB-ENG": 5, "": 5}


def test_a_resumed_clock_counts_with_its_region(cast):
    thursday = datetime(2027, 3, 25, 10, 0, tzinfo=UTC)
    clock = start(cast, at=thursday, region="GB-SCT")
    actions.pause_clock(clock, reason="proof", by=SYSTEM, at=thursday + timedelta(hours=1))
    actions.resume_clock(clock, by=SYSTEM, at=thursday + timedelta(hours=2))
    assert clock.due_at.day == 2


@pytest.mark.parametrize("place", ["", "GB-XYZ", "FR-IDF", "GB-", "ENG"])
def test_an_unknown_region_counts_as_the_capital_does(place):
    assert calendar_of("GB", place) == calendar_of("GB", "GB-ENG")


def test_a_region_without_holidays_of_its_own_counts_as_the_country_does():
    assert calendar_of("UY", "UY-MO") == calendar_of("UY")


def test_the_calendar_of_each_listed_place_is_known():
    for country in ("GB", "ES", "DE", "CH", "US", "CA", "AU"):
        assert calendar_of(country).coverage is Coverage.HOLIDAYS


# ---------------------------------------------------------------- how long something lasts
def term(cast, *, at=NOON):
    """Thirty days in which Amina may recover."""
    return actions.start_clock(
        kind="recovery",
        organisation_id=cast.casa_alba.pk,
        person_id=cast.amina.pk,
        source="L046",
        country="GB",
        length=Length(30, Unit.DAYS),
        started_at=at,
        by=SYSTEM,
        at=at,
        object_id=cast.amina.pk,
        is_term=True,
    )


def test_the_end_of_a_protection_is_warned_of_and_is_no_breach(cast, monkeypatch):
    told = []
    monkeypatch.setitem(actions._when_run_out, "recovery", lambda ids, *, by, at: told.extend(ids))
    clock = term(cast)
    assert actions.sweep(by=SYSTEM, at=clock.warn_at) == (1, 0)
    assert actions.sweep(by=SYSTEM, at=clock.due_at + days(1)) == (0, 0)
    clock.refresh_from_db()
    assert (clock.state, clock.ended_at) == (State.RAN_OUT, clock.due_at + days(1))
    assert told == [cast.amina.pk]


def test_a_protection_that_is_extended_lasts_to_the_end_of_that_day(cast):
    clock = actions.extend_clock(
        term(cast), until=date(2027, 1, 20), reason="health", by=SYSTEM, at=NOON + days(5)
    )
    assert clock.due_at == datetime(2027, 1, 20, 23, 59, 59, 999999, tzinfo=UTC)
    assert clock.warn_at > NOON + days(5)
    assert Event.objects.get(verb="clock.extend").details == {"reason": "health"}


def test_a_protection_that_ran_out_runs_again_once_it_is_extended(cast):
    clock = term(cast)
    actions.sweep(by=SYSTEM, at=NOON + days(40))
    clock.refresh_from_db()
    actions.extend_clock(clock, until=date(2027, 2, 1), reason="health", by=SYSTEM, at=NOON + days(41))
    assert (clock.state, clock.ended_at) == (State.RUNNING, None)


def test_no_extension_shortens_and_none_hides_a_breach(cast):
    with pytest.raises(actions.NoExtension):
        actions.extend_clock(term(cast), until=NOON.date(), reason="health", by=SYSTEM, at=NOON)
    late = start(cast)
    actions.sweep(by=SYSTEM, at=FRIDAY + days(60))
    late.refresh_from_db()
    with pytest.raises(actions.ClockEnded):
        actions.extend_clock(late, until=date(2027, 6, 1), reason="health", by=SYSTEM, at=FRIDAY + days(60))


def test_a_pause_after_an_extension_moves_the_day_that_was_set(cast):
    clock = actions.extend_clock(term(cast), until=date(2027, 1, 20), reason="health", by=SYSTEM, at=NOON)
    actions.pause_clock(clock, reason="suspended", by=SYSTEM, at=NOON + days(3))
    clock = actions.resume_clock(clock, by=SYSTEM, at=NOON + days(10))
    assert clock.due_at.date() == date(2027, 1, 27)


def test_an_end_that_was_not_counted_is_a_day_and_may_lie_in_the_past(cast):
    clock = actions.start_clock(
        kind="right",
        organisation_id=cast.casa_alba.pk,
        person_id=cast.amina.pk,
        source="L046",
        country="GB",
        length=None,
        started_at=NOON,
        due_at=end_of_day(date(2026, 11, 20), country="GB"),
        by=SYSTEM,
        at=NOON,
    )
    assert (clock.amount, clock.unit) == (None, "")
    assert actions.sweep(by=SYSTEM, at=NOON) == (0, 1)


def test_the_rules_of_the_legal_order_count_and_are_kept_for_later(cast):
    rules = Rules(first_day_counts=True, end_on_working_day=EndRule.NEXT_WORKING_DAY)
    clock = actions.start_clock(
        kind="right",
        organisation_id=cast.casa_alba.pk,
        person_id=cast.amina.pk,
        source="L046",
        country="GB",
        length=Length(4, Unit.DAYS),
        started_at=NOON,  # a Wednesday: with the first day, the fourth is a Saturday
        by=SYSTEM,
        at=NOON,
        rules=rules,
    )
    assert clock.due_at.date() == date(2026, 11, 30)
    actions.pause_clock(clock, reason="suspended", by=SYSTEM, at=NOON + days(1))
    assert actions.resume_clock(clock, by=SYSTEM, at=NOON + days(2)).due_at.date() == date(2026, 11, 30)
