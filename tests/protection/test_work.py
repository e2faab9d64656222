"""Needs, tasks and notes: sent twice they are kept once, and their words rest sealed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.cast import NOON, days

from tutela.foundation.vault.fields import reveal
from tutela.people.models import Happening
from tutela.protection import actions
from tutela.protection.models import Need, Task


def address(name, case, **more):
    return reverse(name, kwargs={"person_id": case.person_id, **more})


def test_a_need_is_noted_sealed_and_met_once(bea, cast, case):
    typed = {"record_id": str(uuid4()), "kind": "doctor", "urgent": "on", "note": "Her arm hurts."}
    for _time in range(2):
        assert bea.post(address("needs", case), typed).status_code == 302
    need = Need.objects.get(kind="doctor")
    assert b"arm" not in bytes(need.note)
    assert reveal(need, "note") == "Her arm hurts."
    assert "Her arm hurts." in bea.get(address("needs", case)).text
    for _time in range(2):
        assert bea.post(address("need-met", case, need_id=need.pk)).status_code == 302
    assert Happening.objects.filter(kind="need.met").count() == 1


def due(count):
    return str((timezone.now() + days(count)).date())


def task_form(cast, **more):
    return {
        "record_id": str(uuid4()),
        "kind": "call",
        "due_on": due(3),
        "assigned_to": str(cast.ben.pk),
        "note": "After ten.",
        **more,
    }


def test_a_task_is_added_sealed_and_done_once(bea, cast, case):
    typed = task_form(cast)
    for _time in range(2):
        assert bea.post(address("tasks", case), typed).status_code == 302
    task = Task.objects.get()
    assert b"ten" not in bytes(task.note)
    for _time in range(2):
        assert bea.post(address("task-done", case, task_id=task.pk)).status_code == 302
    assert Happening.objects.filter(kind="task.done").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "dance"},
        {"due_on": "2001-01-01"},
        {"due_on": "9999-01-01"},
        {"due_on": "soon"},
        {"assigned_to": str(uuid4())},
        {"note": "x" * 2001},
        {"record_id": ""},
    ],
)
def test_a_wrong_task_is_shown_again(bea, cast, case, wrong):
    assert bea.post(address("tasks", case), task_form(cast, **wrong)).status_code == 422
    assert not Task.objects.exists()


def test_a_task_for_a_colleague_elsewhere_is_refused(bea, cast, case):
    assert (
        bea.post(address("tasks", case), task_form(cast, assigned_to=str(cast.dario.pk))).status_code == 422
    )


def test_a_note_keeps_its_lines_and_is_written_once(bea, case):
    typed = {"record_id": str(uuid4()), "text": "She slept well.\nAsked about her sister."}
    for _time in range(2):
        assert bea.post(address("note-new", case), typed).status_code == 302
    note = Happening.objects.get(kind="note.added")
    assert b"sister" not in bytes(note.note)
    assert reveal(note, "note") == typed["text"]
    assert "Asked about her sister." in bea.get(address("timeline", case)).text


@pytest.mark.parametrize("text", ["", "   ", "\u202e\u200b", "x" * 8001])
def test_an_empty_or_endless_note_is_refused(bea, case, text):
    assert bea.post(address("note-new", case), {"record_id": str(uuid4()), "text": text}).status_code == 422


def test_what_belongs_to_another_file_cannot_be_touched_through_this_one(bea, cast, case):
    other = actions.note_need(person=cast.amina, kind="food", by=cast.actor("bea"), at=NOON)
    assert bea.post(address("need-met", case, need_id=other.pk)).status_code == 404
