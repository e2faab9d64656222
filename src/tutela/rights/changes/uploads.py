"""Takes texts that somebody sends as files of the library: safe to read, and each in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Any, Final

import yaml

import tutela
from tutela.rights.law.files import BOUND_FOLDER, INSTRUMENT_FOLDERS, PERSONAS_FOLDER

MOST_FILES: Final = 12
MOST_BYTES: Final = 512 * 1024
_DEEPEST: Final = 40

_FOLDER_OF_LEVEL: Final = {
    "international": "international",
    "council_of_europe": "council-of-europe",
    "european_union": "eu",
    "national": "national",
}
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class Wrong(StrEnum):
    """Why a file cannot be taken at all."""

    NOT_YAML_NAME = "its name does not end in .yaml"
    NAME = "its name has other characters than small letters, digits and hyphens"
    TOO_LARGE = "it is larger than 512 kB"
    TOO_MANY = "there are more files than twelve"
    TWICE = "two files have the same place in the library"
    NOT_TEXT = "it is no text in UTF-8"
    NOT_YAML = "it cannot be read as YAML"
    REFERENCES = "it uses anchors or aliases, which the library does not know"
    TOO_DEEP = "it is nested too deeply"
    NO_KIND = "it is no file of an instrument, of whom it binds, of personas, of rights or of terms"


class CannotBeTaken(ValueError):
    """This file has no place in the library."""

    def __init__(self, name: str, why: Wrong, *, line: int = 0) -> None:
        super().__init__(f"{name}: {why}")
        self.name, self.why, self.line = name, why, line


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it came."""

    name: str
    content: bytes


def placed(sent: Sequence[Sent]) -> dict[str, str]:
    """The texts by their place in the library. Raises CannotBeTaken."""
    if len(sent) > MOST_FILES:
        raise CannotBeTaken(sent[MOST_FILES].name, Wrong.TOO_MANY)
    files: dict[str, str] = {}
    for one in sent:
        path, text = _placed(one)
        if path in files:
            raise CannotBeTaken(one.name, Wrong.TWICE)
        files[path] = text
    return files


def _placed(one: Sent) -> tuple[str, str]:
    name = PurePath(one.name.replace("\\", "/")).name
    if not name.endswith(".yaml"):
        raise CannotBeTaken(name, Wrong.NOT_YAML_NAME)
    if not name.removesuffix(".yaml") or set(name.removesuffix(".yaml")) - _NAME or len(name) > 80:
        raise CannotBeTaken(name, Wrong.NAME)
    if len(one.content) > MOST_BYTES:
        raise CannotBeTaken(name, Wrong.TOO_LARGE)
    try:
        text = one.content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as broken:
        raise CannotBeTaken(name, Wrong.NOT_TEXT) from broken
    if "\x00" in text:
        raise CannotBeTaken(name, Wrong.NOT_TEXT)
    return _place(name, _top(name, text)), text


def _top(name: str, text: str) -> dict[str, Any]:
    """The fields at the top of a file, and those of a mapping right below."""
    top = _Top(name)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            top.take(event)
    except yaml.MarkedYAMLError as error:
        line = _line(error.problem_mark or error.context_mark)
        raise CannotBeTaken(name, Wrong.NOT_YAML, line=line) from error
    except yaml.YAMLError as error:
        raise CannotBeTaken(name, Wrong.NOT_YAML) from error
    return top.found


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


class _Top:
    """Reads events one by one: what refers to itself, or nests without end, is refused before anything is
    built of it."""

    def __init__(self, name: str) -> None:
        self.found: dict[str, Any] = {}
        self._name, self._depth = name, 0
        self._keys: list[str | None] = [None, None]

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise CannotBeTaken(self._name, Wrong.REFERENCES, line=_line(event.start_mark))
        if isinstance(event, yaml.CollectionStartEvent):
            self._value({})
            self._depth += 1
            if self._depth > _DEEPEST:
                raise CannotBeTaken(self._name, Wrong.TOO_DEEP, line=_line(event.start_mark))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._depth -= 1
        elif isinstance(event, yaml.ScalarEvent):
            self._value(event.value)

    def _value(self, value: Any) -> None:
        """A key, or what belongs to the key before it."""
        if self._depth not in {1, 2}:
            return
        place = self._depth - 1
        key = self._keys[place]
        if key is None:
            self._keys[place] = value if isinstance(value, str) else ""
            return
        self._keys[place] = None
        into = self.found if place == 0 else self.found.get(self._open, {})
        if place == 0:
            self._open, self._keys[1] = key, None
        into[key] = value

    _open = ""


_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _place(name: str, top: dict[str, Any]) -> str:
    instrument = top.get("instrument")
    if isinstance(instrument, dict) and "provisions" in top:
        return f"law/{_folder_of(name, str(instrument.get('level', '')))}/{name}"
    if isinstance(instrument, str) and "states" in top:
        return f"law/{BOUND_FOLDER}/{name}"
    if "personas" in top:
        return f"law/{PERSONAS_FOLDER}/{name}"
    for only in ("rights", "terms"):
        if set(top) == {only}:
            return f"law/{only}.yaml"
    raise CannotBeTaken(name, Wrong.NO_KIND)


def _folder_of(name: str, level: str) -> str:
    """Where an instrument of that name lies already; otherwise by its level."""
    for folder in INSTRUMENT_FOLDERS:
        if (tutela.library_path() / "law" / folder / name).exists():
            return folder
    if level not in _FOLDER_OF_LEVEL:
        raise CannotBeTaken(name, Wrong.NO_KIND)
    return _FOLDER_OF_LEVEL[level]
