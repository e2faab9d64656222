"""`tutela warn`: reads cases over time, watches their counts for rises, and writes a report."""

from __future__ import annotations

import argparse

from tutela.engines.surveillance import BadSeries
from tutela.operations.early_warning import report
from tutela.operations.early_warning.asked import Asked, Method
from tutela.operations.early_warning.reading import Study, read
from tutela.operations.early_warning.watching import method_for, watch
from tutela.operations.hotspots.asked import Unit
from tutela.operations.hotspots.words import length
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, ngettext, number
from tutela.operations.reading import Engine
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of
from tutela.operations.reports.telling import tell

__all__ = ["Asked", "Method", "Unit", "asked_of", "run"]


def run(asked: Asked) -> int:
    """Reads, watches, writes; exit code 0, with or without alarms."""
    study = read(asked)
    method = method_for(asked, study)
    _tell_what_was_read(asked, study, method)
    if asked.dry_run:
        print(_("Everything can be used. Nothing was worked out or written: this was a dry run."))
        return 0
    try:
        found = watch(asked, study)
    except BadSeries as problem:
        raise Refused(str(problem)) from problem
    watched = _("Watched up to now: {time}. Alarms: {alarms}.")
    tell(watched.format(time=length(found.watch, asked.unit), alarms=number(int(found.alarms.sum()))))
    for path in report.write(asked.out, asked, study, found):
        print(path)
    return 0


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line as `arguments.warn` lets it be written."""
    if options.watch < 1 or options.pause < 0 or options.least_shown < 0 or options.seed < 0:
        raise Refused(_("--watch is 1 or more, --pause, --least-shown and --seed 0 or more."))
    if not (options.alarms_a_year > 0 and 0 < options.false_among < 1):
        raise Refused(_("--alarms-a-year is above 0, and --false-among lies between 0 and 1."))
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


def _tell_what_was_read(asked: Asked, study: Study, method: Method) -> None:
    so_far = _("Read. Series: {series}. Time: {time}. Method: {method}.")
    time = length(study.periods.number, asked.unit)
    tell(so_far.format(series=number(len(study.names)), time=time, method=isolated(method.value)))
    if study.left_out:
        left_out = ngettext(
            "Left out: {count} line before or after the time to look at.",
            "Left out: {count} lines before or after the time to look at.",
            study.left_out,
        )
        tell(left_out.format(count=number(study.left_out)))
