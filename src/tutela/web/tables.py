"""Draws lists. In code, because every list is a hundred cells: as templates they took ten times as long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from tutela.foundation.tables import Cell, Code, Due, Mark, Name, Table
from tutela.web import dates, marks

NOTHING = "—"


def draw(table: Table, *, at: datetime | None = None) -> SafeString:
    """The whole table, which stacks on a narrow screen; deadlines as they stand at `at`."""
    drawer = _Drawer(at)
    labels = [
        (escape(str(column.label)), ' class="number"' if column.number else "") for column in table.columns
    ]
    heads = "".join(f'<th scope="col"{kind}>{label}</th>' for label, kind in labels)
    openings = [f'<td data-label="{label}"{kind}>' for label, kind in labels[1:]]
    rows = "\n".join(drawer.row(openings, row) for row in table.rows)
    return SafeString(
        f'<div class="table-hold" role="region" aria-label="{escape(str(table.label))}" tabindex="0">\n'
        f'<table class="table-stack">\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>{rows}</tbody>\n</table>\n</div>"
    )


class _Drawer:
    """Draws cells by their kind."""

    def __init__(self, at: datetime | None) -> None:
        self.at = at
        self.today = timezone.localdate()
        self.kinds: dict[type, Callable[[Any], str]] = {
            Name: _name,
            Code: _code,
            Mark: self.mark,
            Due: self.due,
            date: self.day,
            datetime: self.day,
        }

    def row(self, openings: Sequence[str], cells: Sequence[Cell]) -> str:
        drawn = [self.kinds.get(type(cell), _plain)(cell) for cell in cells]
        rest = "".join(f"{opening}{cell}</td>" for opening, cell in zip(openings, drawn[1:], strict=True))
        return f'<tr><th scope="row">{drawn[0]}</th>{rest}</tr>'

    def mark(self, cell: Mark) -> str:
        mark = marks.status(cell.label, cell.tone)
        return f'<span>{mark} <span class="due-day">{self.day(cell.day)}</span></span>' if cell.day else mark

    def due(self, cell: Due) -> str:
        return marks.deadline(cell.clock, at=self.at)

    def day(self, cell: date) -> str:
        return escape(dates.human_date(cell, near=dates.is_near(cell, self.today)))


def _name(cell: Name) -> str:
    name = f"<bdi>{escape(str(cell.label))}</bdi>" if cell.label else NOTHING
    if cell.url:
        name = f'<a href="{escape(cell.url)}">{name}</a>'
    return f'{name} <span class="tag tone-calm">{escape(str(cell.tag))}</span>' if cell.tag else name


def _code(cell: Code) -> str:
    return f'<bdi dir="ltr">{escape(cell.text)}</bdi>'


def _plain(cell: object) -> str:
    return NOTHING if cell is None or cell == "" else escape(str(cell))
