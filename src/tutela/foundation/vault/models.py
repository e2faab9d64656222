"""Wrapped keys: the master key wraps one per organisation, which wraps one per person. None lies open."""

from __future__ import annotations

import uuid

from django.db import models

from tutela.foundation.organisations.models import Organisation


class Resealing(models.Model):
    """New keys for one person, for one organisation, or where neither is given for everybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    person_id = models.UUIDField(null=True, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=True) | models.Q(person_id__isnull=True),
                name="resealing_of_one_thing",
            )
        ]


class OrganisationKey(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    resealing = models.ForeignKey(Resealing, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(retired_at__isnull=True),
                name="one_organisation_key_in_use",
            )
        ]


class DataKey(models.Model):
    """A key of one person's file. One is in use; a retired one opens what it sealed until all that is sealed
    anew. Destroying them erases the person: `wrapped` becomes empty and stays so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person_id = models.UUIDField(db_index=True)
    organisation_key = models.ForeignKey(OrganisationKey, on_delete=models.PROTECT)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)
    resealing = models.ForeignKey(Resealing, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"],
                condition=models.Q(retired_at__isnull=True),
                name="one_key_of_a_person_in_use",
            ),
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True) | models.Q(wrapped=b""),
                name="destroyed_key_is_gone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person_id"],
                condition=models.Q(retired_at__isnull=False, destroyed_at__isnull=True),
                name="keys_not_yet_let_go",
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
