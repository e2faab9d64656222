"""Times the estimates of hidden populations, and counts how often their intervals hold a known number."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from benchmarks.installation import machine
from tools.places import ROOT
from tools.table import table

from tutela.engines import prevalence
from tutela.engines.prevalence import Table, design, hierarchical_models

REFERENCE = ROOT.parent / "shared" / "data"
POPULATIONS = int(os.environ.get("BENCH_POPULATIONS", "300"))
"""Invented populations of each kind for the coverage."""
PEOPLE = 3_000
INVENTED = (2_744, (0.09, 0.14, 0.17, 0.18, 0.1, 0.04))
"""Stands in for the published tables where they are not beside the project: about as large and as sparse."""
Totals = Callable[[np.ndarray], np.ndarray]


def main() -> None:
    print(
        f"{machine()}\n\nTables: {'published' if REFERENCE.exists() else 'invented, as large and sparse'}\n"
    )
    five, six = _table("UKdat_5", 5), _table("UKdat", 6)
    print(table(("what", "CPU s", "target", "R, elsewhere"), _times(five, six)))
    print(f"\nHow often 95 % intervals held {PEOPLE:,} people, of {POPULATIONS} invented populations each\n")
    heads = ("lists", "model chosen anew", "model taken as given", "median estimate")
    print(table(heads, [_coverage(name, world) for name, world in WORLDS.items()]))


def _times(five: Table, six: Table) -> list[tuple[str, ...]]:
    decide = prevalence.stepwise
    work: list[tuple[str, Callable[[], object], str, str]] = [
        ("all 1,024 models of pairs, five lists", lambda: _all_models(five, 2), "0.05", "2.5"),
        ("all models up to order 4, five lists", lambda: _all_models(five, 4), "–", "13"),
        ("1,000 replicates step by step, five lists", lambda: _replicated(five, decide), "2.5", "59 and 107"),
        ("1,000 replicates step by step, six lists", lambda: _replicated(six, decide), "8", "149"),
        ("1,000 replicates among 100 models by BIC, five lists", lambda: _by_bic(five), "–", "–"),
        ("average over 821 graphs, five lists", lambda: prevalence.average(five), "–", "2.9"),
        ("latent classes, 8 chains of 20,000, five lists", lambda: _classes(five), "–", "0.6 for 50,000"),
        ("five lists left out or merged", lambda: list(prevalence.variants(five)), "–", "–"),
    ]
    return [(name, f"{_cpu(do):.3f}", target, peer) for name, do, target, peer in work]


def _cpu(do: Callable[[], object]) -> float:
    """CPU seconds of the second run: the first makes designs and graphs, which are kept."""
    do()
    started = time.process_time()
    do()
    return time.process_time() - started


def _all_models(whole: Table, order: int) -> object:
    lists = len(whole.lists)
    return prevalence.ranked(
        design(lists, order), hierarchical_models(lists, order), whole.counts.astype(float)
    )


def _totals(lists: int, choose: Callable[..., prevalence.Chosen]) -> Totals:
    return lambda counts: counts.sum(axis=1) + choose(design(lists), counts).hidden


def _replicated(whole: Table, choose: Callable[..., prevalence.Chosen]) -> object:
    return prevalence.bootstrap(whole, _totals(len(whole.lists), choose), chance=np.random.default_rng(1))


def _by_bic(whole: Table) -> object:
    _, _, best = prevalence.ranked(design(5), hierarchical_models(5, 2), whole.counts.astype(float))
    top = hierarchical_models(5, 2)[best[:100]]
    return prevalence.bootstrap(
        whole,
        lambda counts: counts.sum(axis=1) + prevalence.lowest_bic(design(5), top, counts).hidden,
        chance=np.random.default_rng(1),
    )


def _classes(whole: Table) -> object:
    return prevalence.sample(whole, chance=np.random.default_rng(1))


# ---------------------------------------------------------------- coverage
FOUR = (0.15, 0.2, 0.1, 0.12)


@dataclass(frozen=True, slots=True)
class World:
    """How people come on lists.

    Chance to be on each, to be on the second too for whoever is on the first, and how much harder than the
    others one half of the people is to meet.
    """

    chances: Sequence[float]
    follows: float = 0.0
    hidden: float = 1.0


WORLDS = {
    "three independent": World((0.2, 0.25, 0.15)),
    "four independent": World(FOUR),
    "four, one follows another": World(FOUR, follows=0.3),
    "four, one follows another a little": World(FOUR, follows=0.06),
    "five sparse, one follows another": World((0.05, 0.08, 0.1, 0.04, 0.06), follows=0.3),
    "four, half of the people hard to meet": World(FOUR, hidden=0.3),
}


def _coverage(name: str, world: World) -> tuple[str, ...]:
    chance = np.random.default_rng(7)
    anew = given = told = 0
    estimates = []
    for _ in range(POPULATIONS):
        whole = _invented(PEOPLE, world, chance)
        flags, counts = design(len(whole.lists)), whole.counts[None].astype(float)
        chosen = prevalence.stepwise(flags, counts)
        hidden = float(chosen.hidden[0])
        estimates.append(whole.observed + hidden)
        fixed = prevalence.profile_intervals(whole, flags, chosen.models[0], hidden=hidden, levels=(0.95,))[0]
        given += fixed.low <= PEOPLE <= fixed.high
        try:
            found = prevalence.bootstrap(
                whole, _totals(len(whole.lists), prevalence.stepwise), chance=chance, replicates=400
            )
        except prevalence.NoInterval:
            continue
        told += 1
        anew += found.intervals[1].low <= PEOPLE <= found.intervals[1].high
    held = f"{anew / told:.1%}" if told else "–"
    return name, held, f"{given / POPULATIONS:.1%}", f"{np.median(estimates):,.0f}"


def _invented(people: int, world: World, chance: np.random.Generator) -> Table:
    ease = np.where(np.arange(people) % 2, 1.0, world.hidden)[:, None]
    on = (chance.random((people, len(world.chances))) < ease * np.array(world.chances)).astype(int)
    on[:, 1] |= on[:, 0] & (chance.random(people) < world.follows)
    seen = on[on.any(axis=1)]
    return prevalence.table(
        [f"L{place}" for place in range(len(world.chances))], seen.tolist(), [1] * len(seen)
    )


def _table(name: str, lists: int) -> Table:
    file = Path(REFERENCE / f"mse_{name}.csv")
    if not file.exists():
        return _invented(INVENTED[0] * 2, World(INVENTED[1][:lists], follows=0.2), np.random.default_rng(1))
    heading, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    return prevalence.table(
        heading[:-1], [[int(cell) for cell in row[:-1]] for row in rows], [int(row[-1]) for row in rows]
    )


if __name__ == "__main__":
    main()
