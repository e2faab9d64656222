"""From a person's file to what the law gives them: facts in, entitlements and their days out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from tutela.engines import clocks
from tutela.engines.rights import Bound, Entitlement, Kind, Measure, Standing, TimeLimit, Value, entitlements
from tutela.foundation.clocks.places import calendar_of, zone_of
from tutela.people.models import Person
from tutela.rights.facts import Known, Origin, country_of, known_facts
from tutela.rights.law import load_law

FOLLOWED: Final = frozenset({Kind.ENTITLEMENT, Kind.DUTY, Kind.SAFEGUARD})
"""What somebody can give or refuse. Definitions and limits are shown, not followed."""

DUTIES: Final = frozenset({"shall", "shall_law", "endeavour"})
"""Strengths that bind. Everything else the state may, should or can consider to do."""

STATUS: Final = "identification_status"
PRESUMED: Final = "presumed"
"""An authority found reasonable grounds."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The day to which a time limit comes, or which it reaches at least."""

    day: date
    at_least: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the law of one state, on one day, gives one person."""

    country: str
    day: date
    known: Mapping[str, Known]
    entitlements: tuple[Entitlement, ...]

    @property
    def due(self) -> list[Entitlement]:
        return [found for found in self.entitlements if found.standing is Standing.DUE]

    @property
    def depends(self) -> list[Entitlement]:
        return [found for found in self.entitlements if found.standing is Standing.DEPENDS]

    @property
    def facts(self) -> dict[str, Value]:
        return {name: known.value for name, known in self.known.items()}

    def of(self, entry: str) -> Entitlement | None:
        return next((found for found in self.entitlements if found.provision.id == entry), None)

    def questions(self) -> list[str]:
        """The unknown facts that decide most rights first, then the dates that put a limit on a calendar."""
        asked: Counter[str] = Counter(fact for found in self.depends for fact in found.asks)
        dates: Counter[str] = Counter(fact for found in self.due for fact in found.dates_needed)
        order = sorted(asked, key=lambda fact: (-asked[fact], fact))
        return order + sorted(set(dates) - set(asked), key=lambda fact: (-dates[fact], fact))


def assess(person: Person, *, at: datetime, country: str = "") -> Assessment:
    """What the law in force gives this person now, in `country` or where their case lies."""
    country = country or country_of(person)
    day = at.astimezone(zone_of(country)).date()
    known = known_facts(person, country=country)
    facts = {name: one.value for name, one in known.items()}
    found = entitlements(facts, load_law().library, state=country, at=day)
    return Assessment(country=country, day=day, known=known, entitlements=tuple(found))


def is_owed_by(limit: TimeLimit | None) -> bool:
    """Whether it is a counted deadline for whoever owes the right, so that missing it breaches a duty."""
    return bool(
        limit
        and limit.measures is Measure.DEADLINE
        and limit.amount is not None
        and limit.bound in {Bound.AT_MOST, Bound.EXACT}
        and limit.from_event
    )


def length_of(limit: TimeLimit) -> clocks.Length:
    assert limit.amount is not None, "a counted limit"
    assert limit.unit is not None, "a counted limit"
    return clocks.Length(limit.amount, clocks.Unit(limit.unit))


def start_of(limit: TimeLimit, facts: Mapping[str, Value], *, country: str) -> datetime | None:
    """When a counted limit begins: noon of the day of its event; None while that is unknown."""
    event = facts.get(limit.from_event or "")
    return datetime.combine(event, time(12), tzinfo=zone_of(country)) if isinstance(event, date) else None


def ends_on(limit: TimeLimit | None, facts: Mapping[str, Value], *, country: str) -> Ends | None:
    """The day on which a limit ends, as far as the facts tell."""
    if limit is None:
        return None
    if limit.until_event:
        event = facts.get(limit.until_event)
        return Ends(event, at_least=False) if isinstance(event, date) else None
    if limit.before_event or limit.amount is None:
        return Ends(limit.by, at_least=False) if limit.by else None
    start = start_of(limit, facts, country=country)
    return _counted(limit, start, facts, country=country) if start else None


def _counted(limit: TimeLimit, start: datetime, facts: Mapping[str, Value], *, country: str) -> Ends:
    end = clocks.due(
        start,
        length=length_of(limit),
        calendar=calendar_of(country),
        rules=clocks.Rules(),
        zone=zone_of(country),
    ).date()
    if not limit.later_of:
        return Ends(end, at_least=limit.bound is Bound.AT_LEAST)
    event = facts.get(limit.later_of)
    if isinstance(event, date):
        return Ends(max(end, event), at_least=limit.bound is Bound.AT_LEAST)
    return Ends(end, at_least=True)


def changeable(found: Assessment) -> list[str]:
    """Facts that somebody may answer otherwise. What was decided can be followed by a decision elsewhere."""
    return sorted(
        name for name, known in found.known.items() if known.origin is Origin.ANSWER or name == STATUS
    )
