"""Says which counts are the likeliest behind noisy tables: never negative, and far closer where few are
counted.

A noisy number is right on average and alone as inexact for a cell of one person as for one of thousands. A
table of long lists has many cells that hold nobody, and the table itself shows how many. This is the idea of
empirical Bayes (Robbins 1956; Efron 2010):

1. What the smaller tables let expect: for two columns, that they are independent; for three, that they
   depend on each other two by two alone (iterative proportional fitting, Deming and Stephan 1940).
2. How far cells really lie from it. Tables of one shape have noise of one size, so their cells are sorted by
   what was expected of them, and for each group the distribution of true departures is found that explains
   the noisy ones best (nonparametric maximum likelihood: Kiefer and Wolfowitz 1956; Koenker and Mizera 2014).
3. The mean of the true departure, given the noisy one. It is never further than `MOST_SHRUNK` standard
   errors from the noisy one, so that a cell unlike all others is not lost (Efron and Morris 1972).
4. Sums over a column have less noise than their cells together. What the cells lack or have too many is
   shared out among them by how unsure each is (the update of Kalman 1960).

All of it is made of the noisy tables, so it costs nobody anything. Estimates lean towards what smaller
tables let expect: their errors are smaller, but there is no interval for a single one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from tutela.engines.synthesis.domain import Domain, Mask
from tutela.engines.synthesis.measuring import Floats, Measured, Places, Table

Counts = npt.NDArray[np.float32]

MOST_SHRUNK = 3.0
"""Standard errors by which an estimate may differ from what was measured, before sums are heeded."""
_FAR = 8.0
"""Standard errors from which on a departure is believed as it was measured."""
_STEP = 0.05
_DEPARTURES = np.linspace(-_FAR, _FAR, round(2 * _FAR / _STEP) + 1)
"""Noisy departures, in standard errors, for which the mean of the true one is worked out; else between."""
_GROUPS = np.concatenate([[0.0], np.geomspace(0.02, 1e9, 96)])
"""What was expected of cells, in people: where one group ends and the next begins."""
_CELLS = 100
"""A smaller group borrows cells of its neighbours."""
_ROUNDS = 60
_FITTING = 6
_BALANCING = {2: 3, 3: 1}
"""How often tables of so many columns are brought closer to their sums."""
_NOTHING = 1e-9
_AT_ONCE = 1 << 16
"""Cells of a table worked on at a time: a table of forty million would take four gigabytes otherwise."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """The likeliest counts of all tables up to `order` columns, in people, none below zero.

    Impossible cells are 0. Tables of one column add up to `people`; the sums of larger ones are close to
    those of smaller ones, and not equal.
    """

    domain: Domain
    order: int
    people: float
    """At least one."""
    tables: Mapping[Places, Counts]


@dataclass(frozen=True, slots=True)
class _Guess:
    """The likeliest counts of one table, and how unsure they are."""

    cells: Counts
    variance: Counts
    """Per cell, in people squared."""


def estimate(measured: Measured) -> Estimated:
    """The likeliest counts behind `measured`: a function of it alone."""
    people = max(measured.people, 1.0)
    domain = measured.domain
    found = {table.places: _on_total(table, people) for table in measured.tables((1,))}

    def independent(places: Places) -> Floats:
        first, second = (found[place,].cells for place in places)
        return np.multiply.outer(first, second).astype(float) / people

    def two_by_two(places: Places) -> Floats:
        return _fitted(~domain.impossible_cells(places), *(found[pair].cells for pair in _sums(places)))

    if measured.order > 1:
        found |= dict(_shrunk(measured, 2, independent, found))
    tables = {places: guess.cells for places, guess in found.items()}
    if measured.order > 2:
        tables |= {places: guess.cells for places, guess in _shrunk(measured, 3, two_by_two, found)}
    return Estimated(domain, measured.order, people, tables)


def _sums(places: Places) -> Iterator[Places]:
    """The tables that a table gives if it is summed over one of its columns, the first column first."""
    for left_out in places:
        yield tuple(place for place in places if place != left_out)


# ---------------------------------------------------------------- what smaller tables let expect
def _on_total(table: Table, people: float) -> _Guess:
    """The nearest counts to a table of one column that are not negative and add up to `people`."""
    cells = np.zeros(table.values.shape, dtype=np.float32)
    possible = ~table.impossible
    values = table.values[possible]
    if values.size:
        falling = np.sort(values)[::-1]
        above = (np.cumsum(falling) - people) / np.arange(1, len(falling) + 1)
        cells[possible] = np.maximum(values - above[np.flatnonzero(falling > above)[-1]], 0)
    return _Guess(cells, np.where(cells > 0, table.standard_error**2, 0).astype(np.float32))


def _fitted(possible: Mask, bc: Counts, ac: Counts, ab: Counts) -> Floats:
    """Cells of three columns that have, nearly, these tables of two, and nothing else in common."""
    cells = possible.astype(float)
    for _ in range(_FITTING):
        cells *= (bc / np.maximum(cells.sum(axis=0), _NOTHING))[None]
        cells *= (ac / np.maximum(cells.sum(axis=1), _NOTHING))[:, None]
        cells *= (ab / np.maximum(cells.sum(axis=2), _NOTHING))[:, :, None]
    return cells


# ---------------------------------------------------------------- how far cells lie from it
def _shrunk(
    measured: Measured,
    order: int,
    expected: Callable[[Places], Floats],
    smaller: Mapping[Places, _Guess],
) -> Iterator[tuple[Places, _Guess]]:
    """All tables of so many columns, each cell between what was expected of it and what was measured."""
    alike: dict[tuple[int, ...], list[Places]] = {}
    for places in measured.parts:
        if len(places) == order:
            alike.setdefault(tuple(sorted(measured.domain.shape(places))), []).append(places)
    for several in alike.values():
        before = {places: expected(places).astype(np.float32) for places in several}
        seen = np.zeros((len(_GROUPS) + 1, len(_DEPARTURES)))
        for places, cells in before.items():
            seen += _departures(measured.table(places), cells)
        means = _means(seen, measured.table(several[0]).standard_error)
        slopes = np.clip(np.gradient(means, _STEP, axis=1), 0, 1)
        for places, cells in before.items():
            guess = _between(measured.table(places), cells, means, slopes)
            yield places, _balanced(guess, [smaller[one] for one in _sums(places)])


def _departures(table: Table, expected: Counts) -> Floats:
    """How many cells there are by group and noisy departure: shape (groups, departures)."""
    shape = (len(_GROUPS) + 1, len(_DEPARTURES))
    seen = np.zeros(shape[0] * shape[1])
    values, flat, possible = table.values.ravel(), expected.ravel(), ~table.impossible.ravel()
    for some in _blocks(len(flat)):
        departure = (values[some] - flat[some]) / (table.standard_error or 1.0)
        near = (np.abs(departure) < _FAR) & possible[some]
        group = np.searchsorted(_GROUPS, flat[some][near], side="right")
        place = np.rint((departure[near] + _FAR) / _STEP).astype(np.int64)
        seen += np.bincount(group * shape[1] + place, minlength=len(seen))
    return seen.reshape(shape)


def _blocks(cells: int) -> Iterator[slice]:
    """All cells of a table, some at a time."""
    for first in range(0, cells, _AT_ONCE):
        yield slice(first, first + _AT_ONCE)


def _means(seen: Floats, error: float) -> Floats:
    """The mean of the true departure for each group and noisy departure, in standard errors.

    Where nothing was seen it is the noisy one.
    """
    means = np.tile(_DEPARTURES, (len(seen), 1))
    for group in np.flatnonzero(seen.sum(axis=1)).tolist():
        least = -1.2 * _GROUPS[max(group - 1, 0)] / (error or 1.0)  # a cell cannot hold less than nobody
        true = _possible(max(least, -_FAR))
        likely = np.exp(-0.5 * (_DEPARTURES[:, None] - true) ** 2)
        chances = _likeliest(_enough(seen, group), likely, none=int(np.argmin(np.abs(true))))
        weighed = likely * chances
        means[group] = weighed @ true / np.maximum(weighed.sum(axis=1), 1e-300)
    return np.clip(means, _DEPARTURES - MOST_SHRUNK, _DEPARTURES + MOST_SHRUNK)


def _possible(least: float) -> Floats:
    """True departures to choose from: from `least` to beyond `_FAR`, closer together near zero."""
    below = np.linspace(least, 0, 2 + ceil(-4 * least))
    return np.unique(np.concatenate([below, np.linspace(0, 2, 17), np.linspace(2, _FAR + 1, 29)]))


def _enough(seen: Floats, group: int) -> Floats:
    """What was seen in a group, and in its neighbours until there are `_CELLS`: shape (departures,)."""
    first = last = group
    while seen[first : last + 1].sum() < _CELLS and (first > 0 or last < len(seen) - 1):
        first, last = max(first - 1, 0), min(last + 1, len(seen) - 1)
    return np.asarray(seen[first : last + 1].sum(axis=0))


def _likeliest(seen: Floats, likely: Floats, *, none: int) -> Floats:
    """The chances of true departures that explain the noisy ones best, by the EM algorithm.

    It begins with nearly all cells at `none`, the more so the more cells there are: from even chances it
    would leave a small departure in each of a million cells that have none.
    """
    there = seen > 0
    cells = seen.sum()
    likely, shares = likely[there], seen[there] / cells
    chances = np.full(likely.shape[1], min(0.5, cells**-0.75) / likely.shape[1])
    chances[none] += 1 - chances.sum()
    for _ in range(_ROUNDS):
        chances = chances * (likely.T @ (shares / np.maximum(likely @ chances, 1e-300)))
    return chances


def _between(table: Table, expected: Counts, means: Floats, slopes: Floats) -> _Guess:
    """What was expected and the mean of the true departure from it.

    The variance of a true departure is the slope of its mean over the noisy one (Tweedie's formula: Efron
    2011).
    """
    error = table.standard_error or 1.0
    values, flat = table.values.ravel(), expected.ravel()
    cells, variance = np.empty_like(flat), np.empty_like(flat)
    for some in _blocks(len(flat)):
        departure = (values[some] - flat[some]) / error
        far = np.abs(departure) >= _FAR
        group = np.searchsorted(_GROUPS, flat[some], side="right")
        place = np.clip((departure + _FAR) / _STEP, 0, len(_DEPARTURES) - 1.001)
        left = place.astype(np.int64)
        part = place - left
        mean = means[group, left] * (1 - part) + means[group, left + 1] * part
        cells[some] = np.maximum(flat[some] + error * np.where(far, departure, mean), 0)
        variance[some] = error**2 * np.where(far, 1, slopes[group, left])
    impossible = table.impossible.ravel()
    cells[impossible] = variance[impossible] = 0
    return _Guess(cells.reshape(expected.shape), variance.reshape(expected.shape))


def _balanced(guess: _Guess, sums: Sequence[_Guess]) -> _Guess:
    """Brings cells closer to their sums over one column, in turn: `sums` over the first column first."""
    cells = guess.cells
    for _ in range(_BALANCING[len(sums)]):
        for axis, known in reversed(list(enumerate(sums))):
            unsure = guess.variance.sum(axis=axis) + known.variance
            lacking = (known.cells - cells.sum(axis=axis)) / np.maximum(unsure, _NOTHING)
            cells = np.maximum(cells + guess.variance * np.expand_dims(lacking, axis), 0)
    return _Guess(cells, guess.variance)
