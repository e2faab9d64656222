"""What a form offers of the world: countries, and the largest parts of each."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from tutela.demo.world import plan
from tutela.people.choices import country_choices, region_choices, region_name, regions_of
from tutela.rights.law import load_law
from tutela.rights.shelf import regions_of as regions_in_the_law


def test_a_country_offers_its_largest_parts_alone():
    assert regions_of("GB") == {"GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS"}
    assert len(regions_of("FR")) == 26, "regions and what lies overseas, no department"
    assert region_choices("GB")[0][0] == ""
    assert {code for code, _name in region_choices("GB")[1:]} == regions_of("GB")


@pytest.mark.parametrize("country", ["MT", "SI", "MK", "", "XX"])
def test_where_the_parts_are_villages_none_is_offered(country):
    assert regions_of(country) == frozenset()
    assert len(region_choices(country)) == 1


def test_every_code_fits_its_column_and_its_country():
    codes = {code for country, _name in country_choices() for code in regions_of(country)}
    assert len(codes) > 2000
    assert all(len(code) <= 6 for code in codes)


def test_a_region_is_named_as_its_readers_know_it():
    assert region_name("GB-WLS") == "Wales"
    with override("fr"):
        assert region_name("DE-BY") == "Bavière"
    with override("ar"):
        assert region_name("GB-SCT") == "Scotland", "nobody translated it"
    assert region_name("XX-1") == "XX-1"


def test_every_part_that_the_law_or_the_demonstration_names_can_be_chosen():
    from tests.cast import NOON

    for state in {one.state for one in load_law().library.instruments.values() if one.state}:
        assert set(regions_in_the_law(state, at=NOON.date())) <= regions_of(state), state
    for country, codes in plan()["regions"].items():
        assert set(codes) <= regions_of(country)
