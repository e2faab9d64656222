"""`tutela patterns`: adverts in, templates and networks out, with a report that a person can decide by."""

from __future__ import annotations

import argparse
import csv
import getpass
import sys
from datetime import date, datetime
from pathlib import Path

from tutela.engines.patterns import Settings
from tutela.operations.patterns import report
from tutela.operations.patterns.asked import Asked, columns_of
from tutela.operations.patterns.gathering import digests_of, gather
from tutela.operations.patterns.keeping import Decided, Decision, Keeping
from tutela.operations.patterns.reading import BadRow, read
from tutela.operations.patterns.signs import read_signs
from tutela.operations.patterns.stream import Stream
from tutela.operations.patterns.weighing import Study, weigh
from tutela.operations.refusals import Refused

__all__ = ["Asked", "asked_of", "keep", "run"]


def run(asked: Asked) -> int:
    """Reads, finds, weighs, writes; exit code 0. With `dry_run` it reads and says what it would do."""
    signs = read_signs(asked.signs)
    if asked.dry_run:
        return _dry_run(asked)
    keeping = Keeping(asked.keep)
    grounds = keeping.grounds(asked.basis, asked.purpose)
    if asked.decisions:
        _tell(
            f"Decisions that are new: {keeping.keep_decisions(decisions_of(asked.decisions, asked.today))}."
        )
    gathered = gather(asked, keeping, _tell)
    if not gathered.read:
        raise Refused("There is no advert in these files.")
    digests = [digests_of(gathered, template) for template in range(len(gathered.found))]
    keys = keeping.keys_of(digests, on=asked.today)
    study = weigh(gathered, keys, asked, keeping, signs)
    keeping.seal_evidence(gathered.values, on=asked.today)
    gone = keeping.forget(on=asked.today, confirmed=_confirmed(study))
    if gone:
        _tell(f"Forgotten after 90 days: {gone:,} clear values.")
    try:
        for path in report.write(asked, study, grounds, keeping):
            print(path)
    except OSError as error:
        raise Refused(f"{asked.report} cannot be written to: {error.strerror}.") from error
    return 0


def _dry_run(asked: Asked) -> int:
    count = lost = 0
    for path in asked.files:
        for row in read(path, columns=asked.columns):
            if isinstance(row, BadRow):
                lost += row.lost
                _tell(f"{path.name}:{row.line}: {row.reason}")
            else:
                count += 1
    print(f"{count:,} adverts can be used, {lost:,} rows cannot. Nothing was kept or written: a dry run.")
    return 0


def _confirmed(study: Study) -> list[str]:
    """Labels of templates that somebody called useful."""
    return [
        label
        for one in study.templates
        if any(each.confirms for each in one.decided)
        for label in one.seen.contacts
    ]


def decisions_of(path: Path, on: date) -> list[Decided]:
    """The filled-in form; lines without a decision are left out. Raises Refused, a line for each mistake."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise Refused(f"{path} cannot be read.") from problem
    found, wrong = [], []
    for number, line in enumerate(lines, start=2):
        said, by = (line.get("decision") or "").strip().lower(), (line.get("by") or "").strip()
        if not said:
            continue
        if said not in list(Decision):
            wrong.append(f"{path.name}:{number}: “{said}” is no decision. Known: {', '.join(Decision)}.")
        elif not by or not line.get("template"):
            wrong.append(f"{path.name}:{number}: a decision needs its template and the name of who made it.")
        else:
            note = (line.get("note") or "").strip()
            found.append(Decided(line["template"], Decision(said), by, on.isoformat(), note))
    if wrong:
        raise Refused("\n".join(wrong))
    return found


def asked_of(options: argparse.Namespace, *, today: date) -> Asked:
    """The command line as `arguments.patterns` lets it be written."""
    if not 0.2 <= options.alike <= 1:
        raise Refused("--alike is a part from 0.2 to 1.")
    regions = tuple(code.strip().upper() for code in options.regions.split(",") if code.strip())
    wrong = [code for code in regions if len(code) != 2 or not code.isalpha()]
    if wrong:
        raise Refused(f"--regions: “{wrong[0]}” is no code of a country. Write them like FR,ES.")
    return Asked(
        files=tuple(options.file),
        report=options.report,
        keep=options.keep,
        today=today,
        columns=columns_of(options.column),
        regions=regions,
        basis=options.basis,
        purpose=options.purpose,
        decisions=options.decisions,
        signs=options.signs,
        settings=Settings(least=options.alike),
        most=max(1, options.most),
        workers=max(1, options.workers),
        dry_run=options.dry_run,
    )


# ---------------------------------------------------------------- what is kept
def keep(options: argparse.Namespace, *, now: datetime) -> int:
    """`tutela patterns-keep`: people who may look, and what two of them open together."""
    keeping = Keeping(options.keep)
    if options.what in ("add", "repair", "forget"):
        return _stream(options, keeping, now)
    if not options.by:
        raise Refused("Say who you are: --by NAME.")
    passphrase = _passphrase(options.passphrase_file)
    if options.what == "enrol":
        keeping.enrol(options.by, passphrase)
        print(f"{options.by} may take part.")
    elif options.what == "ask":
        request = keeping.ask(
            _one(options.value), by=options.by, passphrase=passphrase, reason=options.reason, at=now
        )
        print(f"Request {request}. Somebody else agrees with: tutela patterns-keep agree {request} --by NAME")
    else:
        label, value = keeping.agree(_one(options.value), by=options.by, passphrase=passphrase, at=now)
        print(f"{label}: {value or 'not in this folder'}")
    return 0


def _stream(options: argparse.Namespace, keeping: Keeping, now: datetime) -> int:
    stream = Stream(keeping)
    try:
        if options.what == "add":
            keeping.grounds(options.basis, options.purpose)
            files = [Path(name) for name in options.value]
            done = stream.add(files, columns=columns_of(options.column), on=now.date())
            print(
                f"{done.adverts:,} adverts were added: {done.known:,} of a known template, "
                f"{done.new_templates:,} began one, {done.alone:,} are like none. {done.lost:,} rows could "
                "not be read."
            )
        elif options.what == "repair":
            print(f"{len(stream):,} adverts were put in order: {stream.repair():,} templates.")
        else:
            values, adverts = keeping.forget(on=now.date()), stream.forget(on=now.date())
            print(f"{adverts:,} adverts and {values:,} clear values were forgotten.")
    finally:
        stream.close()
    return 0


def _one(values: list[str]) -> str:
    if len(values) != 1:
        raise Refused("Say which: a label or number to ask for, a request to agree to.")
    return values[0]


def _passphrase(file: Path | None) -> str:
    if file is None:
        return getpass.getpass("Passphrase: ")
    try:
        return file.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(f"{file} cannot be read.") from problem


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
