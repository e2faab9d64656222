"""Walks docs/tutorial/walk-the-pathway.md in a real browser, word for word, and takes its pictures.

`.venv/bin/python -m tools.pictures http://127.0.0.1:8000` beside a running demonstration."""

from __future__ import annotations

import json
import re
import sys
import time
from typing import Any

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tools.machine import find_chromium
from tools.places import ROOT, var
from tools.totp import totp

# Nothing moves while its picture is taken.
LOOK: Any = {"color_scheme": "light", "reduced_motion": "reduce"}
IMAGES = ROOT / "docs" / "images"
SIGNS = (
    "was deceived about the kind of job",
    "was deceived about the pay",
    "works far too many days",
    "gets little or no pay",
    "documents are taken away",
    "is threatened with being reported",
)


class Walker:
    """One person in front of a browser window of their own."""

    def __init__(self, browser: Browser, site: str, *, account: dict[str, Any] | None = None) -> None:
        size: Any = {"width": 1280, "height": 860}
        context = browser.new_context(
            locale="en-GB", viewport=size, java_script_enabled=account is not None, **LOOK
        )
        self.page: Page = context.new_page()
        self.site = site
        if account:
            self._sign_in(account)

    def _sign_in(self, account: dict[str, Any]) -> None:
        self.open("/sign-in/")
        self.fill("E-mail address", account["email"])
        self.fill("Password", account["password"])
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.locator("input[name=code]").fill(totp(account["totp_secret"], at=time.time()))
        self.page.locator("main form button").first.click()
        self.page.wait_for_url(f"{self.site}/")

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def menu(self, name: str) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{name}")).first.click()

    def link(self, name: str, *, exact: bool = True) -> None:
        self.main.get_by_role("link", name=name, exact=exact).first.click()

    def press(self, name: str) -> None:
        self.main.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()

    def fill(self, label: str, words: str) -> None:
        self.main.get_by_label(label).first.fill(words)

    def tick(self, label: str) -> None:
        self.main.get_by_label(label).first.check()

    def choose(self, label: str, option: str) -> None:
        self.main.get_by_label(label, exact=True).select_option(label=option)

    def picture(self, name: str, *, at: str = "") -> None:
        """What is on the screen: the top of the page, or from the words `at` on."""
        if at:
            words = self.main.get_by_text(at, exact=True).first
            words.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top + scrollY - 40)")
            self.page.wait_for_timeout(300)
        self.page.screenshot(path=IMAGES / f"{name}.png")


def walk(browser: Browser, site: str) -> None:
    """Every step of the tutorial, in its order."""
    accounts = json.loads((var() / "demo-accounts.json").read_text(encoding="utf-8"))
    known = {account["email"].split("@")[0]: account for account in accounts}
    number = tell(Walker(browser, site))
    hana = Walker(browser, site, account=known["hana"])
    weigh(hana)
    name = open_case(hana)
    screen(hana)
    ask(hana)
    decide(Walker(browser, site, account=known["ada"]), name)
    follow_right(hana, name)
    refer(hana)
    accept(Walker(browser, site, account=known["dario"]), name)
    vera = Walker(browser, site, account=known["vera"])
    vera.menu("Overview")
    vera.picture("overview")
    read_answer(Walker(browser, site), number)


def tell(neighbour: Walker) -> str:
    neighbour.open("/tell/")
    neighbour.link("Northlight Line", exact=False)
    neighbour.fill(
        "What happened, or what worries you?",
        "A young woman works in a nail bar near the station every day until night. She sleeps in the back "
        "room. The owner has her passport.",
    )
    neighbour.fill("Where is it?", "Nail bar, Station Road, Leeds")
    neighbour.tick("Yes, right now")
    neighbour.tick("Yes. I get a number")
    neighbour.main.get_by_label("Which language shall we answer in?").select_option(label="English")
    neighbour.press("Send it safely")
    neighbour.picture("report-sent")
    found = re.search(r"(\d{4} ){5}\d{4}", neighbour.main.inner_text())
    assert found, "no number was shown"
    return found[0]


def weigh(hana: Walker) -> None:
    hana.menu("Reports")
    pressing = hana.main.get_by_role("link").filter(has_text="In danger now").filter(has_text="New")
    pressing.filter(has_not_text="wants no answer").first.click()
    hana.tick("Danger may come soon")
    hana.fill("Why, and what was done", "We will meet her with an interpreter, at the library.")
    hana.press("Keep this")
    hana.fill("Your answer", "Thank you. We are looking for a safe way to speak with her.")
    hana.press("Put it into their mailbox")
    hana.picture("report-weighed")


