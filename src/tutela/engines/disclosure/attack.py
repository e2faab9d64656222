"""What anybody can work out of a published table: the least and the most that each cell can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from tutela.engines.disclosure.tables import Axis, Floats, Ints, Mask, Table, equations

_TOLERANCE = 1e-6


class NoAnswer(RuntimeError):
    """The solver gave up; the message says at what."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How low and how high each cell can be, given all that is shown: shape of the table, inf where no
    limit."""

    low: Floats
    high: Floats

    def covers(self, low: Floats, high: Floats) -> Mask:
        """Where the bounds reach at least from `low` to `high`."""
        slack = _TOLERANCE * np.maximum(np.abs(high), 1.0)
        return np.asarray((self.low <= low + slack) & (self.high >= high - slack))


class Attack:
    """A linear programme of the cells that are not known: `low` and `high` are what the published table says.

    With `whole`, cells are whole numbers (exact in three dimensions too, and slower). In one and two
    dimensions without groups the bounds are whole anyway: the equations are those of a network.
    """

    def __init__(self, axes: Sequence[Axis], low: Floats, high: Floats, *, whole: bool = False) -> None:
        low, high = low.ravel(), high.ravel()
        self.cells: Ints = np.flatnonzero(low < high)
        known = np.where(low < high, 0.0, low)
        matrix = equations(axes).tocsc()
        mine = matrix[:, self.cells].tocsr()
        touched = np.diff(mine.indptr) > 0
        right = -(matrix @ known)[touched]
        self._sums = LinearConstraint(mine[touched], right, right) if touched.any() else ()
        self._bounds = Bounds(low[self.cells], high[self.cells])
        self._whole = np.full(len(self.cells), int(whole))

    def furthest(self, weights: Floats) -> Floats | None:
        """A table that fits all that is shown and has the largest weighted sum; None where there is no
        largest."""
        found = milp(-weights, constraints=self._sums, bounds=self._bounds, integrality=self._whole)
        if found.x is not None and found.status == 0:
            return np.asarray(found.x, dtype=np.float64)
        if found.status in (
            3,
            4,
        ):  # HiGHS says “unbounded or infeasible” of what is unbounded: the truth fits
            return None
        raise NoAnswer(f"The bounds of a cell could not be worked out: {found.message}")

    def furthest_of(self, place: int, sign: float) -> float:
        """The most (sign 1) or the least (-1) of one cell, by its place in `cells`."""
        weights = np.zeros(len(self.cells))
        weights[place] = sign
        found = self.furthest(weights)
        return sign * np.inf if found is None else float(found[place])


def known_of(table: Table, hidden: Mask, floor: Floats, *, most: float = np.inf) -> tuple[Floats, Floats]:
    """What a table with hidden cells says of each cell: at least, at most. Hidden ones are at least their
    floor."""
    return np.where(hidden, floor, table.values), np.where(hidden, most, table.values)


def reach(table: Table, hidden: Mask, floor: Floats, *, whole: bool = False) -> Reach:
    """The exact bounds of every hidden cell: two linear programmes each. Shown cells are what they are."""
    attack = Attack(table.axes, *known_of(table, hidden, floor), whole=whole)
    low, high = table.values.ravel().copy(), table.values.ravel().copy()
    for place, cell in enumerate(attack.cells):
        low[cell], high[cell] = attack.furthest_of(place, -1.0), attack.furthest_of(place, 1.0)
    return Reach(low.reshape(table.shape), high.reshape(table.shape))


def exposed(
    table: Table, hidden: Mask, floor: Floats, low: Floats, high: Floats, *, whole: bool = False
) -> Mask:
    """Hidden cells whose bounds do not reach from `low` to `high`. Exact, with fewer programmes than `reach`.

    Every table that fits is a witness for all its cells at once; only cells without one get their own
    programme.
    """
    # Nothing needs to be shown to be without limit: within this cap every programme has an answer.
    cap = 10 * float(table.values.max(initial=0.0) + high.max(initial=1.0))
    attack = Attack(table.axes, *known_of(table, hidden, floor, most=cap), whole=whole)
    cells, values = attack.cells, table.values.ravel()
    wrong = np.zeros(values.size, dtype=np.bool_)
    for sign, wanted in ((1.0, high.ravel()[cells]), (-1.0, low.ravel()[cells])):
        slack = _TOLERANCE * np.maximum(np.abs(wanted), 1.0)
        waiting = sign * (values[cells] - wanted) < -slack
        together = True
        while waiting.any():
            asked = waiting if together else _first(waiting)
            found = attack.furthest(sign * asked.astype(np.float64))
            if found is None:
                raise NoAnswer("The bounds of a cell could not be worked out: they have no end.")
            met = sign * (found - wanted) >= -slack
            if not together and not (met & asked).any():
                wrong[cells[asked]] = True
                met = met | asked
            together = together and bool((met & waiting).any())
            waiting &= ~met
    return wrong.reshape(table.shape)


def pinned(axes: Sequence[Axis], low: Floats, high: Floats, asked: Mask, *, width: float) -> Mask:
    """Cells among those asked of whose bounds are less than `width` apart, whatever is shown of the others.

    `low`, `high`: what the published table says of each cell (all rounded numbers, say). Witnesses as in
    `exposed`.
    """
    attack = Attack(axes, low, high)
    spread = _Spread(attack, asked.ravel()[attack.cells], width)
    number = np.arange(len(attack.cells))
    for weights in (
        np.ones(len(number)),
        *(np.where(number // step % 2, 1.0, -1.0) for step in (1, 2, 3, 5, 8)),
    ):
        spread.look(weights * spread.waiting)
        spread.look(-weights * spread.waiting)
    wrong = (asked & (low >= high)).ravel()
    while spread.waiting.any():
        alone = _first(spread.waiting)
        spread.look(alone.astype(np.float64))
        spread.look(-alone.astype(np.float64))
        wrong[attack.cells[alone & spread.waiting]] = True
        spread.waiting &= ~alone
    return np.asarray(wrong.reshape(asked.shape))


class _Spread:
    """How far apart each cell was seen in tables that fit; `waiting` for those not yet far enough."""

    def __init__(self, attack: Attack, waiting: Mask, width: float) -> None:
        self.waiting = waiting
        self._attack, self._width = attack, width - _TOLERANCE
        self._low, self._high = np.full(len(waiting), np.inf), np.full(len(waiting), -np.inf)

    def look(self, weights: Floats) -> None:
        found = self._attack.furthest(weights) if self.waiting.any() else None
        if found is not None:
            self._low, self._high = np.minimum(self._low, found), np.maximum(self._high, found)
            self.waiting = self.waiting & (self._high - self._low < self._width)


def _first(mask: Mask) -> Mask:
    found = np.zeros_like(mask)
    found[mask.argmax()] = True
    return found
