"""What journeys share: one Chromium for the whole run, and the address of the server under its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from tools.machine import find_chromium, how_to_install


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = find_chromium()
    if found is None:
        pytest.skip(f"no Chromium. To enable: {how_to_install('chromium')}")
    # Playwright keeps an event loop in this thread; Django would take its own calls for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(live_server: Any) -> str:
    """By its name: browsers keep no passkey for a bare number."""
    return str(live_server.url).replace("127.0.0.1", "localhost")
