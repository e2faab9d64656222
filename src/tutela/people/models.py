"""A person who may have been trafficked: who they are, how to reach them safely, what they agreed to, what
happened, and the papers in their file."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tutela.foundation.access.scope import ScopedManager
from tutela.foundation.organisations.models import Organisation, User
from tutela.foundation.vault.fields import SealedField
from tutela.foundation.vault.models import DataKey


class AgeGroup(models.TextChoices):
    ADULT = "adult", _("Adult")
    CHILD = "child", _("Child (under 18)")
    DISPUTED = "disputed", _("Age disputed: treated as a child")
    UNKNOWN = "unknown", _("Not known yet")


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known or not said")


class ContactChannel(models.TextChoices):
    NONE = "", _("Do not contact")
    PHONE = "phone", _("By phone")
    MESSAGE = "message", _("By message on the phone")
    EMAIL = "email", _("By e-mail")
    IN_PERSON = "in_person", _("Only in person")
    TRUSTED = "trusted", _("Through someone they trust")


class Person(models.Model):
    """The centre that everything serves. `facts` holds coded answers that the law asks about, no words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    data_key = models.OneToOneField(DataKey, on_delete=models.PROTECT)
    pseudonym = models.CharField(max_length=40)
    real_name = SealedField()
    date_of_birth = SealedField()
    contact_channel = models.CharField(max_length=16, blank=True, choices=ContactChannel.choices)
    contact_address = SealedField()
    contact_rules = SealedField()
    code_word = SealedField()
    wishes = SealedField()
    language = models.CharField(max_length=8)
    needs_interpreter = models.BooleanField(default=False)
    age_group = models.CharField(max_length=8, choices=AgeGroup.choices, default=AgeGroup.UNKNOWN)
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    citizenship = models.CharField(max_length=2, blank=True)
    facts = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "pseudonym"], name="pseudonym_once_per_organisation"
            ),
            models.CheckConstraint(
                condition=models.Q(age_group__in=AgeGroup.values), name="person_age_group_known"
            ),
            models.CheckConstraint(condition=models.Q(sex__in=Sex.values), name="person_sex_known"),
        ]

    @property
    def person_id(self) -> uuid.UUID:
        return self.pk


class PersonRecord(models.Model):
    """What every record about a person has: the body that holds it and the person whose key seals it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True

    @property
    def data_key_id(self) -> uuid.UUID:
        return self.person.data_key_id


class ConsentScope(models.TextChoices):
    KEEP_FILE = "keep_file", _("Keep a file about me")
    REFER = "refer", _("Refer me to another service")
    REQUEST_DECISION = "request_decision", _("Ask the authority to recognise me as a victim")
    CONTACT = "contact", _("Contact me in the way I said")
    STATISTICS = "statistics", _("Count me in statistics, without my name")


class ConsentGiver(models.TextChoices):
    PERSON = "person", _("The person")
    GUARDIAN = "guardian", _("Their guardian")
    NOBODY = "nobody", _("Not needed: a child")


class Consent(PersonRecord):
    """One answer to one question at one time. Never edited: a change of mind is a new version."""

    scope = models.CharField(max_length=20, choices=ConsentScope.choices)
    version = models.PositiveIntegerField()
    given = models.BooleanField()
    language = models.CharField(max_length=8)
    with_interpreter = models.BooleanField(default=False)
    given_by = models.CharField(max_length=10, choices=ConsentGiver.choices, default=ConsentGiver.PERSON)
    text_version = models.CharField(max_length=16)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "scope", "version"], name="consent_version_once"),
        ]


class Happening(PersonRecord):
    """One line of the timeline. `kind` is a code that templates put in words; the note, if any, is sealed."""

    kind = models.CharField(max_length=40)
    note = SealedField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    object_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-at", "-id"], name="timeline")]


class Document(PersonRecord):
    """A sealed file. Its content lies outside the database, in chunks that only this person's key opens."""

    title = SealedField()
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
