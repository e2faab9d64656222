"""pytest plugin: chooses the database of a run (`--database=sqlite|postgres`) before Django has settings.

It is loaded with `-p tests.databases`, because pytest-django loads the settings before any conftest.py.
Every process of a run has a folder of its own for what Tutela keeps, and on PostgreSQL a database of its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack

import pytest
from tests import postgres

KEPT = ("TUTELA_TEST_DATABASE", "TUTELA_TEST_POSTGRES_URL")
HANDED_ON = (*KEPT, "TUTELA_DATABASE_URL", "TUTELA_DATABASE_OWNER_URL")
ASKING = frozenset({"db", "transactional_db", "django_db_setup"})
"""Fixtures by which a test asks a database."""
_to_undo = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--database`."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres"),
        default=os.environ.get("TUTELA_TEST_DATABASE") or "sqlite",
        help="the database that Django tests run on",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Makes the surroundings of this process those of a test, whatever the developer's are."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    for name in [name for name in os.environ if name.startswith("TUTELA_")]:
        if name not in (HANDED_ON if worker else KEPT):
            del os.environ[name]
    os.environ["TUTELA_MODE"] = "test"
    os.environ["TUTELA_VAR"] = var = tempfile.mkdtemp(prefix="tutela-test-")
    _to_undo.callback(shutil.rmtree, var, ignore_errors=True)
    if not worker:
        os.environ["TUTELA_TEST_DATABASE"] = early_config.known_args_namespace.database
    if on_postgres():
        urls = _handed_on_urls() if worker else _server_urls()
        _point_settings_at(urls.at(f"tutela_test_{worker or 'main'}"))


def pytest_unconfigure() -> None:
    """Also runs after Ctrl-C: nothing stays behind."""
    _to_undo.close()


def pytest_report_header() -> str:
    """Says which database it is."""
    return f"database: {os.environ['TUTELA_TEST_DATABASE']}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out tests that speak of the other database, and on PostgreSQL those that ask none: they ran on
    SQLite, and are the same. They are no part of this run, so they are no skips."""
    other = "sqlite" if on_postgres() else "postgres"
    apart = [item for item in items if item.get_closest_marker(other) or (on_postgres() and _asks_none(item))]
    if apart:
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if item not in apart]


def _asks_none(item: pytest.Item) -> bool:
    named = set(getattr(item, "fixturenames", ()))
    return not (item.get_closest_marker("django_db") or named & ASKING)


def on_postgres() -> bool:
    """Whether this run's database is PostgreSQL."""
    return os.environ["TUTELA_TEST_DATABASE"] == "postgres"


def _server_urls() -> postgres.Urls:
    try:
        given = os.environ.get("TUTELA_TEST_POSTGRES_URL")
        admin = given or _to_undo.enter_context(postgres.running_server())
    except postgres.NoPostgres as problem:
        raise pytest.UsageError(str(problem)) from problem
    return postgres.make_roles(admin)


def _handed_on_urls() -> postgres.Urls:
    """What the process that started this worker found out."""
    names = ("TUTELA_TEST_POSTGRES_URL", "TUTELA_DATABASE_OWNER_URL", "TUTELA_DATABASE_URL")
    return postgres.Urls(*(os.environ[name] for name in names))


def _point_settings_at(urls: postgres.Urls) -> None:
    os.environ["TUTELA_TEST_POSTGRES_URL"] = urls.admin
    os.environ["TUTELA_DATABASE_OWNER_URL"] = urls.owner
    os.environ["TUTELA_DATABASE_URL"] = urls.app
