"""Legal deadlines as stored objects: what started them, their length, where it is written, how they ended."""

from __future__ import annotations

import uuid

from django.db import models

from tutela.engines.clocks import EndRule
from tutela.foundation.organisations.models import Organisation


class State(models.TextChoices):
    RUNNING = "running"
    WARNED = "warned"
    PAUSED = "paused"
    BREACHED = "breached"
    MET = "met"
    MET_LATE = "met_late"
    CANCELLED = "cancelled"
    RAN_OUT = "ran_out"


class Clock(models.Model):
    """One limit for one person. `source` is the id of the library entry or setting it comes from.

    A limit that measures how long something lasts (`is_term`) runs out; by others somebody must act. It is
    counted by its length and rules, or ends on a day that was found otherwise: then it has no amount. Working
    days are those of `region` (ISO 3166-2), where the case lay when it started, or around the capital."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=32)
    object_id = models.UUIDField(null=True, blank=True)
    source = models.CharField(max_length=64)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=6, blank=True)
    amount = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=16, blank=True)
    first_day_counts = models.BooleanField(default=False)
    end_rule = models.CharField(max_length=24, default=EndRule.AS_IT_FALLS.value)
    is_term = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    extended_to = models.DateTimeField(null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at__gte=models.F("started_at")), name="clock_due_after_start"
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="clock_state_known"),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True, unit="")
                | (models.Q(amount__isnull=False) & ~models.Q(unit="")),
                name="clock_amount_and_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(extended_to__isnull=True, extended_at__isnull=True)
                | models.Q(extended_to__isnull=False, extended_at__isnull=False),
                name="clock_extended_to_and_at",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "warn_at"], name="clock_to_warn"),
            models.Index(fields=["state", "due_at"], name="clock_to_breach"),
            models.Index(fields=["organisation", "state", "due_at"], name="clock_by_organisation"),
        ]


class Pause(models.Model):
    """A stretch that does not count, with its reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=models.Q(until_at__isnull=True), name="one_open_pause"
            ),
            models.CheckConstraint(
                condition=models.Q(until_at__isnull=True) | models.Q(until_at__gte=models.F("from_at")),
                name="pause_ends_after_start",
            ),
        ]
