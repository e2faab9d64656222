"""What people read at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tutela.engines.matching import Opened, Rates, Why
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, isolated, percent, pgettext
from tutela.operations.language import number as written
from tutela.operations.matching.agreement import Agreement

__all__ = ["WHY", "logged", "moment", "purpose", "replied", "result"]

WHY = {
    Why.MALFORMED: gettext_noop(
        "the question could not be read. Both sides need the same version of Tutela."
    ),
    Why.SIGNATURE: gettext_noop("the question was not signed by the agency of the agreement."),
    Why.PROFILE: gettext_noop("its version has other rules for names. Bring both sides to the same version."),
    Why.TABLE: gettext_noop("its table has changed or has run out. Ask again: a new one is fetched."),
    Why.CLOCK: gettext_noop("the clocks of the two sides differ by more than ten minutes. Set them right."),
    Why.REPLAY: gettext_noop("this question was asked before."),
    Why.PURPOSE: gettext_noop("the agreement does not have this purpose."),
    Why.CONSENT: gettext_noop("the consent has run out. Ask the person again."),
    Why.DAY: gettext_noop(
        "your agency has asked as many questions today as the agreement allows. Ask tomorrow."
    ),
    Why.MONTH: gettext_noop("your agency has asked as many questions this month as the agreement allows."),
    Why.CASEWORKER: gettext_noop(
        "you have asked as many questions today as the agreement allows. Ask tomorrow."
    ),
    Why.PERSON: gettext_noop(
        "this person was asked about in the last 90 days, or what the agreement says instead."
    ),
    Why.FROZEN: gettext_noop(
        "it has stopped answering, because questions found people who do not exist. Call them."
    ),
    Why.STOPPED: gettext_noop("the pair was ended."),
}


def purpose(named: str) -> str:
    """A purpose by its name in the log of the answering side."""
    known = {
        "protection": pgettext("match", "protection"),
        "family tracing": pgettext("match", "family tracing"),
        "missing person": pgettext("match", "missing person"),
        "double assistance": pgettext("match", "double assistance"),
        "unknown": pgettext("match", "unknown"),
    }
    return known.get(named, named)


def logged(what: str) -> str:
    """What a line of the log is about, by the word that stands in it."""
    known = {
        "answered": pgettext("match", "answered"),
        "asking": pgettext("match", "asking"),
        "committed": pgettext("match", "committed"),
        "found": pgettext("match", "found"),
        "frozen": pgettext("match", "frozen"),
        "not answered": pgettext("match", "not answered"),
        "not found": pgettext("match", "not found"),
        "prepared": pgettext("match", "prepared"),
        "refused": pgettext("match", "refused"),
    }
    return known.get(what, what)


def moment(at: datetime) -> str:
    return isolated(at.strftime("%Y-%m-%d %H:%M UTC"))


def replied(reference: str, said: str | None) -> str:
    """A reply as it came; an empty one, or none that opens, says nothing of whether somebody was found."""
    if said:
        return f"{isolated(reference)}: {said}"
    return _(
        "{reference}: nothing was said. Where nobody was found nothing ever is; where somebody was, they stay"
        " silent."
    ).format(reference=isolated(reference))


def result(
    agreed: Agreement, opened: Sequence[Opened], known: Rates, *, number: str, due: datetime, part: float
) -> list[str]:
    """What was found, and what it is worth."""
    there = agreed.answering.name
    if not opened:
        return [
            _(
                "Not found at {agency}. That does not mean that they are not known there:\n"
                "of people who are known, about {part} are found."
            ).format(agency=there, part=percent(known.recall)),
            _("Question {number}.").format(number=isolated(number)),
        ]
    return [
        _(
            "Possible: {agency} may know this person. About {right} in 10 such answers are right,\n"
            "where one in {many} of those asked about is known there. It is a lead, and never a fact:\n"
            "write it on no file as true, and do nothing to the person because of it."
        ).format(agency=there, right=written(int(10 * known.precision(part))), many=written(1 / part)),
        _("{agency} now learns that somebody asked about this record, and decides whether to reply.").format(
            agency=there
        ),
        _("Its reply comes at {moment} at the earliest: tutela match replies. Question {number}.").format(
            moment=moment(due), number=isolated(number)
        ),
    ]
