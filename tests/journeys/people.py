"""The people of a journey, each before a browser of their own: `bea.screens(...)` presses what Bea presses.

Whoever reads another language is met in it: what is pressed is found by its translated words, so that a
sentence that is not translated is not found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.cast import NOON, organisation, signed_in, user
from tests.journeys.looks import DESK, Looks

from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.organisations.kinds import Kind
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import Auditor, Caseworker, Decider, HotlineOperator, LawKeeper, Supervisor
from tutela.reporting import actions as reporting

DESK_SLUG = "casa-alba"


@dataclass(frozen=True, slots=True)
class Household:
    """Casa Alba with its own desk, Haven, which helps, and the authority, which decides."""

    staff: dict[str, User]

    @classmethod
    def moves_in(cls) -> Household:
        with within(Scope(system=True)):
            alba = organisation("Casa Alba", Kind.SERVICE_PROVIDER)
            haven = organisation("Haven", Kind.SERVICE_PROVIDER)
            authority = organisation("Single Authority", Kind.COMPETENT_AUTHORITY)
            rapporteur = organisation("Rapporteur", Kind.RAPPORTEUR)
            reporting.new_desk(
                organisation=alba,
                slug=DESK_SLUG,
                name="Casa Alba",
                country="GB",
                emergency_number="999",
                by=SYSTEM,
                at=NOON,
            )
            return cls(
                {
                    "hana": user("hana", alba, HotlineOperator),
                    "bea": user("bea", alba, Caseworker, HotlineOperator),
                    "carl": user("carl", alba, Supervisor),
                    "ora": user("ora", alba, Auditor),
                    "dario": user("dario", haven, Caseworker),
                    "ada": user("ada", authority, Decider),
                    "lena": user("lena", rapporteur, LawKeeper),
                    "levi": user("levi", rapporteur, LawKeeper),
                }
            )


@dataclass
class Stage:
    """Where a journey plays: one Chromium, one address, one language, with or without JavaScript."""

    browser: Browser
    address: str
    household: Household
    language: str = "en"
    script: bool = True
    looks: Looks = field(init=False)
    _open: list[BrowserContext] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.looks = Looks(language=self.language, with_axe=self.script)

    def say(self, english: str, *, sense: str = "", **filled: Any) -> str:
        """A sentence of the product in the language of this journey; `sense` where one word has several."""
        with override(self.language):
            words = pgettext(sense, english) if sense else gettext(english)
        assert self.language == "en" or words != english, f"not translated: {english}"
        return words % filled if filled else words

    def browser_of(self, *, script: bool | None = None) -> Page:
        context = self.browser.new_context(
            locale="en-GB" if self.language == "en" else self.language,
            java_script_enabled=self.script if script is None else script,
            viewport=DESK,
            reduced_motion="reduce",  # colours in motion have no contrast that could be measured
        )
        context.set_default_timeout(10_000)
        self.looks.watch(context)
        self._open.append(context)
        return context.new_page()

    def closes(self) -> None:
        for context in self._open:
            context.close()


class Somebody:
    """Anyone before a browser: the words that they read and the things that they press."""

    def __init__(self, stage: Stage, page: Page) -> None:
        self.stage, self.page, self.say = stage, page, stage.say

    def goes_to(self, path: str, *, as_: str = "") -> None:
        answer = self.page.goto(self.stage.address + path)
        assert answer is not None
        assert answer.ok, f"{path} was answered with {answer.status}"
        self.looks(as_)

    def looks(self, as_: str = "") -> None:
        self.page.wait_for_load_state()  # what was pressed may have arrived in part
        self.stage.looks.at(self.page, as_=as_)

    def presses(self, label: str, *, sense: str = "", as_: str = "") -> None:
        """A button of this label, or a link that looks like one."""
        place = self.page.get_by_role("main")
        named = {"name": self.say(label, sense=sense), "exact": True}
        place.get_by_role("button", **named).or_(place.get_by_role("link", **named)).first.click()
        self.looks(as_)

    def follows(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()
        self.looks()

    def writes(self, label: str, words: str) -> None:
        self.page.get_by_label(self.say(label)).fill(words)

    def chooses(self, question: str, answer: str) -> None:
        """One of several answers to press."""
        group = self.page.get_by_role("group", name=self.say(question))
        group.get_by_label(self.say(answer), exact=True).check()

    def picks(self, label: str, /, **option: Any) -> None:
        """One of a list that opens."""
        self.page.get_by_label(self.say(label)).select_option(**option)

    def reads(self, words: str) -> None:
        expect(self.page.get_by_role("main").get_by_text(words).first).to_be_visible()

    def reads_heading(self, english: str, **filled: Any) -> None:
        expect(self.page.get_by_role("heading", name=self.say(english, **filled)).first).to_be_visible()


class Witness(Somebody):
    """Somebody who saw something, on an old phone without JavaScript."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage, stage.browser_of(script=False))
        self.eyes = Somebody(stage, stage.browser_of())  # axe needs a script; the witness has none
        self.number = ""

    def looks(self, as_: str = "") -> None:
        """The same words before eyes that can measure: an answer to a form has no address of its own."""
        if self.stage.script:
            self.page.wait_for_load_state()
            address, words = self.page.url, self.page.content()
            self.eyes.page.route(
                lambda url: url == address, lambda route: route.fulfill(body=words, content_type="text/html")
            )
            self.eyes.page.goto(address)
            self.eyes.looks(as_)
            self.eyes.page.unroute_all()

    def tells(self, what: str, *, danger: str) -> None:
        self.goes_to("/tell/")
        self.follows("Casa Alba")
        self.writes("What happened, or what worries you?", what)
        self.chooses("Is somebody in danger now?", danger)
        self.presses("Send it safely", as_="sent")
        self.reads_heading("Your words have arrived")
        self.number = self.page.locator("#number").inner_text()
        assert len(re.sub(r"\D", "", self.number)) == 24
        assert self.page.context.cookies() == []

    def comes_back(self) -> None:
        self.goes_to(f"/tell/{DESK_SLUG}/answer/")
        self.writes("Your number", self.number)
        self.presses("Open", sense="button", as_="letters")
        self.reads_heading("Between you and us")


