"""Scans worked out the slow way, window by window in plain Python, and small worlds to hold them against."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tutela.engines.hotspots import Geometry, Reach, Stretches

Likelihood = Callable[[int, float], float]
"""The statistic of a window from its cases and its measure."""


@dataclass(frozen=True, slots=True)
class Window:
    places: frozenset[int]
    start: int
    stop: int


def windows(geometry: Geometry, weights: np.ndarray, stretches: Stretches, reach: Reach) -> Iterator[Window]:
    """Every window: all places within a radius at which a place lies, in every stretch of time."""
    for centre in range(geometry.number):
        far = geometry.distances(np.array([centre]))[0]
        for radius in sorted({float(one) for one in far if math.isfinite(one)}):
            inside = frozenset(np.flatnonzero(far <= radius * (1 + 1e-9)).tolist())
            too_far = reach.radius is not None and radius > reach.radius
            if too_far or sum(weights[list(inside)]) > reach.share * sum(weights) * (1 + 1e-12):
                break
            for start, stop in zip(stretches.starts.tolist(), stretches.stops.tolist(), strict=True):
                yield Window(inside, start, stop)


def poisson(cases: int) -> Likelihood:
    """Kulldorff 1997, as printed."""

    def ratio(count: int, expected: float) -> float:
        if count <= expected:
            return 0.0
        outside = cases - count
        rest = outside * math.log(outside / (cases - expected)) if outside else 0.0
        return count * math.log(count / expected) + rest

    return ratio


def bernoulli(cases: int, everybody: int) -> Likelihood:
    """The likelihood of two rates over that of one."""

    def likelihood(count: int, people: int) -> float:
        return sum(n * math.log(n / people) for n in (count, people - count) if n)

    def ratio(count: int, people: float) -> float:
        here, away = round(people), everybody - round(people)
        if not away or count / here <= (cases - count) / away:
            return 0.0
        apart = likelihood(count, here) + likelihood(cases - count, away)
        return apart - likelihood(cases, everybody)

    return ratio


def sums(cells: np.ndarray, window: Window) -> float:
    """What cells (places, periods) hold inside a window."""
    return cells[sorted(window.places), window.start : window.stop].sum()


def value(window: Window, cases: np.ndarray, measure: np.ndarray, ratio: Likelihood, least: int = 2) -> float:
    count = int(sums(cases, window))
    return ratio(count, sums(measure, window)) if count >= least else 0.0
