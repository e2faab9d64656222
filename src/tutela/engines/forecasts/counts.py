"""Counts by place and period as every part takes them, and the distribution of one that is not yet known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import nbinom, poisson

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
_NO_WIDER = 1e-9


class NoForecast(ValueError):
    """Counts or settings that no forecast can be made from; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Counts to come, each with the mean and the variance of its negative binomial; any shape.

    A variance that is no larger than the mean is that of a Poisson count.
    """

    mean: Floats
    variance: Floats

    def __getitem__(self, part: Any) -> Expected:
        """Some of them, as numpy would choose them."""
        return Expected(self.mean[part], self.variance[part])

    def log_chance(self, seen: ArrayLike) -> Floats:
        """The logarithm of the probability of exactly so many."""
        wide, size, part = self._negative_binomial()
        return np.asarray(np.where(wide, nbinom.logpmf(seen, size, part), poisson.logpmf(seen, self.mean)))

    def at_most(self, seen: ArrayLike) -> Floats:
        """The probability of so many or fewer."""
        wide, size, part = self._negative_binomial()
        return np.asarray(np.where(wide, nbinom.cdf(seen, size, part), poisson.cdf(seen, self.mean)))

    def quantile(self, level: float) -> Floats:
        """The least count of which so many or fewer come with at least this probability."""
        wide, size, part = self._negative_binomial()
        return np.asarray(np.where(wide, nbinom.ppf(level, size, part), poisson.ppf(level, self.mean)))

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """The ends between which a count lies with at least this probability, both within."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def _negative_binomial(self) -> tuple[Flags, Floats, Floats]:
        wide = self.variance > self.mean * (1 + _NO_WIDER)
        more = np.where(wide, self.variance - self.mean, 1.0)
        size = np.where(wide, self.mean**2 / more, 1.0)
        part = np.where(wide, self.mean / np.where(wide, self.variance, 1.0), 0.5)
        return wide, size, part


def counts_of(counts: ArrayLike) -> Floats:
    """Checks and returns counts (places, periods); one series may come as (periods,). Raises NoForecast."""
    found = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    if found.ndim != 2 or not found.size:
        raise NoForecast("Counts are a table of places and periods, with one of each at least.")
    if not np.isfinite(found).all() or (found < 0).any() or (found != np.floor(found)).any():
        raise NoForecast("Counts are whole numbers of zero or more.")
    return found
