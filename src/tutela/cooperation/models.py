"""A referral: one organisation asks another to help one person, with consent, scope and an end date."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tutela.foundation.organisations.models import Organisation, User
from tutela.foundation.vault.fields import SealedField
from tutela.people.models import Consent, PersonRecord


class ReferralStatus(models.TextChoices):
    SENT = "sent", _("Sent, waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    DONE = "done", _("Done")
    REVOKED = "revoked", _("Taken back")
    EXPIRED = "expired", _("Expired")


class Service(models.TextChoices):
    SHELTER = "shelter", _("Shelter")
    HEALTH = "health", _("Health care")
    COUNSELLING = "counselling", _("Counselling")
    LEGAL = "legal", _("Legal advice")
    INTERPRETING = "interpreting", _("Interpreting")
    GUARDIAN = "guardian", _("Guardian for a child")
    RETURN = "return", _("Safe return")
    WORK = "work", _("Work and training")


class Referral(PersonRecord):
    """What the receiver may see follows from `sections`, for as long as the referral runs.

    `pseudonym` is the person's at the time: it stays on both sides' lists when the file is closed to one."""

    to_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    pseudonym = models.CharField(max_length=40)
    service = models.CharField(max_length=16, choices=Service.choices)
    urgent = models.BooleanField(default=False)
    sections = models.CharField(max_length=200)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    message = SealedField()
    status = models.CharField(max_length=8, choices=ReferralStatus.choices, default=ReferralStatus.SENT)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = SealedField()
    outcome = SealedField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answered_by__isnull=True)
                | models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="referral_answered_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("sent_at")), name="referral_expires_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["to_organisation", "status", "-sent_at", "-id"], name="referral_inbox"),
            models.Index(fields=["organisation", "status", "-sent_at", "-id"], name="referral_outbox"),
        ]
