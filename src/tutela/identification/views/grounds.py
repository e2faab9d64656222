"""Pages of the decision on a person's file: asking for it, waiting, reading it, telling the person."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.foundation.vault.fields import reveal, reveal_many
from tutela.identification import access, queries
from tutela.identification.actions import grounds as actions
from tutela.identification.forms import NoticeForm, RequestForm
from tutela.identification.header import TONES
from tutela.identification.models import GroundsRequest, GroundsStatus
from tutela.identification.packs import packs
from tutela.identification.terms import term_for
from tutela.people.access import PersonFile, file_for
from tutela.people.details import is_treated_as_child
from tutela.people.models import ConsentScope
from tutela.people.queries import consent_is_given
from tutela.rights.facts import country_of
from tutela.rights.words import day, text


def _open(request: StaffRequest, person_id: UUID, *, write: bool) -> PersonFile:
    permission = Permission.GROUNDS_REQUEST if write else Permission.CASE_READ
    return file_for(
        request.actor,
        person_id,
        permission,
        section=Section.GROUNDS,
        purpose=Purpose.IDENTIFICATION,
        at=request.at,
    )


def _may_ask(file: PersonFile) -> bool:
    """A child is protected without being asked; an adult decides."""
    return is_treated_as_child(file.person) or consent_is_given(file.person, ConsentScope.REQUEST_DECISION)


@requires(Permission.CASE_READ)
@require_GET
def decision(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = _open(request, person_id, write=False)
    found = queries.requests_of(file.person)
    plain = reveal_many(found, ["statement", "reasons"]) if found else []
    shown = [_shown(row, words) for row, words in zip(found, plain, strict=True)]
    current = shown[0] if shown and shown[0].row.status != GroundsStatus.WITHDRAWN else None
    may_write = request.actor.may(Permission.GROUNDS_REQUEST) and not file.is_shared
    waits = current is not None and current.row.status == GroundsStatus.REQUESTED
    context = {
        "file": file,
        "tab": "decision",
        "current": current,
        "earlier": [one for one in shown if one is not current],
        "may_write": may_write,
        "may_ask": may_write and not waits,
        "has_consent": _may_ask(file),
        "is_child": is_treated_as_child(file.person),
        "notice_form": NoticeForm(initial={"language": _language_of(file)}),
    }
    return render(request, "identification/decision.html", context)


@dataclass(frozen=True, slots=True)
class Shown:
    """One request as the page shows it, its words in the clear."""

    row: GroundsRequest
    label: str
    tone: str
    statement: str
    reasons: str
    term: str


def _shown(row: GroundsRequest, words: dict[str, str]) -> Shown:
    return Shown(
        row=row,
        label=str(GroundsStatus(row.status).label),
        tone=TONES[GroundsStatus(row.status)],
        statement=words["statement"],
        reasons=words["reasons"],
        term=text(term_for(row.clock.country).text),
    )


# ---------------------------------------------------------------- asking
@requires(Permission.GROUNDS_REQUEST)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = _open(request, person_id, write=True)
    form = _request_form(request, file)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if access.known_request(request.actor, given["record_id"]):
            return redirect("decision", person_id=person_id)
        screening = access.screening_in(file, UUID(given["screening"])) if given["screening"] else None
        try:
            actions.request_decision(
                request_id=given["record_id"],
                person=file.person,
                authority=form.authorities[given["authority"]],
                country=country_of(file.person),
                statement=given["statement"],
                screening=screening,
                by=request.actor,
                at=request.at,
            )
        except actions.ConsentMissing:
            form.add_error(None, _("The person has not agreed. Ask first, and write down the answer."))
        except actions.AlreadyAsked:
            form.add_error(None, _("An authority has already been asked, and has not answered yet."))
        except (actions.NotAnAuthority, actions.ScreeningUnfit):
            form.add_error(None, _("This choice is no longer possible. Please choose again."))
        else:
            messages.success(request, _("The request was sent. The clock is running."))
            return redirect("decision", person_id=person_id)
    return _request_page(request, file, form)


def _request_form(request: StaffRequest, file: PersonFile) -> RequestForm:
    named = {pack.id: text(pack.title) for pack in packs().values()}
    screenings = [
        (
            str(one.pk),
            f"{day(one.finished_at.date())} · {named.get(one.pack, one.pack)}",
        )
        for one in queries.finished_screenings(file.person)
        if one.finished_at
    ]
    authorities = queries.authorities_in(country_of(file.person))
    return RequestForm(
        request.POST if request.method == "POST" else None,
        authorities=[one for one in authorities if one.pk != file.person.organisation_id],
        screenings=screenings,
    )


def _request_page(request: StaffRequest, file: PersonFile, form: RequestForm) -> HttpResponse:
    term = term_for(country_of(file.person))
    context = {
        "file": file,
        "tab": "decision",
        "form": form,
        "has_consent": _may_ask(file),
        "is_child": is_treated_as_child(file.person),
        "has_authority": bool(form.authorities),
        "term": text(term.text),
    }
    return render(request, "identification/decision_new.html", context, status=422 if form.is_bound else 200)


@requires(Permission.GROUNDS_REQUEST)
@require_POST
def withdraw(request: StaffRequest, person_id: UUID, request_id: UUID) -> HttpResponse:
    file = _open(request, person_id, write=True)
    found = access.request_in(file, request_id)
    try:
        actions.withdraw_request(request=found, by=request.actor, at=request.at)
    except actions.NotWaiting:
        messages.warning(request, _("There is nothing to take back: the decision has been made."))
    else:
        messages.success(request, _("The request was taken back. The authority no longer sees anything."))
    return redirect("decision", person_id=person_id)


# ---------------------------------------------------------------- telling the person
@requires(Permission.GROUNDS_REQUEST)
@require_http_methods(["GET", "POST"])
def notice(request: StaffRequest, person_id: UUID, request_id: UUID) -> HttpResponse:
    """The notice on paper, in the person's language; POST writes down that it was given."""
    file = _open(request, person_id, write=True)
    found = access.request_in(file, request_id)
    if found.decided_at is None:
        raise Http404
    if request.method == "POST":
        form = NoticeForm(request.POST)
        if form.is_valid():
            actions.give_notice(
                request=found, language=form.cleaned_data["language"], by=request.actor, at=request.at
            )
            messages.success(request, _("Written down: the person was told."))
        else:
            messages.error(request, _("Choose the language in which the person was told."))
        return redirect("decision", person_id=person_id)
    spoken = dict(settings.LANGUAGES)
    asked = request.GET.get("lang", "")
    with translation.override(asked if asked in spoken else _language_of(file)):
        context = {
            "person": file.person,
            "languages": settings.LANGUAGES,
            "row": found,
            "positive": found.status == GroundsStatus.POSITIVE,
            "reasons": reveal(found, "reasons"),
            "review": text(term_for(found.clock.country).review),
        }
        return HttpResponse(_rendered(request, context))


def _rendered(request: StaffRequest, context: dict[str, object]) -> bytes:
    """Rendered at once, while the language of the person is the active one."""
    return render(request, "identification/notice.html", context).content


def _language_of(file: PersonFile) -> str:
    return file.person.language if file.person.language in dict(settings.LANGUAGES) else "en"
