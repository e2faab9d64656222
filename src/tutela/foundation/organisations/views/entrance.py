"""The ways in: an invitation, a new password by a link, and the second factor that comes before all else."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tutela.foundation.access.http import StaffRequest, public, signed_in
from tutela.foundation.organisations import actions
from tutela.foundation.organisations.access import (
    InvitationUnusable,
    ResetUnusable,
    usable_invitation,
    usable_reset,
)
from tutela.foundation.organisations.forms import AcceptForm, ChoosePasswordForm
from tutela.foundation.organisations.models import User
from tutela.foundation.organisations.sessions import has_second_factor


@public
def invitation(request: StaffRequest, secret: str) -> HttpResponse:
    """A new colleague says a name, a password and a language, and is signed in."""
    try:
        invited = usable_invitation(secret, at=request.at)
    except InvitationUnusable:
        return _unusable(request)
    form = AcceptForm(
        request.POST or None, account=User(email=invited.email), initial={"language": get_language()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            user = _accept(secret, form, request)
        except InvitationUnusable:
            return _unusable(request)
        login = Login(user=user, email=user.email, redirect_url=reverse("second-factor"))
        signed: HttpResponse = perform_password_login(request, {"email": user.email}, login)
        return signed
    context = {"form": form, "invitation": invited}
    return render(request, "organisations/invitation.html", context, status=422 if form.is_bound else 200)


def _accept(secret: str, form: AcceptForm, request: StaffRequest) -> User:
    given = form.cleaned_data
    return actions.accept_invitation(
        secret=secret,
        display_name=given["name"],
        password=given["password"],
        language=given["language"],
        by=None,
        at=request.at,
    )


@public
def new_password(request: StaffRequest, secret: str) -> HttpResponse:
    """Somebody who lost the way in sets a new password, and then signs in with it."""
    try:
        reset = usable_reset(secret, at=request.at)
    except ResetUnusable:
        return _unusable(request)
    form = ChoosePasswordForm(request.POST or None, account=reset.user)
    if request.method == "POST" and form.is_valid():
        actions.use_reset(secret=secret, password=form.cleaned_data["password"], by=None, at=request.at)
        messages.success(request, _("Your new password is set. Sign in with it."))
        return redirect("account_login")
    context = {"form": form, "reset": reset}
    return render(request, "organisations/new_password.html", context, status=422 if form.is_bound else 200)


def _unusable(request: HttpRequest) -> HttpResponse:
    """Unknown, used, withdrawn and too old look alike."""
    return render(request, "organisations/link_unusable.html", status=404)


@signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Choosing the first second factor; who has one goes on."""
    if has_second_factor(request):
        return redirect("mfa_index")
    return render(request, "organisations/second_factor.html")
