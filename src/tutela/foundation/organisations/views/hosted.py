"""Views of django-allauth as this house opens them: each says to whom, and what it changes is recorded."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tutela.foundation.access.http import View, prove_again, public, reauthenticated, signed_in
from tutela.foundation.audit.record import record
from tutela.foundation.organisations.adapter import has_another_factor

# Where a view of allauth leads once it has changed something.
_CHANGED = ("mfa_index", "mfa_view_recovery_codes", "mfa_list_webauthn")


def _here(view: View, *, changes: str = "") -> View:
    """A view of allauth behind our door, which calls views where allauth's middleware hears no exception.

    `changes` names the event of what a successful form changes."""

    @wraps(view)
    def hosted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except ReauthenticationRequired:
            return prove_again(request)
        except ImmediateHttpResponse as instead:
            return instead.response  # type: ignore[no-any-return]
        _answer_wrong_form(request, response)
        if changes and request.method == "POST" and _did_change(response):
            user_id = request.actor.user_id  # type: ignore[attr-defined]
            record(changes, by=request.actor, at=request.at, kind="account", object_id=user_id)  # type: ignore[attr-defined]
        return response

    return hosted


def _answer_wrong_form(request: HttpRequest, response: HttpResponse) -> None:
    if request.method == "POST" and response.status_code == 200:
        response.status_code = 422


def _did_change(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"] in {reverse(name) for name in _CHANGED}


def _cleared(view: View) -> View:
    """After signing out, the browser keeps nothing of what it showed."""

    @wraps(view)
    def cleared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return cleared


def _never_the_last(view: View) -> View:
    """A passkey that is the only second factor stays: allauth asks this for apps, not for passkeys."""

    @wraps(view)
    def kept(request: HttpRequest, pk: int) -> HttpResponse:
        passkey = get_object_or_404(Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN)
        if settings.STAFF_MFA_REQUIRED and not has_another_factor(passkey):
            messages.error(request, _("This is your last second factor. Add another one first."))
            return redirect("mfa_index")
        return view(request, pk=pk)

    return kept


sign_in = public(_here(account.login))
second_step = public(_here(mfa.authenticate))
passkey_sign_in = public(_here(webauthn.login_webauthn))
sign_out = public(_cleared(_here(account.logout)))

still_me = signed_in(_here(account.reauthenticate))
still_me_code = signed_in(_here(mfa.reauthenticate))
still_me_passkey = signed_in(_here(webauthn.reauthenticate_webauthn))

change_password = signed_in(_here(account.password_change))
ways = signed_in(_here(mfa.index))
add_app = signed_in(_here(totp.activate_totp, changes="second-factor.add"))
remove_app = signed_in(reauthenticated(_here(totp.deactivate_totp, changes="second-factor.remove")))
passkeys = signed_in(_here(webauthn.list_webauthn))
add_passkey = signed_in(_here(webauthn.add_webauthn, changes="second-factor.add"))
remove_passkey = signed_in(
    reauthenticated(_never_the_last(_here(webauthn.remove_webauthn, changes="second-factor.remove")))
)
recovery_codes = signed_in(_here(recovery.view_recovery_codes))
new_recovery_codes = signed_in(_here(recovery.generate_recovery_codes, changes="recovery-codes.renew"))
