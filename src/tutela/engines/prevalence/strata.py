"""How many by sex, age, form of exploitation or year, and whether the parts make the whole.

Estimates of parts do not add up to the estimate of all, because each part chooses its own model and each has
its own error. Three totals are given beside each other and none is bent to fit: that of all together, the sum
of the parts by themselves, and the sum of one model in which the parts share the dependence of lists but not
how often a list meets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.random import Generator

from tutela.engines.prevalence.bootstrap import Bootstrap, Interval, NoInterval, bootstrap
from tutela.engines.prevalence.models import design
from tutela.engines.prevalence.overlaps import too_few_shared
from tutela.engines.prevalence.selection import stepwise
from tutela.engines.prevalence.tables import BadTable, Floats, Table

FEWEST_OBSERVED = 20
"""A part with fewer people observed is not estimated by itself."""
PER = 100_000


class Dimension(StrEnum):
    """What SDG indicator 16.2.2 is told apart by, and the year."""

    SEX = "sex"
    AGE = "age"
    FORM = "form"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: people observed, the total by its own model and by the shared one, and 95 % intervals.

    `population` counts everybody of this sex, age or country; `rate` is victims per 100,000 of them, detected
    or not (the indicator itself counts the detected: `detected_rate`). `refusal` says why `own` is None.
    """

    name: str
    observed: int
    own: float | None
    own_interval: Interval | None
    shared: float | None
    population: int | None
    refusal: str

    @property
    def rate(self) -> float | None:
        """Estimated victims per 100,000 people, by the part's own model."""
        return self.own / self.population * PER if self.own is not None and self.population else None

    @property
    def detected_rate(self) -> float | None:
        """Detected victims per 100,000 people: SDG indicator 16.2.2 as it is reported."""
        return self.observed / self.population * PER if self.population else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """All parts of one dimension, and the three totals; None where one has no estimate."""

    dimension: Dimension
    parts: tuple[Part, ...]
    together: float | None
    sum_of_own: float | None
    sum_of_shared: float | None

    @property
    def adds_up(self) -> bool:
        """Whether parts may be added: one person can be a victim in several years."""
        return self.dimension is not Dimension.YEAR

    @property
    def gap(self) -> float | None:
        """By how much the sum of the parts differs from the whole, as a share of the whole."""
        if self.together is None or self.sum_of_own is None or not self.adds_up:
            return None
        return self.sum_of_own / self.together - 1


def breakdown(
    dimension: Dimension,
    tables: Sequence[tuple[str, Table]],
    *,
    chance: Generator,
    replicates: int,
    populations: dict[str, int] | None = None,
) -> Breakdown:
    """Estimates each part, by stepwise choice. All tables have the same lists.

    Raises BadTable where there is no part, or parts differ in their lists.
    """
    if not tables or len({table.lists for _, table in tables}) != 1:
        raise BadTable(f"The parts by {dimension} do not have the same lists.")
    shared = _shared([table for _, table in tables])
    parts = []
    for (name, table), common in zip(tables, shared, strict=True):
        own, interval, refusal = _own(table, chance.spawn(1)[0], replicates)
        parts.append(
            Part(
                name=name,
                observed=table.observed,
                own=own,
                own_interval=interval,
                shared=table.observed + float(common) if np.isfinite(common) else None,
                population=(populations or {}).get(name),
                refusal=refusal,
            )
        )
    together = Table(tables[0][1].lists, np.sum([table.counts for _, table in tables], axis=0))
    return Breakdown(
        dimension=dimension,
        parts=tuple(parts),
        together=_total(together),
        sum_of_own=_sum([part.own for part in parts]),
        sum_of_shared=_sum([part.shared for part in parts]),
    )


def _own(table: Table, chance: Generator, replicates: int) -> tuple[float | None, Interval | None, str]:
    if table.observed < FEWEST_OBSERVED:
        return None, None, f"Fewer than {FEWEST_OBSERVED} people were observed."
    total = _total(table)
    if (why := too_few_shared(table)) or total is None:
        return None, None, why or "No estimate exists: too few people are on more than one list."
    try:
        found = _replicated(table, chance, replicates)
    except NoInterval as problem:
        return total, None, str(problem)
    return total, found.intervals[0], ""


def _replicated(table: Table, chance: Generator, replicates: int) -> Bootstrap:
    whole = design(len(table.lists))

    def totals(counts: Floats) -> Floats:
        return np.asarray(counts.sum(axis=1) + stepwise(whole, counts).hidden)

    return bootstrap(table, totals, chance=chance, replicates=replicates, levels=(0.95,))


def _total(table: Table) -> float | None:
    hidden = float(stepwise(design(len(table.lists)), table.counts[None].astype(float)).hidden[0])
    return table.observed + hidden if np.isfinite(hidden) else None


def _shared(tables: Sequence[Table]) -> Floats:
    """People on no list by part, from one model with shared interactions (parts,); else NaN."""
    whole = design(len(tables[0].lists), strata=len(tables))
    counts = np.concatenate([table.counts for table in tables]).astype(float)
    return np.asarray(stepwise(whole, counts[None]).strata[0])


def _sum(totals: Sequence[float | None]) -> float | None:
    known = [one for one in totals if one is not None]
    return sum(known) if len(known) == len(totals) else None
