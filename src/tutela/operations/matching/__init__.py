"""`tutela match`: asks another agency whether it may know a person, and shows it nobody."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, number, pgettext
from tutela.operations.matching import agreement, answering, asking, consent, preparing, serving, words
from tutela.operations.matching import secret as secrets
from tutela.operations.matching.journal import Journal
from tutela.operations.matching.secret import Secret
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of

__all__ = ["now", "run"]


def now() -> datetime:
    return datetime.now(UTC)


def run(options: argparse.Namespace) -> int:
    """One of the commands of `tutela match`, as `arguments.match` lets them be written."""
    calls: dict[str, Callable[[argparse.Namespace], int]] = {
        "key": lambda asked: secrets.make(asked.file),
        "consent": _consent,
        "prepare": _prepare,
        "serve": _serve,
        "ask": _ask,
        "replies": _replies,
        "waiting": _waiting,
        "reply": _reply,
        "count": _count,
        "stop": _stop,
        "log": _log,
    }
    return calls[options.match](options)


def _prepare(options: argparse.Namespace) -> int:
    if options.canaries < 0 or options.workers < 1 or options.room < 0:
        raise Refused(_("--canaries and --room are 0 or more, --workers 1 or more."))
    return preparing.prepare(
        preparing.Asked(
            file=options.file,
            agreement=options.agreement,
            secret=options.secret,
            out=options.out,
            columns=columns_of(options.column),
            threshold=options.threshold,
            room=options.room,
            canaries=options.canaries,
            workers=options.workers,
            dry_run=options.dry_run,
        ),
        at=now(),
    )


def _serve(options: argparse.Namespace) -> int:
    if bool(options.certificate) != bool(options.certificate_key):
        raise Refused(_("--certificate and --certificate-key go together."))
    return serving.serve(
        serving.Asked(
            folder=options.folder,
            agreement=options.agreement,
            secret=options.secret,
            host=options.host,
            port=options.port,
            certificate=options.certificate,
            certificate_key=options.certificate_key,
        ),
        now=now,
    )


def _ask(options: argparse.Namespace) -> int:
    return asking.ask(
        asking.Asked(
            person=options.person,
            agreement=options.agreement,
            secret=options.secret,
            consent=options.consent,
            caseworker=options.caseworker,
            folder=options.folder,
            address=options.address,
            authority=options.authority,
            dry_run=options.dry_run,
        ),
        at=now(),
    )


def _replies(options: argparse.Namespace) -> int:
    return asking.replies(
        options.folder,
        options.agreement,
        options.secret,
        address=options.address,
        authority=options.authority,
        at=now(),
    )


def _consent(options: argparse.Namespace) -> int:
    if options.withdraw:
        consent.withdraw(options.file, at=now())
        print(_("Withdrawn. No question can be asked with this receipt any more."))
        return 0
    if not (options.agreement and options.secret and options.reference and options.purpose and options.until):
        raise Refused(_("Give --agreement, --secret, --reference, --purpose and --until, or --withdraw."))
    consent.make(
        options.file,
        Secret.read(options.secret),
        agreement.read(options.agreement),
        reference=options.reference,
        purpose=options.purpose,
        until=_day(options.until),
        by=options.by,
        decision=options.decision,
        at=now(),
    )
    print(options.file)
    return 0


def _waiting(options: argparse.Namespace) -> int:
    found = answering.waiting(options.folder, agreement.read(options.agreement), Secret.read(options.secret))
    if not found:
        print(_("No question waits for a decision."))
    for one in found:
        due = _("reply by {moment}, or stay silent").format(moment=words.moment(one.due))
        print(
            _("{question}  record {reference}  {purpose}  asked {moment}  {state}").format(
                question=isolated(one.question),
                reference=isolated(one.reference),
                purpose=words.purpose(one.purpose),
                moment=words.moment(one.asked),
                state=pgettext("match", "replied") if one.decided else due,
            )
        )
    return 0


def _reply(options: argparse.Namespace) -> int:
    answering.decide(
        options.folder, Secret.read(options.secret), question=options.question, words=options.say, at=now()
    )
    print(_("The reply goes out at the next fixed time."))
    return 0


def _count(options: argparse.Namespace) -> int:
    from tutela.operations.matching import counting  # reads the ledger, which nothing else here needs

    return counting.count(
        counting.Asked(
            step=counting.Step(options.step),
            agreement=options.agreement,
            secret=options.secret,
            folder=options.folder,
            file=options.records,
            message=options.message,
            out=options.out,
            columns=columns_of(options.column),
            ledger=options.ledger,
            population=options.population,
            epsilon=_epsilon(options.epsilon),
        ),
        at=now(),
    )


def _stop(options: argparse.Namespace) -> int:
    answering.stop(options.folder, at=now())
    print(
        _("Stopped. Keys, table and handles are destroyed; what the other side holds opens nothing any more.")
    )
    return 0


def _log(options: argparse.Namespace) -> int:
    journal = Journal(options.folder / preparing.LOG, writing=False)
    journal.close()
    kinds = sorted({entry.what for entry in journal.entries})
    for kind in kinds:
        times = number(sum(1 for _one in journal.of(kind)))
        print(f"{times:>8}  {words.logged(kind)}")
    print(_("Every line follows the one before. Root: {root}").format(root=isolated(journal.root)))
    return 0


def _epsilon(text: str) -> Fraction:
    try:
        found = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise Refused(_("“{value}” is no number.").format(value=text)) from error
    if not Fraction(1, 1000) <= found <= 10:
        raise Refused(_("--epsilon lies between 0.001 and 10."))
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(_("“{value}” is no day. Write it like 2026-11-25.").format(value=text)) from error
