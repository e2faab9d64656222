"""What anybody can work out of a published table: the least and the most that each hidden cell can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from tutela.engines.disclosure.tables import Floats, Ints, Mask, Table, equations

_TOLERANCE = 1e-6


class NoAnswer(RuntimeError):
    """The solver gave up; the message says at what."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How low and how high each cell can be, given all that is shown; shape of the table, inf where
    unlimited."""

    low: Floats
    high: Floats

    def covers(self, low: Floats, high: Floats) -> Mask:
        """Where the bounds reach at least from `low` to `high`."""
        slack = _TOLERANCE * np.maximum(np.abs(high), 1.0)
        return np.asarray((self.low <= low + slack) & (self.high >= high - slack))


class Attack:
    """A linear programme of the hidden cells: those shown are known, all are at least their floor.

    With `whole`, cells are whole numbers (exact in three dimensions too, and slower). In one and two
    dimensions without groups the bounds are whole anyway: the equations are those of a network.
    """

    def __init__(
        self, table: Table, hidden: Mask, floor: Floats, *, whole: bool = False, most: float = np.inf
    ) -> None:
        self.cells: Ints = np.flatnonzero(hidden)
        known = np.where(hidden.ravel(), 0.0, table.values.ravel())
        matrix = equations(table.axes).tocsc()
        mine = matrix[:, self.cells].tocsr()
        touched = np.diff(mine.indptr) > 0
        right = -(matrix @ known)[touched]
        self._sums = LinearConstraint(mine[touched], right, right) if touched.any() else ()
        self._bounds = Bounds(floor.ravel()[self.cells], most)
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
        ):  # HiGHS says “unbounded or infeasible” of what is unbounded: the true table fits
            return None
        raise NoAnswer(f"The bounds of a cell could not be worked out: {found.message}")


def reach(table: Table, hidden: Mask, floor: Floats, *, whole: bool = False) -> Reach:
    """The exact bounds of every hidden cell: two linear programmes each. Shown cells are what they are."""
    attack = Attack(table, hidden, floor, whole=whole)
    low, high = table.values.ravel().copy(), table.values.ravel().copy()
    for place, cell in enumerate(attack.cells):
        for sign, ends in ((1.0, high), (-1.0, low)):
            weights = np.zeros(len(attack.cells))
            weights[place] = sign
            found = attack.furthest(weights)
            ends[cell] = sign * np.inf if found is None else found[place]
    return Reach(low.reshape(table.shape), high.reshape(table.shape))


def exposed(
    table: Table, hidden: Mask, floor: Floats, low: Floats, high: Floats, *, whole: bool = False
) -> Mask:
    """Hidden cells whose bounds do not reach from `low` to `high`. Exact, with far fewer programmes than
    `reach`.

    Every table that fits is a witness for all its cells at once; only cells without one get a programme of
    their own.
    """
    # Nothing needs to be shown to be without limit: within this cap every programme has an answer.
    cap = 10 * float(table.values.max(initial=0.0) + np.max(high, initial=1.0, where=np.isfinite(high)))
    attack = Attack(table, hidden, floor, whole=whole, most=cap)
    cells, values = attack.cells, table.values.ravel()
    wrong = np.zeros(values.size, dtype=np.bool_)
    for sign, wanted in ((1.0, high.ravel()[cells]), (-1.0, low.ravel()[cells])):
        slack = _TOLERANCE * np.maximum(np.abs(wanted), 1.0)
        open_ = sign * (values[cells] - wanted) < -slack
        together = True
        while open_.any():
            asked = open_ if together else _first(open_)
            found = attack.furthest(sign * asked.astype(np.float64))
            if found is None:
                raise NoAnswer("The bounds of a cell could not be worked out: the table fits nothing.")
            met = sign * (found - wanted) >= -slack
            if not together and not (met & asked).any():
                wrong[cells[asked]] = True
                met = met | asked
            together = together and bool((met & open_).any())
            open_ &= ~met
    return wrong.reshape(table.shape)


def _first(mask: Mask) -> Mask:
    found = np.zeros_like(mask)
    found[mask.argmax()] = True
    return found
