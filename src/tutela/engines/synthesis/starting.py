"""Draws a first set of synthetic records column by column, each given the one or two that tell most about
it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tutela.engines.synthesis.domain import Domain, Records
from tutela.engines.synthesis.estimating import Estimated
from tutela.engines.synthesis.measuring import Places

_TRIES = 10_000
Whole = npt.NDArray[np.integer[Any]]
Real = npt.NDArray[np.floating[Any]]


class CannotSynthesise(ValueError):
    """No synthetic record can be made; the message is one line."""


def start(estimated: Estimated, *, people: int, generator: np.random.Generator) -> Records:
    """Records drawn along a network of columns: columns × people, none of them impossible.

    The next column is the one that two (or, by the order of the tables, one or none) of those drawn already
    tell most about, by mutual information in the tables of two. Raises CannotSynthesise.
    """
    domain = estimated.domain
    for place, name in enumerate(domain.names):
        if domain.impossible_cells((place,)).all():
            raise CannotSynthesise(f"The rules make every code of {name} impossible.")
    held = np.zeros((len(domain.columns), people), dtype=np.int32)
    for place, parents in _network(estimated):
        held[place] = _drawn(_chances(estimated, place, parents), cells_of(held, domain, parents), generator)
    _mend(held, domain, generator)
    return held


def cells_of(held: Records, domain: Domain, places: Sequence[int]) -> Whole:
    """The flat cell of each record in the table over `places`; `held` is columns × people."""
    cell = np.zeros(held.shape[1], dtype=np.int32)  # MOST_SCALE keeps all cells of a table within 32 bits
    for place in places:
        cell = cell * np.int32(domain.sizes[place]) + held[place]
    return cell


def _network(estimated: Estimated) -> list[tuple[int, Places]]:
    """Each column with its parents (ascending, one fewer than the tables have columns), parents first."""
    columns = len(estimated.domain.columns)
    told = np.zeros((columns, columns))
    for places, cells in estimated.tables.items():
        if len(places) == 2:
            told[places] = told[places[::-1]] = _information(cells)
    done = [int(np.argmax(told.sum(axis=0)))]
    network: list[tuple[int, Places]] = [(done[0], ())]
    while len(done) < columns:
        left = [place for place in range(columns) if place not in done]
        known = told[np.ix_(left, done)]
        closest = np.argsort(-known, axis=1, kind="stable")[:, : estimated.order - 1]
        best = int(np.argmax(np.take_along_axis(known, closest, axis=1).sum(axis=1)))
        network.append((left[best], tuple(sorted(done[at] for at in closest[best]))))
        done.append(left[best])
    return network


def _information(cells: Real) -> float:
    """How much one column of a table tells about the other, in nats."""
    shares = cells.astype(float) / max(float(cells.sum()), 1e-300)
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    seen = shares > 0
    return float(np.sum(shares[seen] * np.log(shares[seen] / expected[seen])))


def _chances(estimated: Estimated, place: int, parents: Places) -> Real:
    """How likely each code of a column is, given its parents: shape (cells of the parents, codes).

    Where the table of three holds nobody, the first parent alone tells.
    """
    if not parents:
        return estimated.tables[place,][None]
    given = _given(estimated, place, parents[0])
    if len(parents) == 1:
        return given
    table = tuple(sorted((*parents, place)))
    cells = np.transpose(estimated.tables[table], [table.index(one) for one in (*parents, place)])
    nobody = cells.sum(axis=2, keepdims=True) <= 0
    return np.where(nobody, given[:, None], cells).reshape(-1, cells.shape[2])


def _given(estimated: Estimated, place: int, parent: int) -> Real:
    """The cells of a column's codes by the codes of one parent: shape (codes of the parent, codes)."""
    cells = estimated.tables[min(place, parent), max(place, parent)]
    return cells if parent < place else cells.T


def _drawn(chances: Real, row_of: Whole, generator: np.random.Generator) -> Whole:
    """A code for each record by the chances in its row, each coming as often as it should within a row."""
    sums = np.cumsum(chances.astype(float) + 1e-12 * max(float(chances.max(initial=0)), 1.0), axis=1)
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
