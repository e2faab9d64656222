"""Each colleague's own page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from tutela.foundation.access.http import StaffRequest, signed_in
from tutela.foundation.organisations import actions, queries
from tutela.foundation.organisations.access import own_account
from tutela.foundation.organisations.adapter import remember_language
from tutela.foundation.organisations.forms import LanguageForm
from tutela.foundation.roles import ROLES


@signed_in
def account(request: StaffRequest) -> HttpResponse:
    user = own_account(request.actor)
    context = {
        "account": user,
        "roles": [ROLES[code] for code in user.roles if code in ROLES],
        "form": LanguageForm(initial={"language": user.language}),
        "factors": queries.second_factors(user),
        "sign_ins": queries.recent_sign_ins(request.actor, at=request.at),
    }
    return render(request, "organisations/account.html", context)


@signed_in
@require_POST
def language(request: StaffRequest) -> HttpResponse:
    form = LanguageForm(request.POST)
    response = redirect("account")
    if not form.is_valid():
        messages.error(request, _("Choose one of the languages."))
        return response
    chosen = form.cleaned_data["language"]
    actions.choose_language(user=own_account(request.actor), language=chosen, by=request.actor, at=request.at)
    with override(chosen):
        messages.success(request, str(_("Pages now speak your language.")))
    remember_language(response, chosen)
    return response
