"""The rights themselves: what each is, every law behind it, and what it rests on in some states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tutela.rights import words
from tutela.rights.law import load_law
from tutela.rights.library.index import index
from tutela.rights.library.lines import EntryLine, entry_line, level_and_name
from tutela.rights.library.matrix import MOST_STATES, CellLine, matrix


@dataclass(frozen=True, slots=True)
class Group:
    """Rights of one kind: id and name of each."""

    label: str
    rights: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RightPage:
    """`cells` are those of the states that were asked for; `entries` are all, by level of the law."""

    right: str
    label: str
    plain: str
    group: str
    cells: tuple[CellLine, ...]
    entries: tuple[EntryLine, ...]


def groups() -> list[Group]:
    """All rights, by the groups in which a person sees them."""
    law = load_law()
    return [
        Group(
            words.text(group.label),
            tuple(
                (name, words.text(law.rights[name].label))
                for name in law.library.rights
                if law.rights[name].category in group.categories
            ),
        )
        for group in law.groups
    ]


def right_page(right: str, states: Sequence[str], *, on: date) -> RightPage:
    """`states` beyond the most that are compared are left out."""
    law = load_law()
    known = law.rights[right]
    rows = matrix(states[:MOST_STATES], day=on, right=right).rows
    entries = sorted(
        index().by_right.get(right, ()),
        key=lambda one: level_and_name(law.library.instruments[one.instrument]),
    )
    return RightPage(
        right=right,
        label=words.text(known.label),
        plain=words.text(known.plain),
        group=words.text(law.group_of[known.category].label),
        cells=rows[0].cells if rows else (),
        entries=tuple(entry_line(one) for one in entries),
    )
