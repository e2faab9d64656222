"""The list of cases, and a new one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import Permission
from tutela.people.keyset import MOST_COUNTED, Cursor
from tutela.protection import actions
from tutela.protection.access import own_person
from tutela.protection.forms import FilterForm, NewCaseForm
from tutela.protection.queries.cases import CaseFilter, case_list
from tutela.protection.tables import case_table
from tutela.reporting.access import report_for
from tutela.reporting.actions import link_case


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: StaffRequest) -> HttpResponse:
    """The list. Words to search for are posted, so that no name stays in an address, a history or a log."""
    asked = request.POST.copy() if request.method == "POST" else request.GET.copy()
    if request.method == "POST" and not asked.get("q"):
        return redirect(f"{reverse('files')}?{_filters(asked).urlencode()}")
    if request.method != "POST":
        asked.pop("q", None)
    filters = filters_of(asked)
    found = case_list(
        request.actor, filters.wanted, at=request.at, after=Cursor.parse(asked.get("after", ""))
    )
    context = {
        "filters": filters,
        "following": found.page.following,
        "is_search": bool(filters.wanted.text),
        "table": case_table(found.page.rows),
        "count": min(found.count, MOST_COUNTED),
        "is_more": found.is_more,
        "next_url": _following(asked, found.page.following),
        "may_open": request.actor.may(Permission.CASE_OPEN),
        "may_break_glass": request.actor.may(Permission.BREAK_GLASS),
    }
    return render(request, "protection/files.html", context)


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters as they were set, and as the page shows them."""

    form: FilterForm
    wanted: CaseFilter
    is_any: bool
    drawn: SafeString


def filters_of(asked: QueryDict) -> Filters:
    """Drawn once for each language and answer, but what was searched for is kept nowhere."""
    answers = tuple((name, str(asked.get(name, ""))) for name in FilterForm.base_fields)
    read = _read if asked.get("q") else _read_before
    return read(get_language(), answers)


def _read(_language: str | None, answers: tuple[tuple[str, str], ...]) -> Filters:
    form, is_any = FilterForm(dict(answers)), any(answer for _name, answer in answers)
    drawn = render_to_string("protection/_filters.html", {"form": form, "is_filtered": is_any})
    return Filters(form, form.wanted(), is_any, drawn)


_read_before = lru_cache(maxsize=256)(_read)


def _filters(asked: QueryDict) -> QueryDict:
    """What may stand in an address: the filters, and neither words nor tokens."""
    filters = QueryDict(mutable=True)
    filters.update(
        {name: str(asked[name]) for name in FilterForm.base_fields if name != "q" and asked.get(name)}
    )
    return filters


def _following(asked: QueryDict, cursor: str) -> str:
    following = _filters(asked)
    following["after"] = cursor
    return f"?{following.urlencode()}" if cursor else ""


@requires(Permission.CASE_OPEN)
@require_http_methods(["GET", "POST"])
def file_new(request: StaffRequest) -> HttpResponse:
    user = cast(User, request.user)
    country = user.organisation.country
    if request.method == "GET":
        initial = {"country": country, "report_id": request.GET.get("report", "")}
        form = NewCaseForm(initial=initial, country=country, today=request.at.date())
        return render(request, "protection/file_new.html", {"form": form})
    form = NewCaseForm(request.POST, country=country, today=request.at.date())
    if not form.is_valid():
        return render(request, "protection/file_new.html", {"form": form}, status=422)
    if not _is_open_already(request, form.person_id):
        try:
            _open_case(request, user, form)
        except IntegrityError:  # the hidden id is in use elsewhere: it was not made by this page
            form.start_anew()
            form.add_error(None, _("This form could not be used any more. Please send it again."))
            return render(request, "protection/file_new.html", {"form": form}, status=422)
    return redirect("file", person_id=form.person_id)


def _open_case(request: StaffRequest, user: User, form: NewCaseForm) -> None:
    report_id = form.cleaned_data["report_id"]
    report = report_for(request.actor, report_id, at=request.at) if report_id else None
    case = actions.open_case(
        organisation=user.organisation,
        intake=form.intake(),
        by=request.actor,
        at=request.at,
        person_id=form.person_id,
    )
    if report is not None:
        try:
            link_case(report=report, person_id=case.person_id, by=request.actor, at=request.at)
        except ChangedMeanwhile:
            messages.warning(request, _("Another case was opened from this report before. Look at both."))
    if form.name_warnings():
        messages.warning(
            request, _("The name had hidden or look-alike characters. Please check its spelling.")
        )
    messages.success(
        request, _("The case is open. Its reference is %(reference)s.") % {"reference": case.reference}
    )


def _is_open_already(request: StaffRequest, person_id: UUID) -> bool:
    """The form was sent twice: the first one made the case."""
    try:
        own_person(request.actor, person_id)
    except AccessDenied:
        return False
    return True
