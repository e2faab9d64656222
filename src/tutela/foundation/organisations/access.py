"""The way to an account, an invitation or a reset: by what the asker holds, never by its number alone."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from uuid import UUID

from django.contrib.sessions.models import Session

from tutela.foundation.access.decision import Actor, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.prepared import Prepared, blank_id, blank_moment, blank_word
from tutela.foundation.organisations.models import Invitation, Reset, User
from tutela.foundation.roles import Permission


class InvitationUnusable(Exception):
    """Unknown, used, or too old: all three look alike."""


class ResetUnusable(Exception):
    """Unknown, used, too old, or for a closed account: all look alike."""


def hash_of(secret: str) -> str:
    """What is kept of a secret link. The secret has 192 random bits, so it needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def usable_invitation(secret: str, *, at: datetime) -> Invitation:
    """Raises InvitationUnusable."""
    invitation = (
        Invitation.objects.select_related("organisation")
        .filter(secret_hash=hash_of(secret), accepted_at__isnull=True, expires_at__gt=at)
        .first()
    )
    if invitation is None:
        raise InvitationUnusable
    return invitation


def usable_reset(secret: str, *, at: datetime) -> Reset:
    """Raises ResetUnusable."""
    reset = (
        Reset.objects.select_related("user")
        .filter(secret_hash=hash_of(secret), used_at__isnull=True, expires_at__gt=at, user__is_active=True)
        .first()
    )
    if reset is None:
        raise ResetUnusable
    return reset


def colleague_for(actor: Actor, user_id: UUID) -> User:
    """An account of the administrator's own organisation. Raises AccessDenied."""
    colleague = User.objects.filter(pk=user_id, organisation_id=actor.organisation_id).first()
    if colleague is None or not actor.may(Permission.ACCOUNT_MANAGE):
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=Permission.ACCOUNT_MANAGE)
    return colleague


def invitation_for(actor: Actor, invitation_id: UUID) -> Invitation:
    """An open invitation of the administrator's own organisation. Raises AccessDenied."""
    invitation = Invitation.objects.filter(
        pk=invitation_id, organisation_id=actor.organisation_id, accepted_at__isnull=True
    ).first()
    if invitation is None or not actor.may(Permission.ACCOUNT_MANAGE):
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=Permission.ACCOUNT_MANAGE)
    return invitation


def own_account(actor: Actor) -> User:
    return User.objects.select_related("organisation").get(pk=actor.user_id)


def account_named(email: str) -> User | None:
    """Whose address this is: for writing down a refused sign-in, never for an answer."""
    return User.objects.filter(email=email.strip().lower()).first()


@cache
def account_of_session() -> Prepared:
    """The account with a given `id`, for who has signed in with it."""
    return Prepared(User.objects.filter(pk=blank_id("id")))


@cache
def running_session() -> Prepared:
    """The session with a given `key`, unless it has run out at `now`."""
    rows = Session.objects.filter(session_key=blank_word("key"), expire_date__gt=blank_moment("now"))
    return Prepared(rows)
