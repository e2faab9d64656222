"""Reads a table that somebody else made: finds its columns, and says in one line each what cannot be used."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, ngettext
from tutela.operations.language import number as written
from tutela.operations.refusals import Refused

MOST_LINES_TOLD = 8
_DAY = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
_Value = TypeVar("_Value")


class Unusable(ValueError):
    """Why one value cannot be used, as the end of a sentence: “x” is no number."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A date as people wrote it: with its day, or a month or year alone."""

    year: int
    month: int | None = None
    day: int | None = None


class Table:
    """A CSV file in UTF-8 with a heading, read whole. What cannot be used is gathered and told at once.

    `times`: for how many lines each row stands; one, unless equal lines were counted before (`reading`).
    `digests`: name of each file that was read to its SHA-256."""

    def __init__(self, path: Path, columns: Mapping[str, str] | None = None) -> None:
        """`columns`: under which heading a column of ours stands in this file, where not under its own."""
        self.path = path
        self._renamed = dict(columns or {})
        self._wrong: list[str] = []
        try:
            content = path.read_bytes()
            text = content.decode("utf-8-sig")
        except OSError as error:
            raise Refused(_("{file} cannot be read.").format(file=isolated(str(path)))) from error
        except UnicodeDecodeError as error:
            raise Refused(
                _("{file} is not a text in UTF-8: save it as “CSV UTF-8”.").format(file=isolated(str(path)))
            ) from error
        self.digest = hashlib.sha256(content).hexdigest()
        first = text.partition("\n")[0]
        if not first.strip():
            raise Refused(_("{file} has no heading in its first line.").format(file=isolated(str(path))))
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
        try:
            self.heading = [name.strip() for name in next(reader)]
            self.rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
        except csv.Error as error:
            raise Refused(
                _("{place}: this line is no CSV: {problem}.").format(
                    place=isolated(f"{path}:{reader.line_num}"), problem=error
                )
            ) from error
        self.digests = {path.name: self.digest}
        self.times = [1] * len(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, column: str) -> bool:
        return self._heading_of(column) in self.heading

    def need(self, columns: Sequence[str]) -> None:
        """Raises Refused where one of these columns is not there, with what is."""
        for column in columns:
            if not self.has(column):
                raise Refused(
                    _(
                        "{file} has no column “{column}”. It has: {columns}. "
                        "Say which one is meant: {option}."
                    ).format(
                        file=isolated(str(self.path)),
                        column=self._heading_of(column),
                        columns=in_a_row(self.heading),
                        option=isolated(f"--column {column}=NAME"),
                    )
                )

    def keep(self, wanted: Mapping[str, Sequence[str]]) -> None:
        """Leaves only rows that have one of the wanted values in each of these columns. Raises Refused."""
        self.need(list(wanted))
        places = {self.heading.index(self._heading_of(name)): set(values) for name, values in wanted.items()}
        kept = [
            at
            for at, (_, row) in enumerate(self.rows)
            if all(place < len(row) and row[place].strip() in values for place, values in places.items())
        ]
        self.rows, self.times = [self.rows[at] for at in kept], [self.times[at] for at in kept]

    def read_as(self, meanings: Mapping[str, str]) -> None:
        """Takes each cell that is one of these texts for what it is said to mean, as 2 for <5."""
        if meanings:
            self.rows = [
                (line, [meanings.get(cell.strip(), cell) for cell in row]) for line, row in self.rows
            ]

    def values(self, column: str, read: Callable[[str], _Value]) -> list[_Value | None]:
        """A column, each value read; None where it cannot be, which `refuse_wrong` tells."""
        place = self.heading.index(self._heading_of(column))
        found: list[_Value | None] = []
        for line, row in self.rows:
            try:
                found.append(read(row[place].strip() if place < len(row) else ""))
            except Unusable as problem:
                found.append(None)
                self.wrong(line, f"{self.heading[place]}: {problem}")
        return found

    def wrong(self, line: int, sentence: str) -> None:
        """Notes that a line (the heading is line 1) cannot be used."""
        self._wrong.append(f"{isolated(f'{self.path.name}:{line}')}: {sentence}")

    def wrong_at(self, row: int, sentence: str) -> None:
        """Notes that the line of a row, as `values` counts them from 0, cannot be used."""
        self.wrong(self.rows[row][0], sentence)

    def refuse_wrong(self) -> None:
        """Raises Refused with one line for each value that cannot be used, the first few of many."""
        if not self._wrong:
            return
        told = self._wrong[:MOST_LINES_TOLD]
        if len(self._wrong) > len(told):
            told.append(more_like_these(len(self._wrong) - len(told)))
        raise Refused("\n".join(told))

    def _heading_of(self, column: str) -> str:
        renamed = self._renamed.get(column, column)
        return renamed if renamed in self.heading else column if column in self.heading else renamed


