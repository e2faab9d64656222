"""How a view says who may open it. A guard test fails on a URL that says nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast, overload

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

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


@overload
def public(view: View) -> View: ...
@overload
def public(*, holds_transaction: bool) -> Callable[[View], View]: ...
def public(view: View | None = None, *, holds_transaction: bool = True) -> Any:
    """Open to anyone. With `holds_transaction=False` the view opens its own short scopes."""

    def open_up(view: View) -> View:
        cast(Any, view).opens_to = PUBLIC
        cast(Any, view).holds_transaction = holds_transaction
        return view

    return open_up(view) if view else open_up


def signed_in(view: View) -> View:
    """Open to every account."""
    return _gate(view, opens_to=SIGNED_IN)


def requires(*permissions: Permission, holds_transaction: bool = True) -> Callable[[View], View]:
    """Open to an account that has any of `permissions`; the record itself is decided at the door.

    With `holds_transaction=False` the view opens its own short scopes."""

    def gate(view: View) -> View:
        gated = _gate(view, opens_to=permissions)
        cast(Any, gated).holds_transaction = holds_transaction
        return gated

    return gate


def reauthenticated(view: View) -> View:
    """Open only to who has shown within the last minutes that it is still them; stands below `requires`.

    What was sent is not kept meanwhile: a form's words would lie in the session in the clear."""
    checked = reauthentication_required(view)

    @wraps(view)
    def proven(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return checked(request, *args, **kwargs)  # type: ignore[no-any-return]
        except ReauthenticationRequired:
            return prove_again(request)

    return proven


def prove_again(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the password or second factor, and from there back here."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if not methods:
        return redirect_to_login(request.get_full_path())
    query = QueryDict(mutable=True)
    query["next"] = request.get_full_path()
    return HttpResponseRedirect(f"{methods[0]['url']}?{query.urlencode()}")


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
