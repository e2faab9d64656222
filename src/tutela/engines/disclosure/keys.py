"""Cell keys: a little noise in every count, always the same for the same people (Fraser and Wooton 2005).

Every person has a random key for good. The key of a cell is the sum of the keys of its people, so the same
people get the same noise in whatever table they stand, and tables that differ by one person do not give
that person away by their noise. The noise has mean 0, a chosen variance and largest size, and otherwise as
much entropy as these leave it (Marley and Leaver 2011; Giessing 2016). Sums of noisy cells do not add up:
each is perturbed by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog, minimize

from tutela.engines.disclosure.tables import BadTable, Floats, Ints, Table, sums_of

KEYS = 1 << 24
"""Keys of people are whole numbers from 0 up to, but without, this one."""
_ROOM = 1.05


@dataclass(frozen=True, slots=True)
class Noise:
    """By how much counts are changed: `chances[n]` are the chances of −most … most for a count of n; the
    last row holds for every larger count. `fewest`: counts from 1 up to, but without, this number never
    come out."""

    most: int
    variance: float
    fewest: int
    chances: Floats


def noise(*, most: int = 5, variance: float = 4.0, fewest: int = 3) -> Noise:
    """The table of chances. Where a small count leaves no such variance, it has the least that it leaves.

    Raises BadTable where there is none.
    """
    if most < 1 or fewest < 1 or not 0 < variance < most**2 / 2:
        raise BadTable("Noise: at least 1 at most, a variance above 0 and below half the square of that.")
    if fewest > most:
        raise BadTable(
            "Noise must be able to jump over the small counts: let it be as large as the threshold."
        )
    rows = [_row(count, most, variance, fewest) for count in range(most + fewest + 1)]
    return Noise(most, variance, fewest, np.array(rows))


def _row(count: int, most: int, variance: float, fewest: int) -> Floats:
    changes = np.arange(-most, most + 1)
    row = np.zeros(len(changes))
    if count == 0:
        row[most] = 1.0  # nobody stays nobody
        return row
    after = count + changes
    allowed = (after == 0) | (after >= fewest)
    row[allowed] = _most_even(changes[allowed].astype(np.float64), variance)
    return row


def _most_even(changes: Floats, variance: float) -> Floats:
    """The chances of most entropy with mean 0 and this variance: exp(a x + b x²), by its convex dual."""
    squares = changes**2
    ends = [
        linprog(sign * squares, A_eq=np.stack([np.ones(len(changes)), changes]), b_eq=[1.0, 0.0])
        for sign in (1, -1)
    ]
    if ends[0].x is None:
        raise BadTable("Noise of this size cannot have mean 0 for small counts. Let it be larger.")
    least, largest = float(ends[0].fun), float(-ends[1].fun)
    if largest - least < 1e-9:
        return np.asarray(ends[0].x)
    aim = np.clip(
        variance, least + (_ROOM - 1) * (largest - least), largest - (_ROOM - 1) * (largest - least)
    )

    def dual(at: Floats) -> tuple[float, Floats]:
        powers = at[0] * changes + at[1] * squares
        top = powers.max()
        weights = np.exp(powers - top)
        chances = weights / weights.sum()
        slope = np.array([chances @ changes, chances @ squares - aim])
        return float(top + np.log(weights.sum()) - at[1] * aim), slope

    at = minimize(dual, np.zeros(2), jac=True, method="BFGS", options={"gtol": 1e-9}).x
    powers = at[0] * changes + at[1] * squares
    weights = np.exp(powers - powers.max())
    return np.asarray(weights / weights.sum())


def perturbed(table: Table, codes: Ints, keys: Ints, change: Noise) -> Table:
    """The table of people with its noise: `codes` (people, axes), `keys` one number below KEYS a person."""
    if ((keys < 0) | (keys >= KEYS)).any():
        raise BadTable(f"A key is a whole number from 0 up to {KEYS - 1}.")
    inner = np.zeros(tuple(axis.parts for axis in table.axes))
    np.add.at(inner, tuple(codes.T), keys)
    drawn = np.mod(sums_of(table.axes, inner), KEYS) / KEYS
    row = np.minimum(table.values, len(change.chances) - 1).astype(np.int64)
    steps = np.cumsum(change.chances, axis=1)[row]
    place = (drawn[..., None] >= steps[..., :-1]).sum(axis=-1)
    return Table(table.axes, table.values + place - change.most)
