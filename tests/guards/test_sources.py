"""Rules of the house for Python sources: no hidden clock, one door to the data, small plain pieces."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.guards import scan
from tests.guards.scan import SOURCE, Breach

CLOCKS = {
    "timezone.now",
    "timezone.localtime",
    "timezone.localdate",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
}
TIMELESS_LAYERS = {"models", "actions", "queries", "access", "assess"}
TRANSLATORS = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "ngettext", "ngettext_lazy"}
LONGEST_FUNCTION = 60
LONGEST_FILE = 400

# Where rows may be fetched: the doors of a package, and parts of the foundation that are doors themselves.
DOORS = {"access", "queries", "actions", "models"}
OTHER_DOORS = {
    ("foundation", "access", "door"): "is the decision that all access goes through",
    ("foundation", "vault", "keyring"): "keys have no reader but the vault",
    ("foundation", "vault", "fields"): "reads again what is at hand, when its key was replaced meanwhile",
    ("foundation", "vault", "resealing"): "seals everything anew, for nobody in particular",
    ("foundation", "audit", "record"): "writes the log",
    ("foundation", "audit", "log"): "reads the log to prove it",
    ("foundation", "changes"): "compares a version in the database, for a row that is already at hand",
    ("foundation", "clocks", "sweep"): "moves every clock, for nobody in particular",
    ("rights", "changes", "edition"): "reads the law, which is everybody's",
    ("rights", "changes", "open_files"): "names every open file, for a walk that serves nobody in particular",
    ("rights", "changes", "work"): "walks over every open file, for nobody in particular",
}

# An operator's command and the generator of invented people act for the whole installation, not for a user.
FOR_NOBODY_IN_PARTICULAR = {"operations", "demo"}


def hidden_clocks(tree: Path) -> list[Breach]:
    """Below the views, time is an argument: a rule about a deadline must be testable without a trick."""
    return [
        module.breach(node, f"reads the clock with {scan.name_of(node.func)}(): take `at` as an argument")
        for module in scan.modules(tree)
        if module.parts[0] == "engines" or module.layer in TIMELESS_LAYERS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ".".join(scan.name_of(node.func).split(".")[-2:]) in CLOCKS
    ]


def side_doors(tree: Path) -> list[Breach]:
    """Rows come through access, queries and actions: elsewhere nobody has asked whether this user may."""
    return [
        module.breach(node, f"{scan.name_of(node)} outside access, queries and actions")
        for module in scan.modules(tree)
        if module.layer not in DOORS
        and module.parts not in OTHER_DOORS
        and module.parts[0] not in FOR_NOBODY_IN_PARTICULAR
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]


def nullable_texts(tree: Path) -> list[Breach]:
    """An empty text is the empty string: two ways to say nothing are one too many."""
    return [
        module.breach(node, "a text that can be NULL")
        for module in scan.modules(tree)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and scan.name_of(node.func).endswith(
            ("CharField", "TextField", "EmailField", "SlugField", "URLField")
        )
        and scan.name_of(node.func).startswith("models.")
        and any(_is_true(word, "null") for word in node.keywords)
    ]


def hidden_orders(tree: Path) -> list[Breach]:
    """A list says its own order, with a tie-break; an order in Meta slips into every query."""
    return [
        module.breach(statement, "Meta.ordering: order where the list is made")
        for module in scan.modules(tree)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and node.name == "Meta"
        for statement in node.body
        if isinstance(statement, ast.Assign) and scan.name_of(statement.targets[0]) == "ordering"
    ]


def hidden_effects(tree: Path) -> list[Breach]:
    """No signal, no generic foreign key: what happens when stands in the action that does it."""
    banned = (
        "django.db.models.signals",
        "django.dispatch",
        "django.core.signals",
        "django.contrib.contenttypes.fields",
    )
    return [
        module.breach(node, f"imports {name}")
        for module in scan.modules(tree)
        for node in ast.walk(module.tree)
        for name in _imported(node)
        if name.startswith(banned) or name == "django.db.models.signals"
    ]


def saves_with_effects(tree: Path) -> list[Breach]:
    """save() and delete() of a model do only what Django's do."""
    return [
        module.breach(method, f"{node.name}.{method.name}() is overridden: write an action")
        for module in scan.modules(tree)
        if module.layer == "models"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete"}
    ]


def borrowed_privates(tree: Path) -> list[Breach]:
    """A name with an underscore belongs to its package: what another package needs is made public."""
    return [
        module.breach(node, f"imports {alias.name} of {node.module}")
        for module in scan.modules(tree)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tutela.")
        for alias in node.names
        if alias.name.startswith("_") and not _same_package(module.parts, node.module or "")
    ]


