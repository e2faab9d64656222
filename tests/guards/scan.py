"""What guard tests share: finding sources, and saying where one of them breaks a rule of the house.

A guard is a function from a source tree to breaches. It runs over Tutela, where it must find none, and over a
small bad tree, where it must find what is wrong: a guard that cannot fail guards nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tutela"


LAYERS = frozenset({"models", "access", "queries", "assess", "actions", "forms", "views", "api", "urls"})


@dataclass(frozen=True, slots=True)
class Breach:
    """A place that breaks a rule."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        shown = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        return f"{shown}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Module:
    """A Python source with its parsed tree; `parts` is its place in the package, without `.py`."""

    path: Path
    parts: tuple[str, ...]
    tree: ast.Module
    text: str

    @property
    def layer(self) -> str:
        """What it is in its package: models, actions, queries..., also when that has become a folder, or lies
        in a folder of its own slice."""
        if len(self.parts) <= 2 or self.parts[0] == "foundation":
            return self.parts[-1]
        return next((part for part in self.parts[1:] if part in LAYERS), self.parts[1])

    def breach(self, node: ast.AST, what: str) -> Breach:
        """A breach at a node of this module."""
        return Breach(self.path, getattr(node, "lineno", 1), what)


def modules(tree: Path) -> Iterator[Module]:
    """Every Python source below `tree`, but no migrations: Django writes those."""
    for path in sorted(tree.rglob("*.py")):
        parts = path.relative_to(tree).with_suffix("").parts
        if "migrations" not in parts:
            yield _parsed(path, parts, path.stat().st_mtime_ns)


def texts(tree: Path, pattern: str) -> Iterator[tuple[Path, str]]:
    """Path and text of every file below `tree` that fits a glob pattern; nothing that others made."""
    for path in sorted(tree.rglob(pattern)):
        if "vendor" not in path.parts:
            yield path, path.read_text(encoding="utf-8")


def line_of(text: str, offset: int) -> int:
    """The number of the line that a character stands on."""
    return text.count("\n", 0, offset) + 1


def name_of(node: ast.AST) -> str:
    """A dotted name as written, `timezone.now` for example; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = name_of(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def shown(breaches: list[Breach]) -> str:
    """All breaches, one a line, for the message of a failed assertion."""
    return "\n" + "\n".join(map(str, breaches))


def write(folder: Path, **files: str) -> Path:
    """Writes small sources for a guard to find fault with; `a__b="..."` becomes a/b.py."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@cache
def _parsed(path: Path, parts: tuple[str, ...], _changed: int) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path, parts, ast.parse(text), text)
