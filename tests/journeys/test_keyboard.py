"""Bea has no mouse: she signs in, opens a case, screens and asks for the decision with keys alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.cast import PASSWORD, code_now, give_app
from tests.journeys.keys import Keys
from tests.journeys.people import Household, Stage

from tutela.foundation.access.scope import Scope, within

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stage(chromium: Browser, address: str, transactional_db: None) -> Iterator[Stage]:
    stage = Stage(browser=chromium, address=address, household=Household.moves_in())
    yield stage
    stage.closes()


def answer(page: Page, question: str, choice: str) -> Locator:
    return page.get_by_role("group", name=question).get_by_label(choice, exact=True)


def signs_in(page: Page, keys: Keys, stage: Stage) -> None:
    bea = stage.household.staff["bea"]
    with within(Scope(system=True)):
        give_app(bea)
    page.goto(stage.address)
    expect(page.get_by_label("E-mail address")).to_be_focused()  # the first field, as soon as it is drawn
    page.keyboard.type(bea.email)
    keys.types(page.get_by_label("Password"), PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type(code_now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My day")).to_be_visible()


def opens_a_case(page: Page, keys: Keys) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skips to the content
    keys.enters(page.get_by_role("main").get_by_role("link", name="Open a case").first)
    keys.answers(answer(page, "May we keep a file about you?", "Yes"))
    keys.reaches(page.get_by_text("Ask more now"))
    page.keyboard.press("Enter")
    keys.answers(answer(page, "May we ask the authority to recognise you as a victim?", "Yes"))
    keys.reaches(page.get_by_label("A safe place to stay"))
    page.keyboard.press("Space")
    expect(page.get_by_label("A safe place to stay")).to_be_checked()
    keys.reaches(page.get_by_label("Age", exact=True))
    page.keyboard.type("Adult")
    keys.reaches(page.get_by_label("It is urgent"), backwards=True)
    keys.enters(page.get_by_role("button", name="Open the case"))
    expect(page.get_by_role("heading", name="Next: Screen together")).to_be_visible()


def screens(page: Page, keys: Keys) -> None:
    keys.enters(page.get_by_role("link", name="Go to screening"))
    keys.enters(page.get_by_role("link", name="Start or go on").first)
    for question in page.locator("fieldset.question").all()[:3]:
        keys.answers(question.get_by_label("Yes", exact=True))
    keys.enters(page.get_by_role("button", name="Finish and see the result"))
    expect(page.locator(".finding h2")).to_be_visible()


def asks_for_the_decision(page: Page, keys: Keys) -> None:
    keys.enters(page.get_by_role("main").get_by_role("link", name="Next: the authority's decision"))
    keys.enters(page.get_by_role("link", name="Ask for the decision"))
    keys.types(page.get_by_label("What happened, in a few plain sentences"), "She worked without pay.")
    keys.enters(page.get_by_role("button", name="Send the request"))
    expect(page.get_by_role("heading", name="Single Authority")).to_be_visible()


def test_from_signing_in_to_the_request_with_keys_alone(stage: Stage) -> None:
    page = stage.browser_of()
    keys = Keys(page)
    signs_in(page, keys, stage)
    opens_a_case(page, keys)
    screens(page, keys)
    asks_for_the_decision(page, keys)
    assert keys.steps > 150
    stage.looks.all_well()
