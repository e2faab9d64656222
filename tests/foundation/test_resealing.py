"""A new key for a person: everything is sealed anew, nothing is lost, and the old key opens nothing more."""

from __future__ import annotations

import ast
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection, models, transaction
from django.test.utils import isolate_apps
from tests.cast import AMINA, NOON, days, person
from tests.foundation.sealed_file import (
    PAPER,
    is_readable,
    keys_that_open_something,
    opened_with,
    rows_of,
    whole_file,
)
from tests.guards import scan

from tutela import cli
from tutela.engines.envelopes import EnvelopeRefused
from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.audit.models import Event
from tutela.foundation.vault import fields, keyring, resealing
from tutela.foundation.vault.models import DataKey, Resealing
from tutela.foundation.vault.resealing import sealed_models
from tutela.operations import doctor
from tutela.operations.refusals import Refused
from tutela.operations.resealing import reseal
from tutela.people import actions as people
from tutela.people import attachments
from tutela.people.details import details_of
from tutela.people.models import Document, Happening, Person
from tutela.protection.models import Task

LATER = NOON + days(1)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.ATTACHMENTS = tmp_path / "attachments"


@pytest.fixture
def wren(cast):
    return whole_file(cast, "Wren 1")


def of(who, **wanted):
    return reseal(**{"person": str(who.pk), "organisation": "", **wanted})


def begun(*, at=NOON):
    return resealing.begin(organisation_id=None, person_id=None, by=SYSTEM, at=at)


# ---------------------------------------------------------------- nothing is forgotten
def test_every_sealed_field_that_is_written_anywhere_is_found():
    written = set()
    for module in scan.modules(scan.SOURCE):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                written |= {
                    (node.name, part.targets[0].id)
                    for part in node.body
                    if isinstance(part, ast.Assign)
                    and isinstance(part.value, ast.Call)
                    and scan.name_of(part.value.func).split(".")[-1] == "SealedField"
                }
    assert len(written) > 15
    assert {(one.model.__name__, name) for one in sealed_models() for name in one.names} == written


@isolate_apps("tutela.people")
def test_a_model_that_does_not_say_whose_words_it_seals_is_refused(monkeypatch):
    class Diary(models.Model):
        words = fields.SealedField()

        class Meta:
            app_label = "people"

    monkeypatch.setattr(resealing.apps, "get_models", lambda: [Diary])
    with pytest.raises(resealing.ForgottenByResealing, match="Diary"):
        sealed_models()


def test_persons_keys_seal_files_in_one_place_only():
    """Whoever seals more than fields with a person's key says so with `keeps_sealed`."""
    users = {
        str(module.path.relative_to(scan.SOURCE))
        for module in scan.modules(scan.SOURCE)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and scan.name_of(node.func).split(".")[-1] in {"key_in_use", "living_keys_of"}
    }
    assert users == {"foundation/vault/fields.py", "people/attachments.py"}


# ---------------------------------------------------------------- what it does
def test_everything_is_readable_and_the_old_keys_open_nothing(cast, wren):
    stolen, before = keys_that_open_something(), set(DataKey.objects.values_list("pk", flat=True))
    assert len(opened_with(stolen)) > 20
    assert reseal(person="", organisation="Casa Alba") == 0
    assert opened_with(stolen) == []
    assert is_readable(Person.objects.get(pk=wren.pk))
    assert fields.reveal(Person.objects.get(pk=cast.amina.pk), "real_name") == AMINA
    for key in DataKey.objects.filter(pk__in=before):
        assert (key.wrapped, key.destroyed_at, key.retired_at) == (b"", NOON, NOON)


def test_only_the_person_that_was_meant_gets_a_new_key(cast, wren):
    amina = cast.amina.data_key_id
    assert of(wren) == 0
    assert Person.objects.get(pk=cast.amina.pk).data_key_id == amina
    assert Person.objects.get(pk=wren.pk).data_key_id != wren.data_key_id
    assert is_readable(Person.objects.get(pk=wren.pk))


def test_another_organisation_keeps_its_keys(cast, wren):
    elsewhere = person(cast.haven, pseudonym="Gull 2")
    reseal(person="", organisation="Casa Alba")
    assert DataKey.objects.get(person_id=elsewhere.pk).retired_at is None
    reseal(person="", organisation="")
    assert DataKey.objects.get(person_id=elsewhere.pk, destroyed_at=None).pk != elsewhere.data_key_id
    assert fields.reveal(Person.objects.get(pk=elsewhere.pk), "real_name") == AMINA


def test_a_value_stays_bound_to_its_place(cast, wren):
    other = person(cast.casa_alba, pseudonym="Gull 2")
    reseal(person="", organisation="")
    sealed = bytes(Person.objects.get(pk=wren.pk).real_name)
    for row, column in ((wren, "wishes"), (other, "real_name")):
        Person.objects.filter(pk=row.pk).update(**{column: sealed})
        with pytest.raises(EnvelopeRefused):
            fields.reveal(Person.objects.get(pk=row.pk), column)


