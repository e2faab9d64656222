"""How good a forecast was, by rules that reward nobody for saying anything but what they believe.

Czado, Gneiting and Held 2009, Biometrics 65: 1254-1261: scores and calibration of forecasts of counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from tutela.engines.forecasts.counts import Expected, Floats, NoForecast

BINS = 10
_CELLS_AT_ONCE = 2_000_000
_ALMOST_ALL = 1 - 1e-9


def logarithmic(expected: Expected, seen: ArrayLike) -> Floats:
    """Minus the logarithm of the probability of what came. Smaller is better, as for the others."""
    return -expected.log_chance(seen)


def ranked(expected: Expected, seen: ArrayLike) -> Floats:
    """The ranked probability score: squared distances of the cumulative probabilities from what came.

    In cases; for a forecast that names one number it is how far that was off.
    """
    came = np.broadcast_to(np.asarray(seen, dtype=float), expected.mean.shape)
    top = np.maximum(expected.quantile(_ALMOST_ALL), came) + 1
    flat, far = Expected(expected.mean.ravel(), expected.variance.ravel()), top.ravel()
    order = np.argsort(far, kind="stable")
    found = np.zeros(len(far))
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and (stop - start + 1) * far[order[stop]] <= _CELLS_AT_ONCE:
            stop += 1
        chosen = order[start:stop]
        found[chosen] = _ranked(flat[chosen], came.ravel()[chosen], int(far[order[stop - 1]]))
        start = stop
    return found.reshape(expected.mean.shape)


def _ranked(expected: Expected, came: Floats, top: int) -> Floats:
    at = np.arange(top + 1)
    wide = Expected(expected.mean[:, None], expected.variance[:, None])
    return np.asarray(((wide.at_most(at) - (came[:, None] <= at)) ** 2).sum(axis=1))


def dawid_sebastiani(expected: Expected, seen: ArrayLike) -> Floats:
    """By mean and variance alone: squared distance over variance, and the logarithm of the variance."""
    variance = np.maximum(expected.variance, np.finfo(float).tiny)
    return np.asarray((np.asarray(seen) - expected.mean) ** 2 / variance + np.log(variance))


def calibration(expected: Expected, seen: ArrayLike, *, bins: int = BINS) -> Floats:
    """Heights (bins,) of the histogram of the probability integral transform for counts: 1 each if
    calibrated.

    High at both ends: intervals are too narrow; high in the middle: too wide; on one side: off to that side.
    """
    came = np.asarray(seen, dtype=float)
    low, high = expected.at_most(came - 1).ravel(), expected.at_most(came).ravel()
    edges = np.linspace(0, 1, bins + 1)[:, None]
    share = np.clip((edges - low) / np.maximum(high - low, np.finfo(float).tiny), 0, 1)
    return np.asarray(np.diff(share.mean(axis=1)) * bins)


def held(expected: Expected, seen: ArrayLike, *, level: float) -> float:
    """The part of what came that lay within the interval of this level."""
    low, high = expected.interval(level)
    came = np.asarray(seen, dtype=float)
    return float(((low <= came) & (came <= high)).mean())


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of paired differences, and how often chance alone would bring one as far from zero
    (two-sided).
    """

    mean: float
    p: float


def paired(differences: ArrayLike, *, blocks: int = 12) -> Difference:
    """Tests paired differences in the order of time (n,) by changing the signs of blocks, all ways there are.

    Neighbours in time are alike, so that whole blocks are changed (blocks of n / `blocks` in a row); 12
    leave 4,096 ways, and no p below 1 / 2,048. Fewer than 6 differences have no test: p is NaN.
    """
    each = np.asarray(differences, dtype=float)
    if each.ndim != 1 or not len(each) or not np.isfinite(each).all() or not 1 <= blocks <= 16:
        raise NoForecast("Differences are a row of numbers, in 1 to 16 blocks.")
    if len(each) < 6:
        return Difference(float(each.mean()), float("nan"))
    sums = np.array([part.sum() for part in np.array_split(each, min(blocks, len(each)))])
    signs = np.array(list(product((1.0, -1.0), repeat=len(sums))))
    ways = np.abs(signs @ sums)
    return Difference(float(each.mean()), float((ways >= abs(sums.sum()) - 1e-9).mean()))
