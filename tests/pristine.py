"""Brings a database back to what the migrations left, after a test that committed.

Django would empty the tables. Here that is impossible, and rightly so: the audit log refuses deletion, and on
PostgreSQL the application may not truncate. A copy put back is quicker too, and keeps what migrations wrote.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

from tests import postgres


@contextmanager
def after_each_commit(put_back: Callable[[], None]) -> Iterator[None]:
    """While the block lasts, tests that commit end with `put_back` instead of emptying every table."""
    from django.test import TransactionTestCase

    def teardown(_test: TransactionTestCase) -> None:
        put_back()

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", teardown):
        yield


def sqlite_copy(database: Path) -> Callable[[], None]:
    """Keeps a copy of a database file beside it; returns what puts it back."""
    from django.db import connections

    copy = database.with_suffix(".pristine")

    def put_back() -> None:
        connections.close_all()
        _copy_sqlite(copy, database)

    _copy_sqlite(database, copy)
    return put_back


def postgres_copy(urls: postgres.Urls, name: str) -> Callable[[], None]:
    """Keeps a copy of database `name` on its server; returns what puts it back."""
    from django.db import connections

    copy = f"{name}_pristine"

    def put_back() -> None:
        connections.close_all()
        postgres.create_database(urls, name, template=copy)

    connections.close_all()
    postgres.create_database(urls, copy, template=name)
    return put_back


def _copy_sqlite(source: Path, target: Path) -> None:
    # SQLite's own online backup: it respects the locks of a live server's threads.
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target, timeout=20)) as there:
        here.backup(there)
