"""A process that writes notes into one file, and says the id of each when, and only when, it is kept.

Run by tests/proofs/test_kill.py: `python -m tests.proofs.writer PERSON USER`. It never ends by itself."""

from __future__ import annotations

import sys
from itertools import count
from uuid import UUID, uuid4

import django


def write(person_id: UUID, user_id: UUID) -> None:
    from tests.cast import NOON

    from tutela.foundation.access.decision import Actor
    from tutela.foundation.access.scope import Scope, within
    from tutela.foundation.organisations.models import User
    from tutela.people.models import Person
    from tutela.protection.actions import add_note

    actor = Actor.of(User.objects.select_related("organisation").get(pk=user_id))
    for number in count():
        note_id = uuid4()
        with within(Scope(organisation_id=actor.organisation_id, at=NOON)):
            person = Person.objects.select_related("data_key").get(pk=person_id)
            add_note(person=person, text=f"note {number}", note_id=note_id, by=actor, at=NOON)
        print(note_id, flush=True)


if __name__ == "__main__":
    django.setup()
    write(*map(UUID, sys.argv[1:]))
