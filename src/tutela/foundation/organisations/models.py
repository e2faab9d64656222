"""Organisations, the people who work in them, and how they are invited."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from tutela.foundation.organisations.kinds import Compartment, Kind, compartment_of
from tutela.foundation.roles import KEEPS_LAW, Permission, Role, permissions_of


class Organisation(models.Model):
    """One body that works with Tutela. `services` holds codes of what it offers to people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    country = models.CharField(max_length=2)
    services = models.JSONField(default=list, blank=True)
    accepts_referrals = models.BooleanField(default=False)
    decides_grounds = models.BooleanField(default=False)
    prefix_search = models.BooleanField(default=False)
    keeps_law = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="organisation_kind_known"),
            models.CheckConstraint(
                condition=models.Q(country__regex="^[A-Z]{2}$"), name="organisation_country_iso"
            ),
        ]

    @property
    def compartment(self) -> Compartment:
        return compartment_of(self.kind)


class Accounts(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet[User]:
        """With the organisation, which every page asks for."""
        return super().get_queryset().select_related("organisation")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who works. Belongs to one organisation; what they may do follows from roles alone.

    `version` moves on when roles or state change; sessions of an earlier version are over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff")
    email = models.EmailField(unique=True)
    display_name = models.CharField(max_length=80)
    language = models.CharField(max_length=8, default="en")
    roles = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = Accounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def may(self, permission: Permission) -> bool:
        """Whether any role of this account carries `permission`; which records is another question."""
        return permission in self.permissions

    @property
    def permissions(self) -> frozenset[Permission]:
        """What all roles carry together; nothing for a closed account."""
        if not self.is_active:
            return frozenset()
        carried = permissions_of(self.roles)
        return carried if self.organisation.keeps_law else carried - KEEPS_LAW

    def has_role(self, role: type[Role]) -> bool:
        return role.code in self.roles

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own hook: a session whose hash no longer fits is over."""
        return salted_hmac(
            "session", f"{self.password} {self.version}", secret=secret, algorithm="sha256"
        ).hexdigest()


class Invitation(models.Model):
    """A way in for one person, once, within days. Only a hash of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    email = models.EmailField()
    roles = models.JSONField(default=list)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("invited_at")),
                name="invitation_expires_after_start",
            ),
        ]


class Reset(models.Model):
    """A way back for one account, once, within a day. Only a hash of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    second_factor = models.BooleanField()
    secret_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="reset_expires_after_start"
            )
        ]


class SpentCode(models.Model):
    """A time step whose one-time code was used by this account: the database refuses it a second time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    step = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "step"], name="code_spent_once")]


class Tries(models.Model):
    """When somebody tried to sign in within the last minutes, see tries.py. `name` is a keyed hash of account
    or address, `kept` is JSON, `ends_at` is in seconds since 1970."""

    name = models.CharField(max_length=64, primary_key=True)
    kept = models.TextField()
    ends_at = models.FloatField(db_index=True)
