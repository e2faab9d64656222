"""The page after signing in, and the page of a supervisor."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_skeleton
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tutela.foundation.access.http import StaffRequest, requires, signed_in
from tutela.foundation.roles import Permission
from tutela.protection.queries.caseload import Caseload, caseload_of
from tutela.protection.queries.day import MOST_COUNTED, Day, day_of


@signed_in
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    day = day_of(request.actor, at=request.at)
    context = {
        "day": day,
        "today": request.at.date(),
        "tiles": _day_tiles(day),
        "works_on_files": request.actor.may(Permission.CASE_READ),
        "may_open": request.actor.may(Permission.CASE_OPEN),
    }
    return render(request, "protection/home.html", context)


def _day_tiles(day: Day) -> list[dict[str, Any]]:
    tiles = [
        (day.new_reports, _("new reports"), "reports", "warn"),
        (day.files, _("cases you work on"), "files", "neutral"),
        (day.emergencies, _("emergencies to review"), "emergencies", "danger"),
    ]
    return [
        {"value": _capped(count), "label": label, "url": reverse(name), "tone": tone if count else "neutral"}
        for count, label, name, tone in tiles
        if count is not None
    ]


def _capped(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


@requires(Permission.SUPERVISE)
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    load = caseload_of(request.actor, at=request.at)
    context = {
        "load": load,
        "tiles": _overview_tiles(load),
        "stage_rows": [(str(stage.label), count) for stage, count in load.stages],
        "exploitation_rows": [(str(kind.label), count) for kind, count in load.exploitation],
        "month_series": {_("Cases opened"): [(_month(day), count) for day, count in load.months]},
    }
    return render(request, "protection/overview.html", context)


def _month(day: date) -> str:
    """A month in the active language: Jun 2026."""
    # From Babel, as every other date: Django would write Jui and Aoû, which no French reader writes.
    return str(format_skeleton("yMMM", day, locale=to_locale(get_language() or "en")))


def _overview_tiles(load: Caseload) -> list[dict[str, Any]]:
    return [
        {"value": load.open_cases, "label": _("open cases")},
        {
            "value": load.breached_count,
            "label": _("other deadlines missed"),
            "tone": "danger" if load.breached_count else "good",
        },
        {
            "value": load.late_rights_count,
            "label": _("rights not given in time"),
            "tone": "danger" if load.late_rights_count else "good",
        },
        {
            "value": len(load.emergencies),
            "label": _("emergencies to review"),
            "tone": "warn" if load.emergencies else "good",
        },
        {
            "value": load.unassigned,
            "label": _("cases that nobody leads"),
            "tone": "warn" if load.unassigned else "good",
        },
    ]
