"""A PostgreSQL server for tests: from installed binaries, closed to everyone else, gone at the end."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tools import machine

ADMIN = "tutela_test_admin"
OWNER = "tutela_test_owner"
APP = "tutela_test_app"
START_SECONDS = 30.0
STOP_SECONDS = 15.0

# Losing the data of a test in a power cut costs nothing; waiting for the disk in every test does.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


class NoPostgres(Exception):
    """There is no server to test on; the text says why, and the command that brings one."""


@dataclass(frozen=True, slots=True)
class Urls:
    """How tests reach one server: as its administrator, as the owner of the tables, as the application."""

    admin: str
    owner: str
    app: str

    def at(self, database: str) -> Urls:
        """The same three for another database of that server."""
        return Urls(*(_with_database(url, database) for url in (self.admin, self.owner, self.app)))


@contextmanager
def running_server() -> Iterator[str]:
    """A server on a free port of 127.0.0.1; yields its administrator's URL. Raises NoPostgres."""
    binaries = machine.find_postgres()
    if binaries is None:
        raise NoPostgres(
            f"no PostgreSQL server on this machine. To enable: {machine.how_to_install('postgresql')}"
        )
    folder = Path(tempfile.mkdtemp(prefix="tutela-pg-", dir="/tmp"))  # made 0700, and short
    account = _account()
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    process = None
    try:
        password = _initialise(binaries, folder, account)
        process, url = _start(binaries, folder, account, password)
        yield url
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def make_roles(admin: str) -> Urls:
    """Creates the owner and the application's role, neither a superuser; URLs with new passwords."""
    passwords = {role: secrets.token_urlsafe(18) for role in (OWNER, APP)}
    with psycopg.connect(admin, autocommit=True) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, password in passwords.items():
            statement = "ALTER ROLE {} {} PASSWORD {}" if role in known else "CREATE ROLE {} {} PASSWORD {}"
            rights = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
            connection.execute(sql.SQL(statement).format(sql.Identifier(role), rights, sql.Literal(password)))
    return Urls(admin, *(_with_account(admin, role, passwords[role]) for role in (OWNER, APP)))


def create_database(urls: Urls, name: str, *, template: str = "template1") -> None:
    """An empty database, or a copy of `template`, in place of one of that name; the app may use its rows."""
    drop_database(urls, name)
    with psycopg.connect(urls.at("postgres").admin, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
            )
        )
    if template == "template1":
        with psycopg.connect(urls.at(name).owner, autocommit=True) as connection:
            for statement in _GRANTS:
                connection.execute(
                    sql.SQL(statement).format(app=sql.Identifier(APP), owner=sql.Identifier(OWNER))
                )


def drop_database(urls: Urls, name: str) -> None:
    """Removes a database and whoever is still connected to it."""
    with psycopg.connect(urls.at("postgres").admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def rows_as_text(urls: Urls) -> dict[str, bytes]:
    """Every row of every table of a database, one value a line, so that words can be searched for in them."""
    found = {}
    with psycopg.connect(urls.admin) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()
            values = [value for row in rows for value in row]
            found[table] = b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in values)
    return found


# What an operator grants in production too: rows, not tables; nothing for anybody else.
_GRANTS = (
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
    " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
)


def _account() -> pwd.struct_passwd | None:
    """The account to run as where we are root, which PostgreSQL refuses to be; None: our own."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres(
        "PostgreSQL refuses to run as root, and there is no other account. To enable: useradd postgres"
    )


def _as(account: pwd.struct_passwd | None) -> dict[str, object]:
    """Arguments of Popen that start a process as `account`."""
    return {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _initialise(binaries: Path, folder: Path, account: pwd.struct_passwd | None) -> str:
    """A new cluster that asks everyone for a password; that of its administrator."""
    password = secrets.token_urlsafe(18)
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password, encoding="ascii")
    if account is not None:
        os.chown(secret, account.pw_uid, account.pw_gid)
    command = [
        str(binaries / "initdb"),
        "--pgdata",
        str(folder / "data"),
        "--username",
        ADMIN,
        "--pwfile",
        str(secret),
    ]
    command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **_as(account))
    secret.unlink()
    if done.returncode != 0:
        raise NoPostgres(f"initdb failed: {done.stderr.strip()}")
    return password


def _start(
    binaries: Path, folder: Path, account: pwd.struct_passwd | None, password: str
) -> tuple[subprocess.Popen[bytes], str]:
    """The running server and its administrator's URL; tries other ports while somebody else is quicker."""
    for _attempt in range(5):
        port = machine.free_port(first=20_000 + secrets.randbelow(20_000))
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            **QUICK,
        }
        command = [str(binaries / "postgres"), "-D", str(folder / "data")]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        if shutil.which("setpriv"):
            # Should the tests be killed outright, the kernel ends their server.
            command = ["setpriv", "--pdeathsig", "INT", *command]
        with (folder / "log").open("ab") as log:
            # A session of its own: Ctrl-C reaches the tests, which then stop the server themselves.
            process = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **_as(account)
            )
        url = f"postgres://{ADMIN}:{password}@127.0.0.1:{port}/postgres"
        if _is_up(process, url):
            return process, url
        _stop(process)
    log_text = (folder / "log").read_text(errors="replace")[-2000:]
    raise NoPostgres(f"the server did not start:\n{log_text}")


def _is_up(process: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, which ends open connections; immediate where that takes too long."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(number)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def _with_database(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _with_account(url: str, user: str, password: str) -> str:
    parts = urlsplit(url)
    place = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    return urlunsplit(parts._replace(netloc=f"{user}:{password}@{place}"))
