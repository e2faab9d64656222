"""Sends a referral, answers it, ends it, takes it back. What the other side may see follows each step."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tutela.cooperation.models import Referral, ReferralStatus
from tutela.foundation.access.decision import Actor, Purpose, System
from tutela.foundation.access.models import Grant, Section, spell
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit.record import record
from tutela.foundation.changes import save_if_unchanged
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.organisations.models import Organisation
from tutela.foundation.vault import fields
from tutela.people.models import Consent, ConsentScope, Person
from tutela.people.timeline import happened

# Before it has accepted, the receiver sees enough to answer and no more.
BEFORE_ANSWER = (Section.SUMMARY,)
LONGEST = timedelta(days=365)


class ConsentMissing(Exception):
    """The person has not agreed to be referred, or has changed their mind."""


class ReceiverUnfit(Exception):
    """This organisation takes no referrals, or is not one that help may come from."""


class NotAsked(Exception):
    """Another organisation was asked: only the one that was answers, and says what came of it."""


class AlreadyAnswered(Exception):
    """The referral was answered, taken back, or has expired."""


@transaction.atomic
def send_referral(
    *,
    person: Person,
    record_id: UUID,
    to: Organisation,
    service: str,
    urgent: bool,
    sections: Iterable[str],
    message: str,
    expires_at: datetime,
    by: Actor,
    at: datetime,
) -> Referral:
    """Asks another organisation to help. Sent twice with one `record_id`, it is sent once.

    Raises ConsentMissing, ReceiverUnfit, and ValueError for an end that is past or more than a year away."""
    sent = Referral.objects.filter(pk=record_id, sent_by_id=by.user_id).first()
    if sent is not None:
        return sent
    consent = _consent_to_refer(person)
    _check_receiver(to, person)
    if not at < expires_at <= at + LONGEST:
        raise ValueError("a referral ends after today and within a year")
    referral = Referral(
        id=record_id,
        organisation_id=person.organisation_id,
        person=person,
        to_organisation=to,
        pseudonym=person.pseudonym,
        service=service,
        urgent=urgent,
        sections=spell({*sections, *BEFORE_ANSWER}),
        consent=consent,
        sent_at=at,
        sent_by_id=by.user_id,
        expires_at=expires_at,
    )
    fields.seal(referral, message=message)
    referral.save(force_insert=True)
    _grant(referral, spell(BEFORE_ANSWER), at=at)
    _write_down("referral.sent", referral, by=by, at=at)
    return referral


def _consent_to_refer(person: Person) -> Consent:
    latest = Consent.objects.filter(person=person, scope=ConsentScope.REFER).order_by("-version").first()
    if latest is None or not latest.given:
        raise ConsentMissing
    return latest


def _check_receiver(to: Organisation, person: Person) -> None:
    helps = to.compartment is Compartment.PROTECTION and to.accepts_referrals and to.is_active
    if not helps or to.pk == person.organisation_id:
        raise ReceiverUnfit


def _grant(referral: Referral, sections: str, *, at: datetime) -> Grant:
    return Grant.objects.create(
        organisation_id=referral.organisation_id,
        to_organisation_id=referral.to_organisation_id,
        person_id=referral.person_id,
        sections=sections,
        purpose=Purpose.REFERRAL,
        basis=f"consent {referral.consent_id}",
        source_kind="referral",
        source_id=referral.pk,
        granted_at=at,
        expires_at=referral.expires_at,
    )


@transaction.atomic
def answer_referral(
    *, referral: Referral, accepted: bool, reason: str, version: int, by: Actor, at: datetime
) -> Referral:
    """The receiver accepts, and then sees what the person agreed to share; or declines with a reason.

    Raises NotAsked, AlreadyAnswered, ChangedMeanwhile, and ValueError for a refusal without a reason."""
    _check_asked(referral, by)
    if referral.status != ReferralStatus.SENT or referral.expires_at <= at:
        raise AlreadyAnswered
    if not accepted and not reason:
        raise ValueError("a referral is declined with a reason")
    referral.status = ReferralStatus.ACCEPTED if accepted else ReferralStatus.DECLINED
    referral.answered_at, referral.answered_by_id = at, by.user_id
    with _on_behalf_of_sender(referral, at=at):
        fields.seal(referral, answer=reason)
        save_if_unchanged(
            referral, version=version, fields=["status", "answered_at", "answered_by_id", "answer"]
        )
        _write_down(f"referral.{referral.status}", referral, by=by, at=at)
        if accepted:
            _grant(referral, referral.sections, at=at)
        else:
            _end_grants(referral, at=at)
    return referral


def _check_asked(referral: Referral, by: Actor) -> None:
    if referral.to_organisation_id != by.organisation_id:
        raise NotAsked


def _on_behalf_of_sender(referral: Referral, *, at: datetime) -> AbstractContextManager[None]:
    """The receiver may write this one answer; the referral, its grants and the timeline are the sender's."""
    return within(Scope(organisation_id=referral.organisation_id, at=at))


