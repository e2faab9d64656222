"""States beside each other, as a page and as files; and one state on two days."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.roles import Permission
from tutela.rights import words
from tutela.rights.law import load_law
from tutela.rights.library import sheets
from tutela.rights.library.days import between
from tutela.rights.library.forms import CompareForm, TwoDaysForm, states_by_name
from tutela.rights.library.matrix import LIMITS, LOOKS, Matrix, matrix
from tutela.rights.library.turns import told

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.LIBRARY_READ)
@require_GET
def library_compare(request: StaffRequest) -> HttpResponse:
    """Rights beside states; only the form while none was chosen."""
    is_asked = bool({"states", "on", "group"} & set(request.GET))
    form = CompareForm(request.GET if is_asked else None)
    return _page(request, form, _compared(request, form))


@requires(Permission.LIBRARY_READ)
@require_GET
def library_compare_csv(request: StaffRequest) -> HttpResponse:
    form = CompareForm(request.GET)
    found = _compared(request, form)
    if found is None:
        return _page(request, form, None)
    return _file(sheets.as_csv(found), "text/csv; charset=utf-8", found, "csv")


@requires(Permission.LIBRARY_READ)
@require_GET
def library_compare_xlsx(request: StaffRequest) -> HttpResponse:
    form = CompareForm(request.GET)
    found = _compared(request, form)
    if found is None:
        return _page(request, form, None)
    return _file(sheets.as_xlsx(found, at=request.at), XLSX, found, "xlsx")


def _compared(request: StaffRequest, form: CompareForm) -> Matrix | None:
    if not form.is_valid():
        return None
    given, today = form.cleaned_data, request.at.date()
    return matrix(given["states"], day=form.day(today=today), group=given["group"])


def _page(request: StaffRequest, form: CompareForm, found: Matrix | None) -> HttpResponse:
    own = {one.state for one in load_law().library.instruments.values() if one.state}
    states = states_by_name()
    context = {
        "form": form,
        "matrix": found,
        "chosen": {code for code, _name in found.states} if found else set(request.GET.getlist("states")),
        "with_own_law": [pair for pair in states if pair[0] in own],
        "other_states": [pair for pair in states if pair[0] not in own],
        "looks": LOOKS.values(),
        "limits": LIMITS,
        "day": words.day(found.day) if found else "",
        "query": request.GET.urlencode(),
    }
    return render(request, "rights/library/compare.html", context, status=_status(form))


def _file(content: str | bytes, kind: str, found: Matrix, ending: str) -> HttpResponse:
    name = "-".join(["compare", *(code for code, _name in found.states), found.day.isoformat()])
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    )


def _status(form: CompareForm | TwoDaysForm) -> int:
    return 422 if form.errors else 200


@requires(Permission.LIBRARY_READ)
@require_GET
def library_differences(request: StaffRequest) -> HttpResponse:
    """What the law of a state gave on one day and on another; only the form while nothing was asked."""
    is_asked = bool({"before", "after"} & set(request.GET))
    first = {"state": request.GET.get("state", ""), "after": request.at.date()}
    form = TwoDaysForm(request.GET if is_asked else None, initial=first)
    context: dict[str, object] = {"form": form}
    if is_asked and form.is_valid():
        state, (before, after) = form.cleaned_data["state"], form.days()
        context |= {
            "turns": told(between(load_law(), state, before=before, after=after)),
            "state": state,
            "state_name": words.country(state),
            "before": words.day(before),
            "after": words.day(after),
        }
    return render(request, "rights/library/differences.html", context, status=_status(form))
