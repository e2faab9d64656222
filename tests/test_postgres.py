"""On PostgreSQL the application is a role that owns nothing, alters no table and cannot pass row rules."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from tests import postgres
from tests.conftest import database_urls
from tools.places import ROOT

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def test_the_application_is_an_unprivileged_role():
    with psycopg.connect(database_urls().app) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE tableowner = current_user"
        ).fetchone()
    assert rights == (False, False, False, False)
    assert owned == (0,)


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE mine (a int)", "TRUNCATE django_session", "DROP TABLE django_session"]
)
def test_the_application_may_not_change_tables(statement):
    with (
        psycopg.connect(database_urls().app) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_django_is_the_application():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (postgres.APP,)


def test_a_password_is_asked_for():
    parts = urlsplit(database_urls().app)
    place = f"postgres://{postgres.APP}:wrong@{parts.hostname}:{parts.port}{parts.path}"
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(place)


@pytest.mark.slow
def test_the_server_ends_with_tests_that_are_killed():
    """Ctrl-C lets pytest stop its server; a killed pytest cannot, so the kernel does."""
    code = (
        "import time; from tests import postgres\n"
        "with postgres.running_server() as url: print(url, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as tests:
        url = tests.stdout.readline().strip()
        with psycopg.connect(url) as connection:
            (data,) = connection.execute("SHOW data_directory").fetchone()
        tests.kill()
    until = time.monotonic() + 10
    running = Path(data, "postmaster.pid")
    while running.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not running.exists()
    shutil.rmtree(Path(data).parent)
