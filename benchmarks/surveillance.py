"""Counts false alarms and outbreaks found in 28 published scenarios and with late reports; times the fits."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from benchmarks.installation import machine
from numpy.typing import NDArray
from tools.table import table

from tutela.engines.surveillance import (
    FARRINGTON_1996,
    NOUFAILY,
    Ears,
    Rule,
    change_point,
    delays_of,
    ears,
    farrington,
    likelihood_cusum,
    limits,
    stand_out,
)

SETS = int(os.environ.get("BENCH_SETS", "100"))
"""Invented series of each scenario."""
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
WEEKS, BASELINE, WATCH, YEAR = 624, 312, 49, 52
ALPHA = 0.01
SIZES = (2, 3, 5, 10)
ROWS = (
    (0.1, 0.0025, 0.6, 0.6, 1.5), (-2.0, 0.005, 0.1, 0.3, 2.0), (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0), (2.5, 0.001, 1.0, 0.1, 3.0), (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
)  # fmt: skip
"""Level, trend, cosine, sine, variance over mean: Noufaily and others 2013 as telkamp7/AEDDO has them."""
R_SECONDS = 0.011
"""What farringtonFlexible of R's surveillance takes for one series and week, measured in another run."""


def main() -> None:
    print(f"{machine()}\n")
    print(table(("re-fitted by Noufaily's method", "CPU s", "target", "R, elsewhere"), _times()))
    started = time.process_time()
    print(
        f"\n28 scenarios, {SETS} series each, alpha {ALPHA:g}: mean of the scenarios (lowest to highest); "
        "delay in weeks, of outbreaks found\n"
    )
    found = {name: _scored(name) for name in METHODS}
    heads = ("method", "false alarms", "found", "found in week 1", "delay", "true among alarms", "CPU s")
    print(table(heads, [*(_line(name, each) for name, each in found.items()), PUBLISHED]))
    print("\nFound, by the size of the outbreak in standard deviations of a week\n")
    heads = ("method", *(str(size) for size in SIZES))
    print(table(heads, [(name, *_by_size(each[0])) for name, each in found.items()]))
    print(f"\nAll of it: {time.process_time() - started:.0f} CPU s\n")
    print("Noufaily's method, scenario by scenario\n")
    print(table(SCENARIO_HEADS, _scenarios(found["noufaily"][0])))
    print("\nReports that come late (half of a week's cases known in it): a rise in the last week known\n")
    print(table(LATE_HEADS, _late()))
    print("\nMany series in groups, level 0.1: mean false part among those named\n")
    print(
        table(("groups", "how", "false part", "the same in chosen groups", "of the risen named"), _groups())
    )


# ---------------------------------------------------------------- speed
def _times() -> list[tuple[str, ...]]:
    chance = np.random.default_rng(1)
    counts = chance.negative_binomial(3, 0.3, (500, 7 * YEAR)).astype(float)
    rows = []
    for watch, target in ((1, "1"), (YEAR, "–")):
        farrington(counts, NOUFAILY, watch=1, alpha=ALPHA)
        started = time.process_time()
        farrington(counts, NOUFAILY, watch=watch, alpha=ALPHA)
        spent = time.process_time() - started
        rows.append(
            (f"500 series, the last {watch}", f"{spent:.2f}", target, f"{500 * watch * R_SECONDS:.1f}")
        )
    return rows


# ---------------------------------------------------------------- the 28 scenarios
@dataclass(frozen=True, slots=True)
class World:
    """`counts` (series, weeks); `added` (series, weeks): those of them that an outbreak brought."""

    counts: Floats
    added: Floats


def _worlds() -> list[World]:
    chance = np.random.default_rng(2013)
    return [
        _world(row, trend=trend, season=season, chance=chance)
        for row, trend, season in product(ROWS, (False, True), (False, True))
    ]


def _world(
    row: Sequence[float], *, trend: bool, season: bool, chance: np.random.Generator, sets: int = SETS
) -> World:
    level, slope, cosine, sine, phi = row
    at = np.arange(1, WEEKS + 1)
    turn = 2 * np.pi * at / YEAR
    mean = np.exp(level + trend * slope * at + season * (cosine * np.cos(turn) + sine * np.sin(turn)))
    usual = _overdispersed(np.tile(mean, (sets, 1)), phi, chance)
    added = np.zeros_like(usual)
    for series in range(sets):
        for size in SIZES:
            _outbreak(added[series], size, mean, phi, (BASELINE, WEEKS - WATCH), chance)
        _outbreak(added[series], SIZES[series % len(SIZES)], mean, phi, (WEEKS - WATCH, WEEKS), chance)
    return World(usual + added, added)


def _overdispersed(mean: Floats, phi: float, chance: np.random.Generator) -> Floats:
    """Variance phi times mean: size mean / (phi - 1), and Poisson where phi is 1."""
    if phi <= 1:
        return chance.poisson(mean).astype(float)
    return chance.poisson(chance.gamma(mean / (phi - 1), phi - 1)).astype(float)


