"""A query that is built once answers each time with what is given then, and only inside a scope."""

from __future__ import annotations

from contextvars import copy_context

import pytest
from tests.cast import NOON, days

from tutela.foundation.access import scope
from tutela.foundation.access.models import Assignment
from tutela.foundation.access.prepared import Among, Prepared, blank_id, blank_moment
from tutela.foundation.access.scope import NoScope


def assignments() -> Prepared:
    """Whose files a colleague works on, since a moment."""
    rows = Assignment.objects.filter(user_id=blank_id("user"), since__lte=blank_moment("at"))
    return Prepared(rows.order_by("since").values_list("person_id", "since"))


def test_it_answers_for_whom_and_when_it_is_asked(cast):
    prepared = assignments()
    assert prepared.ask(user=cast.bea.pk, at=NOON + days(1)) == [(cast.amina.pk, NOON)]
    assert prepared.ask(user=cast.bea.pk, at=NOON - days(1)) == []
    assert prepared.ask(user=cast.dario.pk, at=NOON + days(1)) == []


def test_it_counts_what_it_would_give(cast):
    prepared = assignments()
    assert prepared.count(user=cast.bea.pk, at=NOON + days(1)) == 1
    assert prepared.count(user=cast.dario.pk, at=NOON + days(1)) == 0


def test_it_takes_any_number_of_ids(cast):
    prepared = Prepared(Assignment.objects.filter(Among("person_id", "ids")).values_list("person_id"))
    assert prepared.ask(ids=[cast.amina.pk]) == [(cast.amina.pk,)]
    assert prepared.ask(ids=[cast.bea.pk, cast.amina.pk]) == [(cast.amina.pk,)]
    assert prepared.ask(ids=[]) == []


def test_a_query_that_can_find_nothing_finds_nothing(cast):
    prepared = Prepared(Assignment.objects.filter(pk__in=[]).values_list("person_id"))
    assert prepared.ask() == []
    assert prepared.count() == 0


def test_outside_a_scope_it_is_not_asked(cast):
    prepared = assignments()

    def outside() -> None:
        scope._current.set(None)
        for ask in (prepared.ask, prepared.count):
            with pytest.raises(NoScope):
                ask(user=cast.bea.pk, at=NOON)

    copy_context().run(outside)
