"""Someone speaks up: desks with their keys, sealed reports, and the mailbox through which they are answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from tutela.foundation.access.scope import ScopedManager
from tutela.foundation.organisations.models import Organisation, User
from tutela.foundation.vault.models import OrganisationKey


class Desk(models.Model):
    """A place where reports arrive. Its public key seals them; the private half lies wrapped by the organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    public_key = models.BinaryField()
    wrapped_private_key = models.BinaryField()
    organisation_key = models.ForeignKey(OrganisationKey, on_delete=models.PROTECT)
    mailbox_salt = models.BinaryField(max_length=16)
    emergency_number = models.CharField(max_length=20, blank=True)
    is_open = models.BooleanField(default=True)


class Danger(models.TextChoices):
    NOW = "now", _("Someone is in danger now")
    SOON = "soon", _("Danger may come soon")
    NONE = "none", _("No danger that I know of")
    UNKNOWN = "unknown", _("I do not know")


class ReportStatus(models.TextChoices):
    NEW = "new", _("New")
    TRIAGED = "triaged", _("Weighed")
    CASE = "case", _("Case opened")
    CLOSED = "closed", _("Closed")


class Report(models.Model):
    """A report as it arrived: sealed, dated to the day, with nothing that leads back to its sender."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT)
    received_on = models.DateField()
    danger = models.CharField(max_length=8, choices=Danger.choices)
    language = models.CharField(max_length=8)
    wants_answer = models.BooleanField(default=False)
    envelope = models.BinaryField()
    mailbox = models.CharField(max_length=64, blank=True)
    reporter_key = models.BinaryField(default=bytes)
    status = models.CharField(max_length=8, choices=ReportStatus.choices, default=ReportStatus.NEW)
    weighed_danger = models.CharField(max_length=8, choices=Danger.choices, blank=True)
    weighed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    weighed_at = models.DateTimeField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox"], condition=~models.Q(mailbox=""), name="one_report_per_mailbox"
            ),
            models.CheckConstraint(
                condition=models.Q(weighed_at__isnull=True, weighed_by__isnull=True, weighed_danger="")
                | (models.Q(weighed_at__isnull=False, weighed_by__isnull=False) & ~models.Q(weighed_danger="")),
                name="report_weighed_at_and_by",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "status", "received_on", "id"], name="report_inbox")]


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
