"""A table with its margins: one to three axes, each with its parts, perhaps their groups, and their total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_AXES = 3
MOST_CELLS = 200_000
"""More cells, margins counted, are refused: a protected pattern for them would take hours."""


class BadTable(ValueError):
    """A table that no rule can be asked of; the message is one line for whoever made it."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One way of telling people apart. Codes are places in `labels`: parts first, then groups, the total
    last."""

    name: str
    labels: tuple[str, ...]
    parts: int
    sums: tuple[tuple[int, tuple[int, ...]], ...]
    """Each sum as (its code, the codes it adds up); a group before the total that holds it."""

    @property
    def is_flat(self) -> bool:
        """No groups: every part goes straight into the total."""
        return len(self.labels) == self.parts + 1

    @property
    def members(self) -> Floats:
        """Which parts each code holds, as 0 and 1: shape (codes, parts)."""
        found = np.zeros((len(self.labels), self.parts))
        found[: self.parts] = np.eye(self.parts)
        for whole, codes in self.sums:
            found[whole] = found[list(codes)].sum(axis=0)
        return found

    @property
    def above(self) -> Ints:
        """The codes that hold each part, itself and the total among them: shape (parts, depth)."""
        return np.array([np.flatnonzero(column) for column in self.members.T], dtype=np.int64)

    @property
    def related(self) -> Mask:
        """Which codes lie within each other: shape (codes, codes)."""
        held = self.members
        shared = held @ held.T
        sizes = held.sum(axis=1)
        return np.asarray((shared == sizes) | (shared == sizes[:, None]))


def flat(name: str, labels: Sequence[str], *, total: str = "Total") -> Axis:
    """An axis without groups."""
    _distinct(name, [*labels, total])
    parts = len(labels)
    return Axis(name, (*labels, total), parts, ((parts, tuple(range(parts))),))


def grouped(name: str, groups: Mapping[str, Sequence[str]], *, total: str = "Total") -> Axis:
    """An axis whose parts lie each in one group: countries in regions. A group of one part is no group of
    it."""
    labels = [part for parts in groups.values() for part in parts]
    _distinct(name, [*labels, *groups, total])
    parts, sums, at = len(labels), [], 0
    for place, members in enumerate(groups.values()):
        sums.append((parts + place, tuple(range(at, at + len(members)))))
        at += len(members)
    sums.append((parts + len(groups), tuple(range(parts, parts + len(groups)))))
    return Axis(name, (*labels, *groups, total), parts, tuple(sums))


def _distinct(name: str, labels: Sequence[str]) -> None:
    if len(labels) < 2:
        raise BadTable(f"{name} has no value to tell people apart by.")
    twice = sorted({label for label in labels if labels.count(label) > 1}) if len(labels) < 5_000 else []
    if twice or len(set(labels)) < len(labels):
        raise BadTable(f"{name} has two values, groups or totals with one name: {', '.join(twice) or '…'}.")


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers with every margin. `whole`: they count people; else they are amounts (money, hours)."""

    axes: tuple[Axis, ...]
    values: Floats
    whole: bool = True

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(axis.labels) for axis in self.axes)

    @property
    def inner(self) -> Floats:
        """The table without its margins."""
        return np.asarray(self.values[tuple(slice(axis.parts) for axis in self.axes)])


def with_margins(axes: Sequence[Axis], inner: npt.NDArray[Any], *, whole: bool = True) -> Table:
    """The table of these parts: `inner` has shape (parts of each axis). Raises BadTable."""
    shape = tuple(axis.parts for axis in axes)
    if not 1 <= len(axes) <= MOST_AXES:
        raise BadTable(f"A table is told apart by 1 to {MOST_AXES} columns, not {len(axes)}.")
    if inner.shape != shape:
        raise BadTable(f"The numbers have the shape {inner.shape}, the axes {shape}.")
    cells = int(np.prod([len(axis.labels) for axis in axes]))
    if cells > MOST_CELLS:
        raise BadTable(
            f"The table would have {cells:,} cells, more than {MOST_CELLS:,}. Use fewer or coarser columns."
        )
    values = np.asarray(inner, dtype=np.float64)
    if not np.isfinite(values).all() or (values < 0).any() or (whole and (values != np.rint(values)).any()):
        raise BadTable("A cell is below zero, no number, or no whole number of people.")
    return Table(tuple(axes), _summed(axes, values), whole)


def counted(axes: Sequence[Axis], codes: Ints, amounts: npt.NDArray[Any], *, whole: bool = True) -> Table:
    """The table of records: `codes` has shape (records, axes) and holds parts; `amounts` one number each."""
    inner = np.zeros(tuple(axis.parts for axis in axes))
    np.add.at(inner, tuple(codes.T), amounts)
    return with_margins(axes, inner, whole=whole)


def _summed(axes: Sequence[Axis], values: Floats) -> Floats:
    for place, axis in enumerate(axes):
        values = np.moveaxis(np.tensordot(axis.members, values, axes=(1, place)), 0, place)
    return values


def sums_of(axes: Sequence[Axis], inner: npt.NDArray[Any]) -> Floats:
    """Any numbers of the parts with their margins, unchecked: also of a mask."""
    return _summed(axes, np.asarray(inner, dtype=np.float64))


def is_network(axes: Sequence[Axis]) -> bool:
    """Whether the sums are those of a network: then bounds and best moves are whole numbers by themselves."""
    return len(axes) < 3 and all(axis.is_flat for axis in axes)


def lines(axes: Sequence[Axis]) -> Iterable[tuple[int, Ints, Ints]]:
    """Every sum of the table by axis: (axis, cells that are sums (lines,), their parts (parts, lines)).

    Cells are places in the flattened table.
    """
    shape = tuple(len(axis.labels) for axis in axes)
    places = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)
    for at, axis in enumerate(axes):
        moved = np.moveaxis(places, at, 0)
        for whole, codes in axis.sums:
            yield at, moved[whole].ravel(), moved[list(codes)].reshape(len(codes), -1)


def equations(axes: Sequence[Axis]) -> sparse.csr_array:
    """What everybody knows of the table: *A x* = 0, one row for each sum, one column for each cell."""
    rows, columns, signs, row = [], [], [], 0
    for _, wholes, parts in lines(axes):
        numbers = np.arange(row, row + len(wholes))
        rows += [numbers, np.tile(numbers, len(parts))]
        columns += [wholes, parts.ravel()]
        signs += [-np.ones(len(wholes)), np.ones(parts.size)]
        row += len(wholes)
    size = int(np.prod([len(axis.labels) for axis in axes]))
    triple = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_array(triple, shape=(row, size))
