"""Writes down what is due to a person, starts its clocks, and follows each right to its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from tutela.engines.rights import Entitlement, Value
from tutela.foundation.access.decision import Actor, Purpose, System
from tutela.foundation.audit.record import record
from tutela.foundation.changes import ChangedMeanwhile, save_if_unchanged
from tutela.foundation.clocks.actions import ClockEnded, cancel_clock, meet_clock, start_clock
from tutela.foundation.vault import fields
from tutela.people import timeline
from tutela.people.models import Document, Person
from tutela.rights import assess, waits
from tutela.rights.counting import rules_for_clock
from tutela.rights.facts import stored
from tutela.rights.models import Right, RightStatus, RightStep

CLOCK: Final = "right"

NEXT: Final[Mapping[RightStatus, tuple[RightStatus, ...]]] = {
    RightStatus.DUE: (
        RightStatus.REQUESTED,
        RightStatus.GRANTED,
        RightStatus.DELIVERED,
        RightStatus.REFUSED,
    ),
    RightStatus.REQUESTED: (RightStatus.GRANTED, RightStatus.DELIVERED, RightStatus.REFUSED),
    RightStatus.GRANTED: (RightStatus.DELIVERED, RightStatus.REFUSED),
    RightStatus.REFUSED: (RightStatus.REQUESTED, RightStatus.GRANTED, RightStatus.DELIVERED),
    RightStatus.BREACHED: (
        RightStatus.REQUESTED,
        RightStatus.GRANTED,
        RightStatus.DELIVERED,
        RightStatus.REFUSED,
    ),
    # What was given can stop: then it is asked for again, or refused.
    RightStatus.DELIVERED: (RightStatus.REQUESTED, RightStatus.REFUSED),
    RightStatus.ENDED: (),
}
"""What people may do next. `breached` is set by the sweep of clocks, `ended` by the law."""

WAITING: Final = (RightStatus.DUE, RightStatus.REQUESTED, RightStatus.GRANTED)
"""Not given yet: a promise is not the thing."""

NEEDS_A_REASON: Final = frozenset({RightStatus.REFUSED})


class NotPossible(Exception):
    """A right in this state does not go there."""


class ReasonMissing(Exception):
    """A refusal without a reason cannot be challenged."""


class NotInThisFile(Exception):
    """The document named as evidence is not one of this person's."""


@transaction.atomic
def sync_rights(*, person: Person, by: Actor | System, at: datetime, country: str = "") -> list[Right]:
    """Brings the followed rights into line with the law: new ones are due, others end. Nothing is deleted.

    Returns the rights that changed."""
    # One at a time: two colleagues at once would write the same right down twice.
    Person.objects.select_for_update().only("pk").get(pk=person.pk)
    found = assess.assess(person, at=at, country=country)
    rows = {
        right.entry: right
        for right in Right.objects.select_related("person", "clock").filter(
            person=person, country=found.country
        )
    }
    due = {one.provision.id: one for one in found.due if one.provision.kind in assess.FOLLOWED}
    given = {one.provision.id for one in found.fulfilled}
    changed = [_begin(one, rows.get(entry), person, found, by=by, at=at) for entry, one in due.items()]
    changed += [_give(right, by=by, at=at) for entry, right in rows.items() if entry in given]
    changed += [_end(right, by=by, at=at) for entry, right in rows.items() if entry not in due.keys() | given]
    moved = [right for right in changed if right is not None]
    record(
        "rights.compute",
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        basis=f"law of {found.country}",
        details={"due": sorted(due), "changed": sorted(right.entry for right in moved)},
    )
    if moved:
        timeline.happened("rights.computed", person=person, by=by if isinstance(by, Actor) else None, at=at)
    return moved


@transaction.atomic
def sync_at_milestone(person: Person, *, by: Actor | System, at: datetime) -> None:
    """What follows in this stage from a milestone of the pathway."""
    sync_rights(person=person, by=by, at=at)


@transaction.atomic
def end_at_erasure(person: Person, *, by: Actor | System, at: datetime) -> None:
    """Nobody is left to give anything to: every right ends, and no clock runs on."""
    rows = Right.objects.select_related("person", "clock").filter(person=person)
    ended = [right.entry for right in rows if _end(right, by=by, at=at)]
    record(
        "rights.end",
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        details={"ended": sorted(ended)},
    )


def _begin(
    one: Entitlement,
    right: Right | None,
    person: Person,
    found: assess.Assessment,
    *,
    by: Actor | System,
    at: datetime,
) -> Right | None:
    """A right that is due gets a row, and a clock once its limit has a day. None: no change."""
    is_new = right is None
    if right is None:
        right = Right(
            id=uuid4(),
            organisation_id=person.organisation_id,
            person=person,
            entry=one.provision.id,
            country=found.country,
            due_since=found.day,
        )
        right.save(force_insert=True)
    elif right.status == RightStatus.ENDED:
        right.clock = None
        _set(right, RightStatus.DUE, due_since=found.day)
        is_new = True
    if is_new:
        _step(right, RightStatus.DUE, by=by, at=at)
    started = _start_clock(one, right, found, by=by, at=at)
    return right if is_new or started else None


def _start_clock(
    one: Entitlement, right: Right, found: assess.Assessment, *, by: Actor | System, at: datetime
) -> bool:
    limit = one.provision.time_limit
    if right.status not in WAITING or limit is None or not assess.is_owed_by(limit):
        return False
    if right.entry in waits.kept(right.person):
        return _leave_to_the_other_clock(right, by=by, at=at)
    start = assess.start_of(limit, found.facts, country=found.country)
    if right.clock_id or start is None:
        return False
    right.clock = start_clock(
        kind=CLOCK,
        organisation_id=right.organisation_id,
        person_id=right.person_id,
        source=right.entry,
        country=right.country,
        region=found.region,
        length=assess.length_of(limit),
        rules=rules_for_clock(one.counting),
        started_at=start,
        by=by,
        at=at,
        object_id=right.pk,
    )
    right.save(update_fields=["clock"])
    return True


