"""Founds the invented organisations, and gives accounts to those who work in them."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from tutela.environment import write_secret
from tutela.foundation.access.decision import SYSTEM, Actor
from tutela.foundation.audit.record import record
from tutela.foundation.organisations.models import Organisation, User
from tutela.foundation.vault.keyring import new_organisation_key
from tutela.reporting.actions import new_desk
from tutela.reporting.models import Desk

ACCOUNTS_FILE = "demo-accounts.json"
FOUNDED_DAYS_AGO = 400
_FILE = Path(__file__).with_name("world.yaml")
# No letters and digits that are mistaken for each other: somebody may have to type these.
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class Account:
    """How one invented colleague signs in. It exists in no other installation."""

    email: str
    password: str
    organisation: str
    roles: tuple[str, ...]
    totp_secret: str


@dataclass(frozen=True, slots=True)
class World:
    """Organisations by their key in world.yaml, colleagues by their first name, desks by organisation."""

    organisations: Mapping[str, Organisation]
    staff: Mapping[str, User]
    desks: Mapping[str, Desk]
    accounts: tuple[Account, ...]

    def actor(self, name: str) -> Actor:
        return Actor.of(self.staff[name])

    def colleagues(self, organisation: str, role: str) -> list[User]:
        """Who has `role` in an organisation, in the order of world.yaml."""
        names = plan()["organisations"][organisation]["staff"]
        return [self.staff[name] for name in names if role in self.staff[name].roles]


@lru_cache(maxsize=1)
def plan() -> dict[str, Any]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def found_world(*, at: datetime) -> World:
    """Makes everything of world.yaml. Needs an open system scope."""
    since = at - timedelta(days=FOUNDED_DAYS_AGO)
    organisations, staff, desks, accounts = {}, {}, {}, []
    for key, told in plan()["organisations"].items():
        body = organisations[key] = _found(told, at=since)
        for name, person in told["staff"].items():
            staff[name] = user = _employ(name, key, person, body, told.get("language", "en"), at=since)
            if person.get("account"):
                accounts.append(_let_in(user))
        if desk := told.get("desk"):
            desks[key] = new_desk(
                organisation=body,
                slug=desk["slug"],
                name=desk["name"],
                country=body.country,
                emergency_number=desk["emergency"],
                by=SYSTEM,
                at=since,
            )
    return World(organisations, staff, desks, tuple(accounts))


def _found(told: Mapping[str, Any], *, at: datetime) -> Organisation:
    body = Organisation.objects.create(
        name=told["name"],
        kind=told["kind"],
        country=told["country"],
        services=told.get("services", []),
        accepts_referrals=told.get("accepts_referrals", False),
        decides_grounds=told.get("decides_grounds", False),
        keeps_law=told.get("keeps_law", False),
        created_at=at,
    )
    new_organisation_key(body.pk, at=at)
    record("organisation.found", by=SYSTEM, at=at, kind="organisation", object_id=body.pk)
    return body


def _employ(
    name: str, key: str, told: Mapping[str, Any], body: Organisation, language: str, *, at: datetime
) -> User:
    user = User(
        id=uuid4(),
        email=f"{name}@{key}.example",
        organisation=body,
        display_name=name.title(),
        language=language,
        roles=told["roles"],
        created_at=at,
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    record("account.found", by=SYSTEM, at=at, kind="account", object_id=user.pk, organisation_id=body.pk)
    return user


def _let_in(user: User) -> Account:
    """A password and a second factor, drawn for this installation alone."""
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    totp = base64.b32encode(os.urandom(20)).decode()
    user.set_password(password)
    user.save(update_fields=["password"])
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(totp)}
    )
    return Account(user.email, password, user.organisation.name, tuple(user.roles), totp)


def write_accounts(accounts: Iterable[Account], var: Path) -> Path:
    """Puts the accounts where `./run` finds them (mode 0600), in place of earlier ones."""
    rows = [
        {
            "email": one.email,
            "password": one.password,
            "organisation": one.organisation,
            "roles": list(one.roles),
            "totp_secret": one.totp_secret,
        }
        for one in accounts
    ]
    path = var / ACCOUNTS_FILE
    path.unlink(missing_ok=True)
    write_secret(path, json.dumps(rows, indent=1))
    return path
