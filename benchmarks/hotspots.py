"""Scans of several sizes, how often chance alone raises an alarm, and how often true clusters are found."""

from __future__ import annotations

import importlib.util
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from benchmarks.installation import machine
from scipy.optimize import brentq
from scipy.stats import norm
from tools.table import table

from tutela.engines.hotspots import (
    Findings,
    Geometry,
    Local,
    Permutation,
    Plane,
    Poisson,
    Reach,
    all_of_time,
    any_time,
    ellipses,
    local_statistics,
    nearest,
    rates,
    runs_for,
    scan,
    until_now,
)
from tutela.engines.hotspots.search import Problem, places_of, strongest
from tutela.engines.hotspots.statistics import PoissonRatio
from tutela.engines.hotspots.windows import eccentricity, growth

SETS = int(os.environ.get("BENCH_SETS", "1000"))
RUNS = 999
ALARM = 0.05
STOP_AFTER = 50
PLACES, CASES = 245, 600
"""As many as in the benchmark of Kulldorff, Tango and Park (2003): counties of the Northeast, and cases."""


Run = Callable[[np.random.Generator], Findings]


def main() -> None:
    print(machine())
    speed()
    false_alarms()
    power()
    neighbours()


# ---------------------------------------------------------------- how fast
@dataclass(frozen=True, slots=True)
class Size:
    """One scan to be timed; `peer` is what SaTScan 10.3.2 took for that size, one thread, CPU s."""

    name: str
    run: Run
    target: str
    peer: str


def _in_space(places: int, cases: int) -> Run:
    def run(chance: np.random.Generator) -> Findings:
        x, y = chance.random((2, places))
        people = chance.uniform(1_000, 5_000, (places, 1))
        seen = chance.multinomial(cases, people[:, 0] / people.sum())[:, None]
        return scan(Poisson(seen, people), [Plane(x, y)], all_of_time(1), chance=chance, runs=RUNS)

    return run


def _in_time(
    places: int, periods: int, longest: int, *, now: bool
) -> Callable[[np.random.Generator], Findings]:
    def run(chance: np.random.Generator) -> Findings:
        x, y = chance.random((2, places))
        seen = chance.poisson(0.1 if now else 1.0, (places, periods))
        stretches = (until_now if now else any_time)(periods, longest)
        return scan(Permutation(seen), [Plane(x, y)], stretches, chance=chance, runs=RUNS)

    return run


SIZES = (
    Size("281 places, 552 cases", _in_space(281, 552), "0.25", "0.20"),
    Size("1,000 places, 1,000 cases", _in_space(1_000, 1_000), "2.2", "2.0"),
    Size("1,000 places, 10,000 cases", _in_space(1_000, 10_000), "2.2", "2.2"),
    Size("3,000 places, 3,000 cases", _in_space(3_000, 3_000), "", "16.6"),
    Size("until now, 200 places x 60 days, up to 14", _in_time(200, 60, 14, now=True), "", "1.1"),
    Size("until now, 500 places x 60 days, up to 14", _in_time(500, 60, 14, now=True), "6", "6.0"),
    Size("any time, 60 places x 36 months, up to 18", _in_time(60, 36, 18, now=False), "", "2.2"),
)


def speed() -> None:
    print(f"\nOne scan with {RUNS} random runs, no early stop, numpy alone\n")
    rows = []
    for size in SIZES:
        start = time.process_time()
        found = size.run(np.random.default_rng(1))
        spent = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        rows.append((size.name, f"{found.windows:,}", f"{spent:.2f}", size.target, size.peer, peak))
    print(table(("what", "windows", "CPU s", "target", "SaTScan", "peak MB"), rows))


# ---------------------------------------------------------------- chance alone
def false_alarms() -> None:
    """Sets in which nothing happens: p at or under 5 % should come in 5 % of them."""
    print(
        f"\n{SETS:,} sets by chance alone, {RUNS} runs, stop after {STOP_AFTER}; alarms should be 3 to 7 %\n"
    )
    chance = np.random.default_rng(2)
    rows = []
    for name, one in (
        ("Poisson, 245 places, 600 cases", _null_in_space),
        ("permutation until now, 60 places x 30 days", _null_in_time),
    ):
        alarms, runs = np.array([one(chance) for _ in range(SETS)]).T
        rows.append((name, f"{100 * (alarms <= ALARM).mean():.1f} %", f"{runs.mean():.0f}"))
    print(table(("model", "alarms", "mean runs"), rows))


