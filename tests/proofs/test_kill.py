"""Killed in the middle of its writes, Tutela keeps all that it acknowledged, and no half of anything else."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from tests.cast import NOON, whole_cast
from tests.proofs.other_process import is_whole, surroundings
from tools.places import ROOT

from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit import log
from tutela.foundation.audit.models import Event
from tutela.foundation.vault import fields
from tutela.people.models import Happening

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

WRITES = 1000
KILLS = 5


@pytest.fixture
def people(transactional_db: None) -> tuple[UUID, UUID]:
    with within(Scope(system=True)):
        cast = whole_cast()
    return cast.amina.pk, cast.bea.pk


def kept_until_killed(people: tuple[UUID, UUID], var: Path, *, writes: int) -> list[UUID]:
    """Ids that a writer acknowledged before it was killed, at some moment after that many."""
    command = [sys.executable, "-m", "tests.proofs.writer", *map(str, people)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=surroundings(var), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    told: list[UUID] = []
    try:
        for line in process.stdout:
            told.append(UUID(line.strip()))
            if len(told) >= writes:
                break
    finally:
        process.send_signal(signal.SIGKILL)
        rest, errors = process.communicate()
    assert process.returncode == -signal.SIGKILL, errors
    # What it said before it died counts too; a line that it did not finish does not.
    return told + [UUID(line) for line in rest.splitlines() if len(line) == len(str(people[0]))]


def test_nothing_acknowledged_is_lost_by_a_killed_process(people: tuple[UUID, UUID], var: Path) -> None:
    dice = random.Random(8)
    acknowledged: list[UUID] = []
    for killing in range(KILLS):
        left = WRITES - len(acknowledged)
        part = left if killing == KILLS - 1 else max(1, dice.randint(WRITES // 10, WRITES // 4))
        acknowledged += kept_until_killed(people, var, writes=min(part, left))
    assert len(acknowledged) >= WRITES
    with within(Scope(system=True)):
        notes = {
            note.object_id: note
            for note in Happening.objects.select_related("person").filter(kind="note.added")
        }
        lost = [note_id for note_id in acknowledged if note_id not in notes]
        assert not lost
        # The last write of each life may be kept although nobody was told; never more than that one.
        assert len(notes) - len(acknowledged) <= KILLS
        texts = fields.reveal_many(list(notes.values()), ["note"])
        assert all(text["note"].startswith("note ") for text in texts)
        events = Event.objects.filter(verb="note.add").values_list("object_id", flat=True)
        assert sorted(events) == sorted(note.pk for note in notes.values())
        log.sequence(at=NOON)
        assert log.verify().events == Event.objects.count()
    is_whole()
