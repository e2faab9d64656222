"""Says what is missing in this installation, why it matters, and how to mend it."""

from __future__ import annotations

import shutil
import sys

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

from tutela import __version__, library_path


def examine() -> int:
    """Prints one line for each thing looked at; exit code 1 when something is broken."""
    checks = [
        (
            sys.version_info >= (3, 11),
            f"Python {sys.version.split()[0]}",
            "Tutela needs Python 3.11 or newer.",
        ),
        (
            library_path().is_dir(),
            f"library at {library_path()}",
            "The library is missing: install Tutela again.",
        ),
        (settings.VAR.is_dir(), f"var at {settings.VAR}", "Run `tutela init`."),
        (_free_space() > 1, f"{_free_space():.0f} GB free", "Less than 1 GB is free where var lies."),
        _database(),
        *_resealings(),
        *_law(),
    ]
    print(f"Tutela {__version__}, {settings.MODE} mode")
    for well, what, mend in checks:
        print(f"  {'ok' if well else 'NOT WELL'}  {what}" + ("" if well else f"  {mend}"))
    return 0 if all(well for well, _, _ in checks) else 1


def _free_space() -> float:
    place = settings.VAR if settings.VAR.is_dir() else settings.VAR.parent
    return shutil.disk_usage(place if place.is_dir() else "/").free / 1e9


def _database() -> tuple[bool, str, str]:
    name = f"{connection.vendor} database"
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        return False, name, f"Cannot be reached ({type(problem).__name__}). See TUTELA_DATABASE_URL."
    return not waiting, name, f"{len(waiting)} changes wait: run `tutela migrate`."


def _resealings() -> list[tuple[bool, str, str]]:
    """New keys that were begun and not brought to their end: old keys still open what is left."""
    from tutela.operations.resealing import command_for, unfinished

    try:
        left = unfinished()
    except DatabaseError:
        return []  # said already
    return [
        (
            False,
            f"new keys of {run.started_at:%Y-%m-%d %H:%M}: not finished",
            f"Run `{command_for(run)}` again.",
        )
        for run in left
    ]


def _law() -> list[tuple[bool, str, str]]:
    """Published changes that this release cannot read, or that hide a newer text of its own."""
    from tutela.rights.changes import edition

    try:
        unreadable, hidden = edition.unreadable(), edition.hidden_by_publication()
    except DatabaseError:
        return []  # said already
    found = [
        (
            False,
            f"edition {number} of the law: cannot be read with this release",
            "The one before it is in use. Send the change anew, with files that fit this release.",
        )
        for number in unreadable
    ]
    found += [
        (
            False,
            f"{path}: this release brings a newer text, which a published change hides",
            "Compare both, and publish a change that brings them together.",
        )
        for path in hidden
    ]
    return found
