"""What a person agreed to, and the page on which an answer is written down."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people import actions, queries
from tutela.people.access import PersonFile, consent_in, file_for
from tutela.people.details import is_treated_as_child
from tutela.people.forms import ConsentForm
from tutela.people.models import ConsentScope


def _open(request: StaffRequest, person_id: UUID, permission: Permission) -> PersonFile:
    return file_for(
        request.actor, person_id, permission, section=Section.CONSENT, purpose=Purpose.CARE, at=request.at
    )


@requires(Permission.CASE_READ)
@require_GET
def consent(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = _open(request, person_id, Permission.CASE_READ)
    states = queries.consents_of(file.person)
    may_write = request.actor.may(Permission.CASE_WRITE) and not file.is_shared
    context = {"file": file, "tab": "consent", "states": states, "may_write": may_write}
    return render(request, "people/consent.html", context)


@requires(Permission.CASE_WRITE)
@require_http_methods(["GET", "POST"])
def consent_answer(request: StaffRequest, person_id: UUID, scope: str) -> HttpResponse:
    if scope not in ConsentScope.values:
        raise Http404
    file = _open(request, person_id, Permission.CASE_WRITE)
    typed = request.POST if request.method == "POST" else None
    form = ConsentForm(
        typed,
        is_child=is_treated_as_child(file.person),
        initial={"asked_in": file.person.language, "with_interpreter": file.person.needs_interpreter},
    )
    if typed is not None and form.is_valid():
        return _record(request, file, ConsentScope(scope), form)
    state = next(state for state in queries.consents_of(file.person) if state.scope == scope)
    context = {"file": file, "tab": "consent", "state": state, "form": form}
    return render(request, "people/consent_answer.html", context, status=422 if typed is not None else 200)


def _record(request: StaffRequest, file: PersonFile, scope: ConsentScope, form: ConsentForm) -> HttpResponse:
    consent_id = form.cleaned_data["record_id"]
    if consent_in(file, consent_id) is None:
        actions.record_consent(
            person=file.person,
            scope=scope,
            answer=form.given_answer(),
            by=request.actor,
            at=request.at,
            consent_id=consent_id,
        )
        messages.success(request, _("The answer is written down. It can be changed at any time."))
    return redirect("consent", person_id=file.person.pk)
