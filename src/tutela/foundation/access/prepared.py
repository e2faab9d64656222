"""Queries that are built once and asked many times: only what was left blank changes.

Building a list's SQL takes Django ten times as long as the database takes to answer it. A query prepared here
is still written with Django's own means, `door.visible` among them; it is turned into SQL the first time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
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
from django.db.models.query import ModelIterable, get_related_populators

from tutela.foundation.access.decision import Actor
from tutela.foundation.access.scope import ScopedManager, current_scope
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.roles import Permission


class Blank(Expression):
    """Stands in a query for a value that is given when it is asked."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        return "%s", [self]

    def filled(self, value: Any, database: Any) -> Any:
        """`value` as the database takes it."""
        return self.output_field.get_db_prep_value(value, database)


class BlankIds(Blank):
    """Stands for any number of ids, as one value: the query is the same for three as for three hundred."""

    def __init__(self, name: str) -> None:
        super().__init__(name, UUIDField())

    def filled(self, value: Iterable[UUID], database: Any) -> Any:
        ids = [self.output_field.get_db_prep_value(one, database) for one in value]
        return ids if database.vendor == "postgresql" else json.dumps(ids)


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


def anybody(compartment: Compartment, permissions: frozenset[Permission]) -> Actor:
    """Whoever asks: of an actor only the kind is prepared for, the rest is blank. `who` fills it in."""
    return Actor(blank_id("user"), blank_id("organisation"), compartment, permissions)


def who(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """What is given for `anybody` and for `blank_moment("at")`."""
    return {"user": actor.user_id, "organisation": actor.organisation_id, "at": at}


class Prepared:
    """A query ready to be asked: for rows of its model, or for plain values where it names its columns."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self.is_scoped = isinstance(rows.model._meta.default_manager, ScopedManager)
        compiler = rows.query.get_compiler(connection=connection)
        try:
            self.sql, self.values = _with_constants(*compiler.as_sql())
        except EmptyResultSet:  # an actor who may see nothing
            self.sql, self.values = "", []
        self.counting = f"SELECT COUNT(*) FROM ({self.sql}) counted"  # noqa: S608 (SQL that Django has built)
        self.blanks = {value.name: value for value in self.values if isinstance(value, Blank)}
        if not self.sql:
            return
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        self.converters = [(place, convert, column) for place, (convert, column) in converters.items()]
        is_of_model = issubclass(rows._iterable_class, ModelIterable)
        self.shape = _maker(compiler) if is_of_model else tuple

    def ask(self, **given: Any) -> list[Any]:
        """The rows, with `given` in place of the blanks of those names. Raises NoScope as all queries do."""
        found = self._fetched(self.sql, given)
        return [self.shape(row) for row in self._converted(found)] if found else []

    def first(self, **given: Any) -> Any:
        """The first row, or None."""
        return next(iter(self.ask(**given)), None)

    def count(self, **given: Any) -> int:
        """How many rows `ask` would give."""
        found = self._fetched(self.counting, given)
        return int(found[0][0]) if found else 0

    def _fetched(self, sql: str, given: dict[str, Any]) -> list[Any]:
        if self.is_scoped:
            current_scope()
        if not self.sql:
            return []
        # The connection itself: `django.db.connection` looks for it at every touch.
        database = connections[DEFAULT_DB_ALIAS]
        filled = {name: blank.filled(given[name], database) for name, blank in self.blanks.items()}
        values = [filled[value.name] if isinstance(value, Blank) else value for value in self.values]
        with database.cursor() as cursor:
            cursor.execute(sql, values)
            rows: list[Any] = cursor.fetchall()
            return rows

    def _converted(self, rows: list[Any]) -> Iterable[Sequence[Any]]:
        """Column by column, as Django does it row by row."""
        if not self.converters:
            return rows
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for place, functions, column in self.converters:
            for convert in functions:
                columns[place] = [convert(value, column, connection) for value in columns[place]]
        return zip(*columns, strict=True)


_PLACE = re.compile(r"(?<!%)%s")


def _with_constants(sql: str, values: Iterable[Any]) -> tuple[str, list[Any]]:
    """Words and numbers of ours stand in the text itself; blanks and all else are given when it is asked.

    Given each time, they cost more than the answer: SQLite plans a statement anew whenever it is given a
    value that it looked at for its plan, as it does at a pattern."""
    text, *rest = _PLACE.split(sql)
    given = []
    for value, after in zip(values, rest, strict=True):
        constant = _literal(value)
        if not constant:
            given.append(value)
        text += (constant or "%s") + after
    return text, given


def _literal(value: Any) -> str:
    """`value` as SQL spells it; nothing for what has no one spelling in both databases."""
    if isinstance(value, str):
        return "'" + str(value).replace("'", "''").replace("%", "%%") + "'"
    return str(int(value)) if isinstance(value, int) and not isinstance(value, bool) else ""


def _maker(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """Makes a row of the model, with what was selected beside it, as Django's own ModelIterable does."""
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    start, end = places[0], places[-1] + 1
    names = [column.target.attname for column, _sql, _alias in compiler.select[start:end]]
    related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    annotated = compiler.annotation_col_map or {}

    def made(row: Sequence[Any]) -> Any:
        one = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
        for populator in related:
            populator.populate(row, one)
        for name, place in annotated.items():
            setattr(one, name, row[place])
        return one

    return made
