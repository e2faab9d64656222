"""Which cells are unsafe and why, and how uncertain each must stay (Hundepool and others 2012, chapter 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

import numpy as np

from tutela.engines.disclosure.tables import Axis, BadTable, Floats, Ints, Mask, Table, lines, sums_of

FEWEST = 5
"""The threshold unless another is asked for: counts from 1 up to, but without, this number are unsafe."""


class Risk(StrEnum):
    """Why a cell is unsafe."""

    FEW = "few"
    GROUP = "group"
    ZERO = "zero"
    DOMINANCE = "dominance"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What must be protected in a table. All arrays have its shape.

    `low`, `high`: an unsafe cell is safe when its bounds reach down to `low` and up to `high` (elsewhere
    its value). `floor`: what anybody knows to be the least of a cell that is held back. `movable`: cells
    that may be held back; zeros are not, where they are shown as zeros.
    """

    risks: Mapping[Risk, Mask]
    low: Floats
    high: Floats
    floor: Floats
    movable: Mask

    @property
    def unsafe(self) -> Mask:
        """Cells that some rule names."""
        found = np.zeros(self.low.shape, dtype=np.bool_)
        for mask in self.risks.values():
            found |= mask
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRules:
    """What is asked of counts.

    `fewest`: 1 up to, but without, it is unsafe. `protection`: over how many people an unsafe cell stays
    uncertain (None: as `fewest`). `sensitive`: axes whose value must not be told of a whole group (None:
    all). `zeros`: nobody is unsafe too.
    """

    fewest: int = FEWEST
    protection: int | None = None
    sensitive: tuple[str, ...] | None = None
    zeros: bool = False

    @property
    def width(self) -> int:
        return self.fewest if self.protection is None else self.protection


def of_counts(table: Table, rules: CountRules) -> Needs:
    """What is unsafe in a table of people. Raises BadTable for rules that cannot be."""
    if rules.fewest < 2 or rules.width < 1:
        raise BadTable("The threshold is 2 or more, and the protection 1 or more.")
    values = table.values
    hidden_zeros, group_zeros = _groups(table, rules.sensitive)
    risks = {Risk.FEW: (values > 0) & (values < rules.fewest), Risk.GROUP: group_zeros}
    movable = (values > 0) | hidden_zeros
    if rules.zeros:
        risks[Risk.ZERO] = values == 0
        movable = np.ones(table.shape, dtype=np.bool_)
    # With every zero shown, a cell that is held back is known to hold somebody in each of its parts.
    shows_zeros = not (movable & (values == 0)).any()
    floor = sums_of(table.axes, table.inner > 0) if shows_zeros else np.zeros(table.shape)
    needs = Needs(risks=risks, low=values, high=values, floor=floor, movable=movable)
    unsafe = needs.unsafe
    high = np.maximum(values, floor + rules.width)
    return replace(needs, low=np.where(unsafe, floor, values), high=np.where(unsafe, high, values))


def _groups(table: Table, sensitive: Sequence[str] | None) -> tuple[Mask, Mask]:
    """Zeros that may be held back, and among them one for each line in which all fall in one cell.

    To say of a group that some may be elsewhere, one zero must be held back: of the part that is most common.
    """
    names = [axis.name for axis in table.axes]
    unknown = sorted(set(sensitive or ()) - set(names))
    if unknown:
        raise BadTable(f"The table has no column {', '.join(unknown)}. It has: {', '.join(names)}.")
    flat = table.values.ravel()
    chosen = np.zeros(flat.size, dtype=np.bool_)
    for at, wholes, parts in lines(table.axes):
        if sensitive is not None and names[at] not in sensitive:
            continue
        common = _alone(table, at)[np.unravel_index(parts, table.shape)[at]]
        common = np.where(flat[parts] > 0, -1.0, common)
        best = common.argmax(axis=0)
        all_in_one = (flat[wholes] > 0) & ((flat[parts] > 0).sum(axis=0) == 1) & (common.max(axis=0) > 0)
        chosen[parts[best, np.arange(len(wholes))][all_in_one]] = True
    mask = chosen.reshape(table.shape)
    return _related(table.axes, mask) & (table.values == 0), mask


def _alone(table: Table, at: int) -> Floats:
    """The one-way margin of an axis, all its codes."""
    return np.asarray(table.values[tuple(slice(None) if n == at else -1 for n in range(len(table.axes)))])


