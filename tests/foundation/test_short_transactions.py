"""A view may refuse the transaction of the whole request, and then opens its own; the door stays the same."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from tests.cast import NOON

from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.http import public, requires
from tutela.foundation.access.middleware import OneDoor
from tutela.foundation.access.scope import NoScope, current_scope
from tutela.foundation.audit.models import Event
from tutela.foundation.roles import Permission


def _open(view, actor=None):
    request = RequestFactory().get("/")
    request.at, request.actor = NOON, actor
    return OneDoor(lambda _: HttpResponse()).process_view(request, view, (), {})


def _scoped(_request) -> HttpResponse:
    return HttpResponse(str(current_scope().organisation_id))


def test_a_view_runs_in_the_scope_of_its_request(cast):
    assert _open(public(_scoped)).content == b"None"
    gated = requires(Permission.REPORT_READ)(_scoped)
    assert _open(gated, cast.actor("hana")).content.decode() == str(cast.lifeline.pk)


@pytest.mark.django_db
def test_a_view_without_that_transaction_has_no_scope_until_it_opens_one():
    with pytest.raises(NoScope):
        _open(public(holds_transaction=False)(_scoped))


def test_its_refusals_are_written_down_too(cast):
    gated = requires(Permission.REPORT_READ, holds_transaction=False)(_scoped)
    with pytest.raises(AccessDenied):
        _open(gated, cast.actor("bea"))
    assert Event.objects.filter(verb="refused", actor_id=cast.bea.pk).exists()
