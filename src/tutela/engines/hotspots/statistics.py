"""How much more a window holds than it should: log likelihood ratios, and the count that reaches a value."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from tutela.engines.hotspots.geometry import Floats, Whole

Counts = NDArray[np.integer]

_EDGE = 1e-12


class Statistic(Protocol):
    """A log likelihood ratio of a window, told from its count of cases and its measure alone.

    It is zero unless the count lies above what the measure lets expect, and grows with the count.
    """

    @property
    def cases(self) -> int:
        """All cases."""
        ...

    def expected(self, measure: Floats) -> Floats:
        """Cases that a window of this measure should hold."""
        ...

    def values(self, counts: Counts, measure: Floats) -> Floats:
        """The ratio of each window."""
        ...


class PoissonRatio:
    """Cases spread in proportion to a known expectation, given their sum.

    c log(c/E) + (C - c) log((C - c)/(C - E)) where c > E (Kulldorff 1997, Commun Stat Theory 26:1481).
    The measure of a window is E; all measures together are C.
    """

    def __init__(self, cases: int) -> None:
        self.cases = cases
        share = np.arange(cases + 1) / cases
        self._both = cases * (xlogy(share, share) + xlogy(1 - share, 1 - share))

    def expected(self, measure: Floats) -> Floats:
        return measure

    def values(self, counts: Counts, measure: Floats) -> Floats:
        share = np.clip(measure / self.cases, _EDGE, 1 - _EDGE)
        rest = np.log1p(-share)
        ratio = self._both[counts] - counts * (np.log(share) - rest) - self.cases * rest
        return np.where(counts > measure, ratio, 0.0)


class BernoulliRatio:
    """Cases among cases and controls, given both sums (Kulldorff 1997). The measure is the sum of both."""

    def __init__(self, cases: int, everybody: int) -> None:
        self.cases, self.everybody = cases, everybody
        number = np.arange(everybody + 1, dtype=np.float64)
        self._log = xlogy(number, number)

    def expected(self, measure: Floats) -> Floats:
        return measure * (self.cases / self.everybody)

    def values(self, counts: Counts, measure: Floats) -> Floats:
        log, here = self._log, measure.astype(np.int64)
        away, rest = self.everybody - here, self.cases - counts
        # A count that the window cannot hold is asked for only in the search for a threshold.
        inside, outside = np.maximum(here - counts, 0), np.maximum(away - rest, 0)
        ratio = log[counts] + log[inside] - log[here] + log[rest] + log[outside] - log[away]
        nothing = log[self.cases] + log[self.everybody - self.cases] - log[self.everybody]
        return np.where(counts * self.everybody > here * self.cases, ratio - nothing, 0.0)


def thresholds(statistic: Statistic, measure: Floats, *, reach: float, least: int) -> Whole:
    """The smallest count, `least` or more, with which each window reaches `reach`; cases + 1 where none does.

    Bisection: the ratio grows with the count above its expectation and is zero below.
    """
    low = np.maximum(np.floor(statistic.expected(measure)).astype(np.int64), least - 1)
    low = np.minimum(low, statistic.cases)
    high = np.full(measure.shape, statistic.cases + 1, dtype=np.int64)
    for _ in range(int(statistic.cases + 1).bit_length() + 1):
        middle = (low + high) // 2
        enough = (statistic.values(middle, measure) >= reach) & (middle > low)
        high = np.where(enough, middle, high)
        low = np.where(enough, low, np.maximum(middle, low))
    return high
