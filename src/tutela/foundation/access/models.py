"""Who stands in which relation to a person's file: assigned, granted, in conflict, or breaking the glass."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from tutela.foundation.access.scope import ScopedManager
from tutela.foundation.organisations.models import Organisation, User
from tutela.foundation.vault.fields import SealedField
from tutela.foundation.vault.models import DataKey


class Section(models.TextChoices):
    """The parts of a person's file that can be shared one by one."""

    SUMMARY = "summary", _("Summary: pseudonym, language and interpreter, age group")
    CASE = "case", _("The case: reference, stage, danger, kind of exploitation, who leads it")
    IDENTITY = "identity", _("Name, date of birth, sex and citizenship")
    CONTACT = "contact", _("How to contact safely")
    CONSENT = "consent", _("What the person agreed to")
    NEEDS = "needs", _("Immediate needs")
    SCREENING = "screening", _("Screening results")
    GROUNDS = "grounds", _("Identification requests and decisions")
    RIGHTS = "rights", _("Rights and their deadlines")
    TIMELINE = "timeline", _("Notes and timeline")
    DOCUMENTS = "documents", _("Documents")


def spell(sections: Iterable[str]) -> str:
    """The stored form of a set of sections."""
    return f" {' '.join(sorted(Section(section).value for section in sections))} "


class Assignment(models.Model):
    """This colleague works on this file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    is_lead = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "user"],
                condition=models.Q(until__isnull=True),
                name="assigned_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["person_id"],
                condition=models.Q(until__isnull=True, is_lead=True),
                name="one_lead_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["user", "until"], name="assignment_by_user")]


class Grant(models.Model):
    """Another organisation may see these sections of a file, for this purpose, on this basis, until then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants_given")
    to_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="grants_received"
    )
    person_id = models.UUIDField()
    # Codes between spaces (" summary needs "), because only PostgreSQL can search inside a JSON list.
    sections = models.CharField(max_length=200)
    purpose = models.CharField(max_length=24)
    basis = models.CharField(max_length=80)
    source_kind = models.CharField(max_length=24)
    source_id = models.UUIDField()
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("granted_at")), name="grant_expires_after_start"
            ),
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("to_organisation")),
                name="grant_to_another_organisation",
            ),
            models.CheckConstraint(condition=~models.Q(basis=""), name="grant_has_a_basis"),
        ]
        indexes = [
            models.Index(fields=["to_organisation", "person_id", "expires_at"], name="grant_by_receiver"),
            models.Index(fields=["source_id"], name="grant_by_source"),
        ]


class Conflict(models.Model):
    """This colleague must not see this file, whatever their role: declared by them or by a supervisor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "user"], name="conflict_declared_once")]


class BreakGlass(models.Model):
    """An emergency look at a file that is not assigned: justified before, reviewed after by another. The
    reason is sealed with the key of the file: somebody in a hurry may well write a name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    justification = SealedField()
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    review = models.CharField(
        max_length=12, blank=True, choices=[("justified", _("Justified")), ("not", _("Not justified"))]
    )

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(justification=b""), name="broken_glass_is_justified"),
            models.CheckConstraint(
                condition=models.Q(reviewed_at__isnull=True, reviewed_by__isnull=True, review="")
                | (models.Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~models.Q(review="")),
                name="broken_glass_reviewed_at_and_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(reviewed_by=models.F("user")), name="broken_glass_reviewed_by_another"
            ),
        ]
