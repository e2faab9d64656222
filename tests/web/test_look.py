"""The pages in a real browser: nothing for axe, nothing cut off at 320 px, nothing the policy refuses."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from csp.utils import build_policy
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import path
from django.utils import translation
from django.views.i18n import set_language
from playwright.sync_api import Browser, Page, Route

from tutela.web import samples

_open: dict[str, Window] = {}  # they close with the browser
NOW = datetime(2026, 11, 25, 9, 20, tzinfo=UTC)
ORIGIN = "http://tutela.test"
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = pytest.mark.parametrize("lang", ["en", "ar"])
PAGES = pytest.mark.parametrize("name", ["staff", "public", "error"])

# Pages are drawn here without the rest of the house, and handed to the browser without a server.
urlpatterns = [path("language/", set_language, name="set_language")]
pytestmark = [pytest.mark.journey, pytest.mark.urls(__name__)]


def drawn(name: str, lang: str) -> str:
    with translation.override(lang):
        if name == "staff":
            return render_to_string("components.html", samples.components_page({}, at=NOW))
        if name == "public":
            return render_to_string(
                "components_public.html", {"form": samples.TellForm({}), "exit_url": "/exit"}
            )
        return render_to_string("500.html")


@dataclass
class Window:
    """A window with our static files, and any other address as the page that is shown."""

    page: Page
    html: str = ""
    policy: str = ""

    def answer(self, route: Route) -> None:
        address = route.request.url.removeprefix(ORIGIN)
        if address.startswith("/static/"):
            file = finders.find(address.removeprefix("/static/"))
            route.fulfill(path=file, content_type=mimetypes.guess_type(address)[0] or "text/plain")
        else:
            headers = {"Content-Security-Policy": self.policy} if self.policy else {}
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8", headers=headers)


def opened(chromium: Browser, html: str, *, policy: str = "", **context: Any) -> Page:
    """A page of `html`, in one window for all tests that look alike: a new one costs most of a second."""
    kind = repr(sorted(context.items()))
    if kind not in _open:
        window = _open[kind] = Window(chromium.new_context(**context).new_page())
        window.page.route("**/*", window.answer)
    window = _open[kind]
    window.html, window.policy = html, policy
    window.page.goto(f"{ORIGIN}/page")
    return window.page


@PAGES
@LANGUAGES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Browser, name: str, lang: str, scheme: str) -> None:
    page = opened(chromium, drawn(name, lang), color_scheme=scheme)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    assert [(rule["id"], node["target"]) for rule in found for node in rule["nodes"]] == []


@PAGES
@LANGUAGES
def test_nothing_is_cut_off_at_320_pixels(chromium: Browser, name: str, lang: str) -> None:
    page = opened(chromium, drawn(name, lang), viewport={"width": 320, "height": 640})
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert beyond == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_a_page_opens_at_its_beginning_with_its_current_tab_in_view(chromium: Browser, width: int) -> None:
    page = opened(chromium, drawn("staff", "en"), viewport={"width": width, "height": 640})
    assert page.evaluate("scrollY") == 0


@PAGES
def test_everything_to_press_is_large_enough_for_a_thumb(chromium: Browser, name: str) -> None:
    page = opened(chromium, drawn(name, "en"), viewport={"width": 320, "height": 640})
    small = page.evaluate("""
        [...document.querySelectorAll(
            "button, .button, .leave, select, summary, nav a, label:has(input), .tick label")]
          .filter(element => element.checkVisibility())
          .map(element => [element.textContent.trim(), element.getBoundingClientRect().height])
          .filter(([, height]) => height < 43.5)
    """)
    assert small == []


def test_on_a_phone_the_rail_opens_and_closes_without_a_script(chromium: Browser) -> None:
    page = opened(
        chromium, drawn("staff", "en"), viewport={"width": 320, "height": 640}, java_script_enabled=False
    )
    assert not page.locator("#rail").is_visible()
    page.get_by_role("button", name="Menu").click()
    assert page.locator("#rail").is_visible()
    page.get_by_role("button", name="Close").click()
    assert not page.locator("#rail").is_visible()


def test_the_first_press_of_tab_offers_the_content(chromium: Browser) -> None:
    page = opened(chromium, drawn("staff", "en"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"


@PAGES
@LANGUAGES
def test_no_page_asks_for_what_the_strict_policy_forbids(chromium: Browser, name: str, lang: str) -> None:
    page = opened(chromium, drawn(name, lang), policy=build_policy(nonce="once"))
    assert [message.text for message in page.console_messages(filter="since-navigation")] == []
