"""How rarely chance does as well: Monte Carlo with an early stop, Gumbel tail, recurrence interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tutela.engines.hotspots.geometry import Floats
from tutela.engines.hotspots.search import SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """The highest statistic of each random run, in the order of the runs, and whether they stopped early."""

    maxima: Floats
    stopped: bool

    def p(self, statistic: float) -> float:
        """Share of runs that do at least as well, what was seen counted among them (Dwass 1957).

        After an early stop it is the share at the stop itself (Besag and Clifford 1991, Biometrika 78:301):
        exact for the best cluster, a little high for those after it.
        """
        as_good = int((self.maxima >= _about(statistic)).sum())
        if self.stopped:
            return as_good / len(self.maxima)
        return (as_good + 1) / (len(self.maxima) + 1)

    def gumbel(self, statistic: float) -> float | None:
        """The p-value of the extreme value distribution fitted to the runs; None without at least 100 runs.

        Moments: scale = s sqrt(6) / pi, mode = mean - 0.5772 scale (Abrams, Kleinman and Kulldorff 2010,
        Int J Health Geogr 9:61). It tells values apart that no run reached; it assumes the shape of the tail.
        """
        if len(self.maxima) < 100 or not self.maxima.std():
            return None
        scale = float(self.maxima.std(ddof=1)) * np.sqrt(6) / np.pi
        mode = float(self.maxima.mean()) - np.euler_gamma * scale
        return float(-np.expm1(-np.exp(-(statistic - mode) / scale)))


def recurrence(p: float) -> float:
    """After how many analyses chance alone is expected to do so well once (Kleinman, Lazarus, Platt 2004)."""
    return 1 / p


def monte_carlo(
    draw: Callable[[int], Floats],
    *,
    seen: float,
    runs: int,
    stop_after: int | None = None,
    at_once: int,
    progress: Callable[[int], None] | None = None,
) -> Chance:
    """Draws runs until there are `runs`, or until `stop_after` of them did at least as well as what was seen.

    `draw` gives the maxima of so many further runs. How many are drawn at once changes nothing: runs after
    the stop are thrown away.
    """
    maxima = np.empty(0)
    while len(maxima) < runs:
        maxima = np.concatenate([maxima, draw(min(at_once, runs - len(maxima)))])
        if progress:
            progress(len(maxima))
        as_good = np.flatnonzero(maxima >= _about(seen))
        if stop_after is not None and len(as_good) >= stop_after:
            return Chance(maxima=maxima[: as_good[stop_after - 1] + 1], stopped=True)
    return Chance(maxima=maxima, stopped=False)


def _about(statistic: float) -> float:
    """A little less: equal values that rounding set apart count as equal."""
    return statistic - SAME * max(1.0, statistic)
