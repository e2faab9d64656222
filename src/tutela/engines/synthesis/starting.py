"""Draws a first set of synthetic records column by column, each given the one or two that tell most about
it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tutela.engines.synthesis.domain import Domain, Mask, Records
from tutela.engines.synthesis.measuring import Measured, Places, Table

SURE = 3.0
"""Standard errors at which a cell is believed against what smaller tables say."""
_TRIES = 10_000
Whole = npt.NDArray[np.integer[Any]]
Real = npt.NDArray[np.floating[Any]]


class CannotSynthesise(ValueError):
    """No synthetic record can be made; the message is one line."""


def start(measured: Measured, *, people: int, generator: np.random.Generator) -> Records:
    """Records drawn along a network of columns: columns × people, none of them impossible.

    The next column is the one that two (or, by the order of the tables, one or none) of those drawn already
    tell most about, by mutual information in the noisy tables of two. Raises CannotSynthesise.
    """
    domain = measured.domain
    held = np.zeros((len(domain.columns), people), dtype=np.int32)
    ones = [_single(measured.table((place,)), people) for place in range(len(domain.columns))]
    pairs = _pairs(measured, ones) if measured.order > 1 else {}
    for place, parents in _network(pairs, ones, measured.order - 1):
        chances = _chances(measured, held, place, parents, ones, pairs)
        held[place] = _drawn(chances, cells_of(held, domain, parents), generator)
    _mend(held, domain, generator)
    return held


def cells_of(held: Records, domain: Domain, places: Sequence[int]) -> Whole:
    """The flat cell of each record in the table over `places`; `held` is columns × people."""
    cell = np.zeros(held.shape[1], dtype=np.int32)  # MOST_SCALE keeps all cells of a table within 32 bits
    for place in places:
        cell = cell * np.int32(domain.sizes[place]) + held[place]
    return cell


def _single(table: Table, people: int) -> Real:
    """A believable table of one column, which adds up to `people`: what is not above noise is kept small."""
    cells = np.maximum(table.values, 0)
    cells[cells < SURE * table.standard_error] *= 0.5
    if not cells.any():
        cells = np.where(table.impossible, 0.0, 1.0)
    if not cells.any():
        raise CannotSynthesise(f"The rules make every code of {table.names[0]} impossible.")
    return np.asarray(cells * (people / cells.sum()))


def _believed(table: Real, error: float, guess: Real, impossible: Mask) -> Real:
    """The noisy cells that differ from a guess by more than noise does, and the guess for the others."""
    cells = np.where(np.abs(table - guess) > SURE * error, np.maximum(table, 0), guess)
    cells[impossible] = 0
    return cells


def _pairs(measured: Measured, ones: list[Real]) -> dict[Places, Real]:
    """Believable tables of two columns: what independence would give where nothing else is sure."""
    found = {}
    for table in measured.tables((2,)):
        first, second = (ones[place] for place in table.places)
        people = first.sum()
        scale = people / max(measured.people, 1.0)
        guess = np.outer(first, second) / people
        found[table.places] = _believed(
            table.values * scale, table.standard_error * scale, guess, table.impossible
        )
    return found


def _network(pairs: dict[Places, Real], ones: list[Real], most: int) -> list[tuple[int, tuple[int, ...]]]:
    """Each column with its parents (ascending, at most `most`), parents before children."""
    told = np.zeros((len(ones), len(ones)))
    for (first, second), cells in pairs.items():
        told[first, second] = told[second, first] = _information(cells)
    done = [int(np.argmax(told.sum(axis=0)))]
    network: list[tuple[int, Places]] = [(done[0], ())]
    while len(done) < len(ones):
        left = [place for place in range(len(ones)) if place not in done]
        known = told[np.ix_(left, done)]
        closest = np.argsort(-known, axis=1, kind="stable")[:, :most]
        best = int(np.argmax(np.take_along_axis(known, closest, axis=1).sum(axis=1)))
        network.append((left[best], tuple(sorted(done[at] for at in closest[best]))))
        done.append(left[best])
    return network


def _information(cells: Real) -> float:
    """How much one column of a table tells about the other, in nats."""
    shares = cells / max(cells.sum(), 1e-300)
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    seen = shares > 0
    return float(np.sum(shares[seen] * np.log(shares[seen] / expected[seen])))


def _chances(
    measured: Measured,
    held: Records,
    place: int,
    parents: Places,
    ones: list[Real],
    pairs: dict[Places, Real],
) -> Real:
    """How likely each code of a column is, given its parents: shape (cells of the parents, codes)."""
    alone = ones[place]
    given = [_given(pairs, place, parent) for parent in parents]
    if len(parents) < 2:
        return given[0] if given else alone[None]
    domain = measured.domain
    shape = domain.shape((*parents, place))
    # As if the parents told nothing of each other once the column is known.
    guess = given[0][:, None] * given[1][None] / np.maximum(alone, 1e-9)
    guess /= np.maximum(guess.sum(axis=2, keepdims=True), 1e-300)
    counts = np.bincount(cells_of(held, domain, parents), minlength=shape[0] * shape[1])
    guess *= counts.reshape(*shape[:2], 1)
    table = measured.table(tuple(sorted((*parents, place))))
    turned = [table.places.index(one) for one in (*parents, place)]
    scale = alone.sum() / max(measured.people, 1.0)
    cells = _believed(
        np.transpose(table.values * scale, turned),
        table.standard_error * scale,
        guess,
        np.transpose(table.impossible, turned),
    )
    return cells.reshape(-1, shape[2])


def _given(pairs: dict[Places, Real], place: int, parent: int) -> Real:
    """The chances of a column's codes given one parent: shape (codes of the parent, codes), rows add up to
    1."""
    cells = pairs[min(place, parent), max(place, parent)]
    rows = (cells if parent < place else cells.T) + 1e-12
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def _drawn(chances: Real, row_of: Whole, generator: np.random.Generator) -> Whole:
    """A code for each record by the chances in its row, each coming as often as it should within a row."""
    sums = np.cumsum(chances + 1e-12 * chances.max(initial=1e-300), axis=1)
    sums /= sums[:, -1:]
    order = np.argsort(row_of + generator.random(len(row_of)))
    rows = row_of[order]
    sizes = np.bincount(rows, minlength=len(chances))
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    within = (rank + generator.random(len(rows))) / np.maximum(sizes[rows], 1)
    flat = (sums + np.arange(len(sums))[:, None]).ravel()
    codes = np.searchsorted(flat, rows + within, side="right") - rows * chances.shape[1]
    drawn = np.empty(len(rows), dtype=np.int64)
    drawn[order] = np.clip(codes, 0, chances.shape[1] - 1)
    return drawn


def _mend(held: Records, domain: Domain, generator: np.random.Generator) -> None:
    """Replaces impossible records by possible ones, in place."""
    wrong = domain.is_impossible(held.T)
    if not wrong.any():
        return
    pool = held[:, ~wrong]
    if not pool.shape[1]:
        tried = generator.integers(0, domain.sizes, size=(_TRIES, len(domain.sizes)), dtype=np.int32).T
        pool = tried[:, ~domain.is_impossible(tried.T)]
    if not pool.shape[1]:
        raise CannotSynthesise("The rules leave hardly any record possible: none was found.")
    held[:, wrong] = pool[:, generator.integers(0, pool.shape[1], int(wrong.sum()))]
