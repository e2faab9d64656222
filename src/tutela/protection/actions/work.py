"""Needs, tasks and notes: the daily work on a file."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from tutela.foundation.access.decision import Actor
from tutela.foundation.audit.record import record
from tutela.foundation.organisations.models import User
from tutela.foundation.vault.fields import seal
from tutela.people.models import Happening, Person, PersonRecord
from tutela.people.timeline import happened
from tutela.protection.models import Need, Task


@transaction.atomic
def note_need(
    *,
    person: Person,
    kind: str,
    by: Actor,
    at: datetime,
    urgent: bool = False,
    note: str = "",
    need_id: UUID | None = None,
) -> Need:
    """Something the person needs now."""
    need = Need(
        id=need_id or uuid4(),
        organisation_id=person.organisation_id,
        person=person,
        kind=kind,
        urgent=urgent,
        noted_at=at,
        noted_by_id=by.user_id,
    )
    seal(need, note=note)
    need.save(force_insert=True)
    _record("need.note", need, by=by, at=at)
    happened("need.noted", person=person, by=by, at=at, object_id=need.pk)
    return need


@transaction.atomic
def meet_need(*, need: Need, by: Actor, at: datetime) -> bool:
    """False when somebody had met it already: nothing is written twice."""
    open_need = Need.objects.filter(pk=need.pk, met_at__isnull=True)
    if not open_need.update(met_at=at, met_by_id=by.user_id):
        return False
    _record("need.meet", need, by=by, at=at)
    happened("need.met", person=need.person, by=by, at=at, object_id=need.pk)
    return True


@transaction.atomic
def add_task(
    *,
    person: Person,
    kind: str,
    due_on: date,
    assigned_to: User,
    by: Actor,
    at: datetime,
    note: str = "",
    task_id: UUID | None = None,
) -> Task:
    """Something that `assigned_to` has to do by `due_on`, a day in the calendar of the organisation."""
    task = Task(
        id=task_id or uuid4(),
        organisation_id=person.organisation_id,
        person=person,
        kind=kind,
        due_on=due_on,
        assigned_to=assigned_to,
        created_at=at,
        created_by_id=by.user_id,
    )
    seal(task, note=note)
    task.save(force_insert=True)
    _record("task.add", task, by=by, at=at)
    happened("task.added", person=person, by=by, at=at, object_id=task.pk)
    return task


@transaction.atomic
def finish_task(*, task: Task, by: Actor, at: datetime) -> bool:
    """False when it was done already."""
    if not Task.objects.filter(pk=task.pk, done_at__isnull=True).update(done_at=at, done_by_id=by.user_id):
        return False
    _record("task.finish", task, by=by, at=at)
    happened("task.done", person=task.person, by=by, at=at, object_id=task.pk)
    return True


@transaction.atomic
def add_note(*, person: Person, text: str, by: Actor, at: datetime, note_id: UUID | None = None) -> Happening:
    """A sealed note on the timeline. Writing it twice with one `note_id` makes one."""
    before = Happening.objects.filter(person=person, kind="note.added", object_id=note_id).first()
    if note_id is not None and before is not None:
        return before
    note_id = note_id or uuid4()
    note = happened("note.added", person=person, by=by, at=at, note=text, object_id=note_id)
    _record("note.add", note, by=by, at=at)
    return note


def _record(verb: str, row: PersonRecord, *, by: Actor, at: datetime) -> None:
    record(
        verb,
        by=by,
        at=at,
        kind=row._meta.model_name or "",
        object_id=row.pk,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
    )
