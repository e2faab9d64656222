"""Pages of the library of law: its entries by instrument, and one of them whole."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tutela.engines.rights import Provision
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.roles import Permission
from tutela.rights import shelf, words
from tutela.rights.forms import LibraryFilter
from tutela.rights.law import load_law


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
