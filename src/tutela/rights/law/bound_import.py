"""Brings a status list into `library/law/bound`: shown first, then written whole or not at all."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from tutela.rights.law.entries import binds_states
from tutela.rights.law.files import BOUND_FOLDER, instrument_paths, read_yaml
from tutela.rights.law.joining import JOINING
from tutela.rights.law.status_list import Joined, Line, StatusList, Treaty, UnusableList, read_status_list

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ()/.’'–-]*")
_WORDS_OF_YAML: Final = frozenset({"no", "yes", "on", "off", "true", "false", "null", "y", "n"})
_HEAD: Final = ("instrument", "certainty", "source", "as_of", "note")
_WIDTH: Final = 116


@dataclass(frozen=True, slots=True)
class Change:
    """A state whose day would become another. `before` and `after` are the first days."""

    joined: Joined
    before: str

    @property
    def after(self) -> str:
        return self.joined.start.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a list would change. `doubts` are contradictions for a person to settle."""

    instrument: str
    new: tuple[Joined, ...]
    changed: tuple[Change, ...]
    same: tuple[Joined, ...]
    known_better: tuple[Joined, ...]
    doubts: tuple[Line, ...]
    left_out: tuple[Line, ...]
    problems: tuple[Line, ...]
    text: str
    """The file as it would be."""

    @property
    def can_be_written(self) -> bool:
        return not self.problems and bool(self.new or self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whose list it is, the day on which it stood so, and how sure it is."""

    source: str
    as_of: date
    certainty: str = "S"


def bound_path(root: Path, instrument: str) -> Path:
    """Where a library folder keeps whom an instrument binds."""
    return root / "law" / BOUND_FOLDER / f"{instrument}.yaml"


def preview(root: Path, text: str, *, instrument: str, origin: Origin, named: str = "") -> Preview:
    """Hold a list against what the library folder `root` has. Raises UnusableList."""
    listed = read_status_list(text, treaty=_treaty(root, instrument), as_of=origin.as_of, named=named)
    path = bound_path(root, instrument)
    if not path.exists():
        return compare(listed, None, instrument=instrument, origin=origin)
    heading = "".join(f"{line}\n" for line in _heading(path.read_text(encoding="utf-8")))
    before = read_yaml(path).data
    return compare(listed, before, instrument=instrument, origin=origin, heading=heading)


def _heading(text: str) -> Iterator[str]:
    """The comment at the head of a file."""
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        yield line


def compare(
    listed: StatusList,
    before: Mapping[str, Any] | None,
    *,
    instrument: str,
    origin: Origin,
    heading: str = "",
) -> Preview:
    """Hold a list against the data of a file of `bound/` (None: no file yet). `heading` stays on top."""
    states: Mapping[str, Any] = before["states"] if before else {}
    is_older = before is not None and before["as_of"] > origin.as_of.isoformat()
    sorted_out = _Sorted(states, is_older=is_older)
    for joined in listed.joined:
        sorted_out.take(joined)
    for line in listed.not_party:
        if line.state in states and states[line.state]["from"] <= origin.as_of.isoformat():
            reason = f"is bound here since {states[line.state]['from']}; the list says: {line.reason}."
            sorted_out.doubts.append(Line(line.number, line.state, reason))
    taken = [*sorted_out.new, *(change.joined for change in sorted_out.changed)]
    return Preview(
        instrument=instrument,
        new=tuple(sorted_out.new),
        changed=tuple(sorted_out.changed),
        same=tuple(sorted_out.same),
        known_better=tuple(sorted_out.known_better),
        doubts=tuple(sorted_out.doubts),
        left_out=listed.left_out,
        problems=listed.problems,
        text=heading + _as_yaml(_updated(before, taken, instrument=instrument, origin=origin)),
    )


def write(root: Path, shown: Preview) -> Path:
    """Put the previewed file in its place at once: whoever reads sees the old one or the new one."""
    if not shown.can_be_written:
        raise UnusableList("There is nothing to write, or lines that cannot be used. Mend them first.")
    path = bound_path(root, shown.instrument)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(shown.text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def _treaty(root: Path, instrument: str) -> Treaty:
    treaties = {}
    for path in instrument_paths(root):
        entry = read_yaml(path).data["instrument"]
        if binds_states(entry):
            treaties[entry["id"]] = entry
    if instrument not in treaties:
        raise UnusableList(
            f"“{instrument}” is no treaty of this library. It has: {', '.join(sorted(treaties))}."
        )
    start = treaties[instrument]["in_force"].get("from")
    return Treaty(in_force=date.fromisoformat(start) if start else None, joining=JOINING.get(instrument))


class _Sorted:
    """The lines of a list, by what they would do to the states that the file has."""

    def __init__(self, states: Mapping[str, Any], *, is_older: bool) -> None:
        self._states = states
        self._is_older = is_older
        self.new: list[Joined] = []
        self.changed: list[Change] = []
        self.same: list[Joined] = []
        self.known_better: list[Joined] = []
        self.doubts: list[Line] = []

    def take(self, joined: Joined) -> None:
        own = self._states.get(joined.state)
        if own is None:
            self.new.append(joined)
        elif joined.year is not None:
            self._by_year(joined, joined.year, own)
        elif own["from"] == joined.start.isoformat() and own.get("deposited") == _iso(joined.deposited):
            self.same.append(joined)
        elif "deposited" in own and self._is_older:
            self._doubt(joined, f"{own['deposited']} by a newer list, and on {joined.deposited} by this one")
        else:
            self.changed.append(Change(joined, own["from"]))

    def _by_year(self, joined: Joined, year: int, own: Mapping[str, Any]) -> None:
        """A year says nothing new of a state whose day is known; a year that does not fit is a doubt."""
        deposited, start = own.get("deposited"), own["from"]
        if not deposited and start == joined.start.isoformat():
            self.same.append(joined)
        elif deposited[:4] == str(year) if deposited else start <= joined.start.isoformat():
            self.known_better.append(joined)
        else:
            self._doubt(joined, f"{deposited or start} as the file has it, and in {year} as the list has it")

    def _doubt(self, joined: Joined, told: str) -> None:
        self.doubts.append(Line(joined.line, joined.state, f"joined on {told}."))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _updated(
    before: Mapping[str, Any] | None, taken: list[Joined], *, instrument: str, origin: Origin
) -> dict[str, Any]:
    """The file's data with the states that were taken. What else a state has stays: reservations, parts."""
    data: dict[str, Any] = {
        "instrument": instrument,
        "certainty": origin.certainty,
        "source": origin.source,
        **(before or {}),
        "as_of": origin.as_of.isoformat(),
    }
    if before and before["as_of"] > data["as_of"]:
        data["as_of"] = before["as_of"]
    states = dict(data.get("states", {}))
    for joined in taken:
        kept = {k: v for k, v in states.get(joined.state, {}).items() if k not in _REPLACED}
        states[joined.state] = {**_entry(joined, data, origin), **kept}
    data["states"] = {state: states[state] for state in sorted(states)}
    return data


_REPLACED: Final = frozenset({"deposited", "from", "certainty", "source", "note"})


def _entry(joined: Joined, data: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if joined.deposited:
        entry["deposited"] = joined.deposited.isoformat()
    entry["from"] = joined.start.isoformat()
    if origin.certainty != data["certainty"]:
        entry["certainty"] = origin.certainty
    source = joined.source or origin.source
    if source != data["source"]:
        entry["source"] = source
    if joined.note:
        entry["note"] = joined.note
    return entry


def _as_yaml(data: Mapping[str, Any]) -> str:
    """One state a line, so that a change of one is a change of one line."""
    lines = [line for key in _HEAD if key in data for line in _field(key, data[key])]
    for part in ("states", "opted_out"):
        if part in data:
            lines.append(f"{part}:")
            lines += [line for state, own in data[part].items() for line in _state(state, own)]
    return "\n".join(lines) + "\n"


def _state(state: str, own: Mapping[str, Any]) -> Iterator[str]:
    """One line; what a state said of the treaty stands below it, one language a line, for people to read."""
    if "reservations" not in own:
        yield f"  {_flow(state)}: {_flow(own)}"
        return
    yield f"  {_flow(state)}:"
    yield from (f"    {key}: {_flow(value)}" for key, value in own.items() if key != "reservations")
    yield "    reservations:"
    for reservation in own["reservations"]:
        yield "      - text:"
        yield from (
            f"          {language}: {_flow(words)}" for language, words in reservation["text"].items()
        )
        yield from (f"        {key}: {_flow(value)}" for key, value in reservation.items() if key != "text")


def _field(key: str, value: str) -> Iterator[str]:
    line = f"{key}: {_flow(value)}"
    if len(line) <= _WIDTH or "\n" in value:
        yield line
        return
    yield f"{key}: >-"
    row = ""
    for word in value.split():
        if row and len(row) + len(word) + 3 > _WIDTH:
            yield f"  {row}"
            row = ""
        row = f"{row} {word}".strip()
    yield f"  {row}"


def _flow(value: Any) -> str:
    """A value on one line, quoted where YAML would read something else into it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(own)}" for key, own in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(own) for own in value) + "]"
    text = str(value)
    is_plain = _PLAIN.fullmatch(text) and not text.endswith(" ") and not text.isdigit()
    if is_plain and text.casefold() not in _WORDS_OF_YAML:
        return text
    return json.dumps(text, ensure_ascii=False)
