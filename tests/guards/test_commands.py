"""Every command is documented: for a reader, what docs/reference/commands.md leaves out does not exist."""

from __future__ import annotations

import re

import pytest
from tests.guards.scan import ROOT

from tools import run
from tutela import cli

PAGE = ROOT / "docs" / "reference" / "commands.md"


def undocumented(commands: set[str], page: str) -> set[str]:
    """Commands that a page does not show as code: `./run test`, `tutela migrate`."""
    return {command for command in commands if not re.search(rf"{re.escape(command)}(?![\w-])", page)}


def run_commands() -> set[str]:
    """`./run` and what can follow it."""
    return {"./run"} | {f"./run {name}" for name in run.COMMANDS if name != "serve"}


def tutela_commands(help_text: str) -> set[str]:
    """What can follow `tutela`, read from its help."""
    return {f"tutela {name}" for name in re.findall(r"^    ([a-z-]+)(?:\s|$)", help_text, re.MULTILINE)}


@pytest.mark.skipif(not PAGE.exists(), reason="there is no docs/reference/commands.md")
def test_every_run_command_is_documented():
    assert not undocumented(run_commands(), PAGE.read_text(encoding="utf-8"))


@pytest.mark.skipif(not PAGE.exists(), reason="there is no docs/reference/commands.md")
def test_every_tutela_command_is_documented(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    commands = tutela_commands(capsys.readouterr().out)
    assert "tutela migrate" in commands
    assert not undocumented(commands, PAGE.read_text(encoding="utf-8"))


def test_a_missing_command_is_seen():
    assert undocumented({"./run test", "./run bench"}, "`./run test` and `./run benchmark`") == {
        "./run bench"
    }
