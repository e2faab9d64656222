"""Receives reports and messages, weighs, answers, closes, and hands over to a case."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Max

from tutela.engines import envelopes
from tutela.foundation.access.decision import Actor, System
from tutela.foundation.audit.record import record
from tutela.foundation.changes import ChangedMeanwhile, save_if_unchanged
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.organisations.models import Organisation
from tutela.foundation.vault import keyring
from tutela.people.models import Person
from tutela.reporting import sealing
from tutela.reporting.mailboxes import Mailbox
from tutela.reporting.models import Channel, CloseReason, Danger, Desk, Message, Report, ReportStatus
from tutela.reporting.sealing import Told

SALT_SIZE = 16


class NoDeskHere(Exception):
    """Only an organisation of the protection compartment may have a desk: telling never depends on police."""


class AlreadyReceived(Exception):
    """This very report, or message, arrived before and is kept."""


class NoMailbox(Exception):
    """The reporter did not ask for an answer: there is nowhere to put one."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report on its way in: what was told, what its sender said of it, their mailbox if they want one."""

    told: Told
    danger: str
    language: str
    mailbox: Mailbox | None = None
    channel: str = Channel.PORTAL


# ---------------------------------------------------------------- desks
@transaction.atomic
def new_desk(
    *,
    organisation: Organisation,
    slug: str,
    name: str,
    country: str,
    by: Actor | System,
    at: datetime,
    emergency_number: str = "",
) -> Desk:
    """A desk with a new pair of keys. Raises NoDeskHere."""
    if organisation.compartment is not Compartment.PROTECTION:
        raise NoDeskHere
    keys = envelopes.new_keypair()
    desk = Desk(
        id=uuid4(),
        organisation=organisation,
        slug=slug,
        name=name,
        country=country.upper(),
        public_key=keys.public_key,
        mailbox_salt=os.urandom(SALT_SIZE),
        emergency_number=emergency_number,
    )
    keyring.wrap_secret(desk, keys.private_key)
    desk.save(force_insert=True)
    record("desk.open", by=by, at=at, kind="desk", object_id=desk.pk, organisation_id=organisation.pk)
    return desk


# ---------------------------------------------------------------- what arrives
@transaction.atomic
def receive_report(
    *, desk: Desk, record_id: UUID, arrival: Arrival, by: Actor | System, at: datetime
) -> Report:
    """Seals and keeps a report. Raises AlreadyReceived when this very report is here, or arrives just now.

    The event of a report without an operator is dated to the day, like the report: nothing says at which
    minute its sender sat at a keyboard.
    """
    if Report.objects.filter(pk=record_id).exists():
        raise AlreadyReceived
    report = _arrived(desk, record_id, arrival, at=at)
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as twice:
        raise AlreadyReceived from twice
    record(
        "report.arrive",
        by=by,
        at=at if by.user_id else _day_of(at),
        kind="report",
        object_id=report.pk,
        organisation_id=desk.organisation_id,
        details={"danger": report.danger, "channel": report.channel},
    )
    return report


def _arrived(desk: Desk, report_id: UUID, arrival: Arrival, *, at: datetime) -> Report:
    mailbox = arrival.mailbox
    return Report(
        id=report_id,
        organisation_id=desk.organisation_id,
        desk=desk,
        received_on=at.date(),
        channel=Channel(arrival.channel),
        danger=Danger(arrival.danger),
        language=arrival.language,
        wants_answer=mailbox is not None,
        envelope=sealing.seal_report(desk, report_id, arrival.told),
        mailbox=mailbox.name if mailbox else "",
        reporter_key=mailbox.public_key if mailbox else b"",
    )


