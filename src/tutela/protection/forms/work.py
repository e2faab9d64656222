"""A need, a task, a note."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tutela.foundation.forms import CreatingForm, PlainText
from tutela.foundation.organisations.models import User
from tutela.protection.models import NeedKind, TaskKind

FURTHEST_YEARS = 5


class NeedForm(CreatingForm):
    """Something the person needs now."""

    kind = forms.ChoiceField(label=_("What is needed?"), choices=NeedKind.choices)
    urgent = forms.BooleanField(label=_("It is urgent"), required=False)
    note = PlainText(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class TaskForm(CreatingForm):
    """Something a colleague has to do by a day."""

    kind = forms.ChoiceField(label=_("What has to be done?"), choices=TaskKind.choices)
    due_on = forms.DateField(
        label=_("By when?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    assigned_to = forms.ChoiceField(label=_("Who does it?"))
    note = PlainText(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, colleagues: list[User], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.colleagues = {str(user.pk): user for user in colleagues}
        choice = cast(forms.ChoiceField, self.fields["assigned_to"])
        choice.choices = [(key, user.display_name) for key, user in self.colleagues.items()]

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if not self.today <= day <= self.today.replace(year=self.today.year + FURTHEST_YEARS, day=1):
            raise ValidationError(_("Choose a day from today on, within five years."), code="day")
        return day

    def clean_assigned_to(self) -> User:
        return self.colleagues[self.cleaned_data["assigned_to"]]


class NoteForm(CreatingForm):
    """A note on the timeline."""

    text = PlainText(
        label=_("Note"),
        help_text=_("Write as if the person reads it one day, because they may."),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
