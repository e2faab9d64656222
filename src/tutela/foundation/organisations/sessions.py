"""Idle and absolute limits of a signed-in session, and the second factor that staff must have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

STARTED, SEEN = "started_at", "seen_at"


class SessionLimits:
    """Signs out who was away too long or signed in too long ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            if _is_over(request, now):
                logout(request)
                return redirect("account_login")
            _mark(request, now)
        return self.get_response(request)


def _is_over(request: HttpRequest, now: datetime) -> bool:
    started, seen = request.session.get(STARTED), request.session.get(SEEN)
    if not started or not seen:
        return False
    idle = now - datetime.fromisoformat(seen) > timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return idle or now - datetime.fromisoformat(started) > timedelta(hours=settings.SESSION_ABSOLUTE_HOURS)


def _mark(request: HttpRequest, now: datetime) -> None:
    """Written at most once a minute, so that reading pages does not become writing sessions."""
    session = request.session
    session.setdefault(STARTED, now.isoformat())
    seen = session.get(SEEN)
    if not seen or now - datetime.fromisoformat(seen) > timedelta(minutes=1):
        session[SEEN] = now.isoformat()
