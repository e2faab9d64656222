"""The cheapest box with an unsafe cell at one corner: its corners can move together and keep every sum."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from tutela.engines.disclosure.tables import Axis, Floats, Ints


class Box:
    """Boxes of a table whose axes have no groups.

    On each axis a second code is chosen. Between two parts the change goes the other way, between a part
    and the total the same way; a corner changes by the product of these signs. So every line of the table
    keeps its sum.
    """

    def __init__(self, axes: Sequence[Axis]) -> None:
        self._shape = tuple(len(axis.labels) for axis in axes)
        sides = range(len(axes))
        self._corners = [some for size in range(1, len(axes) + 1) for some in combinations(sides, size)]

    def cheapest(
        self, cell: int, sign: int, amount: float, cost: Floats, room: Floats
    ) -> tuple[Ints, Floats] | None:
        """Cells and their changes, the cell's own being `sign` × `amount`; None where no box has room.

        `cost` of moving each cell; `room` by how much each may fall, below 0 where it may not move at all.
        """
        at = tuple(int(one) for one in np.unravel_index(cell, self._shape))
        if sign < 0 and room[cell] < amount:
            return None
        costs, rooms = cost.reshape(self._shape), room.reshape(self._shape)
        total = np.zeros(self._shape)
        for sides in self._corners:
            signs = sign * self._signs(at, sides)
            its_room = rooms[self._slab(at, sides)]
            possible = (its_room >= 0) & ((signs > 0) | (its_room >= amount))
            total = total + np.where(possible, costs[self._slab(at, sides)], np.inf)
        for side, code in enumerate(at):
            np.moveaxis(total, side, 0)[code] = np.inf
        best = int(total.argmin())
        if not np.isfinite(total.flat[best]):
            return None
        return self._changes(
            at, tuple(int(one) for one in np.unravel_index(best, self._shape)), sign * amount
        )

    def _slab(self, at: tuple[int, ...], sides: tuple[int, ...]) -> tuple[slice, ...]:
        """The corners that differ from the cell on these sides, for every choice of second codes."""
        return tuple(slice(None) if side in sides else slice(code, code + 1) for side, code in enumerate(at))

    def _signs(self, at: tuple[int, ...], sides: tuple[int, ...]) -> Floats:
        found = np.ones((1,) * len(at))
        for side in sides:
            last = self._shape[side] - 1
            one = np.full(last + 1, -1.0)
            one[last] = 1.0
            if at[side] == last:
                one[:] = 1.0
            found = found * one.reshape([-1 if n == side else 1 for n in range(len(at))])
        return found

    def _changes(self, at: tuple[int, ...], far: tuple[int, ...], change: float) -> tuple[Ints, Floats]:
        cells, changes = [int(np.ravel_multi_index(at, self._shape))], [change]
        for sides in self._corners:
            corner = tuple(far[n] if n in sides else code for n, code in enumerate(at))
            same = [self._shape[n] - 1 in (at[n], far[n]) for n in sides]
            cells.append(int(np.ravel_multi_index(corner, self._shape)))
            changes.append(change * (-1) ** same.count(False))
        return np.array(cells, dtype=np.int64), np.array(changes)
