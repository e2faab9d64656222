"""What would happen by chance alone: four null models, and counts drawn from each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tutela.engines.hotspots.geometry import Floats, Whole
from tutela.engines.hotspots.statistics import BernoulliRatio, Counts, PoissonRatio, Statistic
from tutela.engines.hotspots.windows import Stretches

MOST_CASES = 10_000_000
"""The tables of logarithms have a line for each: 80 MB, and a few times that while they are made."""
_CELLS_AT_ONCE = 4_000_000
"""So many numbers are drawn or counted at once: 32 MB."""


class BadCounts(ValueError):
    """Counts that a model cannot work with; the message says why."""


class Model(Protocol):
    """Cases by place and period (places, periods), and what chance would make of them."""

    @property
    def cases(self) -> Whole: ...

    @property
    def statistic(self) -> Statistic: ...

    @property
    def weights(self) -> Floats:
        """What the share of a window is measured in, by place (places,)."""
        ...

    def measure(self, stretches: Stretches) -> Floats:
        """What the statistic compares counts with, by place and stretch (places, stretches)."""
        ...

    def draw(self, chance: Generator, runs: int, edges: Whole) -> Counts:
        """Counts by place, part of time between `edges`, and run (places, parts, runs)."""
        ...


@dataclass(frozen=True, slots=True)
class Poisson:
    """Cases in proportion to `expected` (places, periods), given how many there are.

    With one period this is the scan in space alone. The expectation holds the population, or the population
    adjusted for age, sex and the like (`standardised`); its own sum does not matter. Under the null model the
    cases are multinomial.
    """

    cases: Whole
    expected: Floats

    def __post_init__(self) -> None:
        _check_cases(self.cases)
        if self.expected.shape != self.cases.shape:
            raise BadCounts("Cases and expectation speak of different places or periods.")
        if not np.all(np.isfinite(self.expected) & (self.expected >= 0)):
            raise BadCounts("An expectation is a number of zero or more.")
        if np.any((self.cases > 0) & (self.expected <= 0)):
            raise BadCounts("There are cases where nobody is expected: a population is missing.")

    @property
    def statistic(self) -> Statistic:
        return PoissonRatio(int(self.cases.sum()))

    @property
    def weights(self) -> Floats:
        return np.asarray(self._scaled().sum(axis=1))

    def measure(self, stretches: Stretches) -> Floats:
        return _by_stretch(self._scaled(), stretches)

    def draw(self, chance: Generator, runs: int, edges: Whole) -> Counts:
        expected = np.add.reduceat(self._scaled(), edges[:-1], axis=1)
        return _multinomial(chance, int(self.cases.sum()), expected, runs)

    def _scaled(self) -> Floats:
        return np.asarray(self.expected * (self.cases.sum() / self.expected.sum()))


@dataclass(frozen=True, slots=True)
class Bernoulli:
    """Cases among cases and `controls` (places, periods): who is a case is drawn by lot."""

    cases: Whole
    controls: Whole

    def __post_init__(self) -> None:
        _check_cases(self.cases)
        if self.controls.shape != self.cases.shape or np.any(self.controls < 0):
            raise BadCounts(
                "Controls are whole numbers of zero or more for each place and period of the cases."
            )
        if not self.controls.any():
            raise BadCounts("There are no controls to compare the cases with.")
        _check_number(int(self.cases.sum() + self.controls.sum()))

    @property
    def statistic(self) -> Statistic:
        return BernoulliRatio(int(self.cases.sum()), int(self.cases.sum() + self.controls.sum()))

    @property
    def weights(self) -> Floats:
        return np.asarray((self.cases + self.controls).sum(axis=1), dtype=np.float64)

    def measure(self, stretches: Stretches) -> Floats:
        return _by_stretch((self.cases + self.controls).astype(np.float64), stretches)

    def draw(self, chance: Generator, runs: int, edges: Whole) -> Counts:
        people = np.add.reduceat(self.cases + self.controls, edges[:-1], axis=1)
        drawn = np.empty((*people.shape, runs), dtype=_smallest(int(self.cases.sum())))
        for first, last in _portions(runs, people.size):
            some = chance.multivariate_hypergeometric(
                people.ravel(), int(self.cases.sum()), size=last - first, method="marginals"
            )
            drawn[..., first:last] = some.T.reshape(*people.shape, last - first)
        return drawn


@dataclass(frozen=True, slots=True)
class Permutation:
    """The space-time permutation: nothing but cases, whose times are dealt out anew among their places.

    Kulldorff et al. 2005, PLoS Med 2:e59. It needs no population: a place that always reports much, and a
    week in which everybody reports much, are both expected. What it finds is where *and* when together.
    """

    cases: Whole

    def __post_init__(self) -> None:
        _check_cases(self.cases)
        if self.cases.shape[1] < 2:
            raise BadCounts("The space-time permutation needs cases of more than one period.")

    @property
    def statistic(self) -> Statistic:
        return PoissonRatio(int(self.cases.sum()))

    @property
    def weights(self) -> Floats:
        return np.asarray(self.cases.sum(axis=1), dtype=np.float64)

    def measure(self, stretches: Stretches) -> Floats:
        by_time = _by_stretch(self.cases.sum(axis=0, keepdims=True).astype(np.float64), stretches)
        return np.asarray(self.weights[:, None] * by_time / self.cases.sum())

    def draw(self, chance: Generator, runs: int, edges: Whole) -> Counts:
        parts = len(edges) - 1
        place, period = np.nonzero(self.cases)
        each = self.cases[place, period]
        place = np.repeat(place, each)
        part = np.repeat(np.searchsorted(edges, period, side="right") - 1, each).astype(np.int32)
        shape = (len(self.cases), parts)
        drawn = np.empty((*shape, runs), dtype=_smallest(len(place)))
        for first, last in _portions(runs, max(shape[0] * parts, len(place))):
            number = last - first
            dealt = chance.permuted(np.broadcast_to(part, (number, len(part))), axis=1)
            cell = (place * parts + dealt) * number + np.arange(number)[:, None]
            counted = np.bincount(cell.ravel(), minlength=shape[0] * parts * number)
            drawn[..., first:last] = counted.reshape(*shape, number)
        return drawn


def by_stretch(counts: Counts, edges: Whole, stretches: Stretches) -> Counts:
    """Counts by place and part of time (places, parts, …) summed over each stretch (places, stretches, …)."""
    start, stop = np.searchsorted(edges, stretches.starts), np.searchsorted(edges, stretches.stops)
    if len(start) == 1 and counts.shape[1] == 1:
        return counts
    whole = np.zeros((counts.shape[0], counts.shape[1] + 1, *counts.shape[2:]), dtype=counts.dtype)
    np.cumsum(counts, axis=1, out=whole[:, 1:])
    summed = np.empty((counts.shape[0], len(start), *counts.shape[2:]), dtype=counts.dtype)
    for place, (one, other) in enumerate(zip(start, stop, strict=True)):
        np.subtract(whole[:, other], whole[:, one], out=summed[:, place])
    return summed


def _by_stretch(values: Floats, stretches: Stretches) -> Floats:
    whole = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    return np.asarray(whole[:, stretches.stops] - whole[:, stretches.starts])


def _multinomial(chance: Generator, cases: int, expected: Floats, runs: int) -> Counts:
    """`cases` fall into cells in proportion to `expected`: (cells..., runs)."""
    share = expected.ravel() / expected.sum()
    drawn = np.empty((*expected.shape, runs), dtype=_smallest(cases))
    bounds = np.cumsum(share)[:-1]
    for first, last in _portions(runs, max(share.size, min(cases, share.size))):
        number = last - first
        if cases < share.size:
            cell = np.searchsorted(bounds, chance.random((number, cases)), side="right")
            cell = cell * number + np.arange(number)[:, None]
            some = np.bincount(cell.ravel(), minlength=share.size * number).reshape(share.size, number)
        else:
            some = chance.multinomial(cases, share, size=number).T
        drawn[..., first:last] = some.reshape(*expected.shape, number)
    return drawn


def _portions(runs: int, cells: int) -> list[tuple[int, int]]:
    """Runs cut so that one portion stays small; where they are cut changes no number."""
    step = max(1, _CELLS_AT_ONCE // max(cells, 1))
    return [(first, min(first + step, runs)) for first in range(0, runs, step)]


def _smallest(most: int) -> type[np.int16] | type[np.int32]:
    """The smallest type that holds counts up to one more than `most`."""
    return np.int16 if most < np.iinfo(np.int16).max else np.int32


def _check_cases(cases: NDArray[np.int64]) -> None:
    if cases.ndim != 2 or not np.issubdtype(cases.dtype, np.integer) or np.any(cases < 0):
        raise BadCounts("Cases are whole numbers of zero or more, by place and period.")
    if cases.sum() < 2:
        raise BadCounts("There are fewer than 2 cases: there is nothing to scan.")
    _check_number(int(cases.sum()))


def _check_number(number: int) -> None:
    if number > MOST_CASES:
        raise BadCounts(
            f"{number:,} cases, or cases and controls, are too many: {MOST_CASES:,} are the most."
        )
