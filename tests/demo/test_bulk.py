"""Cases in bulk are like those that people open: sealed, searchable, visible to those who may see them."""

from __future__ import annotations

import pytest
from tests.cast import NOON, signed_in

from tutela.demo import bulk, rows
from tutela.demo.rows import ColumnsWrong, Table
from tutela.foundation.access.decision import Actor
from tutela.foundation.vault.fields import reveal
from tutela.identification.models import GroundsRequest
from tutela.people.models import Happening, Person
from tutela.people.queries import found
from tutela.protection.models import Case
from tutela.rights.models import Right, RightBreach, RightStatus

WALKED, MORE = 20, 200


@pytest.fixture(scope="module")
def world(demonstration):
    return demonstration(WALKED + MORE, walked=WALKED)


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite,
    pytest.mark.slow,
]  # on PostgreSQL only the owner may copy rows in


def test_there_are_as_many_as_were_asked_for_and_their_names_are_sealed(world):
    assert Case.objects.count() == WALKED + MORE
    newest = Person.objects.filter(case__in=_copied()).first()
    name = reveal(newest, "real_name")
    assert name.encode() not in bytes(newest.real_name)
    note = Happening.objects.filter(person=newest, kind="note.added").first()
    assert reveal(note, "note")


def test_each_is_found_by_the_name_that_was_sealed(world):
    for case in _copied()[:20]:
        person = case.person
        actor = Actor.of(world.colleagues(_holder(world, case), _role(world, case))[0])
        assert person.pk in found(actor, reveal(person, "real_name"), most=2000)
        assert person.pk in found(actor, person.pseudonym, most=2000)


def test_a_supervisor_opens_one_and_an_authority_finds_what_waits_for_it(world):
    case = next(case for case in _copied() if case.organisation == world.organisations["casa-alba"])
    assert signed_in(world.staff["carl"]).get(f"/files/{case.person_id}/").status_code == 200
    asked = GroundsRequest.objects.filter(
        authority=world.organisations["bridge-authority"], status="requested", person__case__in=_copied()
    ).first()
    assert signed_in(world.staff["ada"]).get(f"/decisions/{asked.pk}/").status_code == 200


def test_the_rights_of_those_copied_stand_at_every_point_and_what_is_late_is_on_record(world):
    rights = Right.objects.filter(person__case__in=_copied())
    assert set(rights.values_list("status", flat=True)) == set(RightStatus)
    assert not rights.filter(bases=[]).exists()
    late = rights.filter(status=RightStatus.BREACHED)
    assert set(late) == {
        one.right for one in RightBreach.objects.select_related("right").filter(right__in=rights)
    }
    shown = signed_in(world.staff["carl"])
    for right in late.filter(organisation=world.organisations["casa-alba"]):
        page = shown.get(f"/files/{right.person_id}/rights/")
        assert right.right in [one["right"] for one in page.context["late"]] or right.breaches.get().seen_at


def test_a_table_that_has_changed_is_not_filled():
    with pytest.raises(ColumnsWrong, match="real_name"):
        Table(Person, "id organisation_id")


def test_every_number_comes_once_in_mixed_order():
    from random import Random

    numbers = list(bulk._mixed(1080, Random(1)))
    assert sorted(numbers) == list(range(1080))
    assert numbers != sorted(numbers)


def test_values_reach_sqlite_as_django_writes_them():
    row = rows._adapted([NOON, NOON.date(), True, {"a": 1}, b"x"], rows._ON_SQLITE)
    assert row == ["2026-11-25 12:00:00", "2026-11-25", 1, '{"a": 1}', b"x"]


def _copied():
    """Those that were written in bulk: nothing but the opening is in the log about them."""
    return Case.objects.filter(opened_by__password="!").select_related("person", "organisation")


def _holder(world, case):
    return next(key for key, body in world.organisations.items() if body == case.organisation)


def _role(world, case):
    return "hotline_operator" if case.organisation.kind == "hotline" else world.staff["bea"].roles[0]
