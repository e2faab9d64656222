"""Writes the protected table: for people, for spreadsheets, and its manifest. All of them, or nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from tutela import __version__
from tutela.engines.disclosure import Axis
from tutela.operations.language import (
    ENGLISH,
    in_a_row,
    isolated,
    listed,
    number,
    pgettext,
    short_number,
    speaking,
)
from tutela.operations.language import gettext as _
from tutela.operations.refusals import Refused
from tutela.operations.reports import pages
from tutela.operations.safe_tables import words
from tutela.operations.safe_tables.asked import Asked, Method
from tutela.operations.safe_tables.protecting import Published

NAMES = ("report.html", "table.csv", "manifest.json")
_MOST_COLUMNS, _MOST_ROWS, _MOST_TABLES = 30, 300, 12


def write(asked: Asked, found: Published) -> list[Path]:
    """report.html, table.csv and manifest.json, with the same bytes for the same table and language. What
    other programs read is in English always.

    The manifest holds no digest of the file and no seed: whoever guesses a hidden number could try it on
    them.
    """
    try:
        if asked.out.exists() and {one.name for one in asked.out.iterdir()} - set(NAMES):
            says = _("{folder} holds other files. Give another folder with --out.")
            raise Refused(says.format(folder=isolated(str(asked.out))))
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".safe-tables-", dir=asked.out.parent) as beside:
            into = Path(beside, "new")
            into.mkdir()
            _write_files(into, asked, found)
            _take_place(into, asked.out, before=Path(beside, "before"))
    except OSError as problem:
        says = _("{folder} cannot be written to: {problem}.")
        raise Refused(says.format(folder=isolated(str(asked.out)), problem=problem.strerror)) from problem
    return [asked.out / name for name in NAMES]


def _write_files(into: Path, asked: Asked, found: Published) -> None:
    (into / NAMES[0]).write_text(_page(asked, found), encoding="utf-8")
    heads = [*asked.by, asked.value or "people"]
    with speaking(ENGLISH):
        pages.write_csv(into / NAMES[1], heads, ([*labels, shown] for labels, shown in _rows(found)))
        pages.write_json(into / NAMES[2], _manifest(asked, found))


def _take_place(into: Path, out: Path, *, before: Path) -> None:
    """All three files at once: a table beside the page of another one could undo what each protects."""
    if out.exists():
        out.rename(before)
    try:
        into.rename(out)
    except OSError:
        if before.exists():
            before.rename(out)
        raise


# ---------------------------------------------------------------- for other programs
def _rows(found: Published) -> Iterable[tuple[tuple[str, ...], int | float | str]]:
    for cell in np.ndindex(*found.table.shape):
        if not found.withheld[cell]:
            labels = tuple(axis.labels[code] for axis, code in zip(found.table.axes, cell, strict=True))
            yield labels, _value(found, cell)


def _value(found: Published, cell: tuple[int, ...]) -> int | float | str:
    if found.hidden[cell]:
        return words.HIDDEN
    number = float(found.table.values[cell])
    return int(number) if found.table.whole else round(number, 2)


def _manifest(asked: Asked, found: Published) -> dict[str, Any]:
    listed = ~found.withheld
    return {
        "tutela": __version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "columns": [
            {"name": axis.name, "values": axis.parts, "groups": len(axis.labels) - axis.parts - 1}
            for axis in found.table.axes
        ],
        "counts": asked.value or "people",
        "protected": dict(_settings(asked)),
        "mark": words.HIDDEN if asked.method is Method.SUPPRESS else None,
        "cells": int(listed.sum()),
        "held_back": int((found.hidden & listed).sum()),
        "not_protected": list(words.LIMITS),
    }


def _settings(asked: Asked) -> list[tuple[str, Any]]:
    """What may be known of how it was protected; the numbers of rules for amounts may not."""
    settings: list[tuple[str, Any]] = [("method", asked.method.value)]
    if asked.method is Method.ROUND:
        settings.append(("unsafe counts, below", asked.threshold))
    elif not asked.value:
        settings.append(("counts shown from", asked.threshold))
    if asked.method is not Method.KEYS and not asked.value:
        settings.append(("unsafe counts stay uncertain over", asked.width))
    if asked.method is Method.SUPPRESS and not asked.value:
        settings += [
            ("not told of a whole group", words.columns(asked.sensitive)),
            ("zeros held back", asked.zeros),
        ]
    if asked.method is Method.ROUND:
        settings.append(("base", asked.base))
    return [*settings, ("totals published of", words.columns(asked.margins))]


# ---------------------------------------------------------------- for people
def _page(asked: Asked, found: Published) -> str:
    lead = _(words.LEADS[asked.method])
    return pages.page(
        title=_title(asked),
        sections=[
            pages.paragraph(
                lead.format(base=number(asked.base), away=number(found.away), mark=words.HIDDEN), kind="lead"
            ),
            *_tables(asked, found),
            pages.section(
                _("How to read it"),
                pages.bullets(_(one).format(mark=words.HIDDEN) for one in words.READING[asked.method]),
            ),
            pages.section(_("What this does not protect"), pages.bullets(_(one) for one in words.LIMITS)),
            pages.section(
                _("How it was protected"),
                pages.table(
                    [_("Setting"), _("Value")],
                    [(words.setting(name), words.value(name, value)) for name, value in _settings(asked)],
                    caption=_("Settings"),
                ),
            ),
        ],
    )


def _title(asked: Asked) -> str:
    columns = _and(asked.by)
    if asked.value:
        return _("{column} by {columns}").format(column=isolated(asked.value), columns=columns)
    return _("People by {columns}").format(columns=columns)


def _and(names: Sequence[str]) -> str:
    return listed([isolated(name) for name in names])


def _tables(asked: Asked, found: Published) -> list[str]:
    """The last column across, the one before it down, one table for each value of a third.

    Where that does not fit, the longest column goes down and the shortest makes the tables.
    """
    by_length = sorted(range(len(found.table.axes)), key=lambda at: len(found.table.axes[at].labels))
    for order in (range(len(found.table.axes)), [*by_length[:-2], by_length[-1], *by_length[-2:-1]]):
        turned = _turned(found, order)
        axes = turned.table.axes
        down, across = (axes[-2], len(axes[-1].labels)) if len(axes) > 1 else (axes[0], 1)
        several = [range(len(axis.labels)) for axis in axes[:-2]]
        if (
            across <= _MOST_COLUMNS
            and len(down.labels) <= _MOST_ROWS
            and np.prod([len(one) for one in several]) <= _MOST_TABLES
        ):
            return [
                _one_table(asked, turned, before)
                for before in product(*several)
                if not _all_withheld(turned, before)
            ]
    too_large = _("The table is too large for a page. All of it is in table.csv.")
    return [pages.paragraph(too_large, kind="note")]


def _turned(found: Published, order: Sequence[int]) -> Published:
    """The same table with its columns in another order."""
    table = replace(
        found.table,
        axes=tuple(found.table.axes[at] for at in order),
        values=found.table.values.transpose(order),
    )
    return replace(
        found, table=table, hidden=found.hidden.transpose(order), withheld=found.withheld.transpose(order)
    )


def _all_withheld(found: Published, before: tuple[int, ...]) -> bool:
    return bool(found.withheld[before].all())


def _one_table(asked: Asked, found: Published, before: tuple[int, ...]) -> str:
    down, *others = found.table.axes[len(before) :]
    across = range(len(others[0].labels)) if others else [None]
    rows = []
    for code, label in enumerate(down.labels):
        cells = [(*before, code) if one is None else (*before, code, one) for one in across]
        if not all(found.withheld[cell] for cell in cells):
            rows.append([words.label(label, asked.total), *(_shown(found, cell) for cell in cells)])
    heads = [down.name, *_heads_across(asked, found, others)]
    caption = _caption(asked, found, before)
    return pages.table(heads, rows, caption=caption, numbers=tuple(range(1, len(heads))))


def _heads_across(asked: Asked, found: Published, others: Sequence[Axis]) -> list[str]:
    if others:
        return [words.label(label, asked.total) for label in others[0].labels]
    return [_("People") if found.table.whole else pgettext("report", "Amount")]


def _caption(asked: Asked, found: Published, before: tuple[int, ...]) -> str:
    """Of which value of the first columns a table is, and what tells people apart in it."""
    axes = found.table.axes
    columns = _and([axis.name for axis in axes[len(before) :]])
    if not before:
        return _("By {columns}.").format(columns=columns)
    here = in_a_row(
        [
            f"{isolated(axis.name)}: {isolated(words.label(axis.labels[code], asked.total))}"
            for axis, code in zip(axes, before, strict=False)
        ]
    )
    return _("{here}. By {columns}.").format(here=here, columns=columns)


def _shown(found: Published, cell: tuple[int, ...]) -> str:
    if found.withheld[cell]:
        return ""
    value = _value(found, cell)
    if isinstance(value, str):
        return value
    return number(value) if isinstance(value, int) else short_number(value, digits=15)
