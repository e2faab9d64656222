"""How accounts come to be, by invitation only; how a sign-in goes; how second factors are kept: sealed."""

from __future__ import annotations

import base64
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tutela.foundation.access.decision import Actor
from tutela.foundation.audit.record import record
from tutela.foundation.organisations import sign_ins
from tutela.foundation.organisations.access import account_named
from tutela.foundation.organisations.models import User
from tutela.foundation.organisations.queries import second_factors
from tutela.foundation.vault.master import master_keys

_CONTEXT = b"second factor"
_WRONG_CODE = _("This code does not fit. Wait for the next one, and type it again.")
_WAYS_TO_SHOW = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}
_WAIT = _("Too many tries. Wait five minutes, then try again.")


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not go together. Check both."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _WRONG_CODE,
        "too_many_login_attempts": _WAIT,
        "rate_limited": _WAIT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """A path of this site: no other host, not even one of our own."""
        return url.startswith("/") and super().is_safe_url(url)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Only who has the right password or passkey comes here."""
        sign_ins.refused(user, step="closed", at=request.at)  # type: ignore[attr-defined]
        messages.error(request, _("This account is closed. Ask the person who manages accounts."))
        return redirect("account_login")

    def post_login(self, request: HttpRequest, user: User, **circumstances: Any) -> HttpResponse:
        sign_ins.signed_in(user, at=request.at)  # type: ignore[attr-defined]
        response: HttpResponse = super().post_login(request, user, **circumstances)
        remember_language(response, user.language)
        return response

    def logout(self, request: HttpRequest) -> None:
        sign_ins.signed_out(request.user, why="asked", at=request.at)  # type: ignore[arg-type, attr-defined]
        super().logout(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        user = account_named(credentials.get("email", ""))
        sign_ins.refused(user, step="first", at=request.at)  # type: ignore[attr-defined]

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Whoever signed in or showed again who they are within the last minutes is not asked once more."""
        request = context.request
        records = get_authentication_records(request, request.user)
        return not any(time.time() - shown["at"] < app_settings.REAUTHENTICATION_TIMEOUT for shown in records)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        return [
            {**method, "description": _WAYS_TO_SHOW.get(method["id"], method["description"])}
            for method in super().get_reauthentication_methods(user)
        ]

    def set_password(self, user: User, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])
        record(
            "account.password", by=Actor.of(user), at=context.request.at, kind="account", object_id=user.pk
        )


def remember_language(response: HttpResponse, language: str) -> None:
    """The cookie by which the pages of this browser speak `language`, until it is closed."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP secrets and recovery seeds lie in the database under the master key."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _WRONG_CODE,
        "cannot_delete_authenticator": _("This is your last second factor. Add another one first."),
    }

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 (allauth names it so)
        """What a new passkey is called until its owner says otherwise."""
        owned = sum(one.type == type for one in second_factors(user))
        return gettext("Passkey %(number)s") % {"number": owned + 1}

    def encrypt(self, text: str) -> str:
        return base64.b64encode(master_keys().wrap(text.encode(), context=_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return master_keys().unwrap(base64.b64decode(encrypted_text), context=_CONTEXT).decode()

    def is_current(self, encrypted_text: str) -> bool:
        """Whether the current master key seals it, and not an older one."""
        return master_keys().is_current(base64.b64decode(encrypted_text))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not settings.STAFF_MFA_REQUIRED or has_another_factor(authenticator)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey belongs to the host that people open."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}


def has_another_factor(authenticator: Authenticator) -> bool:
    """Whether its account keeps a second factor without this one; recovery codes do not count."""
    return any(other.pk != authenticator.pk for other in second_factors(authenticator.user))
