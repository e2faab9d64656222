"""One case: where it stands and what is next, its facts, its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.forms import in_words
from tutela.foundation.roles import Permission
from tutela.people import queries as people
from tutela.people.access import PersonFile
from tutela.people.choices import region_name
from tutela.protection import actions
from tutela.protection.access import case_in
from tutela.protection.assess import next_step
from tutela.protection.forms import ChangeCaseForm, CloseForm, ReopenForm
from tutela.protection.models import Case, Stage
from tutela.protection.queries import work
from tutela.protection.views.doorway import may_write, opened

LATEST = 6
FACTS = ("danger", "exploitation", "country", "region")


@requires(Permission.CASE_READ)
@require_GET
def file(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """The overview. To another organisation it is the door to the parts that are shared with it."""
    file = opened(request, person_id)
    context: dict[str, Any] = {"file": file, "tab": "overview", "may_write": may_write(request, file)}
    if file.shows_case:
        case = case_in(file)
        context |= {"case": case, "steps": _steps(case)}
        context |= {} if file.is_shared else _inside(file, case)
    return render(request, "protection/file.html", context)


def _inside(file: PersonFile, case: Case) -> dict[str, Any]:
    consents = people.consents_of(file.person)
    return {
        "next": next_step(case, consents),
        "consents": consents,
        "needs": work.open_needs(file.person),
        "tasks": work.open_tasks(file.person),
        "deadlines": work.deadlines_of(file.person),
        "latest": people.latest_happenings(file.person, most=LATEST),
    }


def _steps(case: Case) -> list[dict[str, Any]]:
    """The pathway as a row of doorways; a closed case has passed them all."""
    stages: list[Stage] = [stage for stage in Stage if stage is not Stage.CLOSED]
    now = stages.index(Stage(case.stage)) if case.stage != Stage.CLOSED else len(stages)
    return [
        {"label": stage.label, "state": "done" if place < now else "now" if place == now else "later"}
        for place, stage in enumerate(stages)
    ]


@requires(Permission.CASE_WRITE)
@require_http_methods(["GET", "POST"])
def case_change(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = opened(request, person_id, Permission.CASE_WRITE)
    case = case_in(file)
    if request.method == "GET":
        stored = {name: getattr(case, name) for name in (*FACTS, "version")}
        return _change_page(request, file, ChangeCaseForm(initial=stored))
    form = ChangeCaseForm(request.POST)
    if not form.is_valid():
        return _change_page(request, file, form, status=422)
    version = form.cleaned_data["version"]
    try:
        actions.change_case(case=case, facts=form.facts(), version=version, by=request.actor, at=request.at)
    except ChangedMeanwhile:
        case.refresh_from_db()
        form.show_again(version=case.version)
        return _change_page(request, file, form, status=409, differences=_differences(case, form))
    except actions.CaseIsClosed:
        messages.error(request, _("The case is closed. Open it again before you change it."))
    else:
        messages.success(request, _("Saved."))
    return redirect("file", person_id=person_id)


def _differences(case: Case, form: ChangeCaseForm) -> list[tuple[Any, str]]:
    """What is stored now, where it differs from what was typed, in words."""
    return [
        (form.fields[name].label, _shown(form, name, getattr(case, name)))
        for name in FACTS
        if getattr(case, name) != form.cleaned_data[name]
    ]


def _shown(form: ChangeCaseForm, name: str, stored: str) -> str:
    """The form offers regions of the country that was typed; what is stored may lie in another one."""
    if name == "region" and stored:
        return region_name(stored)
    return in_words(form.fields[name], stored)


def _change_page(
    request: StaffRequest, file: PersonFile, form: ChangeCaseForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"file": file, "tab": "overview", "form": form, **more}
    return render(request, "protection/case_change.html", context, status=status)


@requires(Permission.CASE_WRITE)
@require_http_methods(["GET", "POST"])
def case_close(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = opened(request, person_id, Permission.CASE_WRITE)
    case = case_in(file)
    typed = request.POST if request.method == "POST" else None
    form = CloseForm(typed, initial={"version": case.version})
    status = 422 if typed is not None else 200
    if typed is not None and form.is_valid():
        try:
            actions.close_case(case=case, **form.cleaned_data, by=request.actor, at=request.at)
        except ChangedMeanwhile:
            case.refresh_from_db()
            form.show_again(version=case.version)
            status = 409
        except actions.CaseIsClosed:
            return redirect("file", person_id=person_id)
        else:
            messages.success(request, _("The case is closed. The file stays locked and can be opened again."))
            return redirect("file", person_id=person_id)
    context = {"file": file, "tab": "overview", "form": form, "is_conflict": status == 409}
    return render(request, "protection/case_close.html", context, status=status)


@requires(Permission.CASE_WRITE)
@require_http_methods(["GET", "POST"])
def case_reopen(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = opened(request, person_id, Permission.CASE_WRITE)
    case = case_in(file)
    typed = request.POST if request.method == "POST" else None
    form = ReopenForm(typed)
    if typed is not None and form.is_valid():
        try:
            actions.reopen_case(case=case, note=form.cleaned_data["note"], by=request.actor, at=request.at)
        except (actions.CaseIsOpen, ChangedMeanwhile):
            messages.info(request, _("It is open already."))
        else:
            messages.success(request, _("The case is open again."))
        return redirect("file", person_id=person_id)
    context = {"file": file, "tab": "overview", "form": form}
    return render(request, "protection/case_reopen.html", context, status=422 if typed is not None else 200)
