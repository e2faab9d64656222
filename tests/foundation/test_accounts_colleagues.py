"""Eve the administrator invites, gives roles and closes accounts, at Casa Alba alone, and sees no case."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import get_resolver
from tests.cast import AMINA, NOON, signed_in

from tutela.foundation.audit.models import Event
from tutela.foundation.organisations import actions
from tutela.foundation.organisations.models import Invitation, User
from tutela.foundation.roles import ROLES, Administrator, Caseworker, Supervisor


@pytest.fixture
def eve(cast):
    return signed_in(cast.eve, just_now=True)


def page_of(user: User) -> str:
    return f"/colleagues/{user.pk}/"


def test_eve_sees_her_colleagues_and_nobody_elses(cast, eve):
    page = eve.get("/colleagues/").content.decode()
    for here in ("Bea", "Ben", "Carl", "Eve", "Ora"):
        assert f"<bdi>{here}</bdi>" in page
    assert "Dario" not in page


def test_nobody_but_administrators_opens_these_pages(cast):
    for name, user in cast.everyone().items():
        status = signed_in(user, just_now=True).get("/colleagues/").status_code
        assert status == (200 if name == "eve" else 404), name


def test_a_colleague_of_another_house_looks_like_nobody(cast, eve):
    elsewhere, nobody = eve.get(page_of(cast.dario)), eve.get(f"/colleagues/{uuid4()}/")
    assert elsewhere.status_code == nobody.status_code == 404
    for act in ("close", "reopen", "reset"):
        assert eve.post(f"{page_of(cast.dario)}{act}/", {"record_id": str(uuid4())}).status_code == 404
    assert User.objects.get(pk=cast.dario.pk).is_active
    assert Event.objects.filter(verb="refused", actor_id=cast.eve.pk).exists()


def test_each_role_is_explained_where_it_is_given(cast, eve):
    page = eve.get("/colleagues/invite/").content.decode()
    for role in ROLES.values():
        assert str(role.description) in page


def test_eve_invites_and_sees_the_link_once(cast, eve):
    form = {"record_id": str(uuid4()), "email": "Nora@casaalba.example", "roles": ["caseworker"]}
    shown = eve.post("/colleagues/invite/", form)
    link = re.search(r"http://testserver(/invitation/[\w-]{32}/)", shown.content.decode())
    assert link
    assert eve.get(link[1]).status_code == 200
    again = eve.post("/colleagues/invite/", form, follow=True)
    assert "shown only once" in again.content.decode()
    assert Invitation.objects.filter(email="nora@casaalba.example").count() == 1
    assert "nora@casaalba.example" in eve.get("/colleagues/").content.decode()
    sent = Event.objects.get(verb="invitation.send")
    assert sent.actor_id == cast.eve.pk
    assert "nora" not in str(sent.details)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "bea@casaalba.example"}, "works here already"),
        ({"email": "no address"}, "valid email"),
        ({"roles": []}, "at least one role"),
        ({"roles": ["king"]}, "not one of the available choices"),
    ],
)
def test_a_wrong_invitation_is_explained_and_kept(cast, eve, change, words):
    form = {"record_id": str(uuid4()), "email": "nora@casaalba.example", "roles": ["caseworker"], **change}
    answer = eve.post("/colleagues/invite/", form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert form["email"] in answer.content.decode()


def test_a_withdrawn_invitation_leads_nowhere(cast, eve, client):
    invitation = actions.invite_colleague(
        invitation_id=uuid4(), email="n@x.example", roles=[], secret="s", by=cast.actor("eve"), at=NOON
    )
    eve.post(f"/colleagues/invited/{invitation.pk}/withdraw/")
    assert client.get("/invitation/s/").status_code == 404
    assert Event.objects.filter(verb="invitation.withdraw", object_id=invitation.pk).exists()


def test_eve_changes_roles_and_the_change_is_written_down(cast, eve):
    answer = eve.post(page_of(cast.ben), {"roles": ["caseworker", "supervisor"], "version": 1})
    assert answer.status_code == 302
    assert User.objects.get(pk=cast.ben.pk).roles == [Caseworker.code, Supervisor.code]
    event = Event.objects.get(verb="account.roles")
    assert event.details == {"before": ["caseworker"], "after": ["caseworker", "supervisor"]}


def test_the_second_of_two_changes_sees_the_first(cast, eve):
    actions.change_roles(user=cast.ben, roles=["auditor"], version=1, by=cast.actor("eve"), at=NOON)
    answer = eve.post(page_of(cast.ben), {"roles": ["supervisor"], "version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<strong>Auditor</strong>" in page
    assert User.objects.get(pk=cast.ben.pk).roles == ["auditor"]
    assert 'name="version" value="2"' in page
    assert eve.post(page_of(cast.ben), {"roles": ["supervisor"], "version": 2}).status_code == 302


def test_the_last_administrator_stays(cast, eve):
    answer = eve.post(page_of(cast.eve), {"roles": ["reader"], "version": 1})
    assert answer.status_code == 422
    assert "at least one administrator" in answer.content.decode()
    with pytest.raises(actions.LastAdministrator):
        actions.close_account(user=cast.eve, by=cast.actor("eve"), at=NOON)
    cast.ora.roles = [Administrator.code]
    cast.ora.save(update_fields=["roles"])
    actions.close_account(user=cast.eve, by=cast.actor("ora"), at=NOON)


def test_nobody_closes_the_own_account_by_mistake(cast, eve):
    eve.post(f"{page_of(cast.eve)}close/")
    assert User.objects.get(pk=cast.eve.pk).is_active


def test_closing_and_reopening(cast, eve):
    eve.post(f"{page_of(cast.ben)}close/")
    assert not User.objects.get(pk=cast.ben.pk).is_active
    eve.post(f"{page_of(cast.ben)}reopen/")
    assert User.objects.get(pk=cast.ben.pk).is_active
    assert Event.objects.filter(verb__in=["account.close", "account.reopen"]).count() == 2


def test_a_link_to_a_new_password_is_shown_once(cast, eve):
    form = {"record_id": str(uuid4())}
    shown = eve.post(f"{page_of(cast.ben)}reset/", form).content.decode()
    assert re.search(r"http://testserver/new-password/[\w-]{32}/", shown)
    assert "shown only once" in eve.post(f"{page_of(cast.ben)}reset/", form, follow=True).content.decode()


def test_eve_makes_no_link_for_herself(cast, eve):
    answer = eve.post(f"{page_of(cast.eve)}reset/", {"record_id": str(uuid4())}, follow=True)
    assert "No link was made" in answer.content.decode()


def test_an_old_sign_in_shows_first_who_is_there_and_lands_on_a_page(cast):
    eve = signed_in(cast.eve)
    for act in ("", "close/", "reopen/", "reset/"):
        address = f"{page_of(cast.ben)}{act}"
        assert eve.post(address)["Location"].startswith("/account/still-me/?next="), act
        landing = signed_in(cast.eve, just_now=True).get(address, follow=True)
        assert landing.status_code == 200, act
    assert User.objects.get(pk=cast.ben.pk).is_active


def test_an_administrator_reaches_no_page_of_a_case(cast, eve):
    """Every address below /files/, whatever is built there, and every list of people and reports."""
    for address in _addresses_of_files(cast.amina.pk):
        answer = eve.get(address)
        assert answer.status_code in {404, 405}, address
        assert AMINA not in answer.content.decode()
    for listed in ("/files/", "/reports/", "/decisions/", "/overview/"):
        assert eve.get(listed).status_code == 404, listed


def _addresses_of_files(person_id) -> list[str]:
    """Each address of a person's file that takes nothing but the person."""
    routes = (str(pattern.pattern) for part in get_resolver().url_patterns for pattern in _leaves(part))
    return [
        "/" + route.replace("<uuid:person_id>", str(person_id))
        for route in routes
        if route.startswith("files/<uuid:person_id>/") and route.count("<") == 1
    ]


def _leaves(pattern):
    below = getattr(pattern, "url_patterns", None)
    return [leaf for part in below for leaf in _leaves(part)] if below is not None else [pattern]


def test_eve_cannot_give_herself_a_role_that_sees_cases(cast):
    roles = ["administrator", "supervisor"]
    with pytest.raises(actions.OwnRoles):
        actions.change_roles(user=cast.eve, roles=roles, version=1, by=cast.actor("eve"), at=NOON)
    cast.eve.refresh_from_db()
    assert cast.eve.roles == ["administrator"]
