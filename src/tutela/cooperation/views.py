"""Pages of referrals: the inbox and outbox, one referral as each side sees it, and asking for help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutela.cooperation import actions, queries
from tutela.cooperation.access import OpenReferral, referral_for
from tutela.cooperation.forms import AnswerForm, OutcomeForm, ReferralForm
from tutela.cooperation.models import Referral, ReferralStatus
from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.models import Section
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.forms import ChangingForm
from tutela.foundation.roles import Permission
from tutela.foundation.vault import fields
from tutela.people.access import PersonFile, file_for

EITHER_SIDE = (Permission.REFERRAL_SEND, Permission.REFERRAL_RECEIVE)


@require_GET
@requires(*EITHER_SIDE)
def referrals(request: StaffRequest) -> HttpResponse:
    """What came in (`?box=in`) or went out; open ones unless `?all=1`."""
    box = request.GET.get("box") or ("in" if request.actor.may(Permission.REFERRAL_RECEIVE) else "out")
    only_open, after = not request.GET.get("all"), request.GET.get("after", "")
    if box == "in":
        page = queries.inbox(request.actor, only_open=only_open, after=after)
    else:
        page = queries.outbox(request.actor, only_open=only_open, after=after, at=request.at)
    return render(request, "cooperation/referrals.html", {"page": page, "box": box, "only_open": only_open})


@require_GET
@requires(*EITHER_SIDE)
def referral(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    return _show(request, referral_for(request.actor, referral_id, at=request.at))


def _show(
    request: StaffRequest,
    seen: OpenReferral,
    *,
    answer_form: AnswerForm | None = None,
    outcome_form: OutcomeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    row = seen.referral
    words = ["message", "answer", "outcome"] if seen.may_read_message else []
    version = {"version": row.version}
    context: dict[str, Any] = {
        "seen": seen,
        "referral": row,
        "sections": [Section(code).label for code in row.sections.split()],
        "words": fields.reveal_many([row], words)[0] if words else {},
        "is_open": row.status in queries.OPEN and row.expires_at > request.at,
        "answer_form": answer_form or AnswerForm(initial=version),
        "outcome_form": outcome_form or OutcomeForm(initial=version),
        "unsent": _unsent(row, answer_form=answer_form, outcome_form=outcome_form),
    }
    return render(request, "cooperation/referral.html", context, status=status)


def _unsent(row: Referral, *, answer_form: AnswerForm | None, outcome_form: OutcomeForm | None) -> str:
    """What somebody wrote in a form that there is no place for any more."""
    if answer_form and row.status != ReferralStatus.SENT:
        return str(answer_form["reason"].value() or "")
    if outcome_form and row.status != ReferralStatus.ACCEPTED:
        return str(outcome_form["outcome"].value() or "")
    return ""


@require_POST
@requires(Permission.REFERRAL_RECEIVE)
def answer(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """The receiver accepts or declines."""
    seen = referral_for(request.actor, referral_id, at=request.at)
    form = AnswerForm(request.POST)
    if not (seen.is_receiver and seen.referral.status == ReferralStatus.SENT):
        return _too_late(request, seen, answer_form=form)
    if not form.is_valid():
        return _show(request, seen, answer_form=form, status=422)
    step = partial(
        actions.answer_referral, accepted=form.cleaned_data["accepted"], reason=form.cleaned_data["reason"]
    )
    thanks = _("Your answer was sent.")
    version = form.cleaned_data["version"]
    return _take(request, seen, step, version=version, thanks=thanks, answer_form=form)


@require_POST
@requires(Permission.REFERRAL_RECEIVE)
def outcome(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """The receiver says what came of it."""
    seen = referral_for(request.actor, referral_id, at=request.at)
    form = OutcomeForm(request.POST)
    if not seen.is_receiver:
        return _too_late(request, seen, outcome_form=form)
    if not form.is_valid():
        return _show(request, seen, outcome_form=form, status=422)
    step = partial(actions.finish_referral, outcome=form.cleaned_data["outcome"])
    thanks = _("Thank you. The sender sees what came of it.")
    version = form.cleaned_data["version"]
    return _take(request, seen, step, version=version, thanks=thanks, outcome_form=form)


@require_POST
@requires(Permission.REFERRAL_SEND)
def revoke(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    seen = referral_for(request.actor, referral_id, at=request.at)
    if seen.is_receiver:
        return _too_late(request, seen)
    thanks = _("The referral was taken back. They can no longer open the file.")
    version = seen.referral.version
    return _take(request, seen, actions.revoke_referral, version=version, thanks=thanks)


def _take(
    request: StaffRequest,
    seen: OpenReferral,
    step: Callable[..., Referral],
    *,
    version: int,
    thanks: str,
    **forms: ChangingForm,
) -> HttpResponse:
    """Takes one step with the referral, or shows how it stands when somebody else was quicker."""
    referral = seen.referral
    try:
        step(referral=referral, version=version, by=request.actor, at=request.at)
    except (ChangedMeanwhile, actions.AlreadyAnswered):
        return _too_late(request, referral_for(request.actor, referral.pk, at=request.at), **forms)
    messages.success(request, thanks)
    return redirect("referral", referral.pk)


def _too_late(request: StaffRequest, seen: OpenReferral, **forms: ChangingForm) -> HttpResponse:
    """Shows the referral as it is now: somebody else was quicker, or it is not this side's to answer.

    What was typed stands in the form again, or beside it where there is nothing to answer any more."""
    for form in forms.values():
        form.show_again(version=seen.referral.version)
    messages.error(request, _("This referral has changed meanwhile. Below you see how it stands now."))
    return _show(request, seen, status=409, **cast(dict[str, Any], forms))


@require_GET
@requires(Permission.REFERRAL_SEND)
def file_referrals(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = _file(request, person_id)
    context = {
        "file": file,
        "tab": "referrals",
        "referrals": queries.of_person(file.person),
        "consent": queries.consent_to_refer(file.person),
    }
    return render(request, "cooperation/file_referrals.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.REFERRAL_SEND)
def new(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Asks another organisation for help."""
    file = _file(request, person_id)
    form = ReferralForm(
        request.POST or None, receivers=queries.receivers(request.actor), today=request.at.date()
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            sent = _send(request, file, form)
            if sent is not None:
                return sent
        status = 422
    context = {
        "file": file, "tab": "referrals", "form": form, "consent": queries.consent_to_refer(file.person)
    }  # fmt: skip
    return render(request, "cooperation/referral_new.html", context, status=status)


def _send(request: StaffRequest, file: PersonFile, form: ReferralForm) -> HttpResponse | None:
    """None, with the reason on the form, when it could not be sent."""
    given = form.cleaned_data
    end = datetime.combine(given["until"], time.max, tzinfo=timezone.get_current_timezone())
    try:
        sent = actions.send_referral(
            person=file.person,
            record_id=given["record_id"],
            to=given["to"],
            service=given["service"],
            urgent=given["urgent"],
            sections=given["sections"],
            message=given["message"],
            expires_at=end,
            by=request.actor,
            at=request.at,
        )
    except actions.ConsentMissing:
        form.add_error(None, _("This person has not agreed to be referred. Nothing was sent."))
        return None
    except actions.ReceiverUnfit:
        form.add_error("to", _("This organisation does not take referrals."))
        return None
    messages.success(request, _("The referral was sent to %(name)s.") % {"name": given["to"].name})
    return redirect(reverse("referral", args=[sent.pk]))


def _file(request: StaffRequest, person_id: UUID) -> PersonFile:
    return file_for(
        request.actor,
        person_id,
        Permission.REFERRAL_SEND,
        section=Section.SUMMARY,
        purpose=Purpose.REFERRAL,
        at=request.at,
    )
