"""Adds a line to what happened in a person's file."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from tutela.foundation.access.decision import Actor
from tutela.foundation.vault import fields
from tutela.people.models import Happening, Person


def happened(
    kind: str,
    *,
    person: Person,
    by: Actor | None,
    at: datetime,
    note: str = "",
    object_id: UUID | None = None,
) -> Happening:
    """`kind` is a code that `people/happenings.py` puts in words; `note` is sealed with the person's key."""
    row = Happening(
        id=uuid4(),
        organisation_id=person.organisation_id,
        person=person,
        kind=kind,
        at=at,
        by_id=by.user_id if by else None,
        object_id=object_id,
    )
    if note:
        fields.seal(row, note=note)
    row.save(force_insert=True)
    return row
