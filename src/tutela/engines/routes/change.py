"""Whether a route has another part of the whole than before, with false findings among many kept few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike
from scipy.special import gammaln

from tutela.engines.routes.network import BadNetwork, Floats, Whole

_AS_LIKELY = 1 + 1e-7
"""Tables as likely as the one seen, but for rounding, count as such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """For each of n routes: `ratio` of its part after to that before (infinite from nothing), `p`, `q`."""

    ratio: Floats
    p: Floats
    q: Floats


def changed(before: ArrayLike, after: ArrayLike) -> Changes:
    """Compares what n routes have of all records before and after; how much was recorded does not matter.

    For each route Fisher's exact test of its records against all others, two-sided: the chance of a table no
    likelier than the one seen, given all sums (Fisher 1935). `q`: see `expected_false`. Records that hang
    together make p too small. Raises BadNetwork where there is nothing before or after.
    """
    first, then = _counts(before, after)
    whole = int(first.sum()), int(then.sum())
    p = np.array([_fisher(int(a), int(b), *whole) for a, b in zip(first, then, strict=True)])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (then / whole[1]) / (first / whole[0])
    return Changes(ratio=ratio, p=p, q=expected_false(p))


def composition(before: ArrayLike, after: ArrayLike, *, chance: Generator, runs: int = 999) -> float:
    """The chance that the routes differ as much in all, if it were by lot which records are before or after.

    A permutation test: Pearson's chi-squared of the table (2, n), `runs` times with the records dealt anew,
    p = (1 + as large) / (1 + runs). Raises BadNetwork where there is nothing before or after.
    """
    first, then = _counts(before, after)
    together = first + then
    kept = together > 0
    together, first = together[kept], first[kept]
    expected = together * (first.sum() / together.sum())

    def distance(dealt: Whole) -> Floats:
        # Both halves of a column lie equally far from what is expected, so that one row tells the whole.
        return np.asarray(((dealt - expected) ** 2 / together).sum(axis=-1))

    dealt = chance.multivariate_hypergeometric(together, int(first.sum()), size=runs, method="marginals")
    return float((1 + np.sum(distance(dealt) >= distance(first) * (1 - 1e-12))) / (1 + runs))


def expected_false(p: ArrayLike) -> Floats:
    """For each p-value (n,) the expected part of false findings among it and all smaller ones.

    Benjamini and Hochberg 1995, J. R. Statist. Soc. B 57: 289-300, as adjusted p-values.
    """
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * (len(values) / np.arange(1, len(values) + 1))
    found = np.empty_like(values)
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return found


def _counts(before: ArrayLike, after: ArrayLike) -> tuple[Whole, Whole]:
    first, then = np.asarray(before, dtype=np.int64), np.asarray(after, dtype=np.int64)
    if first.shape != then.shape or first.ndim != 1 or np.any(first < 0) or np.any(then < 0):
        raise BadNetwork("Each route has records of zero or more before and after.")
    if not first.any() or not then.any():
        raise BadNetwork("There is nothing before, or nothing after, to compare.")
    return first, then


def _fisher(a: int, b: int, before: int, after: int) -> float:
    """a of `before` against b of `after`: the hypergeometric chance of every a that is no likelier."""
    route = a + b
    possible = np.arange(max(0, route - after), min(route, before) + 1)
    log = (
        _choose(before, possible)
        + _choose(after, route - possible)
        - _choose(before + after, np.array(route))
    )
    chances = np.exp(log)
    seen = chances[a - possible[0]]
    return float(min(chances[chances <= seen * _AS_LIKELY].sum(), 1.0))


def _choose(n: int, k: Whole) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
