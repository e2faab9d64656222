"""A level that may change at any time, learned as it goes: for series too short for the methods with seasons.

Adams and MacKay 2007, Bayesian Online Changepoint Detection (arXiv:0710.3742), with Poisson counts and a
gamma prior for their level, for which all is closed form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, gammaln

from tutela.engines.surveillance.series import (
    BadSeries,
    Floats,
    Watched,
    check_alpha,
    counts_of,
    first_watched,
)

LEARNING = 8
"""Periods that set the mean of the prior; none of them is watched."""
_LONGEST = 520
_SHAPE = 1.0
_RECENT = 4
_TOP = 40


@dataclass(frozen=True, slots=True)
class Levels:
    """`watched` and `changed` (series, watched): how likely the level is four periods old or younger."""

    watched: Watched
    changed: Floats


def change_point(counts: ArrayLike, *, watch: int, alpha: float, stays: float = 100.0) -> Levels:
    """Watches the last `watch` periods of counts (series, periods); a level stays `stays` periods on average.

    A count is held against what the levels so far let expect if none changed just now: the negative
    binomial of each run length, weighed by how likely that run is. The prior of a level is gamma with shape
    1 and the mean of the first eight periods. It knows no seasons and takes counts of one level to be
    Poisson. Raises BadSeries.
    """
    table = counts_of(counts)
    check_alpha(alpha)
    if stays <= 1:
        raise BadSeries("A level stays for more than one period.")
    first = first_watched(table, watch, needs=LEARNING)
    runs = _Runs(table[:, :LEARNING], 1 / stays)
    found = [np.zeros((len(table), watch)) for _ in range(4)]
    for at in range(table.shape[1]):
        if at >= first:
            mean, upper = runs.expected(), runs.upper(alpha)
            tail = runs.tail(table[:, at])
        runs.learn(table[:, at])
        if at >= first:
            for into, values in zip(found, (mean, upper, tail, runs.recent()), strict=True):
                into[:, at - first] = values
    mean, upper, tail, changed = found
    alarms = table[:, first:] > upper
    return Levels(Watched(first=first, expected=mean, upper=upper, p=tail, alarms=alarms), changed)


class _Runs:
    """The posterior of how long the level has been what it is, for each series: (series, run lengths)."""

    def __init__(self, learning: Floats, hazard: float) -> None:
        mean = np.maximum(learning.mean(axis=1), 1 / (2 * learning.shape[1]))
        self.hazard = hazard
        self.prior = _SHAPE / mean
        self.weight = np.ones((len(mean), 1))
        self.shape, self.rate = self._fresh()

    def _fresh(self) -> tuple[Floats, Floats]:
        return np.full((len(self.prior), 1), _SHAPE), self.prior[:, None].copy()

    def expected(self) -> Floats:
        return np.asarray((self.weight * self.shape / self.rate).sum(axis=1))

    def tail(self, count: Floats) -> Floats:
        """How likely a count as high or higher is."""
        at = np.maximum(count, 1)[:, None]
        each = np.where(count[:, None] > 0, betainc(at, self.shape, 1 / (1 + self.rate)), 1.0)
        return np.asarray((self.weight * each).sum(axis=1))

    def upper(self, alpha: float) -> Floats:
        """The highest count that is no alarm: the least with a tail above it of alpha or less."""
        low, high = np.full(len(self.prior), -1.0), np.ones(len(self.prior))
        for _ in range(_TOP):
            wide = self.tail(high + 1) > alpha
            if not wide.any():
                break
            low, high = np.where(wide, high, low), np.where(wide, 2 * high, high)
        while (high - low > 1).any():
            middle = np.floor((low + high) / 2)
            above = self.tail(middle + 1) > alpha
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return high

    def learn(self, count: Floats) -> None:
        y = count[:, None]
        log = (
            gammaln(self.shape + y) - gammaln(self.shape) - gammaln(y + 1)
            - self.shape * np.log1p(1 / self.rate) - y * np.log1p(self.rate)
        )  # fmt: skip
        joint = self.weight * np.exp(log - log.max(axis=1, keepdims=True))
        grown = joint * (1 - self.hazard)
        fresh_shape, fresh_rate = self._fresh()
        weight = np.hstack([joint.sum(axis=1, keepdims=True) * self.hazard, grown])[:, :_LONGEST]
        self.weight = weight / weight.sum(axis=1, keepdims=True)
        self.shape = np.hstack([fresh_shape, self.shape + y])[:, :_LONGEST]
        self.rate = np.hstack([fresh_rate, self.rate + 1])[:, :_LONGEST]

    def recent(self) -> Floats:
        """How likely the level began within the last four periods."""
        return np.asarray(self.weight[:, : _RECENT + 1].sum(axis=1))
