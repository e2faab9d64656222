"""The one decision: may this actor do this to this file, for this purpose? A pure function with a reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tutela.foundation.access.models import Section
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import Permission


class Purpose(StrEnum):
    CARE = "care"
    TRIAGE = "triage"
    IDENTIFICATION = "identification"
    DECISION = "decision"
    REFERRAL = "referral"
    SUPERVISION = "supervision"
    REVIEW = "review"


class Reason(StrEnum):
    """Why it was allowed or refused. Written down, never shown: absent and not yours look the same."""

    ASSIGNED = "assigned"
    WHOLE_ORGANISATION = "whole organisation"
    GRANTED = "granted"
    BROKEN_GLASS = "broken glass"
    NO_PERMISSION = "no permission"
    PURPOSE_UNFIT = "purpose does not fit the permission"
    CONFLICT = "conflict of interest"
    OTHER_ORGANISATION = "another organisation's file"
    NOT_ASSIGNED = "not assigned"
    OTHER_ROOM = "not disclosed to this compartment"
    SECTION_NOT_GRANTED = "section not granted"
    READ_ONLY = "granted for reading only"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks."""

    user_id: UUID
    organisation_id: UUID
    compartment: Compartment
    permissions: frozenset[Permission]

    @classmethod
    def of(cls, user: User) -> Actor:
        return cls(user.pk, user.organisation_id, user.organisation.compartment, user.permissions)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class System:
    """Work that nobody asks for: sweeps, the audit log, a report that arrives."""

    user_id: None = None
    organisation_id: UUID | None = None


SYSTEM = System()


@dataclass(frozen=True, slots=True)
class File:
    """What is asked for: a part of the file of one person, held by one organisation."""

    organisation_id: UUID
    person_id: UUID
    section: Section


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How the actor stands to the file."""

    assigned: bool = False
    granted: frozenset[str] = frozenset()
    conflicted: bool = False
    glass_broken: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    reason: Reason


FITS: dict[Permission, frozenset[Purpose]] = {
    Permission.CASE_READ: frozenset(
        {Purpose.CARE, Purpose.REFERRAL, Purpose.SUPERVISION, Purpose.IDENTIFICATION}
    ),
    Permission.CASE_WRITE: frozenset({Purpose.CARE}),
    Permission.CASE_ASSIGN: frozenset({Purpose.SUPERVISION}),
    Permission.IDENTITY_READ: frozenset({Purpose.CARE}),
    Permission.SCREEN: frozenset({Purpose.IDENTIFICATION}),
    Permission.GROUNDS_REQUEST: frozenset({Purpose.IDENTIFICATION}),
    Permission.GROUNDS_DECIDE: frozenset({Purpose.DECISION}),
    Permission.RIGHT_FOLLOW: frozenset({Purpose.CARE}),
    Permission.REFERRAL_SEND: frozenset({Purpose.REFERRAL}),
    Permission.REFERRAL_RECEIVE: frozenset({Purpose.REFERRAL}),
    Permission.BREAK_GLASS: frozenset({Purpose.CARE}),
    Permission.BREAK_GLASS_REVIEW: frozenset({Purpose.REVIEW}),
}

READING: Collection[Permission] = frozenset(
    {Permission.CASE_READ, Permission.REFERRAL_RECEIVE, Permission.GROUNDS_DECIDE, Permission.IDENTITY_READ}
)


def decide(
    actor: Actor, permission: Permission, file: File, purpose: Purpose, circumstances: Circumstances
) -> Decision:
    """Each condition stands on its own line, so that coverage shows each one tested."""
    if not actor.may(permission):
        return Decision(False, Reason.NO_PERMISSION)
    if purpose not in FITS.get(permission, frozenset()):
        return Decision(False, Reason.PURPOSE_UNFIT)
    if circumstances.conflicted:
        return Decision(False, Reason.CONFLICT)
    if file.organisation_id != actor.organisation_id:
        return _decide_for_outsider(actor, permission, file, circumstances)
    if actor.compartment is not Compartment.PROTECTION:
        return Decision(False, Reason.OTHER_ROOM)
    if circumstances.assigned:
        return Decision(True, Reason.ASSIGNED)
    if actor.may(Permission.CASE_READ_ALL):
        return Decision(True, Reason.WHOLE_ORGANISATION)
    if circumstances.glass_broken:
        return Decision(True, Reason.BROKEN_GLASS)
    return Decision(False, Reason.NOT_ASSIGNED)


def _decide_for_outsider(
    actor: Actor, permission: Permission, file: File, circumstances: Circumstances
) -> Decision:
    if not circumstances.granted:
        enforcement = actor.compartment is Compartment.ENFORCEMENT
        return Decision(False, Reason.OTHER_ROOM if enforcement else Reason.OTHER_ORGANISATION)
    if file.section not in circumstances.granted:
        return Decision(False, Reason.SECTION_NOT_GRANTED)
    if permission not in READING:
        return Decision(False, Reason.READ_ONLY)
    return Decision(True, Reason.GRANTED)
