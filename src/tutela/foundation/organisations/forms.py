"""Forms of accounts: signing in, coming in by invitation, a new password, and who may do what."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tutela.foundation.forms import ChangingForm, CreatingForm, PlainText
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import ROLES, Role

GOOD_PASSWORD = _(
    "At least 12 characters. Four or five words that only you would put together are strong and easy to"
    " remember. Do not use your name, your e-mail address or a password that you use elsewhere."
)


def _password(label: Any, *, autocomplete: str, help_text: Any = "", **attrs: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, **attrs})
    return forms.CharField(label=label, help_text=help_text, strip=False, max_length=256, widget=widget)


class SignInForm(LoginForm):  # type: ignore[misc]
    """The first step: e-mail address and password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        attrs = {"type": "email", "autocomplete": "username", "autofocus": True}
        self.fields["login"] = forms.EmailField(
            label=_("E-mail address"), max_length=254, widget=forms.TextInput(attrs=attrs)
        )
        self.fields["password"] = _password(_("Password"), autocomplete="current-password")
        self.order_fields(["login", "password"])


class StillMeForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    password = _password(_("Password"), autocomplete="current-password", autofocus=True)


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """Changes the own password; the present one shows that it is not somebody at an open screen."""

    oldpassword = _password(_("Present password"), autocomplete="current-password")
    password1 = _password(_("New password"), autocomplete="new-password", help_text=GOOD_PASSWORD)
    password2 = _password(_("New password, once more"), autocomplete="new-password")

    def clean_password1(self) -> str:
        password: str = get_adapter().clean_password(self.cleaned_data["password1"], user=self.user)
        return password


class ChoosePasswordForm(forms.Form):
    """A password for an account, typed twice: nobody can mail a forgotten one."""

    password = _password(_("Password"), autocomplete="new-password", help_text=GOOD_PASSWORD)
    again = _password(_("The password once more"), autocomplete="new-password")

    def __init__(self, *args: Any, account: User, **options: Any) -> None:
        """`account` is whose password it will be, for telling that it is too like a name."""
        super().__init__(*args, **options)
        self.account = account

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        password, again = given.get("password"), given.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords are not the same."))
        elif password:
            try:
                validate_password(password, user=self.account)
            except ValidationError as weak:
                self.add_error("password", weak)
        return given


class AcceptForm(ChoosePasswordForm):
    """What a new colleague says: a name, a password, a language."""

    name = PlainText(
        label=_("Your name"),
        max_length=80,
        help_text=_("As your colleagues know you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    field_order = ("name", "language", "password", "again")


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


def _explained(role: type[Role]) -> SafeString:
    return format_html("<span><strong>{}</strong><br>{}</span>", role.title, role.description)


class _RolesField(forms.MultipleChoiceField):
    """Each role with what it lets somebody do."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Roles"),
            help_text=_("What this person may do. Give no more than the work needs."),
            choices=lambda: [(code, _explained(role)) for code, role in ROLES.items()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one role.")},
        )


class InviteForm(CreatingForm):
    """Who comes in, and as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They sign in with it. No message is sent there."),
    )
    roles = _RolesField()


class RolesForm(ChangingForm):
    roles = _RolesField()


class ResetForm(CreatingForm):
    """A new way in for somebody who lost theirs."""

    second_factor = forms.BooleanField(
        label=_("They also lost their second factor"),
        required=False,
        help_text=_("Then their app, passkeys and recovery codes are taken away, and they set up new ones."),
    )
