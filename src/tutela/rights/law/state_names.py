"""States as status lists name them, and their ISO 3166-1 codes. No guesses: a near name is unknown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import pycountry

NO_STATES: Final = frozenset({"european union", "european community", "european economic community"})
"""Parties to treaties that are not states."""

_ALSO_KNOWN: Final[Mapping[str, str]] = {
    "bahamas (the)": "BS",
    "bolivia": "BO",
    "brunei": "BN",
    "burma": "MM",
    "cape verde": "CV",
    "congo (brazzaville)": "CG",
    "congo (kinshasa)": "CD",
    "czech republic": "CZ",
    "democratic kampuchea": "KH",
    "democratic republic of congo": "CD",
    "democratic republic of the congo": "CD",
    "east timor": "TL",
    "gambia (republic of the)": "GM",
    "holy see": "VA",
    "iran": "IR",
    "ivory coast": "CI",
    "kazakstan": "KZ",
    "laos": "LA",
    "lao peoples democratic republic": "LA",
    "macedonia": "MK",
    "micronesia": "FM",
    "moldova": "MD",
    "north korea": "KP",
    "palestine": "PS",
    "republic of moldova": "MD",
    "russia": "RU",
    "sao tome and principe": "ST",
    "south korea": "KR",
    "swaziland": "SZ",
    "syria": "SY",
    "tanzania": "TZ",
    "the former yugoslav republic of macedonia": "MK",
    "turkey": "TR",
    "united kingdom": "GB",
    "united republic of tanzania": "TZ",
    "united states": "US",
    "venezuela": "VE",
    "vietnam": "VN",
}
_OLD_CODES: Final[Mapping[str, str]] = {"TP": "TL", "UK": "GB", "EL": "GR", "BU": "MM", "ZR": "CD"}


def state_code(written: str) -> str | None:
    """The code of a state by its name or its code, or None where no state is called exactly so."""
    text = written.strip()
    if re.fullmatch(r"[A-Z]{2}", text):
        code = _OLD_CODES.get(text, text)
        return code if pycountry.countries.get(alpha_2=code) else None
    return _names().get(_plain(text))


def is_no_state(written: str) -> bool:
    """Whether this is a party of which it is known that it is no state."""
    return _plain(written) in NO_STATES


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    found = {_plain(name): code for code, name in _official()}
    return found | {_plain(name): code for name, code in _ALSO_KNOWN.items()}


def _official() -> Iterator[tuple[str, str]]:
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if name := getattr(country, field, None):
                yield country.alpha_2, name


def _plain(name: str) -> str:
    """Without accents, apostrophes, commas and case; "St." is "Saint", "Korea, Republic of" in order."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    bare = re.sub(r"\bst\.?(?=\s)", "saint", bare.replace("’", "'").replace("'", ""))
    if match := re.fullmatch(r"([^,(]+?),? \(?(.+ of(?: the)?)\)?", bare):
        bare = f"{match[2]} {match[1]}"
    return " ".join(bare.replace(",", " ").split())
