"""Screenings and decisions of one person, the authority's inbox, and what both say to the law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Final, cast
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models import Value as Constant

from tutela.engines.indicators import Strength
from tutela.engines.rights import Value
from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Section
from tutela.foundation.access.prepared import Prepared, anybody, blank_id, blank_moment, who
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.clocks.places import zone_of
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.organisations.models import Organisation
from tutela.foundation.roles import Permission
from tutela.identification.models import GroundsRequest, GroundsStatus, Screening
from tutela.identification.terms import term_for
from tutela.people.keyset import MOST_COUNTED, Cursor, Page
from tutela.people.models import Person
from tutela.rights.assess import PRESUMED, STATUS
from tutela.rights.queries import rights_of

PAGE: Final = 25

# Findings that are signs of trafficking. Anything else leaves the question open: a screen never says no.
_SIGNS: Final = (Strength.CONSISTENT, Strength.POSSIBLY_CONSISTENT, Strength.CONCERN)


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One request in an authority's inbox: a pseudonym, who asks, and until when."""

    request_id: UUID
    requested_at: datetime
    status: GroundsStatus
    decided_at: datetime | None
    pseudonym: str
    asked_by: str
    clock: ShownClock


@dataclass(frozen=True, slots=True)
class ShownClock:
    """What a list shows of the time to decide."""

    due_at: datetime
    country: str
    region: str
    unit: str
    state: State
    is_term: bool = False


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


def latest_status() -> Subquery:
    """Of the newest request about a person: read with the person as `grounds_status`."""
    rows = GroundsRequest.objects.filter(person_id=OuterRef("pk")).order_by("-requested_at", "-id")
    return Subquery(rows.values("status")[:1])


def authorities_in(country: str) -> list[Organisation]:
    """Organisations that decide on reasonable grounds in this country, by name."""
    rows = Organisation.objects.filter(country=country, decides_grounds=True, is_active=True)
    return list(rows.order_by("name", "id"))


def inbox(actor: Actor, *, at: datetime, after: Cursor | None = None) -> Page[InboxLine]:
    """What waits for this authority, the most urgent first."""
    return _page(actor, "due_at", at=at, after=after)


def decided(actor: Actor, *, at: datetime, after: Cursor | None = None) -> Page[InboxLine]:
    """What this authority has decided and may still read, the newest first."""
    return _page(actor, "decided_at", at=at, after=after)


def waiting_count(actor: Actor) -> int:
    """How many requests wait for this authority; no more than one beyond MOST_COUNTED."""
    return _waiting().count(organisation=actor.organisation_id)


@cache
def _waiting() -> Prepared:
    rows = GroundsRequest.objects.filter(
        authority_id=blank_id("organisation"), status=GroundsStatus.REQUESTED
    )
    return Prepared(rows.values_list(Constant(1))[: MOST_COUNTED + 1])


def _page(actor: Actor, by: str, *, at: datetime, after: Cursor | None) -> Page[InboxLine]:
    given = who(actor, at=at)
    if after is not None:
        given |= {"after_at": after.at, "after_id": after.id}
    prepared = _put_to(actor.compartment, actor.permissions, by, after is not None, PAGE + 1)
    found = [_line(row) for row in prepared.ask(**given)]
    following = ""
    if len(found) > PAGE:
        last = found[PAGE - 1]
        moment = last.clock.due_at if by == "due_at" else last.decided_at
        following = str(Cursor(cast(datetime, moment), last.request_id))
    return Page(found[:PAGE], following)


