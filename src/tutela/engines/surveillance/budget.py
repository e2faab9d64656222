"""How many false alarms are borne, chosen first; and which of many alarms stand out among all series."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tutela.engines.surveillance.series import BadSeries, Flags, Floats, Places

LARGEST = 0.05
"""However large the budget, a count that comes in one of twenty periods is no alarm."""


def alpha_for(alarms: float, *, series: int, periods: int) -> float:
    """The chance of a false alarm in one series and period that brings `alarms` a year over all.

    `periods`: in a year. Counts are whole, so that the alarms that come are fewer, and in rare series far
    fewer. Raises BadSeries where the budget is not above zero.
    """
    if alarms <= 0 or series < 1 or periods < 1:
        raise BadSeries("A budget of false alarms is above zero, for one series and period at least.")
    return min(alarms / (series * periods), LARGEST)


def stand_out(p: ArrayLike, groups: ArrayLike, *, level: float) -> Flags:
    """Which of n series stand out, with at most `level` false ones among those of a chosen group on average.

    `p` (n,), NaN never stands out; `groups` (n,): a number each. Groups are chosen by Benjamini and
    Hochberg on the combined p of Simes; within each of R chosen out of G, series by the same at level R / G
    (Benjamini and Bogomolov 2014, J. R. Statist. Soc. B 76: 297-318).
    """
    values = np.nan_to_num(np.asarray(p, dtype=float), nan=1.0)
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    if values.shape != member.shape or values.ndim != 1 or not 0 < level < 1:
        raise BadSeries("Each p-value has its group, and the level lies between 0 and 1.")
    whole = np.array([_simes(values[member == place]) for place in range(len(names))])
    chosen = _step_up(whole, level)
    found = np.zeros(len(values), dtype=bool)
    for place in np.flatnonzero(chosen):
        inside: Places = np.flatnonzero(member == place)
        found[inside] = _step_up(values[inside], level * chosen.sum() / len(names))
    return found


def _simes(p: Floats) -> float:
    return float((np.sort(p) * len(p) / np.arange(1, len(p) + 1)).min())


def _step_up(p: Floats, level: float) -> Flags:
    """Benjamini and Hochberg 1995, J. R. Statist. Soc. B 57: 289-300."""
    order = np.argsort(p, kind="stable")
    below = np.flatnonzero(p[order] <= level * np.arange(1, len(p) + 1) / len(p))
    found = np.zeros(len(p), dtype=bool)
    if len(below):
        found[order[: below[-1] + 1]] = True
    return found
