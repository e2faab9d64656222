"""What is wrong with a page is found: otherwise no journey could fail for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from tests.journeys.looks import DESK, Looks

pytestmark = [pytest.mark.journey]

BAD = """<!doctype html><html lang="fr" dir="ltr"><title>Bad</title><body><main>
<h1>Bad</h1><img src="data:,"><p style="color: #ccc">Pale</p><p style="inline-size: 900px">Wide</p>
<script>throw new Error("broken")</script></main>"""


def test_faults_of_a_page_are_found_and_named(chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESK)
    looks = Looks(language="en", with_axe=True)
    looks.watch(context)
    page = context.new_page()
    page.set_content(BAD)
    looks.at(page)
    context.close()
    for fault in (
        "image-alt",
        "color-contrast",
        "dark: color-contrast",
        "cut off",
        "says ('fr', 'ltr')",
        "broken",
    ):
        assert any(fault in said for said in looks.wrong), fault
    with pytest.raises(AssertionError):
        looks.all_well()
