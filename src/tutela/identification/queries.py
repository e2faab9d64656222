"""Screenings and decisions of one person, the authority's inbox, and what both say to the law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from tutela.engines.indicators import Strength
from tutela.engines.rights import Value
from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Section
from tutela.foundation.clocks.places import zone_of
from tutela.foundation.organisations.models import Organisation
from tutela.identification.models import GroundsRequest, GroundsStatus, Screening
from tutela.people.keyset import Cursor, Page, page_of
from tutela.people.models import Person
from tutela.rights.assess import PRESUMED, STATUS

PAGE: Final = 25

# Findings that are signs of trafficking. Anything else leaves the question open: a screen never says no.
_SIGNS: Final = (Strength.CONSISTENT, Strength.POSSIBLY_CONSISTENT, Strength.CONCERN)


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One request in an authority's inbox: a pseudonym, who asks, and until when."""

    request: GroundsRequest
    pseudonym: str
    asked_by: str


def screenings_of(person: Person) -> list[Screening]:
    """Drafts first, then the newest."""
    rows = Screening.objects.select_related("by").filter(person=person).order_by("-at", "-id")[:100]
    return sorted(rows, key=lambda one: not one.is_draft)


def draft_of(person: Person, pack: str) -> Screening | None:
    rows = Screening.objects.filter(person=person, pack=pack, finished_at__isnull=True)
    found: Screening | None = rows.first()
    return found


def finished_screenings(person: Person) -> list[Screening]:
    rows = Screening.objects.filter(person=person, finished_at__isnull=False)
    return list(rows.order_by("-finished_at", "-id")[:50])


def requests_of(person: Person) -> list[GroundsRequest]:
    """Every request about this person, the newest first."""
    rows = GroundsRequest.objects.select_related(
        "person", "authority", "clock", "requested_by", "decided_by", "notice_given_by"
    )
    return list(rows.filter(person=person).order_by("-requested_at", "-id")[:50])


def latest_status(person: Person) -> GroundsStatus | None:
    rows = GroundsRequest.objects.filter(person=person).order_by("-requested_at", "-id")
    found = rows.values_list("status", flat=True).first()
    return GroundsStatus(found) if found else None


def authorities_in(country: str) -> list[Organisation]:
    """Organisations that decide on reasonable grounds in this country, by name."""
    rows = Organisation.objects.filter(country=country, decides_grounds=True, is_active=True)
    return list(rows.order_by("name", "id"))


def inbox(actor: Actor, *, at: datetime, after: Cursor | None = None) -> Page[InboxLine]:
    """What waits for this authority, the most urgent first."""
    rows = _put_to(actor, at=at).filter(status=GroundsStatus.REQUESTED)
    if after is not None:
        rows = rows.filter(Q(clock__due_at__gt=after.at) | Q(clock__due_at=after.at, id__gt=after.id))
    found = list(rows.order_by("clock__due_at", "id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    following = str(Cursor(last.clock.due_at, last.pk)) if last else ""
    return Page([_line(row) for row in found[:PAGE]], following)


def decided(actor: Actor, *, at: datetime, after: Cursor | None = None) -> Page[InboxLine]:
    """What this authority has decided and may still read, the newest first."""
    rows = _put_to(actor, at=at).filter(decided_at__isnull=False)
    return page_of(rows, by="decided_at", after=after, size=PAGE, shown=_line)


def waiting_count(actor: Actor) -> int:
    """How many requests wait for this authority: for the number in the rail."""
    rows = GroundsRequest.objects.filter(authority_id=actor.organisation_id, status=GroundsStatus.REQUESTED)
    return int(rows.count())


def _put_to(actor: Actor, *, at: datetime) -> QuerySet[GroundsRequest]:
    rows: QuerySet[GroundsRequest] = GroundsRequest.objects.select_related(
        "person", "person__organisation", "clock"
    )
    return rows.filter(door.visible(actor, Section.GROUNDS, at=at), authority_id=actor.organisation_id)


def _line(row: GroundsRequest) -> InboxLine:
    return InboxLine(row, row.person.pseudonym, row.person.organisation.name)


def facts_from_identification(person: Person) -> dict[str, Value | None]:
    """What was decided about this person, for the rights engine.

    A later decision that is not taken in Tutela, and was written down as an answer, stands above ours."""
    latest = (
        GroundsRequest.objects.filter(person=person)
        .exclude(status=GroundsStatus.WITHDRAWN)
        .select_related("clock")
        .order_by("-requested_at", "-id")
        .first()
    )
    facts: dict[str, Value | None] = {}
    if latest is not None:
        zone = zone_of(latest.clock.country)
        facts["referred_on"] = latest.requested_at.astimezone(zone).date()
        if latest.status == GroundsStatus.POSITIVE and latest.decided_at:
            facts["reasonable_grounds_on"] = latest.decided_at.astimezone(zone).date()
    if latest is None:
        return {STATUS: None if STATUS in person.facts else _sign(person)}
    if person.facts.get(STATUS) not in _LATER[GroundsStatus(latest.status)]:
        facts[STATUS] = _STATUSES[GroundsStatus(latest.status)]
    return facts


_STATUSES: Final = {
    GroundsStatus.REQUESTED: "possible",
    GroundsStatus.POSITIVE: PRESUMED,
    GroundsStatus.NEGATIVE: "negative",
}
_LATER: Final[dict[GroundsStatus, frozenset[str]]] = {
    GroundsStatus.REQUESTED: frozenset(),
    GroundsStatus.POSITIVE: frozenset({"confirmed", "negative"}),
    GroundsStatus.NEGATIVE: frozenset({PRESUMED, "confirmed"}),
}
"""Answers about a decision that can only have come after ours."""


def _sign(person: Person) -> str | None:
    """A finished screening that shows signs. One that shows none leaves the question open."""
    signs = Screening.objects.filter(person=person, finished_at__isnull=False, strength__in=_SIGNS)
    return "possible" if signs.exists() else None
