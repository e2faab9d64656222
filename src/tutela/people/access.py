"""The only way to fetch a person's file for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor, Circumstances, Decision, File, Purpose, Reason, decide
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.models import Section
from tutela.foundation.access.prepared import Prepared, blank_id, blank_moment
from tutela.foundation.roles import Permission
from tutela.people import pathway
from tutela.people.models import Consent, Document, Person


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A person's file, opened by one actor at one section; what else of it the actor may open.

    `sections` are those shared with another organisation; all for the one that holds the file."""

    person: Person
    decision: Decision
    sections: frozenset[str]
    tabs: tuple[pathway.FileTab, ...]
    header: tuple[pathway.HeaderFact, ...]

    @property
    def is_shared(self) -> bool:
        """Seen by another organisation than the one that holds it."""
        return self.decision.reason is Reason.GRANTED

    @property
    def shows_identity(self) -> bool:
        return Section.IDENTITY in self.sections

    @property
    def shows_contact(self) -> bool:
        return Section.CONTACT in self.sections

    @property
    def shows_case(self) -> bool:
        return Section.CASE in self.sections

    @property
    def is_emergency(self) -> bool:
        """Opened by breaking the glass."""
        return self.decision.reason is Reason.BROKEN_GLASS


def file_for(
    actor: Actor,
    person_id: UUID,
    permission: Permission,
    *,
    section: Section,
    purpose: Purpose,
    at: datetime,
) -> PersonFile:
    """Opens the file at `section` and records the look. Raises AccessDenied: absent or not yours alike."""
    person = _with_standing().first(person=person_id, user=actor.user_id, at=at)
    if person is None:
        raise AccessDenied(
            reason=Reason.OTHER_ORGANISATION, permission=permission, purpose=purpose, person_id=person_id
        )
    file = File(person.organisation_id, person.pk, section)
    standing = door.circumstances_of(person, actor, file, at=at)
    decision = door.enter(
        actor,
        permission,
        file,
        purpose=purpose,
        at=at,
        kind="person",
        object_id=person.pk,
        standing=standing,
    )
    sections = standing.granted if decision.reason is Reason.GRANTED else frozenset(Section.values)
    return PersonFile(
        person=person,
        decision=decision,
        sections=sections,
        tabs=tuple(tab for tab in pathway.tabs() if _may_open(tab, actor, person, standing)),
        header=tuple(pathway.header_facts(person, sections=sections)),
    )


@cache
def _with_standing() -> Prepared:
    """A person with organisation and key, how a user stands to the file, and what later stages add."""
    standing = door.standing(blank_id("user"), person="pk", at=blank_moment("at"))
    people = Person.objects.select_related("data_key", "organisation")
    people = people.annotate(**standing, **pathway.columns())
    return Prepared(people.filter(pk=blank_id("person"), erased_at__isnull=True))


def _may_open(tab: pathway.FileTab, actor: Actor, person: Person, standing: Circumstances) -> bool:
    file = File(person.organisation_id, person.pk, tab.section)
    return decide(actor, tab.permission, file, tab.purpose, standing).allowed


def document_in(file: PersonFile, document_id: UUID) -> Document:
    """A paper of an opened file. Raises AccessDenied."""
    rows = Document.objects.select_related("person", "added_by").filter(person=file.person)
    return _or_denied(rows.filter(pk=document_id).first())


def consent_in(file: PersonFile, consent_id: UUID) -> Consent | None:
    """An answer of an opened file; None while it is not recorded yet."""
    return Consent.objects.filter(person=file.person, pk=consent_id).first()


def _or_denied(row: Document | None) -> Document:
    if row is None:
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=Permission.CASE_READ)
    return row
