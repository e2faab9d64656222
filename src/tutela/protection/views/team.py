"""Who works on a file, conflicts of interest, and emergencies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutela.foundation.access.decision import Purpose, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile
from tutela.protection import actions
from tutela.protection.access import colleague, opening_to_review, own_file_called, person_behind_glass
from tutela.protection.forms import AssignForm, BreakGlassForm, CalledForm, ConflictForm
from tutela.protection.queries import work
from tutela.protection.queries.caseload import emergencies_of
from tutela.protection.views.doorway import opened


@requires(Permission.CASE_READ)
@require_GET
def team(request: StaffRequest, person_id: UUID) -> HttpResponse:
    return _team_page(request, opened(request, person_id, section=Section.CASE))


def _team_page(request: StaffRequest, file: PersonFile, status: int = 200, **forms: Any) -> HttpResponse:
    may_assign = request.actor.may(Permission.CASE_ASSIGN) and not file.is_shared
    context: dict[str, Any] = {
        "file": file,
        "tab": "team",
        "may_assign": may_assign,
        "me": request.actor.user_id,
    }
    if not file.is_shared:
        known = work.colleagues(file.person) if may_assign else []
        context |= {
            "team": work.team_of(file.person),
            "conflicts": work.conflicts_of(file.person),
            "assign_form": AssignForm(colleagues=known),
            "conflict_form": ConflictForm(colleagues=known),
        }
    return render(request, "protection/team.html", {**context, **forms}, status=status)


@requires(Permission.CASE_ASSIGN)
@require_POST
def team_assign(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = opened(request, person_id, Permission.CASE_ASSIGN, purpose=Purpose.SUPERVISION)
    form = AssignForm(request.POST, colleagues=work.colleagues(file.person))
    if not form.is_valid():
        return _team_page(request, file, status=422, assign_form=form)
    try:
        actions.assign(person=file.person, **form.cleaned_data, by=request.actor, at=request.at)
    except (actions.InConflict, actions.CannotSeeFiles):
        form.add_error("user", _("This colleague may not work on this file."))
        return _team_page(request, file, status=422, assign_form=form)
    messages.success(request, _("The colleague works on this file from now on."))
    return redirect("team", person_id=person_id)


@requires(Permission.CASE_ASSIGN)
@require_POST
def team_unassign(request: StaffRequest, person_id: UUID, user_id: UUID) -> HttpResponse:
    file = opened(request, person_id, Permission.CASE_ASSIGN, purpose=Purpose.SUPERVISION)
    user = colleague(request.actor, user_id)
    try:
        actions.unassign(person=file.person, user=user, by=request.actor, at=request.at)
    except actions.LastColleague:
        messages.error(request, _("Somebody has to stay with this person. Add a colleague first."))
    return redirect("team", person_id=person_id)


@requires(Permission.CASE_READ)
@require_POST
def conflict(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Everybody may declare their own conflict; a supervisor may declare a colleague's."""
    file = opened(request, person_id)
    if file.is_shared:
        raise AccessDenied(reason=Reason.READ_ONLY, permission=Permission.CASE_ASSIGN)
    form = ConflictForm(request.POST, colleagues=work.colleagues(file.person))
    if not form.is_valid():
        return _team_page(request, file, status=422, conflict_form=form)
    user = form.cleaned_data["user"]
    if user.pk != request.actor.user_id:
        opened(request, person_id, Permission.CASE_ASSIGN, purpose=Purpose.SUPERVISION)
    actions.declare_conflict(person=file.person, user=user, by=request.actor, at=request.at)
    if user.pk == request.actor.user_id:
        messages.success(request, _("Thank you for saying so. You no longer see this file."))
        return redirect("files")
    messages.success(request, _("The colleague no longer sees this file."))
    return redirect("team", person_id=person_id)


@requires(Permission.BREAK_GLASS)
@require_http_methods(["GET", "POST"])
def emergency(request: StaffRequest) -> HttpResponse:
    """Finds the file that cannot wait; the next page asks why."""
    form = CalledForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person_id = own_file_called(request.actor, form.cleaned_data["called"])
        if person_id is not None:
            return redirect("break-glass", person_id=person_id)
        form.add_error("called", _("Nothing fits"))
    return render(request, "protection/emergency.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Permission.BREAK_GLASS)
@require_http_methods(["GET", "POST"])
def break_glass(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Shows nothing of the file but its pseudonym, and asks why it has to be opened."""
    person = person_behind_glass(request.actor, person_id, at=request.at)
    form = BreakGlassForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.break_glass(
            person=person,
            justification=form.cleaned_data["justification"],
            opening_id=form.cleaned_data["record_id"],
            by=request.actor,
            at=request.at,
        )
        messages.warning(
            request, _("The file is open to you for four hours. Everything is recorded and reviewed.")
        )
        return redirect("file", person_id=person_id)
    context = {"person": person, "form": form}
    return render(request, "protection/break_glass.html", context, status=422 if form.is_bound else 200)


@requires(Permission.BREAK_GLASS_REVIEW)
@require_GET
def emergencies(request: StaffRequest) -> HttpResponse:
    return _emergencies_page(request)


def _emergencies_page(request: StaffRequest, status: int = 200) -> HttpResponse:
    context = {"openings": emergencies_of(request.actor)}
    return render(request, "protection/emergencies.html", context, status=status)


@requires(Permission.BREAK_GLASS_REVIEW)
@require_POST
def emergency_review(request: StaffRequest, opening_id: UUID) -> HttpResponse:
    opening = opening_to_review(request.actor, opening_id)
    review = request.POST.get("review")
    if review not in {"justified", "not"}:
        messages.error(request, _("Please say whether it was right."))
        return _emergencies_page(request, status=422)
    actions.review_glass(opening=opening, justified=review == "justified", by=request.actor, at=request.at)
    messages.success(request, _("Your review is recorded."))
    return redirect("emergencies")
