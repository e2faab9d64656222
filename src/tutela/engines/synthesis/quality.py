"""Says how well synthetic records agree with the noisy tables, for nothing, and with the real ones, at a
price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

import numpy as np

from tutela.engines.synthesis.domain import Domain, Records
from tutela.engines.synthesis.measuring import CannotMeasure, Measured, Places, counts
from tutela.engines.synthesis.noise import MOST_SCALE, Source, discrete_gaussian


@dataclass(frozen=True, slots=True)
class Agreement:
    """Synthetic records beside all noisy tables of `order` columns; from what is published, so it costs
    nothing."""

    order: int
    tables: int
    cells: int
    """Of all tables, without impossible ones."""
    difference: float
    """The mean of the difference in a cell, in people."""
    error: float
    """The mean standard error of the noisy cells, in people."""
    inside: float
    """The share of cells whose synthetic count lies in the 95 % interval of the noisy one."""


@dataclass(frozen=True, slots=True)
class Distance:
    """How far synthetic records are from the real ones over all tables of `order` columns, with noise."""

    order: int
    misplaced: float
    """The mean over tables of the share of records that would have to change cells: total variation
    distance."""
    standard_error: float


def quality(measured: Measured, synthetic: Records) -> tuple[Agreement, ...]:
    """How synthetic records agree with the noisy tables, for each order; they are scaled to the same
    number."""
    found = []
    scale = max(measured.people, 0.0) / max(len(synthetic), 1)
    held = np.ascontiguousarray(synthetic.T)
    for order in range(1, min(measured.order, len(measured.domain.columns)) + 1):
        tables = cells = inside = 0
        difference = error = 0.0
        for table in measured.tables((order,)):
            possible = ~table.impossible
            made = (counts(held, measured.domain, table.places) * scale)[possible]
            tables, cells = tables + 1, cells + len(made)
            difference += float(np.abs(made - table.values[possible]).sum())
            error += table.standard_error * len(made)
            inside += int(((table.low[possible] <= made) & (made <= table.high[possible])).sum())
        share = 1 / max(cells, 1)
        found.append(Agreement(order, tables, cells, difference * share, error * share, inside * share))
    return tuple(found)


def distance(
    records: Records,
    synthetic: Records,
    domain: Domain,
    *,
    rho: float,
    source: Source,
    order: int = 3,
    most: int = 1,
) -> tuple[Distance, ...]:
    """How far synthetic records are from real ones, at a cost of `rho` (zCDP) for each person, shared by
    orders.

    A person more changes the sum of differences in one table by at most `most`, so in all T tables of an
    order by at most T · `most`: discrete Gaussian noise of scale t on their whole-numbered sum costs (T ·
    most)² / 2t². The number is not normalised by the real number of records, which stays unknown. Raises
    CannotMeasure.
    """
    if not len(synthetic):
        raise CannotMeasure("There are no synthetic records to compare.")
    if not rho > 0:
        raise CannotMeasure("The budget must be above zero.")
    real, made = np.ascontiguousarray(records.T), np.ascontiguousarray(synthetic.T)
    orders = range(1, min(order, len(domain.columns)) + 1)
    found = []
    for one in orders:
        places = list(_of_order(domain, one))
        apart = sum(
            int(np.abs(counts(real, domain, some) - counts(made, domain, some)).sum()) for some in places
        )
        scale = _scale(len(places) * most, Fraction(rho) / len(orders))
        noisy = apart + int(discrete_gaussian(scale, 1, source)[0])
        unit = 2 * len(places) * len(synthetic)
        found.append(Distance(one, max(0.0, noisy / unit), scale / unit))
    return tuple(found)


def _of_order(domain: Domain, order: int) -> Iterator[Places]:
    return (places for places in domain.subsets(order) if len(places) == order)


def _scale(change: int, rho: Fraction) -> int:
    """The smallest whole scale t with change² / 2t² ≤ rho."""
    least = Fraction(change**2) / (2 * rho)
    scale = max(1, isqrt(int(least)))
    while scale**2 < least:
        scale += 1
    if scale > MOST_SCALE:
        raise CannotMeasure("The budget is too small.")
    return scale
