"""Sessions end when nobody is there, when they last too long, and when the account behind them changes."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import NOON, PASSWORD, code_now, give_app, signed_in

from tutela.foundation.audit.models import Event
from tutela.foundation.organisations import actions
from tutela.foundation.roles import Caseworker, Supervisor

ACCOUNT = "/account/"


@pytest.fixture
def later(monkeypatch):
    """Moves the clock to so long after noon."""

    def move(**time: float) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(**time))

    return move


@pytest.fixture
def bea(cast) -> Client:
    client = signed_in(cast.bea)
    assert client.get(ACCOUNT).status_code == 200
    return client


def query_of(response) -> dict[str, list[str]]:
    address = urlsplit(response["Location"])
    assert address.path == "/sign-in/"
    return parse_qs(address.query)


def test_half_an_hour_away_ends_it_and_keeps_the_way_back(cast, bea, later):
    later(minutes=29)
    assert bea.get(ACCOUNT).status_code == 200
    later(minutes=60)
    answer = bea.get("/account/ways/?from=there")
    assert query_of(answer) == {"ended": ["idle"], "next": ["/account/ways/?from=there"]}
    page = bea.get(answer["Location"]).content.decode()
    assert "You were away for a while" in page
    assert "Nothing was lost that was saved." in page
    out = Event.objects.get(verb="sign-out", actor_id=cast.bea.pk)
    assert out.details == {"why": "idle"}


def test_the_way_back_leads_back(cast, bea, later):
    later(minutes=31)
    (way_back,) = query_of(bea.get("/account/ways/?from=there"))["next"]
    give_app(cast.bea)
    bea.post("/sign-in/", {"login": cast.bea.email, "password": PASSWORD, "next": way_back})
    assert bea.post("/sign-in/second-step/", {"code": code_now()})["Location"] == way_back


def test_a_form_sent_too_late_is_not_sent_again_by_signing_in(bea, later):
    later(minutes=31)
    assert query_of(bea.post("/account/language/", {"language": "fr"})) == {"ended": ["idle"]}


def test_twelve_hours_end_it_however_busy(bea, later):
    for quarter in range(48):
        later(minutes=15 * quarter)
        assert bea.get(ACCOUNT).status_code == 200
    later(hours=12, minutes=1)
    assert query_of(bea.get(ACCOUNT))["ended"] == ["long"]


def test_a_public_page_stays_open_to_whoever_was_signed_out(bea, later):
    later(minutes=31)
    assert bea.get("/sign-in/").status_code == 200


def test_signing_in_gives_a_new_session_key(cast):
    give_app(cast.bea)
    client = Client()
    client.post("/sign-in/", {"login": cast.bea.email, "password": PASSWORD, "next": ACCOUNT})
    before = client.session.session_key
    client.post("/sign-in/second-step/", {"code": code_now()})
    assert client.session.session_key != before
    stranger = Client()
    stranger.cookies["tutela"] = before
    assert stranger.get(ACCOUNT).status_code == 302


def test_signing_out_clears_the_browser_and_ends_the_session(cast, bea):
    key = bea.session.session_key
    answer = bea.post("/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer["Location"] == "/sign-in/"
    bea.cookies["tutela"] = key
    assert bea.get(ACCOUNT).status_code == 302
    assert Event.objects.get(verb="sign-out", actor_id=cast.bea.pk).details == {"why": "asked"}


def test_opening_the_address_of_signing_out_signs_nobody_out(bea):
    assert bea.get("/sign-out/").status_code == 200
    assert bea.get(ACCOUNT).status_code == 200


def test_new_roles_end_every_session(cast, bea):
    actions.change_roles(user=cast.bea, roles=[Supervisor.code], version=1, by=cast.actor("eve"), at=NOON)
    assert bea.get(ACCOUNT).status_code == 302


def test_the_old_roles_again_do_not_bring_a_session_back(cast, bea):
    for version, role in enumerate((Supervisor, Caseworker), start=1):
        actions.change_roles(user=cast.bea, roles=[role.code], version=version, by=cast.actor("eve"), at=NOON)
    assert bea.get(ACCOUNT).status_code == 302


def test_closing_an_account_ends_every_session_and_reopening_brings_none_back(cast, bea):
    actions.close_account(user=cast.bea, by=cast.actor("eve"), at=NOON)
    assert bea.get(ACCOUNT).status_code == 302
    other = signed_in(cast.bea)
    actions.reopen_account(user=cast.bea, by=cast.actor("eve"), at=NOON)
    assert other.get(ACCOUNT).status_code == 302


def test_a_new_password_ends_the_other_sessions(cast, bea):
    strong = "seven herons over a slow river"
    answers = {"oldpassword": PASSWORD, "password1": strong, "password2": strong}
    assert signed_in(cast.bea).post("/account/password/", answers).status_code == 302
    assert bea.get(ACCOUNT).status_code == 302


def test_the_database_is_asked_once_a_session_for_a_second_factor(bea):
    with CaptureQueriesContext(connection) as asked:
        bea.get("/account/second-factor/")
    assert not [query for query in asked.captured_queries if "mfa_authenticator" in query["sql"]]
