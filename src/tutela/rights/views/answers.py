"""The questions that the law asks about a person, and what is known already."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile
from tutela.rights import actions, assess, shelf, words
from tutela.rights.facts import answers_of
from tutela.rights.forms import AnswersForm
from tutela.rights.views.doorway import opened

FIRST_QUESTIONS = 4


def answers_form(
    request: StaffRequest, file: PersonFile, found: assess.Assessment, *, only_first: bool = False
) -> AnswersForm:
    """The questions that decide most, or all of them; after sending, those that were asked."""
    stored = {name: known.value for name, known in found.known.items()}
    open_questions = found.questions()
    facts = open_questions[:FIRST_QUESTIONS]
    if request.method == "POST":
        facts = list(request.POST)  # only what was asked; it may have been settled since, and is still heard
    elif not only_first:
        facts = [*open_questions, *assess.changeable(found)]
    return AnswersForm(
        request.POST if request.method == "POST" else None,
        facts=dict.fromkeys(facts),
        answers=stored,
        regions=shelf.regions_of(found.country, at=found.day),
        today=found.day,
        initial={"version": file.person.version},
    )


@requires(Permission.RIGHT_FOLLOW)
@require_http_methods(["GET", "POST"])
def answers(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = opened(request, person_id, write=True)
    found = assess.assess(file.person, at=request.at)
    form = answers_form(request, file, found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.answer_questions(
                    person=file.person,
                    answers=form.answers(),
                    version=form.cleaned_data["version"],
                    by=request.actor,
                    at=request.at,
                )
            except ChangedMeanwhile:
                status = 409
            else:
                messages.success(request, _("Saved. The list of rights was worked out again."))
                return redirect("rights", person_id=person_id)
    context = {
        "file": file,
        "tab": "rights",
        "form": form,
        "changed_meanwhile": status == 409,
        "known": _known(found),
    }
    if status == 409:
        context |= {"fresh_version": _fresh(file), "stored_now": _stored_now(file, form)}
    return render(request, "rights/answers.html", context, status=status)


def _fresh(file: PersonFile) -> int:
    file.person.refresh_from_db(fields=["version", "facts"])
    return file.person.version


def _stored_now(file: PersonFile, form: AnswersForm) -> list[dict[str, str]]:
    """What the questions of this form are answered with by now, for the person whose save came second."""
    stored = answers_of(file.person)
    return [
        {"label": words.label(name), "value": words.value(name, stored[name])}
        for name in form.fields
        if name in stored
    ]


def _known(found: assess.Assessment) -> list[dict[str, str]]:
    """What needs no answer here, because the file or a decision says it."""
    return [
        {"label": words.label(name), "value": words.value(name, known.value)}
        for name, known in found.known.items()
        if name not in assess.changeable(found)
    ]
