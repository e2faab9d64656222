"""Every action says who did it and when, and leaves a mark in the audit log."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.guards import scan
from tests.guards.scan import SOURCE, Breach, Module

RECORDERS = {"record", "record_event", "Event"}  # Event: many at once, by bulk_create

# Public functions of actions.py that are no actions, each with its reason.
NO_ACTIONS = {
    "when_breached": "hears at start-up which later stage wants to know of a breach",
    "when_run_out": "hears at start-up which later stage wants to know of a term that came to its end",
    "when_moved": "hears at start-up which later stage wants to know of a new end",
    "follow_clock": "keeps the date of a clock, whose change is recorded already",
}


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
    return [
        module.breach(action, f"{action.name} records no audit event")
        for module, action in _actions(tree)
        if not any(RECORDERS & _called(function) for function in _reached(action, module))
    ]


def non_atomic_actions(tree: Path) -> list[Breach]:
    """An action happens whole or not at all, its audit event included."""
    return [
        module.breach(action, f"{action.name} is not atomic")
        for module, action in _actions(tree)
        if not any(_is_atomic(function) for function in _reached(action, module))
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
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in NO_ACTIONS
    ]


def _reached(action: ast.FunctionDef, module: Module) -> list[ast.FunctionDef]:
    """An action, the functions of its module that it calls, those that they call, and so on."""
    functions = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    reached = [action]
    for function in reached:  # grows while it is walked
        reached += [
            functions[name] for name in _called(function) & functions.keys() if functions[name] not in reached
        ]
    return reached


def _called(function: ast.FunctionDef) -> set[str]:
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return {scan.name_of(call.func).split(".")[-1] for call in calls}


def _is_atomic(function: ast.FunctionDef) -> bool:
    return any(scan.name_of(node).split(".")[-1] == "atomic" for node in ast.walk(function))
