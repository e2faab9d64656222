"""Writes what was found: a page for people, tables, a form for decisions, and files for other programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tutela.operations.patterns import exports
from tutela.operations.patterns.asked import Asked
from tutela.operations.patterns.keeping import Grounds, Keeping
from tutela.operations.patterns.page import page
from tutela.operations.patterns.weighing import Study
from tutela.operations.reports import pages


def write(asked: Asked, study: Study, grounds: Grounds, keeping: Keeping) -> list[Path]:
    """All files of a report, or, where one fails, none; the same bytes for the same files and kept folder."""
    makers: Mapping[str, Callable[[Path], object]] = {
        "report.html": lambda path: path.write_text(page(asked, study, grounds, keeping), encoding="utf-8"),
        "templates.csv": lambda path: pages.write_csv(
            path, exports.TEMPLATES, map(exports.template_row, study.templates)
        ),
        "slots.csv": lambda path: pages.write_csv(
            path, exports.SLOTS, exports.slot_rows(asked, study, keeping)
        ),
        "decisions.csv": lambda path: pages.write_csv(
            path, exports.FORM, map(exports.form_row, study.templates)
        ),
        "result.json": lambda path: pages.write_json(path, exports.result(asked, study, grounds)),
        "network.graphml": lambda path: exports.write_graph(path, study),
        "movement.geojson": lambda path: pages.write_json(path, exports.movement(study)),
    }
    with pages.whole(asked.report) as beside:
        for name, make in makers.items():
            make(beside / name)
    return [asked.report / name for name in makers]
