"""New keys for people lose nothing: killed in any step, at any moment, and while others write and edit."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests import cast as characters
from tests.cast import NOON, Cast, person
from tests.foundation.sealed_file import is_readable, keys_that_open_something, opened_with, whole_file
from tests.proofs.other_process import is_whole, surroundings
from tests.proofs.resealer import STEPS
from tools.places import ROOT

from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit.models import Event
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.vault import fields
from tutela.foundation.vault.models import DataKey, Resealing
from tutela.operations.resealing import reseal, unfinished
from tutela.people import actions as people
from tutela.people.details import details_of
from tutela.people.models import Happening, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FILES = 3
RESEALINGS = 4
SECONDS_TO_LIVE = (0.02, 0.06, 0.1, 0.15, 0.25)


@pytest.fixture
def attachments(settings: Any, tmp_path: Path) -> Path:
    settings.ATTACHMENTS = tmp_path / "attachments"
    return tmp_path / "attachments"


@pytest.fixture
def cast(transactional_db: None, attachments: Path) -> Cast:
    with within(Scope(system=True)):
        return characters.whole_cast()


@pytest.fixture
def files(cast: Cast) -> list[Person]:
    with within(Scope(system=True)):
        return [whole_file(cast, f"Wren {number}") for number in range(FILES)]


def resealing_process(step: str, attachments: Path, var: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.proofs.resealer", step, str(attachments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=surroundings(var), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def are_readable(files: list[Person]) -> bool:
    with within(Scope(system=True)):
        return all(is_readable(Person.objects.get(pk=file.pk)) for file in files)


def nothing_opens(stolen: list[bytes]) -> bool:
    with within(Scope(system=True)):
        return opened_with(stolen) == []


@pytest.mark.parametrize("step", STEPS)
def test_killed_in_any_step_it_goes_on_and_nothing_is_lost(
    step: str, files: list[Person], attachments: Path, var: Path
) -> None:
    with within(Scope(system=True)):
        stolen = keys_that_open_something()
    process = resealing_process(step, attachments, var)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors
    assert are_readable(files), "in the middle"
    (left,) = unfinished()
    assert reseal(person="", organisation="") == 0
    assert are_readable(files)
    assert nothing_opens(stolen)
    with within(Scope(system=True)):
        assert Resealing.objects.get().pk == left.pk
        living = DataKey.objects.filter(destroyed_at=None).values_list("person_id", flat=True)
        assert sorted(living) == sorted(Person.objects.values_list("pk", flat=True))
        replaced = Event.objects.filter(verb="key.replace").values_list("person_id", flat=True)
        assert sorted(replaced) == sorted(living)
    assert {path.name for path in attachments.iterdir()} == folders_in_use(files)
    is_whole()


def folders_in_use(files: list[Person]) -> set[str]:
    with within(Scope(system=True)):
        return {str(Person.objects.get(pk=file.pk).data_key_id) for file in files}


def test_killed_at_any_moment_it_goes_on_and_nothing_is_lost(
    files: list[Person], attachments: Path, var: Path
) -> None:
    """By others, as an operator or the kernel does it, at moments that no step of the program chose."""
    with within(Scope(system=True)):
        stolen = keys_that_open_something()
    killed = 0
    for seconds in SECONDS_TO_LIVE:
        process = resealing_process("", attachments, var)
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(seconds)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        process.communicate()
        assert are_readable(files)
    assert killed
    assert reseal(person="", organisation="") == 0
    assert are_readable(files)
    assert nothing_opens(stolen)


# ---------------------------------------------------------------- while others work
class Colleague(threading.Thread):
    """Writes a note and changes the wishes, again and again; what was acknowledged, it remembers."""

    def __init__(self, cast: Cast, who: Person) -> None:
        super().__init__()
        self.cast, self.who = cast, who
        self.notes: list[str] = []
        self.wishes = ""
        self.failed: BaseException | None = None
        self.stop = threading.Event()

    def run(self) -> None:
        try:
            number = 0
            while not self.stop.is_set():
                number += 1
                self._work(f"{self.who.pseudonym} {number}")
        except BaseException as problem:
            self.failed = problem
        finally:
            connection.close()

    def _work(self, words: str) -> None:
        from tutela.people.timeline import happened

        by = self.cast.actor("bea")
        with within(Scope(organisation_id=self.cast.casa_alba.pk, at=NOON)):
            who = Person.objects.get(pk=self.who.pk)
            happened("note.added", person=who, by=by, at=NOON, note=words)
        self.notes.append(words)
        try:
            with within(Scope(organisation_id=self.cast.casa_alba.pk, at=NOON)):
                who = Person.objects.select_related("organisation").get(pk=self.who.pk)
                wanted = replace(details_of(who), wishes=words)
                people.change_person(person=who, details=wanted, version=who.version, by=by, at=NOON)
            self.wishes = words
        except ChangedMeanwhile:
            return


@pytest.fixture
def colleagues(cast: Cast, files: list[Person]) -> Iterator[list[Colleague]]:
    """Two on one file, one on another."""
    with within(Scope(system=True)):
        other = person(cast.casa_alba, pseudonym="Gull 2")
    threads = [Colleague(cast, who) for who in (cast.amina, cast.amina, other)]
    for thread in threads:
        thread.start()
    yield threads
    for thread in threads:
        thread.stop.set()
        thread.join()


def test_what_others_write_and_edit_meanwhile_is_kept(
    cast: Cast, files: list[Person], colleagues: list[Colleague]
) -> None:
    stolen: list[bytes] = []
    meanwhile = 0
    for _ in range(RESEALINGS):
        with within(Scope(system=True)):
            stolen += keys_that_open_something()
        before = sum(len(thread.notes) for thread in colleagues)
        assert reseal(person="", organisation="", batch=2) == 0
        meanwhile += sum(len(thread.notes) for thread in colleagues) - before
    assert meanwhile
    for thread in colleagues:
        thread.stop.set()
        thread.join()
        assert thread.failed is None
    assert nothing_opens(stolen)
    assert are_readable(files)
    for who in {thread.who.pk for thread in colleagues}:
        those = [thread for thread in colleagues if thread.who.pk == who]
        with within(Scope(system=True)):
            notes = list(Happening.objects.filter(person_id=who, kind="note.added"))
            kept = [text["note"] for text in fields.reveal_many(notes, ["note"])]
            wishes = details_of(Person.objects.get(pk=who)).wishes
        assert sorted(kept) == sorted(note for thread in those for note in thread.notes)
        assert wishes in {thread.wishes for thread in those}


def test_two_at_once_do_not_disturb_each_other(files: list[Person], attachments: Path, var: Path) -> None:
    with within(Scope(system=True)):
        stolen = keys_that_open_something()
    processes = [resealing_process("", attachments, var) for _ in range(2)]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert unfinished() == []
    assert are_readable(files)
    assert nothing_opens(stolen)
