"""The invented people follow what UNODC published: the table from the file, the people from the table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.demo import glotip

from tutela.demo import shares
from tutela.demo.names import homes, new_name
from tutela.engines.names import is_suspicious

TABLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "unodc_glotip_2025-04-14.csv.gz"


def _table() -> Path:
    if not TABLE.exists():
        pytest.skip(f"UNODC's table is not here: {TABLE.name}")
    return TABLE


@pytest.mark.reference
def test_the_shares_follow_from_the_published_table():
    assert shares.published() == glotip.derive(_table())


@pytest.mark.reference
def test_the_regions_are_those_of_the_published_table():
    found = glotip.table_regions(_table())
    assert len(found) > 20
    assert {code: shares.region_of(code) for code in found} == found


@pytest.mark.parametrize("country", shares.STATES)
def test_300_people_have_the_published_shares_by_form_sex_and_age(country):
    people = [one for one in shares.profiles(300, chance=Random(1)) if one.country == country]
    published = shares.victims(country)
    found = Counter((one.form, one.sex, one.age_group) for one in people)
    total = sum(published.values())
    for cell, count in published.items():
        assert abs(found[cell] - count * len(people) / total) < 1, cell


@pytest.mark.parametrize("country", shares.STATES)
def test_300_people_have_the_published_shares_by_region_of_citizenship(country):
    people = [one for one in shares.profiles(300, chance=Random(1)) if one.country == country]
    published = Counter()
    for code, count in shares.citizens(country).items():
        published[shares.region_of(code)] += count
    found = Counter(shares.region_of(one.citizenship) for one in people)
    for region, count in published.items():
        assert abs(found[region] - count * len(people) / published.total()) < 1, region


def test_the_same_chance_gives_the_same_people_and_another_one_others():
    first, again, other = (shares.profiles(300, chance=Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 9999), min_size=1), st.integers(0, 2000))
def test_allocating_gives_every_place_and_each_key_its_share_within_one(weights, places):
    weights["one"] = weights.get("one", 0) + 1
    given_places = shares.allocate(weights, places)
    total = sum(weights.values())
    assert sum(given_places.values()) == places
    assert all(abs(given_places[key] - weights[key] * places / total) < 1 for key in weights)


def test_there_are_names_and_a_language_for_every_citizenship_of_the_table():
    codes = {code for country in shares.STATES for code in shares.citizens(country)}
    assert codes == set(homes())


def test_names_are_plain_words_in_one_script():
    chance = Random(3)
    for code in homes():
        for sex in ("female", "male", "other"):
            name = new_name(code, sex, chance=chance)
            assert len(name.split()) >= 2
            assert not is_suspicious(name), name
