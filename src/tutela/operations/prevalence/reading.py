"""Reads lists that overlap: a person or a count a row, with sex, age, form and year where they are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tutela.engines.prevalence import BadTable, Dimension, Table, merged, table
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.prevalence.asked import Asked
from tutela.operations.prevalence.reasons import said
from tutela.operations.reading import opened
from tutela.operations.refusals import Refused
from tutela.operations.reports import tables
from tutela.operations.reports.tables import Unusable

COUNTS = ("count", "n")
_YES, _NO = {"1", "yes", "true", "x"}, {"0", "no", "false", ""}
_YEARS = range(1900, 2101)
EVERYBODY = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What was read: the whole, its parts by dimension, how many people live there, and digests of files."""

    whole: Table
    parts: dict[Dimension, tuple[tuple[str, Table], ...]]
    populations: dict[tuple[str, str], int]
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Rows:
    names: tuple[str, ...]
    histories: np.ndarray
    counts: np.ndarray

    def of(self, chosen: np.ndarray, merge: tuple[tuple[str, ...], ...]) -> Table:
        """The table of the chosen rows, with lists merged as asked."""
        found = table(self.names, self.histories[chosen].tolist(), self.counts[chosen].tolist())
        for names in merge:
            found = merged(found, names)
        return found


def read(asked: Asked) -> Lists:
    """The file as tables; raises Refused with a line for everything that cannot be used."""
    wanted = [*asked.lists, *COUNTS, *Dimension] if asked.lists else None
    source = opened([asked.file, *asked.more], asked.columns, wanted=wanted, engine=asked.engine)
    if not len(source):
        raise Refused(_("{file} has a heading and nothing under it.").format(file=isolated(str(asked.file))))
    dimensions = [one for one in Dimension if source.has(one)]
    rows = _rows(source, asked, dimensions)
    labels = {one: source.values(one, _label(one)) for one in dimensions}
    source.refuse_wrong()
    files = dict(source.digests)
    try:
        whole = rows.of(np.ones(len(source), dtype=bool), asked.merge)
        parts = {one: tuple(_parts(rows, labels[one], asked)) for one in dimensions}
    except BadTable as problem:
        raise Refused(f"{isolated(str(asked.file))}: {said(str(problem))}") from problem
    populations = _populations(asked, parts, files)
    return Lists(whole=whole, parts=parts, populations=populations, files=files)


def _rows(source: tables.Table, asked: Asked, dimensions: list[Dimension]) -> _Rows:
    count = next((one for one in COUNTS if source.has(one)), "")
    names = asked.lists or tuple(_guessed(source, asked, {count, *dimensions}))
    if not names:
        says = _("{file} has no column of nothing but yes and no. Name the lists: {option}.")
        raise Refused(says.format(file=isolated(str(asked.file)), option=isolated("--lists A,B")))
    source.need(names)
    on = [source.values(name, _yes_or_no) for name in names]
    counts = source.values(count, tables.count) if count else [1] * len(source)
    histories = np.array([[one or 0 for one in column] for column in on], dtype=np.int64).T
    for row in range(len(source)):
        if not histories[row].any() and all(column[row] is not None for column in on):
            source.wrong_at(row, _("nobody's list: a person who is on no list cannot have been counted."))
    source.refuse_wrong()
    numbers = np.array([one or 0 for one in counts], dtype=np.int64)
    return _Rows(names, histories, numbers * np.array(source.times, dtype=np.int64))


def _guessed(source: tables.Table, asked: Asked, others: set[str]) -> Iterator[str]:
    """Columns that are no count and no dimension, and hold only yes and no."""
    taken = others | {asked.columns.get(one, one) for one in others}
    for name in source.heading:
        cells = {str(cell).lower() for cell in source.values(name, str)}
        if name and name not in taken and cells <= _YES | _NO and cells & _YES:
            yield name


def _yes_or_no(cell: str) -> int:
    if cell.lower() in _YES:
        return 1
    if cell.lower() in _NO:
        return 0
    raise Unusable(
        _("“{value}” says neither yes nor no. Write 1 for a person who is on the list, and 0.").format(
            value=cell
        )
    )


def _label(dimension: Dimension) -> Callable[[str], str]:
    def read_one(cell: str) -> str:
        if not cell:
            raise Unusable(_("is empty. Where it is not known write a word for that, such as “unknown”."))
        if dimension is Dimension.YEAR and not (cell.isdecimal() and int(cell) in _YEARS):
            raise Unusable(_("“{value}” is no year. Write it like 2026.").format(value=cell))
        return cell

    return read_one


def _parts(rows: _Rows, labels: list[str | None], asked: Asked) -> Iterator[tuple[str, Table]]:
    known = np.array([one or "" for one in labels])
    for name in sorted(set(known.tolist())):
        chosen = known == name
        if rows.counts[chosen].sum():
            yield name, rows.of(chosen, asked.merge)


def _populations(
    asked: Asked, parts: dict[Dimension, tuple[tuple[str, Table], ...]], files: dict[str, str]
) -> dict[tuple[str, str], int]:
    """How many people live there, by dimension and value; “all” and nothing for everybody."""
    if asked.population is None:
        return {}
    source = opened([asked.population])
    source.need(("dimension", "value", "population"))
    kinds = source.values("dimension", tables.text)
    values = source.values("value", str)
    numbers = source.values("population", tables.count)
    names = {one: {name for name, _ in some} for one, some in parts.items()}
    found: dict[tuple[str, str], int] = {}
    for row, (kind, value, number) in enumerate(zip(kinds, values, numbers, strict=True)):
        if kind != EVERYBODY and value not in names.get(kind, set()):  # type: ignore[call-overload]
            says = _("nobody in {file} has {kind} “{value}”.")
            file = isolated(asked.file.name)
            source.wrong_at(row, says.format(file=file, kind=isolated(str(kind)), value=value))
        elif not number:
            source.wrong_at(row, _("population: a rate needs somebody to count by."))
        else:
            found[str(kind), "" if kind == EVERYBODY else str(value)] = number
    source.refuse_wrong()
    files |= source.digests
    return found
