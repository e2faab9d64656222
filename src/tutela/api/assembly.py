"""Assembles the API: each package brings its router, and the same door stands before every record."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from tutela import __version__
from tutela.foundation.access.api import NotJson, StrangePage, signed_in_only
from tutela.foundation.access.door import AccessDenied
from tutela.protection.api import router as protection
from tutela.rights.api import router as rights

api = NinjaAPI(
    title="Tutela",
    version=__version__,
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    docs_decorator=signed_in_only,
)
api.add_router("", protection)
api.add_router("", rights)


@api.exception_handler(AccessDenied)
def refuse(request: HttpRequest, denied: Any) -> HttpResponse:
    """Hands the refusal on to the door, which writes it down and answers as for what does not exist."""
    raise denied


@api.exception_handler(StrangePage)
def refuse_strange_page(request: HttpRequest, refused: Any) -> HttpResponse:
    return _problem(request, "header.Origin", "This was sent from a page of somebody else.", status=403)


@api.exception_handler(NotJson)
def ask_for_json(request: HttpRequest, refused: Any) -> HttpResponse:
    return _problem(request, "header.Content-Type", "Send JSON, and say so: application/json.", status=415)


@api.exception_handler(ValidationError)
def name_what_is_wrong(request: HttpRequest, wrong: Any) -> HttpResponse:
    """Which field is wrong and why, without repeating what was sent."""
    problems = [
        {"field": ".".join(map(str, error["loc"])), "problem": error["msg"]} for error in wrong.errors
    ]
    return api.create_response(request, {"problems": problems}, status=422)


def _problem(request: HttpRequest, field: str, problem: str, *, status: int) -> HttpResponse:
    return api.create_response(request, {"problems": [{"field": field, "problem": problem}]}, status=status)
