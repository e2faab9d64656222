"""Finds the files that somebody names, one, several or whole folders, and looks at what they are."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import duckdb

from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated
from tutela.operations.refusals import Refused

MOST_NAMED = 20
"""More files than that are named in a report as one."""
_BLOCK = 1 << 20
_SUFFIXES = {".csv", ".tsv", ".parquet"}
_MAGIC = b"PAR1"
SPACE = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""What stands around a cell without meaning anything."""
_PATTERN = set("*?[]{}\\")
"""What engines would take for a pattern of names."""


class Form(StrEnum):
    CSV = "CSV"
    PARQUET = "Parquet"


@dataclass(frozen=True, slots=True)
class Source:
    """Files of one form with the same heading, in the order in which they are read.

    `kinds`: the type of each column of Parquet, as DuckDB names it; `quoted`: whether cells of CSV may hold
    line breaks; `digests`: name to SHA-256.
    """

    paths: tuple[Path, ...]
    form: Form
    heading: tuple[str, ...]
    kinds: tuple[str, ...]
    delimiter: str
    quoted: bool
    digests: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Looked:
    form: Form
    digest: str
    heading: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    delimiter: str = ""
    quoted: bool = False


def files_of(given: Sequence[Path]) -> list[Path]:
    """Files as they are, folders as all tables below them, each once; raises Refused where there is none."""
    found: set[Path] = set()
    for path in given:
        if not path.is_dir():
            found.add(path)
            continue
        below = [one for one in path.rglob("*") if _is_table(one)]
        if not below:
            raise Refused(
                _("{file} is a folder without a CSV or Parquet file.").format(file=isolated(str(path)))
            )
        found.update(below)
    return sorted(found, key=lambda path: path.absolute().as_uri())


def is_parquet(path: Path) -> bool:
    """By what stands in the file, whatever it is called."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError as error:
        raise Refused(_("{file} cannot be read.").format(file=isolated(str(path)))) from error


def look(paths: Sequence[Path]) -> Source:
    """What the files are; raises Refused where one cannot be read or is unlike the first."""
    looked = [_look(path) for path in paths]
    first = looked[0]
    for path, one in zip(paths, looked, strict=True):
        if one.form is not first.form:
            raise Refused(
                _("{file} is {form}, {first} is {other}: give files of one kind.").format(
                    file=isolated(str(path)), form=one.form, first=isolated(str(paths[0])), other=first.form
                )
            )
        if (one.heading, one.delimiter) != (first.heading, first.delimiter):
            raise Refused(
                _("{file} has other columns than {first}: {columns}; not: {wanted}.").format(
                    file=isolated(str(path)),
                    first=isolated(str(paths[0])),
                    columns=in_a_row(one.heading),
                    wanted=in_a_row(first.heading),
                )
            )
    return Source(
        paths=tuple(paths),
        form=first.form,
        heading=first.heading,
        kinds=first.kinds,
        delimiter=first.delimiter,
        quoted=any(one.quoted for one in looked),
        digests=_named({path: one.digest for path, one in zip(paths, looked, strict=True)}),
    )


def tidied(cell: str) -> str:
    """A cell without space around it, its line breaks all of one kind."""
    return "\n".join(cell.splitlines()).strip() if "\r" in cell else cell.strip()


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and path.name[0] not in "._" and path.is_file()


def _look(path: Path) -> _Looked:
    if _PATTERN & set(str(path.absolute())):
        raise Refused(
            _("{file}: call it something without any of {marks}.").format(
                file=isolated(str(path)), marks=isolated(" ".join(sorted(_PATTERN)))
            )
        )
    if is_parquet(path):
        names, kinds = zip(*_columns(path), strict=True)
        return _Looked(Form.PARQUET, _digest(path), names, kinds)
    return _look_at_text(path)


def _look_at_text(path: Path) -> _Looked:
    """One pass over the whole file: that it is UTF-8, its digest, and whether anything is in quotes."""
    digest, decoder, quoted, first = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), False, ""
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                text = decoder.decode(block)
                quoted = quoted or '"' in text
                first = first or text
            decoder.decode(b"", final=True)
    except OSError as error:
        raise Refused(_("{file} cannot be read.").format(file=isolated(str(path)))) from error
    except UnicodeDecodeError as error:
        raise Refused(
            _("{file} is not a text in UTF-8: save it as “CSV UTF-8”.").format(file=isolated(str(path)))
        ) from error
    line = first.removeprefix("\ufeff").partition("\n")[0]
    if not line.strip():
        raise Refused(_("{file} has no heading in its first line.").format(file=isolated(str(path))))
    delimiter = max(",;\t", key=line.count)
    heading = next(csv.reader([line.rstrip("\r")], delimiter=delimiter))
    names = tuple(name.strip() for name in heading)
    return _Looked(Form.CSV, digest.hexdigest(), names, delimiter=delimiter, quoted=quoted)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _columns(path: Path) -> list[tuple[str, str]]:
    with duckdb.connect() as connection:
        try:
            described = connection.execute("describe from read_parquet(?)", [str(path)]).fetchall()
        except duckdb.Error as error:
            raise Refused(
                _("{file} is no Parquet file that can be read.").format(file=isolated(str(path)))
            ) from error
    return [(name, kind) for name, kind, *_ in described]


def _named(digests: dict[Path, str]) -> dict[str, str]:
    """Digests by the name of the file, by its whole path where names are the same; many as one."""
    names = [path.name for path in digests]
    if len(digests) > MOST_NAMED:
        lines = "".join(f"{digest}  {path.name}\n" for path, digest in digests.items())
        return {f"{len(digests):,} files": hashlib.sha256(lines.encode()).hexdigest()}
    return {path.name if names.count(path.name) == 1 else str(path): one for path, one in digests.items()}