def _leave_to_the_other_clock(right: Right, *, by: Actor | System, at: datetime) -> bool:
    """A later stage counts this wait already: two clocks for one wait would tell two days."""
    if right.clock is None:
        return False
    _stop_clock(right, RightStatus.ENDED, by=by, at=at)
    right.clock = None
    right.save(update_fields=["clock"])
    return True


def _give(right: Right, *, by: Actor | System, at: datetime) -> Right | None:
    """The facts show that it was given. What was not given in time, or ended, stays written down as such."""
    return _moved(right, RightStatus.DELIVERED, by=by, at=at) if right.status in WAITING else None


def _end(right: Right, *, by: Actor | System, at: datetime) -> Right | None:
    """No longer due: it stays on file as ended, with its history."""
    return _moved(right, RightStatus.ENDED, by=by, at=at) if right.status != RightStatus.ENDED else None


def _moved(right: Right, status: RightStatus, *, by: Actor | System, at: datetime) -> Right:
    """Facts or the law end the wait, not a person: the clock stops and the step is written down."""
    _set(right, status)
    _stop_clock(right, status, by=by, at=at)
    _step(right, status, by=by, at=at)
    return right


@transaction.atomic
def follow_right(
    *,
    right: Right,
    status: RightStatus,
    version: int,
    by: Actor,
    at: datetime,
    note: str = "",
    document_id: UUID | None = None,
) -> RightStep:
    """One step on the way of a right, with its evidence.

    Raises NotPossible, ReasonMissing, NotInThisFile, ChangedMeanwhile."""
    if right.version != version:
        raise ChangedMeanwhile
    if status not in NEXT[RightStatus(right.status)]:
        raise NotPossible
    if status in NEEDS_A_REASON and not note.strip():
        raise ReasonMissing
    if document_id and not Document.objects.filter(pk=document_id, person_id=right.person_id).exists():
        raise NotInThisFile
    right.status = status
    save_if_unchanged(right, version=version, fields=["status"])
    _stop_clock(right, status, by=by, at=at)
    step = _step(right, status, by=by, at=at, note=note, document_id=document_id)
    record(
        f"right.{status}",
        by=by,
        at=at,
        kind="right",
        object_id=right.pk,
        person_id=right.person_id,
        organisation_id=right.organisation_id,
        purpose=Purpose.CARE,
        basis=right.entry,
    )
    timeline.happened(f"right.{status}", person=right.person, by=by, at=at, object_id=right.pk)
    return step


@transaction.atomic
def mark_breached(right_ids: Iterable[UUID], *, by: System, at: datetime) -> None:
    """The sweep found these not given in time. What was given or refused meanwhile stays as it is."""
    open_ones = Right.objects.select_related("person").filter(pk__in=list(right_ids), status__in=WAITING)
    for right in open_ones:
        _set(right, RightStatus.BREACHED)
        _step(right, RightStatus.BREACHED, by=by, at=at)
        record(
            "right.breached",
            by=by,
            at=at,
            kind="right",
            object_id=right.pk,
            person_id=right.person_id,
            organisation_id=right.organisation_id,
            basis=right.entry,
        )
        timeline.happened("right.breached", person=right.person, by=None, at=at, object_id=right.pk)


@transaction.atomic
def answer_questions(
    *, person: Person, answers: Mapping[str, Value | None], version: int, by: Actor, at: datetime
) -> Person:
    """Keeps what somebody answered; None takes an answer back. Raises ChangedMeanwhile."""
    facts = {**person.facts, **{name: stored(value) for name, value in answers.items() if value is not None}}
    person.facts = {name: value for name, value in facts.items() if answers.get(name, value) is not None}
    save_if_unchanged(person, version=version, fields=["facts"])
    record(
        "facts.answer",
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        purpose=Purpose.CARE,
        details={"facts": sorted(answers)},
    )
    timeline.happened("facts.answered", person=person, by=by, at=at)
    sync_rights(person=person, by=by, at=at)
    return person


def _set(right: Right, status: RightStatus, **values: object) -> None:
    """Moves a right that this transaction has just read."""
    right.status = status
    for name, value in values.items():
        setattr(right, name, value)
    save_if_unchanged(right, version=right.version, fields=["status", "clock_id", *values])


def _stop_clock(right: Right, status: RightStatus, *, by: Actor | System, at: datetime) -> None:
    """Giving meets the deadline; a refusal or the law's end takes it away. A promise lets it run."""
    if right.clock is None or right.clock.ended_at is not None:
        return
    try:
        if status == RightStatus.DELIVERED:
            meet_clock(right.clock, by=by, at=at)
        elif status in {RightStatus.REFUSED, RightStatus.ENDED}:
            cancel_clock(right.clock, by=by, at=at)
    except ClockEnded:  # somebody else ended it: what counts is that it has
        return


def _step(
    right: Right,
    status: RightStatus,
    *,
    by: Actor | System,
    at: datetime,
    note: str = "",
    document_id: UUID | None = None,
) -> RightStep:
    step = RightStep(
        id=uuid4(),
        organisation_id=right.organisation_id,
        person=right.person,
        right=right,
        status=status,
        document_id=document_id,
        at=at,
        by_id=by.user_id,
    )
    if note:
        fields.seal(step, note=note)
    step.save(force_insert=True)
    return step
