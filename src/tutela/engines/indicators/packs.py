"""An indicator set in memory: its indicators, its rules, its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "AgeGroup",
    "Basis",
    "Caution",
    "CombinationRule",
    "Dimension",
    "DimensionRule",
    "Indicator",
    "Need",
    "Outcome",
    "Pack",
    "Source",
    "Strength",
    "Weight",
    "Words",
]

Words = Mapping[str, str]
"""One text in several languages, by language code."""


class AgeGroup(StrEnum):
    ADULT = "adult"
    CHILD = "child"


class Weight(StrEnum):
    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class Basis(StrEnum):
    """Where a combination rule comes from: the publication, or the Palermo Protocol's definition."""

    PUBLISHED = "published"
    PALERMO = "palermo"


class Strength(StrEnum):
    """How far a finding goes, in words: a screen has no number."""

    CONSISTENT = "consistent"
    POSSIBLY_CONSISTENT = "possibly_consistent"
    CONCERN = "concern"
    LABOUR_RIGHTS = "labour_rights"
    NONE_SO_FAR = "none_so_far"
    NOT_ENOUGH_KNOWN = "not_enough_known"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a set was published, and how it was read: V in full, S in a secondary source, G not at all."""

    title: str
    publisher: str
    year: int
    certainty: str
    read_in: str


@dataclass(frozen=True, slots=True)
class Indicator:
    id: str
    weight: Weight
    published: str
    text: Words
    help: Words | None


@dataclass(frozen=True, slots=True)
class Dimension:
    id: str
    phase: str
    element: str
    palermo: str
    title: Words
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """At least this many indicators answered yes among those of the given weights."""

    at_least: int
    of: frozenset[Weight]


@dataclass(frozen=True, slots=True)
class DimensionRule:
    """A dimension is positive if all needs of one rule are met."""

    id: str
    needs: tuple[Need, ...]
    title: Words


@dataclass(frozen=True, slots=True)
class CombinationRule:
    """A finding applies if each need has one positive dimension or more."""

    id: str
    strength: Strength
    basis: Basis
    needs: tuple[tuple[str, ...], ...]
    title: Words
    explanation: Words


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said when no combination rule applies."""

    id: str
    title: Words
    explanation: Words


@dataclass(frozen=True, slots=True)
class Caution:
    id: str
    text: Words


@dataclass(frozen=True, slots=True)
class Pack:
    """One indicator set, checked."""

    id: str
    version: str
    age_group: AgeGroup
    title: Words
    who: Words
    source: Source
    licence: str
    unverified: Words
    dimension_rules: tuple[DimensionRule, ...]
    combination_rules: tuple[CombinationRule, ...]
    otherwise: Outcome
    unknown: Outcome
    cautions: tuple[Caution, ...]
    dimensions: tuple[Dimension, ...]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in the order in which they are asked."""
        return tuple(indicator for dimension in self.dimensions for indicator in dimension.indicators)
