"""Every action says who did it and when, and leaves a mark in the audit log."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.guards import scan
from tests.guards.scan import SOURCE, Breach, Module

RECORDERS = {"record", "record_event"}


def anonymous_actions(tree: Path) -> list[Breach]:
    """Public functions of actions.py take keyword-only arguments, `by` and `at` among them."""
    found = []
    for module, action in _actions(tree):
        given = {argument.arg for argument in action.args.kwonlyargs}
        if action.args.posonlyargs or len(action.args.args) > 1 or action.args.vararg:
            found.append(module.breach(action, f"{action.name} takes more than one positional argument"))
        found += [
            module.breach(action, f"{action.name} has no keyword-only `{name}`")
            for name in ("by", "at")
            if name not in given
        ]
    return found


def unrecorded_actions(tree: Path) -> list[Breach]:
    """Public functions of actions.py record an event, themselves or by a function that they call there."""
    found = []
    for module, action in _actions(tree):
        functions = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
        if not _records(action, functions, frozenset()):
            found.append(module.breach(action, f"{action.name} records no audit event"))
    return found


def non_atomic_actions(tree: Path) -> list[Breach]:
    """An action happens whole or not at all, its audit event included."""
    return [
        module.breach(action, f"{action.name} is not atomic")
        for module, action in _actions(tree)
        if "atomic" not in {part for node in ast.walk(action) for part in scan.name_of(node).split(".")}
    ]


GOOD = """
from django.db import transaction
@transaction.atomic
def open_case(case, *, by, at):
    _note(case)
def _note(case):
    audit.record("case.opened")
"""

GUARDS = {
    anonymous_actions: GOOD.replace(", by, at", ", by"),
    unrecorded_actions: GOOD.replace("    audit.record(", "    print("),
    non_atomic_actions: GOOD.replace("@transaction.atomic", ""),
}


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_tutela_keeps_the_rule(guard):
    breaches = guard(SOURCE)
    assert not breaches, scan.shown(breaches)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_guard_sees_a_breach(guard, tmp_path):
    assert len(guard(scan.write(tmp_path, people__actions=GUARDS[guard]))) == 1
    assert not guard(scan.write(tmp_path, people__actions=GOOD))


def test_an_action_with_two_positional_arguments_is_seen(tmp_path):
    bad = GOOD.replace("(case, *,", "(case, person, *,")
    assert anonymous_actions(scan.write(tmp_path, people__actions=bad))


def test_actions_that_have_become_a_folder_are_seen(tmp_path):
    assert unrecorded_actions(scan.write(tmp_path, people__actions__consent=GUARDS[unrecorded_actions]))


def _actions(tree: Path) -> list[tuple[Module, ast.FunctionDef]]:
    return [
        (module, node)
        for module in scan.modules(tree)
        if module.layer == "actions"
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _records(node: ast.AST, functions: dict[str, ast.FunctionDef], seen: frozenset[str]) -> bool:
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        name = scan.name_of(call.func).split(".")[-1]
        if name in RECORDERS:
            return True
        if name in functions and name not in seen and _records(functions[name], functions, seen | {name}):
            return True
    return False
