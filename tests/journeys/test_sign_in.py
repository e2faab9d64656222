"""A real browser signs in under the real content policy: passkey, app, recovery code, and away too long."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, CDPSession, Page, expect
from tests.cast import PASSWORD, code_now, organisation, user

from tutela.foundation.access.decision import Actor
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.organisations import actions
from tutela.foundation.organisations.kinds import Kind
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import Administrator, Caseworker

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

STRONG = "seven herons over a slow river"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a fresh browser; nothing that it shows may break the content policy."""
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    yield page
    context.close()
    assert not refused


@pytest.fixture
def staff(transactional_db: None) -> dict[str, User]:
    with within(Scope(system=True)):
        shelter = organisation("Casa Alba", Kind.SERVICE_PROVIDER)
        return {"bea": user("bea", shelter, Caseworker), "eve": user("eve", shelter, Administrator)}


def virtual_device(page: Page, *, verified: bool = True) -> CDPSession:
    """A device with a fingerprint reader that always says yes, or always no."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verified,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def give_password(page: Page, address: str, who: User, password: str = PASSWORD) -> None:
    page.goto(f"{address}/sign-in/?next=/account/")
    page.get_by_label("E-mail address").fill(who.email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_bea_sets_up_a_passkey_and_signs_in_with_it_alone(page, address, staff):
    virtual_device(page)
    give_password(page, address, staff["bea"])
    expect(page.get_by_role("heading", name="Protect your account")).to_be_visible()
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("What to call it").fill("my phone")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("my phone")).to_be_visible()

    sign_out(page, address)
    page.goto(f"{address}/sign-in/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()

    sign_out(page, address)
    give_password(page, address, staff["bea"])
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()


def test_a_passkey_shows_that_it_is_still_eve(page, address, staff, settings):
    virtual_device(page)
    give_password(page, address, staff["eve"])
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    page.goto(f"{address}/colleagues/invite/")
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    page.get_by_role("link", name="Use a passkey").click()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Invite somebody")).to_be_visible()


def test_a_device_that_says_no_is_explained_and_the_password_still_works(page, address, staff):
    virtual_device(page, verified=False)
    page.goto(f"{address}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey did not work")).to_be_visible()
    give_password(page, address, staff["bea"])
    expect(page.get_by_role("heading", name="Protect your account")).to_be_visible()


def test_without_javascript_nora_comes_in_and_sets_up_an_app(chromium, address, staff):
    with within(Scope(system=True)):
        actions.invite_colleague(
            invitation_id=uuid4(),
            email="nora@casaalba.example",
            roles=[Caseworker.code],
            secret="nora-comes-in",
            by=Actor.of(staff["eve"]),
            at=timezone.now(),
        )
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/invitation/nora-comes-in/")
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Password", exact=True).fill(STRONG)
    page.get_by_label("The password once more").fill(STRONG)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_text("I cannot scan it").click()
    secret = page.locator("code").inner_text()
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Go on").click()
    codes = page.locator("ol code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()

    page.goto(f"{address}/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail address").fill("nora@casaalba.example")
    page.get_by_label("Password").fill(STRONG)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="One more step")).to_be_hidden()
    context.close()
