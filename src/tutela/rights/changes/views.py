"""Pages of changes of law: the list, one change, new ones, the decision, and whom it touches."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutela.engines.rights import Provision
from tutela.foundation.access.http import StaffRequest, View, reauthenticated, requires
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.roles import Permission
from tutela.people.keyset import Cursor
from tutela.rights import words
from tutela.rights.changes import actions, edition, queries
from tutela.rights.changes.access import change_for, effect_in, has_drafted, keeps_law
from tutela.rights.changes.candidate import sides_of
from tutela.rights.changes.forms import DecisionForm, FilesForm, ListForm, VersionForm
from tutela.rights.changes.lists import Listed, held_against
from tutela.rights.changes.models import OPEN, ChangeStatus, LawChange, PassKind
from tutela.rights.changes.told import CHANGES, TONES, WAYS, reach_table, right_name, told
from tutela.rights.law import BrokenLaw, load_law
from tutela.rights.law.status_list import UnusableList
from tutela.rights.views.doorway import may_write, opened

_READERS = (Permission.LAW_PROPOSE, Permission.LAW_APPROVE, Permission.SUPERVISE)

_SAID: Final = {
    actions.NotYours: gettext_lazy("Whoever drafted a change proposes it; somebody else decides."),
    actions.NotNow: gettext_lazy("This is no longer possible. Read how the change stands now."),
    actions.BaseMoved: gettext_lazy(
        "The law has changed since this was checked. Bring it up to date, then propose it again."
    ),
    actions.SameFile: gettext_lazy(
        "The change that came first has the same file. Start from the text in use now and send it anew."
    ),
    actions.NotCounted: gettext_lazy("It is not known yet whose rights would change. Look again in a while."),
    actions.NoEarlierText: gettext_lazy(
        "A file that came with this change has no earlier text. End its entries with a new change."
    ),
    actions.NothingNew: gettext_lazy("These files say what is in use already."),
    ChangedMeanwhile: gettext_lazy("Someone else was quicker. Read how the change stands now."),
}
_REFUSALS = tuple(_SAID)


@requires(*_READERS)
@require_GET
def law_changes(request: StaffRequest) -> HttpResponse:
    page = queries.changes_page(request.actor, after=Cursor.parse(request.GET.get("after", "")))
    context = {
        "rows": [(row, TONES[row.status]) for row in page.rows],
        "next_url": f"?after={page.following}" if page.following else "",
        "may_propose": request.actor.may(Permission.LAW_PROPOSE),
    }
    return render(request, "rights/changes/list.html", context)


@requires(Permission.LAW_PROPOSE)
@require_http_methods(["GET", "POST"])
def law_change_new(request: StaffRequest) -> HttpResponse:
    """Files of the library, kept whether the check finds mistakes or not."""
    form = FilesForm(*_sent(request), was_cut=_was_cut(request, "sent"))
    if request.method == "GET" or not form.is_valid():
        return _form(request, "rights/changes/new.html", form)
    return _drafted(request, "rights/changes/new.html", form, form.cleaned_data["placed"])


@requires(Permission.LAW_PROPOSE)
@require_http_methods(["GET", "POST"])
def law_change_list(request: StaffRequest) -> HttpResponse:
    """A list of states; what it would do is shown on the page of the change, and nothing is in use by it."""
    form = ListForm(*_sent(request), was_cut=_was_cut(request, "file"))
    template = "rights/changes/new_list.html"
    if request.method == "GET" or not form.is_valid():
        return _form(request, template, form)
    given = form.cleaned_data
    try:
        listed = held_against(
            given["csv"], instrument=given["instrument"], source=given["source"], as_of=given["as_of"]
        )
    except UnusableList as unusable:
        form.add_error("file", str(unusable))
        return _form(request, template, form)
    if listed.preview.problems:
        form.add_error("file", _("Some lines cannot be used. They stand below."))
        return _form(request, template, form, problems=listed.preview.problems)
    if not listed.files:
        form.add_error("file", _("Nothing in this list is new."))
        return _form(request, template, form)
    return _drafted(request, template, form, listed.files, listed)


def _sent(request: StaffRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _was_cut(request: StaffRequest, field: str) -> bool:
    """Whether the upload was stopped because it outgrew what a form may carry."""
    sent = int(request.META.get("CONTENT_LENGTH") or 0)
    return field not in request.FILES and sent > settings.ATTACHMENT_MAX_BYTES


def _form(request: StaffRequest, template: str, form: Any, **more: Any) -> HttpResponse:
    return render(request, template, {"form": form, **more}, status=422 if form.is_bound else 200)


def _drafted(
    request: StaffRequest, template: str, form: Any, files: dict[str, str], listed: Listed | None = None
) -> HttpResponse:
    given = form.cleaned_data
    change_id = given["record_id"]
    if not has_drafted(request.actor, change_id):
        try:
            actions.draft_change(
                change_id=change_id,
                title=given["title"],
                reason=given["reason"],
                source=given["source"],
                files=files,
                listed=listed.lines if listed else (),
                by=request.actor,
                at=request.at,
            )
        except actions.NothingNew as nothing:
            form.add_error("sent" if listed is None else "file", _SAID[type(nothing)])
            return _form(request, template, form)
    return redirect("law-change", change_id=change_id)


@requires(*_READERS)
@require_GET
def law_change(request: StaffRequest, change_id: UUID) -> HttpResponse:
    return _page(request, change_for(request.actor, change_id))


def _page(request: StaffRequest, change: LawChange, status: int = 200) -> HttpResponse:
    mine = change.drafted_by_id == request.actor.user_id
    context: dict[str, Any] = {
        "change": change,
        "tone": TONES[change.status],
        "paths": list(change.files.order_by("path").values_list("path", flat=True)),
        "mine": mine,
        "is_open": change.status in OPEN,
        "base_moved": change.status in OPEN and change.base != edition.newest_number(),
        "may_propose": mine and change.status == ChangeStatus.CHECKED,
        "may_decide": request.actor.may(Permission.LAW_APPROVE)
        and not mine
        and change.status == ChangeStatus.PROPOSED,
        "may_return": request.actor.may(Permission.LAW_PROPOSE) and change.status == ChangeStatus.PUBLISHED,
        "keeps_law": keeps_law(request.actor),
        "supervises": request.actor.may(Permission.SUPERVISE),
        "return_id": uuid4(),
        "listed": [_listed(line) for line in change.listed],
        "own_count": queries.count_own_files(change, request.actor, at=request.at),
    }
    if not change.problems:
        context |= _reach(request, change)
    return render(request, "rights/changes/one.html", context, status=status)


def _reach(request: StaffRequest, change: LawChange) -> dict[str, Any]:
    """The difference entry by entry, and how many files it touches."""
    counting = queries.pass_of(change, PassKind.COUNT)
    found: dict[str, Any] = {"counting": counting, "carrying": queries.pass_of(change, PassKind.CARRY)}
    try:
        sides = sides_of(change)
    except BrokenLaw:
        return found | {"unreadable": True}
    found["told"] = told(sides)
    if counting is not None and keeps_law(request.actor):
        reach = queries.reach_of(counting, request.actor)
        found |= {"reach": reach, "reach_table": reach_table(reach.rights, sides.after)}
    return found


def _listed(line: dict[str, Any]) -> dict[str, Any]:
    """A line of a status list in words."""
    state = words.country(line["state"]) if len(line["state"]) == 2 else line["state"]
    return {**line, "state": state, "told": " → ".join(line["told"])}


def _step(step: Any, done: Any) -> View:
    """A button of its author."""

    @requires(Permission.LAW_PROPOSE)
    @require_POST
    def pressed(request: StaffRequest, change_id: UUID) -> HttpResponse:
        change = change_for(request.actor, change_id)
        form = VersionForm(request.POST)
        if not form.is_valid():
            return _page(request, change, status=422)
        try:
            with transaction.atomic():
                step(change=change, version=form.cleaned_data["version"], by=request.actor, at=request.at)
        except _REFUSALS as refused:
            return _refused(request, change_id, refused)
        messages.success(request, done)
        return redirect("law-change", change_id=change_id)

    return pressed


def _refused(request: StaffRequest, change_id: UUID, refused: Exception) -> HttpResponse:
    messages.error(request, _SAID[type(refused)])
    return _page(request, change_for(request.actor, change_id), status=409)


law_change_propose = _step(actions.propose_change, gettext_lazy("It waits for a second person now."))
law_change_withdraw = _step(actions.withdraw_change, gettext_lazy("The change is taken back."))
law_change_renew = _step(
    actions.renew_change, gettext_lazy("It was held against the law in use now, and is counted anew.")
)


@requires(Permission.LAW_PROPOSE)
@require_POST
def law_change_return(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """A published change is never undone: a new one brings the earlier texts back."""
    change = change_for(request.actor, change_id)
    form = FilesForm(request.POST)
    form.is_valid()
    record_id = form.cleaned_data.get("record_id")
    if record_id is None:
        return _page(request, change, status=422)
    title = (_("Back to the texts before: %(title)s") % {"title": change.title})[:120]
    try:
        with transaction.atomic():
            actions.draft_return(
                change=change, change_id=record_id, title=title, by=request.actor, at=request.at
            )
    except _REFUSALS as refused:
        return _refused(request, change_id, refused)
    except IntegrityError as twice:
        if not has_drafted(request.actor, record_id):
            raise Http404 from twice
    return redirect("law-change", change_id=record_id)


@requires(Permission.LAW_APPROVE)
@reauthenticated
def law_change_decide(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """A second person, who has shown again that it is them, puts it in use or refuses it."""
    change = change_for(request.actor, change_id)
    form = DecisionForm(request.POST or None, initial={"version": change.version})
    if change.status != ChangeStatus.PROPOSED or change.drafted_by_id == request.actor.user_id:
        wrong = actions.NotNow if change.status != ChangeStatus.PROPOSED else actions.NotYours
        return _refused(request, change_id, wrong())
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "change": change, **_reach(request, change)}
        status = 422 if form.is_bound else 200
        return render(request, "rights/changes/decide.html", context, status=status)
    given = form.cleaned_data
    try:
        with transaction.atomic():
            if given["answer"] == "publish":
                actions.publish_change(
                    change=change,
                    version=given["version"],
                    note=given["note"],
                    by=request.actor,
                    at=request.at,
                )
            else:
                actions.refuse_change(
                    change=change,
                    version=given["version"],
                    reason=given["note"],
                    by=request.actor,
                    at=request.at,
                )
    except _REFUSALS as refused:
        return _refused(request, change_id, refused)
    published = given["answer"] == "publish"
    said = _("The change is in use. Rights are brought into line now.") if published else _("It is refused.")
    messages.success(request, said)
    return redirect("law-change", change_id=change_id)


@requires(Permission.SUPERVISE)
@require_GET
def law_change_files(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """Own files that a change touches, by pseudonym."""
    change = change_for(request.actor, change_id)
    try:
        after = UUID(request.GET.get("after", ""))
    except ValueError:
        after = None
    files, following = queries.own_files(change, request.actor, at=request.at, after=after)
    context = {
        "change": change,
        "is_in_use": change.status == ChangeStatus.PUBLISHED,
        "files": [
            {
                "person": one.person,
                "seen_at": one.effect.seen_at,
                "rights": [_way(right, way) for right, way in one.ways.items()],
            }
            for one in files
        ],
        "next_url": f"?after={following}" if following else "",
    }
    return render(request, "rights/changes/files.html", context)


def _way(right: str, way: str) -> dict[str, Any]:
    word, tone = WAYS[way]
    return {"title": right_name(right), "word": word, "tone": tone, "way": way}


@requires(Permission.CASE_READ)
@require_GET
def law_change_in_file(request: StaffRequest, person_id: UUID, change_id: UUID) -> HttpResponse:
    """What a change in use means for one person, right by right."""
    file = opened(request, person_id)
    effect = effect_in(file, change_id)
    context = {
        "file": file,
        "tab": "rights",
        "change": effect.change,
        "effect": effect,
        "turns": [_turn(one) for one in effect.turns],
        "may_write": may_write(request, file),
    }
    return render(request, "rights/changes/in_file.html", context)


def _turn(one: dict[str, Any]) -> dict[str, Any]:
    entry = _entry(one["entry"])
    return {
        "entry": one["entry"] if entry else "",
        "right": one["right"],
        "title": right_name(one["right"] or one["entry"]),
        "citation": words.citation(entry) if entry else one["entry"],
        "changes": [str(CHANGES[code]) for code in CHANGES if code in one["changes"]],
        "tone": "danger" if "lost" in one["changes"] else "good" if "gained" in one["changes"] else "calm",
        "day": date.fromisoformat(one["day"]),
    }


def _entry(name: str) -> Provision | None:
    """An entry of the law in use; None where the change took it out."""
    return load_law().provisions.get(name)


@requires(Permission.RIGHT_FOLLOW)
@require_POST
def law_change_looked(request: StaffRequest, person_id: UUID, change_id: UUID) -> HttpResponse:
    """A colleague has looked: this file no longer waits."""
    file = opened(request, person_id, write=True)
    effect = effect_in(file, change_id)
    actions.see_effect(effect=effect, by=request.actor, at=request.at)
    messages.success(request, _("Noted: you have looked at what the change of law means here."))
    return redirect("rights", person_id=person_id)
