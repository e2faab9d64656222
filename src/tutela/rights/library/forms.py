"""Forms of the library: what to search for, which states to compare, and between which two days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.foundation.forms import PlainText
from tutela.rights import shelf, words
from tutela.rights.law import load_law
from tutela.rights.law.answers import EARLIEST, LATEST
from tutela.rights.library.folding import folded
from tutela.rights.library.lines import level_and_name
from tutela.rights.library.matrix import MOST_STATES
from tutela.rights.library.search import LONGEST_QUERY, Wanted

Choice = tuple[str, str | Promise]

_ALL_STATES: Final[Choice] = ("", _("All countries"))
_CHOOSE: Final[Choice] = ("", _("Choose"))


def states_by_name() -> list[Choice]:
    """The states of which the library knows something, as the reader's language sorts them."""
    named = [(code, words.country(code)) for code in shelf.states()]
    return sorted(named, key=lambda pair: folded(str(pair[1])))


def _groups() -> list[Choice]:
    return [("", _("All kinds")), *((one.id, words.text(one.label)) for one in load_law().groups)]


def _instruments() -> list[Choice]:
    found = sorted(load_law().library.instruments.values(), key=level_and_name)
    return [("", _("All laws")), *((one.id, words.text(one.short)) for one in found)]


class _Day(forms.DateField):
    """A day that the calendars here reach."""

    default_validators = [
        MinValueValidator(EARLIEST, _("Choose a day from 1900 on.")),
        MaxValueValidator(LATEST, _("Choose a day before 2200.")),
    ]
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LibrarySearch(forms.Form):
    """Words and filters; none of them is needed."""

    q = PlainText(label=_("Search in the law"), required=False, max_length=LONGEST_QUERY)
    state = forms.ChoiceField(label=_("Country"), required=False)
    group = forms.ChoiceField(label=_("Kind of right"), required=False)
    instrument = forms.ChoiceField(label=_("Law"), required=False)
    strength = forms.ChoiceField(label=_("How strong"), required=False)
    certainty = forms.ChoiceField(label=_("How sure"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["q"].widget = forms.TextInput(attrs={"type": "search", "maxlength": LONGEST_QUERY})
        _offer(self, "state", [_ALL_STATES, *states_by_name()])
        _offer(self, "group", _groups())
        _offer(self, "instrument", _instruments())
        strengths = [(one.value, label) for one, label in words.FORCE.items()]
        _offer(self, "strength", [("", _("Every strength")), *strengths])
        certainties = [(one.value, label) for one, label in words.TRUST.items()]
        _offer(self, "certainty", [("", _("Every certainty")), *certainties])

    def wanted(self) -> Wanted:
        """What to search for, after `is_valid`."""
        given = self.cleaned_data
        return Wanted(
            words=given["q"],
            state=given["state"],
            group=given["group"],
            instrument=given["instrument"],
            certainty=given["certainty"],
            strength=given["strength"],
        )


class _States(forms.MultipleChoiceField):
    """One state or several, ticked one by one or written as GB,FR; each once, in the order given."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "required": _("Choose at least one country."),
        "invalid_choice": _("Choose countries from the list."),
        "too_many": _("Choose at most eight countries."),
    }

    def to_python(self, value: Any) -> list[str]:
        written = ",".join(super().to_python(value)).upper().split(",")
        return list(dict.fromkeys(code for code in written if code))

    def validate(self, value: list[str]) -> None:
        if len(value) > MOST_STATES:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        super().validate(value)


class CompareForm(forms.Form):
    """Up to eight states on one day. Without a day it is today."""

    states = _States(label=_("Countries"))
    on = _Day(label=_("As the law stood on"), required=False)
    group = forms.ChoiceField(label=_("Kind of right"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "states", states_by_name())
        _offer(self, "group", _groups())

    def day(self, *, today: date) -> date:
        return self.cleaned_data["on"] or today


class OneDayForm(forms.Form):
    """The day for which something is shown."""

    on = _Day(label=_("As the law stood on"))


class TwoDaysForm(forms.Form):
    """One state on two days, in either order."""

    state = forms.ChoiceField(label=_("Country"))
    before = _Day(label=_("The first day"))
    after = _Day(label=_("The second day"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "state", [_CHOOSE, *states_by_name()])

    def days(self) -> tuple[date, date]:
        """The earlier one first."""
        first, second = sorted((self.cleaned_data["before"], self.cleaned_data["after"]))
        return first, second


def _offer(form: forms.Form, name: str, choices: Iterable[Choice]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
