"""Writes down who signed in, who signed out, and who was refused."""

from __future__ import annotations

from datetime import datetime

from tutela.foundation.access.decision import SYSTEM, Actor
from tutela.foundation.audit.models import Outcome
from tutela.foundation.audit.record import record
from tutela.foundation.organisations.models import User


def signed_in(user: User, *, at: datetime) -> None:
    record("sign-in", by=Actor.of(user), at=at, kind="account", object_id=user.pk)


def signed_out(user: User, *, why: str, at: datetime) -> None:
    """`why` is: asked, idle (away too long) or long (signed in too long ago)."""
    record("sign-out", by=Actor.of(user), at=at, kind="account", object_id=user.pk, details={"why": why})


def refused(user: User | None, *, step: str, at: datetime) -> None:
    """`step` is first (password or passkey) or second (code). Without a `user` nobody has that address."""
    record(
        "sign-in.refused",
        by=SYSTEM,
        at=at,
        kind="account",
        object_id=user.pk if user else None,
        organisation_id=user.organisation_id if user else None,
        outcome=Outcome.DENIED,
        details={"step": step},
    )
