"""`tutela patterns`: adverts in, templates and networks out, with a report that a person can decide by."""

from __future__ import annotations

import argparse
import csv
import getpass
from datetime import date, datetime
from pathlib import Path

from tutela.engines.patterns import Settings
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, ngettext, number, short_number
from tutela.operations.patterns import report
from tutela.operations.patterns.asked import Asked, columns_of
from tutela.operations.patterns.gathering import digests_of, gather
from tutela.operations.patterns.keeping import Decided, Decision, Keeping
from tutela.operations.patterns.reading import BadRow, read
from tutela.operations.patterns.signs import read_signs
from tutela.operations.patterns.stream import Added, Stream
from tutela.operations.patterns.weighing import Study, weigh
from tutela.operations.refusals import Refused
from tutela.operations.reports.telling import tell

__all__ = ["Asked", "asked_of", "keep", "run"]


def run(asked: Asked) -> int:
    """Reads, finds, weighs, writes; exit code 0. With `dry_run` it reads and says what it would do."""
    signs = read_signs(asked.signs)
    if asked.dry_run:
        return _dry_run(asked)
    keeping = Keeping(asked.keep)
    grounds = keeping.grounds(asked.basis, asked.purpose)
    if asked.decisions:
        new = keeping.keep_decisions(decisions_of(asked.decisions, asked.today))
        tell(_("Decisions that are new: {count}.").format(count=number(new)))
    gathered = gather(asked, keeping, tell)
    if not gathered.read:
        raise Refused(_("There is no advert in these files."))
    digests = [digests_of(gathered, template) for template in range(len(gathered.found))]
    keys = keeping.keys_of(digests, on=asked.today)
    study = weigh(gathered, keys, asked, keeping, signs)
    keeping.seal_evidence(gathered.values, on=asked.today)
    gone = keeping.forget(on=asked.today, confirmed=_confirmed(study))
    if gone:
        forgotten = ngettext(
            "Forgotten after 90 days: {count} clear value.",
            "Forgotten after 90 days: {count} clear values.",
            gone,
        )
        tell(forgotten.format(count=number(gone)))
    for path in report.write(asked, study, grounds, keeping):
        print(path)
    return 0


def _dry_run(asked: Asked) -> int:
    count = lost = 0
    for path in asked.files:
        for row in read(path, columns=asked.columns):
            if isinstance(row, BadRow):
                lost += row.lost
                tell(f"{isolated(f'{path.name}:{row.line}')}: {row.reason}")
            else:
                count += 1
    usable = ngettext("{count} advert can be used.", "{count} adverts can be used.", count)
    unusable = ngettext("{count} row cannot.", "{count} rows cannot.", lost)
    print(
        usable.format(count=number(count)),
        unusable.format(count=number(lost)),
        _("Nothing was kept or written: a dry run."),
    )
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
        raise Refused(_("{file} cannot be read.").format(file=isolated(str(path)))) from problem
    found, wrong = [], []
    for at, line in enumerate(lines, start=2):
        where = isolated(f"{path.name}:{at}")
        said, by = (line.get("decision") or "").strip().lower(), (line.get("by") or "").strip()
        if not said:
            continue
        if said not in list(Decision):
            says = _("{place}: “{word}” is no decision. Known: {known}.")
            wrong.append(says.format(place=where, word=said, known=isolated(", ".join(Decision))))
        elif not by or not line.get("template"):
            needs = _("{place}: a decision needs its template and the name of who made it.")
            wrong.append(needs.format(place=where))
        else:
            note = (line.get("note") or "").strip()
            found.append(Decided(line["template"], Decision(said), by, on.isoformat(), note))
    if wrong:
        raise Refused("\n".join(wrong))
    return found


def asked_of(options: argparse.Namespace, *, today: date) -> Asked:
    """The command line as `arguments.patterns` lets it be written."""
    if not 0.2 <= options.alike <= 1:
        raise Refused(
            _("{option} is a part from {least} to {most}.").format(
                option=isolated("--alike"), least=short_number(0.2), most=number(1)
            )
        )
    regions = tuple(code.strip().upper() for code in options.regions.split(",") if code.strip())
    wrong = [code for code in regions if len(code) != 2 or not code.isalpha()]
    if wrong:
        raise Refused(
            _("{option}: “{value}” is no code of a country. Write them like {example}.").format(
                option=isolated("--regions"), value=wrong[0], example=isolated("FR,ES")
            )
        )
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
        raise Refused(_("Say who you are: {option}.").format(option=isolated("--by NAME")))
    passphrase = _passphrase(options.passphrase_file)
    if options.what == "enrol":
        keeping.enrol(options.by, passphrase)
        print(_("{name} may take part.").format(name=isolated(options.by)))
    elif options.what == "ask":
        request = keeping.ask(
            _one(options.value), by=options.by, passphrase=passphrase, reason=options.reason, at=now
        )
        command = isolated(f"tutela patterns-keep agree {request} --by NAME")
        asked = _("Request {request}. Somebody else agrees with: {command}")
        print(asked.format(request=isolated(request), command=command))
    else:
        label, value = keeping.agree(_one(options.value), by=options.by, passphrase=passphrase, at=now)
        absent = _("not in this folder")
        print(f"{label}: {value or absent}")
    return 0


def _stream(options: argparse.Namespace, keeping: Keeping, now: datetime) -> int:
    stream = Stream(keeping)
    try:
        if options.what == "add":
            keeping.grounds(options.basis, options.purpose)
            files = [Path(name) for name in options.value]
            done = stream.add(files, columns=columns_of(options.column), on=now.date())
            print(_added(done))
        elif options.what == "repair":
            counts = {"adverts": number(len(stream)), "templates": number(stream.repair())}
            print(_("Put in order. Adverts: {adverts}. Templates: {templates}.").format(**counts))
        else:
            values = keeping.forget(on=now.date())
            counts = {"adverts": number(stream.forget(on=now.date())), "values": number(values)}
            print(_("Forgotten. Adverts: {adverts}. Clear values: {values}.").format(**counts))
    finally:
        stream.close()
    return 0


def _added(done: Added) -> str:
    added = ngettext("{count} advert was added.", "{count} adverts were added.", done.adverts)
    of_these = _(
        "Of a known template: {known}. Began one: {began}. Like none: {alone}. Rows that could not be read: "
        "{lost}."
    )
    return (
        added.format(count=number(done.adverts))
        + " "
        + of_these.format(
            known=number(done.known),
            began=number(done.new_templates),
            alone=number(done.alone),
            lost=number(done.lost),
        )
    )


def _one(values: list[str]) -> str:
    if len(values) != 1:
        raise Refused(_("Say which: a label or number to ask for, a request to agree to."))
    return values[0]


def _passphrase(file: Path | None) -> str:
    if file is None:
        return getpass.getpass(_("Passphrase:") + " ")
    try:
        return file.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(_("{file} cannot be read.").format(file=isolated(str(file)))) from problem
