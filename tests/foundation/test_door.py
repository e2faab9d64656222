"""The door: who comes in, what mark it leaves, and what lists show."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.cast import NOON, assign, days, person, signed_in

from tutela.foundation.access import door
from tutela.foundation.access.decision import Purpose, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.models import Assignment, BreakGlass, Conflict, Grant, Section, spell
from tutela.foundation.access.scope import NoScope, Scope, current_scope, within
from tutela.foundation.audit.models import Event
from tutela.foundation.roles import Permission
from tutela.people.access import file_for
from tutela.people.models import Person


def open_file(
    cast, name, *, permission=Permission.CASE_READ, section=Section.NEEDS, purpose=Purpose.CARE, at=NOON
):
    return file_for(cast.actor(name), cast.amina.pk, permission, section=section, purpose=purpose, at=at)


def grant_to(cast, organisation, *sections, ends=30, ended=None):
    return Grant.objects.create(
        organisation=cast.casa_alba,
        to_organisation=organisation,
        person_id=cast.amina.pk,
        sections=spell(sections),
        purpose=Purpose.REFERRAL,
        basis="consent",
        source_kind="referral",
        source_id=uuid4(),
        granted_at=NOON,
        expires_at=NOON + days(ends),
        ended_at=ended,
    )


def test_bea_opens_the_file_that_is_assigned_to_her_and_leaves_a_mark(cast):
    file = open_file(cast, "bea")
    assert file.person == cast.amina
    assert file.decision.reason is Reason.ASSIGNED
    mark = Event.objects.get(verb="look.needs")
    assert (mark.actor_id, mark.person_id, mark.purpose) == (cast.bea.pk, cast.amina.pk, "care")
    assert mark.basis == "assigned"


@pytest.mark.parametrize("name", ["ben", "eve", "ora", "dario", "hana", "ada", "pia", "rosa"])
def test_nobody_else_opens_it(cast, name):
    with pytest.raises(AccessDenied):
        open_file(cast, name)
    assert not Event.objects.filter(verb="look.needs").exists()


def test_carl_opens_it_because_he_answers_for_the_whole_organisation(cast):
    assert open_file(cast, "carl", purpose=Purpose.SUPERVISION).decision.reason is Reason.WHOLE_ORGANISATION


def test_an_assignment_that_ended_opens_nothing(cast):
    Assignment.objects.filter(user=cast.bea).update(until=NOON)
    with pytest.raises(AccessDenied):
        open_file(cast, "bea")


def test_absent_and_not_yours_look_the_same(cast):
    with pytest.raises(AccessDenied) as absent:
        file_for(
            cast.actor("bea"),
            uuid4(),
            Permission.CASE_READ,
            section=Section.NEEDS,
            purpose=Purpose.CARE,
            at=NOON,
        )
    with pytest.raises(AccessDenied) as foreign:
        open_file(cast, "dario")
    assert str(absent.value) == str(foreign.value)


def test_dario_sees_the_granted_section_until_the_grant_ends(cast):
    grant_to(cast, cast.haven, Section.NEEDS, ends=30)
    assert open_file(cast, "dario", purpose=Purpose.REFERRAL).is_shared
    with pytest.raises(AccessDenied):
        open_file(cast, "dario", section=Section.TIMELINE, purpose=Purpose.REFERRAL)
    with pytest.raises(AccessDenied):
        open_file(cast, "dario", purpose=Purpose.REFERRAL, at=NOON + days(31))


def test_a_grant_that_was_ended_opens_nothing(cast):
    grant_to(cast, cast.haven, Section.NEEDS, ended=NOON)
    with pytest.raises(AccessDenied):
        open_file(cast, "dario", purpose=Purpose.REFERRAL)


def test_a_conflict_of_interest_shuts_out_even_the_caseworker(cast):
    Conflict.objects.create(
        organisation=cast.casa_alba,
        person_id=cast.amina.pk,
        user=cast.bea,
        declared_at=NOON,
        declared_by=cast.bea,
    )
    with pytest.raises(AccessDenied) as refused:
        open_file(cast, "bea")
    assert refused.value.reason is Reason.CONFLICT


def test_ben_breaks_the_glass_for_four_hours(cast):
    BreakGlass.objects.create(
        organisation=cast.casa_alba,
        person_id=cast.amina.pk,
        user=cast.ben,
        data_key=cast.amina.data_key,
        justification=b"sealed",
        opened_at=NOON,
        expires_at=NOON + days(1 / 6),
    )
    assert open_file(cast, "ben").decision.reason is Reason.BROKEN_GLASS
    with pytest.raises(AccessDenied):
        open_file(cast, "ben", at=NOON + days(0.2))


def visible_to(cast, name, section=Section.SUMMARY):
    rows = Person.objects.filter(door.visible(cast.actor(name), section, at=NOON, person="id"))
    return set(rows.values_list("pseudonym", flat=True))


def test_lists_show_what_the_door_would_let_in(cast):
    other = person(cast.casa_alba, pseudonym="Wren 1")
    assert visible_to(cast, "bea") == {"Heron 4821"}
    assert visible_to(cast, "carl") == {"Heron 4821", "Wren 1"}
    for name in ("ben", "eve", "ora", "dario", "hana", "ada", "pia", "rosa"):
        assert visible_to(cast, name) == set()
    assign(other, cast.ben)
    assert visible_to(cast, "ben") == {"Wren 1"}
    grant_to(cast, cast.haven, Section.SUMMARY)
    assert visible_to(cast, "dario") == {"Heron 4821"}
    assert visible_to(cast, "dario", Section.IDENTITY) == set()


def test_a_file_in_conflict_is_in_no_list(cast):
    Conflict.objects.create(
        organisation=cast.casa_alba,
        person_id=cast.amina.pk,
        user=cast.carl,
        declared_at=NOON,
        declared_by=cast.carl,
    )
    assert visible_to(cast, "carl") == set()


def test_a_query_without_a_scope_fails(db):
    with pytest.raises(NoScope):
        Person.objects.count()
    with pytest.raises(NoScope):
        current_scope()


def test_a_scope_ends_with_its_block(db):
    with within(Scope(system=True)):
        assert Person.objects.count() == 0
    with pytest.raises(NoScope):
        Person.objects.all()


def test_a_refusal_is_written_down_although_the_page_is_rolled_back(cast):
    response = signed_in(cast.dario).get(f"/files/{cast.amina.pk}/")
    assert response.status_code == 404
    refusal = Event.objects.get(verb="refused")
    assert refusal.actor_id == cast.dario.pk
    assert refusal.person_id == cast.amina.pk
    assert refusal.outcome == "denied"
    assert refusal.details["reason"] == "another organisation's file"
