"""Who works on a file, and who must not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Assignment, Conflict
from tutela.foundation.audit.record import record
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import Permission
from tutela.people.models import Person
from tutela.people.timeline import happened


class InConflict(Exception):
    """A conflict of interest was declared for this colleague and this file."""


class CannotSeeFiles(Exception):
    """This account may not read files, or works elsewhere."""


class LastColleague(Exception):
    """Nobody would be left with this file."""


@transaction.atomic
def assign(*, person: Person, user: User, is_lead: bool, by: Actor, at: datetime) -> Assignment:
    """`user` works on this file from now on; with `is_lead` instead of whoever led before.

    Raises InConflict, CannotSeeFiles."""
    if user.organisation_id != person.organisation_id or not user.may(Permission.CASE_READ):
        raise CannotSeeFiles
    if Conflict.objects.filter(person_id=person.pk, user=user).exists():
        raise InConflict
    running = Assignment.objects.filter(person_id=person.pk, until__isnull=True)
    mine = running.filter(user=user).first()
    if is_lead:
        running.filter(is_lead=True).exclude(user=user).update(is_lead=False)
    if mine is None:
        mine = Assignment(
            id=uuid4(), organisation_id=person.organisation_id, person_id=person.pk, user=user, since=at
        )
        mine.is_lead = is_lead
        mine.save(force_insert=True)
    elif is_lead and not mine.is_lead:
        mine.is_lead = True
        mine.save(update_fields=["is_lead"])
    _record("team.assign", person, user_id=user.pk, by=by, at=at)
    happened("team.assigned", person=person, by=by, at=at, object_id=user.pk)
    return mine


@transaction.atomic
def unassign(*, person: Person, user: User, by: Actor, at: datetime) -> None:
    """`user` no longer works on this file. Raises LastColleague."""
    running = Assignment.objects.filter(person_id=person.pk, until__isnull=True)
    if not running.exclude(user=user).exists():
        raise LastColleague
    if running.filter(user=user).update(until=at, is_lead=False):
        _record("team.unassign", person, user_id=user.pk, by=by, at=at)
        happened("team.unassigned", person=person, by=by, at=at, object_id=user.pk)


@transaction.atomic
def declare_conflict(*, person: Person, user: User, by: Actor, at: datetime) -> None:
    """From now on `user` cannot see this file, whatever their role. Their assignment ends too."""
    _row, is_new = Conflict.objects.get_or_create(
        person_id=person.pk,
        user=user,
        defaults={
            "organisation_id": person.organisation_id,
            "declared_at": at,
            "declared_by_id": by.user_id,
        },
    )
    Assignment.objects.filter(person_id=person.pk, user=user, until__isnull=True).update(
        until=at, is_lead=False
    )
    if is_new:
        _record("conflict.declare", person, user_id=user.pk, by=by, at=at)
        happened("conflict.declared", person=person, by=by, at=at, object_id=user.pk)


def _record(verb: str, person: Person, *, user_id: UUID, by: Actor, at: datetime) -> None:
    record(
        verb,
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        details={"colleague": str(user_id)},
    )
