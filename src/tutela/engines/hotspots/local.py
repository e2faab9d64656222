"""Local statistics: which places stand among others like or unlike them (Gi*, local Moran), by PySAL.

Getis and Ord 1992 and 1995, Anselin 1995. PySAL (esda and libpysal) is imported when it is first asked for:
it is no part of what a scan needs.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from tutela.engines.hotspots.geometry import BadPlaces, Floats, Geometry, Whole
from tutela.engines.hotspots.models import BadCounts

LEVEL = 0.05
NEIGHBOURS = 8
LEAST_RUNS, MOST_RUNS, MOST_DEALT = 9_999, 99_999, 300_000_000
"""Deals, and the values that are dealt in all of them together: half a minute."""
_AT_ONCE = 1_000
"""Places whose distances, or runs whose order, are held at once."""


class Among(StrEnum):
    """A place and its neighbours, each above or below the mean of all."""

    HIGH_HIGH = "high among high"
    LOW_HIGH = "low among high"
    LOW_LOW = "low among low"
    HIGH_LOW = "high among low"


_BY_NUMBER = (Among.HIGH_HIGH, Among.LOW_HIGH, Among.LOW_LOW, Among.HIGH_LOW)
"""As PySAL numbers the quadrants, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """Of each place, all (places,): `z`, standardised Gi*; `moran`, local Moran's I; `among`.

    `p`: how often neighbours dealt out anew are as far out, on either side; it is the same for both
    statistics, which differ only in what they do with the place itself. `q`: p with the false discovery rate
    of Benjamini and Hochberg (1995); `q_any`: of Benjamini and Yekutieli (2001), whatever the dependence.
    NaN, and no `among`, for a place without neighbours; no `z` for one that has all others as neighbours.
    `runs`: how often was dealt.
    """

    z: Floats
    moran: Floats
    among: tuple[Among | None, ...]
    p: Floats
    q: Floats
    q_any: Floats
    runs: int


def nearest(geometry: Geometry, number: int = NEIGHBOURS) -> list[Whole]:
    """The `number` nearest places of each, and all at the same distance as the last: no order decides.

    Raises BadPlaces where there are not more places than that.
    """
    if not 1 <= number < geometry.number:
        raise BadPlaces(f"{number:,} neighbours each need more than {number:,} places: {geometry.number:,}.")
    found = []
    for start in range(0, geometry.number, _AT_ONCE):
        centres = np.arange(start, min(start + _AT_ONCE, geometry.number))
        away = geometry.distances(centres)
        away[np.arange(len(centres)), centres] = np.inf
        furthest = np.partition(away, number - 1, axis=1)[:, number - 1]
        near = (away <= furthest[:, None] * (1 + 1e-12)) & np.isfinite(away)
        found += [np.flatnonzero(row) for row in near]
    return found


def linked(number: int, links: Whole) -> list[Whole]:
    """The places that a link leads to from each of `number`; `links` (n, 2). Some may have none."""
    sets: list[set[int]] = [set() for _ in range(number)]
    for one, other in links.tolist():
        if one != other:
            sets[one].add(other)
            sets[other].add(one)
    return [np.array(sorted(each), dtype=np.int64) for each in sets]


def rates(cases: Floats, people: Floats) -> Floats:
    """Rates that are as uncertain everywhere, in standard deviations from the rate of all (empirical Bayes).

    Assunção and Reis 1999, Statistics in Medicine 18: 2147-2162. Both (places,); people (or an expectation)
    above zero, else BadCounts.
    """
    if not (people > 0).all():
        raise BadCounts("A rate needs people in every place.")
    from esda.smoothing import assuncao_rate

    return np.asarray(assuncao_rate(cases.astype(np.float64), people.astype(np.float64)), dtype=np.float64)


