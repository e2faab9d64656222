"""The fewest places between two sets of places that every way from the one to the other passes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from tutela.engines.routes.network import BadNetwork, Flags, Network, Whole

_MOST = 2**30
"""Capacities are numbers of 32 bits in scipy, and two of them are added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where all ways pass.

    `places` (k,): the cut nearest to the sources; `cost`: of these places together, the largest flow;
    `direct` (m,): links that lead straight from a source to a target, which no place between can meet.
    """

    places: Whole
    cost: int
    direct: Flags


def cut(links: Network, sources: Iterable[int], targets: Iterable[int], cost: ArrayLike | None = None) -> Cut:
    """The cheapest places, sources and targets left out, without which no way leads from one to the other.

    `cost`: what a place costs, whole numbers (places,), else 1 each: the fewest places. Each place becomes
    two, joined by a link of its cost; then the largest flow is the cheapest cut (Menger 1927; Ford and
    Fulkerson 1956, Canadian Journal of Mathematics 8: 399-404).

    Raises BadNetwork where a set is empty, the sets share a place, or a cost is no whole number above zero.
    """
    start, end = _chosen(links, sources), _chosen(links, targets)
    if not start.any() or not end.any():
        raise BadNetwork("A cut needs a place to start from and a place to arrive at.")
    if np.any(start & end):
        raise BadNetwork("A place stands on both sides of the cut.")
    costs = np.ones(links.places, dtype=np.int64) if cost is None else np.asarray(cost)
    if costs.shape != (links.places,) or np.any(costs < 1) or np.any(costs != np.floor(costs)):
        raise BadNetwork("Each place has a cost, a whole number above zero.")
    endless = int(costs.sum()) + 1
    if endless > _MOST:
        raise BadNetwork("The costs are too large to add up.")
    direct = start[links.source] & end[links.target]
    graph = _split(links.only(~direct), start, end, costs.astype(np.int64), endless)
    found = maximum_flow(graph, 2 * links.places, 2 * links.places + 1)
    rest = csr_array(graph - found.flow)
    rest.data[rest.data < 0] = 0
    rest.eliminate_zeros()
    reached = np.zeros(graph.shape[0], dtype=bool)
    reached[breadth_first_order(rest, 2 * links.places, return_predecessors=False)] = True
    within, beyond = reached[: links.places], reached[links.places : 2 * links.places]
    return Cut(places=np.flatnonzero(within & ~beyond), cost=int(found.flow_value), direct=direct)


def _chosen(links: Network, some: Iterable[int]) -> Flags:
    found = np.zeros(links.places, dtype=bool)
    for place in some:
        if not 0 <= place < links.places:
            raise BadNetwork("A cut names a place that is none.")
        found[place] = True
    return found


def _split(links: Network, start: Flags, end: Flags, costs: Whole, endless: int) -> csr_array:
    """Place i goes in at i and out at n + i; all sources hang on 2n, all targets on 2n + 1."""
    n = links.places
    every = np.arange(n)
    first, last = np.flatnonzero(start), np.flatnonzero(end)
    source = np.concatenate([every, n + links.source, np.full(len(first), 2 * n), n + last])
    target = np.concatenate([n + every, links.target, first, np.full(len(last), 2 * n + 1)])
    within = np.where(start | end, endless, costs)
    capacity = np.concatenate([within, np.full(len(source) - n, endless)]).astype(np.int32)
    return csr_array((capacity, (source, target)), shape=(2 * n + 2, 2 * n + 2))
