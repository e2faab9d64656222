"""One transaction, one scope, one moment and one actor for each request."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from tutela.foundation.access.decision import SYSTEM, Actor
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit.models import Outcome
from tutela.foundation.audit.record import record
from tutela.foundation.changes import id_is_taken
from tutela.foundation.vault.keyring import holder_of


class OneDoor:
    """Sets `request.at`, `request.actor` (None outside), opens the scope, and writes down refusals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = timezone.now()  # type: ignore[attr-defined]
        user = request.user
        request.actor = Actor.of(user) if user.is_authenticated else None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse:
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        scope = Scope(organisation_id=actor.organisation_id if actor else None, at=request.at)  # type: ignore[attr-defined]
        try:
            reading = request.method in {"GET", "HEAD"}
            with (
                within(scope, reading=reading) if getattr(view, "holds_transaction", True) else nullcontext()
            ):
                response = view(request, *args, **kwargs)
                if hasattr(response, "render"):
                    response.render()
                return response  # type: ignore[no-any-return]
        except AccessDenied as denied:
            _write_down(denied, request)
            raise
        except IntegrityError as problem:
            if not id_is_taken(problem):
                raise
            raise Http404 from problem


def _write_down(denied: AccessDenied, request: HttpRequest) -> None:
    """In a transaction of its own: the one that was refused has been rolled back. In a scope of its own too:
    row-level security hides from the refused whose file it was."""
    with within(Scope(system=True)):
        record(
            "refused",
            by=request.actor or SYSTEM,  # type: ignore[attr-defined]
            at=request.at,  # type: ignore[attr-defined]
            kind="file" if denied.person_id else "page",
            person_id=denied.person_id,
            organisation_id=holder_of(denied.person_id) if denied.person_id else None,
            purpose=denied.purpose,
            outcome=Outcome.DENIED,
            details={"permission": denied.permission.value, "reason": denied.reason.value},
        )
