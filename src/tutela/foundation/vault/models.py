"""Wrapped keys: the master key wraps one per organisation, which wraps one per person. None lies open."""

from __future__ import annotations

import uuid

from django.db import models

from tutela.foundation.organisations.models import Organisation


class OrganisationKey(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(retired_at__isnull=True),
                name="one_organisation_key_in_use",
            )
        ]


class DataKey(models.Model):
    """The key of one person's file. Destroying it erases the person: `wrapped` becomes empty and stays so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person_id = models.UUIDField(db_index=True)
    organisation_key = models.ForeignKey(OrganisationKey, on_delete=models.PROTECT)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True) | models.Q(wrapped=b""),
                name="destroyed_key_is_gone",
            )
        ]


class TokenKey(models.Model):
    """The key behind blind search tokens: one per organisation and kind, so that tokens join nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    kind = models.CharField(max_length=24)
    organisation_key = models.ForeignKey(OrganisationKey, on_delete=models.PROTECT)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="one_token_key_per_kind")
        ]
