"""The interval of a model that was given: by how much the likelihood falls when the total is another one.

Cormack 1992 (Biometrics 48:567). It leaves out that the model was chosen, and is too narrow for it.
"""

from __future__ import annotations

import numpy as np
from scipy.special import chdtri, gammaln, xlogy

from tutela.engines.prevalence.bootstrap import LEVELS, Interval
from tutela.engines.prevalence.fitting import fit
from tutela.engines.prevalence.models import Design, design
from tutela.engines.prevalence.tables import Flags, Floats, Table

_GRID = 33
_ROUNDS = 4
_FURTHEST = 1e4
"""Beyond so many times the people observed an interval has no upper end."""


def profile_intervals(
    table: Table, whole: Design, model: Flags, *, hidden: float, levels: tuple[float, ...] = LEVELS
) -> tuple[Interval, ...]:
    """Intervals for all people around the estimate `hidden` of those on no list. An open end is infinite."""
    full = design(whole.lists, whole.order, complete=True)
    best = float(_likelihood(table, full, model, np.array([hidden]))[0])
    found = []
    for level in levels:
        least = best - chdtri(1, 1 - level) / 2
        low = _crossing(table, full, model, hidden, 0.0, least)
        high = _crossing(table, full, model, hidden, _FURTHEST * max(table.observed, 1), least)
        found.append(Interval(level, table.observed + low, table.observed + high))
    return tuple(found)


def _likelihood(table: Table, full: Design, model: Flags, hidden: Floats) -> Floats:
    """The multinomial likelihood of so many people on no list (n,), up to what does not depend on it."""
    counts = np.hstack([hidden[:, None], np.tile(table.counts, (len(hidden), 1))])
    fits = fit(full, np.tile(model, (len(hidden), 1)), counts)
    totals = counts.sum(axis=1)
    combinations = gammaln(totals + 1) - gammaln(hidden + 1)
    return np.asarray(combinations + xlogy(counts, fits.means / totals[:, None]).sum(axis=1))


def _crossing(table: Table, full: Design, model: Flags, start: float, end: float, least: float) -> float:
    """Between the estimate and an end: where the likelihood falls to `least`; the end where it does not."""
    for _ in range(_ROUNDS):
        points = _between(start, end)
        below = np.flatnonzero(_likelihood(table, full, model, points) < least)
        if not below.size:
            return end if end < start else np.inf
        start, end = points[below[0] - 1] if below[0] else start, points[below[0]]
    return float((start + end) / 2)


def _between(start: float, end: float) -> Floats:
    """Points from start to end, evenly spaced in their logarithm."""
    return np.asarray(np.expm1(np.linspace(np.log1p(start), np.log1p(end), _GRID)))
