"""The clocks that the law asks for: by when a right is given, how long it lasts, when a challenge ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from tutela.engines import clocks as engine
from tutela.engines.rights import (
    REFUSED_ON,
    Ends,
    Entitlement,
    Measure,
    MergedRight,
    TimeLimit,
    Value,
    remedy_ends,
)
from tutela.foundation.access.decision import Actor, System
from tutela.foundation.clocks.actions import start_clock
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.clocks.places import end_of_day, zone_of
from tutela.rights import assess, life, steps, timing
from tutela.rights.counting import count_in, length_for_clock, rules_for_clock
from tutela.rights.models import Right, StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A clock that the law asks for: counted by its length, or to a day that something else sets."""

    source: str
    region: str
    started_at: datetime
    length: engine.Length | None
    rules: engine.Rules
    due_at: datetime

    def is_that_of(self, clock: Clock) -> bool:
        """Whether a clock was started for the same limit. Pauses and extensions do not make it another."""
        if clock.source != self.source:
            return False
        if self.length is None:
            return clock.amount is None and (clock.extended_to is not None or clock.due_at == self.due_at)
        counted = (clock.amount, clock.unit, clock.first_day_counts, clock.end_rule, clock.started_at)
        return counted == (
            self.length.amount,
            self.length.unit.value,
            self.rules.first_day_counts,
            self.rules.end_on_working_day.value,
            self.started_at,
        )


def deadline_for(one: MergedRight, found: assess.Assessment) -> Wanted | None:
    """The strictest counted deadline of whoever owes it; None while it has no day."""
    owed = [(b, t, e) for b, t, e in _limits(one.due) if assess.is_owed_by(t)]
    if not owed:
        return None
    base, limit, ends = min(owed, key=lambda each: each[2].day)
    return _wanted(base, limit, ends, found, found.facts)


def protection_for(one: MergedRight, found: assess.Assessment) -> Wanted | None:
    """The longest time that any basis gives; None where it lasts without a day."""
    lasting = [(b, t, e) for b, t, e in _limits(one.due) if t.measures is Measure.DURATION]
    if not lasting:
        return None
    base, limit, ends = max(lasting, key=lambda each: each[2].day)
    return _wanted(base, limit, ends, found, found.facts)


def _limits(bases: Iterable[Entitlement]) -> list[tuple[Entitlement, TimeLimit, Ends]]:
    """The bases whose limit has a day."""
    return [
        (base, base.provision.time_limit, base.ends)
        for base in bases
        if base.provision.time_limit is not None and base.ends is not None
    ]


def remedy_for(bases: Iterable[Entitlement], found: assess.Assessment, *, refused_on: date) -> Wanted | None:
    """The first day on which a way to challenge a refusal closes; None where the law names no day."""
    facts: dict[str, Value] = {**found.facts, REFUSED_ON: refused_on}
    known = []
    for base in bases:
        ends = remedy_ends(base, facts, count=count_in(found.country, found.region))
        if ends is not None and base.provision.remedy and base.provision.remedy.time_limit:
            known.append((base, base.provision.remedy.time_limit, ends))
    if not known:
        return None
    base, limit, ends = min(known, key=lambda each: each[2].day)
    return _wanted(base, limit, ends, found, facts)


def _wanted(
    base: Entitlement, limit: TimeLimit, ends: Ends, found: assess.Assessment, facts: Mapping[str, Value]
) -> Wanted:
    counted = limit.length if ends.event in limit.from_events else None
    day = facts.get(ends.event or "") if counted else None
    first = day if isinstance(day, date) else min(found.day, ends.day)
    return Wanted(
        source=base.provision.id,
        region=found.region,
        started_at=datetime.combine(first, time(12), tzinfo=zone_of(found.country)),
        length=length_for_clock(counted) if counted else None,
        rules=rules_for_clock(limit.counted_by(base.order)),
        due_at=end_of_day(ends.day, country=found.country),
    )


def start(
    kind: str, wanted: Wanted, right: Right, *, by: Actor | System, at: datetime, is_term: bool = False
) -> Clock:
    """Starts the clock that the law asks for."""
    return start_clock(
        kind=kind,
        organisation_id=right.organisation_id,
        person_id=right.person_id,
        source=wanted.source,
        country=right.country,
        region=wanted.region,
        length=wanted.length,
        rules=wanted.rules,
        started_at=wanted.started_at,
        due_at=wanted.due_at,
        is_term=is_term,
        by=by,
        at=at,
        object_id=right.pk,
    )


def keep_time(
    row: Right,
    *,
    one: MergedRight,
    found: assess.Assessment,
    clocks: timing.Clocks,
    by: Actor | System,
    at: datetime,
) -> bool:
    """Starts or moves the clocks that the law asks for where the right stands. Whether anything changed."""
    changed = False
    if clocks.kept_for(row.bases):
        timing.cancel(clocks.live(row, timing.DEADLINE), by=by, at=at)
    elif row.status in life.WAITING:
        due = deadline_for(one, found)
        changed |= _keep(timing.DEADLINE, due, row, clocks, by=by, at=at)
    if row.status in life.PROTECTED:
        lasts = protection_for(one, found)
        changed |= _keep(timing.PROTECTION, lasts, row, clocks, by=by, at=at)
    return changed


def _keep(
    kind: str,
    limit: Wanted | None,
    row: Right,
    clocks: timing.Clocks,
    *,
    by: Actor | System,
    at: datetime,
) -> bool:
    live = clocks.live(row, kind)
    if live is not None and (live.state == State.BREACHED or (limit and limit.is_that_of(live))):
        return False
    ended = [one for one in clocks.all(row, kind) if one.ended_at and one.state != State.CANCELLED]
    if limit is not None and any(limit.is_that_of(one) for one in ended):
        limit = None  # kept or run out already: the same time is not counted twice
    if live is None and limit is None:
        return False
    timing.cancel(live, by=by, at=at)
    day = None
    if limit is not None:
        started = start(kind, limit, row, by=by, at=at, is_term=kind == timing.PROTECTION)
        clocks.own.setdefault((row.pk, kind), []).append(started)
        day = started.due_at.astimezone(zone_of(row.country)).date()
    if live is not None:
        steps.record_event(row, StepKind.MOVED, by=by, at=at, given=steps.Given(on_day=day))
    return True
