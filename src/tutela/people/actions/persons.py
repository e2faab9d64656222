"""Opens, changes and erases a person."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from tutela.foundation.access.decision import Actor, System
from tutela.foundation.audit.record import record
from tutela.foundation.changes import save_if_unchanged
from tutela.foundation.organisations.models import Organisation
from tutela.foundation.vault import keyring
from tutela.foundation.vault.fields import reveal, seal
from tutela.people import attachments, pathway, search
from tutela.people.details import OPEN, SEALED, PersonDetails, details_of
from tutela.people.models import Document, Person
from tutela.people.pseudonyms import new_pseudonym
from tutela.people.timeline import happened

MOST_DRAWS = 20


@transaction.atomic
def open_person(
    *,
    organisation: Organisation,
    details: PersonDetails,
    by: Actor,
    at: datetime,
    person_id: UUID | None = None,
) -> Person:
    """A new file with a key and a pseudonym of its own, searchable by name."""
    person_id = person_id or uuid4()
    key = keyring.new_person_key(organisation_id=organisation.pk, person_id=person_id, at=at)
    person = Person(id=person_id, organisation=organisation, data_key=key, created_at=at)
    _write(person, details)
    _save_under_new_pseudonym(person)
    _index(person, details.real_name)
    record("person.open", by=by, at=at, kind="person", object_id=person.pk, person_id=person.pk)
    happened("person.opened", person=person, by=by, at=at)
    return person


@transaction.atomic
def change_person(
    *, person: Person, details: PersonDetails, version: int, by: Actor, at: datetime
) -> list[str]:
    """Returns the names of what changed. Raises ChangedMeanwhile when somebody saved after `version`."""
    before = details_of(person)
    changed = [
        field.name for field in fields(details) if getattr(details, field.name) != getattr(before, field.name)
    ]
    _write(person, details)
    save_if_unchanged(person, version=version, fields=[*OPEN, *SEALED])
    _index(person, details.real_name)
    record(
        "person.change",
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        details={"changed": changed},
    )
    happened("person.changed", person=person, by=by, at=at)
    return changed


@transaction.atomic
def erase_person(*, person: Person, by: Actor, at: datetime) -> None:
    """Destroys the keys: what was sealed can never be read again here. Backups from before still hold them.

    The sealed files go too. What stays is that there was a file, and what was done with it, without words."""
    papers = Document.objects.filter(person=person).count()
    pathway.reached(pathway.Milestone.ERASED, person, by=by, at=at)
    keys = keyring.destroy_person_keys(person.pk, at=at)
    folders = keyring.ids_of(person.pk)
    search.forget_names(person)
    person.erased_at, person.facts, person.citizenship, person.contact_channel = at, {}, "", ""
    for name in SEALED:
        setattr(person, name, b"")
    person.save(update_fields=["erased_at", "facts", "citizenship", "contact_channel", *SEALED])
    record(
        "person.erase",
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        details={"keys": keys, "documents": papers},
    )
    happened("person.erased", person=person, by=by, at=at)
    transaction.on_commit(lambda: attachments.remove_all_under(folders))


def _write(person: Person, details: PersonDetails) -> None:
    for name in OPEN:
        setattr(person, name, getattr(details, name))
    seal(person, **{name: getattr(details, name) for name in SEALED})


def _save_under_new_pseudonym(person: Person) -> None:
    """Draws until the pseudonym is free in the organisation: two people never share one."""
    for draw in range(MOST_DRAWS):
        person.pseudonym = new_pseudonym()
        if Person.objects.filter(organisation_id=person.organisation_id, pseudonym=person.pseudonym).exists():
            continue
        try:
            with transaction.atomic():
                person.save(force_insert=True)
            return
        except IntegrityError:  # a colleague drew the same one a moment ago
            if draw == MOST_DRAWS - 1:
                raise
    raise RuntimeError("no free pseudonym was drawn")


def _index(person: Person, real_name: str) -> None:
    search.index_names(person, [person.pseudonym, real_name], prefixes=person.organisation.prefix_search)


@transaction.atomic
def index_again(*, organisation: Organisation, by: System, at: datetime) -> int:
    """After the switch for the beginnings of words was turned: makes the tokens of every name anew."""
    count = 0
    for person in Person.objects.filter(organisation=organisation, erased_at=None):
        person.organisation = organisation
        _index(person, reveal(person, "real_name"))
        count += 1
    record(
        "names.index", by=by, at=at, kind="organisation", object_id=organisation.pk, details={"count": count}
    )
    return count
