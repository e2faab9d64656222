"""Writes what was watched: the page for people, and tables and a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import scipy

from tutela import __version__
from tutela.operations.early_warning import page
from tutela.operations.early_warning.asked import Asked
from tutela.operations.early_warning.reading import Study
from tutela.operations.early_warning.shown import Line, alarms, now
from tutela.operations.early_warning.watching import Findings
from tutela.operations.language import ENGLISH, speaking
from tutela.operations.reports import pages

_HEADS = (
    "series", "group", "when", "cases", "expected", "bound", "p", "state", "stands_out", "complete",
    "complete_low", "complete_high",
)  # fmt: skip


def write(folder: Path, asked: Asked, study: Study, found: Findings) -> list[Path]:
    """report.html, series.csv, alarms.csv and result.json: the same bytes for the same file, seed and
    language. What other programs read is in English always."""
    names = ("report.html", "series.csv", "alarms.csv", "result.json")
    for_people = page.page(asked, study, found)
    with pages.whole(folder) as beside, speaking(ENGLISH):
        told = now(study, found, least=asked.least_shown)
        past = alarms(study, found, least=asked.least_shown)
        (beside / names[0]).write_text(for_people, encoding="utf-8")
        pages.write_csv(beside / names[1], _HEADS, [list(_cells(line).values()) for line in told])
        pages.write_csv(beside / names[2], _HEADS[:7], [list(_cells(line).values())[:7] for line in past])
        pages.write_json(beside / names[3], _result(asked, study, found, told, past))
    return [folder / name for name in names]


def _cells(line: Line) -> dict[str, Any]:
    values = [
        line.series, line.group, line.when, line.cases, line.expected, line.bound, line.p, line.state,
        line.stands_out, *(line.to_come or (None, None, None)),
    ]  # fmt: skip
    return dict(zip(_HEADS, values, strict=True))


def _result(
    asked: Asked, study: Study, found: Findings, told: list[Line], past: list[Line]
) -> dict[str, Any]:
    return {
        "tutela": __version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "asked": dict(page.settings(asked, study, found)),
        "files": dict(study.files),
        "alpha": float(f"{found.alpha:.6g}"),
        "least_shown": asked.least_shown,
        "imports": found.imports,
        "known": [round(float(one), 4) for one in found.known] if found.delays else None,
        "series": [_cells(line) for line in told],
        "alarms": [{name: _cells(line)[name] for name in _HEADS[:7]} for line in past],
    }
