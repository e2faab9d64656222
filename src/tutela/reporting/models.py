"""Someone speaks up: desks with their keys, sealed reports, and the mailbox in which they are answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tutela.foundation.access.scope import ScopedManager
from tutela.foundation.organisations.models import Organisation, User
from tutela.foundation.vault.models import OrganisationKey


class Desk(models.Model):
    """A place where reports arrive. Its public key seals them; `wrapped` holds the private one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    public_key = models.BinaryField()
    wrapped = models.BinaryField()
    organisation_key = models.ForeignKey(OrganisationKey, on_delete=models.PROTECT)
    mailbox_salt = models.BinaryField(max_length=16)
    emergency_number = models.CharField(max_length=20, blank=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(country__regex="^[A-Z]{2}$"), name="desk_country_iso"),
        ]


class Danger(models.TextChoices):
    """What a reporter says, and what an operator weighs, in the order of what cannot wait."""

    NOW = "now", _("In danger now")
    SOON = "soon", _("Danger may come soon")
    UNKNOWN = "unknown", _("Danger not known")
    NONE = "none", _("No danger known")


URGENCY = {danger: rank for rank, danger in enumerate(Danger.values)}


class ReportStatus(models.TextChoices):
    NEW = "new", _("New")
    TRIAGED = "triaged", _("Weighed")
    CASE = "case", _("Case opened")
    CLOSED = "closed", pgettext_lazy("report", "Closed")


class Channel(models.TextChoices):
    PORTAL = "portal", _("Written online")
    CALL = "call", _("Told on the phone")


class CloseReason(models.TextChoices):
    ANSWERED = "answered", _("Answered; nothing more was asked for")
    PASSED_ON = "passed_on", _("Another service has taken it over")
    TOO_LITTLE = "too_little", _("Too little is known to go on")
    OTHER_MATTER = "other_matter", _("Not about exploitation")
    TWICE = "twice", _("The same as another report")
    EMPTY = "empty", _("Advertising or nonsense")


def _urgency() -> models.Case:
    """The rank of what was weighed, or of what the reporter said while nobody has weighed it."""
    weighed = [
        models.When(weighed_danger=danger, then=models.Value(rank)) for danger, rank in URGENCY.items()
    ]
    told = [models.When(danger=danger, then=models.Value(rank)) for danger, rank in URGENCY.items()]
    return models.Case(*weighed, *told, default=models.Value(URGENCY[Danger.UNKNOWN]))


class Report(models.Model):
    """A report as it arrived: sealed, dated to the day, with nothing that leads back to its sender.

    `has_news`: its reporter wrote again and nobody has looked since. `envelope` is empty once it is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT)
    received_on = models.DateField()
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.PORTAL)
    danger = models.CharField(max_length=8, choices=Danger.choices)
    language = models.CharField(max_length=8)
    wants_answer = models.BooleanField(default=False)
    envelope = models.BinaryField()
    mailbox = models.CharField(max_length=64, blank=True)
    reporter_key = models.BinaryField(default=bytes)
    status = models.CharField(max_length=8, choices=ReportStatus.choices, default=ReportStatus.NEW)
    has_news = models.BooleanField(default=False)
    weighed_danger = models.CharField(max_length=8, choices=Danger.choices, blank=True)
    weighed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    weighed_at = models.DateTimeField(null=True, blank=True)
    note = models.BinaryField(default=bytes)
    urgency = models.GeneratedField(
        expression=_urgency(), output_field=models.PositiveSmallIntegerField(), db_persist=True
    )
    closed_reason = models.CharField(max_length=12, choices=CloseReason.choices, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox"], condition=~models.Q(mailbox=""), name="one_report_per_mailbox"
            ),
            models.CheckConstraint(
                condition=models.Q(weighed_at__isnull=True, weighed_by__isnull=True, weighed_danger="")
                | (
                    models.Q(weighed_at__isnull=False, weighed_by__isnull=False)
                    & ~models.Q(weighed_danger="")
                ),
                name="report_weighed_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by__isnull=True, closed_reason="")
                & ~models.Q(status="closed")
                | models.Q(closed_at__isnull=False, closed_by__isnull=False, status="closed")
                & ~models.Q(closed_reason=""),
                name="report_closed_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(person_id__isnull=True) & ~models.Q(status="case")
                | models.Q(person_id__isnull=False, status="case"),
                name="report_case_has_a_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "status", "urgency", "-received_on", "-id"], name="report_inbox"
            )
        ]


class Message(models.Model):
    """One message between a desk and a reporter, sealed twice: for the desk and for the mailbox."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="messages")
    from_reporter = models.BooleanField()
    for_desk = models.BinaryField()
    for_reporter = models.BinaryField()
    sequence = models.PositiveIntegerField()
    sent_on = models.DateField()

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "sequence"], name="message_order")]
