"""Measures all small tables of a set of records at once, with noise whose size is known for every cell.

The tables are measured by their residual parts (ResidualPlanner: Xiao, He, Zhang and Kifer, NeurIPS 2023),
here in a form of whole numbers; docs/explanation/synthetic-data.md derives it. In short: for the columns A,
with s codes each, the part is the table times s minus its sum along each axis in turn, a table of whole
numbers that one person changes by a vector of squared length product of s(s − 1). Discrete Gaussian noise of
scale t on it costs rho = product of s(s − 1) / 2t². Everything else (tables, intervals, synthetic records)
is made of the noisy parts alone and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import ceil, comb, isfinite, prod, sqrt

import numpy as np
import numpy.typing as npt

from tutela.engines.synthesis.domain import Domain, Mask, Records
from tutela.engines.synthesis.noise import MOST_SCALE, Source, discrete_gaussian

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Places = tuple[int, ...]
"""Columns' places in the domain, ascending."""

MOST_ORDER = 3
MOST_RECORDS = 50_000_000
LEAST_SCALE = 2**12
"""Parts over few cells are counted in a fraction of a person, so that whole-numbered scales waste no
noise."""
NORMAL_95 = 1.959963984540054


class CannotMeasure(ValueError):
    """Records or a budget that cannot be measured; the message is one line."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one set of columns adds to what smaller sets tell: a noisy table whose axes all sum to zero."""

    values: Floats
    variance: float
    """Of the noise, per cell, before the axes' means were taken out; in people squared."""


@dataclass(frozen=True, slots=True)
class Table:
    """A noisy table: unbiased, below zero where the noise is larger than the count, and consistent with
    others.

    All of its cells have the same `standard_error` (in people). An impossible cell is 0, and exactly so; the
    sums along an axis include what had been measured there.
    """

    places: Places
    names: tuple[str, ...]
    values: Floats
    standard_error: float
    impossible: Mask

    @property
    def low(self) -> Floats:
        """The lower ends of the 95 % intervals."""
        return np.where(self.impossible, 0.0, self.values - NORMAL_95 * self.standard_error)

    @property
    def high(self) -> Floats:
        """The upper ends of the 95 % intervals."""
        return np.where(self.impossible, 0.0, self.values + NORMAL_95 * self.standard_error)


@dataclass(frozen=True, slots=True)
class Measured:
    """The noisy parts of all tables up to `order`: what may be kept, published and computed with."""

    domain: Domain
    order: int
    rho: float
    """What it cost each person, at most."""
    most: int
    """How many records each person could have."""
    parts: Mapping[Places, Part]

    @property
    def people(self) -> float:
        """The noisy number of records."""
        return float(self.parts[()].values)

    @property
    def people_error(self) -> float:
        """The standard error of `people`."""
        return sqrt(self.parts[()].variance)

    def table(self, places: Sequence[int]) -> Table:
        """The table over some columns, at most `order`, by their places. Raises KeyError."""
        whole = tuple(places)
        shape = self.domain.shape(whole)
        values, variance = np.zeros(shape), 0.0
        for size in range(len(whole) + 1):
            for within in combinations(range(len(whole)), size):
                part = self.parts[tuple(whole[axis] for axis in within)]
                spread = prod(shape[axis] for axis in range(len(whole)) if axis not in within)
                left = tuple(shape[axis] if axis in within else 1 for axis in range(len(whole)))
                values += part.values.reshape(left) / spread
                variance += part.variance / spread**2 * _kept(tuple(shape[axis] for axis in within))
        impossible = self.domain.impossible_cells(whole)
        values[impossible] = 0.0
        names = tuple(self.domain.names[place] for place in whole)
        return Table(whole, names, values, sqrt(variance), impossible)

    def tables(self, orders: Sequence[int] = (1, 2, 3)) -> Iterator[Table]:
        """All tables of these numbers of columns, one at a time: together they can be large."""
        for places in self.parts:
            if len(places) in orders:
                yield self.table(places)


def measure(
    records: Records, domain: Domain, *, rho: float, source: Source, order: int = 3, most: int = 1
) -> Measured:
    """Measures all tables of up to `order` columns at a cost of at most `rho` (zCDP) for each person.

    `records`: people × columns, places of codes, at most `most` of each person (see `bounded`). Two sets of
    records are neighbours if one has a person more. `source` must be the operating system's generator for
    anything that leaves the house. Raises CannotMeasure.
    """
    _check(records, domain, rho, order)
    if most < 1:
        raise CannotMeasure("Each person must be allowed at least one record.")
    held = np.ascontiguousarray(records.T)
    scales = split(domain, rho=rho, order=order, most=most)
    parts = {
        places: _part(counts(held, domain, places), scales.get(places), source)
        for places in domain.subsets(order)
    }
    return Measured(domain, order, rho, most, parts)


def add(first: Measured, *others: Measured) -> Measured:
    """The sum of releases about different people, such as registration years: it costs no one anything new.

    Its rho is the largest of theirs, which holds only if no person is in two of them. Raises CannotMeasure.
    """
    for other in others:
        if (other.domain, other.order, other.most) != (first.domain, first.order, first.most):
            raise CannotMeasure("Only releases with the same columns, codes and order can be added.")
    every = (first, *others)
    parts = {
        places: Part(
            np.sum([one.parts[places].values for one in every], axis=0),
            sum(one.parts[places].variance for one in every),
        )
        for places in first.parts
    }
    return Measured(first.domain, first.order, max(one.rho for one in every), first.most, parts)