@transaction.atomic
def finish_referral(*, referral: Referral, outcome: str, version: int, by: Actor, at: datetime) -> Referral:
    """The receiver says what came of it, and no longer sees the file.

    Raises NotAsked, AlreadyAnswered, ChangedMeanwhile."""
    _check_asked(referral, by)
    if referral.status != ReferralStatus.ACCEPTED:
        raise AlreadyAnswered
    referral.status, referral.ended_at = ReferralStatus.DONE, at
    with _on_behalf_of_sender(referral, at=at):
        fields.seal(referral, outcome=outcome)
        save_if_unchanged(referral, version=version, fields=["status", "ended_at", "outcome"])
        _write_down("referral.done", referral, by=by, at=at)
        _end_grants(referral, at=at)
    return referral


@transaction.atomic
def revoke_referral(*, referral: Referral, version: int, by: Actor, at: datetime) -> Referral:
    """The sender takes it back. Raises AlreadyAnswered, ChangedMeanwhile."""
    if referral.status not in {ReferralStatus.SENT, ReferralStatus.ACCEPTED}:
        raise AlreadyAnswered
    referral.status, referral.ended_at = ReferralStatus.REVOKED, at
    save_if_unchanged(referral, version=version, fields=["status", "ended_at"])
    _write_down("referral.revoked", referral, by=by, at=at)
    _end_grants(referral, at=at)
    return referral


def revoke_without_consent(person: Person, *, by: Actor, at: datetime) -> None:
    """Follows a change of mind: every running referral of this person is taken back at once."""
    latest = Consent.objects.filter(person=person, scope=ConsentScope.REFER).order_by("-version").first()
    if latest is not None and latest.given:
        return
    running = Referral.objects.select_related("person").filter(
        person=person, status__in=[ReferralStatus.SENT, ReferralStatus.ACCEPTED]
    )
    for referral in running:
        revoke_referral(referral=referral, version=referral.version, by=by, at=at)


@transaction.atomic
def expire_referrals(*, by: System, at: datetime) -> int:
    """Ends what ran out; the grants have ended by their own date. Returns how many. Needs a system scope."""
    over = Referral.objects.select_related("person").filter(
        status__in=[ReferralStatus.SENT, ReferralStatus.ACCEPTED], expires_at__lte=at
    )
    count = 0
    for referral in over:
        referral.status, referral.ended_at = ReferralStatus.EXPIRED, at
        referral.save(update_fields=["status", "ended_at"])
        _write_down("referral.expired", referral, by=by, at=at)
        count += 1
    return count


def _end_grants(referral: Referral, *, at: datetime) -> None:
    Grant.objects.filter(source_kind="referral", source_id=referral.pk, ended_at__isnull=True).update(
        ended_at=at
    )


def _write_down(verb: str, referral: Referral, *, by: Actor | System, at: datetime) -> None:
    actor = by if isinstance(by, Actor) else None
    happened(verb, person=referral.person, by=actor, at=at, object_id=referral.pk)
    record(
        verb,
        by=by,
        at=at,
        kind="referral",
        object_id=referral.pk,
        person_id=referral.person_id,
        organisation_id=referral.organisation_id,
        purpose=Purpose.REFERRAL,
        basis=f"consent {referral.consent_id}",
        details={"to": str(referral.to_organisation_id), "sections": referral.sections.split()}
        if verb == "referral.sent"
        else {},
    )
