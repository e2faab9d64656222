"""Adds a line to what happened in a person's file."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from secrets import randbits
from uuid import UUID

from tutela.foundation.access.decision import Actor
from tutela.foundation.vault import fields
from tutela.people.models import Happening, Person

_lines = count()


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
        id=next_id(),
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


def next_id() -> UUID:
    """Random, but after those before it: lines of one moment keep the order in which they were written."""
    return UUID(int=((next(_lines) & 0xFFFF_FFFF_FFFF) << 80) | randbits(80), version=4)
