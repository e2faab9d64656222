"""How often a place lies on the shortest ways between others, where much recorded makes a link short."""

from __future__ import annotations

import heapq

import numpy as np

from tutela.engines.routes.network import Floats, Network

_SAME = 1e-10
"""Ways whose lengths differ by less, as a part of the length, are as long."""


def betweenness(links: Network) -> Floats:
    """For each place the part of shortest ways between two others that pass it (places,), from 0 to 1.

    The length of a link is 1 / weight; ways that are as long share. Summed over all ordered pairs of other
    places and divided by their number, (n - 1)(n - 2). Brandes 2001, Journal of Mathematical Sociology 25:
    163-177. Multiplying all weights changes nothing.
    """
    ways = _ways(links)
    total = np.zeros(links.places)
    for start in range(links.places):
        if ways[start]:
            _add(total, ways, start)
    pairs = (links.places - 1) * (links.places - 2)
    return total / pairs if pairs > 0 else total


_Ways = list[list[tuple[int, float]]]


def _ways(links: Network) -> _Ways:
    found: _Ways = [[] for _ in range(links.places)]
    longest = float(links.weight.max()) if len(links) else 1.0
    for source, target, weight in zip(links.source, links.target, links.weight, strict=True):
        found[int(source)].append((int(target), longest / float(weight)))
    return found


def _add(total: Floats, ways: _Ways, start: int) -> None:
    """Adds what the ways from one place bring to each place on them: Brandes' algorithm 1, with lengths."""
    order, before, number = _shortest(ways, start)
    owed = [0.0] * len(ways)
    for place in reversed(order):
        for earlier in before[place]:
            owed[earlier] += number[earlier] / number[place] * (1 + owed[place])
        if place != start:
            total[place] += owed[place]


def _shortest(ways: _Ways, start: int) -> tuple[list[int], list[list[int]], list[float]]:
    """Dijkstra's search: places in order of distance, which come before each, and in how many ways."""
    distance = [np.inf] * len(ways)
    number = [0.0] * len(ways)
    before: list[list[int]] = [[] for _ in ways]
    done = [False] * len(ways)
    order: list[int] = []
    distance[start], number[start] = 0.0, 1.0
    ahead = [(0.0, start)]
    while ahead:
        _, place = heapq.heappop(ahead)
        if done[place]:
            continue
        done[place] = True
        order.append(place)
        for target, length in ways[place]:
            far = distance[place] + length
            if far < distance[target] * (1 - _SAME):
                distance[target], number[target], before[target] = far, number[place], [place]
                heapq.heappush(ahead, (far, target))
            elif not done[target] and far <= distance[target] * (1 + _SAME):
                number[target] += number[place]
                before[target].append(place)
    return order, before, number
