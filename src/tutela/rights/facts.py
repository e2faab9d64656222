"""What is known of a person that the law asks about: from the file, from later stages, from answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import yaml

from tutela import library_path
from tutela.engines.rights import REGION, Value
from tutela.people.models import AgeGroup, Person
from tutela.rights.counting import part_of
from tutela.rights.law import load_law

COUNTRY: Final = "country"
"""The one offered fact that is no fact of the law: in which state the person's case lies."""

Source = Callable[[Person], Mapping[str, Value | None]]
Ahead = Callable[[Sequence[Person]], Source]
"""Reads for many people at once what a source says of each."""

_sources: list[Source] = []
_ahead: dict[Source, Ahead] = {}


class Origin(StrEnum):
    """Where a fact comes from, weakest first: each overrides the ones before it."""

    ANSWER = "answer"
    FILE = "file"
    STAGE = "stage"


@dataclass(frozen=True, slots=True)
class Known:
    """One known fact."""

    value: Value
    origin: Origin


def offer(source: Source, *, ahead: Ahead | None = None) -> None:
    """Called from AppConfig.ready of a later stage: what it knows of a person, None where it does not."""
    if source not in _sources:
        _sources.append(source)
    if ahead is not None:
        _ahead[source] = ahead


def offered(person: Person) -> dict[str, Value]:
    """What later stages know of this person; a later offer overrides an earlier one."""
    return _offered(person, _sources)


def _offered(person: Person, sources: Iterable[Source]) -> dict[str, Value]:
    return {name: value for source in sources for name, value in source(person).items() if value is not None}


def offered_of_many(persons: Sequence[Person]) -> Iterator[tuple[Person, dict[str, Value]]]:
    """The same for many people, whom each source reads at once where it can."""
    sources = [_ahead[source](persons) if source in _ahead else source for source in _sources]
    for person in persons:
        yield person, _offered(person, sources)


def country_of(person: Person) -> str:
    """The state whose law is asked: that of the case, or of the organisation that holds the file."""
    return str(offered(person).get(COUNTRY) or person.organisation.country)


def region_of(person: Person, *, country: str) -> str:
    """The part of `country` (ISO 3166-2) that the case lies in, or that was answered; empty while unknown.

    The law asks for it where its territory is smaller than the state, deadlines for their holidays."""
    return part_of(country, offered(person).get(REGION) or answers_of(person).get(REGION))


def known_facts(person: Person, *, country: str) -> dict[str, Known]:
    """Everything known of this person, by fact of the law library. What is absent is unknown, never no."""
    return known_with(person, offered(person), country=country)


def known_with(person: Person, stages: Mapping[str, Value], *, country: str) -> dict[str, Known]:
    """The same where `stages`, what later ones know, has been read already."""
    known = {name: Known(value, Origin.ANSWER) for name, value in answers_of(person).items()}
    known |= {name: Known(value, Origin.FILE) for name, value in _of_file(person, country=country).items()}
    stages = {name: value for name, value in stages.items() if name != COUNTRY}
    known |= {name: Known(value, Origin.STAGE) for name, value in stages.items()}
    if REGION in known and not part_of(country, known[REGION].value):
        del known[REGION]  # a part of another state than the one whose law is asked
    return known


def answers_of(person: Person) -> dict[str, Value]:
    """The stored answers, typed by the library. One to a question that is gone, or unreadable, is none."""
    definitions = load_law().facts
    typed = {
        name: _typed(raw, definitions[name].type) for name, raw in person.facts.items() if name in definitions
    }
    return {name: value for name, value in typed.items() if value is not None}


def stored(value: Value) -> str | bool:
    """A fact as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _typed(raw: Any, kind: str) -> Value | None:
    match str(kind):
        case "yes_no":
            return raw if isinstance(raw, bool) else None
        case "date":
            try:
                return date.fromisoformat(raw)
            except (TypeError, ValueError):
                return None
        case _:
            return raw if isinstance(raw, str) and raw else None


_AGES: Final = {AgeGroup.ADULT: "adult", AgeGroup.CHILD: "child", AgeGroup.DISPUTED: "uncertain"}


def _of_file(person: Person, *, country: str) -> dict[str, Value]:
    """What the fields of the file say. Whether an interpreter was never asked about, a tick cannot tell."""
    facts: dict[str, Value] = {}
    if age := _AGES.get(AgeGroup(person.age_group)):
        facts["age_group"] = age
    if person.needs_interpreter:
        facts["needs_interpreter"] = True
    if person.citizenship:
        facts["is_foreign_national"] = person.citizenship != country
        facts["is_eu_citizen"] = person.citizenship in _european_union()
    return facts


@lru_cache(maxsize=1)
def _european_union() -> frozenset[str]:
    text = (library_path() / "codelists" / "european-union.yaml").read_text(encoding="utf-8")
    return frozenset(yaml.safe_load(text)["members"])
