"""The case: where a file stands on the pathway, what is needed now, what happened and what is next."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tutela.foundation.organisations.models import User
from tutela.foundation.vault.fields import SealedField
from tutela.people.models import Person, PersonRecord


class CaseStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Stage(models.TextChoices):
    """Where the person stands on the pathway. Moved by actions, never by a screening."""

    INTAKE = "intake", _("First safety and consent")
    SCREENING = "screening", _("Screening")
    WAITING = "waiting", _("Waiting for the decision")
    RECOVERY = "recovery", _("Recovery period")
    SUPPORT = "support", _("Support")
    CLOSED = "closed", _("Closed")


class Exploitation(models.TextChoices):
    UNKNOWN = "unknown", _("Not known yet")
    SEXUAL = "sexual", _("Sexual exploitation")
    LABOUR = "labour", _("Forced labour")
    DOMESTIC = "domestic", _("Domestic servitude")
    CRIMINALITY = "criminality", _("Forced crime")
    BEGGING = "begging", _("Forced begging")
    MARRIAGE = "marriage", _("Forced marriage")
    ORGANS = "organs", _("Organ removal")
    OTHER = "other", _("Other forms")


class Danger(models.TextChoices):
    HIGH = "high", _("High danger")
    MEDIUM = "medium", _("Some danger")
    LOW = "low", _("Low danger")
    UNKNOWN = "unknown", _("Danger not weighed yet")


class ClosureReason(models.TextChoices):
    SUPPORT_ENDED = "support_ended", _("Support has come to its end")
    CHOICE = "choice", _("The person no longer wants it")
    MOVED = "moved", _("The person has moved away")
    TRANSFERRED = "transferred", _("Another organisation has taken over")
    LOST_CONTACT = "lost_contact", _("Contact was lost")
    NOT_TRAFFICKED = "not_trafficked", _("Another kind of help is right")
    DEATH = "death", _("The person has died")


class Case(PersonRecord):
    """One person's way through protection, in one country, with one organisation.

    `region` is a part of the country (ISO 3166-2): the law of a part and its holidays are found by it."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="case")
    reference = models.CharField(max_length=16, unique=True)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=6, blank=True)
    status = models.CharField(max_length=8, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.INTAKE)
    danger = models.CharField(max_length=8, choices=Danger.choices, default=Danger.UNKNOWN)
    exploitation = models.CharField(max_length=12, choices=Exploitation.choices, default=Exploitation.UNKNOWN)
    report_id = models.UUIDField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closure_reason = models.CharField(max_length=24, blank=True, choices=ClosureReason.choices)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    status="open", closed_at__isnull=True, closed_by__isnull=True, closure_reason=""
                )
                | (
                    models.Q(status="closed", closed_at__isnull=False, closed_by__isnull=False)
                    & ~models.Q(closure_reason="")
                ),
                name="case_closed_at_by_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(region="") | models.Q(region__startswith=models.F("country")),
                name="case_region_of_country",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-opened_at", "-id"], name="case_list"),
            models.Index(
                # The person too: cases are counted without reading them.
                fields=["organisation", "status", "stage", "-opened_at", "-id", "person"],
                name="case_list_by_stage",
            ),
        ]


class NeedKind(models.TextChoices):
    SAFE_PLACE = "safe_place", _("A safe place to stay")
    DOCTOR = "doctor", _("A doctor")
    FOOD = "food", _("Food and clothes")
    INTERPRETER = "interpreter", _("An interpreter")
    LAWYER = "lawyer", _("A lawyer")
    MENTAL_HEALTH = "mental_health", _("Someone to talk to")
    CHILDREN = "children", _("Care for children")
    DOCUMENTS = "documents", _("Identity documents")
    MONEY = "money", _("Money for the first days")
    OTHER = "other", _("Something else")


class Need(PersonRecord):
    """Something the person needs now."""

    kind = models.CharField(max_length=16, choices=NeedKind.choices)
    urgent = models.BooleanField(default=False)
    note = SealedField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(met_at__isnull=True, met_by__isnull=True)
                | models.Q(met_at__isnull=False, met_by__isnull=False),
                name="need_met_at_and_by",
            )
        ]
        indexes = [models.Index(fields=["person", "met_at"], name="need_by_person")]


class TaskKind(models.TextChoices):
    CALL = "call", _("Call or meet the person")
    SCREEN = "screen", _("Screen")
    REQUEST_DECISION = "request_decision", _("Ask for a decision")
    FOLLOW_RIGHT = "follow_right", _("Follow up a right")
    FIND_SERVICE = "find_service", _("Find a service")
    REVIEW_SAFETY = "review_safety", _("Look at safety again")
    END_FILE = "end_file", _("Close or erase the file: consent was withdrawn")
    OTHER = "other", _("Something else")


class Task(PersonRecord):
    """Something a colleague has to do by a date."""

    kind = models.CharField(max_length=20, choices=TaskKind.choices)
    note = SealedField()
    due_on = models.DateField()
    assigned_to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, done_by__isnull=True)
                | models.Q(done_at__isnull=False, done_by__isnull=False),
                name="task_done_at_and_by",
            )
        ]
        indexes = [
            models.Index(fields=["assigned_to", "done_at", "due_on"], name="task_by_colleague"),
            models.Index(fields=["organisation", "done_at", "due_on"], name="task_by_organisation"),
        ]
