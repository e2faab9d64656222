"""Every command is documented: for a reader, what docs/reference/commands.md leaves out does not exist."""

from __future__ import annotations

import re

import pytest
from tests.guards.scan import ROOT, SOURCE

from tools import run

PAGE = ROOT / "docs" / "reference" / "commands.md"


def undocumented(commands: set[str], page: str) -> set[str]:
    """Commands that a page does not show as code: `./run test`, `tutela migrate`."""
    return {command for command in commands if not re.search(rf"{re.escape(command)}(?![\w-])", page)}


def run_commands() -> set[str]:
    """`./run` and what can follow it."""
    return {"./run"} | {f"./run {name}" for name in run.COMMANDS if name != "serve"}


def tutela_commands() -> set[str]:
    """What can follow `tutela`, read from its parser."""
    from tutela import cli

    return {f"tutela {name}" for name in cli.command_names()}


@pytest.mark.skipif(not PAGE.exists(), reason="there is no docs/reference/commands.md")
def test_every_run_command_is_documented():
    assert not undocumented(run_commands(), PAGE.read_text(encoding="utf-8"))


@pytest.mark.skipif(
    not (PAGE.exists() and (SOURCE / "cli.py").exists()), reason="there is no docs/reference/commands.md"
)
def test_every_tutela_command_is_documented():
    assert not undocumented(tutela_commands(), PAGE.read_text(encoding="utf-8"))


def test_a_missing_command_is_seen():
    assert undocumented({"./run test", "./run bench"}, "`./run test` and `./run benchmark`") == {
        "./run bench"
    }