def _related(axes: Sequence[Axis], mask: Mask) -> Mask:
    """Cells that hold a chosen one or lie within it: they move when it does."""
    found = np.zeros(mask.shape, dtype=np.bool_)
    related = [axis.related for axis in axes]
    for cell in np.argwhere(mask):
        found[np.ix_(*(near[code] for near, code in zip(related, cell, strict=True)))] = True
    return found


# ---------------------------------------------------------------- amounts
@dataclass(frozen=True, slots=True, kw_only=True)
class AmountRules:
    """What is asked of amounts. Whoever knows these numbers knows more of a hidden cell: they are not
    published.

    `fewest` contributors; `dominance` (n, k): unsafe where the n largest make more than k % of the cell;
    `percent` p: unsafe where the second largest could tell the largest to within p %; `margin`: a cell with
    too few stays uncertain by this share.
    """

    fewest: int = 3
    dominance: tuple[int, float] | None = None
    percent: float | None = 10.0
    margin: float = 0.1


@dataclass(frozen=True, slots=True)
class Contributions:
    """Of each cell: how many contribute, and the largest amounts, largest first (shape of the table, then
    n)."""

    people: Ints
    largest: Floats


def contributions(
    axes: Sequence[Axis], codes: Ints, amounts: Floats, contributors: Ints, *, largest: int
) -> Contributions:
    """Who makes up each cell, margins too. `codes` (records, axes), `contributors` one number a record
    each."""
    shape = tuple(len(axis.labels) for axis in axes)
    cells, records = [], []
    for steps in product(*(range(axis.above.shape[1]) for axis in axes)):
        above = [
            axis.above[codes[:, at], step] for at, (axis, step) in enumerate(zip(axes, steps, strict=True))
        ]
        cells.append(np.ravel_multi_index(above, shape))
        records.append(np.arange(len(codes)))
    cell, record = np.concatenate(cells), np.concatenate(records)
    pairs, places = np.unique(np.stack([cell, contributors[record]]), axis=1, return_inverse=True)
    sums = np.bincount(places.ravel(), weights=amounts[record], minlength=pairs.shape[1])
    giving = sums > 0
    order = np.lexsort((-sums[giving], pairs[0][giving]))
    cell, sums = pairs[0][giving][order], sums[giving][order]
    rank = np.arange(len(cell)) - np.searchsorted(cell, cell)
    found = np.zeros((int(np.prod(shape)), largest))
    kept = rank < largest
    found[cell[kept], rank[kept]] = sums[kept]
    people = np.bincount(cell, minlength=len(found)).astype(np.int64)
    return Contributions(people.reshape(shape), found.reshape(*shape, largest))


def of_amounts(table: Table, given: Contributions, rules: AmountRules) -> Needs:
    """What is unsafe in a table of amounts, by rules of the field; protection levels of the handbook's
    table 4.2."""
    values, largest = table.values, given.largest
    risks: dict[Risk, Mask] = {Risk.FEW: (given.people > 0) & (given.people < rules.fewest)}
    away = np.where(risks[Risk.FEW], rules.margin * values, 0.0)
    for risk, level in _levels(values, largest, rules):
        risks[risk] = level > 1e-9 * np.maximum(values, 1.0)
        away = np.maximum(away, np.where(risks[risk], level, 0.0))
    return Needs(
        risks=risks,
        low=np.maximum(values - away, 0.0),
        high=values + away,
        floor=np.zeros(table.shape),
        movable=values > 0,
    )


def _levels(values: Floats, largest: Floats, rules: AmountRules) -> Iterable[tuple[Risk, Floats]]:
    """By how much a cell must be uncertain upwards before each rule would call it safe; 0 or less: it is."""
    if rules.percent is not None:
        if largest.shape[-1] < 2 or rules.percent <= 0:
            raise BadTable("The p % rule needs p above 0 and the two largest amounts of each cell.")
        rest = values - largest[..., 0] - largest[..., 1]
        yield Risk.PERCENT, rules.percent / 100 * largest[..., 0] - rest
    if rules.dominance is not None:
        n, k = rules.dominance
        if not 1 <= n <= largest.shape[-1] or not 0 < k < 100:
            raise BadTable("The dominance rule needs n of 1 or more and k between 0 and 100.")
        yield Risk.DOMINANCE, 100 / k * largest[..., :n].sum(axis=-1) - values
