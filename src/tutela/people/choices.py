"""Languages, countries and their regions to choose from, named in the language of the page."""

from __future__ import annotations

import gettext
from functools import lru_cache

import pycountry
from babel import Locale
from babel.core import UnknownLocaleError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

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


def region_choices(country: str) -> Choices:
    """The regions of a country in the order of their names, after an empty choice."""
    named = {code: region_name(code) for code in regions_of(country)}
    return [("", _("Not known")), *_by_name(named).items()]


def region_name(code: str) -> str:
    """The name of a part of a country (ISO 3166-2), as that country writes it where nobody translated it."""
    return _region_names((get_language() or "en").split("-")[0]).get(code, code)


# Parts so small that the code would say in which village somebody lives.
_SMALL = frozenset(
    {
        "Municipality",
        "Urban municipality",
        "Local council",
        "Commune",
        "Parish",
        "Quarter",
        "State city",
        "Town",
    }
)


@lru_cache(maxsize=256)
def regions_of(country: str) -> frozenset[str]:
    """The codes (ISO 3166-2) of the largest parts of a country; none where most of those are small."""
    parts = [one for one in pycountry.subdivisions if one.country_code == country and not one.parent_code]
    small = sum(one.type in _SMALL for one in parts)
    return frozenset(one.code for one in parts) if small * 2 < len(parts) else frozenset()


@lru_cache(maxsize=16)
def _region_names(page: str) -> dict[str, str]:
    known = gettext.translation("iso3166-2", pycountry.LOCALES_DIR, languages=[page], fallback=True)
    # Some names carry another one, or an older code, in brackets: "Wales [Cymru GB-CYM]".
    return {one.code: known.gettext(one.name).split(" [")[0] for one in pycountry.subdivisions}


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
