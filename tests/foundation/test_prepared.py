"""A query that is built once answers each time with what is given then, and only inside a scope."""

from __future__ import annotations

from contextvars import copy_context

import pytest
from django.db.models import Exists, OuterRef, Value
from tests.cast import NOON, days

from tutela.foundation.access import scope
from tutela.foundation.access.models import Assignment
from tutela.foundation.access.prepared import Among, Prepared, blank_id, blank_moment
from tutela.foundation.access.scope import NoScope
from tutela.foundation.organisations.models import User


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


@pytest.mark.parametrize("name", ["O'Neill", "100 %s", "a%b", 'say "x"', "back\\slash", "x' OR '1'='1"])
def test_words_of_the_query_itself_stay_words(cast, name):
    User.objects.filter(pk=cast.bea.pk).update(display_name=name)
    users = User.objects.filter(organisation_id=blank_id("organisation"))
    (same,) = Prepared(users.filter(display_name=name)).ask(organisation=cast.bea.organisation_id)
    (alike,) = Prepared(users.filter(display_name__contains=name)).ask(organisation=cast.bea.organisation_id)
    assert same == alike == cast.bea
    assert Prepared(users.filter(display_name=name)).count(organisation=cast.bea.organisation_id) == 1


def test_only_what_was_left_blank_is_given(cast):
    rows = Assignment.objects.filter(
        user_id=blank_id("user"), person_id__isnull=False, user__display_name="Bea"
    )
    prepared = Prepared(rows.values_list(Value("a"), Value(1), "is_lead"))
    assert len(prepared.values) == 1
    assert prepared.ask(user=cast.bea.pk) == [("a", 1, True)]


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


def test_it_gives_rows_of_the_model_with_what_was_selected_beside_them(cast):
    others = Assignment.objects.filter(person_id=OuterRef("person_id"), user_id=blank_id("user"))
    rows = Assignment.objects.select_related("user").annotate(is_mine=Exists(others))
    prepared = Prepared(rows.filter(person_id=blank_id("person")))
    found = prepared.first(person=cast.amina.pk, user=cast.bea.pk)
    assert (found, found.user, found.is_mine) == (Assignment.objects.get(), cast.bea, True)
    assert prepared.first(person=cast.amina.pk, user=cast.ben.pk).is_mine is False
    assert prepared.first(person=cast.bea.pk, user=cast.bea.pk) is None


def test_rows_that_belong_to_no_organisation_need_no_scope(cast):
    prepared = Prepared(User.objects.filter(pk=blank_id("id")))

    def outside() -> None:
        scope._current.set(None)
        assert prepared.first(id=cast.bea.pk) == cast.bea

    copy_context().run(outside)
