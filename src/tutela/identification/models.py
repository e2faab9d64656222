"""Screening with published indicators, and the authority's decision on reasonable grounds."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tutela.foundation.clocks.models import Clock
from tutela.foundation.organisations.models import Organisation, User
from tutela.foundation.vault.fields import SealedField
from tutela.people.models import PersonRecord


class Screening(PersonRecord):
    """One screening, a draft until it is finished. Answers are sealed; what the rules made of them is kept as
    codes: never a number."""

    pack = models.CharField(max_length=60)
    pack_version = models.CharField(max_length=16)
    answers = SealedField()
    finding = models.CharField(max_length=60, blank=True)
    strength = models.CharField(max_length=24, blank=True)
    dimensions = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "pack"],
                condition=models.Q(finished_at__isnull=True),
                name="one_draft_of_a_screening",
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True, finding="")
                | (models.Q(finished_at__isnull=False) & ~models.Q(finding="")),
                name="screening_finished_with_a_finding",
            ),
        ]

    @property
    def is_draft(self) -> bool:
        return self.finished_at is None


class GroundsStatus(models.TextChoices):
    REQUESTED = "requested", _("Waiting for the decision")
    POSITIVE = "positive", _("Reasonable grounds found")
    NEGATIVE = "negative", _("No reasonable grounds found")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class GroundsRequest(PersonRecord):
    """The request to a competent authority, its clock, and the decision with reasons.

    `due_at` is that of the clock, kept here so that the authority's inbox is read in its order."""

    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    statement = SealedField()
    screening = models.ForeignKey(
        Screening, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=GroundsStatus.choices, default=GroundsStatus.REQUESTED)
    reasons = SealedField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    notice_given_at = models.DateTimeField(null=True, blank=True)
    notice_given_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    notice_language = models.CharField(max_length=8, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(status="requested"), name="one_open_grounds_request"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["requested", "withdrawn"], decided_at__isnull=True, decided_by__isnull=True
                )
                | models.Q(
                    status__in=["positive", "negative"], decided_at__isnull=False, decided_by__isnull=False
                ),
                name="grounds_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(notice_given_at__isnull=True, notice_given_by__isnull=True)
                | models.Q(notice_given_at__isnull=False, notice_given_by__isnull=False),
                name="notice_given_at_and_by",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "status", "due_at", "id"], name="grounds_inbox"),
            models.Index(fields=["authority", "-decided_at", "-id"], name="grounds_decided"),
        ]
