"""Opening a file in an emergency, and the review of it by somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from tutela.foundation.access.decision import Actor, Purpose
from tutela.foundation.access.models import BreakGlass
from tutela.foundation.audit.record import record
from tutela.foundation.vault.fields import seal
from tutela.people.models import Person
from tutela.people.timeline import happened

HOURS_OPEN = 4


class ReviewedByThemselves(Exception):
    """Nobody reviews their own emergency."""


@transaction.atomic
def break_glass(
    *, person: Person, justification: str, by: Actor, at: datetime, opening_id: UUID | None = None
) -> BreakGlass:
    """Opens a file for four hours to somebody who is not assigned. It is recorded and reviewed.

    Sent twice with one `opening_id`, it is opened once."""
    opening_id = opening_id or uuid4()
    opened = BreakGlass.objects.filter(pk=opening_id, user_id=by.user_id, person_id=person.pk).first()
    if opened is not None:
        return opened
    opening = BreakGlass(
        id=opening_id,
        organisation_id=person.organisation_id,
        person_id=person.pk,
        user_id=by.user_id,
        data_key_id=person.data_key_id,
        opened_at=at,
        expires_at=at + timedelta(hours=HOURS_OPEN),
    )
    seal(opening, justification=justification)
    opening.save(force_insert=True)
    _record("glass.break", opening, by=by, at=at, purpose=Purpose.CARE)
    happened("glass.broken", person=person, by=by, at=at, object_id=opening.pk)
    return opening


@transaction.atomic
def review_glass(*, opening: BreakGlass, justified: bool, by: Actor, at: datetime) -> bool:
    """False when it was reviewed already. A look that was not justified ends at once. Raises
    ReviewedByThemselves."""
    if opening.user_id == by.user_id:
        raise ReviewedByThemselves
    rows = BreakGlass.objects.filter(pk=opening.pk, reviewed_at__isnull=True)
    if not rows.update(reviewed_at=at, reviewed_by_id=by.user_id, review="justified" if justified else "not"):
        return False
    if not justified and opening.expires_at > at:
        BreakGlass.objects.filter(pk=opening.pk).update(expires_at=at)
    _record("glass.review", opening, by=by, at=at, purpose=Purpose.REVIEW)
    person = Person.objects.get(pk=opening.person_id)
    happened("glass.reviewed", person=person, by=by, at=at, object_id=opening.pk)
    return True


def _record(verb: str, opening: BreakGlass, *, by: Actor, at: datetime, purpose: Purpose) -> None:
    record(
        verb,
        by=by,
        at=at,
        kind="break_glass",
        object_id=opening.pk,
        person_id=opening.person_id,
        organisation_id=opening.organisation_id,
        purpose=purpose,
    )
