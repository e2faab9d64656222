"""What the tests of protection start from: Amina's case, opened by Bea."""

from __future__ import annotations

import pytest
from tests.cast import AMINA, NOON, Cast, signed_in

from tutela.people.actions import ConsentAnswer, PersonDetails
from tutela.people.models import ConsentScope
from tutela.protection import actions
from tutela.protection.actions import CaseFacts, Intake
from tutela.protection.models import Case

YES = ConsentAnswer(given=True, language="ar")


def intake(*, name: str = AMINA, consents=None, **more) -> Intake:
    return Intake(
        details=PersonDetails(real_name=name, language="ar", contact_address="+44 20 7946 0958"),
        consents={ConsentScope.KEEP_FILE: YES} if consents is None else consents,
        facts=CaseFacts(country="GB", **more.pop("facts", {})),
        **more,
    )


def open_case(cast: Cast, *, by: str = "bea", at=NOON, **given) -> Case:
    return actions.open_case(
        organisation=getattr(cast, by).organisation, intake=intake(**given), by=cast.actor(by), at=at
    )


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast)


@pytest.fixture
def bea(cast: Cast):
    return signed_in(cast.bea)


@pytest.fixture
def carl(cast: Cast):
    return signed_in(cast.carl)
