"""Bea looks something up: what the law says, since when, and what other countries do. Also without script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override
from playwright.sync_api import Browser, expect
from tests.journeys.looks import DESK, PHONE
from tests.journeys.people import Colleague, Household, Stage

from tutela.rights import words
from tutela.rights.law import load_law

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

RIGHT, ENTRY = "recovery-period", "L243b"


@pytest.fixture(params=[("en", True), ("ar", True), ("fr", False)], ids=["en", "ar", "fr without script"])
def stage(request: Any, chromium: Browser, address: str, transactional_db: None) -> Iterator[Stage]:
    language, script = request.param
    household = Household.moves_in()
    stage = Stage(browser=chromium, address=address, household=household, language=language, script=script)
    yield stage
    stage.closes()


def test_the_law_is_searched_read_and_compared(stage: Stage) -> None:
    bea = Colleague(stage, "bea")
    finds_an_entry(bea)
    bea.reads_heading("History")
    compares_countries(bea)
    opens_a_cell(bea)
    compares_two_days(bea)
    stage.looks.all_well()


def finds_an_entry(bea: Colleague) -> None:
    """By words of its title, as somebody types them who leaves out every accent."""
    bea.opens("Law")
    bea.writes("Search in the law", british_title(bea).replace("é", "e"))
    bea.page.locator("#id_state").select_option(value="GB")
    bea.presses("Search", as_="found")
    bea.page.locator(f'a[href$="/library/{ENTRY}/"]').click()
    bea.looks()


def compares_countries(bea: Colleague) -> None:
    bea.goes_to("/library/compare/")
    with override(bea.stage.language):
        named = [words.country(code) for code in ("GB", "FR")]
    for name in named:
        bea.page.get_by_role("checkbox", name=name, exact=True).check()
    bea.presses("Compare", as_="matrix")
    for name in named:
        expect(bea.page.get_by_role("columnheader", name=name).first).to_be_visible()
    bea.page.set_viewport_size(PHONE)
    expect(bea.page.get_by_role("rowheader").first).to_be_visible()
    bea.page.set_viewport_size(DESK)


def opens_a_cell(bea: Colleague) -> None:
    """With keys alone: the cell of the United Kingdom leads to what it rests on."""
    cell = bea.page.locator(f'a[href*="/library/rights/{RIGHT}/"][href$="#GB"]')
    cell.focus()
    bea.page.keyboard.press("Enter")
    bea.page.wait_for_url("**/library/rights/**")
    expect(bea.page.locator("#GB").get_by_role("link", name=british_title(bea)).first).to_be_visible()
    bea.looks(as_="of states")


def british_title(bea: Colleague) -> str:
    return words.text(load_law().provisions[ENTRY].title, bea.stage.language)


def compares_two_days(bea: Colleague) -> None:
    bea.goes_to("/library/differences/?state=GB")
    bea.writes("The first day", "2022-12-01")
    bea.writes("The second day", "2026-11-25")
    bea.presses("Show", as_="turns")
    bea.reads(words.text(load_law().rights[RIGHT].label, bea.stage.language))
    bea.goes_to("/library/states/GB/")
    bea.goes_to("/library/instruments/palermo-protocol-2000/")
