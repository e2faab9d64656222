"""A change of law before a browser: Lena proposes it, Levi puts it in use, Carl and Bea see what it means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser
from tests.cast import NOON, assign, person, signed_in
from tests.journeys.people import Colleague, Household, Stage

from tutela.foundation.access.decision import SYSTEM, Actor
from tutela.foundation.access.scope import Scope, within
from tutela.rights import actions as rights
from tutela.rights.changes import edition, work
from tutela.rights.changes.folder import shipped_text

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

CONVENTION = "law/council-of-europe/cets-197.yaml"


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    edition.forget()
    yield
    edition.forget()


@pytest.fixture(params=[("en", True), ("ar", True), ("fr", False)], ids=["en", "ar", "fr-without-script"])
def stage(request: Any, chromium: Browser, address: str, transactional_db: None) -> Iterator[Stage]:
    language, script = request.param
    stage = Stage(
        browser=chromium, address=address, household=Household.moves_in(), language=language, script=script
    )
    yield stage
    stage.closes()


class Keeper(Colleague):
    """Somebody who keeps the law, and has shown a moment ago that it is them."""

    def __init__(self, stage: Stage, name: str) -> None:
        super().__init__(stage, name)
        client = signed_in(stage.household.staff[name], just_now=True)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": stage.address}])

    def proposes(self, file: Path) -> None:
        self.opens("Changes of law")
        self.presses("Propose a change")
        self.writes("What changes", "Equal treatment")
        self.writes("Why", "The text was read again.")
        self.writes("Text that was read", "CETS 197, art. 3")
        self.page.locator("#id_sent").set_input_files(file)
        self.presses("Check it", as_="checked")
        self.reads("L025")
        self.presses("Ask a second person", as_="proposed")

    def puts_in_use(self) -> None:
        self.opens("Changes of law")
        self.follows("Equal treatment")
        self.presses("Decide on it", as_="decide")
        self.reads(self.say("fewer than 5"))
        self.chooses("Your decision", "Put it in use")
        self.presses("Save the decision", as_="published")
        self.reads(self.say("In use"))


def a_victim_in_bea_s_hands(household: Household) -> None:
    bea = household.staff["bea"]
    with within(Scope(system=True)):
        amina = person(bea.organisation, pseudonym="Heron 4821")
        assign(amina, bea)
        rights.answer_questions(
            person=amina,
            answers={"identification_status": "presumed", "reasonable_grounds_on": NOON.date()},
            version=amina.version,
            by=Actor.of(bea),
            at=NOON,
        )


def worked_off() -> None:
    while work.go_on(by=SYSTEM, at=NOON, seconds=60):
        pass


def test_a_change_of_law_walks_from_its_author_to_the_person_it_touches(stage: Stage, tmp_path: Path) -> None:
    a_victim_in_bea_s_hands(stage.household)
    before, found, after = str(shipped_text(CONVENTION)).partition("  - id: L025\n")
    file = tmp_path / "cets-197.yaml"
    # A persona would be touched by more: equal treatment is the only basis that none of them names.
    file.write_text(
        before + found + after.replace("who: possible_victim", "who: {all: [possible_victim, child]}", 1)
    )
    Keeper(stage, "lena").proposes(file)
    worked_off()
    Keeper(stage, "levi").puts_in_use()
    worked_off()
    carl = Colleague(stage, "carl")
    carl.goes_to("/")
    carl.reads("Equal treatment")
    carl.follows("Equal treatment")
    carl.reads("Heron 4821")
    bea = Colleague(stage, "bea")
    bea.goes_to("/files/")
    bea.page.goto(carl.page.get_by_role("link", name="Heron 4821").first.evaluate("link => link.href"))
    bea.looks("in the file")
    bea.reads(bea.say("It is no longer due"))
    bea.presses("I have looked at it", as_="looked")
    carl.goes_to("/")
    assert "Equal treatment" not in carl.page.get_by_role("main").inner_text()
    stage.looks.all_well()
