"""From a person's file to what the law gives them: facts in, entitlements and their days out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tutela.engines.rights import (
    REGION,
    Bound,
    Entitlement,
    Measure,
    MergedRight,
    Standing,
    TimeLimit,
    Value,
    entitlements,
    merged,
)
from tutela.foundation.clocks.places import zone_of
from tutela.people.models import Person
from tutela.rights.calculator import questions_of
from tutela.rights.counting import count_for
from tutela.rights.facts import Known, Origin, country_of, known_facts
from tutela.rights.law import load_law

DUTIES: Final = frozenset({"shall", "shall_law", "endeavour"})
"""Strengths that bind. Everything else the state may, should or can consider to do."""

STATUS: Final = "identification_status"
PRESUMED: Final = "presumed"
"""An authority found reasonable grounds."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the law of one state, on one day, gives one person."""

    country: str
    day: date
    known: Mapping[str, Known]
    entitlements: tuple[Entitlement, ...]

    @property
    def region(self) -> str:
        """The part of the country (ISO 3166-2), where it is known."""
        return str(self.facts.get(REGION, ""))

    @property
    def due(self) -> list[Entitlement]:
        return [found for found in self.entitlements if found.standing is Standing.DUE]

    @property
    def depends(self) -> list[Entitlement]:
        return [found for found in self.entitlements if found.standing is Standing.DEPENDS]

    def rights(self) -> list[MergedRight]:
        """Each right once, with all its bases, the best first, in the order of the library."""
        return merged(self.entitlements, load_law().library)

    def right(self, name: str) -> MergedRight | None:
        """One right with all its bases; None where no law in force knows it."""
        return next((one for one in self.rights() if one.right == name), None)

    @property
    def facts(self) -> dict[str, Value]:
        return {name: known.value for name, known in self.known.items()}

    def of(self, entry: str) -> Entitlement | None:
        return next((found for found in self.entitlements if found.provision.id == entry), None)

    def questions(self) -> list[str]:
        """The unknown facts that decide most rights first, then the dates that put a limit on a calendar."""
        return questions_of(self.entitlements)


def assess(person: Person, *, at: datetime, country: str = "") -> Assessment:
    """What the law in force gives this person now, in `country` or where their case lies."""
    country = country or country_of(person)
    day = at.astimezone(zone_of(country)).date()
    known = known_facts(person, country=country)
    facts = {name: one.value for name, one in known.items()}
    found = entitlements(
        facts, load_law().library, state=country, at=day, count=count_for(facts, country=country)
    )
    return Assessment(country=country, day=day, known=known, entitlements=tuple(found))


def is_owed_by(limit: TimeLimit | None) -> bool:
    """Whether it is a counted deadline for whoever owes the right, so that missing it breaches a duty."""
    return bool(
        limit
        and limit.measures is Measure.DEADLINE
        and not limit.target
        and limit.amount is not None
        and limit.bound in {Bound.AT_MOST, Bound.EXACT}
        and limit.from_event
    )


def changeable(found: Assessment) -> list[str]:
    """Facts that somebody may answer otherwise. What was decided can be followed by a decision elsewhere."""
    return sorted(
        name for name, known in found.known.items() if known.origin is Origin.ANSWER or name == STATUS
    )
