"""The log: what is recorded can be proved, and no change stays unseen."""

from __future__ import annotations

import ast
import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from tests.cast import NOON, signed_in
from tests.guards import scan

from tutela.cooperation.models import ReferralStatus
from tutela.engines import merkle
from tutela.foundation.access.decision import SYSTEM, Purpose, Reason
from tutela.foundation.access.models import Section
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit import canonical, log, words
from tutela.foundation.audit.models import Checkpoint, Event, Leaf, Tile
from tutela.foundation.audit.record import record
from tutela.foundation.clocks.models import State
from tutela.rights.models import StepKind
from tutela.rights.steps import QUIET


def add(count, **fields):
    return [
        record("test", by=SYSTEM, at=NOON, kind="test", object_id=uuid4(), **fields) for _ in range(count)
    ]


def number_of(event):
    return Event.objects.get(id=event.id).number


def tamper(sql, *values):
    """What somebody with the database file could do, past the triggers that keep the application honest.

    On PostgreSQL only the owner of the tables could, so these tests are SQLite's."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS audit_event_no_update")
        cursor.execute("DROP TRIGGER IF EXISTS audit_event_no_delete")
        cursor.execute(sql, values)


def test_what_was_recorded_holds(cast):
    add(300)
    log.sequence(at=NOON)
    add(5)
    head = log.sequence(at=NOON)
    assert head.size == Event.objects.count()
    assert log.verify() == log.Verified(events=head.size, checkpoints=2, waiting=0)


def test_nothing_to_do_signs_nothing(cast):
    add(1)
    assert log.sequence(at=NOON)
    assert log.sequence(at=NOON) is None
    assert Checkpoint.objects.count() == 1


def test_events_that_wait_are_counted(cast):
    add(2)
    log.sequence(at=NOON)
    add(3)
    assert log.verify().waiting == 3


def test_a_late_event_finds_its_place(cast):
    first = add(1)[0]
    add(4)
    Event.objects.filter(pk=first.pk)
    log.sequence(at=NOON)
    late = add(1)
    assert log.sequence(at=NOON).size == Event.objects.count()
    assert log.prove(late[0].id).index == Event.objects.count() - 1


def test_anyone_can_check_the_proof_of_one_event(cast):
    event = add(700)[500]
    log.sequence(at=NOON)
    found = log.prove(event.id)
    head = merkle.parse_checkpoint(merkle.verify_note(found.checkpoint, verifiers=[log.verifier()]).text)
    merkle.verify_inclusion(
        index=found.index,
        size=head.size,
        leaf=sha256(b"\x00" + found.event.encode()).digest(),
        proof=[bytes.fromhex(step) for step in found.proof],
        root=head.root,
    )
    assert json.loads(found.event)[0] == str(event.id)


ODD = "é\u2028\"\\',\x7f𝒜"


def test_rows_are_hashed_as_the_events_that_they_are(cast):
    """The quick way from columns to bytes is the same as the plain one, whatever the columns hold."""
    some, none = {"object_id": uuid4(), "person_id": uuid4()}, {"object_id": None, "person_id": None}
    when = (
        NOON,
        NOON.replace(microsecond=7),
        NOON.replace(year=999),
        NOON.astimezone(ZoneInfo("Asia/Tokyo")),
    )
    details = ({}, {"b": ["x", ODD], "a": 1, "ab": True}, {ODD: ODD})
    doers = (SYSTEM, cast.actor("bea"))
    for at, ids, more, by in itertools.product(when, (some, none), details, doers):
        record(ODD, by=by, at=at, kind="test", purpose="care", basis=ODD, details=more, **ids)
    log.sequence(at=NOON)
    found = canonical.places(start=0, end=1000)
    events = Event.objects.order_by("number").values_list("number", *canonical.FIELDS)
    assert len(found.data) == len(when) * 2 * len(details) * len(doers)
    assert dict(zip(found.numbers, found.data, strict=True)) == {
        number: canonical.leaf_data(values) for number, *values in map(tuple, events)
    }


def test_what_was_hashed_is_one_line_of_json(cast):
    event_id = UUID("0198c2f4-0000-7000-8000-000000000001")
    values = (
        event_id,
        NOON,
        None,
        None,
        event_id,
        "look.needs",
        "person",
        None,
        event_id,
        "care",
        "",
        "done",
        {"b": 1, "a": ""},
    )
    assert (
        canonical.leaf_data(values)
        == (
            f'["{event_id}","2026-11-25T12:00:00.000000+00:00",null,null,"{event_id}","look.needs","person",null,'
            f'"{event_id}","care","","done",{{"a":"","b":1}}]'
        ).encode()
    )


def test_a_log_of_several_runs_holds_and_each_event_of_it_is_checked(cast, monkeypatch):
    monkeypatch.setattr(log, "_RUN", merkle.TILE_WIDTH)
    for size in (256, 44, 1, 500):
        add(size)
        log.sequence(at=NOON)
    assert log.verify() == log.Verified(events=801, checkpoints=4, waiting=0)


@pytest.mark.django_db(transaction=True)
def test_the_log_may_grow_while_it_is_checked(transactional_db):
    """The check is of one moment, and whoever writes meanwhile does not wait for its end."""

    def grow():
        try:
            with within(Scope(system=True)):
                add(300)
                log.sequence(at=NOON)
        finally:
            connection.close()

    def in_another_connection():
        with ThreadPoolExecutor(1) as other:
            other.submit(grow).result(timeout=10)

    in_another_connection()
    with log.one_moment(), within(Scope(system=True), reading=True):
        assert Event.objects.count() == 300
        in_another_connection()
        assert log.verify() == log.Verified(events=300, checkpoints=1, waiting=0)
    with within(Scope(system=True)):
        assert log.verify() == log.Verified(events=600, checkpoints=2, waiting=0)


def test_an_event_that_is_not_there_has_no_proof(cast):
    with pytest.raises(log.LogBroken):
        log.prove(uuid4())
    waiting = add(1)[0]
    with pytest.raises(log.LogBroken):
        log.prove(waiting.id)


@pytest.mark.parametrize("change", ["UPDATE audit_event SET verb = 'other'", "DELETE FROM audit_event"])
@pytest.mark.parametrize("table", ["audit_event", "audit_leaf", "audit_checkpoint"])
def test_the_application_cannot_change_or_remove_what_happened(cast, change, table):
    add(1)
    log.sequence(at=NOON)
    change = change.replace("audit_event", table)
    if table != "audit_event":
        change = change.replace("verb = 'other'", "hash = hash" if table == "audit_leaf" else "note = note")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert log.verify().waiting == 0


@pytest.mark.sqlite
def test_a_changed_event_is_found(cast):
    event = add(10)[3]
    log.sequence(at=NOON)
    tamper("UPDATE audit_event SET purpose = 'care' WHERE number = %s", number_of(event))
    with pytest.raises(log.LogBroken, match="not what was recorded"):
        log.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize("column", canonical.FIELDS)
def test_a_change_of_any_column_is_found_and_said_where(cast, monkeypatch, column):
    monkeypatch.setattr(log, "_RUN", merkle.TILE_WIDTH)
    events = add(300)
    log.sequence(at=NOON)
    other = {"at": "2026-11-25 12:00:01", "details": '{"a": 1}'}.get(column, "0" * 31 + "1")
    tamper(f"UPDATE audit_event SET {column} = %s WHERE number = %s", other, number_of(events[270]))
    with pytest.raises(log.LogBroken, match="Entry 270 is not what was recorded"):
        log.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "yesterday"),
        ("verb", b"test"),
        ("actor_id", '","'),
        ("purpose", '","'),
        ("object_id", ""),
    ],
)
def test_what_no_application_wrote_is_found(cast, column, value):
    event = add(3)[1]
    log.sequence(at=NOON)
    tamper(f"UPDATE audit_event SET {column} = %s WHERE number = %s", value, number_of(event))
    with pytest.raises(log.LogBroken, match="Entry 1 is not what was recorded"):
        log.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "at", ["2026-11-25T12:00:00", "2026-11-25 12:00:00.000", "2026-11-25 12:00:00+00:00"]
)
def test_the_same_moment_written_in_another_way_is_the_same_event(cast, at):
    event = add(3)[1]
    log.sequence(at=NOON)
    tamper("UPDATE audit_event SET at = %s WHERE number = %s", at, number_of(event))
    assert log.verify().events == 3


@pytest.mark.sqlite
def test_two_events_that_changed_places_are_found(cast):
    first, second = map(number_of, add(2))
    log.sequence(at=NOON)
    for before, after in ((first, 10**6), (second, first), (10**6, second)):
        tamper("UPDATE audit_event SET number = %s WHERE number = %s", after, before)
    with pytest.raises(log.LogBroken, match="Entry 0 is not what was recorded"):
        log.verify()


@pytest.mark.sqlite
def test_a_removed_event_is_found(cast):
    event = add(10)[3]
    log.sequence(at=NOON)
    tamper("DELETE FROM audit_event WHERE number = %s", number_of(event))
    with pytest.raises(log.LogBroken, match="missing"):
        log.verify()


@pytest.mark.sqlite
def test_an_event_removed_with_its_leaf_is_found(cast):
    event = add(10)[9]
    log.sequence(at=NOON)
    number = number_of(event)
    tamper("DELETE FROM audit_event WHERE number = %s", number)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_leaf_no_delete")
        cursor.execute("DELETE FROM audit_leaf WHERE number = %s", [number])
    with pytest.raises(log.LogBroken):
        log.verify()


@pytest.mark.sqlite
def test_a_gap_in_the_numbering_is_found(cast):
    add(10)
    log.sequence(at=NOON)
    tamper("DROP TRIGGER audit_leaf_no_delete")
    tamper('DELETE FROM audit_leaf WHERE "index" = 4')
    with pytest.raises(log.LogBroken, match="gap"):
        log.verify()


@pytest.mark.sqlite
def test_a_removed_head_is_found(cast):
    add(10)
    log.sequence(at=NOON)
    add(1)
    log.sequence(at=NOON)
    tamper("DROP TRIGGER audit_checkpoint_no_delete")
    tamper("DELETE FROM audit_checkpoint WHERE size = 11")
    with pytest.raises(log.LogBroken, match="newest events"):
        log.verify()


@pytest.mark.sqlite
def test_a_head_that_was_signed_for_another_size_is_found(cast):
    add(10)
    log.sequence(at=NOON)
    tamper("DROP TRIGGER audit_checkpoint_no_update")
    tamper("UPDATE audit_checkpoint SET size = 9")
    with pytest.raises(log.LogBroken, match="first 9 events are not those that were signed"):
        log.verify()


@pytest.mark.parametrize("count", [10, 700])
def test_a_tile_too_many_is_found(cast, count):
    add(count)
    log.sequence(at=NOON)
    Tile.objects.create(level=0, index=5, hashes=b"\x00" * 32)
    with pytest.raises(log.LogBroken, match="stored tree"):
        log.verify()


def test_a_forged_tree_is_found(cast):
    add(10)
    log.sequence(at=NOON)
    Tile.objects.update(hashes=b"\x00" * 320)
    with pytest.raises(log.LogBroken, match="stored tree"):
        log.verify()


def test_a_head_signed_with_another_key_is_found(cast, settings):
    add(10)
    log.sequence(at=NOON)
    settings.LOG_KEY = "a forger's key"
    with pytest.raises(log.LogBroken, match="signature"):
        log.verify()


def test_leaves_are_numbered_without_a_gap(cast):
    add(20)
    log.sequence(at=NOON)
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(
        range(Leaf.objects.count())
    )


def test_ora_reads_what_happened_and_downloads_a_proof(cast):
    event = add(3, organisation_id=cast.casa_alba.pk)[0]
    log.sequence(at=NOON)
    browser = signed_in(cast.ora)
    page = browser.get("/audit/")
    assert page.status_code == 200
    assert str(event.id) in page.content.decode()
    proof = browser.get(f"/audit/{event.id}/proof/")
    assert proof.json()["index"] >= 0


def test_an_event_that_waits_for_its_seal_is_explained_in_words(cast):
    event = add(1, organisation_id=cast.casa_alba.pk)[0]
    answer = signed_in(cast.ora).get(f"/audit/{event.id}/proof/")
    assert answer.status_code == 409
    assert "Come back then; nothing is lost." in answer.content.decode()


def test_ora_does_not_see_what_happened_elsewhere(cast):
    event = add(1, organisation_id=cast.haven.pk)[0]
    log.sequence(at=NOON)
    browser = signed_in(cast.ora)
    assert str(event.id) not in browser.get("/audit/").content.decode()
    assert browser.get(f"/audit/{event.id}/proof/").status_code == 404


def test_bea_does_not_read_the_log(cast):
    assert signed_in(cast.bea).get("/audit/").status_code == 404


def test_what_happened_is_said_in_words(cast):
    record(
        "look.identity",
        by=SYSTEM,
        at=NOON,
        kind="person",
        organisation_id=cast.casa_alba.pk,
        basis="assigned",
    )
    page = signed_in(cast.ora).get("/audit/").content.decode()
    assert "Looked at: Name, date of birth, sex and citizenship" in page
    assert "the file is assigned to them" in page
    assert "look.identity" not in page


def test_everything_that_is_recorded_has_words():
    """Each code that is written out in a call of record, or of a function that hands it on."""
    codes = {
        call.args[0].value
        for module in scan.modules(scan.SOURCE)
        if "demo" not in module.parts
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        and scan.name_of(call.func).rpartition(".")[2] in {"record", "_record", "_write_down"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(codes) > 50
    assert not {code for code in codes if words.done(code) == code}


@pytest.mark.parametrize(
    ("family", "codes"),
    [
        ("look", Section.values),
        ("clock", set(State.values) - {State.RUNNING, State.PAUSED}),
        ("right", set(StepKind.values) - QUIET),
        ("referral", ReferralStatus.values),
        ("grounds", {"positive", "negative"}),
        ("consent", {"given", "refused", "withdrawn"}),
    ],
)
def test_every_member_of_a_family_has_words(family, codes):
    assert not {code for code in codes if words.done(f"{family}.{code}") == f"{family}.{code}"}


def test_every_purpose_and_reason_has_words():
    assert set(words.PURPOSES) == set(Purpose)
    assert set(words.REASONS) == set(Reason)
