"""The public pages: tell, come back, write again. No script, no cookie, nothing that says who is there."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from tutela.engines import envelopes
from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.access.http import StaffRequest, public
from tutela.foundation.access.scope import Scope, within
from tutela.people.choices import country_name
from tutela.reporting import access, actions, mailboxes, queries
from tutela.reporting.doubles import Doubles
from tutela.reporting.forms import LetterForm, NumberForm, TellForm
from tutela.reporting.limits import Buckets, TooMany
from tutela.reporting.models import Danger, Desk
from tutela.reporting.sealing import Told

LARGEST_BODY: Final = 400_000
MISTYPED: Final = _(
    "A digit is missing, wrong, or two are swapped. The number has 24 digits; look once more."
)
_buckets = Buckets()
_doubles = Doubles()


class Refused(Exception):
    """A form that cannot be taken now: `why` chooses the words of the page, `status` is for the browser."""

    def __init__(self, why: str, status: int, *, wait: int = 0) -> None:
        super().__init__(why)
        self.why, self.status, self.wait = why, status, wait


# ---------------------------------------------------------------- telling
@public
@require_GET
def desks(request: StaffRequest) -> HttpResponse:
    rows = [{"desk": desk, "country": country_name(desk.country)} for desk in queries.open_desks()]
    return render(request, "reporting/desks.html", {"rows": rows, "language_links": True})


@public(holds_transaction=False)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: StaffRequest, slug: str) -> HttpResponse:
    desk = _desk(slug)
    if request.method != "POST":
        return _page(request, "tell" if desk.is_open else "closed", desk, form=TellForm())
    form = TellForm()
    try:
        _check_size(request)
        form = TellForm(request.POST)
        _check_sender(request, desk)
        if not desk.is_open:
            return _page(request, "closed", desk, status=410, form=form)
        if not form.is_valid():
            return _page(request, "tell", desk, status=422, form=form)
        number = _doubles.once(request.POST.dict().items(), lambda: _send(desk, form, request))
    except actions.AlreadyReceived:
        return _page(request, "already", desk)
    except (Refused, DatabaseError) as problem:
        return _not_taken(request, desk, problem, "tell", form=form)
    danger_now = form.cleaned_data["danger"] == Danger.NOW
    return _page(request, "sent", desk, number=number, danger_now=danger_now)


def _send(desk: Desk, form: TellForm, request: StaffRequest) -> str:
    """Seals and keeps a report; returns the number to come back with, empty when none is wanted."""
    number = envelopes.new_secret() if form.cleaned_data["answer"] else ""
    receive(desk, form, number=number, by=SYSTEM, request=request)
    return number


def receive(desk: Desk, form: TellForm, *, number: str, by: Any, request: StaffRequest, **more: Any) -> None:
    """The way of every report: keys outside any transaction, then one short one. Raises AlreadyReceived."""
    mailbox = mailboxes.mailbox_of(number, salt=bytes(desk.mailbox_salt)) if number else None
    told = form.cleaned_data
    arrival = actions.Arrival(
        Told(told["what"], told["where"]),
        danger=told["danger"],
        language=told["language"],
        mailbox=mailbox,
        **more,
    )
    with within(Scope(organisation_id=desk.organisation_id, at=request.at)):
        actions.receive_report(desk=desk, record_id=told["record_id"], arrival=arrival, by=by, at=request.at)


# ---------------------------------------------------------------- the mailbox
@public(holds_transaction=False)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: StaffRequest, slug: str) -> HttpResponse:
    """GET asks for the number. POST carries the number, or the token of a page that it opened."""
    desk = _desk(slug)
    if request.method != "POST":
        return _page(request, "number", desk, form=NumberForm())
    form = NumberForm()
    try:
        _check_size(request)
        form = NumberForm(initial=request.POST.dict())
        _check_sender(request, desk)
        if "token" in request.POST:
            return _with_token(request, desk)
        return _with_number(request, desk)
    except (Refused, DatabaseError) as problem:
        return _not_taken(request, desk, problem, "number", form=form)


def _with_number(request: StaffRequest, desk: Desk) -> HttpResponse:
    form = NumberForm(request.POST)
    if form.is_valid():
        try:
            opened = mailboxes.mailbox_of(form.cleaned_data["secret"], salt=bytes(desk.mailbox_salt))
            return _letters(request, desk, opened, words=form.cleaned_data["words"])
        except envelopes.SecretMistyped:
            form.add_error("secret", MISTYPED)
    return _page(request, "number", desk, status=422, form=form)


def _with_token(request: StaffRequest, desk: Desk) -> HttpResponse:
    try:
        opened = mailboxes.open_token(request.POST["token"], desk_id=desk.pk, at=request.at)
    except mailboxes.MailboxShut:
        form = NumberForm(initial={"words": request.POST.get("words", "")})
        return _page(request, "number", desk, status=422, form=form, shut=True)
    if "look" in request.POST:
        return _letters(request, desk, opened, words=request.POST.get("words", ""))
    letter = LetterForm(request.POST)
    if not letter.is_valid():
        return _letters(request, desk, opened, form=letter, status=422)
    try:
        with within(Scope(organisation_id=desk.organisation_id, mailbox=opened.name, at=request.at)):
            actions.write_to_desk(
                desk=desk,
                mailbox=opened,
                by=SYSTEM,
                at=request.at,
                language=_language(request),
                **letter.cleaned_data,
            )
    except actions.AlreadyReceived:
        pass  # sent twice: it is there once, and the page shows it
    return _letters(request, desk, opened, sent=True)


def _letters(
    request: StaffRequest,
    desk: Desk,
    opened: mailboxes.Mailbox,
    *,
    form: LetterForm | None = None,
    words: str = "",
    sent: bool = False,
    status: int = 200,
) -> HttpResponse:
    with within(Scope(mailbox=opened.name, at=request.at), reading=True):
        lines = queries.letters(desk, opened)
    shown = {
        "lines": lines,
        "form": form or LetterForm(initial={"words": words}),
        "token": mailboxes.token_for(opened, desk_id=desk.pk, at=request.at),
        "sent": sent,
    }
    return _page(request, "letters", desk, status=status, **shown)


# ---------------------------------------------------------------- what every form passes
def _desk(slug: str) -> Desk:
    desk = access.public_desk(slug)
    if desk is None:
        raise Http404
    return desk


def _check_size(request: HttpRequest) -> None:
    """Before anything is read."""
    try:
        size = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        size = LARGEST_BODY + 1
    if size > LARGEST_BODY:
        raise Refused("too_long", 413)


def _check_sender(request: StaffRequest, desk: Desk) -> None:
    """A form that another site sends is shown again for the person to decide; a flood has to wait.

    There is no cookie that could be abused, hence no token either: the browser itself says where a form comes
    from (Sec-Fetch-Site; in older ones Origin, which is "null" where no referrer may be sent)."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "null")
    foreign = origin != "null" and urlsplit(origin).netloc != request.get_host()
    if site not in ("same-origin", "none") if site else foreign:
        raise Refused("elsewhere", 403)
    try:
        _buckets.take(desk=desk.slug, address=request.META.get("REMOTE_ADDR", ""), now=request.at.timestamp())
    except TooMany as full:
        raise Refused("too_many", 429, wait=full.seconds) from full


def _not_taken(
    request: StaffRequest, desk: Desk, problem: Refused | DatabaseError, page: str, *, form: Any
) -> HttpResponse:
    """Nothing was kept; what was typed is still there."""
    refused = problem if isinstance(problem, Refused) else Refused("broken", 503, wait=5)
    response = _page(request, page, desk, status=refused.status, form=form, refused=refused.why)
    if refused.wait:
        response["Retry-After"] = str(refused.wait)
    return response


def _language(request: HttpRequest) -> str:
    return str(request.LANGUAGE_CODE).split("-")[0]


def _page(request: StaffRequest, name: str, desk: Desk, *, status: int = 200, **context: Any) -> HttpResponse:
    # A language link loads the page anew: after a form was sent it would lose what only this page shows.
    shown = {"desk": desk, "language_links": request.method != "POST", **context}
    return render(request, f"reporting/{name}.html", shown, status=status)
