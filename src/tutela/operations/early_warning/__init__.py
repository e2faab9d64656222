"""`tutela warn`: reads cases over time, watches their counts for rises, and writes a report."""

from __future__ import annotations

import argparse
import sys

from tutela.engines.surveillance import BadSeries
from tutela.operations.early_warning import report
from tutela.operations.early_warning.asked import Asked, Method
from tutela.operations.early_warning.reading import read
from tutela.operations.early_warning.watching import method_for, watch
from tutela.operations.hotspots.asked import Unit
from tutela.operations.reading import Engine
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of

__all__ = ["Asked", "Method", "Unit", "asked_of", "run"]


def run(asked: Asked) -> int:
    """Reads, watches, writes; exit code 0, with or without alarms."""
    study = read(asked)
    method = method_for(asked, study)
    _tell(
        f"Read {len(study.names):,} series of {study.periods.number:,} {asked.unit.value}s, method "
        f"{method.value}."
    )
    if study.left_out:
        _tell(f"Left out: {study.left_out:,} lines before or after the time to look at.")
    if asked.dry_run:
        print("Everything can be used. Nothing was worked out or written: this was a dry run.")
        return 0
    try:
        found = watch(asked, study)
    except BadSeries as problem:
        raise Refused(str(problem)) from problem
    _tell(f"Watched the last {found.watch:,} {asked.unit.value}s: {int(found.alarms.sum()):,} alarms.")
    try:
        written = report.write(asked.out, asked, study, found)
    except OSError as error:
        raise Refused(f"{asked.out} cannot be written to: {error.strerror}.") from error
    for path in written:
        print(path)
    return 0


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line as `arguments.warn` lets it be written."""
    if options.watch < 1 or options.pause < 0 or options.least_shown < 0 or options.seed < 0:
        raise Refused("--watch is 1 or more, --pause, --least-shown and --seed 0 or more.")
    if not (options.alarms_a_year > 0 and 0 < options.false_among < 1):
        raise Refused("--alarms-a-year is above 0, and --false-among lies between 0 and 1.")
    return Asked(
        file=options.file[0],
        more=tuple(options.file[1:]),
        engine=Engine(options.engine),
        out=options.out,
        columns=columns_of(options.column),
        unit=Unit(options.time),
        first=options.first,
        last=options.last,
        method=Method(options.method) if options.method else None,
        watch=options.watch,
        alarms_a_year=options.alarms_a_year,
        level=options.false_among,
        pause=options.pause,
        seed=options.seed,
        least_shown=options.least_shown,
        dry_run=options.dry_run,
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
