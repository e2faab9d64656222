"""Controlled rounding: every number a multiple of a base, and every sum of the table still right (Cox
1987)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from tutela.engines.disclosure.attack import pinned
from tutela.engines.disclosure.suppression import CannotProtect
from tutela.engines.disclosure.tables import BadTable, Floats, Mask, Table, equations, is_network

BASES = (3, 5, 10)
_DRAWS = 10
_FURTHER = 20.0
"""What one more step away costs beside the nearer multiple: it is taken only where the sums leave no other
way."""


@dataclass(frozen=True, slots=True)
class Rounded:
    """A rounded table. `steps`: how many multiples of the base beyond the two nearest some cell had to go."""

    table: Table
    base: int
    steps: int

    @property
    def known(self) -> tuple[Floats, Floats]:
        """What a reader knows of each true count: at least, at most."""
        away = self.base * (1 + self.steps) - 1
        return np.maximum(self.table.values - away, 0.0), self.table.values + away


def controlled_rounding(
    table: Table, *, base: int, unsafe: Mask, chance: np.random.Generator, width: int = 2
) -> Rounded:
    """Rounds counts up or down at random, nearly without bias, so that all margins still add up.

    Each count lies below the next multiple either way; multiples of the base stay, so zero stays zero. In
    three dimensions this may be impossible: some cells then go further (`steps`). Drawn again while a
    reader who knows the method could tell an `unsafe` count to within less than `width` people; raises
    CannotProtect after ten draws.
    """
    if base not in BASES:
        raise BadTable(f"The base of rounding is one of {', '.join(map(str, BASES))}.")
    if not table.whole:
        raise BadTable("Rounding protects counts of people, not amounts: hold cells back instead.")
    for _ in range(_DRAWS):
        found = _round(table, base, chance)
        if not pinned(table.axes, *found.known, unsafe, width=width).any():
            return found
    raise CannotProtect("Rounding does not hide every small count in this table. Use a larger base.")


def _round(table: Table, base: int, chance: np.random.Generator) -> Rounded:
    lower, over = np.divmod(table.values.ravel(), base)
    up = chance.random(over.size) < over / base
    for steps in range(3):
        moved = _programme(
            equations(table.axes), lower, over > 0, up, steps, whole=not is_network(table.axes)
        )
        if moved is not None:
            values = base * (lower + moved)
            return Rounded(Table(table.axes, values.reshape(table.shape)), base, steps)
    raise CannotProtect("The table cannot be rounded so that its sums stay right.")


def _programme(
    matrix: sparse.csr_array, lower: Floats, between: Mask, up: Mask, steps: int, *, whole: bool
) -> Floats | None:
    """Steps from the lower multiple: 0 or 1, as the coins fell where the sums allow it; else further."""
    most = between.astype(np.float64)
    cost = np.where(up, -1.0, 1.0)
    limits, costs, blocks = [most], [cost], [matrix]
    if steps:
        further = np.where(lower + most > 0, float(steps), 0.0)  # zero stays zero
        limits += [further, np.minimum(further, lower)]
        costs += [np.full(len(cost), _FURTHER)] * 2
        blocks += [matrix, -matrix]
    right = -(matrix @ lower)
    found = milp(
        np.concatenate(costs),
        constraints=LinearConstraint(sparse.hstack(blocks, format="csr"), right, right),
        bounds=Bounds(0.0, np.concatenate(limits)),
        integrality=np.full(len(blocks) * len(cost), int(whole)),
        options={"mip_rel_gap": 0.02},
    )
    if found.x is None:
        return None
    parts = np.rint(found.x).reshape(len(blocks), -1)
    return np.asarray(parts[0] if not steps else parts[0] + parts[1] - parts[2])
