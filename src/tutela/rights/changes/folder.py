"""A library folder with some files in the place of others: the shipped ones linked, the others written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import tutela
from tutela.rights.law import BrokenLaw, Law
from tutela.rights.law.read import read_law

_PARTS = ("law", "codelists", "schema")


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def shipped_text(path: str) -> str | None:
    """The text of a file that came with this release; None where none did."""
    try:
        return (tutela.library_path() / path).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None


@contextmanager
def library_with(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder for as long as the block lasts. `files` are texts by their path inside the library."""
    with TemporaryDirectory(prefix="law-") as name:
        root, shipped = Path(name), tutela.library_path()
        for part in _PARTS:
            for original in (shipped / part).rglob("*"):
                path = original.relative_to(shipped)
                if original.is_file() and path.as_posix() not in files:
                    (root / path).parent.mkdir(parents=True, exist_ok=True)
                    (root / path).symlink_to(original)
        for inside, text in files.items():
            (root / inside).parent.mkdir(parents=True, exist_ok=True)
            (root / inside).write_text(text, encoding="utf-8")
        yield root


def read_with(files: Mapping[str, str]) -> Law:
    """The shipped library with `files` in place. Raises BrokenLaw."""
    with library_with(files) as root:
        try:
            return read_law(root)
        except RecursionError as deep:
            raise BrokenLaw("A file is nested too deeply.") from deep
