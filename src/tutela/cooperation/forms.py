"""What is asked when help is asked for, and when it is answered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tutela.cooperation.models import Service
from tutela.foundation.access.models import Section
from tutela.foundation.forms import ChangingForm, CreatingForm, PlainText

SHAREABLE = [
    Section.CASE,
    Section.IDENTITY,
    Section.CONTACT,
    Section.CONSENT,
    Section.NEEDS,
    Section.SCREENING,
    Section.GROUNDS,
    Section.RIGHTS,
    Section.TIMELINE,
    Section.DOCUMENTS,
]
USUAL_DAYS = 30


class ReceiverField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.country})"


class ReferralForm(CreatingForm):
    to = ReceiverField(
        label=_("Who should help?"),
        queryset=None,
        empty_label=_("Choose an organisation"),
    )
    service = forms.ChoiceField(label=_("What help is needed?"), choices=Service.choices)
    urgent = forms.BooleanField(label=_("It is urgent: today or tomorrow"), required=False)
    sections = forms.MultipleChoiceField(
        label=_("What may they see, if they accept?"),
        choices=[(section.value, section.label) for section in SHAREABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Share only what this help needs. The summary is always shared."),
    )
    message = PlainText(
        label=_("What should they know?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        help_text=_("They read this before they answer. Leave out names and places that can wait."),
    )
    until = forms.DateField(
        label=_("Until when may they see it?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After this day they can no longer open the file."),
    )

    def __init__(self, *args: Any, receivers: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        cast(ReceiverField, self.fields["to"]).queryset = receivers
        self.fields["until"].initial = today + timedelta(days=USUAL_DAYS)

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if not self.today < until < self.today + timedelta(days=365):
            raise ValidationError(_("Choose a day after today and within a year."))
        return until


class AnswerForm(ChangingForm):
    accepted = forms.TypedChoiceField(
        label=_("Can you help?"),
        choices=[("yes", _("Yes, we accept")), ("no", _("No, we decline"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = PlainText(
        label=_("A word to the sender"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=_("If you decline, say why, so that they can look elsewhere without losing time."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("accepted") is False and not cleaned.get("reason"):
            self.add_error("reason", _("Please say why you decline."))
        return cleaned


class OutcomeForm(ChangingForm):
    outcome = PlainText(
        label=_("What came of it?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("The sender sees this. After that you can no longer open the file."),
    )
