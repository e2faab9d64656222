"""Idle and absolute limits of a signed-in session, and the second factor that staff must have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from tutela.foundation.access.http import PUBLIC
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.organisations import sign_ins

STARTED, SEEN, SECOND_FACTOR = "started_at", "seen_at", "second_factor"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# What an account without a second factor can open: the way to one, and its language. Public
# pages, the way out among them, stay open too.
BEFORE_SECOND_FACTOR = frozenset(
    {
        "second-factor",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account-language",
    }
)


class SessionLimits:
    """Signs out who was away too long or signed in too long ago, says so, and keeps the way back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            if ended := _why_over(request, now):
                _sign_out(request, ended, now)
            else:
                _mark(request, now)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A public page stays open to whoever was signed out just now."""
        ended = getattr(request, "session_ended", "")
        if not ended or getattr(view, "opens_to", None) == PUBLIC:
            return None
        return _sign_in_again(request, ended)


def _why_over(request: HttpRequest, now: datetime) -> str:
    started, seen = request.session.get(STARTED), request.session.get(SEEN)
    if not started or not seen:
        return ""
    if now - datetime.fromisoformat(seen) > timedelta(minutes=settings.SESSION_IDLE_MINUTES):
        return "idle"
    if now - datetime.fromisoformat(started) > timedelta(hours=settings.SESSION_ABSOLUTE_HOURS):
        return "long"
    return ""


def _sign_out(request: HttpRequest, ended: str, now: datetime) -> None:
    with within(Scope(system=True)):
        sign_ins.signed_out(request.user, why=ended, at=now)  # type: ignore[arg-type]
    logout(request)
    request.session_ended = ended  # type: ignore[attr-defined]


def _sign_in_again(request: HttpRequest, ended: str) -> HttpResponse:
    """Back to the same page after signing in, where it is a page that can be opened anew."""
    query = {"ended": ended}
    if request.method in {"GET", "HEAD"}:
        query["next"] = request.get_full_path()
    return redirect(f"{reverse('account_login')}?{urlencode(query)}")


def _mark(request: HttpRequest, now: datetime) -> None:
    """Written at most once a minute, so that reading pages does not become writing sessions."""
    session = request.session
    session.setdefault(STARTED, now.isoformat())
    seen = session.get(SEEN)
    if not seen or now - datetime.fromisoformat(seen) > timedelta(minutes=1):
        session[SEEN] = now.isoformat()


class SecondFactorFirst:
    """An account without a second factor opens nothing but the way to one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not settings.STAFF_MFA_REQUIRED or not request.user.is_authenticated:
            return None
        if getattr(view, "opens_to", None) == PUBLIC or _leads_to_one(request):
            return None
        return None if has_second_factor(request) else redirect("second-factor")


def _leads_to_one(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in BEFORE_SECOND_FACTOR


def has_second_factor(request: HttpRequest) -> bool:
    """Asked of the database once a session: the last factor cannot be removed while a session lasts."""
    if not request.session.get(SECOND_FACTOR) and is_mfa_enabled(request.user, FACTORS):
        request.session[SECOND_FACTOR] = True
    return bool(request.session.get(SECOND_FACTOR))
