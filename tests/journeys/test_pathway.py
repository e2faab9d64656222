"""One person's whole way, from a stranger's first word to help that arrived, as each of them sees it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from tests.journeys.people import (
    CaseworkerAtWork,
    Colleague,
    DecisionMaker,
    Household,
    Operator,
    Stage,
    Witness,
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TOLD = "They keep our passports in the yellow house"
ANSWERED = "Thank you. We read this. Is there an hour when you can talk?"
STATEMENT = "She worked without pay, and her passport was taken from her."
REASONS = "Her account is consistent, and the papers support it."
MESSAGE = "A woman needs a bed from tonight."
CAME = "She has a room of her own."
NAME = "Zzkana Orlaviente"
ARABIC_REFUSED = "مرفوض"
ARABIC_NOTICE = "There are reasonable grounds to believe that you were trafficked"


@pytest.fixture(params=["English", "Arabic", "without a script"])
def stage(request: Any, chromium: Browser, address: str, transactional_db: None) -> Iterator[Stage]:
    stage = Stage(
        browser=chromium,
        address=address,
        household=Household.moves_in(),
        language="ar" if request.param == "Arabic" else "en",
        script=request.param != "without a script",
    )
    yield stage
    stage.closes()


def test_from_the_first_word_to_help_that_arrived(stage: Stage) -> None:
    witness, hana = Witness(stage), Operator(stage, "hana")
    witness.tells(TOLD, danger="Maybe soon")
    hana.reads_report(TOLD)
    hana.weighs("In danger now", "The house is known.")
    hana.answers(ANSWERED)
    witness.comes_back()
    witness.reads(ANSWERED)

    bea, ada = CaseworkerAtWork(stage, "bea"), DecisionMaker(stage, "ada")
    bea.opens_case_from_report(name=NAME, language="ar")
    pseudonym, file = bea.pseudonym, f"/files/{bea.person_id}/"
    bea.screens(yes_to_each_part=3)
    bea.requests_decision(STATEMENT)
    ada.decides(pseudonym, "Yes: there are reasonable grounds", REASONS, told=STATEMENT)
    assert NAME not in ada.page.content()

    bea.goes_to(file)
    bea.reads_decision(REASONS)
    bea.gives_notice(language="ar", positive=ARABIC_NOTICE, reasons=REASONS)
    bea.locks_away("Letter of the clinic", b"Seen by a doctor today.")
    delivered, refused, *_ = bea.reads_rights()
    bea.marks(delivered, "The person has received it", paper="Letter of the clinic")
    bea.marks(refused, "It was refused", note="They said that there is no budget.", on_day=timezone.now())
    bea.shows_the_person("ar", reads=ARABIC_REFUSED)
    sheet = pikepdf.open(io.BytesIO(bea.takes_sheet("ar")))
    assert str(sheet.Root.Lang) == "ar"

    dario = CaseworkerAtWork(stage, "dario")
    bea.refers(to="Haven (GB)", message=MESSAGE, sharing=["Immediate needs"])
    referral = bea.page.url.removeprefix(stage.address)
    assert not dario.may_open(f"{file}needs/")  # only the summary, until he accepts
    dario.accepts_referral(pseudonym, MESSAGE)
    sees_what_was_shared_and_nothing_else(dario, file)
    dario.goes_to(referral)
    dario.says_what_came(CAME)
    assert not dario.may_open(f"{file}needs/")
    bea.goes_to(referral)
    bea.reads(CAME)

    carl, ora = Colleague(stage, "carl"), Colleague(stage, "ora")
    carl.opens("Overview")
    expect(carl.page.get_by_role("row").filter(has_text="Bea")).to_contain_text("1")
    ora.opens("What happened")
    for event in ("A referral was completed", "A right was refused", "A paper was added"):
        ora.reads(ora.say(event))
    assert NAME not in ora.page.content()
    stage.looks.all_well()


def sees_what_was_shared_and_nothing_else(dario: CaseworkerAtWork, file: str) -> None:
    dario.presses("Open the shared file", as_="shared")
    assert dario.say("Needs") in dario.parts_of_file()
    assert dario.say("Rights") not in dario.parts_of_file()
    dario.turns_to("Needs")
    dario.reads(dario.say("A safe place to stay"))
    for part in ("rights", "screening", "documents", "timeline", "decision"):
        assert not dario.may_open(f"{file}{part}/")
    assert NAME not in dario.page.content()
