"""The first day of an installation: nothing is there yet, and every page says what belongs on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.journeys.people import Colleague, Household, Stage

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

EMPTY = {
    "bea": ("/", "/reports/", "/reports/new/", "/files/", "/files/new/", "/referrals/", "/account/"),
    "ada": ("/", "/decisions/", "/library/"),
    "carl": ("/overview/", "/emergencies/"),
    "ora": ("/", "/audit/"),
}


@pytest.fixture(params=["en", "ar"])
def stage(request: Any, chromium: Browser, address: str, transactional_db: None) -> Iterator[Stage]:
    stage = Stage(browser=chromium, address=address, household=Household.moves_in(), language=request.param)
    yield stage
    stage.closes()


def test_pages_without_anything_on_them_look_well(stage: Stage) -> None:
    for name, paths in EMPTY.items():
        somebody = Colleague(stage, name)
        for path in paths:
            somebody.goes_to(path, as_=name)
    # What sends somebody elsewhere was not looked at itself.
    assert stage.looks.seen == {f"{path} {name}" for name, paths in EMPTY.items() for path in paths}
    stage.looks.all_well()
