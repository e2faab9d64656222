"""The door: every look at a person's file passes here, is decided, and leaves a mark."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.lookups import IsNull
from django.http import Http404

from tutela.foundation.access.decision import Actor, Circumstances, Decision, File, Purpose, Reason, decide
from tutela.foundation.access.models import Assignment, BreakGlass, Conflict, Grant, Section
from tutela.foundation.audit.record import record
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.roles import Permission

WAYS = ("conflicted", "assigned", "glass_broken")
"""How somebody may stand to a file of their own organisation."""


class AccessDenied(Http404):
    """Refused. To the outside it is a page that does not exist; the middleware writes down the refusal.

    `person_id` is the file that was asked for, whether or not it exists."""

    def __init__(
        self, *, reason: Reason, permission: Permission, purpose: str = "", person_id: UUID | None = None
    ) -> None:
        super().__init__("Not found")
        self.reason = reason
        self.permission = permission
        self.purpose = purpose
        self.person_id = person_id


def circumstances(actor: Actor, file: File, *, at: datetime) -> Circumstances:
    """How `actor` stands to `file` at that moment."""
    ways = _ways(actor.user_id, file.person_id, at=at)
    first, *others = (rows.values_list(Value(way)) for way, rows in ways.items())
    return _circumstances(actor, file, {row[0] for row in first.union(*others)}, at=at)


def standing(user_id: UUID, *, person: str, at: datetime) -> dict[str, Exists]:
    """Columns for a query that reads the file anyway: `circumstances_of` makes of its row what
    `circumstances` would ask for. `person` names the column with the person's id."""
    ways = _ways(user_id, OuterRef(person), at=at)
    return {f"stands_{way}": Exists(rows) for way, rows in ways.items()}


def circumstances_of(row: Any, actor: Actor, file: File, *, at: datetime) -> Circumstances:
    """From the columns of `standing`."""
    held = {way for way in WAYS if getattr(row, f"stands_{way}")}
    return _circumstances(actor, file, held, at=at)


def _ways(user_id: UUID, person_id: UUID | OuterRef, *, at: datetime) -> dict[str, QuerySet[Any]]:
    mine: dict[str, Any] = {"person_id": person_id, "user_id": user_id}
    return {
        "conflicted": Conflict.objects.filter(**mine),
        "assigned": Assignment.objects.filter(**mine, until__isnull=True),
        "glass_broken": BreakGlass.objects.filter(**mine, expires_at__gt=at),
    }


def _circumstances(actor: Actor, file: File, held: set[str], *, at: datetime) -> Circumstances:
    if file.organisation_id != actor.organisation_id:
        granted = _granted_sections(actor, file.person_id, at=at)
        return Circumstances(granted=granted, conflicted="conflicted" in held)
    assigned = "assigned" in held
    return Circumstances(
        assigned=assigned,
        conflicted="conflicted" in held,
        glass_broken=not assigned and "glass_broken" in held,
    )


def _granted_sections(actor: Actor, person_id: UUID, *, at: datetime) -> frozenset[str]:
    grants = running_grants(actor.organisation_id, at=at).filter(person_id=person_id)
    return frozenset(
        section for sections in grants.values_list("sections", flat=True) for section in sections.split()
    )


def running_grants(organisation_id: UUID, *, at: datetime) -> QuerySet[Grant]:
    """What of other organisations' files is open to this one at that moment."""
    return Grant.objects.filter(
        to_organisation_id=organisation_id, granted_at__lte=at, expires_at__gt=at, ended_at__isnull=True
    )


def may(actor: Actor, permission: Permission, file: File, *, purpose: Purpose, at: datetime) -> Decision:
    """The decision alone, unrecorded: for showing or hiding what a page offers."""
    return decide(actor, permission, file, purpose, circumstances(actor, file, at=at))


def enter(
    actor: Actor,
    permission: Permission,
    file: File,
    *,
    purpose: Purpose,
    at: datetime,
    kind: str,
    object_id: UUID,
    standing: Circumstances | None = None,
) -> Decision:
    """Lets `actor` in and records the look, or raises AccessDenied. `standing` saves asking for it again."""
    standing = standing or circumstances(actor, file, at=at)
    decision = decide(actor, permission, file, purpose, standing)
    if not decision.allowed:
        raise AccessDenied(
            reason=decision.reason, permission=permission, purpose=purpose, person_id=file.person_id
        )
    record(
        f"look.{file.section}",
        by=actor,
        at=at,
        kind=kind,
        object_id=object_id,
        person_id=file.person_id,
        organisation_id=file.organisation_id,
        purpose=purpose,
        basis=decision.reason,
        details={"permission": permission.value},
    )
    return decision


def visible(actor: Actor, section: Section, *, at: datetime, person: str = "person_id") -> Q:
    """The condition that keeps a list to what `enter` would allow for reading.

    `person` names the column with the person's id; the rows also have `organisation_id`."""
    seen = Q(pk__in=[])
    if actor.compartment is Compartment.PROTECTION and actor.may(Permission.CASE_READ):
        seen |= _own_files(actor, person=person, at=at)
    if actor.permissions & {Permission.CASE_READ, Permission.REFERRAL_RECEIVE, Permission.GROUNDS_DECIDE}:
        # Not EXISTS: PostgreSQL would begin with all grants of an authority for a page of 25 rows.
        granted = running_grants(actor.organisation_id, at=at).filter(
            sections__contains=f" {section.value} ", person_id=OuterRef(person)
        )
        seen |= Q(IsNull(Subquery(granted.values("person_id")[:1]), False))
    conflict = Conflict.objects.filter(person_id=OuterRef(person), user_id=actor.user_id)
    return seen & ~Q(Exists(conflict))


def _own_files(actor: Actor, *, person: str, at: datetime) -> Q:
    own = Q(organisation_id=actor.organisation_id)
    if actor.may(Permission.CASE_READ_ALL):
        return own
    assigned = Assignment.objects.filter(user_id=actor.user_id, until__isnull=True).values("person_id")
    broken = BreakGlass.objects.filter(user_id=actor.user_id, expires_at__gt=at).values("person_id")
    return own & (Q(**{f"{person}__in": assigned}) | Q(**{f"{person}__in": broken}))
