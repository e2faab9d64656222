"""Pages of a desk: what waits, what was told, how it is weighed and answered; and a call taken down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutela.engines import envelopes
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.forms import ChangingForm
from tutela.foundation.roles import Permission
from tutela.people.choices import language_name
from tutela.reporting import access, actions, queries, sealing
from tutela.reporting.forms import AnswerForm, CallForm, CloseForm, WeighForm
from tutela.reporting.models import Channel, Danger, Report, ReportStatus
from tutela.reporting.views.portal import receive

TABS: Final = {
    "waiting": (gettext_lazy("Waiting"), queries.WAITING),
    "new": (ReportStatus.NEW.label, (ReportStatus.NEW,)),
    "triaged": (ReportStatus.TRIAGED.label, (ReportStatus.TRIAGED,)),
    "case": (ReportStatus.CASE.label, (ReportStatus.CASE,)),
    "closed": (ReportStatus.CLOSED.label, (ReportStatus.CLOSED,)),
}
TONES: Final = {
    Danger.NOW: "danger",
    Danger.SOON: "warn",
    Danger.UNKNOWN: "neutral",
    Danger.NONE: "calm",
}


# ---------------------------------------------------------------- what waits
@requires(Permission.REPORT_READ)
@require_GET
def reports(request: StaffRequest) -> HttpResponse:
    shown = request.GET.get("status", "waiting")
    shown = shown if shown in TABS else "waiting"
    page = queries.inbox(request.actor, statuses=TABS[shown][1], after=request.GET.get("after", ""))
    counts = queries.inbox_counts(request.actor)
    tabs = [
        {
            "label": label,
            "url": _address(status=key),
            "current": key == shown,
            "count": sum(counts.by_status[status] for status in statuses),
        }
        for key, (label, statuses) in TABS.items()
    ]
    context = {
        "rows": [_row(report) for report in page.reports],
        "tabs": tabs,
        "shown": shown,
        "danger_now": counts.danger_now,
        "next_url": _address(status=shown, after=page.next) if page.next else "",
        "first_url": _address(status=shown) if request.GET.get("after") else "",
        "may_take_calls": request.actor.may(Permission.REPORT_ANSWER),
    }
    return render(request, "reporting/reports.html", context)


def _address(**query: str) -> str:
    return f"{reverse('reports')}?{urlencode(query)}"


def _row(report: Report) -> dict[str, Any]:
    danger = Danger(report.weighed_danger or report.danger)
    return {
        "report": report,
        "danger": danger.label,
        "tone": TONES[danger],
        "language": language_name(report.language),
    }


# ---------------------------------------------------------------- one report
@requires(Permission.REPORT_READ)
@require_GET
def report(request: StaffRequest, report_id: UUID) -> HttpResponse:
    found = access.report_for(request.actor, report_id, at=request.at)
    actions.mark_seen(report=found, by=request.actor, at=request.at)
    return _report_page(request, found)


@requires(Permission.REPORT_TRIAGE)
@require_POST
def weigh(request: StaffRequest, report_id: UUID) -> HttpResponse:
    found = _open(request, report_id, Permission.REPORT_TRIAGE)
    form, then, thanks = WeighForm(request.POST), redirect("report", report_id), _("Your judgement is kept.")
    return _take(request, found, actions.weigh, then=then, thanks=thanks, weigh_form=form)


@requires(Permission.REPORT_ANSWER)
@require_POST
def answer(request: StaffRequest, report_id: UUID) -> HttpResponse:
    found = _open(request, report_id, Permission.REPORT_ANSWER)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _report_page(request, found, status=422, answer_form=form)
    try:
        actions.answer(report=found, by=request.actor, at=request.at, **form.cleaned_data)
        messages.success(request, _("Your answer lies in their mailbox. They see it when they come back."))
    except actions.AlreadyReceived:
        messages.info(request, _("This answer was sent already. It is there once."))
    except actions.NoMailbox:
        messages.error(
            request, _("This person did not ask for an answer, so there is no mailbox to write to.")
        )
    return redirect("report", report_id)


@requires(Permission.REPORT_TRIAGE)
@require_POST
def close(request: StaffRequest, report_id: UUID) -> HttpResponse:
    found = _open(request, report_id, Permission.REPORT_TRIAGE)
    form, then = CloseForm(request.POST), redirect("reports")
    thanks = _("The report is closed. If its reporter writes again, it opens again.")
    return _take(request, found, actions.close, then=then, thanks=thanks, close_form=form)


def _open(request: StaffRequest, report_id: UUID, permission: Permission) -> Report:
    return access.report_for(request.actor, report_id, at=request.at, permission=permission)


def _take(
    request: StaffRequest,
    report: Report,
    step: Callable[..., None],
    *,
    then: HttpResponse,
    thanks: str,
    **forms: ChangingForm,
) -> HttpResponse:
    """Takes one step with what its one form says.

    The second of two who saved sees what the first one said, beside their own words."""
    (form,) = forms.values()
    if not form.is_valid():
        return _report_page(request, report, status=422, **cast(dict[str, Any], forms))
    try:
        step(report=report, by=request.actor, at=request.at, **form.cleaned_data)
    except ChangedMeanwhile:
        stored = access.report_for(request.actor, report.pk, at=request.at)
        form.show_again(version=stored.version)
        return _report_page(request, stored, status=409, changed=True, **cast(dict[str, Any], forms))
    messages.success(request, thanks)
    return then


def _report_page(request: StaffRequest, report: Report, *, status: int = 200, **given: Any) -> HttpResponse:
    desk_key = sealing.desk_key(report.desk)
    note = sealing.open_note(report, desk_key=desk_key)
    weighing = {"version": report.version, "danger": report.weighed_danger or report.danger, "note": note}
    closing = {"version": report.version}
    context = {
        **_row(report),
        "told": sealing.open_report(report, desk_key=desk_key) if report.envelope else None,
        "told_danger": TONES[Danger(report.danger)],
        "note": note,
        "lines": queries.conversation(report, desk_key=desk_key),
        "weigh_form": WeighForm(initial=weighing),
        "answer_form": AnswerForm(),
        "close_form": CloseForm(initial=closing),
        "may_weigh": request.actor.may(Permission.REPORT_TRIAGE),
        "may_answer": request.actor.may(Permission.REPORT_ANSWER) and bool(report.reporter_key),
        "case_url": _case_url(report) if request.actor.may(Permission.CASE_OPEN) else "",
        **given,
    }
    return render(request, "reporting/report.html", context, status=status)


def _case_url(report: Report) -> str:
    """Where a case is opened from this report, or lies already; a later stage owns both pages."""
    if report.person_id:
        return reverse("file", args=[report.person_id])
    return f"{reverse('file-new')}?{urlencode({'report': report.pk})}"


# ---------------------------------------------------------------- a call
@requires(Permission.REPORT_ANSWER, holds_transaction=False)
@require_http_methods(["GET", "POST"])
def call(request: StaffRequest) -> HttpResponse:
    """An operator writes down what a caller tells, and reads the number out."""
    own = Scope(organisation_id=request.actor.organisation_id, at=request.at)
    with within(own, reading=True):
        desks = access.desks_of(request.actor, permission=Permission.REPORT_ANSWER)
    form = CallForm(request.POST or None, desks=desks)
    if not desks or not form.is_valid():
        with within(own, reading=True):
            status = 422 if form.is_bound else 200
            return render(request, "reporting/call.html", {"form": form, "desks": desks}, status=status)
    desk = next(desk for desk in desks if desk.slug == form.cleaned_data["desk"])
    number = envelopes.new_secret() if form.cleaned_data["answer"] else ""
    report_id = form.cleaned_data["record_id"]
    try:
        receive(desk, form, number=number, by=request.actor, request=request, channel=Channel.CALL)
    except actions.AlreadyReceived:
        messages.info(request, _("This call is kept already. Its number was shown once, and not again."))
        return redirect("report", report_id)
    with within(own, reading=True):
        context = {"number": number, "report_id": report_id, "desk": desk}
        return render(request, "reporting/called.html", context)