def _outbreak(
    into: Floats, size: int, mean: Floats, phi: float, between: tuple[int, int], chance: np.random.Generator
) -> None:
    """A Poisson number around `size` standard deviations, spread by a lognormal (0, 0.5) of weeks."""
    first, stop = between
    start = int(chance.integers(first, stop))
    number = chance.poisson(size * np.sqrt(phi * mean[start]))
    weeks = start + np.floor(chance.lognormal(0, 0.5, number)).astype(int)
    np.add.at(into, weeks[weeks < stop], 1)


def _flexible(counts: Floats, rule: Rule) -> Flags:
    return farrington(counts, rule, watch=WATCH, alpha=ALPHA * rule.tail).alarms


def _summed(counts: Floats) -> Flags:
    usual = farrington(counts, NOUFAILY, watch=WATCH, alpha=ALPHA)
    assert usual.phi is not None
    limit = limits(usual.expected, usual.phi, rate=ALPHA, chance=np.random.default_rng(1))
    found = likelihood_cusum(counts[:, usual.first :], usual.expected, usual.phi, limit=limit)
    return found.alarms


METHODS: dict[str, Callable[[Floats], Flags]] = {
    "noufaily": lambda counts: _flexible(counts, NOUFAILY),
    "farrington": lambda counts: _flexible(counts, FARRINGTON_1996),
    "cusum": _summed,
    "change-point": lambda counts: change_point(counts, watch=WATCH, alpha=ALPHA).watched.alarms,
    "c1": lambda counts: ears(counts, Ears.C1, watch=WATCH, alpha=ALPHA).alarms,
    "c2": lambda counts: ears(counts, Ears.C2, watch=WATCH, alpha=ALPHA).alarms,
    "c3": lambda counts: ears(counts, Ears.C3, watch=WATCH, alpha=ALPHA).alarms,
}
PUBLISHED = ("21 methods, published", "0.7–59.9 %", "43.3–88.7 %", "–", "–", "6.5–68.4 %", "–")
"""Bédubourg and Le Strat 2017, PLoS ONE 12: e0181227, over the same kind of series."""
WORLDS: list[World] = []


@dataclass(frozen=True, slots=True)
class Score:
    """Of one method in one scenario; the delay is None where no outbreak was found."""

    false: float
    found: float
    at_once: float
    delay: float | None
    true: float | None
    by_size: tuple[float, ...]


def _scored(name: str) -> tuple[list[Score], float]:
    if not WORLDS:
        WORLDS.extend(_worlds())
    started = time.process_time()
    scores = [_score(METHODS[name](world.counts), world.added[:, -WATCH:] > 0) for world in WORLDS]
    return scores, time.process_time() - started


def _score(alarms: Flags, added: Flags) -> Score:
    with_outbreak = added.any(axis=1)
    first = added.argmax(axis=1)
    last = added.shape[1] - 1 - added[:, ::-1].argmax(axis=1)
    at = np.arange(added.shape[1])
    during = with_outbreak[:, None] & (at >= first[:, None]) & (at <= last[:, None])
    hit = alarms & during
    found = hit.any(axis=1)[with_outbreak]
    sizes = (np.arange(len(added)) % len(SIZES))[with_outbreak]
    waited = (hit.argmax(axis=1) - first)[with_outbreak]
    return Score(
        false=float(alarms[~during].mean()),
        found=float(found.mean()),
        at_once=float((found & (waited == 0)).mean()),
        delay=float(waited[found].mean()) if found.any() else None,
        true=float(hit.sum() / alarms.sum()) if alarms.any() else None,
        by_size=tuple(float(found[sizes == one].mean()) for one in range(len(SIZES))),
    )


def _line(name: str, scored: tuple[list[Score], float]) -> tuple[str, ...]:
    scores, spent = scored
    parts = [
        _span([getattr(one, field) for one in scores]) for field in ("false", "found", "at_once", "true")
    ]
    delays = [one.delay for one in scores if one.delay is not None]
    delay = f"{np.mean(delays):.2f} ({min(delays):.2f}–{max(delays):.2f})"
    return name, *parts[:3], delay, parts[3], f"{spent:.1f}"


def _span(values: list[float | None]) -> str:
    known = [100 * one for one in values if one is not None]
    return f"{np.mean(known):.1f} % ({min(known):.1f}–{max(known):.1f})"


def _by_size(scores: list[Score]) -> list[str]:
    return [f"{np.nanmean([one.by_size[place] for one in scores]):.0%}" for place in range(len(SIZES))]


SCENARIO_HEADS = (
    "level", "trend", "season", "variance over mean", "false", "found", "week 1", "delay", "true among alarms"
)  # fmt: skip


