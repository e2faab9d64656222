"""Asks an authority for its decision, takes the request back, decides it, and tells the person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from tutela.foundation.access.decision import Actor, Purpose, System
from tutela.foundation.access.models import Grant, Section, spell
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit.record import record
from tutela.foundation.changes import ChangedMeanwhile, save_if_unchanged
from tutela.foundation.clocks.actions import ClockEnded, cancel_clock, meet_clock, start_clock
from tutela.foundation.clocks.models import Clock
from tutela.foundation.organisations.models import Organisation
from tutela.foundation.vault.fields import seal
from tutela.identification.models import GroundsRequest, GroundsStatus, Screening
from tutela.identification.terms import open_after_deciding, open_for_deciding, term_for
from tutela.people import pathway
from tutela.people.details import is_treated_as_child
from tutela.people.models import ConsentScope, Person
from tutela.people.queries import consent_is_given
from tutela.people.timeline import happened
from tutela.rights.facts import region_of

CLOCK = "grounds"
GRANT = "grounds"
DISCLOSED = (Section.SUMMARY, Section.SCREENING, Section.GROUNDS)
BASIS_CONSENT = "consent: request_decision"
# Council of Europe Convention, article 10(3), (4): a child is identified and protected without being asked.
BASIS_CHILD = "child: CETS 197 art. 10"


class ConsentMissing(Exception):
    """An adult decides whether an authority is asked."""


class NotAnAuthority(Exception):
    """This organisation does not decide on grounds, or not in the country of the request."""


class AlreadyAsked(Exception):
    """One request at a time waits for its decision."""


class ScreeningUnfit(Exception):
    """Only a finished screening of this person goes with a request."""


class NotWaiting(Exception):
    """The request was decided or taken back: there is nothing left to decide."""


class ReasonsMissing(Exception):
    """A decision without reasons cannot be understood, or challenged."""


class NotDecided(Exception):
    """There is no decision yet that the person could be told."""


@transaction.atomic
def request_decision(
    *,
    request_id: UUID,
    person: Person,
    authority: Organisation,
    country: str,
    statement: str,
    by: Actor,
    at: datetime,
    screening: Screening | None = None,
) -> GroundsRequest:
    """Puts the question to an authority, opens to it what it needs, and starts its clock.

    Raises ConsentMissing, NotAnAuthority, AlreadyAsked, ScreeningUnfit."""
    _check(person, authority, country, screening)
    term = term_for(country)
    clock = start_clock(
        kind=CLOCK,
        organisation_id=person.organisation_id,
        person_id=person.pk,
        source=term.name,
        country=country,
        region=region_of(person, country=country),
        length=term.length,
        started_at=at,
        by=by,
        at=at,
        object_id=request_id,
    )
    request = GroundsRequest(
        id=request_id,
        organisation_id=person.organisation_id,
        person=person,
        authority=authority,
        screening=screening,
        requested_at=at,
        requested_by_id=by.user_id,
        clock=clock,
        due_at=clock.due_at,
    )
    seal(request, statement=statement)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as clash:  # a colleague asked at the same moment
        raise AlreadyAsked from clash
    grant = _disclose(request, clock, by=by, at=at)
    _record("grounds.request", request, by=by, at=at, basis=grant.basis)
    happened("grounds.requested", person=person, by=by, at=at, object_id=request.pk)
    pathway.reached(pathway.Milestone.DECISION_REQUESTED, person, by=by, at=at)
    return request


def follow_clock(clock: Clock) -> None:
    """What follows when the time to decide ends on another day."""
    GroundsRequest.objects.filter(clock=clock).update(due_at=clock.due_at)


def _check(person: Person, authority: Organisation, country: str, screening: Screening | None) -> None:
    if not is_treated_as_child(person) and not consent_is_given(person, ConsentScope.REQUEST_DECISION):
        raise ConsentMissing
    decides = authority.decides_grounds and authority.is_active and authority.country == country
    if not decides or authority.pk == person.organisation_id:
        raise NotAnAuthority
    if GroundsRequest.objects.filter(person=person, status=GroundsStatus.REQUESTED).exists():
        raise AlreadyAsked
    if screening is not None and (screening.person_id != person.pk or screening.is_draft):
        raise ScreeningUnfit


def _disclose(request: GroundsRequest, clock: Clock, *, by: Actor, at: datetime) -> Grant:
    person = request.person
    grant = Grant(
        id=uuid4(),
        organisation_id=request.organisation_id,
        to_organisation=request.authority,
        person_id=person.pk,
        sections=spell(DISCLOSED),
        purpose=Purpose.DECISION,
        basis=BASIS_CHILD if is_treated_as_child(person) else BASIS_CONSENT,
        source_kind=GRANT,
        source_id=request.pk,
        granted_at=at,
        expires_at=max(clock.due_at, at) + open_for_deciding(),
    )
    grant.save(force_insert=True)
    record(
        "grant.give",
        by=by,
        at=at,
        kind="grant",
        object_id=grant.pk,
        person_id=person.pk,
        organisation_id=request.organisation_id,
        purpose=Purpose.DECISION,
        basis=grant.basis,
        details={"sections": grant.sections.split(), "to": str(request.authority_id)},
    )
    return grant


@transaction.atomic
def withdraw_request(*, request: GroundsRequest, by: Actor | System, at: datetime) -> GroundsRequest:
    """Takes an undecided request back; what was disclosed closes at once. Raises NotWaiting."""
    _still_waiting(request)
    request.status = GroundsStatus.WITHDRAWN
    save_if_unchanged(request, version=request.version, fields=["status"])
    _end_clock(request.clock, met=False, by=by, at=at)
    Grant.objects.filter(source_kind=GRANT, source_id=request.pk, ended_at__isnull=True).update(ended_at=at)
    _record("grounds.withdraw", request, by=by, at=at)
    happened(
        "grounds.withdrawn",
        person=request.person,
        by=by if isinstance(by, Actor) else None,
        at=at,
        object_id=request.pk,
    )
    return request


@transaction.atomic
def withdraw_without_consent(person: Person, *, by: Actor | System, at: datetime) -> None:
    """What follows when an adult no longer wants the authority to be asked."""
    if is_treated_as_child(person) or consent_is_given(person, ConsentScope.REQUEST_DECISION):
        return
    withdraw_waiting(person, by=by, at=at)


@transaction.atomic
def withdraw_waiting(person: Person, *, by: Actor | System, at: datetime) -> None:
    """Takes back whatever waits for a decision: what follows when a person is erased."""
    rows = GroundsRequest.objects.select_related("person", "clock")
    for request in rows.filter(person=person, status=GroundsStatus.REQUESTED):
        withdraw_request(request=request, by=by, at=at)


@transaction.atomic
def decide(
    *, request: GroundsRequest, positive: bool, reasons: str, version: int, by: Actor, at: datetime
) -> GroundsRequest:
    """The authority's answer, with its reasons. What follows from it belongs to the file's own organisation.

    Raises NotWaiting, ReasonsMissing, ChangedMeanwhile."""
    if not reasons.strip():
        raise ReasonsMissing
    if request.version != version:
        raise ChangedMeanwhile
    # The authority may write this one answer; the clock, the rights and the timeline are the holder's.
    with within(Scope(organisation_id=request.organisation_id, at=at)):
        _still_waiting(request)
        request.status = GroundsStatus.POSITIVE if positive else GroundsStatus.NEGATIVE
        request.decided_at, request.decided_by_id = at, by.user_id
        seal(request, reasons=reasons)
        save_if_unchanged(
            request, version=version, fields=["status", "decided_at", "decided_by_id", "reasons"]
        )
        _end_clock(request.clock, met=True, by=by, at=at)
        _close_soon(request, at=at)
        _record(f"grounds.{request.status}", request, by=by, at=at, purpose=Purpose.DECISION)
        happened(f"grounds.{request.status}", person=request.person, by=by, at=at, object_id=request.pk)
        milestones = pathway.Milestone
        reached = milestones.GROUNDS_POSITIVE if positive else milestones.GROUNDS_NEGATIVE
        pathway.reached(reached, request.person, by=by, at=at)
    return request


@transaction.atomic
def give_notice(*, request: GroundsRequest, language: str, by: Actor, at: datetime) -> GroundsRequest:
    """The person was told what was decided, why, and what they can do. Raises NotDecided."""
    if request.decided_at is None:
        raise NotDecided
    request.notice_given_at, request.notice_given_by_id, request.notice_language = at, by.user_id, language
    save_if_unchanged(
        request,
        version=request.version,
        fields=["notice_given_at", "notice_given_by_id", "notice_language"],
    )
    _record("grounds.notice", request, by=by, at=at)
    happened("grounds.notice", person=request.person, by=by, at=at, object_id=request.pk)
    return request


def _still_waiting(request: GroundsRequest) -> None:
    if request.status != GroundsStatus.REQUESTED:
        raise NotWaiting


def _end_clock(clock: Clock, *, met: bool, by: Actor | System, at: datetime) -> None:
    try:
        if met:
            meet_clock(clock, by=by, at=at)
        else:
            cancel_clock(clock, by=by, at=at)
    except ClockEnded:  # it was ended already: that is all that is wanted
        return


def _close_soon(request: GroundsRequest, *, at: datetime) -> None:
    """The authority can still read what it decided on for as long as a review can be asked for."""
    open_grants = Grant.objects.filter(source_kind=GRANT, source_id=request.pk, ended_at__isnull=True)
    open_grants.update(expires_at=at + open_after_deciding())


def _record(
    verb: str,
    request: GroundsRequest,
    *,
    by: Actor | System,
    at: datetime,
    basis: str = "",
    purpose: Purpose = Purpose.IDENTIFICATION,
) -> None:
    record(
        verb,
        by=by,
        at=at,
        kind="grounds_request",
        object_id=request.pk,
        person_id=request.person_id,
        organisation_id=request.organisation_id,
        purpose=purpose,
        basis=basis or request.clock.source,
    )
