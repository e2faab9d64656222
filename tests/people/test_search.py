"""A name is found by its words in any spelling, and nowhere is it kept in the clear."""

from __future__ import annotations

import pytest
from django.db import connection
from tests import cast as characters
from tests.cast import NOON

from tutela.people import actions, queries, search
from tutela.people.actions import PersonDetails


@pytest.fixture
def amina(cast):
    details = PersonDetails(real_name=characters.AMINA, language="ar")
    return actions.open_person(organisation=cast.casa_alba, details=details, by=cast.actor("bea"), at=NOON)


def found(cast, text, *, by="carl"):
    return queries.search(cast.actor(by), text, at=NOON)


@pytest.mark.parametrize("text", ["Amina", "zzkanarija", "ZZKANARIJA amina", "أمينة", "Amīna  Zzkanarija"])
def test_a_person_is_found_by_words_of_the_name_in_any_order_case_and_script(cast, amina, text):
    assert amina.pk in found(cast, text)


@pytest.mark.parametrize("text", ["Đỗ Văn", "Đỗ", "do van", "Văn", "Hùng Đỗ", "Do Hung"])
def test_words_that_are_particles_elsewhere_find_whose_name_they_are(cast, text):
    details = PersonDetails(real_name="Đỗ Văn Hùng", language="vi")
    hung = actions.open_person(organisation=cast.casa_alba, details=details, by=cast.actor("bea"), at=NOON)
    assert hung.pk in found(cast, text)


@pytest.mark.parametrize(
    "text", ["Amina Someoneelse", "", " ", "!!!", '"', "'; DROP TABLE people_person; --"]
)
def test_what_does_not_fit_whole_finds_nobody(cast, amina, text):
    assert found(cast, text) == []


def test_the_pseudonym_is_found_by_its_number_alone_and_whole(cast, amina):
    word, number = amina.pseudonym.split()
    assert amina.pk in found(cast, number)
    assert amina.pk in found(cast, f"{word.lower()} {number}")
    arabic = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert amina.pk in found(cast, arabic)
    assert amina.pk not in found(cast, f"{word} {int(number) - 1}")


def test_only_files_that_one_may_see_are_found(cast, amina):
    assert found(cast, "Amina", by="bea") == []  # opened, but assigned to nobody
    assert amina.pk not in found(cast, "Amina", by="ben")
    assert amina.pk not in found(cast, "Amina", by="dario")
    assert amina.pk not in found(cast, "Amina", by="eve")


def test_another_organisation_has_other_tokens_for_the_same_name(cast):
    ours = search.Tokens.of(cast.casa_alba.pk, prefixes=True).to_keep(["Amina"])
    theirs = search.Tokens.of(cast.haven.pk, prefixes=True).to_keep(["Amina"])
    assert not set(ours) & set(theirs)


def test_beginnings_are_found_only_where_the_organisation_switched_that_on(cast, amina):
    assert found(cast, "zzkana") == []
    cast.casa_alba.prefix_search = True
    cast.casa_alba.save()
    search.index_names(amina, [characters.AMINA], prefixes=True)
    assert amina.pk in found(cast, "zzkana")
    assert amina.pk in found(cast, "Amina zzkana")
    assert amina.pk not in found(cast, "zzkana Amina Other")


def test_a_new_name_replaces_the_old_one_in_the_index(cast, amina):
    search.index_names(amina, ["Laila Mqw"], prefixes=False)
    assert amina.pk not in found(cast, "Amina")
    assert amina.pk in found(cast, "Laila")


def test_a_forgotten_person_is_found_by_nothing(cast, amina):
    search.forget_names(amina)
    assert amina.pk not in found(cast, "Amina")


def test_the_index_holds_tokens_and_no_names(cast, amina):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tokens FROM people_name_tokens")
        kept = str(cursor.fetchall()).lower()
    assert "amina" not in kept
    assert "zzkanarija" not in kept
    assert "omn" not in kept.split()
