"""Cumulative sums: small rises that last, which no single week gives away.

Negative binomial likelihood ratios: Höhle and Paul 2008, Computational Statistics and Data Analysis 52:
4357-4368. Standardised counts: Rossi, Lampugnani and Marchi 1999, Statistics in Medicine 18: 2111-2122,
without their transformation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from tutela.engines.surveillance.series import BadSeries, Flags, Floats, counts_of

RISE = 1.5
RUNS = 1_000
_POISSON = 1e9


@dataclass(frozen=True, slots=True)
class Summed:
    """Sums (series, periods), the highest count of each period that is no alarm, and the alarms."""

    sums: Floats
    upper: Floats
    alarms: Flags


def likelihood_cusum(
    counts: ArrayLike, expected: ArrayLike, phi: ArrayLike, *, limit: ArrayLike, rise: float = RISE
) -> Summed:
    """Adds up how much likelier each count is under `rise` times the expectation; never below zero.

    `expected` and `phi` (variance over mean) are (series, periods), `limit` (series,) or one number. A sum
    at or above the limit is an alarm, and the next sum begins at zero. Periods without expectation (NaN)
    change nothing. Raises BadSeries.
    """
    table = counts_of(counts)
    gain, loss = _steps(np.asarray(expected, dtype=float), np.asarray(phi, dtype=float), rise)
    if gain.shape != table.shape:
        raise BadSeries("Each count needs its expectation.")
    return _summed(
        table, gain, loss, np.broadcast_to(np.asarray(limit, dtype=float), (len(table),)), reset=True
    )


def limits(
    expected: ArrayLike,
    phi: ArrayLike,
    *,
    rate: float,
    chance: Generator,
    rise: float = RISE,
    runs: int = RUNS,
) -> Floats:
    """The limit of each series (series,) that brings `rate` false alarms a period.

    Worked out from random runs without a rise: alarms after a reset come nearly like a Poisson process, so
    that a run of n periods stays without alarm with probability exp(-n rate).
    """
    mean, wide = np.asarray(expected, dtype=float), np.asarray(phi, dtype=float)
    if not 0 < rate < 1 or runs < 1:
        raise BadSeries("False alarms a period lie between 0 and 1, and there is one random run at least.")
    level = np.exp(-rate * mean.shape[1])
    found = np.zeros(len(mean))
    for place in range(len(mean)):
        gain, loss = _steps(mean[None, place], wide[None, place], rise)
        drawn = _drawn(chance, mean[place], wide[place], runs)
        tall = _summed(drawn, gain, loss, np.full(runs, np.inf), reset=False).sums.max(axis=1)
        found[place] = max(float(np.quantile(tall, level, method="higher")), np.finfo(float).tiny)
    return found


def standard_cusum(counts: ArrayLike, mean: float, *, reference: float, limit: float) -> Summed:
    """Adds up (count - mean) / sqrt(mean) - reference, never below zero and not reset after an alarm."""
    table = counts_of(counts)
    if mean <= 0:
        raise BadSeries("The mean without an outbreak is above zero.")
    gain = np.full((1, table.shape[1]), mean**-0.5)
    loss = np.full_like(gain, mean**0.5 + reference)
    return _summed(table, gain, loss, np.full(len(table), limit), reset=False)


def _steps(mean: Floats, phi: Floats, rise: float) -> tuple[Floats, Floats]:
    """What a case adds and what a period takes: the log likelihood ratio is gain times count minus loss."""
    if rise <= 1:
        raise BadSeries("A rise is more than 1 times the expectation.")
    size = np.minimum(mean / np.maximum(phi - 1, 1 / _POISSON), _POISSON * np.maximum(mean, 1 / _POISSON))
    more = np.log1p((rise - 1) * mean / (size + mean))
    known = np.isfinite(mean)
    return np.where(known, np.log(rise) - more, 0.0), np.where(known, size * more, 0.0)


def _drawn(chance: Generator, mean: Floats, phi: Floats, runs: int) -> Floats:
    mean = np.nan_to_num(mean)
    scale = np.maximum(np.nan_to_num(phi, nan=1.0) - 1, 1 / _POISSON)
    return chance.poisson(chance.gamma(np.maximum(mean / scale, 1e-12), scale, (runs, len(mean)))).astype(
        float
    )


def _summed(table: Floats, gain: Floats, loss: Floats, limit: Floats, *, reset: bool) -> Summed:
    sums, upper = np.zeros_like(table), np.zeros_like(table)
    alarms = np.zeros(table.shape, dtype=bool)
    carried = np.zeros(len(table))
    for at in range(table.shape[1]):
        with np.errstate(divide="ignore", invalid="ignore"):
            upper[:, at] = np.ceil((limit - carried + loss[:, at]) / gain[:, at]) - 1
        sums[:, at] = np.maximum(0, carried + gain[:, at] * table[:, at] - loss[:, at])
        alarms[:, at] = (sums[:, at] >= limit) & (gain[:, at] > 0)
        carried = np.where(alarms[:, at] & reset, 0.0, sums[:, at])
    return Summed(sums, upper, alarms)
