"""The import rules of .importlinter can fail: each is broken once in a toy tree of the same shape."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.guards.scan import ROOT, SOURCE

RULES = ROOT / ".importlinter"
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"

# One forbidden import for each contract; the module on the left holds it.
BREACHES = {
    "pathway": ("people/models.py", "import tutela.protection.models"),
    "engines-stand-alone": ("engines/clocks/due.py", "import django"),
    "engines-apart": ("engines/clocks/due.py", "import tutela.engines.names.words"),
    "inside-a-package": ("people/models.py", "import tutela.people.views"),
}


def test_every_contract_has_its_breach_here():
    assert set(BREACHES) == set(_contracts())


def test_every_package_of_the_pathway_is_under_the_inner_rules():
    """A package that has actions or models follows the order of files inside a package."""
    under_rules = set(_contracts()["inside-a-package"]["containers"].split())
    packages = {path.parent.name for name in ("actions", "models") for path in SOURCE.glob(f"*/{name}.py")}
    assert {f"tutela.{name}" for name in packages} <= under_rules


def test_engines_may_import_no_part_of_tutela():
    forbidden = set(_contracts()["engines-stand-alone"]["forbidden_modules"].split())
    parts = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()} - {"engines"}
    assert {f"tutela.{name}" for name in parts} <= forbidden


@pytest.mark.slow
def test_a_tree_that_keeps_the_rules_passes(tmp_path):
    assert _lint(_toy(tmp_path)).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_of_each_contract_is_reported(contract, tmp_path):
    tree = _toy(tmp_path)
    name, forbidden = BREACHES[contract]
    (tree / "tutela" / name).write_text(f"{forbidden}\n", encoding="utf-8")
    linted = _lint(tree)
    assert linted.returncode == 1
    broken = " ".join(linted.stdout.split())
    assert f"{' '.join(_contracts()[contract]['name'].split())} BROKEN" in broken


@pytest.mark.slow
def test_a_package_that_no_layer_names_is_reported(tmp_path):
    tree = _toy(tmp_path)
    _touch(tree / "tutela" / "helpers" / "__init__.py")
    assert _lint(tree).returncode == 1


def _contracts() -> dict[str, dict[str, str]]:
    rules = configparser.ConfigParser()
    rules.read(RULES, encoding="utf-8")
    prefix = "importlinter:contract:"
    return {
        name.removeprefix(prefix): dict(rules[name]) for name in rules.sections() if name.startswith(prefix)
    }


def _toy(folder: Path) -> Path:
    """A tree with an empty module for each that the rules name, and two engines."""
    named = set(re.findall(r"tutela\.[\w.]+", RULES.read_text(encoding="utf-8")))
    for module in sorted(name.rstrip(".") for name in named):
        _touch(folder.joinpath(*module.split("."), "__init__.py"))
    for name in ("people", "protection"):
        for layer in ("models", "views"):
            _touch(folder / "tutela" / name / f"{layer}.py")
    for name in ("clocks/due", "names/words"):
        _touch(folder / "tutela" / "engines" / f"{name}.py")
    for package in [path for path in (folder / "tutela").rglob("*") if path.is_dir()]:
        _touch(package / "__init__.py")
    _touch(folder / "tutela" / "__init__.py")
    (folder / ".importlinter").write_text(RULES.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def _touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-logo", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