def _scenarios(scores: list[Score]) -> list[tuple[str, ...]]:
    rows = []
    for (row, trend, season), one in zip(
        product(ROWS, ("no", "yes"), ("no", "yes")), scores, strict=True
    ):  # in the order of `_worlds`
        rows.append(
            (
                f"{row[0]:g}", trend, season, f"{row[4]:g}", f"{one.false:.1%}", f"{one.found:.0%}",
                f"{one.at_once:.0%}", "–" if one.delay is None else f"{one.delay:.2f}",
                "–" if one.true is None else f"{one.true:.0%}",
            )
        )  # fmt: skip
    return rows


# ---------------------------------------------------------------- late reports
REACHED = (0.5, 0.75, 0.9, 1.0)
"""The part of a week's cases that is known in it, one week later and so on."""
LATE_HEADS = ("how", "false alarms", "twice the usual found", "three times the usual found")


def _late() -> list[tuple[str, ...]]:
    """The last week as it is seen in that week, when half of its cases are known."""
    series, weeks, mean, phi = 40 * SETS // 10, 6 * YEAR, 15.0, 1.5
    chance = np.random.default_rng(4)
    table_of = {rise: [] for rise in (1, 2, 3)}
    for rise in table_of:
        usual = np.full((series, weeks), mean)
        usual[:, -1] *= rise
        whole = _overdispersed(usual, phi, chance)
        table_of[rise] = [_seen(whole, chance)]
    rows = []
    for name, alarms in LATE.items():
        rates = [float(alarms(*seen[0]).mean()) for seen in table_of.values()]
        rows.append((name, *(f"{rate:.1%}" for rate in rates)))
    return rows


def _seen(whole: Floats, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """Counts that are known by the end of the last week, and the delays learned from their receipt."""
    number = whole.astype(int).ravel()
    event = np.repeat(np.tile(np.arange(whole.shape[1]), len(whole)), number)
    place = np.repeat(np.repeat(np.arange(len(whole)), whole.shape[1]), number)
    steps = np.diff([0.0, *REACHED])
    received = event + chance.choice(len(REACHED), len(event), p=steps)
    come = received < whole.shape[1]
    seen = np.zeros_like(whole)
    np.add.at(seen, (place[come], event[come]), 1)
    learned = delays_of(event[come], received[come], np.ones(come.sum()), now=whole.shape[1] - 1, longest=12)
    return seen, learned.known(1)


def _made_up_for(seen: Floats, known: Floats) -> Flags:
    """The tempting way: divide by the part that is known, and test the result as if it had been counted."""
    guessed = seen.copy()
    guessed[:, -1] = np.round(guessed[:, -1] / known[0])
    return farrington(guessed, NOUFAILY, watch=1, alpha=ALPHA).alarms


LATE: dict[str, Callable[[Floats, Floats], Flags]] = {
    "as if all had come": lambda seen, _known: farrington(seen, NOUFAILY, watch=1, alpha=ALPHA).alarms,
    "divided by the part known": _made_up_for,
    "bound for the part known (ours)": lambda seen, known: (
        farrington(seen, NOUFAILY, watch=1, alpha=ALPHA, known=known).alarms
    ),
}


# ---------------------------------------------------------------- many series
GROUP_HEADS = ("groups", "how", "false part", "the same in chosen groups", "of the risen named")


def _groups() -> list[tuple[str, ...]]:
    """20 groups of 25 series; what has risen lies in two groups, or is spread over all."""
    rows = []
    for name, risen in (("nothing rose", (0, 0)), ("2 of 20 rose, 10 each", (2, 10)), ("1 in each", (20, 1))):
        hows: dict[str, Callable[[Floats, NDArray[np.int64]], Flags]] = {
            "p below 0.05": lambda p, _groups: p < 0.05,
            "all as one group": lambda p, _groups: stand_out(p, np.zeros(len(p)), level=0.1),
            "groups, then series (ours)": lambda p, groups: stand_out(p, groups, level=0.1),
        }
        rows += [(name, how, *_false_parts(named, risen)) for how, named in hows.items()]
    return rows


def _false_parts(
    named: Callable[[Floats, NDArray[np.int64]], Flags], risen: tuple[int, int]
) -> tuple[str, str, str]:
    chance = np.random.default_rng(6)
    groups = np.repeat(np.arange(20), 25)
    true = (groups < risen[0]) & (np.tile(np.arange(25), 20) < risen[1])
    whole, each, power = [], [], []
    for _ in range(10 * SETS):
        p = np.where(true, chance.beta(0.02, 1, len(groups)), chance.random(len(groups)))
        found = named(p, groups)
        whole.append((found & ~true).sum() / max(found.sum(), 1))
        chosen = np.unique(groups[found])
        parts = [(found & ~true)[groups == one].sum() / found[groups == one].sum() for one in chosen]
        each.append(float(np.mean(parts)) if parts else 0.0)
        power.append(found[true].mean() if true.any() else np.nan)
    seen = "–" if not true.any() else f"{np.mean(power):.0%}"
    return f"{np.mean(whole):.3f}", f"{np.mean(each):.3f}", seen


if __name__ == "__main__":
    main()
