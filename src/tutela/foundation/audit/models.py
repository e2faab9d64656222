"""What happened: events that are only ever added, and the Merkle log over them."""

from __future__ import annotations

import uuid

from django.db import models


class Outcome(models.TextChoices):
    DONE = "done"
    DENIED = "denied"


class Event(models.Model):
    """One write, sensitive read or denial. Codes and ids only: no names, and no foreign keys, so that nothing
    here ever stands in the way of a lawful deletion."""

    number = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True, blank=True)
    actor_organisation_id = models.UUIDField(null=True, blank=True)
    organisation_id = models.UUIDField(null=True, blank=True)
    verb = models.CharField(max_length=48)
    kind = models.CharField(max_length=48)
    object_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)
    purpose = models.CharField(max_length=24, blank=True)
    basis = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.DONE)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "-at"], name="event_by_organisation"),
            models.Index(fields=["person_id", "-at"], name="event_by_person"),
        ]


class Leaf(models.Model):
    """The place of an event in the log."""

    index = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)


class Tile(models.Model):
    """A run of up to 256 hashes of one level, as in tlog-tiles."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_tile_per_place")]


class Checkpoint(models.Model):
    """A signed head of the log, as a signed note that others can witness."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.DateTimeField()
