"""Events of one organisation, for those who watch over it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from tutela.foundation.access.decision import Actor
from tutela.foundation.audit.models import Checkpoint, Event, Outcome
from tutela.foundation.organisations.models import User

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Up to PAGE events, newest first, and the number before which older ones begin (0: there are none)."""

    events: list[Event]
    next: int


def events_of(actor: Actor, *, denied_only: bool, person_id: UUID | None, before: int) -> Page:
    """What was done to this organisation's records, and what its own people did elsewhere."""
    mine = Q(organisation_id=actor.organisation_id) | Q(actor_organisation_id=actor.organisation_id)
    events = Event.objects.filter(mine)
    if denied_only:
        events = events.filter(outcome=Outcome.DENIED)
    if person_id:
        events = events.filter(person_id=person_id)
    if before:
        events = events.filter(number__lt=before)
    found = list(events.order_by("-number")[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].number if len(found) > PAGE else 0)


def event_of(actor: Actor, event_id: UUID) -> Event | None:
    mine = Q(organisation_id=actor.organisation_id) | Q(actor_organisation_id=actor.organisation_id)
    return Event.objects.filter(mine, id=event_id).first()


def colleagues_in(events: list[Event], *, actor: Actor) -> dict[UUID, str]:
    """Names of the actor's own colleagues who did these events; others stay without a name."""
    ids = {event.actor_id for event in events if event.actor_id}
    mine = User.objects.filter(organisation_id=actor.organisation_id, pk__in=ids)
    return dict(mine.values_list("pk", "display_name"))


def newest_head() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()
