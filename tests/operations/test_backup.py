"""What was backed up comes back whole; what is damaged is refused and changes nothing."""

from __future__ import annotations

import fcntl
import os

import pytest
from django.db import connection
from tests.cast import AMINA, NOON, whole_cast
from tests.foundation.sealed_file import is_readable, keys_that_open_something, opened_with, whole_file

from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit import log
from tutela.foundation.audit.record import record
from tutela.foundation.vault import fields, folders, resealing
from tutela.foundation.vault.models import Resealing
from tutela.operations import auditing, backup
from tutela.operations.refusals import Refused
from tutela.operations.resealing import reseal
from tutela.people.models import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def everyone(transactional_db):
    with within(Scope(system=True)):
        return whole_cast()


@pytest.fixture
def kept(settings, tmp_path, everyone):
    """Amina's file with a sealed document, under a signed head of the log."""
    settings.VAR = tmp_path
    settings.ATTACHMENTS = tmp_path / "attachments"
    settings.ATTACHMENTS.mkdir()
    (settings.ATTACHMENTS / "one").write_bytes(b"sealed")
    with within(Scope(system=True)):
        record("test", by=SYSTEM, at=NOON, kind="test")
        log.sequence(at=NOON)
    return tmp_path / "tutela.backup"


@pytest.fixture(autouse=True)
def as_owner_of_the_tables():
    """On PostgreSQL backups are made and brought back by the owner, as `tutela backup` does."""
    if connection.vendor != "postgresql":
        yield
        return
    from tests.conftest import as_owner

    with as_owner():
        yield


def test_backup_then_loss_then_restore_then_verify(kept, settings, capsys):
    backup.write(kept)
    with within(Scope(system=True)):
        Person.objects.update(pseudonym="lost")
        record("later", by=SYSTEM, at=NOON, kind="test")
    (settings.ATTACHMENTS / "one").unlink()
    backup.bring_back(kept)
    with within(Scope(system=True)):
        amina = Person.objects.get()
        assert amina.pseudonym == "Heron 4821"
        assert fields.reveal(amina, "real_name") == AMINA
    assert (settings.ATTACHMENTS / "one").read_bytes() == b"sealed"
    assert auditing.verify() == 0
    assert "The log holds: 1 event" in capsys.readouterr().out


def test_a_backup_tells_nothing_without_the_master_key(kept, settings):
    backup.write(kept)
    content = kept.read_bytes()
    for word in (b"Heron 4821", b"casaalba", b"SQLite format", b"PGDMP", b"manifest"):
        assert word not in content
    assert kept.stat().st_mode & 0o077 == 0
    settings.MASTER_KEY = "another master key of some length"
    with pytest.raises(Refused, match="another master key"):
        backup.bring_back(kept)


@pytest.mark.parametrize("damage", ["cut short", "one bit", "empty", "not a backup"])
def test_a_damaged_backup_changes_nothing(kept, damage):
    backup.write(kept)
    content = bytearray(kept.read_bytes())
    if damage == "one bit":
        content[len(content) // 2] ^= 1
    kept.write_bytes(
        {
            "cut short": content[: len(content) // 2],
            "one bit": content,
            "empty": b"",
            "not a backup": b"hello" * 100,
        }[damage]
    )
    with pytest.raises(Refused):
        backup.bring_back(kept)
    with within(Scope(system=True)):
        assert Person.objects.get().pseudonym == "Heron 4821"


def test_no_backup_is_written_over_another(kept):
    backup.write(kept)
    with pytest.raises(Refused, match="exists"):
        backup.write(kept)


def test_a_missing_file_is_said_plainly(kept):
    with pytest.raises(Refused, match="Cannot read"):
        backup.bring_back(kept)


def test_new_keys_that_were_half_given_are_given_after_a_restore(kept, everyone):
    with within(Scope(system=True)):
        wren = whole_file(everyone, "Wren 1")
        stolen = keys_that_open_something()
    with within(Scope(system=True)):
        run = resealing.begin(organisation_id=None, person_id=None, by=SYSTEM, at=NOON)
        resealing.replace_keys(run, [wren.pk], at=NOON)
    backup.write(kept)
    assert reseal(person="", organisation="") == 0
    backup.bring_back(kept)
    with within(Scope(system=True)):
        assert is_readable(Person.objects.get(pk=wren.pk))
        assert opened_with(stolen)
        assert Resealing.objects.get().finished_at is None
    assert reseal(person="", organisation="") == 0
    with within(Scope(system=True)):
        assert is_readable(Person.objects.get(pk=wren.pk))
        assert opened_with(stolen) == []


def test_no_paper_changes_its_place_while_a_backup_is_made(kept, settings, monkeypatch):
    copied = backup._copy_of_database

    def copying(folder):
        handle = os.open(settings.ATTACHMENTS, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
        return copied(folder)

    monkeypatch.setattr(backup, "_copy_of_database", copying)
    assert backup.write(kept) == 0
    with folders.held(settings.ATTACHMENTS, alone=True):
        assert (settings.ATTACHMENTS / "one").exists()
