"""`tutela forecast`: reads counts of places, tries a forecast on the last year, makes it, and writes a
report.
"""

from __future__ import annotations

import argparse

from tutela.engines.forecasts import NoForecast
from tutela.operations.forecast import report
from tutela.operations.forecast.asked import AHEAD, FURTHEST, Asked
from tutela.operations.forecast.predicting import plan_for, predict
from tutela.operations.forecast.reading import Study, read
from tutela.operations.hotspots.asked import Unit
from tutela.operations.hotspots.words import length
from tutela.operations.language import gettext as _
from tutela.operations.language import ngettext, number
from tutela.operations.reading import Engine
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of
from tutela.operations.reports.telling import tell

__all__ = ["Asked", "asked_of", "run"]


def run(asked: Asked) -> int:
    """Reads, tries, forecasts, writes; exit code 0."""
    study = read(asked)
    plan_for(asked, study)
    _tell_what_was_read(asked, study)
    if asked.dry_run:
        print(_("Everything can be used. Nothing was worked out or written: this was a dry run."))
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
        says = _(
            "--ahead is 1 to {most}: further than half a year ahead a season and a level say no more than "
            "last year does."
        )
        raise Refused(says.format(most=length(FURTHEST[unit], unit)))
    if options.least_shown < 0:
        raise Refused(_("--least-shown is 0 or more."))
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


def _tell_what_was_read(asked: Asked, study: Study) -> None:
    so_far = _("Read. Places: {places}. Time: {time}.")
    tell(so_far.format(places=number(len(study.names)), time=length(study.periods.number, asked.unit)))
    if study.left_out:
        left_out = ngettext(
            "Left out: {count} line before or after the time to look at.",
            "Left out: {count} lines before or after the time to look at.",
            study.left_out,
        )
        tell(left_out.format(count=number(study.left_out)))
