"""How a view says who may open it. A guard test fails on a URL that says nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from tutela.foundation.access.decision import Actor, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.roles import Permission

View = Callable[..., HttpResponse]

PUBLIC = "public"
SIGNED_IN = "signed in"


class StaffRequest(HttpRequest):
    """A request after the door: who acts, and the one moment that everything in it counts from."""

    actor: Actor
    at: datetime


def public(view: View) -> View:
    """Open to anyone."""
    cast(Any, view).opens_to = PUBLIC
    return view


def signed_in(view: View) -> View:
    """Open to every account."""
    return _gate(view, opens_to=SIGNED_IN)


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Open to an account that has any of `permissions`; the record itself is decided at the door."""

    def gate(view: View) -> View:
        return _gate(view, opens_to=permissions)

    return gate


def _gate(view: View, *, opens_to: str | tuple[Permission, ...]) -> View:
    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if actor is None:
            return redirect_to_login(request.get_full_path())
        if not isinstance(opens_to, str) and not actor.permissions.intersection(opens_to):
            raise AccessDenied(reason=Reason.NO_PERMISSION, permission=opens_to[0])
        return view(request, *args, **kwargs)

    cast(Any, gated).opens_to = opens_to
    return gated
