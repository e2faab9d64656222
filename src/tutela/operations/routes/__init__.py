"""`tutela routes`: reads records of routes, works out their network, and writes a report."""

from __future__ import annotations

import argparse
import re

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, ngettext, number
from tutela.operations.reading import Engine
from tutela.operations.refusals import Refused
from tutela.operations.reports.maps import atlases
from tutela.operations.reports.tables import columns_of
from tutela.operations.reports.telling import tell
from tutela.operations.routes import report
from tutela.operations.routes.asked import Asked
from tutela.operations.routes.reading import Study, read
from tutela.operations.routes.working import work_out

__all__ = ["Asked", "asked_of", "run"]


def run(asked: Asked) -> int:
    """Reads, works out, writes; exit code 0. With `dry_run` it reads and says what it would do."""
    study = read(asked)
    _tell_what_was_read(study)
    outlines = atlases(asked.borders)
    found = work_out(asked, study)
    if asked.dry_run:
        print(_("Everything else can be used. Nothing was written: this was a dry run."))
        return 0
    for path in report.write(asked, study, found, outlines):
        print(path)
    return 0


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line as `arguments.routes` lets it be written."""
    if options.least_shown < 1 or options.seed < 0 or options.runs < 99:
        raise Refused(_("--least-shown is 1 or more, --seed 0 or more, --runs 99 or more."))
    if not (0 < options.level < 1 and 0 < options.false_among < 1):
        raise Refused(_("--level and --false-among lie between 0 and 1."))
    for one, other in (("origins", "destinations"), ("before", "after")):
        if bool(getattr(options, one)) != bool(getattr(options, other)):
            says = _("{one} and {other} go together.")
            raise Refused(says.format(one=isolated(f"--{one}"), other=isolated(f"--{other}")))
    before, after = _years(options.before), _years(options.after)
    if before and after and before[1] >= after[0]:
        raise Refused(_("--before ends before --after begins."))
    return Asked(
        file=options.file[0],
        more=tuple(options.file[1:]),
        engine=Engine(options.engine),
        out=options.out,
        places=options.places,
        columns=columns_of(options.column),
        regions=not options.without_regions,
        origins=_names(options.origins),
        destinations=_names(options.destinations),
        before=before,
        after=after,
        level=options.level,
        false_among=options.false_among,
        runs=options.runs,
        seed=options.seed,
        least_shown=options.least_shown,
        borders=options.borders,
        dry_run=options.dry_run,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(sorted({name.strip() for name in text.split(",") if name.strip()}))


def _years(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if not match or int(match[2] or match[1]) < int(match[1]):
        raise Refused(_("“{value}” are no years. Write them like 2019 or 2019-2021.").format(value=text))
    return int(match[1]), int(match[2] or match[1])


def _tell_what_was_read(study: Study) -> None:
    many = len(study.places)
    if study.years:
        said = ngettext(
            "Read {count} place, years {first} to {last}.",
            "Read {count} places, years {first} to {last}.",
            many,
        ).format(count=number(many), first=study.years[0], last=study.years[-1])
    else:
        said = ngettext("Read {count} place.", "Read {count} places.", many).format(count=number(many))
    tell(said)
    for spelling in study.unread:
        tell(_("No place: “{spelling}”.").format(spelling=spelling))
