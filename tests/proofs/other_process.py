"""Another process on this test's database: what it needs to know, and whether it left the database whole."""

from __future__ import annotations

import os
from pathlib import Path

from django.db import connection
from tools.places import ROOT


def surroundings(var: Path) -> dict[str, str]:
    """Those of this test, and its database."""
    python = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    given = {**os.environ, "PYTHONPATH": python, "DJANGO_SETTINGS_MODULE": "tutela.settings"}
    if connection.vendor == "sqlite":
        given["TUTELA_DATABASE_URL"] = f"sqlite://{connection.settings_dict['NAME']}"
    else:
        parts = connection.settings_dict
        account = f"{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}"
        given["TUTELA_DATABASE_URL"] = f"postgres://{account}/{parts['NAME']}"
    return {**given, "TUTELA_VAR": str(var), "TUTELA_MODE": "test"}


def is_whole() -> None:
    """SQLite can say so itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
        cursor.execute("PRAGMA foreign_key_check")
        assert cursor.fetchall() == []