class Colleague(Somebody):
    """Somebody of the staff, signed in."""

    def __init__(self, stage: Stage, name: str) -> None:
        super().__init__(stage, stage.browser_of())
        client = signed_in(stage.household.staff[name])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": stage.address}])

    def opens(self, entry: str) -> None:
        """An entry of the rail at the side."""
        self.page.goto(self.stage.address)
        self.looks()
        rail = self.page.get_by_role("navigation", name=self.say("Main"))
        rail.get_by_role("link", name=self.say(entry)).first.click()
        self.looks()

    def turns_to(self, part: str) -> None:
        """Another part of the file that is open."""
        parts = self.page.get_by_role("navigation", name=self.say("Parts of this file"))
        parts.get_by_role("link", name=self.say(part), exact=True).click()
        self.looks()

    def parts_of_file(self) -> list[str]:
        parts = self.page.get_by_role("navigation", name=self.say("Parts of this file"))
        return [name.strip() for name in parts.get_by_role("link").all_inner_texts()]

    @property
    def person_id(self) -> str:
        found = re.search(r"/files/([0-9a-f-]{36})/", self.page.url)
        assert found
        return found[1]

    @property
    def pseudonym(self) -> str:
        return self.page.locator("h1").inner_text()


class Operator(Colleague):
    def reads_report(self, words: str) -> None:
        self.opens("Reports")
        self.page.locator("a.report-row").first.click()
        self.looks()
        self.reads(words)

    def weighs(self, danger: str, note: str) -> None:
        self.chooses("How great is the danger?", danger)
        self.writes("Why, and what was done", note)
        self.presses("Keep this", as_="weighed")
        self.reads(self.say("Your judgement is kept."))

    def answers(self, words: str) -> None:
        self.writes("Your answer", words)
        self.presses("Put it into their mailbox")
        self.reads(words)


