"""The page of all rights of a person: what comes next, what changed, what is due, what stands apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile
from tutela.rights import actions, board, queries, words
from tutela.rights.changes.queries import unseen_effects
from tutela.rights.models import RightStep, StepKind
from tutela.rights.views.answers import answers_form
from tutela.rights.views.doorway import may_write, opened

DATES_SHOWN = 6
NEWS_SHOWN = 5

_TONES = {
    StepKind.BREACHED: "danger",
    StepKind.REFUSED: "danger",
    StepKind.LAPSED: "warn",
    StepKind.ENDED: "warn",
    StepKind.SUSPENDED: "warn",
    StepKind.RAN_OUT: "warn",
    StepKind.DUE: "good",
    StepKind.FULFILLED: "good",
    StepKind.FOUNDED: "good",
    StepKind.EXTENDED: "good",
}


@dataclass(frozen=True, slots=True)
class News:
    """What happened to one right, or to several at once, as one line."""

    what: str
    tone: str
    at: datetime
    rights: list[tuple[str, str]]
    who: str


@requires(Permission.CASE_READ)
@require_GET
def rights(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = opened(request, person_id)
    return _page(request, file)


def _page(request: StaffRequest, file: PersonFile, status: int = 200, **more: Any) -> HttpResponse:
    shown = board.board_of(file.person, at=request.at)
    dates = shown.dates
    writes = may_write(request, file)
    context: dict[str, Any] = {
        "file": file,
        "tab": "rights",
        "place": words.country(shown.found.country),
        "board": shown,
        "dates": dates[:DATES_SHOWN],
        "later_dates": dates[DATES_SHOWN:],
        "depends_count": len(shown.depends),
        "may_write": writes,
        "languages": settings.LANGUAGES,
        **more,
    }
    if not file.is_shared:
        news = _news(request, file)
        context["changes_of_law"] = unseen_effects(file.person)
        context |= {"news": news[:NEWS_SHOWN], "older_news": news[NEWS_SHOWN:], "late": _late(shown)}
    if writes:
        context["form"] = answers_form(request, file, shown.found, only_first=True)
    return render(request, "rights/rights.html", context, status=status)


def _late(shown: board.Board) -> list[dict[str, object]]:
    """What was not given in time and nobody has seen yet."""
    return [
        {
            "right": one.right.right,
            "title": queries.title_of(one.right.right),
            "since": one.missed_at,
            "elsewhere": "" if one.right.country == shown.found.country else one.right.country,
        }
        for one in shown.breaches
        if one.seen_at is None
    ]


def _news(request: StaffRequest, file: PersonFile) -> list[News]:
    """Steps of one moment and kind are one line: a decision makes twenty rights due at once."""
    steps = queries.news_for(file.person, request.actor, at=request.at)
    together = groupby(steps, key=lambda step: (step.at, step.kind))
    return [_line(list(of_one)) for _key, of_one in together]


def _line(steps: list[RightStep]) -> News:
    first = steps[0]
    return News(
        what=first.get_kind_display(),
        tone=_TONES.get(StepKind(first.kind), "neutral"),
        at=first.at,
        rights=[(step.right.right, queries.title_of(step.right.right)) for step in steps],
        who=first.by.display_name if first.by else "",
    )


@requires(Permission.RIGHT_FOLLOW)
@require_POST
def update(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = opened(request, person_id, write=True)
    changed = actions.sync_rights(person=file.person, by=request.actor, at=request.at)
    messages.success(request, _("The list is up to date. Changed: %(count)s.") % {"count": len(changed)})
    return redirect("rights", person_id=person_id)


@requires(Permission.RIGHT_FOLLOW)
@require_POST
def gone_through(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """The reader has seen what changed: the next list begins here."""
    file = opened(request, person_id, write=True)
    actions.look_through(person=file.person, by=request.actor, at=request.at)
    return redirect("rights", person_id=person_id)


@requires(Permission.RIGHT_FOLLOW)
@require_POST
def confirm(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Somebody looked at what the law no longer gives, and agrees for those that are ticked."""
    file = opened(request, person_id, write=True)
    seen = board.keys_of(request.POST.getlist("right"))
    if not seen:
        return _page(request, file, status=422, nothing_ticked=True)
    try:
        rows = actions.confirm_lapsed(person=file.person, seen=seen, by=request.actor, at=request.at)
    except ChangedMeanwhile:
        return _page(request, file, status=409, changed_meanwhile=True)
    told = ngettext("One right is no longer due.", "%(count)s rights are no longer due.", len(rows))
    messages.success(request, told % {"count": len(rows)})
    return redirect("rights", person_id=person_id)
