"""What the law gives this person, followed until it is delivered, refused or breached."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tutela.foundation.clocks.models import Clock
from tutela.foundation.organisations.models import User
from tutela.foundation.vault.fields import SealedField
from tutela.people.models import PersonRecord


class RightStatus(models.TextChoices):
    DUE = "due", _("Due")
    REQUESTED = "requested", _("Requested")
    GRANTED = "granted", _("Granted")
    DELIVERED = "delivered", _("Delivered")
    REFUSED = "refused", _("Refused")
    BREACHED = "breached", _("Not given in time")
    ENDED = "ended", _("No longer due")


class Right(PersonRecord):
    """One entry of the law library that is due to one person. `entry` is its id there, such as L046."""

    entry = models.CharField(max_length=16)
    country = models.CharField(max_length=2)
    status = models.CharField(max_length=12, choices=RightStatus.choices, default=RightStatus.DUE)
    due_since = models.DateField()
    clock = models.OneToOneField(Clock, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "entry", "country"], name="right_once_per_person"),
            models.CheckConstraint(
                condition=models.Q(status__in=RightStatus.values), name="right_status_known"
            ),
        ]


class RightStep(PersonRecord):
    """One step in the life of a right, with its evidence. Never edited."""

    right = models.ForeignKey(Right, on_delete=models.PROTECT, related_name="steps")
    status = models.CharField(max_length=12, choices=RightStatus.choices)
    note = SealedField()
    document_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
