"""Starts, pauses, meets and sweeps legal deadlines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from tutela.engines import clocks as engine
from tutela.foundation.access.decision import Actor, System
from tutela.foundation.audit.models import Event
from tutela.foundation.audit.record import record
from tutela.foundation.clocks.models import Clock, Pause, State
from tutela.foundation.clocks.places import calendar_of, end_of_day, zone_of

RULES = engine.Rules()
# Ours, not the law's: warn when a fifth of the time is left, and at least a day before the end.
WARN_SHARE = 5
SWEEP_BATCH = 20_000
LIVE = frozenset({State.RUNNING, State.WARNED})
Row = tuple[UUID, UUID, UUID, str, UUID | None]


# What a later stage does when clocks of its kind are breached: it gets the ids of what they time.
Breached = Callable[..., None]
_when_breached: dict[str, Breached] = {}
# What a later stage does when terms of its kind have run out: it gets the ids of what they time.
_when_run_out: dict[str, Breached] = {}
# What a later stage does when the end of a clock of its kind moves: it gets the clock.
Moved = Callable[[Clock], None]
_when_moved: dict[str, Moved] = {}


def when_breached(kind: str, follows: Breached) -> None:
    """Called from AppConfig.ready: `follows(object_ids, by=, at=)` runs in the sweep's transaction."""
    _when_breached[kind] = follows


def when_run_out(kind: str, follows: Breached) -> None:
    """Called from AppConfig.ready: as `when_breached`, for what lasts and has come to its end."""
    _when_run_out[kind] = follows


def when_moved(kind: str, follows: Moved) -> None:
    """Called from AppConfig.ready: `follows(clock)` runs in the transaction that moves its `due_at`."""
    _when_moved[kind] = follows


class ClockEnded(Exception):
    """The clock was met, cancelled or never paused: there is nothing to change."""


class NoExtension(Exception):
    """The new end is not after the one that is counted now."""


@transaction.atomic
def start_clock(
    *,
    kind: str,
    organisation_id: UUID,
    person_id: UUID,
    source: str,
    country: str,
    length: engine.Length | None,
    started_at: datetime,
    by: Actor | System,
    at: datetime,
    region: str = "",
    object_id: UUID | None = None,
    rules: engine.Rules = RULES,
    due_at: datetime | None = None,
    is_term: bool = False,
) -> Clock:
    """A running limit. `source` is the library entry or setting that gives its length.

    Without a length it ends at `due_at`, which something else than counting has found."""
    clock = Clock(
        id=uuid4(),
        organisation_id=organisation_id,
        person_id=person_id,
        kind=kind,
        object_id=object_id,
        source=source,
        country=country,
        region=region,
        amount=length.amount if length else None,
        unit=length.unit if length else "",
        first_day_counts=rules.first_day_counts,
        end_rule=rules.end_on_working_day.value,
        is_term=is_term,
        started_at=started_at if length or due_at is None else min(started_at, due_at),
    )
    end = _counted(clock, []) if length else due_at
    assert end is not None, "a length, or an end"
    clock.due_at, clock.warn_at = end, _warn_at(clock.started_at, end)
    clock.save(force_insert=True)
    _record("clock.start", clock, by=by, at=at)
    return clock


def _counted(clock: Clock, pauses: list[engine.Pause]) -> datetime | None:
    assert clock.amount is not None, "a limit that is counted"
    return engine.due_with_pauses(
        clock.started_at,
        length=engine.Length(clock.amount, engine.Unit(clock.unit)),
        calendar=calendar_of(clock.country, clock.region),
        rules=engine.Rules(clock.first_day_counts, engine.EndRule(clock.end_rule)),
        zone=zone_of(clock.country),
        pauses=pauses,
    )


def _warn_at(start: datetime, due: datetime) -> datetime:
    share = (due - start) / WARN_SHARE
    return max(start, due - max(share, min(timedelta(days=1), due - start)))


@transaction.atomic
def meet_clock(clock: Clock, *, by: Actor | System, at: datetime, done_at: datetime | None = None) -> Clock:
    """What was owed was given: in time, or late. `done_at` is when, if it is only written down now.

    Raises ClockEnded."""
    in_time = (done_at or at) <= clock.due_at
    return _end(clock, State.MET if in_time else State.MET_LATE, by=by, at=at)


@transaction.atomic
def cancel_clock(clock: Clock, *, by: Actor | System, at: datetime) -> Clock:
    """What was owed is no longer owed. Raises ClockEnded."""
    return _end(clock, State.CANCELLED, by=by, at=at)


def _end(clock: Clock, state: State, *, by: Actor | System, at: datetime) -> Clock:
    if clock.ended_at is not None:
        raise ClockEnded
    Pause.objects.filter(clock=clock, until_at__isnull=True).update(until_at=at)
    clock.state, clock.ended_at = state, at
    clock.save(update_fields=["state", "ended_at"])
    _record(f"clock.{state}", clock, by=by, at=at)
    return clock


