"""The cast of characters: tests read as sentences about them. All of them are invented.

Casa Alba (shelter, GB)  Amina's case; Bea her caseworker; Carl the supervisor; Eve the administrator; Ben a
                         caseworker who is not assigned; Ora the auditor
Haven (shelter, GB)      Dario, caseworker: sees nothing until a referral is accepted
Lifeline (hotline, GB)   Hana, operator at the desk
Single Authority (GB)    Ada, who decides on reasonable grounds
Metro Police (GB)        Pia, liaison: sees nothing of a protection case
Rapporteur (GB)          Rosa, reader; Lena and Levi, who keep the law
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import is_mfa_enabled
from django.test import Client

from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Assignment
from tutela.foundation.organisations.kinds import Kind
from tutela.foundation.organisations.models import Organisation, User
from tutela.foundation.roles import (
    Administrator,
    Auditor,
    Caseworker,
    Decider,
    HotlineOperator,
    LawKeeper,
    Liaison,
    Reader,
    Role,
    Supervisor,
)
from tutela.foundation.vault import fields, keyring
from tutela.people.models import AgeGroup, Person, Sex

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PASSWORD = "a long and quiet evening"
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

# Unmistakable names: they may appear only decrypted, in pages that their reader may open.
AMINA = "Amina Zzkanarija"
AMINA_ARABIC = "أمينة زكناريجا"


@dataclass(frozen=True, slots=True)
class Cast:
    casa_alba: Organisation
    haven: Organisation
    lifeline: Organisation
    authority: Organisation
    police: Organisation
    rapporteur: Organisation
    bea: User
    ben: User
    carl: User
    eve: User
    ora: User
    dario: User
    hana: User
    ada: User
    pia: User
    rosa: User
    lena: User
    levi: User
    amina: Person

    def actor(self, name: str) -> Actor:
        return Actor.of(getattr(self, name))

    def everyone(self) -> dict[str, User]:
        return {name: getattr(self, name) for name in STAFF}


STAFF: dict[str, tuple[str, type[Role]]] = {
    "bea": ("casa_alba", Caseworker),
    "ben": ("casa_alba", Caseworker),
    "carl": ("casa_alba", Supervisor),
    "eve": ("casa_alba", Administrator),
    "ora": ("casa_alba", Auditor),
    "dario": ("haven", Caseworker),
    "hana": ("lifeline", HotlineOperator),
    "ada": ("authority", Decider),
    "pia": ("police", Liaison),
    "rosa": ("rapporteur", Reader),
    "lena": ("rapporteur", LawKeeper),
    "levi": ("rapporteur", LawKeeper),
}

_ORGANISATIONS = {
    "casa_alba": ("Casa Alba", Kind.SERVICE_PROVIDER),
    "haven": ("Haven", Kind.SERVICE_PROVIDER),
    "lifeline": ("Lifeline", Kind.HOTLINE),
    "authority": ("Single Authority", Kind.COMPETENT_AUTHORITY),
    "police": ("Metro Police", Kind.POLICE),
    "rapporteur": ("Rapporteur", Kind.RAPPORTEUR),
}


def organisation(name: str, kind: str, *, country: str = "GB") -> Organisation:
    row = Organisation.objects.create(
        name=name,
        kind=kind,
        country=country,
        services=["shelter", "legal"] if kind == Kind.SERVICE_PROVIDER else [],
        accepts_referrals=kind == Kind.SERVICE_PROVIDER,
        decides_grounds=kind == Kind.COMPETENT_AUTHORITY,
        keeps_law=kind == Kind.RAPPORTEUR,
        created_at=NOON,
    )
    keyring.new_organisation_key(row.pk, at=NOON)
    return row


def user(name: str, organisation: Organisation, *roles: type[Role]) -> User:
    return User.objects.create_user(
        email=f"{name}@{organisation.name.lower().replace(' ', '')}.example",
        password=PASSWORD,
        organisation=organisation,
        display_name=name.title(),
        roles=[role.code for role in roles],
        created_at=NOON,
    )


def person(
    organisation: Organisation,
    *,
    name: str = AMINA,
    pseudonym: str = "Heron 4821",
    person_id: UUID | None = None,
) -> Person:
    """A person with a sealed name; facts are an adult woman with Moroccan citizenship who speaks Arabic."""
    person_id = person_id or uuid4()
    key = keyring.new_person_key(organisation_id=organisation.pk, person_id=person_id, at=NOON)
    row = Person(
        id=person_id,
        organisation=organisation,
        data_key=key,
        pseudonym=pseudonym,
        language="ar",
        age_group=AgeGroup.ADULT,
        sex=Sex.FEMALE,
        citizenship="MA",
        created_at=NOON,
    )
    fields.seal(row, real_name=name, wishes="")
    row.save(force_insert=True)
    return row


def assign(person: Person, user: User, *, lead: bool = True) -> Assignment:
    return Assignment.objects.create(
        organisation_id=person.organisation_id, person_id=person.pk, user=user, is_lead=lead, since=NOON
    )


def whole_cast() -> Cast:
    """Everyone above, with Amina's file at Casa Alba assigned to Bea. Needs an open system scope."""
    bodies = {key: organisation(name, kind) for key, (name, kind) in _ORGANISATIONS.items()}
    staff = {name: user(name, bodies[body], role) for name, (body, role) in STAFF.items()}
    amina = person(bodies["casa_alba"])
    assign(amina, staff["bea"])
    return Cast(**bodies, **staff, amina=amina)


def give_app(user: User) -> None:
    """An authenticator app with `APP_SECRET`, as staff must have it."""
    if not is_mfa_enabled(user):
        TOTP.activate(user, APP_SECRET)


def code_now(secret: str = APP_SECRET) -> str:
    """What the app shows at this moment of the real clock, which django-allauth reads."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def signed_in(user: User, *, client: Client | None = None, just_now: bool = False) -> Client:
    """A browser in which `user` is signed in, second factor included. `just_now`: moments ago, so that what
    matters most asks for no password."""
    client = client or Client()
    give_app(user)
    client.force_login(user)
    if just_now:
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
        session["account_authentication_methods_user"] = user_id_to_str(user)
        session.save()
    return client


def days(count: float) -> timedelta:
    return timedelta(days=count)
