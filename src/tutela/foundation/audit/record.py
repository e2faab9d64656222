"""The one way to say that something happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

from tutela.foundation.audit.models import Event, Outcome


class Doer(Protocol):
    """Who did it. An Actor, or SYSTEM for the work that nobody asks for."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def organisation_id(self) -> UUID | None: ...


def record(
    verb: str,
    *,
    by: Doer,
    at: datetime,
    kind: str,
    object_id: UUID | None = None,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    purpose: str = "",
    basis: str = "",
    outcome: Outcome = Outcome.DONE,
    details: Mapping[str, str | int | bool | list[str]] | None = None,
) -> Event:
    """Adds one event in the caller's transaction. `organisation_id` holds the record; by default the actor's.

    `details` holds codes and ids, never a person's words."""
    event = Event(
        id=uuid4(),
        at=at,
        actor_id=by.user_id,
        actor_organisation_id=by.organisation_id,
        organisation_id=organisation_id or by.organisation_id,
        verb=verb,
        kind=kind,
        object_id=object_id,
        person_id=person_id,
        purpose=purpose,
        basis=basis,
        outcome=outcome,
        details=dict(details or {}),
    )
    # Without reading it back: who writes down a refusal may not see whose record it was about.
    Event.objects.bulk_create([event], ignore_conflicts=True)
    return event