def long_functions(tree: Path) -> list[Breach]:
    """A function fits on a screen."""
    return [
        module.breach(node, f"{node.name} has {length} lines; {LONGEST_FUNCTION} are the most")
        for module in scan.modules(tree)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]


def long_files(tree: Path) -> list[Breach]:
    """A file that outgrows this becomes a package of its name."""
    return [
        Breach(module.path, length, f"has {length} lines; {LONGEST_FILE} are the most")
        for module in scan.modules(tree)
        if (length := module.text.count("\n")) > LONGEST_FILE
    ]


def undescribed_modules(tree: Path) -> list[Breach]:
    """A module opens with one sentence that says what it is for; apps.py is Django's own formality."""
    return [
        Breach(module.path, 1, "has no opening sentence")
        for module in scan.modules(tree)
        if module.text.strip() and module.layer != "apps" and not ast.get_docstring(module.tree)
    ]


def offsets(tree: Path) -> list[Breach]:
    """Pages are cut by key: an offset reads and throws away everything before it."""
    return [
        module.breach(node, "pages by Paginator: cut by key")
        for module in scan.modules(tree)
        for node in ast.walk(module.tree)
        if any(name.startswith("django.core.paginator") for name in _imported(node))
    ]


def filled_before_translation(tree: Path) -> list[Breach]:
    """A sentence is translated with named gaps, then filled: a filled one is in no catalogue."""
    return [
        module.breach(node, "fill in the gaps after translating: _('... %(name)s ...') % {...}")
        for module in scan.modules(tree)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and scan.name_of(node.func).split(".")[-1] in TRANSLATORS
        for words in node.args
        if isinstance(words, ast.JoinedStr | ast.BinOp)
        or (isinstance(words, ast.Call) and scan.name_of(words.func).endswith("format"))
    ]


MODEL = "from django.db import models\nclass A(models.Model):\n"
GUARDS: dict[Callable[[Path], list[Breach]], dict[str, str]] = {
    hidden_clocks: {"people__actions": "def add():\n    return timezone.now()\n"},
    side_doors: {"people__views": "def show():\n    return Person.objects.get()\n"},
    nullable_texts: {"people__models": MODEL + "    note = models.TextField(null=True)\n"},
    hidden_orders: {"people__models": MODEL + "    class Meta:\n        ordering = ['id']\n"},
    hidden_effects: {"people__apps": "from django.db.models.signals import post_save\n"},
    saves_with_effects: {"people__models": MODEL + "    def save(self): ...\n"},
    borrowed_privates: {"people__views": "from tutela.rights.views import _show\n"},
    long_functions: {"people__views": "def show():\n" + "    x = 1\n" * LONGEST_FUNCTION},
    long_files: {"people__views": "x = 1\n" * (LONGEST_FILE + 1)},
    undescribed_modules: {"people__views": "x = 1\n"},
    filled_before_translation: {"people__views": "def show(name):\n    return _(f'Hello {name}')\n"},
    offsets: {"people__queries": "from django.core.paginator import Paginator\n"},
}


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_tutela_keeps_the_rule(guard):
    breaches = guard(SOURCE)
    assert not breaches, scan.shown(breaches)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_guard_sees_a_breach(guard, tmp_path):
    assert len(guard(scan.write(tmp_path, **GUARDS[guard]))) == 1


def test_generic_foreign_keys_are_seen(tmp_path):
    bad = "from django.contrib.contenttypes.fields import GenericForeignKey\n"
    assert hidden_effects(scan.write(tmp_path, people__models=bad))


def test_a_clock_in_a_view_is_allowed(tmp_path):
    assert not hidden_clocks(scan.write(tmp_path, people__views="def show():\n    return timezone.now()\n"))


def test_an_engine_may_not_read_the_clock(tmp_path):
    bad = "from datetime import date\ndef due():\n    return date.today()\n"
    assert hidden_clocks(scan.write(tmp_path, engines__clocks__due=bad))


def _is_true(word: ast.keyword, name: str) -> bool:
    return word.arg == name and isinstance(word.value, ast.Constant) and word.value.value is True


def _imported(node: ast.AST) -> list[str]:
    """Full names that an import statement brings in; none for any other node."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _same_package(parts: tuple[str, ...], imported: str) -> bool:
    """Whether `imported` lies in the package of the module at `parts`: the first folder, two deep in the
    foundation and among engines."""
    depth = 2 if parts[0] in {"foundation", "engines"} else 1
    return tuple(imported.split(".")[1 : 1 + depth]) == parts[:depth]
