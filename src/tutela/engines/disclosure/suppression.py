"""Which further cells to hold back, so that no unsafe one can be worked out from the margins.

For each unsafe cell and direction a table is found that fits all that is shown and has the cell far enough
away: first among the corners of boxes (the hypercube method: Repsilber 1994, Giessing and Repsilber 2002),
else by the programme of least cost that moves along the sums of the table (Kelly, Golden and Assad 1992;
Fischetti and Salazar 2000). Cells that move are held back. That other table is the proof; `attack.exposed`
checks it independently.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from tutela.engines.disclosure.attack import exposed
from tutela.engines.disclosure.corners import Box
from tutela.engines.disclosure.rules import Needs
from tutela.engines.disclosure.tables import BadTable, Floats, Ints, Mask, Table, equations, is_network

_FREE = 1e-4
"""What moving a cell costs that is held back already: little, so that the programme has one best answer."""
_ROUNDS = 20


class CannotProtect(RuntimeError):
    """No pattern keeps a cell uncertain enough; the message says what could be changed."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Cells that are not shown: unsafe by a rule, withheld because their margin is not published, or
    complements."""

    hidden: Mask
    unsafe: Mask
    withheld: Mask

    @property
    def complements(self) -> Mask:
        """Cells held back only to protect others."""
        return np.asarray(self.hidden & ~self.unsafe & ~self.withheld)


def suppress(
    table: Table,
    needs: Needs,
    *,
    withheld: Mask | None = None,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Pattern:
    """A pattern under which every unsafe cell is as uncertain as it needs to be; raises CannotProtect.

    `withheld`: cells of margins that are not published. `tell(done, all)` is called now and then. The same
    table gives the same pattern; no random numbers.
    """
    kept = np.zeros(table.shape, dtype=np.bool_) if withheld is None else withheld
    search = _Search(table, needs, kept)
    order = np.argsort(-table.values.ravel(), kind="stable")
    unsafe = order[needs.unsafe.ravel()[order]]
    for done, cell in enumerate(unsafe.tolist()):
        if done % 100 == 0:
            tell(done, len(unsafe))
        search.protect(cell)
    for _ in range(_ROUNDS):
        hidden = search.hidden.reshape(table.shape)
        wrong = exposed(table, hidden, needs.floor, needs.low, needs.high, whole=search.whole)
        if not wrong.any():
            return Pattern(hidden, needs.unsafe, kept)
        for cell in np.flatnonzero(wrong).tolist():
            search.protect(cell, anew=True)
    raise CannotProtect("The pattern could not be proved safe. Use fewer or coarser columns.")


class _Search:
    """The cells hidden so far, and how far each was seen to move in some table that fits."""

    def __init__(self, table: Table, needs: Needs, withheld: Mask) -> None:
        self._values: Floats = table.values.ravel()
        self._needs_low, self._needs_high = needs.low.ravel(), needs.high.ravel()
        self._floor = needs.floor.ravel()
        self._movable = (needs.movable | withheld | needs.unsafe).ravel()
        self._cost = 1.0 + np.log1p(self._values)
        self._low, self._high = self._values.copy(), self._values.copy()
        self.hidden: Mask = (needs.unsafe | withheld).ravel().copy()
        self.whole = table.whole and not is_network(table.axes)
        self._box = Box(table.axes) if all(axis.is_flat for axis in table.axes) else None
        self._moving: Ints = np.flatnonzero(self._movable)
        matrix = equations(table.axes).tocsc()[:, self._moving].tocsr()
        self._matrix = sparse.hstack([matrix, -matrix], format="csr")

    def protect(self, cell: int, *, anew: bool = False) -> None:
        """Finds a table with the cell up, and one with it down, as far as it needs; hides what moves."""
        value = self._values[cell]
        for sign, amount, seen in (
            (1, self._needs_high[cell] - value, self._high[cell] - value),
            (-1, value - self._needs_low[cell], value - self._low[cell]),
        ):
            if amount > 1e-9 and (anew or seen < amount * (1 - 1e-9)):
                self._move(cell, sign, float(amount))

    def _move(self, cell: int, sign: int, amount: float) -> None:
        cost = np.where(self.hidden, _FREE, self._cost)
        room = np.where(self._movable, self._values - self._floor, -1.0)
        found = self._box.cheapest(cell, sign, amount, cost, room) if self._box else None
        cells, changes = found if found is not None else self._programme(cell, sign, amount, cost)
        self.hidden[cells] = True
        moved = self._values[cells] + changes
        self._high[cells] = np.maximum(self._high[cells], moved)
        self._low[cells] = np.minimum(self._low[cells], moved)

    def _programme(self, cell: int, sign: int, amount: float, cost: Floats) -> tuple[Ints, Floats]:
        """The cheapest way of moving a cell so that every sum still fits."""
        count = len(self._moving)
        least = np.zeros(2 * count)
        most = np.concatenate([np.full(count, np.inf), (self._values - self._floor)[self._moving]])
        at = int(np.searchsorted(self._moving, cell))
        up, down = (at, at + count) if sign > 0 else (at + count, at)
        least[up] = most[up] = amount
        most[down] = 0.0
        found = milp(
            np.tile(cost[self._moving], 2),
            constraints=LinearConstraint(self._matrix, 0.0, 0.0) if self._matrix.shape[0] else (),
            bounds=Bounds(least, most),
            integrality=np.full(2 * count, int(self.whole)),
            options={"mip_rel_gap": 0.05},
        )
        if found.x is None:
            raise CannotProtect(
                "A cell cannot be protected, whatever is held back. Lower the protection, or use coarser"
                " columns."
            )
        changes = found.x[:count] - found.x[count:]
        if self.whole:
            changes = np.rint(changes)
        moved = np.abs(changes) > 1e-7
        return self._moving[moved], np.asarray(changes[moved])


def withheld_margins(table: Table, published: tuple[str, ...]) -> Mask:
    """Cells that are totals or groups of an axis whose margins are not published."""
    names = [axis.name for axis in table.axes]
    if unknown := sorted(set(published) - set(names)):
        raise BadTable(f"The table has no column {', '.join(unknown)}. It has: {', '.join(names)}.")
    found = np.zeros(table.shape, dtype=np.bool_)
    for at, axis in enumerate(table.axes):
        if axis.name not in published:
            np.moveaxis(found, at, 0)[axis.parts :] = True
    return found
