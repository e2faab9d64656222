"""`tutela forecast`: reads counts of places, tries a forecast on the last year, makes it, and writes a
report.
"""

from __future__ import annotations

import argparse
import sys

from tutela.engines.forecasts import NoForecast
from tutela.operations.forecast import report
from tutela.operations.forecast.asked import AHEAD, FURTHEST, Asked
from tutela.operations.forecast.predicting import plan_for, predict
from tutela.operations.forecast.reading import read
from tutela.operations.hotspots.asked import Unit
from tutela.operations.reading import Engine
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of

__all__ = ["Asked", "asked_of", "run"]


def run(asked: Asked) -> int:
    """Reads, tries, forecasts, writes; exit code 0."""
    study = read(asked)
    plan_for(asked, study)
    places = "one series" if len(study.names) == 1 else f"{len(study.names):,} places"
    _tell(f"Read {places} of {study.periods.number:,} {asked.unit.value}s.")
    if study.left_out:
        _tell(f"Left out: {study.left_out:,} lines before or after the time to look at.")
    if asked.dry_run:
        print("Everything can be used. Nothing was worked out or written: this was a dry run.")
        return 0
    try:
        found = predict(asked, study)
    except NoForecast as problem:
        raise Refused(str(problem)) from problem
    for path in report.write(asked, study, found):
        print(path)
    return 0


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line as `arguments.forecast` lets it be written."""
    unit = Unit(options.time)
    ahead = AHEAD[unit] if options.ahead is None else options.ahead
    if not 1 <= ahead <= FURTHEST[unit]:
        raise Refused(
            f"--ahead is 1 to {FURTHEST[unit]} {unit.value}s: further than half a year ahead a season and a "
            "level say no more than last year does."
        )
    if options.least_shown < 0:
        raise Refused("--least-shown is 0 or more.")
    return Asked(
        file=options.file[0],
        more=tuple(options.file[1:]),
        engine=Engine(options.engine),
        out=options.out,
        links=options.links,
        columns=columns_of(options.column),
        unit=unit,
        ahead=ahead,
        first=options.first,
        last=options.last,
        least_shown=options.least_shown,
        dry_run=options.dry_run,
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
