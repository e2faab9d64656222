"""A file that only grows: one line of JSON an entry, each with the digest of the one before it.

An entry is acknowledged when it and the note of the last line lie on the disk. A process that is killed
before that leaves at most an unfinished last line, which the next writer cuts off, or a last line that the
note does not know yet, which the next writer keeps: it may have been acted upon. Two writers wait for each
other. What was changed, moved or cut off afterwards is refused.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.refusals import Refused

BEGINNING = "0" * 64
"""What stands as the digest before the first line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: its number from 1, its content, and the digest of all up to here."""

    number: int
    content: Mapping[str, Any]
    digest: str


class Held:
    """The file while nobody else may write to it."""

    def __init__(self, journal: Journal, stream: BinaryIO) -> None:
        self._journal, self._stream = journal, stream
        self.lines = journal.read(stream)
        whole = stream.tell()
        if os.fstat(stream.fileno()).st_size > whole:  # a line that was never acknowledged
            stream.truncate(whole)
        if self.lines:
            journal.note(self.lines[-1])

    def append(self, content: Mapping[str, Any]) -> Line:
        """Adds an entry. When this returns it is on the disk; when it raises Refused it is not there."""
        line = _line(self.lines[-1] if self.lines else None, content)
        start = self._stream.seek(0, os.SEEK_END)
        try:
            left = memoryview(_written(line))
            while left:
                left = left[self._stream.write(left) :]
            os.fsync(self._stream.fileno())
            self._journal.note(line)
        except OSError as problem:
            self._undo(start)
            nothing = _("{file} cannot be written: {problem}. Nothing was entered.")
            raise Refused(
                nothing.format(file=isolated(str(self._journal.path)), problem=problem.strerror)
            ) from problem
        self.lines.append(line)
        return line

    def _undo(self, start: int) -> None:
        try:
            self._stream.truncate(start)
            os.fsync(self._stream.fileno())
        except OSError:  # the next writer cuts the unfinished line off
            return


class Journal:
    """A journal at a path. Reading checks every line; `held` is the only way to write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._head = path.with_name(path.name + ".head")

    def lines(self) -> list[Line]:
        """All entries, checked. Raises Refused where the file is not what was written."""
        try:
            with self.path.open("rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_SH)
                return self.read(stream)
        except FileNotFoundError as missing:
            raise Refused(self._none()) from missing
        except OSError as problem:
            raise Refused(self._cannot(_("{file} cannot be read: {problem}."), problem)) from problem

    @contextmanager
    def held(self, *, new: bool = False) -> Iterator[Held]:
        """The journal, with everybody else kept waiting. `new`: it may begin here."""
        begin = os.O_CREAT if new else 0
        try:
            handle = os.open(self.path, os.O_RDWR | begin, 0o600)
        except FileNotFoundError as missing:
            no_folder = _("There is no folder {folder}.").format(folder=isolated(str(self.path.parent)))
            raise Refused(no_folder if new else self._none()) from missing
        except OSError as problem:
            raise Refused(self._cannot(_("{file} cannot be written: {problem}."), problem)) from problem
        with os.fdopen(handle, "r+b", buffering=0) as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX)
            except OSError as problem:
                raise Refused(self._cannot(_("{file} cannot be locked: {problem}."), problem)) from problem
            try:
                held = Held(self, stream)
            except OSError as problem:
                raise Refused(self._cannot(_("{file} cannot be written: {problem}."), problem)) from problem
            yield held

    def _none(self) -> str:
        return _("There is no ledger at {file}. Begin one: tutela ledger open.").format(
            file=isolated(str(self.path))
        )

    def _cannot(self, sentence: str, problem: OSError) -> str:
        return sentence.format(file=isolated(str(self.path)), problem=problem.strerror)

    def read(self, stream: BinaryIO) -> list[Line]:
        """Every whole line of an open file, checked; leaves the stream behind the last of them."""
        stream.seek(0)
        text = stream.read()
        whole = text.rfind(b"\n") + 1
        lines: list[Line] = []
        for raw in text[:whole].splitlines(keepends=True):
            lines.append(self._checked(raw, lines[-1] if lines else None))
        self._compare_head(lines)
        stream.seek(whole)
        return lines

    def note(self, line: Line) -> None:
        """Keeps the last line's number and digest beside the file, so that a cut at the end is seen."""
        wanted = f"{line.number} {line.digest}\n"
        if self._noted() == (line.number, line.digest):
            return
        beside = self._head.with_name(self._head.name + ".new")
        with beside.open("w", encoding="ascii") as stream:
            stream.write(wanted)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(self._head)
        with suppress(OSError):  # an older note is no harm: it knows one line less
            sync_folder(self.path.parent)

    def _checked(self, raw: bytes, last: Line | None) -> Line:
        number = last.number + 1 if last else 1
        try:
            found = json.loads(raw)
            line = Line(found["number"], found["content"], found["digest"])
            as_written = _written(line) == raw and line == _line(last, line.content)
        except (ValueError, KeyError, TypeError, RecursionError):
            as_written = False
        if not as_written:
            changed = _(
                "{file}: line {line} is not what was written. Nothing more can be released by this ledger;"
                " bring it back from a copy, and find out who changed it."
            )
            raise Refused(changed.format(file=isolated(str(self.path)), line=number))
        return line

    def _compare_head(self, lines: list[Line]) -> None:
        noted = self._noted()
        if noted is None:
            if len(lines) > 1:
                gone = _("{file} is missing. It says where the ledger ends: bring it back from a copy.")
                raise Refused(gone.format(file=isolated(str(self._head))))
            return
        number, digest = noted
        if number > len(lines):
            ends = _("{file} ends at line {line}; {count} were written. Bring it back from a copy.")
            raise Refused(ends.format(file=isolated(str(self.path)), line=len(lines), count=number))
        if lines[number - 1].digest != digest:
            other = _("{file}: line {line} is not what was written. Bring it back from a copy.")
            raise Refused(other.format(file=isolated(str(self.path)), line=number))

    def _noted(self) -> tuple[int, str] | None:
        try:
            number, digest = self._head.read_text(encoding="ascii").split()
            noted = int(number), digest
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as problem:
            raise Refused(self._head_lost()) from problem
        if noted[0] < 1:
            raise Refused(self._head_lost())
        return noted

    def _head_lost(self) -> str:
        return _("{file} cannot be read. Bring it back from a copy.").format(file=isolated(str(self._head)))


def sync_folder(folder: Path) -> None:
    """Waits until what was renamed in a folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _line(last: Line | None, content: Mapping[str, Any]) -> Line:
    number, before = (last.number + 1, last.digest) if last else (1, BEGINNING)
    plain = _plain({"before": before, "content": content, "number": number})
    return Line(number, dict(content), hashlib.sha256(plain).hexdigest())


def _written(line: Line) -> bytes:
    return _plain({"content": line.content, "digest": line.digest, "number": line.number}) + b"\n"


def _plain(content: Mapping[str, Any]) -> bytes:
    """One way of writing a content, so that its digest is always the same."""
    return json.dumps(
        content, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()
