"""What every page needs besides its own content; nothing is looked up until the template asks for it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tutela.web.navigation import navigation_for


def page(request: HttpRequest) -> dict[str, Any]:
    """The rail, the address to leave to, and whether this is a demonstration."""
    # Lazy: an error page rendered while the database is away must not ask who is signed in.
    return {
        "navigation": SimpleLazyObject(
            lambda: navigation_for(getattr(request, "user", None), path=request.path)
        ),
        "exit_url": settings.EXIT_URL,
        "show_demo": settings.SHOW_DEMO,
    }
