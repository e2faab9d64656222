"""How far an estimate could be off: bootstrap with the choice of the model repeated in every replicate.

Bias-corrected and accelerated intervals (Efron 1987, JASA 82:171; DiCiccio and Efron 1996, Statistical
Science 11:189) around a choice of model (Silverman, Chan and Vincent 2024, Statistics and Computing 34:44).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy.special import ndtr, ndtri

from tutela.engines.prevalence.tables import Floats, Table

REPLICATES = 1_000
LEVELS = (0.8, 0.95)
PUBLISHED_COVERAGE = (0.90, 0.614)
"""How often nominal 95 % intervals held the truth in simulations of the method's authors: this one, and the
older one that takes the chosen model as given."""
_FEWEST = 20


class NoInterval(ValueError):
    """Replicates that carry no interval; the message says why."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A range for the number of all people, and how often it is meant to hold it."""

    level: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Intervals, all replicates of the total (NaN where one had no estimate), and the two corrections."""

    intervals: tuple[Interval, ...]
    replicates: Floats
    bias: float
    acceleration: float

    @property
    def failed(self) -> int:
        """Replicates without an estimate: where they are many, the interval is too narrow."""
        return int(np.isnan(self.replicates).sum())


Totals = Callable[[Floats], Floats]
"""From n tables (n, histories) the estimates of all people (n,), NaN where there is none."""


def bootstrap(
    table: Table,
    totals: Totals,
    *,
    chance: Generator,
    replicates: int = REPLICATES,
    levels: tuple[float, ...] = LEVELS,
) -> Bootstrap:
    """Draws as many people as were observed, from the observed histories, and estimates again.

    Raises NoInterval where too few replicates have an estimate, or all lie on one side of it.
    """
    counts = table.counts.astype(float)
    drawn = chance.multinomial(table.observed, counts / counts.sum(), size=replicates).astype(float)
    own = float(totals(counts[None])[0])
    again = totals(drawn)
    usable = again[np.isfinite(again)]
    if not np.isfinite(own) or len(usable) < _FEWEST:
        raise NoInterval(f"Only {len(usable)} of {replicates} replicates have an estimate.")
    below = float((usable < own).mean())
    if below in (0.0, 1.0):
        raise NoInterval("All replicates lie on one side of the estimate: they say nothing about the other.")
    bias, acceleration = float(ndtri(below)), _acceleration(counts, totals)
    edges = [((1 - level) / 2, (1 + level) / 2) for level in levels]
    found = [
        np.quantile(usable, _shifted(np.array(edge), bias, acceleration), method="median_unbiased")
        for edge in edges
    ]
    intervals = tuple(
        Interval(level, float(a), float(b)) for level, (a, b) in zip(levels, found, strict=True)
    )
    return Bootstrap(intervals, again, bias, acceleration)


def _shifted(levels: Floats, bias: float, acceleration: float) -> Floats:
    moved = bias + ndtri(levels)
    return np.asarray(ndtr(bias + moved / (1 - acceleration * moved)))


def _acceleration(counts: Floats, totals: Totals) -> float:
    """From leaving out one person, which is the same for all who share a history."""
    seen = np.flatnonzero(counts)
    fewer = np.repeat(counts[None], len(seen), axis=0)
    fewer[np.arange(len(seen)), seen] -= 1
    left = totals(fewer)
    usable = np.isfinite(left)
    weights, left = counts[seen][usable], left[usable]
    off = np.average(left, weights=weights) - left
    spread = float((weights * off**2).sum())
    return float((weights * off**3).sum() / (6 * spread**1.5)) if spread else 0.0
