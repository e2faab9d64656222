"""Builds synthetic records whose small tables look like the noisy ones: from these alone, so it costs
nothing.

It begins with a network of columns (`starting`) and then goes over the tables again and again, each time
moving a share of the records in cells that hold too many to cells that hold too few: the idea of PrivSyn's
GUM (Zhang et al., USENIX Security 2021), with three changes that were measured to be better. A table moves
records only as far as its misfit is more than its own noise explains (James and Stein 1961). A combination
that no record has yet is made only if the table shows it at three standard errors. Records moved late
take over a whole record that lies in the right cell, which keeps what no small table shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutela.engines.synthesis.domain import Domain, Records
from tutela.engines.synthesis.measuring import Measured, Places
from tutela.engines.synthesis.starting import SURE, CannotSynthesise, Real, Whole, cells_of, start

LEAST_SWEEPS, MOST_SWEEPS = 6, 20
MOST_WORK = 8_000_000_000
"""Records times tables that are looked at; where all sweeps would be more, there are fewer of them."""
_REST = 4
"""A table whose misfit is all noise is passed over for so many sweeps."""
_MODELS = 8
"""Whole records are taken over from about so many for each that comes."""


@dataclass(slots=True)
class _Goal:
    """One noisy table, scaled to the number of synthetic people, flat."""

    places: Places
    cells: Real
    error: float
    rest: int = 0


def synthesise(measured: Measured, *, people: int, generator: np.random.Generator) -> Records:
    """`people` synthetic records: people × columns, in random order; no impossible one among them.

    Only what `measured` holds is used, so the records cost no one anything. `generator` may be seeded: it
    hides nothing, and the same seed gives the same records. Raises CannotSynthesise.
    """
    if people < 0:
        raise CannotSynthesise("The number of people must not be negative.")
    domain = measured.domain
    if people == 0:
        return np.empty((0, len(domain.columns)), dtype=np.int32)
    held = start(measured, people=people, generator=generator)
    goals = _goals(measured, people)
    for share, copied in _plan(people * len(goals)):
        generator.shuffle(goals)
        for goal in goals:
            if goal.rest:
                goal.rest -= 1
            else:
                _move(held, domain, goal, share, copied, generator)
    return np.ascontiguousarray(held.T[generator.permutation(people)])


def _plan(work: int) -> list[tuple[float, float]]:
    """For each sweep the share of a misfit that is moved, and the share of whole records taken over.

    `work`: records times tables of one sweep.
    """
    sweeps = min(MOST_SWEEPS, max(LEAST_SWEEPS, MOST_WORK // work))
    last = 2 * sweeps // 5
    first = [(float(share), 0.5) for share in np.geomspace(0.5, 0.1, sweeps - last)]
    return first + [(float(share), 1.0) for share in np.geomspace(0.5, 0.05, last)]


def _goals(measured: Measured, people: int) -> list[_Goal]:
    """All tables of two columns and more; of one, if there are no others."""
    scale = people / max(measured.people, 1.0)
    widest = min(measured.order, len(measured.domain.columns))
    return [
        _Goal(table.places, (table.values * scale).astype(np.float32).ravel(), table.standard_error * scale)
        for table in measured.tables([order for order in (2, 3) if order <= widest] or [1])
    ]


def _move(
    held: Records, domain: Domain, goal: _Goal, share: float, copied: float, generator: np.random.Generator
) -> None:
    """Moves records from cells with too many to cells with too few, in place; `held` is columns × people."""
    cell_of = cells_of(held, domain, goal.places)
    counts = np.bincount(cell_of, minlength=len(goal.cells))
    misfit = _misfit(goal, counts)
    if misfit is None:
        return
    missing, surplus = np.maximum(misfit, 0), np.maximum(-misfit, 0)
    amount = share * min(float(missing.sum()), float(surplus.sum()))
    if amount < 1:
        return
    luck = generator.random(held.shape[1], dtype=np.float32)
    leaving = _shares(surplus * (amount / surplus.sum()), counts)
    moved = np.flatnonzero(luck < leaving[cell_of])
    generator.shuffle(moved)
    into = _drawn(missing, len(moved), generator)
    # The records with the most luck are models for those that come: several for each place, for no cell all.
    wanted = np.bincount(into, minlength=len(counts))
    modelling = np.minimum(_shares(_MODELS * wanted, counts), 1 - leaving)
    models = np.flatnonzero(luck > (1 - modelling)[cell_of])
    model = _alike(cell_of[models], into, generator)
    takes_over = model >= 0
    if copied < 1:
        takes_over &= generator.random(len(into)) < copied
    held[:, moved[takes_over]] = held[:, models[model[takes_over]]]
    _overwrite(held, domain, goal.places, moved[~takes_over], into[~takes_over])


def _shares(part: Real | Whole, counts: Whole) -> Real:
    """Which share of each cell's records a part of them is; none of an empty one."""
    shares = np.zeros(len(counts), dtype=np.float32)
    np.divide(part, counts, out=shares, where=counts > 0, casting="same_kind")
    return shares


def _misfit(goal: _Goal, counts: Whole) -> Real | None:
    """How many records each cell lacks, as far as it is not noise; None if all of it may be noise.

    The more of it is noise, the longer the table rests.
    """
    misfit = goal.cells - counts
    occupied = counts > 0
    seen = misfit[occupied]
    noise = len(seen) * goal.error**2
    squares = float(seen @ seen)
    if squares <= noise * (1 + (2 / max(len(seen), 1)) ** 0.5):  # a standard deviation above what noise gives
        goal.rest = _REST
        return None
    goal.rest = int(_REST * (noise / squares) ** 2)
    misfit *= 1 - noise / squares
    doubtful = ~occupied & (goal.cells < SURE * goal.error)
    misfit[doubtful] = 0
    return misfit


def _alike(cells: Whole, wanted: Whole, generator: np.random.Generator) -> Whole:
    """For each wanted cell the place in `cells` of a random one that is it, or −1."""
    order = np.argsort(cells, kind="stable")
    there = cells[order]
    first, last = np.searchsorted(there, wanted), np.searchsorted(there, wanted, side="right")
    chosen = first + (generator.random(len(wanted)) * (last - first)).astype(np.int64)
    found = np.full(len(wanted), -1)
    known = last > first
    found[known] = order[chosen[known]]
    return found


def _overwrite(held: Records, domain: Domain, places: Places, moved: Whole, into: Whole) -> None:
    """Gives records the codes of their new cells, except where that would make an impossible record."""
    values = np.unravel_index(into, domain.shape(places))
    if domain.forbidden:
        would = held[:, moved]
        for place, value in zip(places, values, strict=True):
            would[place] = value
        allowed = ~domain.is_impossible(would.T)
        moved, values = moved[allowed], tuple(value[allowed] for value in values)
    for place, value in zip(places, values, strict=True):
        held[place, moved] = value


def _drawn(weights: Real, count: int, generator: np.random.Generator) -> Whole:
    """Cells drawn in proportion to weights, evenly spread so that each comes as often as it should."""
    sums = np.cumsum(weights, dtype=np.float64)
    places = (np.arange(count) + generator.random()) * (sums[-1] / max(count, 1))
    drawn: Whole = np.searchsorted(sums, places, side="right")
    last: Whole = np.minimum(drawn, np.flatnonzero(weights)[-1])
    return last
