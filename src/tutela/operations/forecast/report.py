"""Writes a forecast: the page for people, and tables and a file for other programs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from tutela import __version__
from tutela.operations.forecast import page, shown, words
from tutela.operations.forecast.asked import Asked
from tutela.operations.forecast.predicting import LEVELS, Findings, Score
from tutela.operations.forecast.reading import Study
from tutela.operations.forecast.shown import Line
from tutela.operations.language import ENGLISH, speaking
from tutela.operations.reports import pages

_HEADS = ("place", "when", "expected", "low_80", "high_80", "low_95", "high_95")
_RIVALS = {"last year": "last_year", "season": "season", "so far": "so_far"}
_SCORE_HEADS = (
    "way", "periods_ahead", "logarithmic", "ranked", "dawid_sebastiani", "within_50", "within_80",
    "within_95", "difference", "p",
)  # fmt: skip


def write(asked: Asked, study: Study, found: Findings) -> list[Path]:
    """report.html, forecast.csv, scores.csv and result.json: the same bytes for the same file and language.
    What other programs read is in English always."""
    names = ("report.html", "forecast.csv", "scores.csv", "result.json")
    for_people = page.page(asked, study, found)
    with pages.whole(asked.out) as beside, speaking(ENGLISH):
        lines = shown.each(study, found, least=asked.least_shown)
        (beside / names[0]).write_text(for_people, encoding="utf-8")
        pages.write_csv(beside / names[1], _heads(found), (_cells(line) for line in lines))
        pages.write_csv(beside / names[2], _SCORE_HEADS, (_score_cells(one) for one in found.scores))
        pages.write_json(beside / names[3], _result(asked, study, found, lines))
    return [asked.out / name for name in names]


def _heads(found: Findings) -> list[str]:
    return [*_HEADS, *(_RIVALS[kind.value] for kind in found.plan.against)]


def _cells(line: Line) -> list[str | int | None]:
    ends = [end[level] for level in LEVELS[1:] for end in (line.low, line.high)]
    return [line.place, line.when, line.expected, *ends, *line.rivals.values()]


def _score_cells(one: Score) -> list[str | int | float | None]:
    test = (None, None) if one.against is None else (_digits(one.against.mean), _digits(one.against.p))
    scores = (one.logarithmic, one.ranked, one.dawid_sebastiani, *(one.held[level] for level in LEVELS))
    return [words.NAMES[one.name], one.step, *(_digits(score) for score in scores), *test]


def _digits(number: float) -> float | None:
    return None if math.isnan(number) else round(number, 4)


def _result(asked: Asked, study: Study, found: Findings, lines: list[Line]) -> dict[str, Any]:
    whole = shown.whole(study, found, least=asked.least_shown)
    return {
        "tutela": __version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "asked": dict(page.settings(asked, study, found)),
        "files": dict(study.files),
        "least_shown": asked.least_shown,
        "cautions": [caution() for caution in study.cautions],
        "all": dict(zip(_heads(found), _cells(whole), strict=True)),
        "places": [
            dict(zip(_heads(found), _cells(line), strict=True))
            for line in shown.by_place(study, found, least=asked.least_shown)
        ],
        "each": [dict(zip(_heads(found), _cells(line), strict=True)) for line in lines],
        "scores": [dict(zip(_SCORE_HEADS, _score_cells(one), strict=True)) for one in found.scores],
        "calibration": [round(float(height), 2) for height in found.calibration],
    }
