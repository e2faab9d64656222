"""Founds organisations, invites people, gives and takes roles. Nobody signs up by themselves."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from tutela.foundation.access.decision import SYSTEM, Actor
from tutela.foundation.audit.record import record
from tutela.foundation.organisations.models import Invitation, Organisation, User
from tutela.foundation.roles import ROLES, Administrator
from tutela.foundation.vault.keyring import new_organisation_key

INVITATION_DAYS = 7


class InvitationUnusable(Exception):
    """Unknown, used, or too old: all three look alike."""


class LastAdministrator(Exception):
    """An organisation keeps at least one active administrator."""


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def found_organisation(
    *, name: str, kind: str, country: str, administrator: str, secret: str, at: datetime
) -> Organisation:
    """A new organisation with its key, and the invitation of its first administrator, with the given `secret`.
    Only `tutela invite` calls this: it acts for nobody, so a closed account stands for who invited."""
    organisation = Organisation.objects.create(name=name, kind=kind, country=country.upper(), created_at=at)
    new_organisation_key(organisation.pk, at=at)
    founder = User.objects.create_user(
        email=f"founder-{organisation.pk}@tutela.invalid",
        organisation=organisation,
        display_name="",
        is_active=False,
        created_at=at,
    )
    _invite(organisation, administrator, [Administrator.code], secret=secret, invited_by=founder, at=at)
    record("organisation.found", by=SYSTEM, at=at, kind="organisation", object_id=organisation.pk)
    return organisation


@transaction.atomic
def invite_colleague(*, email: str, roles: list[str], secret: str, by: Actor, at: datetime) -> Invitation:
    """One person may come in once, within a week, with these roles. Raises KeyError for an unknown role."""
    for code in roles:
        ROLES[code]
    inviter = User.objects.select_related("organisation").get(pk=by.user_id)
    invitation = _invite(inviter.organisation, email, roles, secret=secret, invited_by=inviter, at=at)
    record(
        "invitation.send", by=by, at=at, kind="invitation", object_id=invitation.pk, details={"roles": roles}
    )
    return invitation


def _invite(
    organisation: Organisation, email: str, roles: list[str], *, secret: str, invited_by: User, at: datetime
) -> Invitation:
    return Invitation.objects.create(
        organisation=organisation,
        email=email.lower(),
        roles=roles,
        secret_hash=_hash(secret),
        invited_by=invited_by,
        invited_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )


def usable_invitation(secret: str, *, at: datetime) -> Invitation:
    """Raises InvitationUnusable."""
    invitation = (
        Invitation.objects.select_related("organisation")
        .filter(secret_hash=_hash(secret), accepted_at__isnull=True, expires_at__gt=at)
        .first()
    )
    if invitation is None:
        raise InvitationUnusable
    return invitation


@transaction.atomic
def accept_invitation(
    *, secret: str, display_name: str, password: str, language: str, by: None, at: datetime
) -> User:
    """Makes the account. `by` is None: the person has no account yet. Raises InvitationUnusable."""
    invitation = usable_invitation(secret, at=at)
    if User.objects.filter(email=invitation.email).exists():
        raise InvitationUnusable
    user = User.objects.create_user(
        id=uuid4(),
        email=invitation.email,
        password=password,
        organisation=invitation.organisation,
        display_name=display_name,
        language=language,
        roles=invitation.roles,
        created_at=at,
    )
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=at, accepted_by=user)
    record("invitation.accept", by=Actor.of(user), at=at, kind="account", object_id=user.pk)
    return user


@transaction.atomic
def change_roles(*, user: User, roles: list[str], by: Actor, at: datetime) -> User:
    """Raises LastAdministrator, and KeyError for an unknown role."""
    for code in roles:
        ROLES[code]
    if Administrator.code not in roles:
        _keep_one_administrator(user)
    before, user.roles = user.roles, sorted(set(roles))
    user.save(update_fields=["roles"])
    record(
        "account.roles",
        by=by,
        at=at,
        kind="account",
        object_id=user.pk,
        details={"before": before, "after": user.roles},
    )
    return user


@transaction.atomic
def close_account(*, user: User, by: Actor, at: datetime) -> User:
    """The account can no longer be used; what it did stays on record. Raises LastAdministrator."""
    _keep_one_administrator(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record("account.close", by=by, at=at, kind="account", object_id=user.pk)
    return user


@transaction.atomic
def reopen_account(*, user: User, by: Actor, at: datetime) -> User:
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("account.reopen", by=by, at=at, kind="account", object_id=user.pk)
    return user


def _keep_one_administrator(user: User) -> None:
    if Administrator.code not in user.roles or not user.is_active:
        return
    colleagues = User.objects.filter(organisation_id=user.organisation_id, is_active=True).exclude(pk=user.pk)
    if not any(Administrator.code in colleague.roles for colleague in colleagues.only("roles")):
        raise LastAdministrator
