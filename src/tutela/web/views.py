"""Pages of the house itself."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from tutela.foundation.access.http import StaffRequest, public
from tutela.web import samples


@public
def components(request: StaffRequest) -> HttpResponse:
    """Every component on one page, with invented content; only where demonstrations are shown."""
    if not settings.SHOW_DEMO:
        raise Http404
    return render(request, "components.html", samples.components_page(request.GET.dict(), at=request.at))


@public
def components_public(request: HttpRequest) -> HttpResponse:
    """The public layout with invented content; only where demonstrations are shown."""
    if not settings.SHOW_DEMO:
        raise Http404
    return render(request, "components_public.html", {"form": samples.TellForm()})


@public
def leave(request: HttpRequest) -> HttpResponse:
    """Ends the visit and goes to the neutral site, for pages where somebody is signed in.

    The cache is not cleared: browsers take seconds for that, and our pages are never stored.
    """
    if request.session.session_key:
        request.session.flush()
    response = HttpResponseRedirect(settings.EXIT_URL)
    response["Clear-Site-Data"] = '"cookies", "storage"'
    response["Cache-Control"] = "no-store"
    return response
