"""Puts invented reports on the desks: new, weighed, answered, closed, and some that a case came of."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from tutela.demo.tales import reports, words
from tutela.demo.world import World
from tutela.engines import envelopes
from tutela.foundation.access.decision import SYSTEM, Actor
from tutela.reporting import actions
from tutela.reporting.mailboxes import Mailbox, mailbox_of
from tutela.reporting.models import CloseReason, Danger, Desk, Report
from tutela.reporting.sealing import Told

WAITING = (Danger.NOW, Danger.SOON, Danger.UNKNOWN, Danger.NONE)
"""What each desk finds new in the morning, one of each danger."""

OLDER = 6
"""How many older reports a desk has that were weighed; every second one is closed."""


def fill_desks(world: World, *, now: datetime, chance: Random) -> None:
    """Reports of the last three weeks at every desk. Needs an open system scope."""
    for key, desk in world.desks.items():
        operator = Actor.of(world.colleagues(key, "hotline_operator")[0])
        for days, danger in enumerate(WAITING):
            arrive(desk, danger=danger, at=now - timedelta(days=days, minutes=40), chance=chance)
        for place in range(OLDER):
            at = now - timedelta(days=5 + 3 * place, hours=2)
            report = arrive(desk, danger=chance.choice(WAITING), at=at, chance=chance)
            _handle(report, operator, close=place % 2 == 1, at=at + timedelta(hours=1), chance=chance)
        _converse(desk, operator, at=now - timedelta(days=2), chance=chance)


def arrive(
    desk: Desk, *, danger: str, at: datetime, chance: Random, mailbox: Mailbox | None = None
) -> Report:
    """Somebody tells this desk something, in the language that is spoken there."""
    language = desk.organisation.staff.values_list("language", flat=True)[0]
    told = Told(*chance.choice(reports(language)))
    arrival = actions.Arrival(told=told, danger=danger, language=language, mailbox=mailbox)
    return actions.receive_report(desk=desk, record_id=uuid4(), arrival=arrival, by=SYSTEM, at=at)


def _handle(report: Report, operator: Actor, *, close: bool, at: datetime, chance: Random) -> None:
    _weigh(report, operator, at=at, chance=chance)
    if close:
        reason = chance.choice([CloseReason.PASSED_ON, CloseReason.TOO_LITTLE, CloseReason.OTHER_MATTER])
        report.refresh_from_db()
        actions.close(report=report, reason=reason, version=report.version, by=operator, at=at)


def _weigh(report: Report, operator: Actor, *, at: datetime, chance: Random) -> None:
    actions.weigh(
        report=report,
        danger=chance.choice(WAITING[1:]),
        note=words("weighings", chance=chance),
        version=report.version,
        by=operator,
        at=at,
    )


def _converse(desk: Desk, operator: Actor, *, at: datetime, chance: Random) -> None:
    """Somebody asked to be answered, was answered, and wrote again. Their number is kept nowhere."""
    mailbox = mailbox_of(envelopes.new_secret(), salt=bytes(desk.mailbox_salt))
    report = arrive(desk, danger=Danger.SOON, at=at, chance=chance, mailbox=mailbox)
    _weigh(report, operator, at=at + timedelta(hours=1), chance=chance)
    answer, reply = words("answers", chance=chance), words("replies", chance=chance)
    actions.answer(report=report, record_id=uuid4(), words=answer, by=operator, at=at + timedelta(hours=1))
    actions.write_to_desk(
        desk=desk,
        mailbox=mailbox,
        record_id=uuid4(),
        words=reply,
        language=report.language,
        by=SYSTEM,
        at=at + timedelta(days=1),
    )