@transaction.atomic
def pause_clock(clock: Clock, *, reason: str, by: Actor | System, at: datetime) -> Pause:
    """The time stands still from now on, for a reason that the law names. Raises ClockEnded."""
    if clock.state not in {State.RUNNING, State.WARNED}:
        raise ClockEnded
    pause = Pause(id=uuid4(), clock=clock, from_at=at, reason=reason)
    pause.save(force_insert=True)
    clock.state = State.PAUSED
    clock.save(update_fields=["state"])
    _record("clock.pause", clock, by=by, at=at, reason=reason)
    return pause


@transaction.atomic
def resume_clock(clock: Clock, *, by: Actor | System, at: datetime) -> Clock:
    """The time runs on; the end moves by what stood still. Raises ClockEnded."""
    if clock.state != State.PAUSED:
        raise ClockEnded
    open_pause = Pause.objects.get(clock=clock, until_at__isnull=True)
    open_pause.until_at = at
    open_pause.save(update_fields=["until_at"])
    due = _after_pauses(clock, stood_still=at - open_pause.from_at)
    clock.state = State.RUNNING
    _move_end(clock, due, at=at)
    _record("clock.resume", clock, by=by, at=at)
    return clock


def _after_pauses(clock: Clock, *, stood_still: timedelta) -> datetime:
    """The end once the last pause is over. What was set to a day moves by what stood still since."""
    if clock.amount is None or clock.extended_to is not None:
        return clock.due_at + stood_still
    due = _counted(clock, [engine.Pause(since=one.from_at, until=one.until_at) for one in clock.pauses.all()])
    assert due is not None, "no pause is open any more"
    return due


def _move_end(clock: Clock, due: datetime, *, at: datetime) -> None:
    clock.due_at, clock.warn_at = due, max(at, _warn_at(clock.started_at, due))
    clock.save(update_fields=["due_at", "warn_at", "state", "ended_at", "extended_to", "extended_at"])
    if follows := _when_moved.get(clock.kind):
        follows(clock)


@transaction.atomic
def extend_clock(clock: Clock, *, until: date, reason: str, by: Actor | System, at: datetime) -> Clock:
    """The limit lasts to the end of a later day. A deadline that was missed is never extended; a term that
    has run out runs again. Raises ClockEnded, NoExtension."""
    if clock.state not in {State.RUNNING, State.WARNED, State.PAUSED, State.RAN_OUT}:
        raise ClockEnded
    end = end_of_day(until, country=clock.country)
    if end <= clock.due_at:
        raise NoExtension
    clock.extended_to, clock.extended_at = end, at
    if clock.state != State.PAUSED:
        clock.state = State.RUNNING if end >= at else clock.state
    if clock.state == State.RUNNING:
        clock.ended_at = None
    _move_end(clock, end, at=at)
    _record("clock.extend", clock, by=by, at=at, reason=reason)
    return clock


def sweep(*, by: System, at: datetime) -> tuple[int, int]:
    """Marks what is due soon and what is breached by now; returns how many of each. Needs a system scope."""
    late = {"due_at__lt": at}
    breached = _move_all(LIVE, State.BREACHED, {**late, "is_term": False}, by=by, at=at)
    _move_all(LIVE, State.RAN_OUT, {**late, "is_term": True}, by=by, at=at)
    warned = _move_all(frozenset({State.RUNNING}), State.WARNED, {"warn_at__lte": at}, by=by, at=at)
    return warned, breached


def _move_all(
    states: frozenset[State], to: State, which: dict[str, datetime | bool], *, by: System, at: datetime
) -> int:
    """Batches, each with its events in one transaction: a sweep that is killed goes on where it stopped."""
    moved = 0
    while True:
        with transaction.atomic():
            due = Clock.objects.select_for_update(skip_locked=_can_skip()).filter(state__in=states, **which)
            batch = list(
                due.values_list("id", "organisation_id", "person_id", "kind", "object_id")[:SWEEP_BATCH]
            )
            if not batch:
                return moved
            changes = {"state": to, "ended_at": at} if to is State.RAN_OUT else {"state": to}
            for part in range(0, len(batch), 500):
                Clock.objects.filter(id__in=[row[0] for row in batch[part : part + 500]]).update(**changes)
            Event.objects.bulk_create([_moved(row, to, by=by, at=at) for row in batch], batch_size=500)
            if to is not State.WARNED:
                _tell_later_stages(batch, to, by=by, at=at)
            moved += len(batch)


def _tell_later_stages(batch: list[Row], to: State, *, by: System, at: datetime) -> None:
    told = _when_breached if to is State.BREACHED else _when_run_out
    for kind, follows in told.items():
        timed = [row[4] for row in batch if row[3] == kind and row[4] is not None]
        if timed:
            follows(timed, by=by, at=at)


def _moved(row: Row, to: State, *, by: System, at: datetime) -> Event:
    return Event(
        at=at,
        actor_id=by.user_id,
        organisation_id=row[1],
        verb=f"clock.{to}",
        kind="clock",
        object_id=row[0],
        person_id=row[2],
    )


def _can_skip() -> bool:
    return connection.features.has_select_for_update_skip_locked


def _record(verb: str, clock: Clock, *, by: Actor | System, at: datetime, reason: str = "") -> None:
    record(
        verb,
        by=by,
        at=at,
        kind="clock",
        object_id=clock.pk,
        person_id=clock.person_id,
        organisation_id=clock.organisation_id,
        basis=clock.source,
        details={"reason": reason} if reason else {},
    )
