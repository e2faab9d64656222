"""Every test can fail: it asserts, expects an exception, or calls a helper that does."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.guards import scan
from tests.guards.scan import ROOT, Breach, Module

TESTS = ROOT / "tests"
FAIL_BY_THEMSELVES = {"pytest.raises", "pytest.warns", "pytest.fail"}

# Functions of other packages that are an assertion: they return nothing, and raise when it does not hold.
RAISE_WHEN_FALSE = {"Draft202012Validator.check_schema": "jsonschema: raises SchemaError"}

METHOD = ("(a method)",)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Name = tuple[
    tuple[str, ...], str
]  # where a function is defined, and its name; a method is known by name alone


@dataclass(frozen=True)
class Source:
    """A module of tests: its functions, and what the names that it imports from other modules stand for."""

    module: Module
    functions: dict[Function, Name]
    imported: dict[str, Name]

    @classmethod
    def of(cls, module: Module) -> Source:
        methods = {
            part
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef)
            for part in node.body
            if isinstance(part, Function)
        }
        functions = {
            node: (METHOD if node in methods else module.parts, node.name)
            for node in ast.walk(module.tree)
            if isinstance(node, Function)
        }
        imported = {
            alias.asname or alias.name: (tuple(node.module.split("."))[1:], alias.name)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "tests"
            for alias in node.names
        }
        return cls(module, functions, imported)

    def called(self, call: ast.Call) -> Name:
        """Whom a call calls."""
        if isinstance(call.func, ast.Name):
            return self.imported.get(call.func.id, (self.module.parts, call.func.id))
        if isinstance(call.func, ast.Attribute):
            folder, name = self.imported.get(scan.name_of(call.func.value), (None, ""))
            return (METHOD if folder is None else (*folder, name), call.func.attr)
        return ((), "")


def silent_tests(tree: Path) -> list[Breach]:
    """Test functions without an assertion of their own or of a helper somewhere in the same tree."""
    sources = [Source.of(module) for module in scan.modules(tree)]
    helpers = _helpers_that_can_fail(sources)
    return [
        source.module.breach(function, f"{function.name} asserts nothing")
        for source in sources
        if source.module.path.name.startswith("test_")
        for function in source.functions
        if function.name.startswith("test_") and not _can_fail(function, source, helpers)
    ]


def _helpers_that_can_fail(sources: list[Source]) -> frozenset[Name]:
    """Helpers that assert, and those that call them, however far down."""
    known: frozenset[Name] = frozenset()
    while True:
        found = frozenset(
            name
            for source in sources
            for function, name in source.functions.items()
            if not function.name.startswith("test_") and _can_fail(function, source, known)
        )
        if found == known:
            return found
        known = found


def _can_fail(function: Function, source: Source, helpers: frozenset[Name]) -> bool:
    return any(
        _is_an_assertion(node)
        or (isinstance(node, ast.Call) and (_fails_by_itself(node) or source.called(node) in helpers))
        for statement in function.body
        for node in ast.walk(statement)
    )


def _is_an_assertion(node: ast.AST) -> bool:
    """`assert`, but not of something that always holds."""
    return isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant | ast.Tuple)


def _fails_by_itself(call: ast.Call) -> bool:
    name = scan.name_of(call.func)
    if name in FAIL_BY_THEMSELVES or name in RAISE_WHEN_FALSE:
        return True
    # Playwright's: `expect(place)` alone expects nothing.
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr.startswith(("to_", "not_to_"))
        and isinstance(call.func.value, ast.Call)
        and scan.name_of(call.func.value.func) == "expect"
    )


GOOD = """
import pytest
from playwright.sync_api import expect
class Looks:
    def all_well(self):
        assert not self.wrong
def calm(found):
    _each(found)
def _each(found):
    assert all(found)
def test_by_itself():
    assert 1 + 1 == 2
def test_by_a_helper_of_a_helper():
    calm([1])
def test_by_a_method(looks):
    looks.all_well()
def test_by_an_exception():
    with pytest.raises(ValueError):
        int("x")
def test_by_a_browser(page):
    expect(page.locator("h1")).to_be_visible()
"""

BAD = {
    "nothing": "def test_it():\n    run()\n",
    "what always holds": "def test_it():\n    assert True\n",
    "a tuple": "def test_it():\n    assert (1 == 2, 'never')\n",
    "an expectation of nothing": "def test_it(page):\n    expect(page.locator('h1'))\n",
    "a helper that asserts nothing": "def calm(found):\n    return found\ndef test_it():\n    calm([])\n",
    "a function of that name elsewhere": "def calm():\n    assert 0\ndef test_it(other):\n    other.calm()\n",
    "a method": "class TestIt:\n    def test_it(self):\n        pass\n",
}


def test_every_test_can_fail() -> None:
    found = silent_tests(TESTS)
    assert not found, scan.shown(found)


def test_what_can_fail_is_seen(tmp_path: Path) -> None:
    assert silent_tests(scan.write(tmp_path, test_good=GOOD)) == []


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_cannot_fail_is_found(tmp_path: Path, bad: str) -> None:
    (found,) = silent_tests(scan.write(tmp_path, test_bad=bad))
    assert "asserts nothing" in found.what
