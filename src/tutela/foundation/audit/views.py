"""What happened, for auditors: events without names, and the proof that one of them was never changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tutela.foundation.access.decision import Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.audit import log, queries, words
from tutela.foundation.audit.models import Event
from tutela.foundation.roles import Permission


@dataclass(frozen=True, slots=True)
class Row:
    """An event in words; `name` is empty for whoever works elsewhere, and for Tutela itself."""

    event: Event
    name: str
    done: str
    purpose: str
    reasons: tuple[str, ...]


@require_GET
@requires(Permission.AUDIT_READ)
def events(request: StaffRequest) -> HttpResponse:
    """The newest events; `?denied=1` refusals only, `?person=` one file, `?before=` older ones."""
    denied_only = bool(request.GET.get("denied"))
    person_id = _uuid(request.GET.get("person", ""))
    before = request.GET.get("before", "")
    page = queries.events_of(
        request.actor,
        denied_only=denied_only,
        person_id=person_id,
        before=int(before) if before.isdecimal() and len(before) < 19 else 0,
    )
    names = queries.colleagues_in(page.events, actor=request.actor)
    context = {
        "rows": [_row(event, names) for event in page.events],
        "older": page.next,
        "denied_only": denied_only,
        "person_id": person_id,
        "head": queries.newest_head(),
    }
    return render(request, "audit/events.html", context)


@require_GET
@requires(Permission.AUDIT_READ)
def proof(request: StaffRequest, event_id: UUID) -> HttpResponse:
    """The proof for one event, as a file that anyone can check without this system; words while it waits."""
    event = queries.event_of(request.actor, event_id)
    if event is None:
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=Permission.AUDIT_READ)
    try:
        found = dataclasses.asdict(log.prove(event_id))
    except log.LogBroken:
        return render(request, "audit/waiting.html", status=409)
    headers = {"Content-Disposition": f'attachment; filename="event-{event_id}.json"'}
    return JsonResponse(found, headers=headers)


def _row(event: Event, names: Mapping[UUID, str]) -> Row:
    reasons = filter(None, (event.basis, event.details.get("reason", "")))
    return Row(
        event=event,
        name=names.get(event.actor_id, "") if event.actor_id else "",
        done=words.done(event.verb),
        purpose=words.purpose(event.purpose),
        reasons=tuple(words.reason(str(one)) for one in reasons),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
