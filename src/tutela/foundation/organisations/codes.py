"""One-time codes: each one is good once, whichever process sees it first."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.foundation.organisations.actions import spend_code
from tutela.foundation.organisations.models import User
from tutela.foundation.organisations.sign_ins import refused


def _code_field(label: Any, help_text: Any, **attrs: Any) -> forms.CharField:
    # No type="number": a code may begin with a nought, and recovery codes go into the same field.
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", **attrs}
    return forms.CharField(
        label=label, help_text=help_text, max_length=16, widget=forms.TextInput(attrs=attrs)
    )


def _spend(user: User, secret: str, code: str) -> None:
    """Raises ValidationError where the code was used before (RFC 6238, 5.2)."""
    steps = [
        step
        for step in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    ]
    request = context.request
    if not steps or not spend_code(user=user, step=steps[0], by=None, at=request.at):
        raise get_adapter().validation_error("incorrect_code")


class _SpendsCode:
    """What both forms share that take a code of an account with a second factor."""

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            _spend(self.user, decrypt(self.authenticator.data["secret"]), code)
        return code

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        refused(self.user, step="second", at=context.request.at)


class CodeForm(_SpendsCode, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    code = _code_field(
        _("Code"),
        _("The six digits that your app shows now. Or one of the recovery codes that you kept."),
        autofocus=True,
    )


class StillMeCodeForm(_SpendsCode, ReauthenticateForm):  # type: ignore[misc]
    """The same code, asked again before something that matters."""

    code = _code_field(
        _("Code"), _("The six digits that your app shows now, or a recovery code."), autofocus=True
    )


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    """Proves that the app has the secret; that code is spent, too."""

    code = _code_field(_("Code"), _("Six digits. They change every 30 seconds."))

    def clean_code(self) -> str:
        code: str = super().clean_code()
        _spend(self.user, self.secret, code)
        return code