class CaseworkerAtWork(Operator):
    """Walks beside a person."""

    def opens_case_from_report(self, *, name: str, language: str) -> None:
        self.opens("Reports")
        self.page.locator("a.report-row").first.click()
        self.presses("Open a case from this")
        self.chooses("May we keep a file about you?", "Yes")
        self.page.get_by_text(self.say("Ask more now")).click()
        self.chooses("May we ask another service to help you?", "Yes")
        self.chooses("May we ask the authority to recognise you as a victim?", "Yes")
        self.page.get_by_role("group", name=self.say("What is needed now?")).get_by_label(
            self.say("A safe place to stay")
        ).check()
        self.page.locator("#id_real_name").fill(name)
        self.page.locator("#id_age_group").select_option("adult")
        self.page.locator("#id_citizenship").select_option("MA")
        self.page.locator("#id_language").select_option(language)
        self.presses("Open the case")
        self.reads_heading("Next: %(step)s", step=self.say("Screen together"))

    def screens(self, *, yes_to_each_part: int) -> None:
        """Says yes to the first few questions of every part."""
        self.turns_to("Screening")
        self.presses("Start or go on")
        for part in self.page.locator("fieldset.screening-part").all():
            for place in range(yes_to_each_part):
                question = part.locator("fieldset.question").nth(place)
                question.get_by_label(self.say("Yes"), exact=True).check()
        self.presses("Finish and see the result", as_="result")
        expect(self.page.locator(".finding h2")).to_be_visible()
        self.reads(self.say("Because of these answers:"))

    def requests_decision(self, statement: str) -> None:
        self.turns_to("Decision")
        self.presses("Ask for the decision")
        self.writes("What happened, in a few plain sentences", statement)
        self.presses("Send the request")
        self.reads("Single Authority")

    def reads_decision(self, reasons: str) -> None:
        self.turns_to("Decision")
        self.looks("decided")
        self.reads(reasons)
        self.reads(self.say("Reasonable grounds found"))

    def gives_notice(self, *, language: str, positive: str, reasons: str) -> None:
        """Opens the notice in the person's language, and writes down that they were told."""
        self.presses("Open the notice")
        self.page.get_by_role("link", name=dict(settings.LANGUAGES)[language]).or_(
            self.page.locator(f'a[hreflang="{language}"]')
        ).first.click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)
        with override(language):
            expect(self.page.get_by_role("heading", name=gettext(positive))).to_be_visible()
        expect(self.page.get_by_text(reasons)).to_be_visible()
        self.page.get_by_role("link", name=re.compile(".")).first.click()
        self.picks("In which language was it given?", value=language)
        self.presses("The person was told", as_="told")
        self.reads(self.say("Told"))

    def locks_away(self, title: str, content: bytes) -> None:
        self.turns_to("Papers")
        self.writes("What is it?", title)
        self.page.locator("#id_content").set_input_files(
            {"name": "letter.txt", "mimeType": "text/plain", "buffer": content}
        )
        self.presses("Lock it away", as_="with a paper")
        self.reads(title)

    def reads_rights(self) -> list[str]:
        """The titles of what is due; with the article and who owes it; one at least within which time."""
        self.turns_to("Rights")
        cards = self.page.locator("article.right")
        expect(cards.first).to_be_visible()
        assert cards.count() > 5
        first = cards.filter(has=self.page.locator(".status")).first
        expect(first.locator(".right-law")).to_contain_text(self.say("Owed by: %(who)s", who="").strip())
        expect(first.locator("summary")).to_have_text(re.compile(r"\d"))
        expect(cards.locator(".icon-clock").first).to_be_visible()
        followed = cards.filter(has=self.page.locator(".status"))
        return followed.locator("h3").all_inner_texts()

    def marks(
        self,
        right: str,
        what_happened: str,
        *,
        note: str = "",
        paper: str = "",
        on_day: datetime | None = None,
    ) -> None:
        self.turns_to("Rights")
        self.follows(right)
        self.chooses("What happened?", what_happened)
        if on_day:
            self.writes("On which day?", on_day.date().isoformat())
        self.writes("Note", note)
        if paper:
            self.picks("Paper that shows it", label=paper)
        self.presses("Save", as_="followed")
        self.reads_heading("What happened so far")

    def shows_the_person(self, language: str, *, reads: str) -> None:
        """The page for the person, on a phone: in their language, also in large print."""
        file = self.page.url
        self.turns_to("Rights")
        self.presses("Page for the person", as_="for the person")
        expect(self.page.locator("html")).to_have_attribute("lang", language)
        self.page.locator('a[href$="&large=1"]').first.click()
        self.looks(as_="in large print")
        expect(self.page.get_by_role("main")).to_contain_text(reads)
        self.page.goto(file)

    def takes_sheet(self, language: str) -> bytes:
        """The person's sheet of rights, as the browser gets it."""
        self.turns_to("Rights")
        link = self.page.locator(f'main a.button[lang="{language}"]')
        answer = self.page.request.get(self.stage.address + str(link.get_attribute("href")))
        assert answer.headers["content-type"] == "application/pdf"
        return answer.body()

    def refers(self, *, to: str, message: str, sharing: list[str]) -> None:
        self.turns_to("Referrals")
        self.presses("Ask for help")
        self.page.locator("#id_to").select_option(label=to)
        self.picks("What help is needed?", value="shelter")
        for section in sharing:
            self.page.get_by_label(self.say(section), exact=True).check()
        self.writes("What should they know?", message)
        self.presses("Send the referral", as_="sent")
        self.reads(self.say("Sent, waiting for an answer"))

    def accepts_referral(self, pseudonym: str, message: str) -> None:
        self.opens("Referrals")
        self.follows(pseudonym)
        self.looks("asked")
        self.reads(message)
        self.chooses("Can you help?", "Yes, we accept")
        self.presses("Send the answer", as_="accepted")
        self.reads(self.say("Your answer was sent."))

    def says_what_came(self, outcome: str) -> None:
        self.writes("What came of it?", outcome)
        self.presses("Say what came of it", as_="done")
        self.reads(self.say("Thank you. The sender sees what came of it."))

    def may_open(self, path: str) -> bool:
        return self.page.request.get(self.stage.address + path, max_redirects=0).status == 200


class DecisionMaker(Colleague):
    def decides(self, pseudonym: str, answer: str, reasons: str, *, told: str) -> None:
        self.opens("Decisions")
        self.follows(pseudonym)
        self.reads(told)
        self.chooses("Are there reasonable grounds to believe that this person was trafficked?", answer)
        self.writes("Reasons", reasons)
        self.presses("Decide", as_="decided")
        self.reads(reasons)