def runs_for(number: int, level: float = LEVEL) -> int:
    """Runs after which a single place of `number` can stand out at `level`: p is at least 2 / (runs + 1).

    Fewer with more than 2,500 places: then several together can, and one alone cannot.
    """
    wanted, most = int(np.ceil(2 * number / level)) - 1, min(MOST_RUNS, MOST_DEALT // number)
    return max(LEAST_RUNS, min(wanted, most))


def local_statistics(
    values: Floats, neighbours: Sequence[Whole], *, chance: np.random.Generator, runs: int
) -> Local:
    """Gi* and local Moran's I of `values` (places,), every neighbour counting alike.

    Raises BadCounts where all values are the same, and ImportError without PySAL.
    """
    if len(values) < 3 or np.ptp(values) == 0:
        raise BadCounts("Local statistics need three places or more that are not all alike.")
    alone = np.array([len(each) == 0 for each in neighbours])
    if alone.all():
        raise BadCounts("No place has a neighbour.")
    z, moran, quadrants = _by_pysal(values, neighbours)
    p = np.where(alone, np.nan, _chances(values, neighbours, chance, runs))
    q, q_any = np.full(len(p), np.nan), np.full(len(p), np.nan)
    q[~alone] = false_discovery_control(p[~alone], method="bh")
    q_any[~alone] = false_discovery_control(p[~alone], method="by")
    return Local(
        z=np.where(alone, np.nan, z),
        moran=np.where(alone, np.nan, moran),
        among=tuple(
            None if lone else _BY_NUMBER[quadrant - 1]
            for lone, quadrant in zip(alone, quadrants, strict=True)
        ),
        p=p,
        q=q,
        q_any=q_any,
        runs=runs,
    )


def _by_pysal(values: Floats, neighbours: Sequence[Whole]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """z of Gi*, local Moran's I, and its quadrant.

    Gi* wants binary weights with the place itself among them: with weights in rows esda's z is on another
    scale. The values are moved to a mean of 1 first, which changes no z and keeps esda from dividing by zero.
    """
    from esda.getisord import G_Local
    from esda.moran import Moran_Local
    from libpysal.weights import W

    weights = {place: each.tolist() for place, each in enumerate(neighbours)}
    moved = (values - values.mean()) / values.std() + 1
    order = list(range(len(values)))
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore")  # of parts that are not connected, which is no mistake here
        star = G_Local(moved, W(weights, id_order=order), transform="B", star=True, permutations=0)
        moran = Moran_Local(moved, W(weights, id_order=order), permutations=0)
    everywhere = np.array([len(each) == len(values) - 1 for each in neighbours])
    return np.where(everywhere, np.nan, star.Zs), moran.Is, np.asarray(moran.q, dtype=np.int64)


def _chances(values: Floats, neighbours: Sequence[Whole], chance: np.random.Generator, runs: int) -> Floats:
    """p of each place on both sides: its neighbours' sum among sums of as many others, dealt `runs` times.

    Our own, not PySAL's: those change where an accelerator (numba) is installed, and come from numpy's global
    state. As there, one deal serves all places.
    """
    sums = np.array([values[each].sum() for each in neighbours])
    close = 1e-9 * np.abs(values).max()
    more, less = np.zeros(len(values)), np.zeros(len(values))
    most = max(map(len, neighbours))
    for dealt in _deals(len(values) - 1, most, chance, runs):
        for place, each in enumerate(neighbours):
            others = np.delete(values, place)
            drawn = others[dealt[:, : len(each)]].sum(axis=1)
            more[place] += np.count_nonzero(drawn >= sums[place] - close)
            less[place] += np.count_nonzero(drawn <= sums[place] + close)
    return np.minimum(2 * (np.minimum(more, less) + 1) / (runs + 1), 1.0)


def _deals(number: int, most: int, chance: np.random.Generator, runs: int) -> Iterator[Whole]:
    """The first `most` of `number` in random order, (some runs, most), until all runs are dealt."""
    for start in range(0, runs, _AT_ONCE):
        some = min(_AT_ONCE, runs - start)
        yield chance.permuted(np.tile(np.arange(number), (some, 1)), axis=1)[:, :most]
