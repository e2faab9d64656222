"""Moves a case along when something was reached on the pathway. Registered in AppConfig.ready."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Assignment
from tutela.foundation.audit.record import record
from tutela.people.models import ConsentScope, Person
from tutela.people.queries import consent_is_given
from tutela.people.timeline import happened
from tutela.protection.actions.work import add_task
from tutela.protection.models import Case, CaseStatus, Stage, Task, TaskKind

DAYS_TO_END_FILE = 2


@transaction.atomic
def after_screening(person: Person, *, by: Actor, at: datetime) -> None:
    """A first screening was done: from then on the file is being screened."""
    _move(person, to=Stage.SCREENING, since={Stage.INTAKE}, by=by, at=at)


@transaction.atomic
def after_decision_requested(person: Person, *, by: Actor, at: datetime) -> None:
    """The authority was asked."""
    since = {Stage.INTAKE, Stage.SCREENING, Stage.SUPPORT}
    _move(person, to=Stage.WAITING, since=since, by=by, at=at)


@transaction.atomic
def after_positive_grounds(person: Person, *, by: Actor, at: datetime) -> None:
    """Reasonable grounds: the recovery period begins (CETS 197, Article 13)."""
    _move(person, to=Stage.RECOVERY, since=set(Stage) - {Stage.CLOSED, Stage.RECOVERY}, by=by, at=at)


@transaction.atomic
def after_negative_grounds(person: Person, *, by: Actor, at: datetime) -> None:
    """No grounds found. Help does not end with it: support goes on while the person needs it."""
    _move(person, to=Stage.SUPPORT, since=set(Stage) - {Stage.CLOSED, Stage.SUPPORT}, by=by, at=at)


@transaction.atomic
def after_consent_withdrawn(person: Person, *, by: Actor, at: datetime) -> None:
    """The person no longer wants a file: a colleague is asked to close or erase it with them."""
    if consent_is_given(person, ConsentScope.KEEP_FILE):
        return
    waiting = Task.objects.filter(person=person, kind=TaskKind.END_FILE, done_at__isnull=True)
    if waiting.exists():
        return
    running = Assignment.objects.filter(person_id=person.pk, until__isnull=True)
    lead = running.select_related("user").order_by("-is_lead", "since").first()
    _record("case.end_asked", person, by=by, at=at)
    if lead is not None:
        due = (at + timedelta(days=DAYS_TO_END_FILE)).date()
        add_task(person=person, kind=TaskKind.END_FILE, due_on=due, assigned_to=lead.user, by=by, at=at)


def _move(person: Person, *, to: Stage, since: Collection[Stage], by: Actor, at: datetime) -> None:
    """Moves an open case that stands at one of `since`; anything else stays where it is."""
    rows = Case.objects.filter(person=person, status=CaseStatus.OPEN, stage__in=list(since))
    if not rows.update(stage=to, version=F("version") + 1):
        return
    _record("case.stage", person, by=by, at=at, stage=to.value)
    happened(f"stage.{to.value}", person=person, by=by, at=at)


def _record(verb: str, person: Person, *, by: Actor, at: datetime, **details: str) -> None:
    record(
        verb,
        by=by,
        at=at,
        kind="case",
        person_id=person.pk,
        organisation_id=person.organisation_id,
        details=details,
    )
