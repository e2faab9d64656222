"""Everything that happened in a person's file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people import queries
from tutela.people.access import file_for
from tutela.people.keyset import Cursor


@requires(Permission.CASE_READ)
@require_GET
def timeline(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = file_for(
        request.actor,
        person_id,
        Permission.CASE_READ,
        section=Section.TIMELINE,
        purpose=Purpose.CARE,
        at=request.at,
    )
    page = queries.timeline_page(
        file.person, after=Cursor.parse(request.GET.get("after", "")), named=not file.is_shared
    )
    context = {
        "file": file,
        "tab": "timeline",
        "lines": page.rows,
        "following": page.following,
        "may_write": request.actor.may(Permission.CASE_WRITE) and not file.is_shared,
    }
    return render(request, "people/timeline.html", context)
