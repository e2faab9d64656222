"""Assembles the API: each package brings its router, and the same door stands before every record."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from tutela import __version__
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.door import AccessDenied
from tutela.protection.api import router as protection
from tutela.rights.api import router as rights


def signed_in(request: HttpRequest) -> Actor | None:
    """Signed in as on the pages, with a second factor; None answers 401."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor


api = NinjaAPI(
    title="Tutela",
    version=__version__,
    urls_namespace="api",
    auth=signed_in,
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("", protection)
api.add_router("", rights)


@api.exception_handler(AccessDenied)
def refuse(request: HttpRequest, denied: Any) -> HttpResponse:
    """Hands the refusal on to the door, which writes it down and answers as for what does not exist."""
    raise denied


@api.exception_handler(ValidationError)
def name_what_is_wrong(request: HttpRequest, wrong: Any) -> HttpResponse:
    """Which field is wrong and why, without repeating what was sent."""
    problems = [
        {"field": ".".join(map(str, error["loc"])), "problem": error["msg"]} for error in wrong.errors
    ]
    return api.create_response(request, {"problems": problems}, status=422)
