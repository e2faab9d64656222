"""An attacker of published tables, written apart from the engine: sums by loops, bounds by linear
programmes."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.optimize import linprog

from tutela.engines.disclosure import Axis, Table


def bounds(table: Table, hidden: np.ndarray, cell: tuple[int, ...], *, floor: float) -> tuple[float, float]:
    """The least and the most of a hidden cell for whoever sees all others; `floor` is what a hidden one is
    at least."""
    cells = list(product(*(range(len(axis.labels)) for axis in table.axes)))
    place = {one: n for n, one in enumerate(cells)}
    rows = []
    for at, axis in enumerate(table.axes):
        for rest in product(*(range(len(other.labels)) for n, other in enumerate(table.axes) if n != at)):
            for whole, parts in axis.sums:
                row = np.zeros(len(cells))
                for code, sign in [(whole, -1.0), *((part, 1.0) for part in parts)]:
                    row[place[(*rest[:at], code, *rest[at:])]] += sign
                rows.append(row)
    limits = [(floor, None) if hidden[one] else (table.values[one],) * 2 for one in cells]
    ends = []
    for sign in (1, -1):
        aim = np.zeros(len(cells))
        aim[place[cell]] = sign
        found = linprog(aim, A_eq=np.array(rows), b_eq=np.zeros(len(rows)), bounds=limits, method="highs")
        ends.append(sign * np.inf * -1 if found.status in {3, 4} else float(found.x[place[cell]]))
    return ends[0], ends[1]


def sum_is_right(axis: Axis, values: np.ndarray, at: int) -> bool:
    """Every sum along an axis is the sum of its parts."""
    moved = np.moveaxis(values, at, 0)
    return all(np.allclose(moved[whole], moved[list(parts)].sum(axis=0)) for whole, parts in axis.sums)
