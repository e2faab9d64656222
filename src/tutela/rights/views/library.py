"""Pages of the library of law: search, one entry, one instrument, one state, one right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tutela.engines.rights import Provision
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.roles import Permission
from tutela.rights import shelf, words
from tutela.rights.law import load_law
from tutela.rights.library.entries import entry_page
from tutela.rights.library.forms import LibrarySearch, OneDayForm, states_by_name
from tutela.rights.library.index import index
from tutela.rights.library.instruments import instrument_page, shelves, state_page
from tutela.rights.library.lines import entry_line
from tutela.rights.library.rights import groups, right_page
from tutela.rights.library.search import find

PAGE: Final = 40


@requires(Permission.LIBRARY_READ)
@require_GET
def library(request: StaffRequest) -> HttpResponse:
    """What there is, or what was found where something is searched for."""
    form = LibrarySearch(request.GET)
    if not form.is_valid():
        return render(request, "rights/library/front.html", _front(form), status=422)
    wanted = form.wanted()
    if wanted.is_all:
        return render(request, "rights/library/front.html", _front(form))
    found = find(wanted, at=request.at.date())
    shown, following = _page(found, after=request.GET.get("after", ""))
    context = {
        "form": form,
        "count": len(found),
        "lines": [entry_line(one) for one in shown],
        "next_url": _with(request.GET, after=following) if following else "",
        "has_filters": any((wanted.instrument, wanted.certainty, wanted.strength)),
    }
    return render(request, "rights/library/found.html", context)


def _front(form: LibrarySearch) -> dict[str, object]:
    own = {one.state for one in load_law().library.instruments.values() if one.state}
    return {
        "form": form,
        "shelves": shelves(),
        "groups": groups(),
        "states": states_by_name(),
        "with_own_law": [(code, name) for code, name in states_by_name() if code in own],
        "has_filters": bool({"instrument", "certainty", "strength"} & set(form.errors)),
    }


def _page(found: Sequence[Provision], *, after: str) -> tuple[Sequence[Provision], str]:
    """The entries after one, and the last of them where more follow. An unknown one begins anew."""
    ids = [one.id for one in found]
    start = ids.index(after) + 1 if after in ids else 0
    shown = found[start : start + PAGE]
    return shown, shown[-1].id if len(found) > start + PAGE else ""


def _with(query: QueryDict, **changed: str) -> str:
    """This page with another part of its query."""
    other = query.copy()
    for name, text in changed.items():
        other[name] = text
    return f"?{other.urlencode()}"


@requires(Permission.LIBRARY_READ)
@require_GET
def library_entry(request: StaffRequest, entry: str) -> HttpResponse:
    try:
        provision = shelf.entry(entry)
    except shelf.NoSuchEntry as missing:
        raise Http404 from missing
    return render(request, "rights/library/entry.html", {"page": entry_page(provision)})


@requires(Permission.LIBRARY_READ)
@require_GET
def library_instrument(request: StaffRequest, instrument: str) -> HttpResponse:
    found = load_law().library.instruments.get(instrument)
    if found is None:
        raise Http404
    page = instrument_page(found, on=request.at.date())
    return render(request, "rights/library/instrument.html", {"page": page})


@requires(Permission.LIBRARY_READ)
@require_GET
def library_state(request: StaffRequest, state: str) -> HttpResponse:
    """What binds a state on a day, today unless said otherwise."""
    if state not in shelf.states():
        raise Http404
    form, day = _day(request)
    context = {"form": form, "page": state_page(state, on=day), "day": words.day(day), "on": day}
    return render(request, "rights/library/state.html", context, status=200 if form.is_valid() else 422)


@requires(Permission.LIBRARY_READ)
@require_GET
def library_right(request: StaffRequest, right: str) -> HttpResponse:
    """Every law behind one right; and what stands behind it in the states of the query."""
    if right not in index().law.rights:
        raise Http404
    form, day = _day(request)
    known = set(shelf.states())
    states = [code for code in dict.fromkeys(request.GET.getlist("states")) if code in known]
    context = {
        "form": form,
        "states": states,
        "page": right_page(right, states, on=day),
        "day": words.day(day),
        "on": day,
    }
    return render(request, "rights/library/right.html", context, status=200 if form.is_valid() else 422)


def _day(request: StaffRequest) -> tuple[OneDayForm, date]:
    """The day of the query and the form that shows it; today where there is none that can be used."""
    today = request.at.date()
    form = OneDayForm({"on": request.GET.get("on") or today.isoformat()})
    return form, form.cleaned_data["on"] if form.is_valid() else today
