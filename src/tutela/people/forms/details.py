"""Who a person is and how to reach them safely."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from tutela.engines.names import NameWarning, is_suspicious
from tutela.foundation.forms import ChangingForm, PlainText
from tutela.people.choices import country_choices, language_choices
from tutela.people.details import OPEN, SEALED, PersonDetails
from tutela.people.models import AgeGroup, ContactChannel, Sex

OF_AGE = 18
LONG = forms.Textarea(attrs={"rows": 3})


class DetailsFields(forms.Form):
    """The fields of PersonDetails. `country` reads local phone numbers; `today` checks a date of birth."""

    real_name = PlainText(
        label=_("Name"),
        help_text=_("Only if the person wants it written down. It is locked and shown only on request."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    age_group = forms.ChoiceField(label=_("Age"), choices=AgeGroup.choices, initial=AgeGroup.UNKNOWN)
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, initial=Sex.UNKNOWN)
    citizenship = forms.ChoiceField(label=_("Citizenship"), choices=country_choices, required=False)
    language = forms.ChoiceField(label=_("Language they speak best"), choices=language_choices, initial="en")
    needs_interpreter = forms.BooleanField(label=_("Needs an interpreter"), required=False)
    contact_channel = forms.ChoiceField(
        label=_("How may we contact them?"),
        choices=ContactChannel.choices,
        required=False,
        help_text=_("Only a way that nobody else reads or answers."),
    )
    contact_address = PlainText(
        label=_("Number or address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    contact_rules = PlainText(
        label=_("When, and what to avoid"),
        help_text=_("For example: only in the morning, hang up if somebody else answers."),
        max_length=1000,
        required=False,
        widget=LONG,
    )
    code_word = PlainText(
        label=_("Code word"),
        help_text=_("A word by which both sides know that it is safe to talk."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    wishes = PlainText(
        label=_("What the person wants"),
        help_text=_("In their own words where you can."),
        max_length=2000,
        required=False,
        widget=LONG,
    )

    def __init__(self, *args: Any, country: str, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.country = country
        self.today = today

    def clean_date_of_birth(self) -> date | None:
        born: date | None = self.cleaned_data["date_of_birth"]
        if born and not date(self.today.year - 120, 1, 1) <= born <= self.today:
            raise ValidationError(_("Nobody alive was born on that day."), code="impossible")
        return born

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._check_age(cleaned)
        check = _ADDRESS_CHECKS.get(cleaned.get("contact_channel", ""))
        if check and "contact_address" in cleaned:
            try:
                cleaned["contact_address"] = check(cleaned["contact_address"], self.country)
            except ValidationError as wrong:
                self.add_error("contact_address", wrong)
        return cleaned

    def _check_age(self, cleaned: dict[str, Any]) -> None:
        born = cleaned.get("date_of_birth")
        if born and cleaned.get("age_group") == AgeGroup.ADULT and _years(born, self.today) < OF_AGE:
            self.add_error("age_group", _("By this date of birth the person is under 18."))

    def details(self) -> PersonDetails:
        """What was typed, once the form is valid."""
        given = {name: self.cleaned_data[name] for name in (*OPEN, *SEALED)}
        born = given["date_of_birth"]
        return PersonDetails(**{**given, "date_of_birth": born.isoformat() if born else ""})

    def name_warnings(self) -> tuple[NameWarning, ...]:
        """What is odd about the name as it was typed, before it was cleaned."""
        return is_suspicious(str(self.data.get(self.add_prefix("real_name"), "")))


class ChangePersonForm(DetailsFields, ChangingForm):
    """Changes what is written down about a person."""


class EraseForm(forms.Form):
    """Asks for the pseudonym, so that nobody is erased by a slip of the hand."""

    pseudonym = PlainText(
        label=_("Type the pseudonym of this file"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, expected: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.expected = expected

    def clean_pseudonym(self) -> str:
        typed: str = self.cleaned_data["pseudonym"]
        if typed.casefold() != self.expected.casefold():
            raise ValidationError(_("This is not the pseudonym of this file."), code="other")
        return typed


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _phone(typed: str, country: str) -> str:
    """In international form. A number without a country belongs to the country of the organisation."""
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(
            _("This is not a phone number that can be called. Begin with + and the country's number."),
            code="phone",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _email(typed: str, country: str) -> str:
    try:
        validate_email(typed)
    except ValidationError as wrong:
        raise ValidationError(_("This is not an e-mail address."), code="email") from wrong
    return typed


_ADDRESS_CHECKS: dict[str, Callable[[str, str], str]] = {
    ContactChannel.PHONE: _phone,
    ContactChannel.MESSAGE: _phone,
    ContactChannel.EMAIL: _email,
}
