"""Lists: open desks, a desk's inbox page by page, and the messages of a report or a mailbox."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tutela.foundation.access.decision import Actor
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.roles import Permission
from tutela.reporting import sealing
from tutela.reporting.mailboxes import Mailbox
from tutela.reporting.models import URGENCY, Danger, Desk, Message, Report, ReportStatus

PAGE_SIZE = 25
WAITING = (ReportStatus.NEW, ReportStatus.TRIAGED)


@dataclass(frozen=True, slots=True)
class Line:
    """One message, opened."""

    from_reporter: bool
    words: str
    sent_on: date


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Reports, most pressing first; `next` is where the following page begins, empty on the last."""

    reports: list[Report]
    next: str


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many reports are in each status, every status named, and how many that wait speak of danger now."""

    by_status: Mapping[str, int]
    danger_now: int


def open_desks() -> list[Desk]:
    return list(
        Desk.objects.select_related("organisation")
        .filter(is_open=True, organisation__is_active=True)
        .order_by("country", "name", "id")
    )


# ---------------------------------------------------------------- the inbox
def _mine(actor: Actor) -> QuerySet[Report]:
    """What `access.report_for` would open for reading."""
    if actor.compartment is not Compartment.PROTECTION or not actor.may(Permission.REPORT_READ):
        return Report.objects.none()
    return Report.objects.filter(organisation_id=actor.organisation_id)


def inbox(actor: Actor, *, statuses: tuple[str, ...] = WAITING, after: str = "") -> InboxPage:
    """One page. `after` is the `next` of the page before; anything else begins at the start."""
    found = _mine(actor).filter(status__in=statuses).select_related("desk").defer("envelope", "note")
    if after and (place := _place(after)):
        urgency, day, report_id = place
        same = Q(urgency=urgency)
        found = found.filter(
            Q(urgency__gt=urgency)
            | same & Q(received_on__lt=day)
            | same & Q(received_on=day, pk__lt=report_id)
        )
    rows = list(found.order_by("urgency", "-received_on", "-pk")[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return InboxPage(rows, _name_place(rows[-1]) if more else "")


def inbox_counts(actor: Actor) -> InboxCounts:
    rows = (
        _mine(actor)
        .values_list("status")
        .annotate(count=Count("pk"), now=Count("pk", filter=Q(urgency=URGENCY[Danger.NOW])))
        .order_by()
    )
    by_status, danger_now = dict.fromkeys(ReportStatus.values, 0), 0
    for status, count, now in rows:
        by_status[status] = count
        danger_now += now if status in WAITING else 0
    return InboxCounts(by_status, danger_now)


def waiting_count(actor: Actor) -> int:
    """How many reports nobody has weighed yet."""
    return _mine(actor).filter(status=ReportStatus.NEW).count()


def _name_place(report: Report) -> str:
    place = f"{report.urgency}|{report.received_on.isoformat()}|{report.pk}"
    return base64.urlsafe_b64encode(place.encode()).decode()


def _place(text: str) -> tuple[int, date, UUID] | None:
    try:
        urgency, day, report_id = base64.urlsafe_b64decode(text.encode()).decode().split("|")
        return int(urgency), date.fromisoformat(day), UUID(report_id)
    except (binascii.Error, ValueError):
        return None


# ---------------------------------------------------------------- messages
def conversation(report: Report, *, desk_key: bytes) -> list[Line]:
    """All messages of a report, first to last, as its desk reads them."""
    return [
        Line(
            message.from_reporter,
            sealing.open_for_desk(message, desk_id=report.desk_id, desk_key=desk_key),
            message.sent_on,
        )
        for message in Message.objects.filter(report=report).order_by("sequence")
    ]


def letters(desk: Desk, mailbox: Mailbox) -> list[Line]:
    """All messages in a mailbox; a number that opens nothing has none, and takes the same way here."""
    found = Message.objects.filter(report__desk=desk, report__mailbox=mailbox.name).order_by("sequence")
    return [
        Line(
            message.from_reporter,
            sealing.open_for_reporter(message, desk_id=desk.pk, private_key=mailbox.private_key),
            message.sent_on,
        )
        for message in found
    ]
