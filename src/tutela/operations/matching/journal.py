"""The log of one side: every line carries the hash of the one before, and is on the disk before anybody is
answered.

It holds numbers of questions, purposes, hashes and pseudonyms, never a key or a name. The limits are counted
from it.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.language import number as written
from tutela.operations.refusals import Refused

__all__ = ["Entry", "Journal"]

_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, when, and what else is known of it."""

    at: datetime
    what: str
    more: dict[str, Any]


class Journal:
    """A file of lines that only grows. Opening it checks every hash; raises Refused where one is wrong."""

    def __init__(self, path: Path, *, writing: bool = True) -> None:
        self.path = path
        self.entries: list[Entry] = []
        self.root = _START
        try:
            self._file = os.open(path, (os.O_RDWR | os.O_CREAT) if writing else os.O_RDONLY, 0o600)
            if writing:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise Refused(
                _("{file} is in use: another tutela match runs with it.").format(file=isolated(str(path)))
            ) from error
        except OSError as error:
            raise Refused(
                _("{file} cannot be opened: {problem}.").format(
                    file=isolated(str(path)), problem=error.strerror
                )
            ) from error
        try:
            self._read(writing)
        except Refused:
            os.close(self._file)
            raise

    def add(self, at: datetime, what: str, **more: Any) -> Entry:
        """Returns when the line is on the disk. Raises Refused where it cannot be: then nothing was
        acknowledged.
        """
        line = self._line(at, what, more)
        place = os.lseek(self._file, 0, os.SEEK_END)
        try:
            if os.write(self._file, line) < len(line):
                raise OSError(errno.ENOSPC, _("the disk is full"))
            os.fsync(self._file)
        except OSError as error:
            os.ftruncate(self._file, place)
            raise Refused(
                _("{file} cannot be written: {problem}.").format(
                    file=isolated(str(self.path)), problem=error.strerror
                )
            ) from error
        self.root = hashlib.sha256(line).hexdigest()
        entry = Entry(at, what, more)
        self.entries.append(entry)
        return entry

    def of(self, *what: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.what in what)

    def close(self) -> None:
        os.close(self._file)

    def _line(self, at: datetime, what: str, more: dict[str, Any]) -> bytes:
        content = {"before": self.root, "at": at.isoformat(), "what": what, **more}
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    def _read(self, writing: bool) -> None:
        """A last line without its end was never acknowledged: it is cut off. Nothing else may be wrong."""
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if writing and whole < len(content):
            os.ftruncate(self._file, whole)
        for number, line in enumerate(content[:whole].splitlines(keepends=True), 1):
            try:
                found = json.loads(line)
                at = datetime.fromisoformat(found.pop("at"))
                before, what = found.pop("before"), found.pop("what")
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                damaged = _("{file}: line {line} was damaged. Keep the file, and ask who did it.")
                raise Refused(damaged.format(file=isolated(str(self.path)), line=written(number))) from error
            if before != self.root:
                follows = _(
                    "{file}: line {line} does not follow the one before: a line was changed or taken."
                )
                raise Refused(follows.format(file=isolated(str(self.path)), line=written(number)))
            self.entries.append(Entry(at, what, found))
            self.root = hashlib.sha256(line).hexdigest()
