"""Founds organisations, invites people, gives and takes roles. Nobody signs up by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from tutela.foundation.access.decision import SYSTEM, Actor, System
from tutela.foundation.audit.record import record
from tutela.foundation.changes import save_if_unchanged
from tutela.foundation.organisations.access import (
    InvitationUnusable,
    hash_of,
    usable_invitation,
    usable_reset,
)
from tutela.foundation.organisations.adapter import SealedSecrets
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.organisations.models import Invitation, Organisation, Reset, SpentCode, User
from tutela.foundation.roles import ROLES, Administrator
from tutela.foundation.vault.keyring import new_organisation_key

INVITATION_DAYS = 7
RESET_HOURS = 24
STEPS_KEPT = 10


class DecidesElsewhere(Exception):
    """Only a competent authority decides on reasonable grounds."""


class OwnRoles(Exception):
    """Nobody gives themselves a role: another administrator does."""


class LastAdministrator(Exception):
    """An organisation keeps at least one active administrator."""


@transaction.atomic
def found_organisation(
    *, name: str, kind: str, country: str, administrator: str, secret: str, at: datetime, by: System = SYSTEM
) -> Organisation:
    """A new organisation with its key, and the invitation of its first administrator, with this `secret`.
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
    _invite(uuid4(), administrator, [Administrator.code], secret=secret, invited_by=founder, at=at)
    record("organisation.found", by=by, at=at, kind="organisation", object_id=organisation.pk)
    return organisation


@transaction.atomic
def change_organisation(
    *,
    organisation: Organisation,
    accepts_referrals: bool | None = None,
    decides_grounds: bool | None = None,
    prefix_search: bool | None = None,
    keeps_law: bool | None = None,
    by: System,
    at: datetime,
) -> Organisation:
    """What an organisation offers to others. None leaves as it is. Raises DecidesElsewhere."""
    if decides_grounds and organisation.compartment is not Compartment.DECISION:
        raise DecidesElsewhere
    wanted = {
        "accepts_referrals": accepts_referrals,
        "decides_grounds": decides_grounds,
        "prefix_search": prefix_search,
        "keeps_law": keeps_law,
    }
    changed = {name: value for name, value in wanted.items() if value is not None}
    for name, value in changed.items():
        setattr(organisation, name, value)
    if changed:
        organisation.save(update_fields=list(changed))
    record(
        "organisation.change",
        by=by,
        at=at,
        kind="organisation",
        object_id=organisation.pk,
        organisation_id=organisation.pk,
        details=changed,
    )
    return organisation


@transaction.atomic
def invite_colleague(
    *, invitation_id: UUID, email: str, roles: list[str], secret: str, by: Actor, at: datetime
) -> Invitation:
    """One person may come in once, within a week, with these roles. Raises KeyError for an unknown role, and
    IntegrityError where `invitation_id` was used before."""
    _known(roles)
    inviter = User.objects.select_related("organisation").get(pk=by.user_id)
    invitation = _invite(invitation_id, email, roles, secret=secret, invited_by=inviter, at=at)
    record(
        "invitation.send", by=by, at=at, kind="invitation", object_id=invitation.pk, details={"roles": roles}
    )
    return invitation


def _invite(
    invitation_id: UUID, email: str, roles: list[str], *, secret: str, invited_by: User, at: datetime
) -> Invitation:
    return Invitation.objects.create(
        id=invitation_id,
        organisation=invited_by.organisation,
        email=email.lower(),
        roles=roles,
        secret_hash=hash_of(secret),
        invited_by=invited_by,
        invited_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> None:
    """Its link leads nowhere from now on."""
    record("invitation.withdraw", by=by, at=at, kind="invitation", object_id=invitation.pk)
    invitation.delete()


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
    # The e-mail address is unique: of two people with the same link, the database lets one in.
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=at, accepted_by=user)
    record("invitation.accept", by=Actor.of(user), at=at, kind="account", object_id=user.pk)
    return user


@transaction.atomic
def change_roles(*, user: User, roles: list[str], version: int, by: Actor, at: datetime) -> User:
    """Ends the sessions of the account.

    Raises OwnRoles, LastAdministrator, ChangedMeanwhile, and KeyError for an unknown role."""
    _known(roles)
    if Administrator.code not in roles:
        _keep_one_administrator(user)
    if user.pk == by.user_id and not set(roles) <= set(user.roles):
        raise OwnRoles
    before, user.roles = user.roles, sorted(set(roles))
    save_if_unchanged(user, version=version, fields=["roles"])
    details = {"before": before, "after": user.roles}
    record("account.roles", by=by, at=at, kind="account", object_id=user.pk, details=details)
    return user


