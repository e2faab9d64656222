"""`tutela hotspots`: reads a table of cases, scans it for clusters, and writes a report."""

from __future__ import annotations

import argparse

import numpy as np

from tutela.engines.hotspots import (
    BadCounts,
    BadPlaces,
    BadWindows,
    Bernoulli,
    Findings,
    Model,
    Permutation,
    Poisson,
    Reach,
    Stretches,
    all_of_time,
    any_time,
    scan,
    until_now,
)
from tutela.operations.hotspots import report, words
from tutela.operations.hotspots.asked import Asked, Kind, Shape, Unit
from tutela.operations.hotspots.local import look_around, refuse_without_pysal
from tutela.operations.hotspots.reading import Study, read
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, isolated, ngettext, number
from tutela.operations.reading import Engine
from tutela.operations.refusals import Refused
from tutela.operations.reports.maps import atlases
from tutela.operations.reports.tables import columns_of
from tutela.operations.reports.telling import tell

__all__ = ["Asked", "Kind", "Shape", "Unit", "asked_of", "run"]


RUNS = gettext_noop("Random runs: {done} of {all}")


def run(asked: Asked) -> int:
    """Reads, scans, writes; exit code 0. With `dry_run` it reads and says what it would do."""
    if asked.local:
        refuse_without_pysal()
    study = read(asked)
    _tell_what_was_read(asked, study)
    outlines = atlases(asked.borders)
    if asked.dry_run:
        print(_("Everything can be used. Nothing was worked out or written: this was a dry run."))
        return 0
    try:
        found = _scan(asked, study)
        around = look_around(asked, study) if asked.local else None
    except (BadCounts, BadPlaces, BadWindows) as error:
        raise Refused(str(error)) from error
    for path in report.write(asked.out, asked, study, found, outlines, around):
        print(path)
    return 0


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line as `arguments.hotspots` lets it be written."""
    for name in ("runs", "analyses", "stop_after", "longest", "neighbours"):
        if (getattr(options, name) or 1) < 1 or getattr(options, name) == 0:
            raise Refused(_("{option} is 1 or more.").format(option=isolated(f"--{name.replace('_', '-')}")))
    if options.least_shown < 0 or options.seed < 0:
        raise Refused(_("--least-shown and --seed are 0 or more."))
    if options.borders and options.flat:
        raise Refused(_("--borders draws the globe, and --flat is a map of your own: leave one out."))
    return Asked(
        file=options.file[0],
        more=tuple(options.file[1:]),
        engine=Engine(options.engine),
        out=options.out,
        places=options.places,
        population=options.population,
        links=options.links,
        columns=columns_of(options.column),
        strata=tuple(name.strip() for name in options.strata.split(",") if name.strip()),
        model=Kind(options.model) if options.model else None,
        unit=Unit(options.time),
        first=options.first,
        last=options.last,
        prospective=options.prospective,
        longest=options.longest,
        share=options.share,
        radius=options.radius,
        flat=options.flat,
        shape=Shape(options.shape),
        runs=options.runs,
        stop_after=options.stop_after,
        seed=options.seed,
        analyses=options.analyses,
        local=options.local,
        neighbours=options.neighbours,
        least_shown=options.least_shown,
        borders=options.borders,
        dry_run=options.dry_run,
    )


def _scan(asked: Asked, study: Study) -> Findings:
    return scan(
        _model(study),
        study.geometries,
        _stretches(asked, study),
        chance=np.random.default_rng(asked.seed),
        reach=Reach(share=asked.share, radius=asked.radius),
        runs=asked.runs,
        stop_after=asked.stop_after,
        progress=lambda done: tell(_(RUNS).format(done=number(done), all=number(asked.runs))),
    )


def _model(study: Study) -> Model:
    if study.expected is not None:
        return Poisson(study.cases, study.expected)
    if study.controls is not None:
        return Bernoulli(study.cases, study.controls)
    return Permutation(study.cases)


def _stretches(asked: Asked, study: Study) -> Stretches:
    number = study.periods.number
    if asked.unit is Unit.NONE:
        return all_of_time(1)
    longest = asked.longest or number // 2
    return until_now(number, longest) if asked.prospective else any_time(number, longest)


def _tell_what_was_read(asked: Asked, study: Study) -> None:
    read_so_far = _("Read. Periods: {periods}. Places: {places}. Model: {model}. Windows: {shape}.")
    tell(
        read_so_far.format(
            periods=number(study.periods.number),
            places=number(len(study.places.names)),
            model=words.kind(study.kind),
            shape=words.shape(asked.shape),
        )
    )
    if study.left_out:
        left_out = ngettext(
            "Left out: {count} line before or after the time to look at.",
            "Left out: {count} lines before or after the time to look at.",
            study.left_out,
        )
        tell(left_out.format(count=number(study.left_out)))
