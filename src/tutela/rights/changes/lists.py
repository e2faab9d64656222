"""A list of states as files of a change: the file of a treaty as it would be, and what each line does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tutela.rights.changes import edition
from tutela.rights.changes.folder import library_with
from tutela.rights.law.bound_import import Origin, Preview, bound_path, preview


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list would make of the library. `lines` are for people to read; `files` is empty while lines
    cannot be used, or nothing is new."""

    preview: Preview
    files: dict[str, str]

    @property
    def lines(self) -> list[dict[str, Any]]:
        shown = self.preview
        found = [
            *(_line("new", one.line, one.state, one.start.isoformat()) for one in shown.new),
            *(
                _line("changed", one.joined.line, one.joined.state, one.before, one.after)
                for one in shown.changed
            ),
            *(_line("doubt", one.number, one.state, one.reason) for one in shown.doubts),
            *(_line("left out", one.number, one.state, one.reason) for one in shown.left_out),
            _line("same", 0, "", str(len(shown.same) + len(shown.known_better))),
        ]
        return found[:400]


def _line(what: str, number: int, state: str, *told: str) -> dict[str, Any]:
    return {"what": what, "line": number, "state": state, "told": list(told)}


def held_against(text: str, *, instrument: str, source: str, as_of: date) -> Listed:
    """Against the law in use. Raises UnusableList."""
    published = edition.files_of(edition.newest_number())
    with library_with(published) as root:
        shown = preview(root, text, instrument=instrument, origin=Origin(source=source, as_of=as_of))
        path = bound_path(root, instrument).relative_to(root).as_posix()
    return Listed(shown, {path: shown.text} if shown.can_be_written else {})
