"""A person is opened under a pseudonym, sealed, changed by one at a time, and erased for good."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from tests.cast import AMINA, NOON
from tests.people.conftest import DETAILS

from tutela.engines.names import is_suspicious
from tutela.foundation.access.models import Section
from tutela.foundation.audit.models import Event
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.vault import keyring
from tutela.people import actions, file, pathway, pseudonyms, queries
from tutela.people.details import details_of
from tutela.people.models import Happening, Person


def verbs(person):
    return list(Event.objects.filter(person_id=person.pk).order_by("number").values_list("verb", flat=True))


def kinds(person):
    return set(Happening.objects.filter(person=person).values_list("kind", flat=True))


def test_what_is_written_down_comes_back_and_nothing_of_it_rests_in_the_clear(person):
    assert details_of(Person.objects.get(pk=person.pk)) == DETAILS
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_person")
        rows = [
            bytes(cell) if isinstance(cell, memoryview) else cell for row in cursor.fetchall() for cell in row
        ]
    raw = repr(rows)
    for secret in (AMINA, "7946", "mornings", "lemon", "sister", "1999"):
        assert secret not in raw


def test_opening_leaves_an_event_and_a_line(person):
    assert "person.open" in verbs(person)
    assert "person.opened" in kinds(person)


def test_the_pseudonym_is_a_word_and_a_number_and_tells_nothing_of_the_name(person):
    assert re.fullmatch(r"[A-Z][a-z]+ [1-9]\d{3}", person.pseudonym)
    assert person.pseudonym.split()[0] in pseudonyms.WORDS
    assert not set(person.pseudonym.lower().split()) & set(AMINA.lower().split())


def test_a_pseudonym_that_is_taken_is_drawn_again(cast, person, monkeypatch):
    draws = iter([person.pseudonym, person.pseudonym, "Osprey 1234"])
    monkeypatch.setattr("tutela.people.actions.persons.new_pseudonym", lambda: next(draws))
    second = actions.open_person(organisation=cast.casa_alba, details=DETAILS, by=cast.actor("bea"), at=NOON)
    assert second.pseudonym == "Osprey 1234"


def test_two_organisations_may_use_the_same_pseudonym(cast, person, monkeypatch):
    monkeypatch.setattr("tutela.people.actions.persons.new_pseudonym", lambda: person.pseudonym)
    other = actions.open_person(organisation=cast.haven, details=DETAILS, by=cast.actor("dario"), at=NOON)
    assert other.pseudonym == person.pseudonym


def test_a_change_says_what_changed_without_saying_to_what(cast, person):
    changed = actions.change_person(
        person=person,
        details=replace(DETAILS, real_name="Laila Mqw", citizenship="MA"),
        version=1,
        by=cast.actor("bea"),
        at=NOON,
    )
    assert set(changed) == {"real_name", "citizenship"}
    event = Event.objects.get(verb="person.change")
    assert set(event.details["changed"]) == {"real_name", "citizenship"}
    assert "Laila" not in str(event.details)
    assert queries.search(cast.actor("bea"), "Laila", at=NOON) == [person.pk]
    assert queries.search(cast.actor("bea"), "Zzkanarija", at=NOON) == []


def test_the_second_of_two_savers_is_stopped_and_the_first_one_counts(cast, person):
    first, second = Person.objects.get(pk=person.pk), Person.objects.get(pk=person.pk)
    save = {"version": 1, "by": cast.actor("bea"), "at": NOON}
    actions.change_person(person=first, details=replace(DETAILS, code_word="plum"), **save)
    with pytest.raises(ChangedMeanwhile):
        actions.change_person(person=second, details=replace(DETAILS, code_word="pear"), **save)
    assert details_of(Person.objects.get(pk=person.pk)).code_word == "plum"


def test_an_erased_person_can_be_read_by_nobody_and_found_by_nothing(cast, person):
    actions.erase_person(person=person, by=cast.actor("carl"), at=NOON)
    erased = Person.objects.get(pk=person.pk)
    assert erased.erased_at == NOON
    with pytest.raises(keyring.Erased):
        keyring.open_person_key(erased.data_key_id)
    assert not erased.real_name
    assert erased.facts == {}
    assert queries.search(cast.actor("carl"), "Zzkanarija", at=NOON) == []
    assert verbs(person)[-1] == "person.erase"
    assert "person.erased" in kinds(person)


def test_the_files_of_an_erased_person_are_taken_away(
    cast, person, django_capture_on_commit_callbacks, settings
):
    paper = actions.add_document(
        person=person, title="Letter", content=b"words", by=cast.actor("bea"), at=NOON, document_id=uuid4()
    )
    place = settings.ATTACHMENTS / str(person.data_key_id) / str(paper.pk)
    assert place.exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase_person(person=person, by=cast.actor("carl"), at=NOON)
    assert not place.exists()


def test_pseudonym_words_are_plain_and_each_there_once():
    assert len(set(pseudonyms.WORDS)) == len(pseudonyms.WORDS)
    assert all(re.fullmatch("[A-Z][a-z]+", word) and not is_suspicious(word) for word in pseudonyms.WORDS)


def test_lines_of_one_moment_keep_their_order(cast, person):
    lines = [line.what for line in queries.timeline_page(person).rows]
    assert lines[-1] == "The file was opened"


def test_the_header_says_the_language_with_its_interpreter_in_one_breath(person):
    person.language, person.needs_interpreter = "ro", True
    assert "Romanian, with an interpreter" in [str(fact.value) for fact in file.header(person)]


def test_the_header_says_nothing_twice_in_the_same_words(person, monkeypatch):
    fact = pathway.HeaderFact
    stage, recognition = fact("Stage", "Waiting", "warn"), fact("Recognition", "Waiting", "calm")
    lead, helper = fact("Lead", "Bea"), fact("Helper", "Bea")
    offered = {
        lambda _: [stage, lead]: (10, Section.CASE),
        lambda _: [helper, recognition]: (20, Section.GROUNDS),
    }
    monkeypatch.setattr(pathway, "_headers", offered)
    assert pathway.header_facts(person, sections=Section.values) == [stage, lead, helper]
    assert pathway.header_facts(person, sections=[Section.GROUNDS]) == [helper, recognition]
