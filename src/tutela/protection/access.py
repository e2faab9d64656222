"""Fetches the parts of an opened file that protection keeps."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from tutela.foundation.access.decision import Actor, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.models import BreakGlass, Conflict
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile
from tutela.people.models import Person
from tutela.protection.models import Case, Need, Task

Row = TypeVar("Row")


def case_in(file: PersonFile) -> Case:
    """The case of an opened file. Raises AccessDenied when there is none."""
    return _or_denied(case_of(file.person))


def case_of(person: Person) -> Case | None:
    """The case of a person, fetched once however often it is asked for."""
    try:
        case: Case = person.case
    except Case.DoesNotExist:
        return None
    return case


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
    """A file of the actor's organisation, for the page that breaks the glass and shows its pseudonym alone.
    Raises AccessDenied."""
    rows = Person.objects.select_related("data_key", "organisation").filter(erased_at__isnull=True)
    return _or_denied(rows.filter(pk=person_id, organisation_id=actor.organisation_id).first())


def is_conflicted(actor: Actor, person: Person) -> bool:
    """Whether a conflict of interest keeps the actor from this file, emergency or not."""
    return Conflict.objects.filter(person_id=person.pk, user_id=actor.user_id).exists()


def opening_to_review(actor: Actor, opening_id: UUID) -> BreakGlass:
    """An emergency opening in the actor's organisation, by somebody else. Raises AccessDenied."""
    rows = BreakGlass.objects.filter(organisation_id=actor.organisation_id).exclude(user_id=actor.user_id)
    return _or_denied(rows.filter(pk=opening_id).first())


def _or_denied(row: Row | None) -> Row:
    if row is None:
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=Permission.CASE_READ)
    return row
