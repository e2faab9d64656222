"""Languages and countries to choose from, named in the language of the page."""

from __future__ import annotations

from functools import lru_cache

import pycountry
from babel import Locale
from babel.core import UnknownLocaleError
from django.utils.translation import get_language

Choices = list[tuple[str, str]]


def language_choices() -> Choices:
    """Every language of ISO 639-1, in the order of its names."""
    return list(_languages(get_language() or "en").items())


def country_choices() -> Choices:
    """Every country of ISO 3166-1, in the order of its names, after an empty choice."""
    return [("", "—"), *_countries(get_language() or "en").items()]


def language_name(code: str) -> str:
    return _languages(get_language() or "en").get(code, code)


def country_name(code: str) -> str:
    return _countries(get_language() or "en").get(code, code)


@lru_cache(maxsize=16)
def _languages(page: str) -> dict[str, str]:
    named = _locale(page).languages
    known = {row.alpha_2: row.name for row in pycountry.languages if hasattr(row, "alpha_2")}
    return _by_name({code: named.get(code, name) for code, name in known.items()})


@lru_cache(maxsize=16)
def _countries(page: str) -> dict[str, str]:
    named = _locale(page).territories
    return _by_name({row.alpha_2: named.get(row.alpha_2, row.name) for row in pycountry.countries})


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def _locale(page: str) -> Locale:
    try:
        return Locale.parse(page, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
