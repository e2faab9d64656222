"""Pages of the authority that decides: what waits, the most urgent first, and one request with its answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.roles import Permission
from tutela.foundation.vault.fields import reveal_many
from tutela.identification import access, assess, queries
from tutela.identification.actions import grounds as actions
from tutela.identification.forms import DecisionForm
from tutela.identification.header import TONES
from tutela.identification.models import GroundsStatus
from tutela.identification.tables import inbox_table
from tutela.identification.terms import term_for
from tutela.identification.views.screening import TONES as FINDING_TONES
from tutela.people.keyset import Cursor
from tutela.rights.words import country, text


@requires(Permission.GROUNDS_DECIDE)
@require_GET
def decisions(request: StaffRequest) -> HttpResponse:
    after = Cursor.parse(request.GET.get("after", ""))
    show_decided = request.GET.get("show") == "decided"
    find = queries.decided if show_decided else queries.inbox
    page = find(request.actor, at=request.at, after=after)
    context = {
        "page": page,
        "table": inbox_table(page.rows, decided=show_decided),
        "show_decided": show_decided,
        "is_first": after is None,
    }
    return render(request, "identification/decisions.html", context)


@requires(Permission.GROUNDS_DECIDE)
@require_http_methods(["GET", "POST"])
def decide(request: StaffRequest, request_id: UUID) -> HttpResponse:
    opened = access.request_to_decide(request.actor, request_id, at=request.at)
    if request.method == "GET" or opened.request.status != GroundsStatus.REQUESTED:
        return _page(request, opened)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, form=form, status=422)
    try:
        actions.decide(
            request=opened.request,
            positive=form.cleaned_data["answer"] == "positive",
            reasons=form.cleaned_data["reasons"],
            version=form.cleaned_data["version"],
            by=request.actor,
            at=request.at,
        )
    except (ChangedMeanwhile, actions.NotWaiting):
        fresh = access.request_to_decide(request.actor, request_id, at=request.at)
        return _page(request, fresh, form=form, status=409)
    messages.success(request, _("Your decision and its reasons are written down."))
    return redirect("decision-decide", request_id=request_id)


def _page(
    request: StaffRequest,
    opened: access.OpenedRequest,
    *,
    form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found, waits = opened.request, opened.request.status == GroundsStatus.REQUESTED
    (words,) = reveal_many([found], ["statement", "reasons"])
    term = term_for(found.clock.country)
    if form is None and waits:
        form = DecisionForm(initial={"version": found.version})
    context = {
        "file": opened.file,
        "row": found,
        "statement": words["statement"],
        "reasons": words["reasons"],
        "country": country(found.clock.country),
        "term": text(term.text),
        "screening": opened.screening,
        "result": assess.result_of(opened.screening) if opened.screening else None,
        "finding_tone": FINDING_TONES.get(opened.screening.strength, "neutral") if opened.screening else "",
        "form": form,
        "waits": waits,
        "label": found.get_status_display(),
        "tone": TONES[GroundsStatus(found.status)],
        "changed_meanwhile": status == 409,
    }
    return render(request, "identification/decide.html", context, status=status)
