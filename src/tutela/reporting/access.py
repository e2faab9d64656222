"""The only way to fetch a desk or a report for somebody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tutela.foundation.access.decision import Actor, Purpose, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.audit.record import record
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.roles import Permission
from tutela.reporting.models import Desk, Report


def public_desk(slug: str) -> Desk | None:
    """A desk as anyone may see it, open or closed; None where there is none."""
    return Desk.objects.select_related("organisation").filter(slug=slug, organisation__is_active=True).first()


def desks_of(actor: Actor, *, permission: Permission) -> list[Desk]:
    """The desks at which `actor` works, by name. Raises AccessDenied outside the protection compartment."""
    _check_room(actor, permission)
    return list(
        Desk.objects.select_related("organisation", "organisation_key")
        .filter(organisation_id=actor.organisation_id)
        .order_by("name", "id")
    )


def report_for(
    actor: Actor, report_id: UUID, *, at: datetime, permission: Permission = Permission.REPORT_READ
) -> Report:
    """Opens a report and records the look. Raises AccessDenied, the same for absent and not yours."""
    _check_room(actor, permission)
    report = (
        Report.objects.select_related(
            "desk__organisation_key", "desk__organisation", "weighed_by", "closed_by"
        )
        .filter(pk=report_id, organisation_id=actor.organisation_id)
        .first()
    )
    if report is None:
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=permission, purpose=Purpose.TRIAGE)
    record(
        "look.report",
        by=actor,
        at=at,
        kind="report",
        object_id=report.pk,
        person_id=report.person_id,
        purpose=Purpose.TRIAGE,
        basis=Reason.WHOLE_ORGANISATION,
        details={"permission": permission.value},
    )
    return report


def _check_room(actor: Actor, permission: Permission) -> None:
    if not actor.may(permission):
        raise AccessDenied(reason=Reason.NO_PERMISSION, permission=permission, purpose=Purpose.TRIAGE)
    if actor.compartment is not Compartment.PROTECTION:
        raise AccessDenied(reason=Reason.OTHER_ROOM, permission=permission, purpose=Purpose.TRIAGE)
