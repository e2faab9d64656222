"""Counts how often forecasts hold what comes, in worlds they know and worlds they do not; times the fits."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import csv

import numpy as np
from benchmarks.installation import machine
from numpy.typing import NDArray
from tools.places import ROOT
from tools.table import table

from tutela.engines import forecasts
from tutela.engines.forecasts import MODEL, Expected, HeldBack, Shape, Simple, shares_of

SETS = int(os.environ.get("BENCH_WORLDS", "40"))
"""Invented worlds of each kind."""
SALMONELLA = ROOT.parent / "shared" / "data" / "ew_salmonella_agona_expected.csv"
Floats = NDArray[np.float64]
YEAR, WEEKS, PLACES, STEPS = 52, 260, 8, 4
LEVELS = (0.5, 0.8, 0.95)
AGAINST = (Simple.LAST_YEAR, Simple.SEASON)


HEADS_OF_TIMES = ("places", "weeks", "one fit, CPU s", "a year tried", "4 weeks ahead")
HEADS_HELD = ("world", "ahead", *(f"{level:.0%} held" for level in LEVELS), "lowest tenth", "highest")
HEADS_BESIDE = (
    "world", "forecast", "last year", "season", "better than last year", "worse", "better than season",
    "worse",
)  # fmt: skip
HEADS_SALMONELLA = (
    "ahead", "way", "logarithmic", "ranked", "Dawid-Sebastiani", "80 % held", "95 % held", "p"
)  # fmt: skip


def main() -> None:
    print(f"{machine()}\n")
    print(table(HEADS_OF_TIMES, _times()))
    print(f"\n{SETS} worlds of each kind, {PLACES} places, {WEEKS} weeks, the last {YEAR} held back\n")
    found = {name: _tried(world) for name, world in WORLDS.items()}
    print(table(HEADS_HELD, [row for name, each in found.items() for row in _held(name, each)]))
    print(
        "\nIn brackets: the probability that the forecasts gave their intervals; whole numbers have none "
        "of exactly 80 %.\nTenths: 0.10 each if calibrated.\n\nLogarithmic score, one week ahead; and in how "
        "many worlds the test called the forecast better or worse\n"
    )
    print(table(HEADS_BESIDE, [_beside(name, each) for name, each in found.items()]))
    if SALMONELLA.exists():
        print("\nSalmonella Agona, 312 weeks, the last 104 held back\n")
        print(table(HEADS_SALMONELLA, _salmonella()))


# ---------------------------------------------------------------- speed
def _times() -> list[tuple[str, ...]]:
    rows = []
    for places in (1, 8, 50, 200):
        counts = _counts(World(), np.random.default_rng(1), places=places)
        shares = _ring(places)
        fit = _cpu(lambda c=counts, s=shares: forecasts.fit(c, Shape(memory=0.5), s))
        found = forecasts.fit(counts, Shape(memory=0.5), shares)
        ahead = _cpu(lambda f=found, c=counts: forecasts.ahead(f, c, steps=STEPS))
        often = 4 if places <= 100 else 13
        tried = _cpu(lambda c=counts, s=shares, o=often: _backtest(c, s, again=o)) if places <= 50 else None
        rows.append(
            (str(places), str(WEEKS), f"{fit:.3f}", "–" if tried is None else f"{tried:.2f}", f"{ahead:.4f}")
        )
    return rows


def _cpu(do: Callable[[], object]) -> float:
    started = time.process_time()
    do()
    return time.process_time() - started


# ---------------------------------------------------------------- worlds
@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How counts come. `jump`: what places always have, in the last year times so much;
    `burst`: chance of a week in a place with five times the cases."""

    level: float = 1.0
    own: float = 0.35
    near: float = 0.2
    spread: float = 0.1
    season: float = 0.4
    jump: float = 1.0
    burst: float = 0.0


WORLDS = {
    "as the model has it": World(),
    "the same, few cases": World(level=-1.0),
    "no past, a season": World(own=0.0, near=0.0),
    "no past, no season": World(own=0.0, near=0.0, season=0.0, spread=0.01),
    "half as many in the last year": World(jump=0.5),
    "twice as many in the last year": World(jump=2.0),
    "bursts": World(burst=0.01),
}


