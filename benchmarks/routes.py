"""Times the network of routes at several sizes, and counts how often chance alone changes something."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from benchmarks.installation import machine
from tools.table import table

from tutela.engines import routes
from tutela.engines.routes import Network

SETS = int(os.environ.get("BENCH_ROUTES", "1000"))
"""Invented pairs of times in which nothing changed."""
PUBLIC = (321, 2_782)
"""Places and links of the public records of 2008 to 2016, regions among them."""
PAIRS, BEFORE, AFTER = 400, 4_000, 6_000
FALSE_AMONG = 0.1


def main() -> None:
    print(machine())
    print(table(("what", "places", "links", "CPU s"), _times()))
    anything, whole = _nothing_changed()
    print(
        f"\nNothing changed, {SETS} pairs of times with {PAIRS} routes: {anything:.1%} found a changed route,"
    )
    print(f"{whole:.1%} had a whole that differed at 0.05.")


def _times() -> list[tuple[str, str, str, str]]:
    found = []
    for places, links in (PUBLIC, (1_000, 20_000)):
        made = _network(places, links)
        ends = range(5), range(places - 5, places)
        works: list[tuple[str, Callable[[], object]]] = [
            ("backbone", partial(routes.disparity, made)),
            ("betweenness", partial(routes.betweenness, made)),
            ("cut", partial(routes.cut, made, *ends)),
        ]
        found += [(name, f"{places:,}", f"{len(made):,}", f"{_cpu(work):.3f}") for name, work in works]
    before, after = _same(np.random.default_rng(1))
    found.append(("change of 400 routes", "–", "–", f"{_cpu(lambda: routes.changed(before, after)):.3f}"))
    return found


def _network(places: int, links: int) -> Network:
    """Few places have many links, and few links have much."""
    chance = np.random.default_rng(7)
    likely = 1 / np.arange(1, places + 1)
    ends = chance.choice(places, (2, 3 * links), p=likely / likely.sum())
    whole = routes.network(places, ends[0], ends[1], 1 + chance.pareto(1.2, 3 * links).astype(int))
    chosen = np.zeros(len(whole), dtype=bool)
    chosen[chance.permutation(len(whole))[:links]] = True
    return whole.only(chosen)


def _same(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    parts = 1 / np.arange(1, PAIRS + 1)
    return chance.multinomial(BEFORE, parts / parts.sum()), chance.multinomial(AFTER, parts / parts.sum())


def _nothing_changed() -> tuple[float, float]:
    chance = np.random.default_rng(11)
    anything, whole = 0, 0
    for _ in range(SETS):
        before, after = _same(chance)
        anything += bool((routes.changed(before, after).q <= FALSE_AMONG).any())
        whole += routes.composition(before, after, chance=chance, runs=199) <= 0.05
    return anything / SETS, whole / SETS


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
