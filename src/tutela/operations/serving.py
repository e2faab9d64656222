"""Serves the web pages with granian."""

from __future__ import annotations

import socket
from pathlib import Path

from django.db import connection
from granian import Granian
from granian.constants import Interfaces

from tutela.environment import Mode
from tutela.operations.refusals import Refused

# Two threads a worker: one may wait for the database while the other works; more workers use more cores.
BLOCKING_THREADS = 2


def serve(*, host: str, port: int, workers: int) -> int:
    """Serves until it is told to stop. Raises Refused where it would not be safe."""
    from django.conf import settings

    if settings.MODE is Mode.PRODUCTION:
        _refuse_powerful_database_role()
    elif host not in {"127.0.0.1", "localhost", "::1"}:
        raise Refused("Demo mode has known accounts: it serves this machine only (127.0.0.1).")
    _refuse_taken_port(host, port)
    Granian(
        "tutela.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=BLOCKING_THREADS,
        log_access=False,
        log_enabled=False,
        working_dir=Path.cwd(),
    ).serve()
    return 0


def _refuse_taken_port(host: str, port: int) -> None:
    """The server shares its port with any other that asks for it: each would get half of the visitors."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise Refused(f"Port {port} is taken. Choose another with --port.") from taken


def _refuse_powerful_database_role() -> None:
    """A superuser, or the owner of the tables, walks through row-level security unseen."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT 1 FROM pg_tables"
            " WHERE tableowner = current_user AND schemaname = current_schema())"
            " FROM pg_roles WHERE rolname = current_user"
        )
        if cursor.fetchone()[0]:
            raise Refused(
                "The database role may bypass row-level security: serve as a role that owns no table"
                " (TUTELA_DATABASE_URL), and migrate as the owner (TUTELA_DATABASE_OWNER_URL)."
            )