def open_case(hana: Walker) -> str:
    hana.link("Open a case from this")
    hana.main.locator("input[name=keep_file][value=yes]").check()
    hana.choose("Language it was explained in", "Arabic")
    hana.tick("An interpreter explained it")
    hana.main.get_by_text("Ask more now").click()
    for question in ("contact", "refer", "request_decision"):
        hana.main.locator(f"input[name={question}][value=yes]").check()
    hana.choose("How great is the danger now?", "High danger")
    for need in ("A safe place to stay", "A doctor", "It is urgent"):
        hana.tick(need)
    hana.choose("What kind of exploitation?", "Forced labour")
    hana.fill("Region", "Leeds")
    hana.fill("Name (optional)", "Amal Haddad")
    hana.choose("Age", "Adult")
    hana.choose("Sex", "Female")
    hana.main.get_by_label("Citizenship").select_option(label="Morocco")
    hana.choose("Language they speak best", "Arabic")
    hana.tick("Needs an interpreter")
    hana.main.get_by_label("How may we contact them?").select_option(label="Only in person")
    hana.fill("When, and what to avoid", "Mondays, at the library. Never call.")
    hana.press("Open the case")
    hana.picture("case")
    return hana.main.get_by_role("heading", level=1).inner_text()


def screen(hana: Walker) -> None:
    hana.link("Go to screening")
    hana.link("Start or go on")
    for sign in SIGNS:
        hana.main.locator("fieldset").filter(has_text=sign).last.get_by_label("Yes").check()
    hana.press("Finish and see the result")
    hana.main.get_by_text("Consistent with trafficking for forced labour").first.wait_for()
    hana.picture("screening", at="What the answers say together")


def ask(hana: Walker) -> None:
    hana.link("Next: the authority's decision")
    hana.link("Ask for the decision")
    screenings = hana.main.get_by_label("Which screening goes with it?")
    of_today = screenings.locator("option").filter(has_text="Signs of trafficking").first
    screenings.select_option(value=of_today.get_attribute("value"))
    hana.fill(
        "What happened, in a few plain sentences",
        "She was promised work in a hairdressing salon. On arrival her papers were taken, and she works "
        "fourteen hours a day for almost no pay.",
    )
    hana.press("Send the request")
    hana.main.get_by_text("in 5 working days").first.wait_for()


def decide(ada: Walker, name: str) -> None:
    ada.menu("Decisions")
    ada.link(name)
    ada.tick("Yes: there are reasonable grounds")
    ada.fill("Reasons", "What she told fits together: a promise that was not true, papers taken, no pay.")
    ada.press("Decide")
    ada.picture("decision")


def follow_right(hana: Walker, name: str) -> None:
    hana.menu("Cases")
    hana.link(name, exact=False)
    hana.link("Rights")
    hana.picture("rights", at="Safety")
    hana.link("Emergency medical care")
    hana.tick("The person has received it")
    hana.fill("Note", "Seen at the clinic today, with an interpreter.")
    hana.press("Save")


def refer(hana: Walker) -> None:
    hana.link("Referrals")
    hana.link("Ask for help")
    hana.choose("Who should help?", "Haven (GB)")
    hana.choose("What help is needed?", "Shelter")
    hana.tick("Immediate needs")
    hana.tick("How to contact safely")
    hana.fill(
        "What should they know?",
        "A quiet room from tonight, and a door that can be locked. She speaks Arabic.",
    )
    hana.press("Send the referral")


def accept(dario: Walker, name: str) -> None:
    dario.menu("Referrals")
    dario.link(name)
    dario.tick("Yes, we accept")
    dario.fill("A word to the sender", "The room is ready.")
    dario.press("Send the answer")
    dario.link("Open the shared file")
    dario.picture("shared")


def read_answer(neighbour: Walker, number: str) -> None:
    neighbour.open("/tell/northlight/answer/")
    neighbour.fill("Your number", number)
    neighbour.press("Open")
    neighbour.main.get_by_text("We are looking for a safe way to speak with her.").wait_for()


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        walk(chromium, sys.argv[1].rstrip("/"))
