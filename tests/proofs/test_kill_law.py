"""Killed in the middle of a walk over all open files, a change of law comes to the same end."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from tests.cast import NOON, Cast, person, whole_cast
from tests.proofs.other_process import is_whole, surroundings
from tools.places import ROOT

from tutela.foundation.access.decision import SYSTEM, Actor
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.organisations.models import User
from tutela.people.models import Happening, Person
from tutela.rights.actions import sync_rights
from tutela.rights.changes import actions, edition, work
from tutela.rights.changes.folder import shipped_text
from tutela.rights.changes.models import LawChange, LawEffect, LawPass, PassKind
from tutela.rights.models import Lapse, Right

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CONVENTION = "law/council-of-europe/cets-197.yaml"
FILES = 32


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    edition.forget()
    yield
    edition.forget()


@pytest.fixture
def change(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> LawChange:
    """Equal treatment for children alone: every one of these adults would lose it."""
    monkeypatch.setattr(actions, "problems_of", lambda files, *, base: [])
    before, found, after = str(shipped_text(CONVENTION)).partition("  - id: L025\n")
    text = before + found + after.replace("who: possible_victim", "who: {all: [possible_victim, child]}", 1)
    with within(Scope(system=True)):
        cast = whole_cast()
        for number in range(FILES):
            one = person(cast.haven, name=f"Zz{number}", pseudonym=f"Owl {number}")
            Person.objects.filter(pk=one.pk).update(facts={"identification_status": "presumed"})
            sync_rights(person=Person.objects.get(pk=one.pk), by=SYSTEM, at=NOON)
        return _drafted(cast, text)


def _drafted(cast: Cast, text: str) -> LawChange:
    change = actions.draft_change(
        change_id=uuid4(),
        title="A change",
        reason="A reason",
        source="CETS 197",
        files={CONVENTION: text},
        by=cast.actor("lena"),
        at=NOON,
    )
    actions.propose_change(change=change, version=change.version, by=cast.actor("lena"), at=NOON)
    return change


def kill_a_walk(var: Path, *, after: int) -> None:
    """Kills a process once it has said that so many files are done, wherever it then is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.proofs.law_walker"],
        cwd=ROOT,
        env=surroundings(var),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if int(line) >= after:
                break
    finally:
        process.send_signal(signal.SIGKILL)
        _rest, errors = process.communicate()
    assert process.returncode == -signal.SIGKILL, errors


def walked_to_the_end() -> None:
    while work.go_on(by=SYSTEM, at=NOON, seconds=60):
        pass


def test_the_effects_are_the_same_as_without_a_kill(change: LawChange, var: Path) -> None:
    kill_a_walk(var, after=8)
    with within(Scope(system=True)):
        done = LawPass.objects.get(change=change).done
        assert 8 <= done < FILES
        assert LawEffect.objects.filter(organisation__name="Haven").count() <= done
    walked_to_the_end()
    with within(Scope(system=True)):
        counting = LawPass.objects.get(change=change)
        haven = Person.objects.filter(organisation__name="Haven").first()
        assert haven is not None
        own = counting.totals[str(haven.organisation_id)]
        assert own == {"files": FILES, "rights": {"no-discrimination": {"loses": FILES}}}
        assert LawEffect.objects.filter(organisation_id=haven.organisation_id).count() == FILES
    is_whole()


def test_rights_are_brought_into_line_once_each(change: LawChange, var: Path) -> None:
    walked_to_the_end()
    with within(Scope(system=True)):
        levi = Actor.of(User.objects.get(display_name="Levi"))
        actions.publish_change(change=change, version=change.version, note="", by=levi, at=NOON)
    kill_a_walk(var, after=8)
    walked_to_the_end()
    with within(Scope(system=True)):
        carried = LawPass.objects.get(change=change, kind=PassKind.CARRY)
        assert carried.finished_at is not None
        lines = Happening.objects.filter(kind="law.changed", person__organisation__name="Haven")
        told: list[UUID] = list(lines.values_list("person_id", flat=True))
        assert len(told) == len(set(told)) == FILES
        lapsed = Right.objects.filter(right="no-discrimination", person__organisation__name="Haven")
        assert set(lapsed.values_list("status", "lapse")) == {("due", Lapse.LAW)}
    is_whole()
