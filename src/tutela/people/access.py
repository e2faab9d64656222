"""The only way to fetch a person's file for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor, Decision, File, Purpose, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people import pathway
from tutela.people.models import Person


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A person's file, opened by one actor at one section; what else of it the actor may open."""

    person: Person
    decision: Decision
    tabs: tuple[pathway.FileTab, ...]
    header: tuple[pathway.HeaderFact, ...]

    @property
    def is_shared(self) -> bool:
        """Seen by another organisation than the one that holds it."""
        return self.decision.reason is Reason.GRANTED


def file_for(
    actor: Actor,
    person_id: UUID,
    permission: Permission,
    *,
    section: Section,
    purpose: Purpose,
    at: datetime,
) -> PersonFile:
    """Opens the file at `section` and records the look. Raises AccessDenied, the same for absent and not yours."""
    person = Person.objects.select_related("data_key", "organisation").filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=permission, purpose=purpose)
    file = File(person.organisation_id, person.pk, section)
    decision = door.enter(
        actor, permission, file, purpose=purpose, at=at, kind="person", object_id=person.pk
    )
    return PersonFile(
        person=person,
        decision=decision,
        tabs=tuple(_tabs_for(actor, person, at=at)),
        header=tuple(pathway.header_facts(person)),
    )


def _tabs_for(actor: Actor, person: Person, *, at: datetime) -> list[pathway.FileTab]:
    standing = door.circumstances(actor, File(person.organisation_id, person.pk, Section.SUMMARY), at=at)
    return [
        tab
        for tab in pathway.tabs()
        if door.decide(
            actor, tab.permission, File(person.organisation_id, person.pk, tab.section), tab.purpose, standing
        ).allowed
    ]
