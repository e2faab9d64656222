"""The vault: sealed at rest, bound to its place, rotated without loss, erased for good."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.cast import AMINA, AMINA_ARABIC, NOON, person

from tutela.engines.envelopes import EnvelopeRefused
from tutela.foundation.vault import fields, keyring, master
from tutela.foundation.vault.models import DataKey, OrganisationKey
from tutela.people.models import Person


def raw(table, column, pk):
    with connection.cursor() as cursor:
        value = pk if connection.vendor == "postgresql" else pk.hex
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [value])
        return bytes(cursor.fetchone()[0])


def test_a_name_is_sealed_at_rest_and_revealed_on_purpose(cast):
    stored = raw("people_person", "real_name", cast.amina.pk)
    assert AMINA.encode() not in stored
    assert fields.reveal(Person.objects.get(), "real_name") == AMINA


def test_the_same_name_is_never_sealed_to_the_same_bytes(cast):
    other = person(cast.casa_alba, name=AMINA, pseudonym="Wren 1")
    assert bytes(other.real_name) != bytes(cast.amina.real_name)


@pytest.mark.parametrize("place", ["column", "row"])
def test_a_sealed_value_opens_nowhere_else(cast, place):
    row = cast.amina if place == "column" else person(cast.casa_alba, pseudonym="Wren 1")
    column = "wishes" if place == "column" else "real_name"
    Person.objects.filter(pk=row.pk).update(**{column: cast.amina.real_name})
    with pytest.raises(EnvelopeRefused):
        fields.reveal(Person.objects.get(pk=row.pk), column)


def test_only_sealed_fields_can_be_sealed(cast):
    with pytest.raises(TypeError):
        fields.seal(cast.amina, pseudonym="Heron")


def test_an_empty_answer_stays_empty(cast):
    fields.seal(cast.amina, real_name="")
    assert cast.amina.real_name == b""
    assert fields.reveal(cast.amina, "real_name") == ""


def test_any_script_comes_back_as_it_went_in(cast):
    fields.seal(cast.amina, real_name=AMINA_ARABIC)
    assert fields.reveal(cast.amina, "real_name") == AMINA_ARABIC


def test_many_rows_are_opened_with_one_query(cast, django_assert_num_queries):
    rows = [person(cast.casa_alba, pseudonym=f"Wren {number}") for number in range(20)]
    with django_assert_num_queries(1):
        opened = fields.reveal_many(rows, ["real_name", "wishes"])
    assert [row["real_name"] for row in opened] == [AMINA] * 20


def test_rotating_the_organisations_key_loses_nothing(cast):
    before = OrganisationKey.objects.get(organisation=cast.casa_alba)
    token = keyring.token_key(cast.casa_alba.pk, "name")
    assert keyring.rotate_organisation_key(cast.casa_alba.pk, at=NOON) == 2
    before.refresh_from_db()
    assert before.retired_at == NOON
    assert not DataKey.objects.filter(organisation_key=before).exists()
    assert fields.reveal(Person.objects.get(), "real_name") == AMINA
    assert keyring.token_key(cast.casa_alba.pk, "name") == token


def test_rotating_the_master_key_loses_nothing(cast, settings):
    old, settings.MASTER_KEY = settings.MASTER_KEY, "another master key of some length"
    with pytest.raises(EnvelopeRefused):
        fields.reveal(cast.amina, "real_name")
    settings.MASTER_KEYS_OLD = [old]
    assert keyring.rewrap_under_current_master() == OrganisationKey.objects.count()
    assert keyring.rewrap_under_current_master() == 0
    settings.MASTER_KEYS_OLD = []
    assert fields.reveal(cast.amina, "real_name") == AMINA


def test_erasing_a_person_is_destroying_a_key(cast):
    bystander = person(cast.casa_alba, pseudonym="Wren 1")
    assert keyring.destroy_person_keys(cast.amina.pk, at=NOON) == 1
    with pytest.raises(keyring.Erased):
        fields.reveal(Person.objects.get(pk=cast.amina.pk), "real_name")
    assert DataKey.objects.get(person_id=cast.amina.pk).wrapped == b""
    keyring.rotate_organisation_key(cast.casa_alba.pk, at=NOON)
    assert DataKey.objects.get(person_id=cast.amina.pk).wrapped == b""
    assert fields.reveal(bystander, "real_name") == AMINA


def test_tokens_of_two_organisations_join_nothing(cast):
    assert keyring.token_key(cast.casa_alba.pk, "name") != keyring.token_key(cast.haven.pk, "name")
    assert keyring.token_key(cast.casa_alba.pk, "name") != keyring.token_key(cast.casa_alba.pk, "phone")
    assert keyring.token_key(cast.casa_alba.pk, "name") == keyring.token_key(cast.casa_alba.pk, "name")


def test_a_master_key_says_which_it_is():
    first = master.MasterKeys.from_secrets(("one", "two"))
    wrapped = master.MasterKeys.from_secrets(("two",)).wrap(b"k" * 32, context=b"c")
    assert not first.is_current(wrapped)
    assert first.unwrap(wrapped, context=b"c") == b"k" * 32
    with pytest.raises(EnvelopeRefused):
        first.unwrap(wrapped, context=b"other")
