"""The languages that Tutela speaks, in one list that needs nothing else: pages and commands both read it."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = [("en", "English"), ("fr", "Français"), ("es", "Español"), ("ar", "العربية")]
"""Code and own name; the first is the one that the sources are written in."""
BABEL: Mapping[str, str] = {"en": "en_GB"}
"""By which name Babel writes dates and numbers, where it is not the code: plain "en" would put the month
first, and most readers write the day first."""
