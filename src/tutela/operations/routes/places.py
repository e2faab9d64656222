"""Which place a spelling means: a country by its code of ISO 3166-1, or a region. Near names do not count."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pycountry

from tutela.rights.law.state_names import state_code


class Kind(StrEnum):
    COUNTRY = "country"
    REGION = "region"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """`code`: two letters for a country, else the name of the region in words."""

    code: str
    name: str
    kind: Kind


_KOSOVO: Final = Place("XK", "Kosovo", Kind.COUNTRY)
"""Has no code of ISO; XK is one of those that ISO leaves to its users, and the one in use."""

_SHORT: Final[Mapping[str, str]] = {
    "CD": "DR Congo", "CG": "Congo (Republic)", "FM": "Micronesia", "PS": "Palestine", "RU": "Russia",
    "VG": "British Virgin Islands", "VI": "US Virgin Islands",
}  # fmt: skip
"""Names in use where ISO has a long one, or one with a comma."""

_COUNTRIES: Final[Mapping[str, str]] = {
    "bahamas": "BS", "bahamas the": "BS", "the bahamas": "BS", "bosnia": "BA", "cabo verde": "CV",
    "car": "CF",
    "congo drc": "CD",
    "congo republic of": "CG", "democratic republic of congo": "CD", "dprk": "KP", "drc": "CD",
    "french guyana": "GF", "gambia": "GM", "gambia the": "GM", "the gambia": "GM", "guinea bissau": "GW",
    "laos peoples democratic republic": "LA", "lao pdr": "LA", "macau": "MO",
    "macedonia former yugoslav republic of": "MK", "myanmar burma": "MM", "republic of congo": "CG",
    "republic of seychelles": "SC", "reunion": "RE", "reunion french island": "RE",
    "st maarten": "SX", "sint maarten": "SX", "taiwan": "TW", "taiwan china": "TW", "the netherlands": "NL",
    "uae": "AE", "uk": "GB", "us": "US", "usa": "US", "us virgin islands": "VI",
    "federal states of micronesia": "FM", "antigua & barbuda": "AG",
    "commonwealth of the northern mariana islands": "MP",
}  # fmt: skip
"""Other names for a whole country, as reports write them, without stops, commas and case."""

_PARTS: Final[Mapping[str, str]] = {
    "dubai": "AE", "dubai uae": "AE", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "rodrigues": "MU", "tahiti": "PF",
}  # fmt: skip
"""Parts of one country."""

_REGIONS: Final[Mapping[str, str]] = {
    "africa": "Africa", "african countries": "Africa", "sub-saharan africa": "Sub-Saharan Africa",
    "north africa": "Northern Africa", "northern africa": "Northern Africa", "maghreb": "Maghreb",
    "maghreb countries": "Maghreb", "west africa": "Western Africa", "western africa": "Western Africa",
    "west african countries": "Western Africa", "east africa": "Eastern Africa",
    "eastern africa": "Eastern Africa", "central africa": "Middle Africa", "middle africa": "Middle Africa",
    "southern africa": "Southern Africa", "horn of africa": "Horn of Africa",
    "great lakes region": "Great Lakes of Africa", "americas": "Americas",
    "north america": "Northern America",
    "northern america": "Northern America", "central america": "Central America",
    "south america": "South America", "latin america": "Latin America", "caribbean": "Caribbean",
    "caribbean countries": "Caribbean", "caribbean islands": "Caribbean",
    "western hemisphere": "Western Hemisphere", "asia": "Asia", "central asia": "Central Asia",
    "east asia": "Eastern Asia", "eastern asia": "Eastern Asia", "east asian countries": "Eastern Asia",
    "northeast asia": "Northeast Asia", "south asia": "Southern Asia", "southern asia": "Southern Asia",
    "southeast asia": "South-eastern Asia", "south-eastern asia": "South-eastern Asia",
    "western asia": "Western Asia", "southwest asia": "Western Asia", "far east": "Far East",
    "asia pacific": "Asia and the Pacific", "asia-pacific": "Asia and the Pacific",
    "middle east": "Middle East", "gulf": "Gulf states", "the gulf": "Gulf states",
    "gulf states": "Gulf states", "gulf countries": "Gulf states", "gulf states countries": "Gulf states",
    "persian gulf": "Gulf states", "persian gulf states": "Gulf states", "arab states": "Arab states",
    "arab countries": "Arab states", "europe": "Europe", "european countries": "Europe",
    "european union": "European Union", "eu": "European Union", "eu countries": "European Union",
    "eastern europe": "Eastern Europe", "east europe": "Eastern Europe", "western europe": "Western Europe",
    "northern europe": "Northern Europe", "southern europe": "Southern Europe",
    "southeastern europe": "South-eastern Europe", "central europe": "Central Europe",
    "balkans": "Balkans", "balkan countries": "Balkans", "baltics": "Baltic states",
    "baltic states": "Baltic states", "nordic countries": "Nordic countries",
    "nordic states": "Nordic countries", "scandinavia": "Scandinavia",
    "scandinavian countries": "Scandinavia", "caucasus": "Caucasus", "eurasia": "Eurasia",
    "former soviet union": "Former Soviet Union", "former soviet states": "Former Soviet Union",
    "former soviet countries": "Former Soviet Union",
    "commonwealth of independent states": "Commonwealth of Independent States", "oceania": "Oceania",
    "pacific": "Pacific islands", "pacific islands": "Pacific islands", "pacific nations": "Pacific islands",
    "turkish republic of northern cyprus": "Northern Cyprus", "trnc": "Northern Cyprus",
    "northern cyprus": "Northern Cyprus", "somaliland": "Somaliland", "transnistria": "Transnistria",
    "abkhazia": "Abkhazia", "netherlands antilles": "Netherlands Antilles", "tibet": "Tibet",
}  # fmt: skip
"""Parts of the world, and places that have no code of their own: they stay what they are called."""

AMBIGUOUS: Final = frozenset({"congo", "korea", "virgin islands"})
"""Names that two countries answer to."""


class Gazetteer:
    """What spellings mean: first as `own` says (a code, or the name of a region), then by the lists here."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self._own = {plain(spelling): meant for spelling, meant in (own or {}).items()}

    def find(self, spelling: str) -> Place | None:
        """The place, or None where no list has exactly this name, or two places have it."""
        key = plain(spelling)
        if key in self._own:
            return _meant(self._own[key])
        if key in AMBIGUOUS:
            return None
        if key in {"kosovo", "xk"}:
            return _KOSOVO
        if key in _REGIONS:
            return Place(_REGIONS[key], _REGIONS[key], Kind.REGION)
        code = _COUNTRIES.get(key) or _PARTS.get(key) or state_code(spelling.strip()) or _alpha_3(spelling)
        return _country(code) if code else None

    def near(self, spelling: str) -> str:
        """A name that looks like this one, for somebody to judge; nothing is done by it."""
        if plain(spelling) in AMBIGUOUS:
            return ""
        names = {plain(one.name): one.name for one in pycountry.countries} | {
            key: name for key, name in _REGIONS.items()
        }
        found = difflib.get_close_matches(plain(spelling), list(names), n=1, cutoff=0.88)
        return names[found[0]] if found else ""


def _meant(text: str) -> Place:
    """What somebody wrote as the meaning: a code of ISO, else the name of a region."""
    if text == "XK":
        return _KOSOVO
    if re.fullmatch(r"[A-Z]{2,3}", text) and (code := state_code(text) or _alpha_3(text)):
        return _country(code)
    return Place(text, text, Kind.REGION)


def _country(code: str) -> Place:
    found = pycountry.countries.get(alpha_2=code)
    assert found is not None, code
    name = _SHORT.get(code) or str(getattr(found, "common_name", found.name))
    return Place(code, name, Kind.COUNTRY)


def _alpha_3(text: str) -> str | None:
    found = pycountry.countries.get(alpha_3=text.strip()) if re.fullmatch(r"\s*[A-Z]{3}\s*", text) else None
    return found.alpha_2 if found else None


def plain(spelling: str) -> str:
    """Without case, stops, commas, brackets, apostrophes, and space at the ends."""
    bare = re.sub(r"[.,()'’`]", " ", spelling.casefold().replace(".", "").replace("'", "").replace("’", ""))
    return " ".join(bare.split())
