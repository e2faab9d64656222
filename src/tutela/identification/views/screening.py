"""Pages of screening: what was found so far, the questions, and what the answers say."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tutela.engines.indicators import Pack, Words
from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.models import Section
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.roles import Permission
from tutela.identification import access, assess, queries
from tutela.identification.actions import screening as actions
from tutela.identification.forms import ANSWERS, ScreeningForm
from tutela.identification.models import Screening
from tutela.identification.packs import NoSuchPack, pack_for, packs, packs_for
from tutela.people.access import PersonFile, file_for
from tutela.people.details import is_treated_as_child
from tutela.rights.words import text

TONES = {
    "consistent": "danger",
    "possibly_consistent": "warn",
    "concern": "warn",
    "labour_rights": "warn",
    "none_so_far": "neutral",
    "not_enough_known": "calm",
}


def _open(request: StaffRequest, person_id: UUID, *, write: bool) -> PersonFile:
    permission = Permission.SCREEN if write else Permission.CASE_READ
    return file_for(
        request.actor,
        person_id,
        permission,
        section=Section.SCREENING,
        purpose=Purpose.IDENTIFICATION,
        at=request.at,
    )


@requires(Permission.CASE_READ)
@require_GET
def screenings(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = _open(request, person_id, write=False)
    fitting = packs_for(file.person)
    context = {
        "file": file,
        "tab": "screening",
        "may_write": request.actor.may(Permission.SCREEN) and not file.is_shared,
        "is_child": is_treated_as_child(file.person),
        "age_unknown": len({pack.age_group for pack in fitting}) > 1,
        "packs": [
            {
                "id": pack.id,
                "title": text(pack.title),
                "who": text(pack.who),
                "questions": len(pack.indicators),
                "unverified": text(pack.unverified),
                "source": pack.source,
            }
            for pack in fitting
        ],
        "screenings": [_line(one) for one in queries.screenings_of(file.person)],
    }
    return render(request, "identification/screenings.html", context)


def titles_of(pack: Pack) -> dict[str, Words]:
    """Every finding that a set can come to, by its code."""
    ruled = {rule.id: rule.title for rule in pack.combination_rules}
    return ruled | {outcome.id: outcome.title for outcome in (pack.otherwise, pack.unknown)}


def _line(one: Screening) -> dict[str, object]:
    pack = packs().get(one.pack)
    titles = titles_of(pack) if pack else {}
    return {
        "screening": one,
        "pack": text(pack.title) if pack else one.pack,
        "finding": text(titles[one.finding]) if one.finding in titles else one.finding,
        "tone": TONES.get(one.strength, "neutral"),
    }


# ---------------------------------------------------------------- asking
@requires(Permission.SCREEN)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, person_id: UUID, pack: str) -> HttpResponse:
    file = _open(request, person_id, write=True)
    try:
        chosen = pack_for(file.person, pack)
    except NoSuchPack as missing:
        raise Http404 from missing
    draft = queries.draft_of(file.person, chosen.id)
    if request.method == "GET":
        if draft is not None:
            return redirect("screening-one", person_id=person_id, screening_id=draft.pk)
        return _form_page(request, file, ScreeningForm(pack=chosen))
    form = ScreeningForm(request.POST, pack=chosen)
    if not form.is_valid() or form.cleaned_data["record_id"] is None:
        return _form_page(request, file, form, status=422)
    screening_id = form.cleaned_data["record_id"]
    if access.known_screening(request.actor, screening_id):
        return redirect("screening-one", person_id=person_id, screening_id=screening_id)
    try:
        made = actions.begin_screening(
            screening_id=screening_id,
            person=file.person,
            pack=chosen,
            answers=form.answers(),
            finish="finish" in request.POST,
            by=request.actor,
            at=request.at,
        )
    except actions.NothingAnswered:
        form.add_error(None, _("Answer at least one question before you finish."))
        return _form_page(request, file, form, status=422)
    except actions.DraftThere:
        draft = queries.draft_of(file.person, chosen.id)
        return _form_page(request, file, form, draft=draft, status=409)
    return _saved(request, file, made)


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "POST"])
def one(request: StaffRequest, person_id: UUID, screening_id: UUID) -> HttpResponse:
    file = _open(request, person_id, write=request.method == "POST")
    found = access.screening_in(file, screening_id)
    pack = assess.pack_of(found)
    if not found.is_draft:
        return _result_page(request, file, found)
    if pack is None or file.is_shared or not request.actor.may(Permission.SCREEN):
        raise Http404
    if request.method == "GET":
        form = ScreeningForm(pack=pack, answers=assess.answers_of(found))
        return _form_page(request, file, form, draft=found)
    form = ScreeningForm(request.POST, pack=pack)
    if not form.is_valid() or form.cleaned_data["version"] is None:
        return _form_page(request, file, form, draft=found, status=422)
    try:
        made = actions.continue_screening(
            screening=found,
            answers=form.answers(),
            finish="finish" in request.POST,
            version=form.cleaned_data["version"],
            by=request.actor,
            at=request.at,
        )
    except actions.NothingAnswered:
        form.add_error(None, _("Answer at least one question before you finish."))
        return _form_page(request, file, form, draft=found, status=422)
    except ChangedMeanwhile:
        return _form_page(request, file, form, draft=access.screening_in(file, screening_id), status=409)
    return _saved(request, file, made)


def _saved(request: StaffRequest, file: PersonFile, made: Screening) -> HttpResponse:
    if made.is_draft:
        messages.success(request, _("Saved as a draft. You can go on at any time."))
        return redirect("screening", person_id=file.person.pk)
    messages.success(request, _("The screening is finished."))
    return redirect("screening-one", person_id=file.person.pk, screening_id=made.pk)


def _form_page(
    request: StaffRequest,
    file: PersonFile,
    form: ScreeningForm,
    *,
    draft: Screening | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "file": file,
        "tab": "screening",
        "form": form,
        "title": text(form.pack.title),
        "unverified": text(form.pack.unverified),
        "parts": form.parts(),
        "draft": draft,
        "record_id": form.data.get("record_id") or form.new_id,
        "changed_meanwhile": status == 409,
        "differences": _differences(form, draft) if status == 409 and draft else [],
    }
    return render(request, "identification/screening_form.html", context, status=status)


def _differences(form: ScreeningForm, draft: Screening) -> list[dict[str, object]]:
    """Where the colleague who was faster answered otherwise."""
    stored, typed = assess.answers_of(draft), form.answers()
    return [
        {"label": text(one.text), "value": ANSWERS[stored[one.id]]}
        for one in form.pack.indicators
        if one.id in stored and stored[one.id] is not typed.get(one.id)
    ]


# ---------------------------------------------------------------- what the answers say
def _result_page(request: StaffRequest, file: PersonFile, found: Screening) -> HttpResponse:
    context = {
        "file": file,
        "tab": "screening",
        "screening": found,
        "line": _line(found),
        "result": assess.result_of(found),
        "tone": TONES.get(found.strength, "neutral"),
        "may_ask": request.actor.may(Permission.GROUNDS_REQUEST) and not file.is_shared,
    }
    return render(request, "identification/screening.html", context)
