"""Who works on a file, who must not, and opening one in an emergency."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.foundation.forms import CreatingForm, PlainText
from tutela.foundation.organisations.models import User


class _ColleagueForm(forms.Form):
    user = forms.ChoiceField(label=_("Colleague"))

    def __init__(self, *args: Any, colleagues: list[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.colleagues = {str(user.pk): user for user in colleagues}
        choice = cast(forms.ChoiceField, self.fields["user"])
        choice.choices = [(key, user.display_name) for key, user in self.colleagues.items()]

    def clean_user(self) -> User:
        return self.colleagues[self.cleaned_data["user"]]


class AssignForm(_ColleagueForm):
    """A colleague joins a file."""

    is_lead = forms.BooleanField(label=_("Leads the case"), required=False)


class ConflictForm(_ColleagueForm):
    """A colleague must not see a file."""

    user = forms.ChoiceField(label=_("Who knows somebody in this case?"))


class CalledForm(forms.Form):
    """Which file: by the reference or the pseudonym that somebody said aloud."""

    called = PlainText(
        label=_("Reference"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class BreakGlassForm(CreatingForm):
    """Why a file has to be opened now."""

    justification = PlainText(
        label=_("What is the emergency?"),
        help_text=_("A supervisor reads this. Do not write the person's name."),
        min_length=20,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
