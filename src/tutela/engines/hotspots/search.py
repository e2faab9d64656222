"""Looks through every window: the highest statistic of each random run, and the best of what was seen.

A random run needs its highest value alone. So most windows are never worked out: each has a threshold, the
count with which it would beat the lowest of the highest values found so far, and comparing counts with
thresholds is all that is done to them. The answer is that of working out every window.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.engines.hotspots.geometry import Floats, Whole
from tutela.engines.hotspots.statistics import Counts, Statistic, thresholds
from tutela.engines.hotspots.windows import Growth

SAME = 1e-9
"""Statistics that differ by less than this (times their size) are one value: only rounding parts them."""
_FIRST_WINDOWS = 2_000
_COUNTS_AT_ONCE = 300_000
_WINDOWS_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Windows to look through: growths in space, and by place and stretch the measure (places, stretches)."""

    statistic: Statistic
    growths: tuple[Growth, ...]
    measure: Floats
    least: int

    @property
    def stretches(self) -> int:
        return int(self.measure.shape[1])


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A window: where it lies among the growths, and what it holds. The best is the first in order."""

    key: tuple[float, int, int, int, int]
    statistic: float
    growth: int
    centre: int
    size: int
    stretch: int


# ---------------------------------------------------------------- random runs
def highest(problem: Problem, counts: Counts) -> Floats:
    """The highest statistic of each run, from counts by place, stretch and run: (runs,)."""
    runs = counts.shape[2]
    best = np.zeros(runs)
    for growth in problem.growths:
        for centres in _portions(growth, problem.stretches, runs):
            _sweep(problem, growth, centres, counts, best)
    return best


def _portions(growth: Growth, stretches: int, runs: int) -> Iterator[Whole]:
    """Centres a few at a time, largest windows first; a few from all over set the bar for the rest."""
    by_size = np.argsort(-growth.sizes, kind="stable")
    by_size = by_size[growth.sizes[by_size] > 0]
    if not len(by_size):
        return
    most = growth.order.shape[1] * stretches
    few = min(len(by_size), max(1, _FIRST_WINDOWS // most))
    first = np.unique(np.linspace(0, len(by_size) - 1, few).astype(np.int64))
    yield by_size[first]
    rest = np.delete(by_size, first)
    step = max(1, min(_COUNTS_AT_ONCE // (stretches * runs), _WINDOWS_AT_ONCE // most))
    for start in range(0, len(rest), step):
        yield rest[start : start + step]


def _sweep(problem: Problem, growth: Growth, centres: Whole, counts: Counts, best: Floats) -> None:
    """Lets the windows of some centres grow place by place in all runs at once; raises `best` in place."""
    sizes, runs = growth.sizes[centres], counts.shape[2]
    order = growth.order[centres, : sizes[0]]
    measure = np.cumsum(problem.measure[order], axis=1)
    bar = float(best.min()) / growth.penalty
    least = thresholds(problem.statistic, measure, reach=bar * (1 - SAME), least=problem.least)
    never = problem.statistic.cases + 1
    least = np.where(growth.ends[centres, : sizes[0], None], least, never).astype(counts.dtype)
    here = np.zeros((len(centres), *counts.shape[1:]), dtype=counts.dtype)
    more, enough = np.empty_like(here), np.empty(here.shape, dtype=bool)
    for place in range(sizes[0]):
        growing = int(np.searchsorted(-sizes, -place, side="left"))
        part = here[:growing]
        np.take(counts, order[:growing, place], axis=0, out=more[:growing], mode="clip")
        np.add(part, more[:growing], out=part)
        np.greater_equal(part, least[:growing, place, :, None], out=enough[:growing])
        where = np.flatnonzero(enough[:growing])
        if len(where):
            window, run = np.divmod(where, runs)
            values = problem.statistic.values(
                part.reshape(-1)[where].astype(np.int64), measure[:growing, place].reshape(-1)[window]
            )
            np.maximum.at(best, run, values * growth.penalty)


# ---------------------------------------------------------------- what was seen
def strongest(problem: Problem, counts: Counts, *, most: int) -> list[Found]:
    """The best windows that share no place with a better one, best first, at most `most`.

    Of windows with one statistic the one with fewest places comes first, then the one of the first shape,
    centre and stretch. `counts` are by place and stretch.
    """
    taken = np.zeros(len(problem.measure), dtype=bool)
    waiting = [
        found
        for number in range(len(problem.growths))
        for found in _best_of_each(problem, number, counts, taken)
    ]
    heapq.heapify(waiting)
    chosen: list[Found] = []
    while waiting and len(chosen) < most:
        found = heapq.heappop(waiting)
        places = places_of(problem, found)
        if not taken[places].any():
            chosen.append(found)
            taken[places] = True
            continue
        # Windows of this centre lose: those that stop short of the taken places wait for their turn.
        for other in _best(problem, found.growth, np.array([found.centre]), counts, taken):
            heapq.heappush(waiting, other)
    return chosen


def places_of(problem: Problem, found: Found) -> NDArray[np.int32]:
    """Positions of the places in a window, nearest to its centre first."""
    return problem.growths[found.growth].order[found.centre, : found.size]


def _best_of_each(problem: Problem, number: int, counts: Counts, taken: NDArray[np.bool_]) -> Iterator[Found]:
    growth = problem.growths[number]
    step = max(1, _WINDOWS_AT_ONCE // max(1, growth.order.shape[1] * problem.stretches))
    for start in range(0, len(growth.order), step):
        centres = np.arange(start, min(start + step, len(growth.order)))
        yield from _best(problem, number, centres, counts, taken)


def _best(
    problem: Problem, number: int, centres: Whole, counts: Counts, taken: NDArray[np.bool_]
) -> list[Found]:
    """The best window of each centre that holds no taken place; none where no window has a statistic."""
    growth = problem.growths[number]
    order = growth.order[centres]
    here = np.cumsum(counts[order], axis=1, dtype=np.int64)
    measure = np.cumsum(problem.measure[order], axis=1)
    allowed = growth.ends[centres] & ~np.logical_or.accumulate(taken[order], axis=1)
    # Padding repeats places after the end of a window: counts there may pass the sum of all.
    here, measure = np.where(allowed[..., None], here, 0), np.where(allowed[..., None], measure, 1.0)
    values = problem.statistic.values(here, measure) * growth.penalty
    values = np.where(here >= problem.least, values, 0.0).reshape(len(centres), -1)
    highest_here = values.max(axis=1, initial=0.0)
    if not highest_here.any():
        return []
    same = values >= highest_here[:, None] * (1 - SAME)
    first = np.argmax(same, axis=1)
    found = []
    for centre, place, value in zip(centres.tolist(), first.tolist(), highest_here.tolist(), strict=True):
        if value > 0:
            size, stretch = place // problem.stretches + 1, place % problem.stretches
            key = (-float(f"{value:.9g}"), size, number, centre, stretch)
            found.append(Found(key, value, number, centre, size, stretch))
    return found
