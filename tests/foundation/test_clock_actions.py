"""Stored deadlines: started, warned of, breached, paused, met."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.cast import NOON, days

from tutela.engines.clocks import Coverage, Length, Unit
from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.audit.models import Event
from tutela.foundation.clocks import actions
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.clocks.places import calendar_of, zone_of

FRIDAY = datetime(2026, 12, 18, 10, 0, tzinfo=UTC)


def start(cast, *, amount=5, unit=Unit.WORKING_DAYS, country="GB", at=FRIDAY, kind="grounds"):
    return actions.start_clock(
        kind=kind,
        organisation_id=cast.casa_alba.pk,
        person_id=cast.amina.pk,
        source="L242",
        country=country,
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


def test_the_calendar_of_each_listed_place_is_known():
    for country in ("GB", "ES", "DE", "CH", "US", "CA", "AU"):
        assert calendar_of(country).coverage is Coverage.HOLIDAYS