def test_the_key_of_somebody_else_opens_nothing_although_it_is_named(cast, wren):
    stranger = keyring.open_person_key(cast.amina.data_key_id)
    forged = fields.seal_bytes(wren, "real_name", b"forged", key=stranger)
    Person.objects.filter(pk=wren.pk).update(real_name=forged)
    with pytest.raises(EnvelopeRefused):
        fields.reveal(Person.objects.get(pk=wren.pk), "real_name")


def test_what_is_searched_by_name_is_found_as_before(cast, wren):
    from tutela.people import queries, search

    search.index_names(wren, ["Zzkanarija"], prefixes=False)
    assert of(wren) == 0
    assert wren.pk in queries.search(cast.actor("carl"), "Zzkanarija", at=NOON)


def test_more_rows_than_fit_into_one_step_are_all_done(cast, wren, monkeypatch):
    monkeypatch.setattr(resealing, "MOST_ROWS", 3)
    for number in range(10):
        _note(wren, number, cast)
    stolen = [_secret(wren)]
    assert of(wren) == 0
    assert opened_with(stolen) == []
    notes = fields.reveal_many(list(Happening.objects.filter(person=wren)), ["note"])
    assert {f"note {number}" for number in range(10)} <= {text["note"] for text in notes}


def _note(who, number, cast):
    from tutela.people.timeline import happened

    happened("note.added", person=who, by=cast.actor("bea"), at=NOON, note=f"note {number}")


def _secret(who):
    return keyring.open_person_key(who.data_key_id).secret


def test_it_can_be_done_again(wren):
    assert of(wren) == 0
    second = _secret(Person.objects.get(pk=wren.pk))
    assert opened_with([second]) != []
    assert of(wren) == 0
    assert opened_with([second]) == []
    assert DataKey.objects.filter(person_id=wren.pk).count() == 3
    assert is_readable(Person.objects.get(pk=wren.pk))


# ---------------------------------------------------------------- while others work
def both_keys(who):
    """A resealing that has made the new key and done nothing else."""
    run = begun()
    resealing.replace_keys(run, [who.pk], at=NOON)
    return run


def test_with_two_keys_everything_is_read_and_what_is_written_comes_under_the_new_one(cast, wren):
    both_keys(wren)
    assert is_readable(Person.objects.get(pk=wren.pk))
    _note(wren, 1, cast)
    paper = people.add_document(person=wren, title="y", content=PAPER, by=cast.actor("bea"), at=NOON)
    new = keyring.living_keys_of(wren.pk)[0]
    note = Happening.objects.filter(person=wren, kind="note.added").get()
    assert {fields.key_id_of(value) for value in (note.note, paper.title)} == {new.id}
    assert (attachments._folder(new.id) / str(paper.pk)).exists()


def test_an_edit_of_somebody_who_read_before_is_kept(cast, wren):
    before = Person.objects.get(pk=wren.pk)
    both_keys(wren)
    details = details_of(before)
    assert of(wren) == 0
    people.change_person(
        person=before,
        details=replace(details, wishes="rest"),
        version=before.version,
        by=cast.actor("bea"),
        at=NOON,
    )
    after = details_of(Person.objects.get(pk=wren.pk))
    assert after.wishes == "rest"
    assert after.real_name == details.real_name


def test_what_was_read_before_the_old_key_went_can_still_be_revealed(wren):
    before = Person.objects.get(pk=wren.pk)
    wishes = fields.reveal(before, "wishes")
    assert of(wren) == 0
    assert fields.reveal(before, "wishes") == wishes


def test_saving_what_was_read_before_never_brings_the_old_envelope_back(wren):
    (task,) = Task.objects.filter(person=wren)
    note = fields.reveal(task, "note")
    assert of(wren) == 0
    task.due_on = LATER.date()
    task.save()
    stored = Task.objects.get(pk=task.pk)
    assert stored.due_on == LATER.date()
    assert fields.reveal(stored, "note") == note


def test_a_value_that_was_read_is_not_written_by_other_means_either(wren):
    stored = Person.objects.get(pk=wren.pk)
    with pytest.raises(TypeError, match="seal it anew"):
        Person.objects.filter(pk=wren.pk).update(wishes=stored.wishes)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sealed_outside_a_transaction():
    assert not connection.in_atomic_block
    with pytest.raises(transaction.TransactionManagementError):
        keyring.key_in_use(uuid4())


def test_an_emergency_can_be_reviewed_afterwards(cast, wren):
    from tutela.protection.queries.caseload import emergencies_of

    assert of(wren) == 0
    (opening,) = emergencies_of(cast.actor("carl"))
    assert "justification of Wren 1" in opening.justification


