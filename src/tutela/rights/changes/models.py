"""A change of law from its draft to its edition, and whose rights it touches."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from tutela.foundation.organisations.models import User
from tutela.people.models import PersonRecord


class ChangeStatus(models.TextChoices):
    """Where a change of law stands."""

    DRAFT = "draft", _("To be mended")
    CHECKED = "checked", _("Checked")
    PROPOSED = "proposed", _("Waits for a second person")
    PUBLISHED = "published", _("In use")
    WITHDRAWN = "withdrawn", _("Taken back")
    REFUSED = "refused", _("Refused")


OPEN = frozenset({ChangeStatus.DRAFT, ChangeStatus.CHECKED, ChangeStatus.PROPOSED})


class LawChange(models.Model):
    """Whole files that would take the place of those in use, held against the edition `base`.

    `problems` are those that the check found; `listed` is what a status list says, line by line."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=120)
    reason = models.TextField()
    source = models.TextField()
    status = models.CharField(max_length=12, choices=ChangeStatus.choices, default=ChangeStatus.DRAFT)
    base = models.PositiveIntegerField()
    problems = models.JSONField(default=list, blank=True)
    listed = models.JSONField(default=list, blank=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision_note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="law_change_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["published", "refused"])
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("drafted_by"))),
                name="law_change_second_person",
            ),
        ]
        indexes = [models.Index(fields=["-drafted_at", "-id"], name="law_changes")]


class LawFile(models.Model):
    """One file of a change, whole. Only ever added. `replaces` and `shipped` are the digests of the text
    that was in use and of the one that came with this release; empty where there was none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    change = models.ForeignKey(LawChange, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=120)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    replaces = models.CharField(max_length=64, blank=True)
    shipped = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "path"], name="law_file_once_a_change")]


class LawEdition(models.Model):
    """The law from a moment on. Only ever added; its number is what every process looks at."""

    number = models.PositiveIntegerField(primary_key=True)
    change = models.OneToOneField(LawChange, on_delete=models.PROTECT, related_name="edition")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class PassKind(models.TextChoices):
    COUNT = "count", _("Whose rights would change")
    CARRY = "carry", _("Rights brought into line")


class LawPass(models.Model):
    """One walk over all open files for a change, with the law of `day`. `after` is the last person done.

    `totals`: by organisation, how many files and, by right, how many gain, lose or see it otherwise."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    change = models.ForeignKey(LawChange, on_delete=models.PROTECT, related_name="passes")
    kind = models.CharField(max_length=8, choices=PassKind.choices)
    day = models.DateField()
    after = models.UUIDField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "kind", "day"], name="law_pass_once_a_day"),
        ]
        indexes = [
            models.Index(
                fields=["day", "id"], condition=models.Q(finished_at__isnull=True), name="law_pass_that_waits"
            )
        ]


class LawEffect(PersonRecord):
    """What a change of law does to one person. `turns`: entry, right and kinds of change, each with its day.

    Once the change is in use, it waits for a colleague until somebody has seen it."""

    change = models.ForeignKey(LawChange, on_delete=models.PROTECT, related_name="effects")
    turns = models.JSONField(default=list)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "person"], name="law_effect_once_a_person"),
            models.CheckConstraint(
                condition=models.Q(seen_at__isnull=True, seen_by__isnull=True)
                | models.Q(seen_at__isnull=False, seen_by__isnull=False),
                name="law_effect_seen_at_and_by",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "change", "id"],
                condition=models.Q(seen_at__isnull=True),
                name="law_effect_that_waits",
            ),
            models.Index(fields=["organisation", "change", "id"], name="law_effects"),
        ]
