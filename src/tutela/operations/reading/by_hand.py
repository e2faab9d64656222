"""Reads the lines of files one by one: slower than an engine, but it knows where each of them stands."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.reading.by_duckdb import quoted, text_of
from tutela.operations.reading.files import Form, Source, tidied
from tutela.operations.refusals import Refused

_AT_ONCE = 50_000


def count(source: Source, headings: tuple[str, ...]) -> Iterator[tuple[str | int, ...]]:
    """Every line, once each: who gathers them adds them up."""
    for _where, cells in lines(source, headings):
        yield (*cells, 1)


def lines(source: Source, headings: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where each line stands (“cases.csv:17”, or the row of a file without lines) and its cells."""
    for path in source.paths:
        yield from (
            _of_text(path, source, headings) if source.form is Form.CSV else _of_rows(path, source, headings)
        )


def _of_text(path: Path, source: Source, headings: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    places = [source.heading.index(heading) for heading in headings]
    with path.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, delimiter=source.delimiter)
        try:
            next(reader)
            for row in reader:
                if any(cell.strip() for cell in row):
                    cells = tuple(tidied(row[place]) if place < len(row) else "" for place in places)
                    yield f"{path.name}:{reader.line_num}", cells
        except csv.Error as error:
            raise Refused(
                _("{place}: this line is no CSV: {problem}.").format(
                    place=isolated(f"{path}:{reader.line_num}"), problem=error
                )
            ) from error


def _of_rows(path: Path, source: Source, headings: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    cells = ", ".join(text_of(source, heading) for heading in headings)
    with duckdb.connect() as connection:
        answer = connection.execute(f"select {cells} from read_parquet({quoted(str(path.absolute()))})")  # noqa: S608
        number = 0
        while rows := answer.fetchmany(_AT_ONCE):
            for row in rows:
                number += 1
                yield f"{path.name}, row {number:,}", tuple(map(tidied, row))
