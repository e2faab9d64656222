"""The shape of a list as a page shows it: columns, and rows of cells. The tag `{% table %}` draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Name:
    """What a row is about, in its own direction of writing; `tag` is a word beside it."""

    label: Words
    url: str = ""
    tag: Words = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A reference, which is read from left to right in every language."""

    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word with a colour, and a day behind it where there is one."""

    label: Words
    tone: str = "neutral"
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What is left of a clock: a stored one, or anything with its `due_at`, `country`, `unit` and `state`."""

    clock: Any


Cell = Name | Code | Mark | Due | date | Words | int | None
"""Days are shown as people say them; what is empty or None as a dash."""


@cache
def addresses(page: str, part: str) -> Callable[[UUID], str]:
    """Addresses of one page for many rows, which differ in one id: looked up once."""
    nobody = UUID(int=0)
    before, after = reverse(page, kwargs={part: nobody}).split(str(nobody))
    return lambda row_id: f"{before}{row_id}{after}"


@dataclass(frozen=True, slots=True)
class Column:
    label: Words
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One cell for each column; the first one heads its row. `label` says what the list is of."""

    label: Words
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
