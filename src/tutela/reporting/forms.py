"""What a reporter, and then an operator, can write down."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tutela.foundation.forms import ChangingForm, CreatingForm, PlainText
from tutela.people.choices import language_choices
from tutela.reporting.models import CloseReason, Danger, Desk

LONGEST_TEXT = 20_000
LONGEST_SECRET = 200

# The same order as the page asks in; words of somebody who speaks, not of an office.
TOLD_DANGER = [
    (Danger.NOW.value, _("Yes, right now")),
    (Danger.SOON.value, _("Maybe soon")),
    (Danger.NONE.value, _("No")),
    (Danger.UNKNOWN.value, _("I do not know")),
]
ANSWER = [
    ("yes", _("Yes. I get a number, and with it I come back here to read the answer")),
    ("no", _("No. I only want to tell it")),
]


def _words(rows: int, **options: Any) -> PlainText:
    widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off", "dir": "auto"})
    return PlainText(widget=widget, max_length=LONGEST_TEXT, **options)


class Preset(forms.ChoiceField):
    """A choice that is made already: nobody has to choose, and nothing chosen means what the page shows."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.initial)


class TellForm(CreatingForm):
    """A report from somebody who need not say who they are."""

    what = _words(
        8,
        label=_("What happened, or what worries you?"),
        help_text=_("As much or as little as you like, in any language. You need no proof and no names."),
        error_messages={"required": _("Write at least a few words, so that we can understand.")},
    )
    where = PlainText(
        label=_("Where is it?"),
        help_text=_("A street, a farm, a ship, a website, a phone number: whatever you know."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    danger = Preset(
        label=_("Is somebody in danger now?"),
        choices=TOLD_DANGER,
        widget=forms.RadioSelect,
        initial=Danger.UNKNOWN.value,
    )
    answer = Preset(
        label=_("May we answer you?"),
        help_text=_("We never ask for your phone or e-mail here."),
        choices=ANSWER,
        widget=forms.RadioSelect,
        initial="yes",
    )
    language = Preset(label=_("Which language shall we answer in?"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["language"].choices = language_choices  # type: ignore[attr-defined]
        self.fields["language"].initial = _page_language()

    def clean_answer(self) -> bool:
        return bool(self.cleaned_data["answer"] != "no")


class CallForm(TellForm):
    """The same, written down by an operator for somebody on the phone."""

    desk = forms.ChoiceField(label=_("Which desk?"))
    field_order = ("desk", "what", "where", "danger", "answer", "language")

    def __init__(self, *args: Any, desks: list[Desk], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["desk"].choices = [(desk.slug, desk.name) for desk in desks]  # type: ignore[attr-defined]
        self.fields["desk"].initial = desks[0].slug if desks else ""
        if len(desks) == 1:
            self.fields["desk"].widget = forms.HiddenInput()
        self.fields["what"].label = _("What does the caller tell?")
        self.fields["what"].help_text = _("In the caller's words, as far as you can.")
        self.fields["danger"].label = _("Does the caller say that somebody is in danger now?")
        self.fields["answer"].label = _("Does the caller want to come back with a number?")
        self.fields["answer"].help_text = ""
        self.fields["answer"].choices = [("yes", _("Yes")), ("no", _("No"))]  # type: ignore[attr-defined]
        self.fields["language"].label = _("Which language does the caller speak?")


class NumberForm(forms.Form):
    """The number by which a reporter comes back. `words`: a message that came too late."""

    secret = forms.CharField(
        label=_("Your number"),
        help_text=_("24 digits. Spaces do not matter, and you can use the digits of your own script."),
        max_length=LONGEST_SECRET,
        error_messages={"required": _("Type the number that you were shown.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "inputmode": "numeric",
                "spellcheck": "false",
                "dir": "ltr",
                "class": "number-field",
            }
        ),
    )
    words = _words(5, label=_("Your message"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not (self.initial.get("words") or self.data.get("words")):
            self.fields["words"].widget = forms.HiddenInput()


class LetterForm(CreatingForm):
    """A message from a reporter, in an open mailbox."""

    words = _words(
        5,
        label=_("Write to us"),
        error_messages={"required": _("There is nothing to send yet. Write a few words first.")},
    )


class WeighForm(ChangingForm):
    danger = forms.ChoiceField(
        label=_("How great is the danger?"), choices=Danger.choices, widget=forms.RadioSelect
    )
    note = _words(
        3,
        label=_("Why, and what was done"),
        help_text=_("Sealed like the report. Your colleagues at this desk read it; the reporter does not."),
        required=False,
    )


class AnswerForm(CreatingForm):
    words = _words(
        5,
        label=_("Your answer"),
        help_text=_(
            "Plain and kind. Do not ask for anything that could show who they are, unless they offer it."
        ),
        error_messages={"required": _("Write the answer first.")},
    )


class CloseForm(ChangingForm):
    reason = forms.ChoiceField(label=_("Why is nothing more to be done here?"), choices=CloseReason.choices)


def _page_language() -> str:
    return (get_language() or "en").split("-")[0]
