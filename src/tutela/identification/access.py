"""The only way to fetch a screening, or a request for a decision, for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tutela.foundation.access.decision import Actor, Purpose, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.identification.models import GroundsRequest, Screening
from tutela.people.access import PersonFile, file_for

_REQUESTS = ("person", "person__organisation", "authority", "clock", "screening", "screening__person")


@dataclass(frozen=True, slots=True)
class OpenedRequest:
    """A request as the authority that decides sees it: the file as far as it was disclosed."""

    file: PersonFile
    request: GroundsRequest
    screening: Screening | None


def screening_in(file: PersonFile, screening_id: UUID) -> Screening:
    """A screening of an opened file. Raises AccessDenied."""
    rows = Screening.objects.select_related("person", "by").filter(person=file.person, pk=screening_id)
    found: Screening | None = rows.first()
    if found is None:
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=Permission.CASE_READ)
    return found


def request_in(file: PersonFile, request_id: UUID) -> GroundsRequest:
    """A request of an opened file. Raises AccessDenied."""
    rows = GroundsRequest.objects.select_related(*_REQUESTS).filter(person=file.person, pk=request_id)
    found: GroundsRequest | None = rows.first()
    if found is None:
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=Permission.CASE_READ)
    return found


def known_request(actor: Actor, request_id: UUID) -> GroundsRequest | None:
    """A request that this actor's organisation has already made: for a form that is sent twice."""
    rows = GroundsRequest.objects.filter(pk=request_id, organisation_id=actor.organisation_id)
    found: GroundsRequest | None = rows.first()
    return found


def known_screening(actor: Actor, screening_id: UUID) -> Screening | None:
    """A screening that this actor has already begun: for a form that is sent twice."""
    found: Screening | None = Screening.objects.filter(pk=screening_id, by_id=actor.user_id).first()
    return found


def request_to_decide(actor: Actor, request_id: UUID, *, at: datetime) -> OpenedRequest:
    """A request put to the actor's own authority, with both looks on record. Raises AccessDenied."""
    rows = GroundsRequest.objects.select_related(*_REQUESTS, "decided_by")
    found = rows.filter(pk=request_id, authority_id=actor.organisation_id).first()
    if found is None:
        raise AccessDenied(
            reason=Reason.OTHER_ORGANISATION, permission=Permission.GROUNDS_DECIDE, purpose=Purpose.DECISION
        )
    file = _opened(actor, found, Section.GROUNDS, at=at)
    if found.screening is not None:
        _opened(actor, found, Section.SCREENING, at=at)
    return OpenedRequest(file=file, request=found, screening=found.screening)


def _opened(actor: Actor, request: GroundsRequest, section: Section, *, at: datetime) -> PersonFile:
    return file_for(
        actor,
        request.person_id,
        Permission.GROUNDS_DECIDE,
        section=section,
        purpose=Purpose.DECISION,
        at=at,
    )
