"""Starts, pauses, meets and sweeps legal deadlines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from tutela.engines import clocks as engine
from tutela.foundation.access.decision import Actor, System
from tutela.foundation.audit.models import Event
from tutela.foundation.audit.record import record
from tutela.foundation.clocks.models import Clock, Pause, State
from tutela.foundation.clocks.places import calendar_of, zone_of

RULES = engine.Rules()
# Ours, not the law's: warn when a fifth of the time is left, and at least a day before the end.
WARN_SHARE = 5
SWEEP_BATCH = 20_000
Row = tuple[UUID, UUID, UUID, str, UUID | None]


# What a later stage does when clocks of its kind are breached: it gets the ids of what they time.
Breached = Callable[..., None]
_when_breached: dict[str, Breached] = {}
# What a later stage does when the end of a clock of its kind moves: it gets the clock.
Moved = Callable[[Clock], None]
_when_moved: dict[str, Moved] = {}


def when_breached(kind: str, follows: Breached) -> None:
    """Called from AppConfig.ready: `follows(object_ids, by=, at=)` runs in the sweep's transaction."""
    _when_breached[kind] = follows


def when_moved(kind: str, follows: Moved) -> None:
    """Called from AppConfig.ready: `follows(clock)` runs in the transaction that moves its `due_at`."""
    _when_moved[kind] = follows


class ClockEnded(Exception):
    """The clock was met, cancelled or never paused: there is nothing to change."""


@transaction.atomic
def start_clock(
    *,
    kind: str,
    organisation_id: UUID,
    person_id: UUID,
    source: str,
    country: str,
    length: engine.Length,
    started_at: datetime,
    by: Actor | System,
    at: datetime,
    object_id: UUID | None = None,
) -> Clock:
    """A running deadline. `source` is the library entry or setting that gives its length."""
    due = engine.due(
        started_at, length=length, calendar=calendar_of(country), rules=RULES, zone=zone_of(country)
    )
    clock = Clock(
        id=uuid4(),
        organisation_id=organisation_id,
        person_id=person_id,
        kind=kind,
        object_id=object_id,
        source=source,
        country=country,
        amount=length.amount,
        unit=length.unit,
        started_at=started_at,
        due_at=due,
        warn_at=_warn_at(started_at, due),
    )
    clock.save(force_insert=True)
    _record("clock.start", clock, by=by, at=at)
    return clock


def _warn_at(start: datetime, due: datetime) -> datetime:
    share = (due - start) / WARN_SHARE
    return max(start, due - max(share, min(timedelta(days=1), due - start)))


@transaction.atomic
def meet_clock(clock: Clock, *, by: Actor | System, at: datetime) -> Clock:
    """What was owed was given: in time, or late. Raises ClockEnded."""
    return _end(clock, State.MET if at <= clock.due_at else State.MET_LATE, by=by, at=at)


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
    Pause.objects.filter(clock=clock, until_at__isnull=True).update(until_at=at)
    pauses = [engine.Pause(since=p.from_at, until=p.until_at) for p in clock.pauses.all()]
    due = engine.due_with_pauses(
        clock.started_at,
        length=engine.Length(clock.amount, engine.Unit(clock.unit)),
        calendar=calendar_of(clock.country),
        rules=RULES,
        zone=zone_of(clock.country),
        pauses=pauses,
    )
    assert due is not None, "no pause is open any more"
    clock.due_at, clock.warn_at, clock.state = due, max(at, _warn_at(clock.started_at, due)), State.RUNNING
    clock.save(update_fields=["due_at", "warn_at", "state"])
    if follows := _when_moved.get(clock.kind):
        follows(clock)
    _record("clock.resume", clock, by=by, at=at)
    return clock


def sweep(*, by: System, at: datetime) -> tuple[int, int]:
    """Marks what is due soon and what is breached by now; returns how many of each. Needs a system scope."""
    breached = _move_all({State.RUNNING, State.WARNED}, State.BREACHED, {"due_at__lt": at}, by=by, at=at)
    warned = _move_all({State.RUNNING}, State.WARNED, {"warn_at__lte": at}, by=by, at=at)
    return warned, breached


def _move_all(states: set[State], to: State, moment: dict[str, datetime], *, by: System, at: datetime) -> int:
    """Batches, each with its events in one transaction: a sweep that is killed goes on where it stopped."""
    moved = 0
    while True:
        with transaction.atomic():
            due = Clock.objects.select_for_update(skip_locked=_can_skip()).filter(state__in=states, **moment)
            batch = list(
                due.values_list("id", "organisation_id", "person_id", "kind", "object_id")[:SWEEP_BATCH]
            )
            if not batch:
                return moved
            for part in range(0, len(batch), 500):
                Clock.objects.filter(id__in=[row[0] for row in batch[part : part + 500]]).update(state=to)
            Event.objects.bulk_create([_moved(row, to, by=by, at=at) for row in batch], batch_size=500)
            if to is State.BREACHED:
                _tell_later_stages(batch, by=by, at=at)
            moved += len(batch)


def _tell_later_stages(batch: list[Row], *, by: System, at: datetime) -> None:
    for kind, follows in _when_breached.items():
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
