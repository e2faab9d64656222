"""Pages of a list cut by key: the page after the last row seen, whatever was added meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

Row = TypeVar("Row")

MOST_COUNTED = 1000
"""Where counting ends: who is told that there are more reads no list to its end."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: its moment, and its id where moments are equal."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """None for anything that is no cursor: a broken address shows the first page."""
        at, _, row_id = text.replace(" ", "+").partition("~")
        try:
            moment = datetime.fromisoformat(at)
            return cls(moment, UUID(row_id)) if moment.tzinfo else None
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, and the cursor of the page that follows; empty when this is the last one."""

    rows: Sequence[Row]
    following: str = ""


def page_of(
    rows: QuerySet[Any], *, by: str, after: Cursor | None, size: int, shown: Callable[[Any], Row]
) -> Page[Row]:
    """The newest `size` rows, by the moment in field `by` and then by id, after the row `after`."""
    if after is not None:
        rows = rows.filter(Q(**{f"{by}__lt": after.at}) | Q(**{by: after.at, "id__lt": after.id}))
    found = list(rows.order_by(f"-{by}", "-id")[: size + 1])
    more = len(found) > size
    last = found[size - 1] if more else None
    following = str(Cursor(getattr(last, by), last.pk)) if last is not None else ""
    return Page([shown(row) for row in found[:size]], following)
