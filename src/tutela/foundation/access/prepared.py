"""Queries that are built once and asked many times: only what was left blank changes.

Building a list's SQL takes Django ten times as long as the database takes to answer it. A query prepared here
is still written with Django's own means, `door.visible` among them; it is turned into SQL the first time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Expression,
    Field,
    Func,
    QuerySet,
    UUIDField,
)

from tutela.foundation.access.scope import current_scope

Converter = Callable[[Any, Any, Any], Any]


class Blank(Expression):
    """Stands in a query for a value that is given when it is asked."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        return "%s", [self]

    def filled(self, value: Any) -> Any:
        """`value` as the database takes it."""
        return self.output_field.get_db_prep_value(value, connection)


class BlankIds(Blank):
    """Stands for any number of ids, as one value: the query is the same for three as for three hundred."""

    def __init__(self, name: str) -> None:
        super().__init__(name, UUIDField())

    def filled(self, value: Iterable[UUID]) -> Any:
        ids = [self.output_field.get_db_prep_value(one, connection) for one in value]
        return ids if connection.vendor == "postgresql" else json.dumps(ids)


class Among(Func):
    """The condition that a column's value is one of `BlankIds`."""

    output_field = BooleanField()

    def __init__(self, column: str, name: str) -> None:
        super().__init__(column, BlankIds(name))

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="%(expressions)s))", arg_joiner=" IN (SELECT value FROM json_each("
        )

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY(")


def blank_id(name: str) -> Any:
    return Blank(name, UUIDField())


def blank_moment(name: str) -> Any:
    return Blank(name, DateTimeField())


def blank_word(name: str) -> Any:
    return Blank(name, CharField())


class Prepared:
    """A query of plain values, ready to be asked. Raises NoScope as every query does outside a scope."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        compiler = rows.query.get_compiler(connection=connection)
        try:
            self.sql, self.values = compiler.as_sql()
        except EmptyResultSet:  # an actor who may see nothing
            self.sql, self.values = "", ()
            return
        columns = [column for column, _sql, _alias in compiler.select]
        converters = compiler.get_converters(columns)
        self.converters: dict[int, tuple[list[Converter], Any]] = converters

    def count(self, **given: Any) -> int:
        """How many rows `ask` would give."""
        if not self.sql:
            return 0
        with connection.cursor() as cursor:
            counting = f"SELECT COUNT(*) FROM ({self.sql}) counted"  # noqa: S608 (SQL that Django has built)
            cursor.execute(counting, self._filled(given))
            return int(cursor.fetchone()[0])

    def ask(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows, with `given` in the place of the blanks of those names."""
        if not self.sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self._filled(given))
            return list(self._converted(cursor.fetchall()))

    def _filled(self, given: dict[str, Any]) -> list[Any]:
        current_scope()
        return [
            value.filled(given[value.name]) if isinstance(value, Blank) else value for value in self.values
        ]

    def _converted(self, rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
        converters = [(place, *how) for place, how in self.converters.items()]
        for row in rows:
            values = list(row)
            for place, functions, column in converters:
                for convert in functions:
                    values[place] = convert(values[place], column, connection)
            yield tuple(values)
