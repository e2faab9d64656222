"""YAML files of the law library, read so that every field knows its line.

Only what JSON knows is read: text, whole numbers, true and false, nothing. In particular a bare `no` or
`2026-07-15` is text, where other YAML readers see a "false" or a date; a lawyer who writes
`needs_cooperation: no` means the word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9]\d*)")

FieldPath = tuple[str | int, ...]

INSTRUMENT_FOLDERS = ("international", "council-of-europe", "eu", "national")
BOUND_FOLDER = "bound"
PERSONAS_FOLDER = "personas"


@dataclass(frozen=True, slots=True)
class LawFile:
    """One file: its data, the line (from 1) of each field, and the fields that are written twice."""

    path: Path
    data: Any
    lines: dict[FieldPath, int] = field(default_factory=dict)
    repeated: tuple[FieldPath, ...] = ()

    def line(self, where: FieldPath) -> int:
        """The line of a field, or of the nearest thing around it that is written down."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


class NotYaml(ValueError):
    """The file cannot be read as YAML at all."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(f"{path}:{line}")
        self.path = path
        self.line = line


def read_yaml(path: Path) -> LawFile:
    """Read one file. Raises NotYaml with the line where reading stopped."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYaml(path, mark.line + 1 if mark else 1) from error
    reader = _Reader()
    data = reader.read(root, ()) if root else None
    return LawFile(path, data, reader.lines, tuple(reader.repeated))


def instrument_paths(root: Path) -> list[Path]:
    """The files of instruments below a library folder, in a fixed order."""
    return [path for folder in INSTRUMENT_FOLDERS for path in _files(root, folder)]


def bound_paths(root: Path) -> list[Path]:
    """The files that say whom each instrument binds."""
    return _files(root, BOUND_FOLDER)


def persona_paths(root: Path) -> list[Path]:
    """The files of invented people with what the law should give them."""
    return _files(root, PERSONAS_FOLDER)


def _files(root: Path, folder: str) -> list[Path]:
    return sorted((root / "law" / folder).glob("*.yaml"))


class _Reader:
    def __init__(self) -> None:
        self.lines: dict[FieldPath, int] = {}
        self.repeated: list[FieldPath] = []

    def read(self, node: yaml.Node, where: FieldPath) -> Any:
        self.lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*where, place)) for place, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, where: FieldPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            here = (*where, str(key.value))
            if key.value in found:
                self.repeated.append(here)
            self.lines[here] = key.start_mark.line + 1
            found[str(key.value)] = self.read(value, here)
        return found


def _scalar(node: yaml.ScalarNode) -> str | int | bool | None:
    text = str(node.value)
    if node.style:  # quoted or block text is always text
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text
