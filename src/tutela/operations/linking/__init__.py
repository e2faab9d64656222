"""`tutela link`: reads one file or two, says which records may be one person, and writes what to look at."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, number
from tutela.operations.linking import report, reviewing
from tutela.operations.linking.asked import Asked, DateOrder
from tutela.operations.linking.reading import Study, read
from tutela.operations.linking.working import pair_ids, work_out
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of
from tutela.operations.reports.telling import tell

__all__ = ["Asked", "DateOrder", "asked_of", "run"]


def run(asked: Asked) -> int:
    """Reads, works out, writes; exit code 0. With `dry_run` it reads and compares, and writes nothing."""
    study = read(asked)
    reviewed = reviewing.read(asked.review) if asked.review else None
    _keep_answers(asked)
    tell(_what_was_read(asked, study))
    found = work_out(
        study.records,
        wrong=asked.wrong,
        lost=asked.lost,
        one_to_one=asked.other is not None and not asked.several,
        rng=np.random.default_rng(asked.seed),
        tell=tell,
    )
    if reviewed is not None:
        pairs = {pair_ids(study, found, place) for place in range(len(found.chances))}
        reviewing.refuse_strange(reviewed, pairs, path=asked.review or asked.file)
    if asked.dry_run:
        print(_("Everything can be used. Nothing was written: this was a dry run."))
        return 0
    for path in report.write(asked, study, found, reviewed):
        print(path)
    return 0


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line as `arguments.link` lets it be written."""
    if options.least_shown < 1 or options.seed < 0:
        raise Refused(_("--least-shown is 1 or more, --seed 0 or more."))
    if not (0 < options.wrong < 0.5 and 0 < options.lost < 0.5):
        raise Refused(_("--wrong and --lost lie between 0 and {most}.").format(most=number(0.5, 1)))
    if options.other_column and options.other is None:
        raise Refused(_("--other-column is for two files, and one was given."))
    if options.other is not None and options.other.resolve() == options.file.resolve():
        raise Refused(_("The two files are one. To look for people twice in it, give it once."))
    return Asked(
        file=options.file,
        other=options.other,
        out=options.out,
        columns=columns_of(options.column),
        other_columns=columns_of(options.other_column),
        codes=_names(options.codes),
        numbers=_names(options.numbers),
        texts=_names(options.texts),
        dates=DateOrder(options.dates),
        wrong=options.wrong,
        lost=options.lost,
        several=options.several,
        seed=options.seed,
        least_shown=options.least_shown,
        show_names=options.show_names,
        review=options.review,
        dry_run=options.dry_run,
    )


def _what_was_read(asked: Asked, study: Study) -> str:
    left, right = (number(size) for size in study.records.sizes)
    if asked.other:
        return _("Read. Records: {left} and {right}.").format(left=left, right=right)
    return _("Read. Records: {count}.").format(count=left)


def _keep_answers(asked: Asked) -> None:
    """Raises Refused where writing would wipe out what somebody filled in."""
    path = asked.out / "review.csv"
    if asked.dry_run or not path.is_file() or (asked.review and asked.review.resolve() == path.resolve()):
        return
    if not _is_empty(path):
        says = _(
            "{file} holds answers, or is no longer as it was written. Give it back with --review, or choose "
            "another --out."
        )
        raise Refused(says.format(file=isolated(str(path))))


def _is_empty(path: Path) -> bool:
    """Whether nobody filled it in. One that a spreadsheet wrote in its own way was filled in, perhaps."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            return "answer" in (rows.fieldnames or ()) and not any(
                (row["answer"] or "").strip() or None in row for row in rows
            )
    except (OSError, UnicodeDecodeError, csv.Error):
        return False


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
