"""The scope of the work at hand: which organisation's rows may be touched. Without one, queries fail.

On PostgreSQL the same scope is set inside the transaction, where row-level security is the second wall."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection, models, transaction

Row = TypeVar("Row", bound=models.Model)


class NoScope(Exception):
    """A query ran before anyone said on whose behalf."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows of `organisation_id` and what was granted to it at the moment `at` (None: now); all rows when
    `system` (sweeps, the audit log); the one report that `mailbox` names, for its reporter."""

    organisation_id: UUID | None = None
    system: bool = False
    mailbox: str = ""
    at: datetime | None = None


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current_scope() -> Scope:
    """Raises NoScope."""
    scope = _current.get()
    if scope is None:
        raise NoScope("No scope: open one with `within(Scope(...))`.")
    return scope


@contextmanager
def within(scope: Scope, *, reading: bool = False) -> Iterator[None]:
    """One transaction in which only the rows of `scope` can be reached.

    While `reading`, SQLite needs none: it has one writer, whom a page that is only read must not block."""
    before = _current.get()
    token = _current.set(scope)
    try:
        with nullcontext() if reading and connection.vendor == "sqlite" else transaction.atomic():
            _tell_database(scope)
            yield
            if before is not None and connection.in_atomic_block:
                _tell_database(before)
    finally:
        _current.reset(token)


def _tell_database(scope: Scope) -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('tutela.organisation', %s, true), set_config('tutela.system', %s, true),"
            " set_config('tutela.mailbox', %s, true), set_config('tutela.at', %s, true)",
            [
                str(scope.organisation_id or ""),
                "on" if scope.system else "",
                scope.mailbox,
                scope.at.isoformat() if scope.at else "",
            ],
        )


class ScopedManager(models.Manager[Row], Generic[Row]):
    """The manager of every model whose rows belong to an organisation: raises NoScope outside a scope."""

    def get_queryset(self) -> models.QuerySet[Row]:
        current_scope()
        return super().get_queryset()

    def bulk_create(self, *args: Any, **options: Any) -> list[Row]:
        current_scope()
        return super().bulk_create(*args, **options)
