"""What the person gets: their rights as a page to show or print, and as a PDF."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.roles import Permission
from tutela.people.models import Person
from tutela.rights.sheet import rights_pdf, sheet_of
from tutela.rights.views.doorway import opened


def _language(request: StaffRequest, person: Person) -> str:
    """The one that was asked for, or that the person speaks, or English."""
    spoken = dict(settings.LANGUAGES)
    wanted = request.GET.get("lang", "") or person.language
    return wanted if wanted in spoken else settings.LANGUAGE_CODE


def _is_large(request: StaffRequest) -> bool:
    return request.GET.get("large", "") == "1"


@requires(Permission.CASE_READ)
@require_GET
def for_the_person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """A page without names and without ways into the file, to show on a phone or to print."""
    file = opened(request, person_id)
    language, large = _language(request, file.person), _is_large(request)
    context = {
        "person_id": person_id,
        "sheet": sheet_of(file.person, language=language, at=request.at),
        "large": large,
        "languages": settings.LANGUAGES,
        "chosen": language,
    }
    with translation.override(language):
        response = render(request, "rights/person.html", context)
    response["Content-Language"] = language
    return response


@requires(Permission.CASE_READ)
@require_GET
def sheet(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = opened(request, person_id)
    language, large = _language(request, file.person), _is_large(request)
    words = sheet_of(file.person, language=language, at=request.at)
    response = HttpResponse(rights_pdf(words, at=request.at, large=large), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="rights-{language}{"-large" if large else ""}.pdf"'
    return response
