"""The only way to fetch a referral: by the organisation that sent it, or the one that it was sent to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tutela.cooperation.models import Referral, ReferralStatus
from tutela.foundation.access.decision import Actor, Purpose, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.models import Section
from tutela.foundation.audit.record import record
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile, file_for

READABLE = {ReferralStatus.SENT, ReferralStatus.ACCEPTED}


@dataclass(frozen=True, slots=True)
class OpenReferral:
    """A referral as one side sees it. The receiver reads the message, and the summary of the person, only
    while the referral runs; `file` is None afterwards."""

    referral: Referral
    is_receiver: bool
    file: PersonFile | None

    @property
    def may_read_message(self) -> bool:
        return self.file is not None


def referral_for(actor: Actor, referral_id: UUID, *, at: datetime) -> OpenReferral:
    """Opens a referral and records the look. Raises AccessDenied, the same for absent and not yours."""
    referral = (
        Referral.objects.select_related("organisation", "to_organisation").filter(pk=referral_id).first()
    )
    if referral is None:
        raise _denied(Permission.REFERRAL_RECEIVE)
    if referral.organisation_id == actor.organisation_id:
        file = _open_file(actor, referral, Permission.REFERRAL_SEND, at=at)
        return OpenReferral(referral, is_receiver=False, file=file)
    return _as_receiver(actor, referral, at=at)


def _as_receiver(actor: Actor, referral: Referral, *, at: datetime) -> OpenReferral:
    if referral.to_organisation_id != actor.organisation_id:
        raise _denied(Permission.REFERRAL_RECEIVE)
    if not actor.may(Permission.REFERRAL_RECEIVE):
        raise _denied(Permission.REFERRAL_RECEIVE, Reason.NO_PERMISSION)
    readable = referral.status in READABLE and referral.expires_at > at
    file = _open_file(actor, referral, Permission.REFERRAL_RECEIVE, at=at) if readable else None
    record(
        "referral.look",
        by=actor,
        at=at,
        kind="referral",
        object_id=referral.pk,
        person_id=referral.person_id,
        purpose=Purpose.REFERRAL,
    )
    return OpenReferral(referral, is_receiver=True, file=file)


def _open_file(actor: Actor, referral: Referral, permission: Permission, *, at: datetime) -> PersonFile:
    return file_for(
        actor, referral.person_id, permission, section=Section.SUMMARY, purpose=Purpose.REFERRAL, at=at
    )


def _denied(permission: Permission, reason: Reason = Reason.OTHER_ORGANISATION) -> AccessDenied:
    return AccessDenied(reason=reason, permission=permission, purpose=Purpose.REFERRAL)
