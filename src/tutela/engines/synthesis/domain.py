"""What may be said of a person in a release: columns with public lists of codes, and what cannot go
together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import prod

import numpy as np
import numpy.typing as npt

Records = npt.NDArray[np.int32]
"""People × columns; each number is the place of a code in its column's list."""
Mask = npt.NDArray[np.bool_]

MOST_CELLS = 40_000_000
"""Cells of all tables of three columns: one to two gigabytes while they are made. More is refused."""
MOST_SCALE = 2**26
"""The product of three columns' sizes: below it no sum of whole numbers can leave 64 bits."""


class BadDomain(ValueError):
    """A domain that no release can be made of; the message is one line for whoever wrote it."""


class NotInDomain(ValueError):
    """Records with codes outside the public lists: `found` counts them by column, and names no code.

    `lines` are places of records, from 0, at most twenty.
    """

    def __init__(self, found: Mapping[str, int], lines: Sequence[int]) -> None:
        self.found, self.lines = dict(found), tuple(lines)
        said = ", ".join(f"{name}: {count}" for name, count in self.found.items())
        super().__init__(f"Codes that are not in the public list, by column: {said}.")


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that is told of each person. "" among the codes stands for "not stated"."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Domain:
    """Columns in their order, and partial assignments (column → code) that are known to be impossible.

    All of it must come from code lists and public knowledge, never from the records: what is seen in the
    records before the noise is not protected. Raises BadDomain.
    """

    columns: tuple[Column, ...]
    forbidden: tuple[Mapping[str, str], ...] = ()

    def __post_init__(self) -> None:
        _check(self)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many codes each column has."""
        return tuple(len(column.codes) for column in self.columns)

    @cached_property
    def impossible(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """`forbidden` as (column's place, code's place), columns ascending."""
        place = {name: index for index, name in enumerate(self.names)}
        return tuple(
            tuple(
                sorted(
                    (place[name], self.columns[place[name]].codes.index(code)) for name, code in rule.items()
                )
            )
            for rule in self.forbidden
        )

    def shape(self, places: Sequence[int]) -> tuple[int, ...]:
        """The sizes of some columns: the shape of their table."""
        return tuple(self.sizes[place] for place in places)

    def subsets(self, order: int) -> Iterator[tuple[int, ...]]:
        """All sets of at most `order` columns, the empty one first."""
        for size in range(order + 1):
            yield from combinations(range(len(self.columns)), size)

    def encode(self, rows: Iterable[Sequence[str]]) -> Records:
        """Rows of codes, each in the order of the columns, as records. Raises NotInDomain."""
        look = [{code: place for place, code in enumerate(column.codes)} for column in self.columns]
        table = list(rows)
        records = np.empty((len(table), len(look)), dtype=np.int32)
        for column, codes in enumerate(look):
            records[:, column] = [codes.get(row[column], -1) for row in table]
        wrong = records < 0
        if wrong.any():
            counts = {self.names[at]: int(count) for at, count in enumerate(wrong.sum(axis=0)) if count}
            raise NotInDomain(counts, np.flatnonzero(wrong.any(axis=1))[:20].tolist())
        return records

    def decode(self, records: Records) -> list[tuple[str, ...]]:
        """Records as rows of codes."""
        texts = [
            np.array(column.codes, dtype=object)[records[:, at]] for at, column in enumerate(self.columns)
        ]
        return list(zip(*texts, strict=True)) if texts else [()] * len(records)

    def is_impossible(self, records: Records) -> Mask:
        """Which records hold something that cannot be: shape (people,)."""
        found = np.zeros(len(records), dtype=bool)
        for rule in self.impossible:
            found |= np.logical_and.reduce([records[:, column] == code for column, code in rule])
        return found

    def impossible_cells(self, places: Sequence[int]) -> Mask:
        """Which cells of the table over columns `places` are impossible, in the shape of that table."""
        cells = np.zeros(self.shape(places), dtype=bool)
        at = {place: axis for axis, place in enumerate(places)}
        for rule in self.impossible:
            if all(column in at for column, _ in rule):
                index: list[slice | int] = [slice(None)] * len(at)
                for column, code in rule:
                    index[at[column]] = code
                cells[tuple(index)] = True
        return cells


def _check(domain: Domain) -> None:
    names = [column.name for column in domain.columns]
    if not names:
        raise BadDomain("A domain needs at least one column.")
    if len(set(names)) < len(names):
        raise BadDomain("Two columns have the same name.")
    for column in domain.columns:
        if not column.codes:
            raise BadDomain(f"Column {column.name} has no codes.")
        if len(set(column.codes)) < len(column.codes):
            raise BadDomain(f"Column {column.name} has a code twice.")
    _check_size([len(column.codes) for column in domain.columns])
    codes = {column.name: set(column.codes) for column in domain.columns}
    for rule in domain.forbidden:
        if not rule:
            raise BadDomain("An empty rule would make every record impossible.")
        for name, code in rule.items():
            if code not in codes.get(name, ()):
                raise BadDomain(f"A rule speaks of {name} = {code!r}, which is not in the lists.")


def _check_size(sizes: list[int]) -> None:
    if prod(sorted(sizes)[-3:]) > MOST_SCALE:
        raise BadDomain("The three longest code lists give too many combinations; shorten one.")
    cells = sum(prod(widest) for widest in combinations(sizes, min(3, len(sizes))))
    if cells > MOST_CELLS:
        raise BadDomain(f"The widest tables have {cells:,} cells; {MOST_CELLS:,} is the most.")
