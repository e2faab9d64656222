"""Pages of a person's rights: what is due, why, how far it has come, what to ask; and the library."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutela.engines.rights import Entitlement, Provision
from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.models import Section
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.roles import Permission
from tutela.people.access import PersonFile, file_for
from tutela.rights import access, actions, assess, cards, queries, shelf, waits, words
from tutela.rights.facts import answers_of
from tutela.rights.forms import AnswersForm, FollowForm, LibraryFilter
from tutela.rights.law import load_law
from tutela.rights.models import Right, RightStatus
from tutela.rights.sheet import rights_sheet

FIRST_QUESTIONS = 4


def _open(request: StaffRequest, person_id: UUID, *, write: bool = False) -> PersonFile:
    permission = Permission.RIGHT_FOLLOW if write else Permission.CASE_READ
    return file_for(
        request.actor, person_id, permission, section=Section.RIGHTS, purpose=Purpose.CARE, at=request.at
    )


def _may_write(request: StaffRequest, file: PersonFile) -> bool:
    return request.actor.may(Permission.RIGHT_FOLLOW) and not file.is_shared


# ---------------------------------------------------------------- what is due
@requires(Permission.CASE_READ)
@require_GET
def rights(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = _open(request, person_id)
    found = assess.assess(file.person, at=request.at)
    followed = queries.rights_of(file.person, country=found.country)
    due = cards.due_cards(found, followed, kept=waits.kept(file.person))
    depends = [cards.card(one, None, found) for one in found.depends]
    context = {
        "file": file,
        "tab": "rights",
        "place": words.country(found.country),
        "groups": cards.groups(due),
        "depends_groups": cards.groups(depends),
        "depends_count": len(depends),
        "ended": _ended(found, followed),
        "is_stale": {one.entry for one in due if one.is_followed} != _running(followed),
        "may_write": _may_write(request, file),
        "languages": settings.LANGUAGES,
        "tally": _tally(due),
    }
    if context["may_write"]:
        context["form"] = _answers_form(request, file, found, only_first=True)
    return render(request, "rights/rights.html", context)


def _running(followed: dict[str, Right]) -> set[str]:
    return {entry for entry, right in followed.items() if right.status != RightStatus.ENDED}


def _ended(found: assess.Assessment, followed: dict[str, Right]) -> list[dict[str, str]]:
    """Rights that were due once. Their entry may have left the library since."""
    return [
        {
            "entry": right.entry,
            "title": words.text(one.provision.title) if (one := found.of(right.entry)) else "",
        }
        for right in followed.values()
        if right.status == RightStatus.ENDED
    ]


def _tally(due: list[cards.Card]) -> list[tuple[str, str, int]]:
    """How many duties stand where: label, tone and number, the worst first."""
    owed = [one for one in due if one.is_followed and one.is_duty]
    order = (
        RightStatus.BREACHED,
        RightStatus.REFUSED,
        RightStatus.DUE,
        RightStatus.REQUESTED,
        RightStatus.GRANTED,
        RightStatus.DELIVERED,
    )
    counted = Counter(one.status for one in owed)
    return [(str(step.label), cards.TONES[step], counted[step]) for step in order if counted[step]]


@requires(Permission.RIGHT_FOLLOW)
@require_POST
def update(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = _open(request, person_id, write=True)
    changed = actions.sync_rights(person=file.person, by=request.actor, at=request.at)
    messages.success(request, _("The list is up to date. Changed: %(count)s.") % {"count": len(changed)})
    return redirect("rights", person_id=person_id)


# ---------------------------------------------------------------- what is still to be asked
def _answers_form(
    request: StaffRequest, file: PersonFile, found: assess.Assessment, *, only_first: bool = False
) -> AnswersForm:
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
    file = _open(request, person_id, write=True)
    found = assess.assess(file.person, at=request.at)
    form = _answers_form(request, file, found)
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


# ---------------------------------------------------------------- one right
@requires(Permission.CASE_READ)
@require_http_methods(["GET", "POST"])
def right(request: StaffRequest, person_id: UUID, entry: str) -> HttpResponse:
    file = _open(request, person_id, write=request.method == "POST")
    found = assess.assess(file.person, at=request.at)
    one = found.of(entry)
    if one is None:
        raise Http404
    if request.method == "POST":
        return _follow(request, file, found, one)
    return _right_page(request, file, found, one)


def _follow(
    request: StaffRequest, file: PersonFile, found: assess.Assessment, one: Entitlement
) -> HttpResponse:
    row = access.right_in(file, entry=one.provision.id, country=found.country)
    if row is None:
        actions.sync_rights(person=file.person, by=request.actor, at=request.at)
        row = access.right_in(file, entry=one.provision.id, country=found.country)
    if row is None:
        raise Http404
    form = FollowForm(request.POST, now=row.status, papers=queries.papers_of(file.person))
    if not form.is_valid():
        return _right_page(request, file, found, one, form=form, status=422)
    given = form.cleaned_data
    try:
        actions.follow_right(
            right=row,
            status=RightStatus(given["status"]),
            note=given["note"],
            document_id=UUID(given["document_id"]) if given["document_id"] else None,
            version=given["version"],
            by=request.actor,
            at=request.at,
        )
    except (ChangedMeanwhile, actions.NotPossible):
        return _right_page(request, file, found, one, form=form, status=409)
    messages.success(request, _("Written down."))
    return redirect("right", person_id=file.person.pk, entry=one.provision.id)


def _right_page(
    request: StaffRequest,
    file: PersonFile,
    found: assess.Assessment,
    one: Entitlement,
    *,
    form: FollowForm | None = None,
    status: int = 200,
) -> HttpResponse:
    row = access.right_in(file, entry=one.provision.id, country=found.country)
    shown = cards.card(one, row, found, kept=waits.kept(file.person))
    now = row.status if row else RightStatus.DUE
    may_follow = (
        _may_write(request, file) and shown.is_followed and (row is not None or one in found.due)
    ) and bool(actions.NEXT[RightStatus(now)])
    if form is None and may_follow:
        version = row.version if row else 1
        form = FollowForm(initial={"version": version}, now=now, papers=queries.papers_of(file.person))
    context = {
        "file": file,
        "tab": "rights",
        "card": shown,
        "right": row,
        "held": [words.condition(test) for test in one.held],
        "failed": [words.condition(test) for test in one.failed],
        "asks": [words.question(fact) for fact in (*one.asks, *one.dates_needed)],
        "steps": _steps(row, file) if row else [],
        "form": form if may_follow else None,
        "changed_meanwhile": status == 409,
        "fresh_version": row.version if row else 1,
    }
    return render(request, "rights/right.html", context, status=status)


def _steps(row: Right, file: PersonFile) -> list[dict[str, object]]:
    """Notes are for the organisation that holds the file: another one sees the steps alone."""
    titles = {} if file.is_shared else dict(queries.papers_of(file.person))
    return [
        {
            "at": step.at,
            "what": step.get_status_display(),
            "who": step.by.display_name if step.by else "",
            "tone": cards.TONES[RightStatus(step.status)],
            "detail": "" if file.is_shared else note,
            "paper": titles.get(str(step.document_id), ""),
        }
        for step, note in queries.steps_of(row)
    ]


# ---------------------------------------------------------------- on paper
@requires(Permission.CASE_READ)
@require_GET
def sheet(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = _open(request, person_id)
    found = assess.assess(file.person, at=request.at)
    spoken = dict(settings.LANGUAGES)
    asked = request.GET.get("lang", "") or file.person.language
    language = asked if asked in spoken else settings.LANGUAGE_CODE
    pdf = rights_sheet(
        person=file.person,
        found=found,
        rights=queries.rights_of(file.person, country=found.country),
        language=language,
        at=request.at,
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="rights-{language}.pdf"'
    return response


# ---------------------------------------------------------------- the library
@requires(Permission.LIBRARY_READ)
@require_GET
def library(request: StaffRequest) -> HttpResponse:
    form = LibraryFilter(request.GET or None, states=shelf.states())
    chosen = form.cleaned_data if form.is_valid() else {}
    state = chosen.get("state", "")
    found = shelf.entries(at=request.at.date(), state=state, group=chosen.get("category", ""))
    instruments = load_law().library.instruments
    by_instrument: dict[str, list[dict[str, object]]] = {}
    for provision in found:
        by_instrument.setdefault(provision.instrument, []).append(_entry_line(provision))
    context = {
        "form": form,
        "count": len(found),
        "is_narrowed": any(chosen.values()),
        "instruments": [
            {
                "id": name,
                "short": words.text(instruments[name].short),
                "name": words.text(instruments[name].name),
                "entries": lines,
            }
            for name, lines in sorted(by_instrument.items(), key=lambda pair: _instrument_key(pair[0]))
        ],
    }
    return render(request, "rights/library.html", context)


def _instrument_key(name: str) -> tuple[int, str]:
    instrument = load_law().library.instruments[name]
    return list(type(instrument.level)).index(instrument.level), words.text(instrument.short)


def _entry_line(provision: Provision) -> dict[str, object]:
    return {
        "id": provision.id,
        "article": words.article(provision.article),
        "title": words.text(provision.title),
        "force": words.FORCE[provision.strength],
        "trust": words.TRUST[provision.certainty],
        "certainty": provision.certainty.value,
    }


@requires(Permission.LIBRARY_READ)
@require_GET
def library_entry(request: HttpRequest, entry: str) -> HttpResponse:
    try:
        provision = shelf.entry(entry)
    except shelf.NoSuchEntry as missing:
        raise Http404 from missing
    instrument = load_law().library.instruments[provision.instrument]
    limit = provision.time_limit
    context = {
        "line": _entry_line(provision),
        "provision": provision,
        "instrument": instrument,
        "name": words.text(instrument.name),
        "detail": words.text(provision.detail),
        "texts": [
            {
                "code": code,
                "language": name,
                "title": provision.title.get(code),
                "detail": provision.detail[code],
            }
            for code, name in settings.LANGUAGES
            if code in provision.detail
        ],
        "remedy": words.text(provision.remedy.text) if provision.remedy else "",
        "limit": words.text(limit.text) if limit else "",
        "duty_bearer": words.duty_bearer(provision.duty_bearer),
        "helping_police": words.HELPING_POLICE[provision.cooperation],
        "condition": shelf.in_words(provision.condition),
        "territory": _(", ").join(words.region(code) for code in provision.territory),
        "source": provision.source or instrument.source,
        "bound": sorted(
            words.country(one.state) for one in load_law().library.bindings if one.instrument == instrument.id
        ),
    }
    return render(request, "rights/entry.html", context)
