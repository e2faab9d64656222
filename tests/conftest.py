"""Fixtures that every test can ask for, and the database of Django's tests (chosen by tests/databases.py)."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests import databases, postgres, pristine

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from tests.cast import Cast


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector need not walk it over and over."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def var() -> Path:
    """The folder of this test process for what Tutela keeps; never the developer's own."""
    return Path(os.environ["TUTELA_VAR"])


@pytest.fixture(autouse=True)
def still_time(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always noon of the same day, but in a journey, where a browser has its own clock."""
    if request.node.get_closest_marker("journey") is None:
        from tests.cast import NOON

        monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real browser for the whole run: Playwright runs once in a process."""
    from playwright.sync_api import sync_playwright
    from tools.machine import find_chromium, how_to_install

    found = find_chromium()
    if found is None:
        pytest.skip(f"no Chromium. To enable: {how_to_install('chromium')}")
    # Playwright keeps an event loop in this thread; Django would take its own calls for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The whole cast (tests/cast.py), and the scope in which a test may look at all rows."""
    from tests import cast as characters

    from tutela.foundation.access.scope import Scope, within

    with within(Scope(system=True)):
        yield characters.whole_cast()


if databases.on_postgres():

    @pytest.fixture(scope="session")
    def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
        """A database whose tables belong to the owner; tests are the application, which cannot alter them."""
        from django.core.management import call_command
        from django.db import connection, connections

        urls = database_urls()
        name = connection.settings_dict["NAME"]
        postgres.create_database(urls, name)
        with django_db_blocker.unblock():
            with as_owner():
                call_command("migrate", verbosity=0, interactive=False)
            with pristine.after_each_commit(pristine.postgres_copy(urls, name)):
                yield
            connections.close_all()
        postgres.drop_database(urls, name)
        postgres.drop_database(urls, f"{name}_pristine")

else:

    @pytest.fixture(scope="session")
    def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, var: Path) -> None:
        """A file, as in real use: in memory, a live server would share the test's one connection."""
        from django.db import connection

        connection.settings_dict["TEST"]["NAME"] = str(var / "test.sqlite3")

    @pytest.fixture(scope="session")
    def django_db_setup(django_db_setup: None, django_db_blocker: Any, var: Path) -> Iterator[None]:
        """pytest-django's own database, and a copy of it for tests that commit."""
        if not (var / "test.sqlite3").exists():  # no test of this run asked for the database
            yield
            return
        with django_db_blocker.unblock():
            put_back = pristine.sqlite_copy(var / "test.sqlite3")
        with pristine.after_each_commit(put_back):
            yield


def database_urls() -> postgres.Urls:
    """How to reach this process's PostgreSQL database as administrator, owner and application."""
    names = ("TUTELA_TEST_POSTGRES_URL", "TUTELA_DATABASE_OWNER_URL", "TUTELA_DATABASE_URL")
    return postgres.Urls(*(os.environ[name] for name in names))


@contextmanager
def as_owner() -> Iterator[None]:
    """Django's connection as the owner of the tables, for as long as the block lasts."""
    from urllib.parse import urlsplit

    from django.db import connection

    owner = urlsplit(os.environ["TUTELA_DATABASE_OWNER_URL"])
    given = connection.settings_dict
    connection.close()
    connection.settings_dict = {**given, "USER": owner.username, "PASSWORD": owner.password}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = given