def test_a_person_who_is_erased_in_the_middle_is_erased(cast, wren):
    both_keys(wren)
    resealing.seal_rows([wren.pk], report=resealing.Report())
    living = [key.secret for key in keyring.living_keys_of(wren.pk)]
    people.erase_person(person=Person.objects.get(pk=wren.pk), by=cast.actor("carl"), at=NOON)
    assert not DataKey.objects.filter(person_id=wren.pk).exclude(wrapped=b"").exists()
    with pytest.raises(keyring.Erased):
        fields.reveal(Task.objects.get(person=wren), "note")
    assert reseal(person="", organisation="") == 0
    assert not any("data key" in name for name in opened_with(living))
    with pytest.raises(Refused, match="erased"):
        of(wren)


# ---------------------------------------------------------------- what is written down
def test_it_is_written_down_and_nobody_is_named(wren):
    assert of(wren) == 0
    events = Event.objects.filter(verb__in=["keys.reseal", "key.replace", "keys.resealed"]).order_by("verb")
    assert [event.verb for event in events] == ["key.replace", "keys.reseal", "keys.resealed"]
    assert {event.person_id for event in events} == {wren.pk}
    assert Resealing.objects.get().finished_at == NOON


def test_the_doctor_says_what_is_not_finished_and_how_to_finish_it(cast, wren, capsys):
    run = resealing.begin(organisation_id=cast.casa_alba.pk, person_id=None, by=SYSTEM, at=NOON)
    resealing.replace_keys(run, [wren.pk], at=NOON)
    assert doctor.examine() == 1
    assert 'tutela reseal --organisation "Casa Alba"' in capsys.readouterr().out
    assert reseal(person="", organisation="Casa Alba") == 0
    doctor.examine()
    assert "tutela reseal" not in capsys.readouterr().out
    assert Resealing.objects.count() == 1


def test_a_value_that_does_not_open_keeps_its_key_and_is_named(wren, capsys):
    stored = bytes(Person.objects.get(pk=wren.pk).wishes)
    Person.objects.filter(pk=wren.pk).update(wishes=stored[:-1] + bytes([stored[-1] ^ 1]))
    assert of(wren) == 1
    assert f"people.Person {wren.pk}" in capsys.readouterr().out
    assert DataKey.objects.get(pk=wren.data_key_id).destroyed_at is None
    Person.objects.filter(pk=wren.pk).update(wishes=stored)
    assert of(wren) == 0
    assert is_readable(Person.objects.get(pk=wren.pk))


def test_a_paper_that_does_not_open_keeps_its_key_and_is_named(wren, capsys):
    (paper,) = Document.objects.filter(person=wren)
    place = attachments._place(paper, wren.data_key_id)
    whole = place.read_bytes()
    place.write_bytes(whole[:-1])
    assert of(wren) == 1
    assert str(paper.pk) in capsys.readouterr().out
    assert place.exists()
    place.write_bytes(whole)
    assert of(wren) == 0
    assert is_readable(Person.objects.get(pk=wren.pk))
    assert not place.parent.exists()


def test_what_lies_half_written_under_an_old_key_goes_with_it(wren):
    folder = attachments._folder(wren.data_key_id)
    (folder / "left.part").write_bytes(b"of a process that was killed")
    assert of(wren) == 0
    assert not folder.exists()


@pytest.mark.parametrize("person_id", ["Heron", "00000000-0000-4000-8000-000000000000"])
def test_a_wrong_person_is_refused_in_plain_words(cast, person_id):
    with pytest.raises(Refused):
        reseal(person=person_id, organisation="")


def test_a_wrong_organisation_is_refused(cast):
    with pytest.raises(Refused, match="no organisation"):
        reseal(person="", organisation="Nobody")


def test_every_row_says_the_key_in_use(wren):
    assert of(wren) == 0
    new = keyring.living_keys_of(wren.pk)[0].id
    assert len(resealing._key_columns()) == 2
    for model, column in resealing._key_columns():
        said = model._base_manager.values_list(column, flat=True)
        assert (wren.data_key_id in said, new in said) == (False, True)
    for sealed in sealed_models():
        for row in rows_of(sealed, wren):
            assert {fields.key_id_of(value) for name in sealed.names if (value := getattr(row, name))} <= {
                new
            }


@pytest.mark.parametrize(
    "words", [[], ["--all", "--person", "x"], ["--all", "--batch", "0"], ["--all", "--batch", "many"]]
)
def test_what_the_command_cannot_mean_is_refused_before_anything_happens(words, capsys):
    with pytest.raises(SystemExit):
        cli.main(["reseal", *words])
    assert "usage: tutela reseal" in capsys.readouterr().err


def test_the_command_takes_an_organisation_by_its_name(cast, wren):
    assert cli.main(["reseal", "--organisation", "Casa Alba", "--batch", "1"]) == 0
    assert Person.objects.get(pk=wren.pk).data_key_id != wren.data_key_id
