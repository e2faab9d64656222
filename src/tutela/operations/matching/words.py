"""What people read at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tutela.engines.matching import Opened, Rates, Why
from tutela.operations.matching.agreement import Agreement

__all__ = ["SILENCE", "WHY", "moment", "result"]

SILENCE = "nothing was said. Where nobody was found nothing ever is; where somebody was, they stay silent."
WHY = {
    Why.MALFORMED: "the question could not be read. Both sides need the same version of Tutela.",
    Why.SIGNATURE: "the question was not signed by the agency of the agreement.",
    Why.PROFILE: "its version has other rules for names. Bring both sides to the same version.",
    Why.TABLE: "its table has changed or has run out. Ask again: a new one is fetched.",
    Why.CLOCK: "the clocks of the two sides differ by more than ten minutes. Set them right.",
    Why.REPLAY: "this question was asked before.",
    Why.PURPOSE: "the agreement does not have this purpose.",
    Why.CONSENT: "the consent has run out. Ask the person again.",
    Why.DAY: "your agency has asked as many questions today as the agreement allows. Ask tomorrow.",
    Why.MONTH: "your agency has asked as many questions this month as the agreement allows.",
    Why.CASEWORKER: "you have asked as many questions today as the agreement allows. Ask tomorrow.",
    Why.PERSON: "this person was asked about in the last 90 days, or what the agreement says instead.",
    Why.FROZEN: "it has stopped answering, because questions found people who do not exist. Call them.",
    Why.STOPPED: "the pair was ended.",
}


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def result(
    agreed: Agreement, opened: Sequence[Opened], known: Rates, *, number: str, due: datetime, part: float
) -> list[str]:
    """What was found, and what it is worth."""
    there = agreed.answering.name
    if not opened:
        return [
            f"Not found at {there}. That does not mean that they are not known there:",
            f"of people who are known, about {known.recall:.0%} are found.",
            f"Question {number}.",
        ]
    right = int(10 * known.precision(part))
    return [
        f"Possible: {there} may know this person. About {right} in 10 such answers are right,",
        f"where one in {1 / part:.0f} of those asked about is known there. It is a lead, and never a fact:",
        "write it on no file as true, and do nothing to the person because of it.",
        f"{there} now learns that somebody asked about this record, and decides whether to reply.",
        f"Its reply comes at {moment(due)} at the earliest: tutela match replies. Question {number}.",
    ]
