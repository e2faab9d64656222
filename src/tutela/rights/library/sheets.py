"""The comparison of states as files for a spreadsheet: everything that the page says, with its sources."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import xlsxwriter
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from tutela.engines.rights import Verdict
from tutela.rights import words
from tutela.rights.library.matrix import LIMITS, LOOKS, CellLine, Matrix, Row, SourceLine

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it the spreadsheet of many an office reads Arabic and accents wrongly."""

_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")
_FILLS: Final = {"good": "#e1f2e7", "calm": "#e5eff7", "warn": "#fdf0dc", "neutral": "#ffffff"}
_WIDTH: Final = 24
_LONGEST_CELL: Final = 32_767


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_csv(found: Matrix) -> str:
    """A line for each source of a cell, one for a cell without any, and at the end how to read it."""
    into = io.StringIO()
    writer = csv.writer(into)
    writer.writerow(_heads())
    for row, cell in _cells(found):
        writer.writerows([inert(text) for text in line] for line in _lines(row, cell, found.day))
    writer.writerow([])
    writer.writerows([inert(text)] for text in notes(found))
    return BYTE_ORDER_MARK + into.getvalue()


def _cells(found: Matrix) -> Iterator[tuple[Row, CellLine]]:
    for row in found.rows:
        for cell in row.cells:
            yield row, cell


def _heads() -> list[str]:
    return [
        _("Right"),
        _("Right, code"),
        _("Country"),
        _("Country, code"),
        _("As the law stood on"),
        _("What was found"),
        _("What was found, code"),
        _("Kind of source"),
        _("Entry"),
        _("Where it is written"),
        _("What it says"),
        _("How strong it is"),
        _("Time"),
        _("How sure we are"),
        _("In force"),
        _("List of states of"),
        _("Source"),
    ]


def _lines(row: Row, cell: CellLine, day: date) -> Iterator[list[str]]:
    start = [
        row.label,
        row.right,
        cell.state_name,
        cell.state,
        day.isoformat(),
        cell.word,
        cell.verdict.value,
    ]
    for source in cell.sources:
        yield [*start, *_of_source(source)]
    if not cell.sources:
        yield [*start, *[""] * (len(_heads()) - len(start))]


def _of_source(one: SourceLine) -> list[str]:
    return [
        one.kind_label,
        one.entry,
        one.citation,
        one.title,
        one.force,
        one.limit,
        one.trust,
        one.since,
        one.as_of,
        one.source,
    ]


def notes(found: Matrix) -> list[str]:
    """The day, what each word means, and what the comparison cannot tell."""
    return [
        _("Law as it stood on %(day)s, as far as the library knows it.") % {"day": words.day(found.day)},
        *(f"{look.word}: {look.meaning}" for look in LOOKS.values()),
        *map(str, LIMITS),
    ]


def as_xlsx(found: Matrix, *, at: datetime) -> bytes:
    """Three sheets: the matrix, its sources, and how to read it. Every cell is written as text."""
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        book.set_properties(
            {"title": _("Compare countries"), "created": at.astimezone(UTC).replace(tzinfo=None)}
        )
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        looks = {
            verdict: book.add_format(
                {"text_wrap": True, "valign": "top", "border": 4, "bg_color": _FILLS[look.tone]}
            )
            for verdict, look in LOOKS.items()
        }
        _matrix_sheet(_sheet(book, _("Matrix")), found, bold, looks)
        sources = [line for row, cell in _cells(found) for line in _lines(row, cell, found.day)]
        _write(_sheet(book, _("Sources")), [_heads(), *sources], bold, plain)
        _write(_sheet(book, _("How to read it")), [[note] for note in notes(found)], plain, plain, width=100)
    return into.getvalue()


def _sheet(book: Any, name: str) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if get_language_bidi():
        sheet.right_to_left()
    return sheet


def _matrix_sheet(sheet: Any, found: Matrix, bold: Any, looks: dict[Verdict, Any]) -> None:
    _write(sheet, [[_("Right"), *(name for _code, name in found.states)]], bold, bold)
    for place, row in enumerate(found.rows, start=1):
        sheet.write_string(place, 0, row.label, bold)
        for column, cell in enumerate(row.cells, start=1):
            sheet.write_string(place, column, in_one_cell(cell), looks[cell.verdict])


def in_one_cell(cell: CellLine) -> str:
    """The sign and the word, and what a reader of the cell alone must know beside."""
    told = [f"{cell.sign} {cell.word}"]
    if cell.is_unsure:
        told.append(_("To be confirmed by a lawyer"))
    if cell.is_reserved:
        told.append(_("Not accepted in part"))
    return "\n".join(told)


def _write(sheet: Any, lines: Iterable[Sequence[str]], head: Any, body: Any, *, width: int = _WIDTH) -> None:
    """Rows of text under a first one that stays in sight."""
    sheet.set_column(0, 16, width)
    sheet.freeze_panes(1, 1)
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text[:_LONGEST_CELL], body if row else head)