def _ring(places: int) -> Floats | None:
    if places < 3:
        return None
    return shares_of(places, [(one, (one + 1) % places) for one in range(places)])


def _counts(world: World, chance: np.random.Generator, *, places: int = PLACES) -> Floats:
    levels = world.level + chance.normal(0, 0.5, places)
    shares = _ring(places)
    total = WEEKS + YEAR
    counts = np.zeros((places, total))
    for at in range(total):
        mean = np.exp(levels + world.season * np.cos(2 * np.pi * at / YEAR))
        mean *= world.jump if at >= total - YEAR else 1.0
        if at:
            mean += world.own * counts[:, at - 1]
            mean += world.near * (shares @ counts[:, at - 1] if shares is not None else 0.0)
        mean *= np.where(chance.random(places) < world.burst, 5.0, 1.0)
        counts[:, at] = chance.poisson(chance.gamma(1 / world.spread, world.spread * mean))
    return counts[:, YEAR:]


def _backtest(counts: Floats, shares: Floats | None, *, again: int = 4, periods: int = YEAR) -> HeldBack:
    return forecasts.held_back(
        counts, Shape(), shares, periods=periods, steps=STEPS, against=AGAINST, again=again
    )


def _tried(world: World) -> list[HeldBack]:
    chance = np.random.default_rng(11)
    return [_backtest(_counts(world, chance), _ring(PLACES)) for _ in range(SETS)]


def _held(name: str, tried: list[HeldBack]) -> list[tuple[str, ...]]:
    rows = []
    for step in (1, STEPS):
        pairs = [(each.at(step)[0][MODEL], each.at(step)[1]) for each in tried]
        held = [
            f"{np.mean([forecasts.held(one, seen, level=level) for one, seen in pairs]):.1%} "
            f"({np.mean([_meant(one, level) for one, _ in pairs]):.1%})"
            for level in LEVELS
        ]
        tenths = np.mean([forecasts.calibration(one, seen) for one, seen in pairs], axis=0) / 10
        rows.append((name, str(step), *held, f"{tenths[0]:.3f}", f"{tenths[-1]:.3f}"))
    return rows


def _meant(expected: Expected, level: float) -> float:
    low, high = expected.interval(level)
    return float((expected.at_most(high) - expected.at_most(low - 1)).mean())


def _beside(name: str, tried: list[HeldBack]) -> tuple[str, ...]:
    scores = [
        {way: forecasts.logarithmic(one, each.at(1)[1]).mean(axis=0) for way, one in each.at(1)[0].items()}
        for each in tried
    ]
    means = [f"{np.mean([one[way].mean() for one in scores]):.3f}" for way in (MODEL, *AGAINST)]
    said = []
    for rival in AGAINST:
        tests = [forecasts.paired(one[MODEL] - one[rival]) for one in scores]
        said.append(f"{np.mean([test.p <= 0.05 and test.mean < 0 for test in tests]):.0%}")
        said.append(f"{np.mean([test.p <= 0.05 and test.mean > 0 for test in tests]):.0%}")
    return name, *means, *said


def _salmonella() -> list[tuple[str, ...]]:
    lines = csv.DictReader(SALMONELLA.read_text(encoding="utf-8").splitlines())
    tried = _backtest(np.array([[float(line["observed"]) for line in lines]]), None, periods=2 * YEAR)
    rows = []
    for step in (1, STEPS):
        made, seen = tried.at(step)
        ours = forecasts.logarithmic(made[MODEL], seen).mean(axis=0)
        for way, one in made.items():
            scores = [
                float(score(one, seen).mean())
                for score in (forecasts.logarithmic, forecasts.ranked, forecasts.dawid_sebastiani)
            ]
            theirs = forecasts.logarithmic(one, seen).mean(axis=0)
            p = "–" if way == MODEL else f"{forecasts.paired(ours - theirs).p:.3f}"
            held = [f"{forecasts.held(one, seen, level=level):.0%}" for level in LEVELS[1:]]
            rows.append((str(step), way, *(f"{score:.3f}" for score in scores), *held, p))
    return rows


if __name__ == "__main__":
    main()
