"""One right of a person: what it is, its life so far, and the step that comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tutela.engines.rights import MergedRight, Standing
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile
from tutela.rights import access, actions, assess, board, cards, life, queries, timing, words
from tutela.rights.actions import Given
from tutela.rights.forms import ExtendForm, FollowForm, LookForm
from tutela.rights.law import load_law
from tutela.rights.models import Right, RightStatus, RightStep, StepKind
from tutela.rights.views.doorway import may_write, opened


@dataclass(frozen=True, slots=True)
class Opened:
    """One right in an opened file. `row` is None while nobody has written it down; `one` where it was
    followed in another country than the case lies in now."""

    file: PersonFile
    found: assess.Assessment
    one: MergedRight | None
    row: Right | None
    name: str

    @property
    def elsewhere(self) -> str:
        """The country where it was followed, if the case lies in another one now."""
        return self.row.country if self.row and self.row.country != self.found.country else ""

    @property
    def query(self) -> str:
        """What an address of this right ends with."""
        return f"?in={self.elsewhere}" if self.elsewhere else ""


def _open(request: StaffRequest, person_id: UUID, right: str, *, write: bool = False) -> Opened:
    """Raises AccessDenied, Http404."""
    file = opened(request, person_id, write=write)
    found = assess.assess(file.person, at=request.at)
    countries = dict.fromkeys([asked_for(request) or found.country, found.country])
    rows = (access.right_in(file, right=right, country=country) for country in countries)
    row = next((row for row in rows if row is not None), None)
    one = found.right(right) if row is None or row.country == found.country else None
    if one is None and row is None:
        raise Http404
    return Opened(file, found, one, row, right)


def asked_for(request: StaffRequest) -> str:
    """The country of `?in=`, for a right that was followed there before the case came here."""
    code = request.GET.get("in", "")
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _followed(request: StaffRequest, person_id: UUID, right: str) -> tuple[Opened, Right]:
    """A right that somebody can take a step with; written down at once where the law gives it."""
    this = _open(request, person_id, right, write=True)
    if this.row is None:
        actions.sync_rights(person=this.file.person, by=request.actor, at=request.at)
        this = _open(request, person_id, right, write=True)
    if this.row is None:
        raise Http404
    return this, this.row


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "POST"])
def right(request: StaffRequest, person_id: UUID, right: str) -> HttpResponse:
    if request.method == "GET":
        entry = load_law().provisions.get(right)
        if entry is not None and entry.right:
            return redirect("right", person_id=person_id, right=entry.right)
        return _page(request, _open(request, person_id, right))
    this, row = _followed(request, person_id, right)
    form = _follow_form(request, this, data=request.POST)
    if not form.is_valid():
        return _page(request, this, form=form, status=422)
    return _done(
        request,
        this,
        lambda: actions.follow_right(
            right=row,
            kind=StepKind(form.cleaned_data["kind"]),
            version=form.cleaned_data["version"],
            given=form.given(),
            by=request.actor,
            at=request.at,
        ),
        form=form,
    )


@requires(Permission.RIGHT_FOLLOW)
@require_POST
def extend(request: StaffRequest, person_id: UUID, right: str) -> HttpResponse:
    this, row = _followed(request, person_id, right)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        return _page(request, this, extend_form=form, status=422)
    try:
        return _done(
            request,
            this,
            lambda: actions.extend_right(
                right=row,
                until=form.cleaned_data["until"],
                version=form.cleaned_data["version"],
                given=Given(note=form.cleaned_data["why"]),
                by=request.actor,
                at=request.at,
            ),
            extend_form=form,
        )
    except actions.NoExtension:
        form.add_error("until", _("The new last day is after the present one."))
    except actions.BeyondTheLaw:
        form.add_error("until", _("The law does not let this deadline be extended so far."))
    return _page(request, this, extend_form=form, status=422)


@requires(Permission.RIGHT_FOLLOW)
@require_POST
def look(request: StaffRequest, person_id: UUID, right: str) -> HttpResponse:
    """Somebody looked at the end of a time that was limited."""
    return _look(request, person_id, right, actions.look_at_end)


@requires(Permission.RIGHT_FOLLOW)
@require_POST
def see_late(request: StaffRequest, person_id: UUID, right: str) -> HttpResponse:
    """Somebody has seen that it was not given in time."""
    return _look(request, person_id, right, actions.see_breaches)


def _look(request: StaffRequest, person_id: UUID, right: str, action: Callable[..., object]) -> HttpResponse:
    this, row = _followed(request, person_id, right)
    form = LookForm(request.POST)
    if not form.is_valid():
        return _page(request, this, look_form=form, status=422)
    return _done(
        request,
        this,
        lambda: action(
            right=row,
            version=form.cleaned_data["version"],
            note=form.cleaned_data["seen"],
            by=request.actor,
            at=request.at,
        ),
        look_form=form,
    )


def _done(request: StaffRequest, this: Opened, act: Callable[[], object], **forms: Form) -> HttpResponse:
    """Takes the step; whoever came second sees what is stored now beside what they typed."""
    try:
        act()
    except (ChangedMeanwhile, actions.NotPossible):
        fresh = _open(request, this.file.person.pk, this.name)
        return _page(request, fresh, status=409, **forms)
    messages.success(request, _("Written down."))
    path = reverse("right", kwargs={"person_id": this.file.person.pk, "right": this.name})
    return redirect(path + this.query)


def _follow_form(request: StaffRequest, this: Opened, *, data: Any = None) -> FollowForm:
    return FollowForm(
        data,
        initial={"version": this.row.version if this.row else 1},
        now=this.row.status if this.row else RightStatus.DUE,
        papers=queries.papers_of(this.file.person),
        today=this.found.day,
    )


def _page(request: StaffRequest, this: Opened, *, status: int = 200, **forms: Form) -> HttpResponse:
    row, clocks = this.row, queries.clocks(this.file.person)
    breaches = [one for one in queries.breaches_of(this.file.person) if row and one.right_id == row.pk]
    late = [one.right_id for one in breaches if one.settled_at is None]
    shown = this.one and cards.card(this.one, row, this.found, clocks=clocks, at=request.at, late=late)
    context: dict[str, Any] = {
        "file": this.file,
        "tab": "rights",
        "card": shown,
        "right": this.name,
        "this": this,
        "place": words.country(this.elsewhere) if this.elsewhere else "",
        "row": row,
        "title": queries.title_of(this.name),
        "status_label": row.get_status_display() if row else "",
        "tone": cards.TONES[RightStatus(row.status)] if row else "neutral",
        "stands": _standing(this),
        "lapsed": board.lapsed(row, this.found) if row and row.lapse else None,
        "suspended_until": row
        and cards.when(clocks.live(row, timing.SUSPENSION), at=request.at, working=False),
        "steps": _steps(row, this.file) if row else [],
        "unseen": [] if this.file.is_shared else [one for one in breaches if one.seen_at is None],
        "changed_meanwhile": status == 409,
        "version": row.version if row else 1,
    }
    return render(request, "rights/right.html", context | _forms(request, this, clocks, forms), status=status)


def _standing(this: Opened) -> str:
    """What the law says where nothing is followed."""
    if this.row is not None or this.one is None:
        return ""
    return {Standing.DEPENDS: "depends", Standing.NOT_DUE: "not_due", Standing.RESERVED: "reserved"}.get(
        this.one.standing, ""
    )


def _forms(
    request: StaffRequest, this: Opened, clocks: timing.Clocks, typed: dict[str, Form]
) -> dict[str, Form | None]:
    """The forms that fit where the right stands; what was typed stays."""
    if not may_write(request, this.file) or (this.row is None and _standing(this)):
        return {}
    row = this.row
    version = {"version": row.version if row else 1}
    follows = bool(life.choices(row.status if row else RightStatus.DUE)) and not (row and row.lapse)
    forms: dict[str, Form | None] = {
        "form": _follow_form(request, this) if follows else None,
        "extend_form": ExtendForm(initial=version) if row and queries.extensible(row, clocks) else None,
        "look_form": LookForm(initial=version),
    }
    return forms | typed


def _steps(row: Right, file: PersonFile) -> list[dict[str, object]]:
    """Notes are for the organisation that holds the file: another one sees the steps alone."""
    titles = {} if file.is_shared else dict(queries.papers_of(file.person))
    return [_line(step, "" if file.is_shared else note, titles) for step, note in queries.steps_of(row)]


def _line(step: RightStep, note: str, titles: Mapping[str, str]) -> dict[str, object]:
    what = step.get_kind_display()
    if step.on_day:
        what = _("%(what)s: %(day)s") % {"what": what, "day": words.day(step.on_day)}
    paper = titles.get(str(step.document_id), "")
    told = (step.get_reason_display() if step.reason else "", note, paper)
    return {
        "at": step.at,
        "what": what,
        "who": step.by.display_name if step.by else "",
        "tone": cards.TONES[RightStatus(step.status)],
        "detail": " · ".join(part for part in told if part),
    }