def more_like_these(count: int) -> str:
    """The last line of a list of which only the first few are told."""
    words = ngettext("… and {count} more like these.", "… and {count} more like these.", count)
    return words.format(count=written(count))


def text(value: str) -> str:
    if not value:
        raise Unusable(_("is empty."))
    return value


def number(value: str) -> float:
    try:
        found = float(value)
    except ValueError as error:
        raise Unusable(_("“{value}” is no number.").format(value=value)) from error
    if not math.isfinite(found):
        raise Unusable(_("“{value}” is no number.").format(value=value))
    return found


def count(value: str) -> int:
    """A whole number of zero or more; commas between thousands are read over, as in 1,615."""
    found = number(value.replace(",", "") if _THOUSANDS.fullmatch(value) else value)
    if found < 0 or found != int(found):
        raise Unusable(_("“{value}” is no whole number of zero or more.").format(value=value))
    return int(found)


def amount(value: str) -> float:
    found = number(value)
    if found < 0:
        raise Unusable(_("“{value}” is below zero.").format(value=value))
    return found


def partial_date(value: str) -> Partial:
    """2026-11-25, 2026/11/25, 2026-11 or 2026."""
    match = _DAY.fullmatch(value)
    if not match:
        raise Unusable(_("“{value}” is no date. Write it like 2026-11-25.").format(value=value))
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        date(year, month or 1, day or 1)
    except ValueError as error:
        raise Unusable(_("“{value}” is a day that no calendar has.").format(value=value)) from error
    return Partial(year, month, day)


def columns_of(given: Sequence[str]) -> dict[str, str]:
    """--column place=zip, again and again, as a mapping from our name to the file's."""
    found = {}
    for one in given:
        ours, equals, theirs = one.partition("=")
        if not (ours.strip() and equals and theirs.strip()):
            raise Refused(
                _("{option}: write our name, an equals sign, and the name in the file.").format(
                    option=isolated(f"--column {one}")
                )
            )
        found[ours.strip()] = theirs.strip()
    return found


def wanted_of(given: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """--where "Sex=Female|Male", again and again, as a mapping from a column to the values that stay."""
    found = {}
    for one in given:
        column, equals, values = one.partition("=")
        if not (column.strip() and equals):
            raise Refused(
                _("{option}: write a column, an equals sign, and its values with | between.").format(
                    option=isolated(f"--where {one}")
                )
            )
        found[column.strip()] = tuple(value.strip() for value in values.split("|"))
    return found


def meanings_of(given: Sequence[str]) -> dict[str, str]:
    """--read-as "<5=2", again and again, as a mapping from what a cell says to what it is taken for."""
    found = {}
    for one in given:
        says, equals, means = one.rpartition("=")
        if not (says.strip() and equals):
            raise Refused(
                _("{option}: write what a cell says, an equals sign, and what it means.").format(
                    option=isolated(f"--read-as {one}")
                )
            )
        found[says.strip()] = means.strip()
    return found
