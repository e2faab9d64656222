"""How an operation of the API says who may use it: decided before anything that was sent is read.

A browser sends its session with whatever a strange page asks for. What changes nothing may be asked; all else
must come from a page of this installation or from no page at all, and as JSON, which a strange page cannot
send without asking first."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from tutela.foundation.access.decision import Actor, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.http import SIGNED_IN
from tutela.foundation.roles import Permission

JSON = "application/json"
_ASKS_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_PAGES = frozenset({"same-origin", "none"})


class StrangePage(Exception):
    """Somebody else's page sends it with a colleague's session."""


class NotJson(Exception):
    """What was sent does not say that it is JSON."""


def needs(permission: Permission) -> Callable[[HttpRequest], Actor | None]:
    """For `auth=` of an operation: who is signed in and has `permission`; None answers 401.

    Raises StrangePage, AccessDenied, NotJson, in this order."""

    def actor_of(request: HttpRequest) -> Actor | None:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            return None
        sends = request.method not in _ASKS_ONLY
        if sends and not _is_of_own_page(request):
            raise StrangePage
        if not actor.may(permission):
            raise AccessDenied(reason=Reason.NO_PERMISSION, permission=permission)
        if sends and request.content_type != JSON:
            raise NotJson
        return actor

    return actor_of


def signed_in_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the description of the API: any account may read it."""

    def gated(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if getattr(request, "actor", None) is None:
            return JsonResponse({"detail": "Unauthorized"}, status=401)
        return view(request, *args, **kwargs)

    gated.opens_to = SIGNED_IN  # type: ignore[attr-defined]
    return gated


def _is_of_own_page(request: HttpRequest) -> bool:
    """Every browser says where a request that sends something comes from; a program says nothing."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "none") in _OWN_PAGES
    return origin == f"{request.scheme}://{request.get_host()}" or origin in settings.CSRF_TRUSTED_ORIGINS