def cost(scales: Mapping[Places, int], domain: Domain, *, most: int = 1) -> Fraction:
    """The exact rho of measuring parts with noise of these scales.

    A person with `most` equal records moves a part `most` times as far as one record does, and nobody moves
    it further: the length of a sum is at most the sum of lengths.
    """
    shares = (
        Fraction(moved(domain.shape(places)) * most**2, 2 * scale**2) for places, scale in scales.items()
    )
    return sum(shares, Fraction(0))


def moved(shape: Sequence[int]) -> int:
    """The squared length of what one record adds to the whole-number part with these sizes."""
    return _fineness(shape) ** 2 * prod(size * (size - 1) for size in shape)


def residual(table: Ints) -> Ints:
    """The whole-number part of a table of counts: along each axis in turn, s times the counts minus their
    sum.

    It is counted in 1 / (fineness · product of the sizes) of a person.
    """
    part = table * _fineness(table.shape)
    for axis, size in enumerate(table.shape):
        part = part * size - part.sum(axis=axis, keepdims=True)
    return np.asarray(part, dtype=np.int64)


def split(domain: Domain, *, rho: float, order: int = 3, most: int = 1) -> dict[Places, int]:
    """The whole-number scale of the noise of each part, from sizes alone, so that the cost is at most `rho`.

    It makes the sum over tables of the variance of a cell as small as it can be, each times the root of the
    number of its cells, and tables of one, of two and of three columns as groups counting alike. With v the
    weight of a part's variance in that sum and p what a variance of one costs, the variance is proportional
    to sqrt(p / v). Long tables, and tables of one column, would be needlessly inexact otherwise: measured. A
    part with a column of one code says nothing and is left out. Raises CannotMeasure.
    """
    weights = _weights(domain, order)
    prices = {places: _kept(domain.shape(places)) * most**2 / 2 for places in weights}
    total = sum(sqrt(prices[places] * weights[places]) for places in weights)
    scales = {}
    for places, weight in weights.items():
        shape = domain.shape(places)
        deviation = sqrt(sqrt(prices[places] / weight) * total / rho)
        scales[places] = ceil(_fineness(shape) * prod(shape) * deviation * (1 + 1e-12))
    if max(scales.values()) > MOST_SCALE:
        raise CannotMeasure("The budget is too small for so many columns.")
    if cost(scales, domain, most=most) > Fraction(rho):
        raise AssertionError("The noise is too small for its cost.")  # rounding up above makes it impossible
    return scales


def _weights(domain: Domain, order: int) -> dict[Places, float]:
    """v of `split`: how much of a part's variance the tables show, over all tables that it is in."""
    weights: dict[Places, float] = {}
    columns = len(domain.columns)
    for whole in domain.subsets(min(order, columns)):
        shape = domain.shape(whole)
        share = sqrt(prod(shape)) / comb(columns, len(whole))
        for size in range(len(whole) + 1):
            for within in combinations(range(len(whole)), size):
                inner = tuple(shape[axis] for axis in within)
                places = tuple(whole[axis] for axis in within)
                if 1 not in inner:
                    seen = _kept(inner) * (prod(inner) / prod(shape)) ** 2 * share
                    weights[places] = weights.get(places, 0.0) + seen
    return weights


def _part(table: Ints, scale: int | None, source: Source) -> Part:
    """A noisy part in people. Up to the addition of the noise there are whole numbers only."""
    if scale is None:
        return Part(np.zeros(table.shape), 0.0)
    exact = residual(table)
    noisy = exact + discrete_gaussian(scale, exact.size, source).reshape(exact.shape)
    unit = _fineness(table.shape) * prod(table.shape)
    values = noisy / unit
    for axis in range(values.ndim):
        values = values - values.mean(axis=axis, keepdims=True)
    return Part(values, (scale / unit) ** 2)


def counts(held: Records, domain: Domain, places: Places) -> Ints:
    """The exact table; `held` is columns × people."""
    shape = domain.shape(places)
    if not places:
        return np.array(held.shape[1], dtype=np.int64)
    cell = held[places[0]].astype(np.int64)
    for place, size in zip(places[1:], shape[1:], strict=True):
        cell = cell * size + held[place]
    return np.bincount(cell, minlength=prod(shape)).reshape(shape)


def _kept(shape: Sequence[int]) -> float:
    """The share of a part's variance that is left when the means of its axes are taken out."""
    return prod(1 - 1 / size for size in shape)


def _fineness(shape: Sequence[int]) -> int:
    return max(1, LEAST_SCALE // prod(shape))


def _check(records: Records, domain: Domain, rho: float, order: int) -> None:
    if not (isfinite(rho) and rho > 0):
        raise CannotMeasure("The budget must be above zero.")
    if not 1 <= order <= MOST_ORDER:
        raise CannotMeasure(f"The order must be from 1 to {MOST_ORDER}.")
    if records.ndim != 2 or records.shape[1] != len(domain.columns):
        raise CannotMeasure(f"The records must have {len(domain.columns)} columns.")
    if len(records) > MOST_RECORDS:
        raise CannotMeasure(f"More than {MOST_RECORDS:,} records.")
    if records.size and (records.min() < 0 or (records.max(axis=0) >= np.array(domain.sizes)).any()):
        raise CannotMeasure("A record has a code that is not in the lists.")