@transaction.atomic
def close_account(*, user: User, by: Actor, at: datetime) -> User:
    """The account can no longer be used; what it did stays on record. Raises LastAdministrator."""
    _keep_one_administrator(user)
    return _set_state(user, "account.close", is_active=False, by=by, at=at)


@transaction.atomic
def reopen_account(*, user: User, by: Actor, at: datetime) -> User:
    """The account can be used again, with the roles, password and second factor that it had."""
    return _set_state(user, "account.reopen", is_active=True, by=by, at=at)


def _set_state(user: User, verb: str, *, is_active: bool, by: Actor, at: datetime) -> User:
    user.is_active = is_active
    user.version += 1
    user.save(update_fields=["is_active", "version"])
    record(verb, by=by, at=at, kind="account", object_id=user.pk)
    return user


@transaction.atomic
def issue_reset(
    *, reset_id: UUID, user: User, second_factor: bool, secret: str, by: Actor, at: datetime
) -> Reset:
    """A link to a new password, once, within a day; earlier links of this account end. With `second_factor`
    it also takes away what the person signed in with and lost. Raises IntegrityError where `reset_id` was
    used."""
    Reset.objects.filter(user=user, used_at__isnull=True).exclude(pk=reset_id).delete()
    reset = Reset.objects.create(
        id=reset_id,
        user=user,
        second_factor=second_factor,
        secret_hash=hash_of(secret),
        issued_by_id=by.user_id,
        issued_at=at,
        expires_at=at + timedelta(hours=RESET_HOURS),
    )
    details = {"second_factor": second_factor}
    record("reset.issue", by=by, at=at, kind="account", object_id=user.pk, details=details)
    return reset


@transaction.atomic
def use_reset(*, secret: str, password: str, by: None, at: datetime) -> User:
    """Sets the password and ends all sessions. `by` is None: nobody is signed in. Raises ResetUnusable."""
    reset = usable_reset(secret, at=at)
    user = reset.user
    user.set_password(password)
    user.version += 1
    user.save(update_fields=["password", "version"])
    if reset.second_factor:
        Authenticator.objects.filter(user_id=user.pk).delete()
    Reset.objects.filter(pk=reset.pk).update(used_at=at)
    details = {"second_factor": reset.second_factor}
    record("reset.use", by=Actor.of(user), at=at, kind="account", object_id=user.pk, details=details)
    return user


@transaction.atomic
def choose_language(*, user: User, language: str, by: Actor, at: datetime) -> User:
    user.language = language
    user.save(update_fields=["language"])
    record("account.language", by=by, at=at, kind="account", object_id=user.pk)
    return user


def spend_code(*, user: User, step: int, by: None, at: datetime) -> bool:
    """Whether the one-time code of this time step (of 30 s since 1970) was still unspent; now it is not. `by`
    is None: the code is part of showing who it is."""
    SpentCode.objects.filter(user=user, step__lt=step - STEPS_KEPT).delete()
    try:
        with transaction.atomic():
            SpentCode.objects.create(user=user, step=step)
            record("second-factor.use", by=Actor.of(user), at=at, kind="account", object_id=user.pk)
    except IntegrityError:
        return False
    return True


def _known(roles: list[str]) -> None:
    for code in roles:
        ROLES[code]


def _keep_one_administrator(user: User) -> None:
    """Holds the organisation's row, so that two administrators cannot close each other at the same moment."""
    if Administrator.code not in user.roles or not user.is_active:
        return
    Organisation.objects.select_for_update().get(pk=user.organisation_id)
    colleagues = User.objects.filter(organisation_id=user.organisation_id, is_active=True).exclude(pk=user.pk)
    if not any(Administrator.code in roles for roles in colleagues.values_list("roles", flat=True)):
        raise LastAdministrator


@transaction.atomic
def rewrap_second_factors(*, by: System, at: datetime) -> int:
    """Seals app secrets and recovery seeds again with the current master key; returns how many."""
    adapter, count = SealedSecrets(), 0
    for factor in Authenticator.objects.filter(type__in=["totp", "recovery_codes"]):
        for name in ("secret", "seed"):
            sealed = factor.data.get(name)
            if sealed and not adapter.is_current(sealed):
                factor.data[name] = adapter.encrypt(adapter.decrypt(sealed))
                factor.save(update_fields=["data"])
                count += 1
    record("factors.rewrap", by=by, at=at, kind="key", details={"count": count})
    return count
