"""Opens a person's file at its rights."""

from __future__ import annotations

from uuid import UUID

from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile, file_for


def opened(request: StaffRequest, person_id: UUID, *, write: bool = False) -> PersonFile:
    """Raises AccessDenied."""
    permission = Permission.RIGHT_FOLLOW if write else Permission.CASE_READ
    return file_for(
        request.actor, person_id, permission, section=Section.RIGHTS, purpose=Purpose.CARE, at=request.at
    )


def may_write(request: StaffRequest, file: PersonFile) -> bool:
    """Another organisation reads, and changes nothing."""
    return request.actor.may(Permission.RIGHT_FOLLOW) and not file.is_shared
