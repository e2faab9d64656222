"""The name and the safe contact appear only on request; odd names and broken input are met with care."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest
from django.urls import reverse
from tests.cast import AMINA, NOON, signed_in
from tests.people.conftest import DETAILS

from tutela.foundation.audit.models import Event
from tutela.people import actions
from tutela.people.details import details_of
from tutela.people.forms import ChangePersonForm
from tutela.people.models import Person


def address(name, person):
    return reverse(name, kwargs={"person_id": person.pk})


def typed(**more):
    return {**asdict(DETAILS), "needs_interpreter": "", "version": "1", **more}


def form(**more):
    return ChangePersonForm(typed(**more), country="GB", today=date(2026, 11, 25))


def test_the_page_shows_no_name_and_no_number(bea, person):
    text = bea.get(address("person", person)).text
    assert AMINA not in text
    assert "7946" not in text
    assert "lemon" not in text


def test_the_name_is_shown_on_request_and_the_look_is_recorded(bea, cast, person):
    response = bea.post(address("person-name", person))
    assert AMINA in response.text
    look = Event.objects.get(verb="look.identity", person_id=person.pk)
    assert look.actor_id == cast.bea.pk


def test_the_way_to_contact_is_shown_on_request_with_its_rules(bea, person):
    text = bea.post(address("person-contact", person)).text
    assert "+44 20 7946 0958" in text
    assert "Hang up if a man answers." in text
    assert AMINA not in text


@pytest.mark.parametrize("name", ["person-name", "person-contact"])
def test_looking_needs_a_post(bea, person, name):
    assert bea.get(address(name, person)).status_code == 405


@pytest.mark.parametrize("who", ["ben", "dario", "eve", "pia"])
def test_others_are_told_that_there_is_nothing(cast, person, who):
    client = signed_in(getattr(cast, who))
    assert client.post(address("person-name", person)).status_code == 404
    assert client.post(address("person-contact", person)).status_code == 404


def test_a_refused_look_at_a_name_is_written_down(cast, person):
    signed_in(cast.ben).post(address("person-name", person))
    refused = Event.objects.get(verb="refused", actor_id=cast.ben.pk)
    assert (refused.outcome, refused.person_id) == ("denied", person.pk)


def test_a_saved_change_leads_back_to_the_person(bea, person):
    assert bea.post(address("person-change", person), typed(code_word="plum")).status_code == 302
    assert details_of(Person.objects.get(pk=person.pk)).code_word == "plum"


def test_the_second_saver_sees_both_and_loses_nothing(bea, carl, person):
    assert carl.post(address("person-change", person), typed(code_word="plum")).status_code == 302
    response = bea.post(address("person-change", person), typed(code_word="pear"))
    assert response.status_code == 409
    assert "pear" in response.text
    assert "plum" in response.text
    assert response.context["form"]["version"].value() == "2"
    assert bea.post(address("person-change", person), typed(code_word="pear", version="2")).status_code == 302
    assert details_of(Person.objects.get(pk=person.pk)).code_word == "pear"


@pytest.mark.parametrize("name", ["Amіna Zz", "Am\u202eina Zz", "Ami\u200bna Zz"])
def test_look_alike_and_hidden_characters_are_warned_about(bea, person, name):
    response = bea.post(address("person-change", person), typed(real_name=name), follow=True)
    assert "look-alike" in response.text
    kept = details_of(Person.objects.get(pk=person.pk)).real_name
    assert kept
    assert not set(kept) & set("\u202e\u200b")


def test_letters_of_two_alphabets_are_kept_and_shown_with_a_warning(bea, cast, person):
    actions.change_person(
        person=person,
        details=actions.PersonDetails(real_name="Amіna", language="ar"),  # the i is Cyrillic
        version=1,
        by=cast.actor("bea"),
        at=NOON,
    )
    assert "look alike" in bea.post(address("person-name", person)).text


def test_a_null_byte_is_dropped_and_half_a_character_is_refused():
    assert form(real_name="Ami\x00na").is_valid()
    broken = form(real_name="Ami\ud800na")
    assert not broken.is_valid()
    assert "real_name" in broken.errors


def test_a_megabyte_of_text_is_refused_politely(bea, person):
    response = bea.post(address("person-change", person), typed(wishes="x" * 1_000_000))
    assert response.status_code == 422
    assert "2000" in response.text


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("contact_address", "12"),
        ("contact_address", ""),
        ("contact_address", "call me"),
        ("date_of_birth", "2030-01-01"),
        ("date_of_birth", "1850-01-01"),
        ("date_of_birth", "yesterday"),
        ("language", "klingon"),
        ("citizenship", "ZZ"),
        ("sex", "x"),
        ("version", "0"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(field, wrong):
    bad = form(**{field: wrong})
    assert not bad.is_valid()
    assert field in bad.errors


def test_a_local_number_is_kept_in_international_form():
    good = form(contact_address="020 7946 0958")
    assert good.is_valid()
    assert good.details().contact_address == "+44 20 7946 0958"


def test_somebody_born_fifteen_years_ago_is_no_adult():
    assert "age_group" in form(date_of_birth="2011-06-01").errors


def test_the_rules_of_contact_keep_their_lines():
    good = form()
    assert good.is_valid()
    assert good.details().contact_rules == DETAILS.contact_rules


def test_only_a_supervisor_erases_and_only_by_name_of_the_file(bea, carl, person):
    assert bea.get(address("person-erase", person)).status_code == 404
    wrong = carl.post(address("person-erase", person), {"pseudonym": "Heron 1"})
    assert wrong.status_code == 422
    assert Person.objects.get(pk=person.pk).erased_at is None
    assert carl.post(address("person-erase", person), {"pseudonym": person.pseudonym}).status_code == 302
    assert Person.objects.get(pk=person.pk).erased_at is not None
    assert carl.get(address("person", person)).status_code == 404


def test_what_somebody_else_stored_is_said_in_words_and_not_in_codes(bea, person):
    assert (
        bea.post(address("person-change", person), typed(sex="male", needs_interpreter="on")).status_code
        == 302
    )
    answer = bea.post(address("person-change", person), typed(sex="female", needs_interpreter=""))
    assert answer.status_code == 409
    assert {str(stored) for _, stored in answer.context["differences"]} == {"Male", "Yes"}
