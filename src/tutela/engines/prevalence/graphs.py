"""Averages over all decomposable models in closed form: no model has to be right, each weighs its evidence.

Madigan and York 1997 (Biometrika 84:19), with the hyper-Dirichlet prior of Dawid and Lauritzen 1993 (Annals
of Statistics 21:1272). The saturated model is left out: it says nothing about the people on no list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy.special import gammaln, logsumexp

from tutela.engines.prevalence.bootstrap import LEVELS, Interval
from tutela.engines.prevalence.tables import BadTable, Floats, Table, Whole

MOST_LISTS_AVERAGED = 5
LARGEST_MULTIPLE = 30
"""The prior ends at so many times the people observed; a posterior that leans on that end says so."""
_STEPS = 100_000
_FEW = 500
_NEGLIGIBLE = np.log(1e-12)
_AT_ONCE = 4_000
_LEANING = 0.01
_Graph = tuple[tuple[int, ...], Whole]


@dataclass(frozen=True, slots=True)
class Posterior:
    """The posterior of all people: `totals` (steps,) with `weights` (steps,) that sum to one.

    `graphs` holds the graphs as pairs of lists in bits with their posterior probability, likeliest first;
    `cut_off` is the weight within the last tenth of the prior's range.
    """

    totals: Floats
    weights: Floats
    graphs: tuple[tuple[tuple[int, ...], float], ...]
    cut_off: float

    @property
    def median(self) -> float:
        """Half the weight lies below."""
        return self.quantile(0.5)

    def quantile(self, level: float) -> float:
        """The first total up to which the weights reach `level`."""
        place = int(np.searchsorted(np.cumsum(self.weights), level))
        return float(self.totals[min(place, len(self.totals) - 1)])

    def intervals(self, levels: tuple[float, ...] = LEVELS) -> tuple[Interval, ...]:
        """Equal weight left out on both sides."""
        return tuple(
            Interval(one, self.quantile((1 - one) / 2), self.quantile((1 + one) / 2)) for one in levels
        )

    @property
    def leans_on_the_end(self) -> bool:
        """Whether a wider prior would give another answer."""
        return self.cut_off > _LEANING

    @property
    def modes(self) -> tuple[float, ...]:
        """Local peaks of the posterior that reach a tenth of the highest."""
        inner = self.weights[1:-1]
        peaks = (inner > self.weights[:-2]) & (inner >= self.weights[2:]) & (inner > self.weights.max() / 10)
        return tuple(float(one) for one in self.totals[1:-1][peaks])


def average(table: Table, *, largest: int | None = None, delta: float | None = None) -> Posterior:
    """The posterior over totals up to `largest`, with `delta` people to each history beforehand (1 / 2^k).

    The prior of the total N is 1 / N, all graphs are alike. Raises BadTable beyond MOST_LISTS_AVERAGED lists.
    """
    lists = len(table.lists)
    if not 3 <= lists <= MOST_LISTS_AVERAGED:
        raise BadTable(f"Averaging over graphs takes 3 to {MOST_LISTS_AVERAGED} lists: merge some.")
    most = largest or LARGEST_MULTIPLE * table.observed
    if most <= table.observed:
        raise BadTable("The largest total lies above the number of people observed.")
    counted = delta or 2.0**-lists
    graphs = decomposable_graphs(lists)
    coarse = _scores(table, graphs, _every(most - table.observed, _FEW), counted)
    likely = np.flatnonzero(logsumexp(coarse, axis=1) > logsumexp(coarse) + _NEGLIGIBLE)
    graphs = tuple(graphs[one] for one in likely)
    hidden = _every(most - table.observed, _STEPS)
    by_total, by_graph = np.zeros(len(hidden)), np.zeros(len(graphs))
    highest = coarse.max()
    for start in range(0, len(hidden), _AT_ONCE):
        portion = slice(start, start + _AT_ONCE)
        weights = np.exp(_scores(table, graphs, hidden[portion], counted) - highest)
        by_total[portion] = weights.sum(axis=0)
        by_graph += weights.sum(axis=1)
    by_total, shares = by_total / by_total.sum(), by_graph / by_graph.sum()
    named = tuple((graphs[one][0], float(shares[one])) for one in np.argsort(-shares, kind="stable"))
    totals = table.observed + hidden
    last = by_total[totals > table.observed + 0.9 * (most - table.observed)].sum()
    return Posterior(totals, by_total, named, float(last))


def _scores(table: Table, graphs: tuple[_Graph, ...], hidden: Floats, delta: float) -> Floats:
    """The log posterior of graphs and numbers of hidden people but for a constant: (graphs, steps)."""
    totals = table.observed + hidden
    prior = gammaln(totals + 1) - gammaln(hidden + 1) - np.log(totals)
    signs = np.array([counted for _, counted in graphs])
    return np.asarray(signs @ _margins(table, hidden, delta) + prior)


def _every(most: int, steps: int) -> Floats:
    """All numbers of hidden people up to `most`, or so many of them as can be looked at."""
    step = -(-(most + 1) // steps)
    return np.arange(0, most + 1, step, dtype=float)


def _margins(table: Table, hidden: Floats, delta: float) -> Floats:
    """The log evidence of each margin for each number of hidden people: (2^k, steps)."""
    lists = len(table.lists)
    numbers = np.arange(1, 2**lists)
    evidence = np.zeros((2**lists, len(hidden)))
    everyone = 2**lists * delta
    for some in range(1, 2**lists):
        cells = np.bincount(numbers & some, weights=table.counts, minlength=2**lists)
        own = 2.0 ** (lists - some.bit_count()) * delta
        inside = np.array([cell for cell in range(1, 2**lists) if cell & ~some == 0])
        evidence[some] = (
            (gammaln(cells[inside] + own) - gammaln(own)).sum()
            + gammaln(cells[0] + hidden + own)
            - gammaln(own)
            + gammaln(everyone)
            - gammaln(table.observed + hidden + everyone)
        )
    return evidence


@lru_cache(maxsize=4)
def decomposable_graphs(lists: int) -> tuple[_Graph, ...]:
    """Every decomposable graph but the complete one: its pairs, and how often each margin counts (2^k,).

    The evidence of a graph is that of its cliques over that of its separators.
    """
    pairs = [(1 << a) | (1 << b) for a, b in combinations(range(lists), 2)]
    found = []
    for chosen in range(2 ** len(pairs) - 1):
        edges = tuple(pair for place, pair in enumerate(pairs) if chosen >> place & 1)
        signs = np.zeros(2**lists, dtype=np.int64)
        for family, parents in _elimination(lists, edges):
            if family is None:
                break
            signs[family] += 1
            signs[parents] -= 1
        else:
            signs[0] = 0
            found.append((edges, signs))
    return tuple(found)


def _elimination(lists: int, edges: tuple[int, ...]) -> Iterator[tuple[int | None, int]]:
    """Takes away lists whose neighbours all know each other: the list with its neighbours, and those alone.

    Ends with None where there is no such list: the graph has a cycle without a chord.
    """
    left = set(range(lists))
    known = set(edges)
    while left:
        for one in sorted(left):
            near = [other for other in left if (1 << one) | (1 << other) in known and other != one]
            if all((1 << a) | (1 << b) in known for a, b in combinations(near, 2)):
                parents = sum(1 << other for other in near)
                yield parents | 1 << one, parents
                left.remove(one)
                break
        else:
            yield None, 0
            return