@lru_cache(maxsize=64)
def _put_to(
    compartment: Compartment, permissions: frozenset[Permission], by: str, goes_on: bool, most: int
) -> Prepared:
    """Waiting requests by `due_at`, or decided ones by `decided_at`, the newest first."""
    actor = anybody(compartment, permissions)
    rows: QuerySet[GroundsRequest] = GroundsRequest.objects.filter(
        door.visible(actor, Section.GROUNDS, at=blank_moment("at")), authority_id=actor.organisation_id
    )
    waiting = by == "due_at"
    rows = rows.filter(status=GroundsStatus.REQUESTED) if waiting else rows.filter(decided_at__isnull=False)
    if goes_on:
        beyond, moment, pk = "gt" if waiting else "lt", blank_moment("after_at"), blank_id("after_id")
        further = Q(**{f"{by}__{beyond}": moment}) | Q(**{by: moment, f"id__{beyond}": pk})
        rows = rows.filter(further)
    # No join: PostgreSQL would read every person before it sorts. These are asked for each line shown.
    person, clock = (
        Person.objects.filter(pk=OuterRef("person_id")),
        Clock.objects.filter(pk=OuterRef("clock_id")),
    )
    holder = Organisation.objects.filter(pk=OuterRef("organisation_id"))
    columns = rows.values_list(
        "id",
        "requested_at",
        "status",
        "decided_at",
        "due_at",
        Subquery(person.values("pseudonym")[:1]),
        Subquery(holder.values("name")[:1]),
        *(Subquery(clock.values(name)[:1]) for name in ("country", "region", "unit", "state")),
    )
    return Prepared(columns.order_by(*((by, "id") if waiting else (f"-{by}", "-id")))[:most])


def _line(row: tuple[Any, ...]) -> InboxLine:
    request_id, requested_at, status, decided_at, due_at, pseudonym, asked_by, *timed = row
    country, region, unit, state = timed
    clock = ShownClock(due_at, country, region, unit, State(state))
    return InboxLine(request_id, requested_at, GroundsStatus(status), decided_at, pseudonym, asked_by, clock)


def facts_from_identification(person: Person) -> dict[str, Value | None]:
    """What was decided about this person, for the rights engine.

    A later decision that is not taken in Tutela, and was written down as an answer, stands above ours."""
    return _facts(person, _latest_of([person]).get(person.pk), has_signs=lambda: bool(_with_signs([person])))


def facts_of_many(persons: Sequence[Person]) -> Callable[[Person], dict[str, Value | None]]:
    """The same for many people, in two queries."""
    latest, signs = _latest_of(persons), _with_signs(persons)
    return lambda person: _facts(person, latest.get(person.pk), has_signs=lambda: person.pk in signs)


def _facts(
    person: Person, latest: GroundsRequest | None, *, has_signs: Callable[[], bool]
) -> dict[str, Value | None]:
    facts: dict[str, Value | None] = {}
    if latest is not None:
        zone = zone_of(latest.clock.country)
        facts["referred_on"] = latest.requested_at.astimezone(zone).date()
        if latest.status == GroundsStatus.POSITIVE and latest.decided_at:
            facts["reasonable_grounds_on"] = latest.decided_at.astimezone(zone).date()
    if latest is None:
        return {STATUS: "possible" if STATUS not in person.facts and has_signs() else None}
    if person.facts.get(STATUS) not in _LATER[GroundsStatus(latest.status)]:
        facts[STATUS] = _STATUSES[GroundsStatus(latest.status)]
    return facts


def _latest_of(persons: Sequence[Person]) -> dict[UUID, GroundsRequest]:
    """The last request of each that was not taken back."""
    rows = GroundsRequest.objects.filter(person__in=persons).exclude(status=GroundsStatus.WITHDRAWN)
    return {row.person_id: row for row in rows.select_related("clock").order_by("requested_at", "id")}


def clocks_of_requests(person: Person) -> dict[str, Clock]:
    """The clock of a request that waits, by the entry of the law that promises an answer."""
    waiting = GroundsRequest.objects.filter(person=person, status=GroundsStatus.REQUESTED)
    clocks = (request.clock for request in waiting.select_related("clock"))
    return {entry: clock for clock in clocks if (entry := term_for(clock.country).entry)}


def rights_that_wait_for(request_ids: Iterable[UUID]) -> list[UUID]:
    """The rights to an answer in time of those whom these requests are about."""
    requests = GroundsRequest.objects.select_related("person", "clock").filter(pk__in=list(request_ids))
    return [
        right.pk
        for one in requests
        for right in rights_of(one.person, country=one.clock.country).values()
        if term_for(one.clock.country).entry in right.bases
    ]


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


def _with_signs(persons: Sequence[Person]) -> set[UUID]:
    """Who has a finished screening that shows signs. One that shows none leaves the question open."""
    signs = Screening.objects.filter(person__in=persons, finished_at__isnull=False, strength__in=_SIGNS)
    return set(signs.values_list("person_id", flat=True))
