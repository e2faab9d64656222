"""One law for each request: the newest that is known when it begins."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from tutela.rights.changes.edition import look_for_news
from tutela.rights.law.in_use import holding


class OneLaw:
    """Looks whether there is a newer edition, and holds on to one until the answer is written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A page that needs the database says so itself; the law that is known stays.
        with suppress(DatabaseError):
            look_for_news()
        with holding():
            return self.get_response(request)
