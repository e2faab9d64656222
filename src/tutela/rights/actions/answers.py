"""Keeps what somebody answered to the questions that the law asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tutela.engines.rights import Value
from tutela.foundation.access.decision import Actor, Purpose
from tutela.foundation.audit.record import record
from tutela.foundation.changes import save_if_unchanged
from tutela.people import timeline
from tutela.people.models import Person
from tutela.rights.actions.sync import sync_rights
from tutela.rights.facts import stored


@transaction.atomic
def answer_questions(
    *, person: Person, answers: Mapping[str, Value | None], version: int, by: Actor, at: datetime
) -> Person:
    """Keeps what somebody answered; None takes an answer back. Raises ChangedMeanwhile."""
    facts = {**person.facts, **{name: stored(value) for name, value in answers.items() if value is not None}}
    person.facts = {name: value for name, value in facts.items() if answers.get(name, value) is not None}
    save_if_unchanged(person, version=version, fields=["facts"])
    record(
        "facts.answer",
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        purpose=Purpose.CARE,
        details={"facts": sorted(answers)},
    )
    timeline.happened("facts.answered", person=person, by=by, at=at)
    sync_rights(person=person, by=by, at=at)
    return person
