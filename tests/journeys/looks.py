"""What every page must stand while somebody walks by: nothing for axe, light and dark, and a narrow phone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is printed for the person speaks the person's language.
PERSONS_OWN = ("/notice/", "/rights/person/")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


class Looks:
    """Looks once at every kind of page in one language, and keeps what is wrong until `all_well`."""

    def __init__(self, *, language: str, with_axe: bool) -> None:
        self.language = language
        self.with_axe = with_axe
        self.seen: set[str] = set()
        self.wrong: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        """Keeps what browsers of this context complain about: errors of scripts and of the content policy."""
        context.on(
            "console",
            lambda said: self.wrong.append(f"console: {said.text}") if said.type == "error" else None,
        )
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))

    def at(self, page: Page, *, as_: str = "") -> None:
        """Looks at the page that is open, unless one of its kind was looked at; `as_` tells states apart."""
        address = urlsplit(page.url)
        kind = f"{_ID.sub('…', address.path)} {as_}".strip()
        if kind in self.seen:
            return
        self.seen.add(kind)
        for fault in self._faults(page):
            self.wrong.append(f"{kind}: {fault}")

    def all_well(self) -> None:
        assert not self.wrong, "\n" + "\n".join(self.wrong)

    def _faults(self, page: Page) -> list[str]:
        faults = [] if urlsplit(page.url).path.endswith(PERSONS_OWN) else self._spoken(page)
        if self.with_axe:
            page.evaluate(AXE)
            faults += _axe(page, {"runOnly": RULES})
            page.emulate_media(color_scheme="dark")
            faults += [f"dark: {fault}" for fault in _axe(page, {"runOnly": COLOURS})]
            page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        beyond = page.evaluate(BEYOND)
        page.set_viewport_size(DESK)
        return faults + ([f"{beyond} pixels are cut off at 320"] if beyond > 0 else [])

    def _spoken(self, page: Page) -> list[str]:
        """The page says its language and its direction, and speaks it."""
        root = page.locator("html")
        said = (root.get_attribute("lang"), root.get_attribute("dir"))
        wanted = (self.language, "rtl" if self.language == "ar" else "ltr")
        return [] if said == wanted else [f"says {said}, not {wanted}"]


def _axe(page: Page, options: dict[str, Any]) -> list[str]:
    # Of what is well, axe need not write down every place, nor the browser send it here.
    found = page.evaluate(
        "async options => (await axe.run(options)).violations"
        ".map(rule => [rule.id, rule.nodes.slice(0, 3).map(node => node.target)])",
        {**options, "resultTypes": ["violations"]},
    )
    return [f"{rule}: {targets}" for rule, targets in found]
