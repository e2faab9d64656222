"""Needs, tasks and notes of one file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile
from tutela.protection import actions
from tutela.protection.access import need_in, task_in
from tutela.protection.forms import NeedForm, NoteForm, TaskForm
from tutela.protection.queries import work
from tutela.protection.views.doorway import may_write, opened


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "POST"])
def needs(request: StaffRequest, person_id: UUID) -> HttpResponse:
    if request.method == "GET":
        return _needs_page(request, opened(request, person_id, section=Section.NEEDS), NeedForm())
    file = opened(request, person_id, Permission.CASE_WRITE, section=Section.NEEDS)
    form = NeedForm(request.POST)
    if not form.is_valid():
        return _needs_page(request, file, form, status=422)
    typed = dict(form.cleaned_data)
    need_id = typed.pop("record_id")
    if not _exists(need_in, file, need_id):
        actions.note_need(person=file.person, need_id=need_id, by=request.actor, at=request.at, **typed)
        messages.success(request, _("The need is noted."))
    return redirect("needs", person_id=person_id)


def _needs_page(request: StaffRequest, file: PersonFile, form: NeedForm, status: int = 200) -> HttpResponse:
    context = {
        "file": file,
        "tab": "needs",
        "lines": work.needs_of(file.person, with_notes=True),
        "form": form,
        "may_write": may_write(request, file),
    }
    return render(request, "protection/needs.html", context, status=status)


@requires(Permission.CASE_WRITE)
@require_POST
def need_met(request: StaffRequest, person_id: UUID, need_id: UUID) -> HttpResponse:
    file = opened(request, person_id, Permission.CASE_WRITE, section=Section.NEEDS)
    actions.meet_need(need=need_in(file, need_id), by=request.actor, at=request.at)
    return redirect("needs", person_id=person_id)


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "POST"])
def tasks(request: StaffRequest, person_id: UUID) -> HttpResponse:
    write = request.method == "POST"
    permission = Permission.CASE_WRITE if write else Permission.CASE_READ
    file = opened(request, person_id, permission, section=Section.TIMELINE)
    form = TaskForm(
        request.POST if write else None,
        colleagues=work.colleagues(file.person) if may_write(request, file) else [],
        today=request.at.date(),
        initial={"assigned_to": str(request.actor.user_id)},
    )
    if not write:
        return _tasks_page(request, file, form)
    if not form.is_valid():
        return _tasks_page(request, file, form, status=422)
    typed = dict(form.cleaned_data)
    task_id = typed.pop("record_id")
    if not _exists(task_in, file, task_id):
        actions.add_task(person=file.person, task_id=task_id, by=request.actor, at=request.at, **typed)
        messages.success(request, _("The task is on the list."))
    return redirect("tasks", person_id=person_id)


def _tasks_page(request: StaffRequest, file: PersonFile, form: TaskForm, status: int = 200) -> HttpResponse:
    context = {
        "file": file,
        "tab": "tasks",
        "lines": work.tasks_of(file.person, with_notes=True),
        "today": request.at.date(),
        "form": form,
        "may_write": may_write(request, file),
    }
    return render(request, "protection/tasks.html", context, status=status)


@requires(Permission.CASE_WRITE)
@require_POST
def task_done(request: StaffRequest, person_id: UUID, task_id: UUID) -> HttpResponse:
    file = opened(request, person_id, Permission.CASE_WRITE, section=Section.TIMELINE)
    actions.finish_task(task=task_in(file, task_id), by=request.actor, at=request.at)
    return redirect("tasks", person_id=person_id)


@requires(Permission.CASE_WRITE)
@require_http_methods(["GET", "POST"])
def note_new(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = opened(request, person_id, Permission.CASE_WRITE, section=Section.TIMELINE)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.add_note(
            person=file.person,
            text=form.cleaned_data["text"],
            note_id=form.cleaned_data["record_id"],
            by=request.actor,
            at=request.at,
        )
        messages.success(request, _("The note is in the file."))
        return redirect("timeline", person_id=person_id)
    context = {"file": file, "tab": "timeline", "form": form}
    return render(request, "protection/note_new.html", context, status=422 if form.is_bound else 200)


def _exists(fetch: Any, file: PersonFile, row_id: UUID) -> bool:
    """The form was sent twice: the first one made the record."""
    try:
        fetch(file, row_id)
    except AccessDenied:
        return False
    return True
