"""Signing in, and who comes to have an account: by invitation only, never without a second factor."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse
from tests.cast import NOON, PASSWORD, code_now, give_app, signed_in

from tutela.foundation.audit.models import Event
from tutela.foundation.organisations import actions
from tutela.foundation.organisations.access import InvitationUnusable, ResetUnusable
from tutela.foundation.organisations.models import Invitation, SpentCode, User
from tutela.foundation.roles import Caseworker

SIGN_IN = "/sign-in/"
ACCOUNT = "/account/"
STRONG = "seven herons over a slow river"


def give_password(client: Client, user: User | str, password: str = PASSWORD, **more: str):
    address = user if isinstance(user, str) else user.email
    return client.post(SIGN_IN, {"login": address, "password": password, **more})


def give_code(client: Client, code: str):
    return client.post("/sign-in/second-step/", {"code": code})


def verbs(**of) -> list[str]:
    return list(Event.objects.filter(**of).order_by("number").values_list("verb", flat=True))


# ---------------------------------------------------------------- the two steps
def test_bea_signs_in_with_a_password_and_a_code(cast):
    give_app(cast.bea)
    client = Client()
    assert give_password(client, cast.bea, next=ACCOUNT)["Location"] == "/sign-in/second-step/"
    assert client.get(ACCOUNT)["Location"] == f"{SIGN_IN}?next={ACCOUNT}", "a password alone opens nothing"
    assert give_code(client, code_now())["Location"] == ACCOUNT
    assert client.get(ACCOUNT).status_code == 200
    assert verbs(actor_id=cast.bea.pk) == ["second-factor.use", "sign-in"]


def test_a_code_opens_once(cast):
    give_app(cast.bea)
    code = code_now()
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client, cast.bea, next=ACCOUNT)
    assert give_code(first, code).status_code == 302
    assert give_code(second, code).status_code == 422
    assert SpentCode.objects.filter(user=cast.bea).count() == 1


def test_a_recovery_code_opens_once(cast):
    give_app(cast.bea)
    code = RecoveryCodes.activate(cast.bea).get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client, cast.bea, next=ACCOUNT)
    assert give_code(first, code).status_code == 302
    assert give_code(second, code).status_code == 422


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(cast):
    wrong = give_password(Client(), cast.bea, "not her password")
    unknown = give_password(Client(), "nobody@casaalba.example", "not her password")
    assert wrong.status_code == unknown.status_code == 422
    assert _bare(wrong, cast.bea.email) == _bare(unknown, "nobody@casaalba.example")


def test_an_unknown_address_costs_as_many_hashes_as_a_wrong_password(cast, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *words: hashed.append(1) or encode(self, *words)
    )
    give_password(Client(), cast.bea, "not her password")
    for_known = len(hashed)
    give_password(Client(), "nobody@casaalba.example", "not her password")
    assert len(hashed) == 2 * for_known > 0


def test_refused_sign_ins_are_written_down_without_the_address(cast):
    give_password(Client(), cast.bea, "not her password")
    give_password(Client(), "nobody@casaalba.example", "not her password")
    known, unknown = Event.objects.filter(verb="sign-in.refused").order_by("number")
    assert (known.object_id, known.organisation_id, known.outcome) == (
        cast.bea.pk,
        cast.casa_alba.pk,
        "denied",
    )
    assert (unknown.object_id, unknown.organisation_id) == (None, None)
    assert "casaalba" not in str(known.details) + str(unknown.details)


def test_after_five_tries_even_the_right_password_waits(cast):
    for _try in range(5):
        give_password(Client(), cast.bea, "not her password")
    answer = give_password(Client(), cast.bea)
    assert answer.status_code == 422
    assert "Wait five minutes" in answer.content.decode()


def test_after_five_wrong_codes_even_the_right_code_waits(cast):
    give_app(cast.bea)
    client = Client()
    give_password(client, cast.bea, next=ACCOUNT)
    for _try in range(5):
        give_code(client, "000000")
    assert give_code(client, code_now()).status_code == 422
    assert "sign-in.refused" in verbs(object_id=cast.bea.pk)


def test_a_closed_account_is_told_so_only_with_its_password(cast):
    actions.close_account(user=cast.ben, by=cast.actor("eve"), at=NOON)
    client = Client()
    assert "closed" not in give_password(client, cast.ben, "not his password").content.decode()
    assert give_password(client, cast.ben)["Location"] == SIGN_IN
    assert "This account is closed" in client.get(SIGN_IN).content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(cast, settings, elsewhere):
    settings.LOGIN_REDIRECT_URL = ACCOUNT
    give_app(cast.bea)
    client = Client()
    give_password(client, cast.bea, next=elsewhere)
    assert give_code(client, code_now())["Location"] == ACCOUNT


def test_signing_in_needs_a_token_of_the_form(cast):
    client = Client(enforce_csrf_checks=True)
    assert give_password(client, cast.bea).status_code == 403


@pytest.mark.django_db
def test_no_other_address_of_allauth_is_open(client):
    for address in ("signup/", "email/", "password/reset/", "confirm-email/", "account/signup/"):
        assert client.get(f"/{address}").status_code == 404
    assert client.get("/account/email/").status_code == 404


# ---------------------------------------------------------------- the second factor comes first
def test_without_a_second_factor_only_the_way_to_one_is_open(cast):
    client = Client()
    assert give_password(client, cast.bea, next=ACCOUNT)["Location"] == ACCOUNT
    for closed in (ACCOUNT, "/account/ways/", "/account/password/", "/account/ways/codes/"):
        assert client.get(closed)["Location"] == "/account/second-factor/", closed
    for opened in ("/account/second-factor/", "/account/ways/app/", "/account/ways/passkeys/add/", SIGN_IN):
        assert client.get(opened).status_code in {200, 302}, opened
        assert client.get(opened).headers.get("Location") != "/account/second-factor/", opened
    assert client.post("/sign-out/").status_code == 302


def test_a_new_passkey_is_offered_a_plain_name(cast):
    client = Client()
    give_password(client, cast.bea, next=ACCOUNT)
    page = client.get("/account/ways/passkeys/add/").content.decode()
    assert 'value="Passkey 1"' in page
    assert "Master key" not in page


def test_setting_up_an_app_shows_recovery_codes_once(cast):
    client = Client()
    give_password(client, cast.bea, next=ACCOUNT)
    page = client.get("/account/ways/app/")
    secret = page.context["form"].secret
    answer = client.post("/account/ways/app/", {"code": code_now(secret)})
    assert answer["Location"] == "/account/ways/codes/"
    codes = client.get("/account/ways/codes/").context["unused_codes"]
    assert len(codes) == 10
    again = client.get("/account/ways/codes/").content.decode()
    assert not any(code in again for code in codes)
    assert client.get(ACCOUNT).status_code == 200
    assert "second-factor.add" in verbs(actor_id=cast.bea.pk)


def test_the_secret_of_the_app_is_sealed_at_rest(cast):
    client = Client()
    give_password(client, cast.bea, next=ACCOUNT)
    secret = client.get("/account/ways/app/").context["form"].secret
    client.post("/account/ways/app/", {"code": code_now(secret)})
    kept = str(list(Authenticator.objects.filter(user=cast.bea).values_list("data", flat=True)))
    assert secret not in kept
    assert secret not in str(dict(client.session))


def test_the_last_second_factor_stays(cast):
    client = signed_in(cast.bea, just_now=True)
    assert "last second factor" in client.get("/account/ways/app/remove/").content.decode()
    assert client.post("/account/ways/app/remove/").status_code == 422
    assert Authenticator.objects.filter(user=cast.bea, type="totp").exists()


def test_removing_a_second_factor_asks_who_is_there(cast):
    client = signed_in(cast.bea)
    for address in (
        "/account/ways/app/remove/",
        "/account/ways/codes/new/",
        "/account/ways/passkeys/1/remove/",
    ):
        assert client.get(address)["Location"].startswith("/account/still-me/?next=%2Faccount%2Fways"), (
            address
        )


def test_whoever_shows_who_they_are_comes_back_to_where_they_were(cast):
    client = signed_in(cast.eve)
    address = f"/colleagues/{cast.ben.pk}/"
    asked = client.get(address)["Location"]
    assert client.post(asked, {"password": "not hers", "next": address}).status_code == 422
    assert client.get(address).status_code == 302
    assert client.post(asked, {"password": PASSWORD, "next": address})["Location"] == address
    assert client.get(address).status_code == 200


def test_the_proof_can_be_a_code(cast):
    client = signed_in(cast.eve)
    address = f"/colleagues/{cast.ben.pk}/"
    answer = client.post("/account/still-me/code/", {"code": code_now(), "next": address})
    assert answer["Location"] == address


# ---------------------------------------------------------------- invitations
@pytest.fixture
def invited(cast) -> str:
    actions.invite_colleague(
        invitation_id=uuid4(),
        email="Nora@casaalba.example",
        roles=[Caseworker.code],
        secret="nora-comes-in",
        by=cast.actor("eve"),
        at=NOON,
    )
    return "/invitation/nora-comes-in/"


ANSWERS = {"name": "Nora", "language": "fr", "password": STRONG, "again": STRONG}


def test_nora_comes_in_by_invitation_and_goes_on_to_a_second_factor(cast, invited):
    client = Client()
    assert "Casa Alba" in client.get(invited).content.decode()
    answer = client.post(invited, ANSWERS)
    assert answer["Location"] == "/account/second-factor/"
    assert client.cookies["language"].value == "fr"
    nora = User.objects.get(email="nora@casaalba.example")
    assert (nora.organisation, nora.roles, nora.display_name) == (cast.casa_alba, ["caseworker"], "Nora")
    assert verbs(actor_id=nora.pk) == ["invitation.accept", "sign-in"]
    assert client.get("/account/second-factor/").status_code == 200


def test_an_invitation_page_needs_no_script(invited, client):
    assert "<script" not in client.get(invited).content.decode()


def test_a_used_a_withdrawn_an_old_and_an_unknown_link_look_alike(cast, invited, monkeypatch):
    assert Client().post(invited, ANSWERS).status_code == 302
    used = Client().get(invited)
    unknown = Client().get("/invitation/nobody/")
    assert used.status_code == unknown.status_code == 404
    assert _bare(used) == _bare(unknown)
    actions.invite_colleague(
        invitation_id=uuid4(), email="o@x.example", roles=[], secret="old", by=cast.actor("eve"), at=NOON
    )
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(days=7))
    assert _bare(Client().get("/invitation/old/")) == _bare(unknown)


def test_only_a_hash_of_the_link_is_kept(invited):
    row = Invitation.objects.filter(email="nora@casaalba.example").values().get()
    assert "nora-comes-in" not in str(row)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"again": "another one entirely"}, "not the same"),
        ({"password": "short", "again": "short"}, "at least 12"),
        ({"password": "nora@casaalba.example", "again": "nora@casaalba.example"}, "too similar"),
        ({"password": "q1w2e3r4t5y6", "again": "q1w2e3r4t5y6"}, "too common"),
        ({"name": ""}, "required"),
        ({"language": "xx"}, "not one of the available choices"),
    ],
)
def test_a_weak_or_missing_answer_is_told_and_what_was_typed_stays(invited, client, change, words):
    answer = client.post(invited, {**ANSWERS, **change})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    if "name" not in change:
        assert 'value="Nora"' in answer.content.decode()
    assert not User.objects.filter(email="nora@casaalba.example").exists()


def test_an_invitation_for_an_address_that_has_an_account_makes_no_second_one(cast):
    actions.invite_colleague(
        invitation_id=uuid4(),
        email=cast.dario.email,
        roles=[],
        secret="twice",
        by=cast.actor("eve"),
        at=NOON,
    )
    assert Client().post("/invitation/twice/", ANSWERS).status_code == 404
    with pytest.raises(InvitationUnusable):
        actions.accept_invitation(
            secret="twice", display_name="D", password=STRONG, language="en", by=None, at=NOON
        )


def test_an_unknown_role_is_refused(cast):
    with pytest.raises(KeyError):
        actions.invite_colleague(
            invitation_id=uuid4(),
            email="a@b.example",
            roles=["king"],
            secret="s",
            by=cast.actor("eve"),
            at=NOON,
        )


# ---------------------------------------------------------------- a lost way in
def issue(cast, user, *, second_factor=False, secret="way-back"):
    return actions.issue_reset(
        reset_id=uuid4(),
        user=user,
        second_factor=second_factor,
        secret=secret,
        by=cast.actor("eve"),
        at=NOON,
    )


def test_ben_sets_a_new_password_by_a_link_and_still_needs_his_app(cast):
    elsewhere = signed_in(cast.ben)
    issue(cast, cast.ben)
    client = Client()
    assert client.get("/new-password/way-back/").status_code == 200
    assert (
        client.post("/new-password/way-back/", {"password": STRONG, "again": STRONG})["Location"] == SIGN_IN
    )
    assert elsewhere.get(ACCOUNT).status_code == 302, "all sessions end"
    assert give_password(client, cast.ben, STRONG, next=ACCOUNT)["Location"] == "/sign-in/second-step/"
    assert Client().get("/new-password/way-back/").status_code == 404
    assert verbs(object_id=cast.ben.pk)[:2] == ["reset.issue", "reset.use"]


def test_a_lost_phone_is_taken_away_with_the_password(cast):
    give_app(cast.ben)
    issue(cast, cast.ben, second_factor=True)
    client = Client()
    client.post("/new-password/way-back/", {"password": STRONG, "again": STRONG})
    assert give_password(client, cast.ben, STRONG, next=ACCOUNT)["Location"] == ACCOUNT
    assert client.get(ACCOUNT)["Location"] == "/account/second-factor/"


def test_a_new_link_ends_the_one_before_and_each_ends_in_a_day(cast, monkeypatch):
    issue(cast, cast.ben, secret="first")
    issue(cast, cast.ben, secret="second")
    assert Client().get("/new-password/first/").status_code == 404
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(hours=24))
    assert Client().get("/new-password/second/").status_code == 404


def test_a_closed_account_has_no_way_back(cast):
    issue(cast, cast.ben)
    actions.close_account(user=cast.ben, by=cast.actor("eve"), at=NOON)
    with pytest.raises(ResetUnusable):
        actions.use_reset(secret="way-back", password=STRONG, by=None, at=NOON)


def test_the_own_password_is_changed_with_the_present_one(cast):
    client = signed_in(cast.bea)
    answers = {"oldpassword": "wrong", "password1": STRONG, "password2": STRONG}
    assert client.post("/account/password/", answers).status_code == 422
    assert client.post("/account/password/", {**answers, "oldpassword": PASSWORD})["Location"] == SIGN_IN
    cast.bea.refresh_from_db()
    assert cast.bea.check_password(STRONG)
    assert "account.password" in verbs(actor_id=cast.bea.pk)
    weak = {"oldpassword": STRONG, "password1": "short", "password2": "short"}
    assert signed_in(cast.bea).post("/account/password/", weak).status_code == 422


def test_my_page_shows_roles_factors_and_recent_sign_ins(cast):
    give_password(Client(), cast.bea, "not her password")
    page = signed_in(cast.bea).get(ACCOUNT).content.decode()
    for words in ("Caseworker", "authenticator app", "Somebody was refused"):
        assert words in page


def test_the_language_is_remembered(cast):
    client = signed_in(cast.bea)
    client.post("/account/language/", {"language": "ar"})
    assert client.cookies["language"].value == "ar"
    assert 'dir="rtl"' in client.get(ACCOUNT).content.decode()
    assert client.post("/account/language/", {"language": "xx"}).status_code == 302
    cast.bea.refresh_from_db()
    assert cast.bea.language == "ar"


def test_every_address_here_says_whom_it_opens_to():
    from tutela.foundation.organisations.urls import urlpatterns

    assert all(hasattr(pattern.callback, "opens_to") for pattern in urlpatterns)


def test_each_page_of_the_library_is_drawn_by_this_house(cast):
    client = signed_in(cast.bea, just_now=True)
    names = ["mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_generate_recovery_codes"]
    names += ["account_logout", "account_reauthenticate", "mfa_reauthenticate", "account_change_password"]
    for name in names:
        page = client.get(reverse(name))
        assert page.status_code == 200, name
        assert "tutela/tutela.css" in page.content.decode(), name
        assert not re.search(r"<script(?![^>]*(nonce=|application/json))", page.content.decode()), name


def _bare(response, *words: str) -> str:
    """A page without what differs each time: tokens, nonces, and what the reader typed."""
    page = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", response.content.decode())
    page = re.sub(r"/invitation/[\w-]+/", "", page)
    for word in words:
        page = page.replace(word, "")
    return page
