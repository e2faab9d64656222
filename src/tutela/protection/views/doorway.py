"""How every view of a case opens a file."""

from __future__ import annotations

from uuid import UUID

from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile, file_for


def opened(
    request: StaffRequest,
    person_id: UUID,
    permission: Permission = Permission.CASE_READ,
    *,
    section: Section = Section.SUMMARY,
    purpose: Purpose = Purpose.CARE,
) -> PersonFile:
    return file_for(request.actor, person_id, permission, section=section, purpose=purpose, at=request.at)


def may_write(request: StaffRequest, file: PersonFile) -> bool:
    """Whether the page offers what changes something; the action's own view asks the door again."""
    return request.actor.may(Permission.CASE_WRITE) and not file.is_shared