def _day_of(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


@transaction.atomic
def write_to_desk(
    *, desk: Desk, mailbox: Mailbox, record_id: UUID, words: str, language: str, by: System, at: datetime
) -> None:
    """A reporter writes from their mailbox. Raises AlreadyReceived.

    Words put into a mailbox that holds nothing begin a new report: they are never lost, and whoever tries
    numbers learns nothing from how they are taken."""
    report = _locked(desk, mailbox)
    if report is None:
        arrival = Arrival(Told(words), danger=Danger.UNKNOWN, language=language, mailbox=mailbox)
        try:
            receive_report(desk=desk, record_id=record_id, arrival=arrival, by=by, at=at)
            return
        except AlreadyReceived:
            report = _locked(desk, mailbox)
            if report is None or report.pk == record_id:
                raise
            # Another page with the same number began the report this very moment: these words follow it.
    _add_message(report, record_id, words, desk=desk, from_reporter=True, at=at)
    changes: dict[str, object] = {"has_news": True}
    if report.status == ReportStatus.CLOSED:
        changes |= {
            "status": ReportStatus.TRIAGED if report.weighed_at else ReportStatus.NEW,
            "closed_at": None,
            "closed_by": None,
            "closed_reason": "",
            "version": report.version + 1,
        }
    Report.objects.filter(pk=report.pk).update(**changes)
    record(
        "report.message",
        by=by,
        at=_day_of(at),
        kind="report",
        object_id=report.pk,
        organisation_id=desk.organisation_id,
    )


def _locked(desk: Desk, mailbox: Mailbox) -> Report | None:
    found = Report.objects.select_for_update(of=("self",)).filter(desk=desk, mailbox=mailbox.name)
    return found.first()


def _add_message(
    report: Report, message_id: UUID, words: str, *, desk: Desk, from_reporter: bool, at: datetime
) -> None:
    """Raises AlreadyReceived. The report is locked: messages get their places one after the other."""
    if report.pk == message_id or Message.objects.filter(pk=message_id).exists():
        raise AlreadyReceived
    last = Message.objects.filter(report=report).aggregate(last=Max("sequence"))["last"] or 0
    message = Message(
        id=message_id,
        organisation_id=report.organisation_id,
        report=report,
        from_reporter=from_reporter,
        sequence=last + 1,
        sent_on=at.date(),
    )
    sealing.seal_message(message, words, desk=desk, reporter_key=bytes(report.reporter_key))
    message.save(force_insert=True)


# ---------------------------------------------------------------- what an operator does
@transaction.atomic
def mark_seen(*, report: Report, by: Actor, at: datetime) -> None:
    """Somebody has looked at what the reporter wrote since."""
    if report.has_news:
        Report.objects.filter(pk=report.pk).update(has_news=False)
        record("report.seen", by=by, at=at, kind="report", object_id=report.pk, person_id=report.person_id)


@transaction.atomic
def weigh(*, report: Report, danger: str, note: str, version: int, by: Actor, at: datetime) -> None:
    """An operator's own judgement of the danger. Raises ChangedMeanwhile."""
    report.weighed_danger = Danger(danger)
    report.weighed_by_id, report.weighed_at = by.user_id, at
    report.note = sealing.seal_note(report.desk, report.pk, note)
    if report.status == ReportStatus.NEW:
        report.status = ReportStatus.TRIAGED
    save_if_unchanged(
        report, version=version, fields=["weighed_danger", "weighed_by_id", "weighed_at", "note", "status"]
    )
    _record("report.weigh", report, by=by, at=at, danger=report.weighed_danger)


@transaction.atomic
def answer(*, report: Report, record_id: UUID, words: str, by: Actor, at: datetime) -> None:
    """Puts an answer into the reporter's mailbox. Raises NoMailbox, AlreadyReceived."""
    report = Report.objects.select_for_update(of=("self",)).select_related("desk").get(pk=report.pk)
    if not report.reporter_key:
        raise NoMailbox
    _add_message(report, record_id, words, desk=report.desk, from_reporter=False, at=at)
    _record("report.answer", report, by=by, at=at)


@transaction.atomic
def close(*, report: Report, reason: str, version: int, by: Actor, at: datetime) -> None:
    """Nothing more to do here; a message from its reporter opens it again. Raises ChangedMeanwhile."""
    if report.status == ReportStatus.CASE:
        raise ChangedMeanwhile
    report.status = ReportStatus.CLOSED
    report.closed_reason = CloseReason(reason)
    report.closed_by_id, report.closed_at = by.user_id, at
    save_if_unchanged(
        report, version=version, fields=["status", "closed_reason", "closed_by_id", "closed_at"]
    )
    _record("report.close", report, by=by, at=at, reason=report.closed_reason)


@transaction.atomic
def link_case(*, report: Report, person_id: UUID, by: Actor, at: datetime) -> None:
    """A case was opened from this report. Raises ChangedMeanwhile when another one was opened before."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.person_id == person_id:
        return
    if report.person_id is not None:
        raise ChangedMeanwhile
    report.status, report.person_id = ReportStatus.CASE, person_id
    report.closed_reason, report.closed_by, report.closed_at = "", None, None
    save_if_unchanged(
        report,
        version=report.version,
        fields=["status", "person_id", "closed_reason", "closed_by", "closed_at"],
    )
    _record("report.case", report, by=by, at=at)


@transaction.atomic
def forget_reports(person: Person, *, by: Actor, at: datetime) -> None:
    """A person's file is erased: the words of the reports it came from go with it, and their mailboxes."""
    for report in Report.objects.filter(person_id=person.pk):
        Message.objects.filter(report=report).delete()
        report.envelope = report.note = report.reporter_key = b""
        report.mailbox = ""
        save_if_unchanged(
            report, version=report.version, fields=["envelope", "note", "reporter_key", "mailbox"]
        )
        _record("report.forget", report, by=by, at=at)


def _record(verb: str, report: Report, *, by: Actor, at: datetime, **details: str) -> None:
    record(
        verb,
        by=by,
        at=at,
        kind="report",
        object_id=report.pk,
        person_id=report.person_id,
        organisation_id=report.organisation_id,
        details={name: str(value) for name, value in details.items()},
    )
