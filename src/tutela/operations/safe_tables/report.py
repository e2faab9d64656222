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
from tutela.operations.refusals import Refused
from tutela.operations.reports import pages
from tutela.operations.safe_tables import words
from tutela.operations.safe_tables.asked import Asked, Method
from tutela.operations.safe_tables.protecting import Published

NAMES = ("report.html", "table.csv", "manifest.json")
_MOST_COLUMNS, _MOST_ROWS, _MOST_TABLES = 30, 300, 12


def write(asked: Asked, found: Published) -> list[Path]:
    """report.html, table.csv and manifest.json, with the same bytes for the same table.

    The manifest holds no digest of the file and no seed: whoever guesses a hidden number could try it on
    them.
    """
    try:
        if asked.out.exists() and {one.name for one in asked.out.iterdir()} - set(NAMES):
            raise Refused(f"{asked.out} holds other files. Give another folder with --out.")
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".safe-tables-", dir=asked.out.parent) as beside:
            into = Path(beside, "new")
            into.mkdir()
            _write_files(into, asked, found)
            _take_place(into, asked.out, before=Path(beside, "before"))
    except OSError as problem:
        raise Refused(f"{asked.out} cannot be written: {problem.strerror}.") from problem
    return [asked.out / name for name in NAMES]


def _write_files(into: Path, asked: Asked, found: Published) -> None:
    (into / NAMES[0]).write_text(_page(asked, found), encoding="utf-8")
    heads = [*asked.by, asked.value or "people"]
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
            ("not told of a whole group", _all(asked.sensitive)),
            ("zeros held back", asked.zeros),
        ]
    if asked.method is Method.ROUND:
        settings.append(("base", asked.base))
    return [*settings, ("totals published of", _all(asked.margins))]


def _all(names: tuple[str, ...] | None) -> str:
    return "every column" if names is None else ", ".join(names) or "no column"


# ---------------------------------------------------------------- for people
def _page(asked: Asked, found: Published) -> str:
    what = asked.value or "People"
    lead = words.LEADS[asked.method].format(base=asked.base, away=found.away)
    return pages.page(
        title=f"{what} by {_and(asked.by)}",
        sections=[
            pages.paragraph(lead, kind="lead"),
            *_tables(found),
            pages.section("How to read it", pages.bullets(words.READING[asked.method])),
            pages.section("What this does not protect", pages.bullets(words.LIMITS)),
            pages.section(
                "How it was protected",
                pages.table(
                    ["Setting", "Value"],
                    [(name[:1].upper() + name[1:], _words(value)) for name, value in _settings(asked)],
                    caption="Settings",
                ),
            ),
        ],
    )


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return words.METHODS.get(str(value), str(value))


def _tables(found: Published) -> list[str]:
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
                _one_table(turned, before)
                for before in product(*several)
                if not _all_withheld(turned, before)
            ]
    return [pages.paragraph("The table is too large for a page. All of it is in table.csv.", kind="note")]


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


def _one_table(found: Published, before: tuple[int, ...]) -> str:
    axes = found.table.axes
    rest = axes[len(before) :]
    across = range(len(rest[1].labels)) if len(rest) > 1 else [None]
    heads = [
        rest[0].name,
        *(rest[1].labels if len(rest) > 1 else ["People" if found.table.whole else "Amount"]),
    ]
    rows = []
    for code, label in enumerate(rest[0].labels):
        cells = [(*before, code) if one is None else (*before, code, one) for one in across]
        if not all(found.withheld[cell] for cell in cells):
            rows.append([label, *(_shown(found, cell) for cell in cells)])
    here = ", ".join(f"{axis.name}: {axis.labels[code]}" for axis, code in zip(axes, before, strict=False))
    named = " and ".join(axis.name for axis in rest)
    caption = f"{here}. By {named}." if here else f"By {named}."
    return pages.table(heads, rows, caption=caption, numbers=tuple(range(1, len(heads))))


def _shown(found: Published, cell: tuple[int, ...]) -> str:
    if found.withheld[cell]:
        return ""
    value = _value(found, cell)
    return value if isinstance(value, str) else f"{value:,}"
