"""Records what a person agreed to, and what follows when they change their mind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from tutela.foundation.access.decision import Actor
from tutela.foundation.audit.record import record
from tutela.people import pathway, queries
from tutela.people.consents import TEXT_VERSION
from tutela.people.details import is_treated_as_child
from tutela.people.models import Consent, ConsentGiver, ConsentScope, Person
from tutela.people.timeline import happened


class NotForAnAdult(Exception):
    """Only a child, or someone whose age is disputed, is protected without being asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAnswer:
    """One answer: yes or no, asked in which language, through an interpreter or not, given by whom."""

    given: bool
    language: str
    with_interpreter: bool = False
    given_by: str = ConsentGiver.PERSON


@transaction.atomic
def record_consent(
    *,
    person: Person,
    scope: ConsentScope,
    answer: ConsentAnswer,
    by: Actor,
    at: datetime,
    consent_id: UUID | None = None,
) -> Consent:
    """A new version of one consent. A yes that becomes a no is followed along the pathway at once.

    Raises NotForAnAdult."""
    if answer.given_by == ConsentGiver.NOBODY and not is_treated_as_child(person):
        raise NotForAnAdult
    Person.objects.select_for_update().only("pk").get(pk=person.pk)
    before = queries.current_consent(person, scope)
    consent = Consent(
        id=consent_id or uuid4(),
        organisation_id=person.organisation_id,
        person=person,
        scope=scope,
        version=before.version + 1 if before else 1,
        given=answer.given,
        language=answer.language,
        with_interpreter=answer.with_interpreter,
        given_by=answer.given_by,
        text_version=TEXT_VERSION,
        at=at,
        recorded_by_id=by.user_id,
    )
    consent.save(force_insert=True)
    happening = _happening(before, consent)
    record(
        happening.split("/")[0],
        by=by,
        at=at,
        kind="consent",
        object_id=consent.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        details={"scope": scope.value, "version": consent.version, "given_by": consent.given_by},
    )
    happened(happening, person=person, by=by, at=at, object_id=consent.pk)
    _follow(before, consent, by=by, at=at)
    return consent


def _happening(before: Consent | None, now: Consent) -> str:
    if now.given:
        return f"consent.given/{now.scope}"
    withdrawn = before is not None and before.given
    return f"consent.{'withdrawn' if withdrawn else 'refused'}/{now.scope}"


def _follow(before: Consent | None, now: Consent, *, by: Actor, at: datetime) -> None:
    if now.given:
        pathway.reached(pathway.Milestone.CONSENTED, now.person, by=by, at=at)
    elif before is not None and before.given:
        pathway.reached(pathway.Milestone.CONSENT_WITHDRAWN, now.person, by=by, at=at)
