"""A file with words in every sealed field that there is, and a thief who tries old keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from tests.cast import NOON, Cast, person

from tutela.cooperation.models import Referral
from tutela.engines import envelopes
from tutela.foundation.access.models import BreakGlass
from tutela.foundation.clocks.models import Clock
from tutela.foundation.vault import fields, keyring
from tutela.foundation.vault.models import DataKey, OrganisationKey, TokenKey
from tutela.foundation.vault.resealing import sealed_models
from tutela.identification.models import GroundsRequest, Screening
from tutela.people import actions as people
from tutela.people import attachments
from tutela.people.models import Consent, Document, Happening, Person
from tutela.protection.models import Need, Task
from tutela.rights.models import Right, RightStep

PAPER = b"%PDF-1.4 unmistakable words\n" + b"x" * 200_000 + b"\n%%EOF\n"


def whole_file(cast: Cast, pseudonym: str) -> Person:
    """A person at Casa Alba with a row of every model that has sealed fields, all filled, and a paper."""
    who = person(cast.casa_alba, pseudonym=pseudonym)
    people.add_document(person=who, title="x", content=PAPER, by=cast.actor("bea"), at=NOON)
    for row in _rows(cast, who):
        row.save(force_insert=True)
    for sealed in sealed_models():
        (row,) = sealed.model._base_manager.filter(**{sealed.person: who.pk})[:1]
        fields.seal(row, **{name: words(sealed.model, name, who) for name in sealed.names})
        row.save()
    return who


def _rows(cast: Cast, who: Person) -> list[Any]:
    held = {"organisation": cast.casa_alba, "person": who}
    later = NOON + timedelta(days=30)
    right = Right(**held, right=f"right-{who.pk}", country="GB", due_since=NOON.date())
    consent = Consent(**held, scope="refer", version=1, given=True, language="en", text_version="1", at=NOON)
    consent.recorded_by = cast.bea
    clock = Clock(organisation=cast.casa_alba, person_id=who.pk, kind="test", source="test", country="GB")
    clock.started_at, clock.due_at, clock.warn_at = NOON, later, later
    request = GroundsRequest(**held, authority=cast.authority, clock=clock, requested_by=cast.bea)
    request.requested_at, request.due_at = NOON, later
    opening = BreakGlass(organisation=cast.casa_alba, person_id=who.pk, user=cast.ben)
    opening.opened_at, opening.expires_at = NOON, NOON + timedelta(hours=4)
    fields.seal(opening, justification="x")
    task = Task(**held, kind="call", due_on=NOON.date(), created_at=NOON, created_by=cast.bea)
    task.assigned_to = cast.bea
    referral = Referral(**held, to_organisation=cast.haven, service="shelter", consent=consent)
    referral.sent_at, referral.sent_by, referral.expires_at = NOON, cast.bea, later
    return [
        consent,
        right,
        RightStep(**held, right=right, kind="became_due", status="due", at=NOON),
        opening,
        Screening(**held, pack="test", pack_version="1", by=cast.bea, at=NOON),
        clock,
        request,
        Need(**held, kind="doctor", noted_at=NOON, noted_by=cast.bea),
        task,
        referral,
    ]


def words(model: Any, name: str, who: Person) -> str:
    return f"{model._meta.label}.{name} of {who.pseudonym}"


def is_readable(who: Person) -> bool:
    """Every sealed field says what `whole_file` wrote there, and the paper comes back whole."""
    for sealed in sealed_models():
        texts = [fields.reveal_many([row], sealed.names)[0] for row in rows_of(sealed, who)]
        if {name: words(sealed.model, name, who) for name in sealed.names} not in texts:
            return False
    (paper,) = Document.objects.filter(person_id=who.pk)
    return b"".join(attachments.read(paper)) == PAPER


def rows_of(sealed: Any, who: Person) -> list[Any]:
    return list(sealed.model._base_manager.filter(**{sealed.person: who.pk}))


def keys_that_open_something() -> list[bytes]:
    """What somebody has who copied the database together with the master key: every key in it, open."""
    persons = [key.secret for key in keyring.living_keys_of_all(Person.objects.values_list("pk", flat=True))]
    organisations = [keyring._open_organisation_key(row) for row in OrganisationKey.objects.all()]
    return [*persons, *organisations]


def opened_with(stolen: list[bytes]) -> list[str]:
    """What is stored now and opens with one of these keys, whichever it says it is under."""
    opened = [name for name, sealed, context in _stored() if _opens(sealed, context, stolen)]
    for file in settings.ATTACHMENTS.glob("*/*") if settings.ATTACHMENTS.exists() else ():
        paper = Document.objects.filter(pk=file.stem).first() if file.is_file() else None
        if paper and any(_opens_stream(file, paper, key) for key in stolen):
            opened.append(str(file))
    return opened


def _stored() -> list[tuple[str, bytes, bytes]]:
    found = []
    for sealed in sealed_models():
        for row in sealed.model._base_manager.all():
            for name in sealed.names:
                place = f"{sealed.model._meta.label}.{name} {row.pk}"
                found.append((place, bytes(getattr(row, name)), fields.context_of(row, name)))
    for model, kind in ((DataKey, "data key"), (TokenKey, "token key")):
        for key in model.objects.all():
            context = keyring._context(kind, key.id, key.organisation_id)
            found.append((f"{kind} {key.pk}", bytes(key.wrapped), context))
    return found


def _opens(sealed: bytes, context: bytes, stolen: list[bytes]) -> bool:
    for key in stolen if sealed else ():
        try:
            envelopes.open_field(sealed, key=key, context=context)
        except envelopes.EnvelopeRefused:
            continue
        return True
    return False


def _opens_stream(file: Any, paper: Document, key: bytes) -> bool:
    pieces = envelopes.open_stream([file.read_bytes()], key=key, context=attachments._context(paper))
    try:
        return bool(next(pieces))
    except envelopes.EnvelopeRefused:
        return False


def happenings_of(who: Person) -> list[str]:
    rows = list(Happening.objects.filter(person=who).order_by("id"))
    return [text["note"] for text in fields.reveal_many(rows, ["note"])]
