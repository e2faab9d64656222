"""Fetches the parts of an opened file that protection keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tutela.foundation.access.decision import Actor, Purpose, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.models import Assignment, BreakGlass, Conflict, Section
from tutela.foundation.access.prepared import Prepared, blank_id
from tutela.foundation.audit.record import record
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile
from tutela.people.models import Person
from tutela.protection.models import Case, Need, Task
from tutela.protection.references import as_reference

Row = TypeVar("Row")


def case_in(file: PersonFile) -> Case:
    """The case of an opened file. Raises AccessDenied when there is none."""
    return _or_denied(case_of(file.person))


def case_of(person: Person) -> Case | None:
    """The case of a person, with `lead_name`; fetched once however often it is asked for."""
    if "case" not in person._state.fields_cache:
        case = _case_with_lead().first(person=person.pk)
        if case is None:
            return None
        person.case = case
    return person.case


def cases_of(persons: Sequence[Person]) -> dict[UUID, Case]:
    """The cases of many people, by person."""
    return {case.person_id: case for case in Case.objects.filter(person__in=persons)}


@cache
def _case_with_lead() -> Prepared:
    lead = Assignment.objects.filter(person_id=OuterRef("person_id"), until__isnull=True, is_lead=True)
    rows = Case.objects.annotate(lead_name=Subquery(lead.values("user__display_name")[:1]))
    return Prepared(rows.filter(person_id=blank_id("person")))


def need_in(file: PersonFile, need_id: UUID) -> Need:
    """Raises AccessDenied."""
    return _or_denied(Need.objects.select_related("person").filter(person=file.person, pk=need_id).first())


def task_in(file: PersonFile, task_id: UUID) -> Task:
    """Raises AccessDenied."""
    return _or_denied(Task.objects.select_related("person").filter(person=file.person, pk=task_id).first())


def colleague(actor: Actor, user_id: UUID) -> User:
    """Somebody of the same organisation. Raises AccessDenied."""
    rows = User.objects.filter(organisation_id=actor.organisation_id, is_active=True)
    return _or_denied(rows.filter(pk=user_id).first())


def own_person(actor: Actor, person_id: UUID) -> Person:
    """A file of the actor's organisation, nothing of which is shown. Raises AccessDenied."""
    rows = Person.objects.select_related("data_key", "organisation").filter(erased_at__isnull=True)
    return _or_denied(rows.filter(pk=person_id, organisation_id=actor.organisation_id).first())


def person_behind_glass(actor: Actor, person_id: UUID, *, at: datetime) -> Person:
    """A file of the actor's organisation, for the page that breaks the glass: it shows the pseudonym alone,
    and that look is recorded. Raises AccessDenied, also where a conflict of interest keeps the actor out."""
    rows = Person.objects.select_related("data_key", "organisation").filter(erased_at__isnull=True)
    found = rows.filter(pk=person_id, organisation_id=actor.organisation_id).first()
    if found is None:
        raise _kept_out(Reason.OTHER_ORGANISATION, person_id)
    if actor.compartment is not Compartment.PROTECTION:
        raise _kept_out(Reason.OTHER_ROOM, person_id)
    if Conflict.objects.filter(person_id=person_id, user_id=actor.user_id).exists():
        raise _kept_out(Reason.CONFLICT, person_id)
    record(
        f"look.{Section.SUMMARY}",
        by=actor,
        at=at,
        kind="person",
        object_id=found.pk,
        person_id=found.pk,
        organisation_id=found.organisation_id,
        purpose=Purpose.CARE,
        details={"permission": Permission.BREAK_GLASS.value},
    )
    return found


def own_file_called(actor: Actor, called: str) -> UUID | None:
    """Whose file in the actor's organisation has this reference or pseudonym; None when there is none."""
    rows = Person.objects.filter(organisation_id=actor.organisation_id, erased_at__isnull=True)
    reference = as_reference(called)
    found = rows.filter(case__reference=reference) if reference else rows.filter(pseudonym__iexact=called)
    return found.values_list("pk", flat=True).first()


def _kept_out(reason: Reason, person_id: UUID) -> AccessDenied:
    return AccessDenied(
        reason=reason, permission=Permission.BREAK_GLASS, purpose=Purpose.CARE, person_id=person_id
    )


def openings_by_others(actor: Actor) -> QuerySet[BreakGlass]:
    """Emergency openings by colleagues, but of files that a conflict of interest keeps from the actor."""
    conflict = Conflict.objects.filter(person_id=OuterRef("person_id"), user_id=actor.user_id)
    rows = BreakGlass.objects.filter(~Exists(conflict), organisation_id=actor.organisation_id)
    return rows.exclude(user_id=actor.user_id)


def opening_to_review(actor: Actor, opening_id: UUID) -> BreakGlass:
    """An emergency opening by somebody else, reviewed or not. Raises AccessDenied."""
    return _or_denied(openings_by_others(actor).filter(pk=opening_id).first())


def _or_denied(row: Row | None) -> Row:
    if row is None:
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=Permission.CASE_READ)
    return row
