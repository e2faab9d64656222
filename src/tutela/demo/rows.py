"""Writes very many rows straight into a table: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models

CACHE_KIB = 400_000
"""For SQLite while it fills: ids are drawn by lot, so that every index page is touched again and again."""

_ON_SQLITE: Mapping[type, Callable[[Any], Any]] = {
    UUID: lambda value: value.hex,
    datetime: lambda value: value.astimezone(UTC).replace(tzinfo=None).isoformat(" "),
    date: date.isoformat,
    bool: int,
    dict: json.dumps,
    list: json.dumps,
}
_ON_POSTGRES: Mapping[type, Callable[[Any], Any]] = {dict: json.dumps, list: json.dumps}


class ColumnsWrong(Exception):
    """The named columns are not those of the table: the model has changed."""


class Table:
    """Rows on their way to the table of one model, in the order of `columns`."""

    def __init__(self, model: type[models.Model], columns: str) -> None:
        self.columns = tuple(columns.split())
        self.name = model._meta.db_table
        fields = model._meta.concrete_fields
        needed = {
            str(one.column)
            for one in fields
            if not one.generated and not isinstance(one, models.BigAutoField)
        }
        if needed != set(self.columns):
            raise ColumnsWrong(f"{self.name}: {sorted(needed ^ set(self.columns))}")
        self._rows: list[Sequence[Any]] = []

    def add(self, *values: Any) -> None:
        self._rows.append(values)

    def write(self) -> None:
        """Writes what was added since."""
        rows, self._rows = self._rows, []
        if connection.vendor == "postgresql":
            self._copy(rows)
        else:
            self._insert(rows)

    def _insert(self, rows: list[Sequence[Any]]) -> None:
        places = ", ".join(["%s"] * len(self.columns))
        statement = f'INSERT INTO "{self.name}" ({self._named()}) VALUES ({places})'  # noqa: S608 (our own names)
        with connection.cursor() as cursor:
            cursor.executemany(statement, [_adapted(row, _ON_SQLITE) for row in rows])

    def _copy(self, rows: list[Sequence[Any]]) -> None:
        statement = f'COPY "{self.name}" ({self._named()}) FROM STDIN'
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(_adapted(row, _ON_POSTGRES))

    def _named(self) -> str:
        return ", ".join(f'"{column}"' for column in self.columns)


def _adapted(row: Sequence[Any], how: Mapping[type, Callable[[Any], Any]]) -> list[Any]:
    return [how[type(value)](value) if type(value) in how else value for value in row]


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Until the block ends, a power cut may cost the whole database: it can be made again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    try:
        yield
    finally:
        connection.close()  # the next connection is a careful one again
