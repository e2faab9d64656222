"""What journeys share: the address of the server under its name."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def address(live_server: Any) -> str:
    """By its name: browsers keep no passkey for a bare number."""
    return str(live_server.url).replace("127.0.0.1", "localhost")