def _null_in_space(chance: np.random.Generator) -> tuple[float, int]:
    plane, people = _country()
    seen = chance.multinomial(CASES, people[:, 0] / people.sum())[:, None]
    found = scan(
        Poisson(seen, people), [plane], all_of_time(1), chance=chance, runs=RUNS, stop_after=STOP_AFTER
    )
    return found.clusters[0].p, found.runs


def _null_in_time(chance: np.random.Generator) -> tuple[float, int]:
    """Places and days report unequally, but which place reports on which day is chance."""
    x, y = chance.random((2, 60))
    rates = chance.gamma(1, 1, (60, 1)) * chance.uniform(0.5, 1.5, (1, 30))
    seen = chance.poisson(300 * rates / rates.sum())
    found = scan(
        Permutation(seen), [Plane(x, y)], until_now(30, 7), chance=chance, runs=RUNS, stop_after=STOP_AFTER
    )
    return (found.clusters[0].p if found.clusters else 1.0), found.runs


# ---------------------------------------------------------------- true clusters
def power() -> None:
    """Clusters so strong that a test that knew the place would find them 999 times in 1,000."""
    plane, people = _country()
    shapes = _shapes(plane)
    ways: dict[str, list[Geometry]] = {"circles": [plane], "circles and ellipses": [plane, *ellipses(plane)]}
    print(f"\n{SETS:,} sets with a true cluster, {PLACES} places, {CASES} cases, alarm at 5 %\n")
    rows = []
    for way, geometries in ways.items():
        problem, bar = _problem(people, geometries), _bar(people, geometries)
        for name, inside in shapes.items():
            risk, chance = _risk(people, inside), np.random.default_rng(4)
            told = [_one(problem, people, inside, risk, chance) for _ in range(SETS)]
            statistic, held, right = np.array(told).T
            found = statistic >= bar
            shares = [f"{part[found].mean():.2f}" for part in (held, right)]
            rows.append((name, way, int(inside.sum()), f"{risk:.2f}", f"{found.mean():.3f}", *shares))
    print(table(("shape", "windows", "places", "risk", "power", "of it found", "of found true"), rows))


