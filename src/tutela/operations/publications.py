"""The commands that make numbers safe to publish, and what each one starts, loaded when called."""

from __future__ import annotations

import argparse

from tutela.operations import arguments
from tutela.operations.calculations import Word, on_one_thread


def add(word: Word) -> None:
    """Adds the commands."""
    arguments.check_tables(
        word(
            "check-tables",
            "say what in a table points to somebody, and write one that may be published",
            _check_tables,
            django=False,
        )
    )
    arguments.publish(
        word(
            "publish",
            "write safe tables and synthetic records of people, charged to their ledger",
            _publish,
            django=False,
        )
    )
    arguments.add_releases(
        word("add-releases", "add up releases of single years, at no cost", _add_releases, django=False)
    )
    arguments.compare(
        word(
            "compare",
            "say how far synthetic records are from the real ones, charged to their ledger",
            _compare,
            django=False,
        )
    )
    arguments.ledger(word("ledger", "keep the books of what was told of people", _ledger, django=False))


def _check_tables(options: argparse.Namespace) -> int:
    on_one_thread()
    from tutela.operations import safe_tables

    return safe_tables.run(safe_tables.asked_of(options))


def _publish(options: argparse.Namespace) -> int:
    on_one_thread()
    from tutela.operations import publishing
    from tutela.operations.publishing import commands

    return publishing.run(commands.asked_of(options))


def _add_releases(options: argparse.Namespace) -> int:
    on_one_thread()
    from tutela.operations.publishing import commands

    return commands.add_releases(options)


def _compare(options: argparse.Namespace) -> int:
    on_one_thread()
    from tutela.operations.publishing import comparing

    return comparing.run(options)


def _ledger(options: argparse.Namespace) -> int:
    from tutela.operations.publishing import commands

    return commands.ledger(options)
