"""Pages for when something went wrong; each says what happened, what is safe, and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# Each is drawn without a request, so that no context processor can fail while the page is already failing.


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(403)


def form_not_trusted(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What CSRF_FAILURE_VIEW shows; the reason is for the log, not for the reader."""
    return _error_page(403, template="403_csrf.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Absent and not yours answer alike, and the address is not repeated on the page."""
    return _error_page(404)


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(413)


def too_many(
    request: HttpRequest, exception: Exception | None = None, *, wait_seconds: int = 60
) -> HttpResponse:
    response = _error_page(429)
    response["Retry-After"] = str(wait_seconds)
    return response


def broken(request: HttpRequest) -> HttpResponse:
    return _error_page(500)


def _error_page(status: int, *, template: str = "") -> HttpResponse:
    response = HttpResponse(render_to_string(template or f"{status}.html"), status=status)
    response["Cache-Control"] = "no-store"
    return response