def neighbours() -> None:
    """Gi* and local Moran: how fast, and how much of what stands out is chance, where PySAL is there."""
    if importlib.util.find_spec("esda") is None:
        print("\nLocal statistics are not measured: ./run add places.")
        return
    rows = []
    for places in (281, 1_000, 3_000):
        chance = np.random.default_rng(5)
        ground, values = Plane(*chance.random((2, places))), chance.poisson(5.0, places).astype(float)
        local_statistics(values, nearest(ground), chance=chance, runs=1)  # PySAL is loaded
        started = time.process_time()
        found = local_statistics(values, nearest(ground), chance=chance, runs=runs_for(places))
        rows.append((f"{places:,}", f"{found.runs:,}", f"{time.process_time() - started:.2f}"))
    print("\n" + table(("places, 8 neighbours each", "deals", "CPU s"), rows))
    plane, people = _country()
    near, runs, sets = nearest(plane), runs_for(PLACES), max(SETS // 5, 1)
    rows = []
    for name, inside in {"nothing happens": None, **_shapes(plane)}.items():
        risk = np.ones(PLACES) if inside is None else np.where(inside, _risk(people, inside), 1.0)
        chance, told = np.random.default_rng(6), []
        for _ in range(sets):
            share = people[:, 0] * risk
            cases = chance.multinomial(CASES, share / share.sum())
            found = local_statistics(rates(cases, people[:, 0]), near, chance=chance, runs=runs)
            told.append(_standing(found, near, np.zeros(PLACES, dtype=bool) if inside is None else inside))
        number, wrong, right = np.array(told).T
        rows.append(
            (
                name,
                f"{(number > 0).mean():.3f}",
                f"{number.mean():.1f}",
                f"{wrong.mean():.3f}",
                f"{right.mean():.2f}",
            )
        )
    print(f"\n{sets:,} sets a line, {PLACES} places, {CASES} cases, corrected to 5 %\n")
    print(table(("what is true", "any stands out", "how many", "false part", "of it found"), rows))


def _standing(found: Local, near: list[np.ndarray], inside: np.ndarray) -> tuple[int, float, float]:
    """How many stand out, which part of them neither is in the cluster nor touches it, and the part found."""
    out = found.q <= ALARM
    touched = inside | np.array([inside[each].any() for each in near])
    wrong = float((out & ~touched).sum() / max(out.sum(), 1))
    return int(out.sum()), wrong, float(out[inside].mean()) if inside.any() else 0.0


def _country() -> tuple[Plane, np.ndarray]:
    """An invented country: towns around three cities, populations as uneven as those of counties."""
    chance = np.random.default_rng(2003)
    cities = np.array([[0.0, 0], [180, 90], [60, 260]])
    spread = chance.normal(0, 70, (PLACES, 2)) + cities[chance.integers(0, 3, PLACES)]
    return Plane(spread[:, 0], spread[:, 1]), chance.lognormal(10, 1.0, (PLACES, 1))


def _shapes(plane: Plane) -> dict[str, np.ndarray]:
    """A round one, a long one along a road, and two round ones far apart."""
    from_city = np.hypot(plane.x - 180, plane.y - 90)
    from_other = np.hypot(plane.x, plane.y)
    nearest, other = np.argsort(from_city), np.argsort(from_other)
    round_one, two = np.zeros(PLACES, dtype=bool), np.zeros(PLACES, dtype=bool)
    round_one[nearest[:16]] = True
    two[nearest[:8]] = two[other[:8]] = True
    along = (plane.x * 180 + plane.y * 90) / np.hypot(180, 90)
    across = np.abs(plane.x * 90 - plane.y * 180) / np.hypot(180, 90)
    long_one = (across <= np.sort(across[(along > 0) & (along < 201)])[15]) & (along > 0) & (along < 201)
    return {"round": round_one, "long": long_one, "two apart": two}


def _risk(people: np.ndarray, inside: np.ndarray) -> float:
    """The relative risk at which a one-sided binomial test at 5 % on the known place has power 0.999."""
    share = float(people[inside].sum() / people.sum())
    edge = CASES * share + norm.ppf(0.95) * np.sqrt(CASES * share * (1 - share))

    def lacking(risk: float) -> float:
        true = risk * share / (risk * share + 1 - share)
        return float(norm.sf(edge, CASES * true, np.sqrt(CASES * true * (1 - true))) - 0.999)

    return float(brentq(lacking, 1.0, 200.0))


def _bar(people: np.ndarray, geometries: list[Geometry]) -> float:
    """The statistic that one null set in twenty passes."""
    chance = np.random.default_rng(3)
    seen = chance.multinomial(CASES, people[:, 0] / people.sum())[:, None]
    null = scan(Poisson(seen, people), geometries, all_of_time(1), chance=chance, runs=4_999).chance.maxima
    return float(np.quantile(null, 1 - ALARM))


def _problem(people: np.ndarray, geometries: list[Geometry]) -> Problem:
    """What `scan` makes of the country once: only the counts differ from set to set."""
    expected = people * (CASES / people.sum())
    grown = [growth(one, expected[:, 0], Reach(), penalty=eccentricity(one, 1.0)) for one in geometries]
    return Problem(statistic=PoissonRatio(CASES), growths=tuple(grown), measure=expected, least=2)


def _one(
    problem: Problem, people: np.ndarray, inside: np.ndarray, risk: float, chance: np.random.Generator
) -> tuple[float, float, float]:
    """The highest statistic of a set, the share of the true places in it, and of its places that are true."""
    weight = people[:, 0] * np.where(inside, risk, 1.0)
    best = strongest(problem, chance.multinomial(CASES, weight / weight.sum())[:, None], most=1)[0]
    true = inside[places_of(problem, best)].sum()
    return best.statistic, true / inside.sum(), true / best.size


if __name__ == "__main__":
    main()
