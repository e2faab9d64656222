"""The scan: looks through all windows, names the clusters, and says how rarely chance does as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from tutela.engines.hotspots.geometry import Floats, Geometry
from tutela.engines.hotspots.models import BadCounts, Model, by_stretch
from tutela.engines.hotspots.search import Found, Problem, highest, places_of, strongest
from tutela.engines.hotspots.significance import Chance, monte_carlo
from tutela.engines.hotspots.statistics import Counts
from tutela.engines.hotspots.windows import BadWindows, Reach, Stretches, eccentricity, growth

LEAST_CASES = 2
MOST_CLUSTERS = 10
RUNS = 999
MOST_PAIRS = 100_000_000
"""Pairs of places, for each geometry: at most 250 MB. 10,000 places, or 1,400 with all ellipses."""
MOST_CELLS = 5_000_000
"""Places times stretches of time: 40 MB, and a few times that while they are worked on."""
_RUNS_BETWEEN_STOPS = 250
_NUMBERS_AT_ONCE = 40_000_000
"""Counts of random runs that are kept at once: 80 MB, or 160 MB with more than 32,766 cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A window with more cases than it should hold.

    `places` are positions, nearest first; `geometry` is the position of the one in which the window grew;
    `start` and `stop` are periods, `stop` the first after it; `radius` is in the unit of that geometry, for
    an ellipse half its long axis; `relative_risk` compares inside with outside; `p` comes from the runs,
    `gumbel_p` from the tail fitted to them (None with too few).
    """

    centre: int
    geometry: int
    places: tuple[int, ...]
    radius: float
    start: int
    stop: int
    cases: int
    expected: float
    relative_risk: float
    statistic: float
    p: float
    gumbel_p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a scan found: clusters that share no place, best first, and what they were held against."""

    clusters: tuple[Cluster, ...]
    chance: Chance
    windows: int
    cases: int

    @property
    def runs(self) -> int:
        return len(self.chance.maxima)


def scan(
    model: Model,
    geometries: Sequence[Geometry],
    stretches: Stretches,
    *,
    chance: Generator,
    reach: Reach | None = None,
    least: int = LEAST_CASES,
    most: int = MOST_CLUSTERS,
    runs: int = RUNS,
    stop_after: int | None = None,
    penalty: float = 1.0,
    progress: Callable[[int], None] | None = None,
) -> Findings:
    """Clusters of the model's cases within windows that grow in each of the geometries.

    `penalty` is the strength with which long ellipses are held back (0: not at all). The answer depends on
    the order of runs that `chance` gives and on nothing else: neither on how many are worked out at once nor
    on how much memory there is. `progress` is told how many runs are done. Raises BadCounts and BadWindows.
    """
    _check(model, geometries, stretches)
    if least < 1 or runs < 1 or (stop_after is not None and stop_after < 1):
        raise BadWindows("Cases of a cluster, random runs and runs to stop after are 1 or more.")
    reach = reach or Reach()
    weights = model.weights
    growths = tuple(growth(g, weights, reach, penalty=eccentricity(g, penalty)) for g in geometries)
    problem = Problem(
        statistic=model.statistic, growths=growths, measure=model.measure(stretches), least=least
    )
    windows = sum(one.windows for one in growths) * problem.stretches
    if not windows:
        raise BadWindows("No window is small enough: every place alone passes the largest share allowed.")
    counts = by_stretch(model.cases, np.arange(stretches.periods + 1), stretches)
    found = strongest(problem, counts, most=most)
    told = _tell_chance(
        model, problem, stretches, chance, found, runs=runs, stop_after=stop_after, progress=progress
    )
    clusters = tuple(_cluster(one, problem, counts, stretches, told) for one in found)
    return Findings(clusters=clusters, chance=told, windows=windows, cases=int(model.cases.sum()))


def _check(model: Model, geometries: Sequence[Geometry], stretches: Stretches) -> None:
    places, periods = model.cases.shape
    if not geometries or any(one.number != places for one in geometries):
        raise BadCounts("Cases and coordinates speak of different numbers of places.")
    if stretches.periods != periods:
        raise BadCounts("Cases and stretches of time speak of different numbers of periods.")
    if places**2 * len(geometries) > MOST_PAIRS:
        raise BadWindows(f"{places:,} places are too many at once: join some, or scan parts of the map.")
    if places * len(stretches.starts) > MOST_CELLS:
        raise BadWindows(
            f"{places:,} places with {len(stretches.starts):,} stretches of time are too many: take longer "
            "periods, or set how long a window may be."
        )


def _tell_chance(
    model: Model,
    problem: Problem,
    stretches: Stretches,
    chance: Generator,
    found: list[Found],
    *,
    runs: int,
    stop_after: int | None,
    progress: Callable[[int], None] | None,
) -> Chance:
    edges = stretches.edges()
    numbers = len(problem.measure) * (problem.stretches + len(edges))
    most = max(1, _NUMBERS_AT_ONCE // numbers)
    at_once = min(most, _RUNS_BETWEEN_STOPS if stop_after else runs)

    def draw(number: int) -> Floats:
        return highest(problem, by_stretch(model.draw(chance, number, edges), edges, stretches))

    seen = found[0].statistic if found else 0.0
    return monte_carlo(draw, seen=seen, runs=runs, stop_after=stop_after, at_once=at_once, progress=progress)


def _cluster(found: Found, problem: Problem, counts: Counts, stretches: Stretches, chance: Chance) -> Cluster:
    places = places_of(problem, found)
    grown = problem.growths[found.growth]
    cases = int(counts[places, found.stretch].sum())
    measure = problem.measure[places, found.stretch].sum(keepdims=True)
    expected, all_cases = float(problem.statistic.expected(measure)[0]), problem.statistic.cases
    outside = all_cases - cases
    reach = grown.geometry.distances(np.array([found.centre]))[0, places[-1]]
    return Cluster(
        centre=found.centre,
        geometry=found.growth,
        places=tuple(places.tolist()),
        radius=float(reach),
        start=int(stretches.starts[found.stretch]),
        stop=int(stretches.stops[found.stretch]),
        cases=cases,
        expected=expected,
        relative_risk=(cases / expected) / (outside / (all_cases - expected)) if outside else float("inf"),
        statistic=found.statistic,
        p=chance.p(found.statistic),
        gumbel_p=chance.gumbel(found.statistic),
    )
