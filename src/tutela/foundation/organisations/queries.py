"""Lists for administrators and for each colleague's own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Q

from tutela.foundation.access.decision import Actor
from tutela.foundation.audit.models import Event, Outcome
from tutela.foundation.organisations.models import Invitation, User

PAGE = 50
SIGN_INS_SHOWN = 10
SIGN_IN_DAYS = 30


@dataclass(frozen=True, slots=True)
class ColleaguePage:
    """`after` opens the next page; None on the last one."""

    colleagues: list[User]
    after: UUID | None


@dataclass(frozen=True, slots=True)
class SignIn:
    at: datetime
    refused: bool


def colleagues_of(actor: Actor, *, after: UUID | None = None) -> ColleaguePage:
    """Everyone with an account in the actor's organisation, by name. Who only founded it has no name."""
    rows = User.objects.filter(organisation_id=actor.organisation_id).exclude(display_name="")
    last = rows.filter(pk=after).first() if after else None
    if last:
        rows = rows.filter(
            Q(display_name__gt=last.display_name) | Q(display_name=last.display_name, pk__gt=last.pk)
        )
    found = list(rows.order_by("display_name", "pk")[: PAGE + 1])
    return ColleaguePage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def open_invitations(actor: Actor, *, at: datetime) -> list[Invitation]:
    """Not accepted and not too old, the newest first."""
    return list(
        Invitation.objects.filter(
            organisation_id=actor.organisation_id, accepted_at__isnull=True, expires_at__gt=at
        ).order_by("-invited_at", "pk")[:PAGE]
    )


def works_here(actor: Actor, email: str) -> bool:
    return User.objects.filter(organisation_id=actor.organisation_id, email=email.lower()).exists()


def recent_sign_ins(actor: Actor, *, at: datetime) -> list[SignIn]:
    """The last of the month, refused ones included, the newest first."""
    events = Event.objects.filter(
        Q(verb="sign-in") | Q(verb="sign-in.refused"),
        organisation_id=actor.organisation_id,
        at__gt=at - timedelta(days=SIGN_IN_DAYS),
        kind="account",
        object_id=actor.user_id,
    ).order_by("-at", "-number")[:SIGN_INS_SHOWN]
    return [SignIn(event.at, event.outcome == Outcome.DENIED) for event in events]


def second_factors(user: User) -> list[Authenticator]:
    """What this account signs in with besides its password; recovery codes do not count."""
    return list(
        Authenticator.objects.filter(user_id=user.pk)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .order_by("created_at", "pk")
    )
