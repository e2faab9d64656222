"""What the tests of people start from: a person that Bea opened and works with."""

from __future__ import annotations

import pytest
from tests import cast as characters
from tests.cast import AMINA, NOON, Cast, signed_in

from tutela.people import actions
from tutela.people.actions import PersonDetails
from tutela.people.models import Person

DETAILS = PersonDetails(
    real_name=AMINA,
    date_of_birth="1999-04-02",
    contact_channel="phone",
    contact_address="+44 20 7946 0958",
    contact_rules="Only mornings.\nHang up if a man answers.",
    code_word="lemon",
    wishes="To see her sister.",
    language="ar",
    age_group="adult",
)


@pytest.fixture
def person(cast: Cast) -> Person:
    person = actions.open_person(organisation=cast.casa_alba, details=DETAILS, by=cast.actor("bea"), at=NOON)
    characters.assign(person, cast.bea)
    return person


@pytest.fixture
def bea(cast: Cast):
    return signed_in(cast.bea)


@pytest.fixture
def carl(cast: Cast):
    return signed_in(cast.carl)
