"""The administrator's pages: who works here, as what, and who is invited. No case is anywhere near."""

from __future__ import annotations

import secrets
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tutela.foundation.access.http import StaffRequest, View, reauthenticated, requires
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.organisations import actions, queries
from tutela.foundation.organisations.access import colleague_for, invitation_for
from tutela.foundation.organisations.forms import InviteForm, ResetForm, RolesForm
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import ROLES, Permission, Role

_LAST = _("An organisation keeps at least one administrator. Give somebody else this role first.")


def _roles(codes: list[str]) -> list[type[Role]]:
    return [ROLES[code] for code in codes if code in ROLES]


@requires(Permission.ACCOUNT_MANAGE)
def colleagues(request: StaffRequest) -> HttpResponse:
    page = queries.colleagues_of(request.actor, after=_id(request.GET.get("after", "")))
    context = {
        "colleagues": [(user, _roles(user.roles)) for user in page.colleagues],
        "invitations": [
            (invited, _roles(invited.roles))
            for invited in queries.open_invitations(request.actor, at=request.at)
        ],
        "next_url": f"?after={page.after}" if page.after else "",
    }
    return render(request, "organisations/colleagues.html", context)


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


@requires(Permission.ACCOUNT_MANAGE)
@reauthenticated
def invite(request: StaffRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if queries.works_here(request.actor, given["email"]):
            form.add_error("email", _("Somebody with this address works here already."))
        else:
            return _invited(request, given)
    return render(request, "organisations/invite.html", {"form": form}, status=422 if form.is_bound else 200)


def _invited(request: StaffRequest, given: dict[str, Any]) -> HttpResponse:
    """Shows the link, once. Sending the form again makes no second invitation."""
    secret = secrets.token_urlsafe(24)
    try:
        invitation = actions.invite_colleague(
            invitation_id=given["record_id"],
            email=given["email"],
            roles=given["roles"],
            secret=secret,
            by=request.actor,
            at=request.at,
        )
    except IntegrityError:
        return _shown_before(request, "colleagues")
    link = request.build_absolute_uri(reverse("invitation", args=[secret]))
    return render(request, "organisations/link.html", {"link": link, "invitation": invitation})


def _shown_before(request: StaffRequest, *address: Any) -> HttpResponse:
    messages.warning(
        request, _("This link was made already, and is shown only once. Make another if it is lost.")
    )
    return redirect(*address)


@requires(Permission.ACCOUNT_MANAGE)
@require_POST
def withdraw(request: StaffRequest, invitation_id: UUID) -> HttpResponse:
    invitation = invitation_for(request.actor, invitation_id)
    actions.withdraw_invitation(invitation=invitation, by=request.actor, at=request.at)
    messages.success(request, _("The invitation is withdrawn. Its link leads nowhere."))
    return redirect("colleagues")


@requires(Permission.ACCOUNT_MANAGE)
@reauthenticated
def colleague(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """One colleague: the roles, and what can be done about the account."""
    user = colleague_for(request.actor, user_id)
    initial = {"roles": user.roles, "version": user.version}
    form = RolesForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = _change_roles(request, user, form)
        if status == 200:
            messages.success(request, _("The roles are changed. Open sessions of this account have ended."))
            return redirect("colleague", user_id=user.pk)
        user = colleague_for(request.actor, user_id)
    context = {
        "form": form,
        "colleague": user,
        "roles": _roles(user.roles),
        "reset_form": ResetForm(),
        "is_me": user.pk == request.actor.user_id,
        "changed_meanwhile": status == 409,
    }
    return render(request, "organisations/colleague.html", context, status=status)


def _change_roles(request: StaffRequest, user: User, form: RolesForm) -> int:
    """The HTTP status of the attempt; what went wrong stands on the form."""
    if not form.is_valid():
        return 422
    given = form.cleaned_data
    try:
        actions.change_roles(
            user=user, roles=given["roles"], version=given["version"], by=request.actor, at=request.at
        )
    except actions.LastAdministrator:
        form.add_error("roles", _LAST)
        return 422
    except actions.OwnRoles:
        form.add_error("roles", _("You cannot give yourself a role. Ask another administrator."))
        return 422
    except ChangedMeanwhile:
        kept = request.POST.copy()
        kept["version"] = str(colleague_for(request.actor, user.pk).version)
        form.data = kept
        return 409
    return 200


def _by_button(view: View) -> View:
    """Whoever comes back from showing who they are comes by a link, not by the button: to the page, then."""

    @wraps(view)
    def pressed(request: StaffRequest, user_id: UUID) -> HttpResponse:
        return view(request, user_id) if request.method == "POST" else redirect("colleague", user_id=user_id)

    return pressed


@requires(Permission.ACCOUNT_MANAGE)
@reauthenticated
@_by_button
def close(request: StaffRequest, user_id: UUID) -> HttpResponse:
    user = colleague_for(request.actor, user_id)
    if user.pk == request.actor.user_id:
        messages.error(request, _("This is your own account. Another administrator can close it."))
        return redirect("colleague", user_id=user.pk)
    try:
        actions.close_account(user=user, by=request.actor, at=request.at)
    except actions.LastAdministrator:
        messages.error(request, _LAST)
    else:
        messages.success(request, _("The account is closed, and its open sessions have ended."))
    return redirect("colleague", user_id=user.pk)


@requires(Permission.ACCOUNT_MANAGE)
@reauthenticated
@_by_button
def reopen(request: StaffRequest, user_id: UUID) -> HttpResponse:
    user = colleague_for(request.actor, user_id)
    actions.reopen_account(user=user, by=request.actor, at=request.at)
    messages.success(request, _("The account is open again."))
    return redirect("colleague", user_id=user.pk)


@requires(Permission.ACCOUNT_MANAGE)
@reauthenticated
@_by_button
def reset(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Shows a link to a new password, once."""
    user = colleague_for(request.actor, user_id)
    form = ResetForm(request.POST)
    if not form.is_valid() or not user.is_active or user.pk == request.actor.user_id:
        messages.error(request, _("No link was made. Open accounts of others can have one."))
        return redirect("colleague", user_id=user.pk)
    secret = secrets.token_urlsafe(24)
    try:
        actions.issue_reset(
            reset_id=form.cleaned_data["record_id"],
            user=user,
            second_factor=form.cleaned_data["second_factor"],
            secret=secret,
            by=request.actor,
            at=request.at,
        )
    except IntegrityError:
        return _shown_before(request, "colleague", user.pk)
    link = request.build_absolute_uri(reverse("new-password", args=[secret]))
    return render(request, "organisations/link.html", {"link": link, "colleague": user})
