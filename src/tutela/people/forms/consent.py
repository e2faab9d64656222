"""An answer to one consent question."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.foundation.forms import CreatingForm
from tutela.people.actions import ConsentAnswer
from tutela.people.choices import language_choices
from tutela.people.models import ConsentGiver

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class AnswerFields(forms.Form):
    """In which language it was asked, through whom, and who answered."""

    asked_in = forms.ChoiceField(
        label=_("Language it was explained in"), choices=language_choices, initial="en"
    )
    with_interpreter = forms.BooleanField(label=_("An interpreter explained it"), required=False)
    given_by = forms.ChoiceField(
        label=_("Who answered?"),
        choices=ConsentGiver.choices,
        initial=ConsentGiver.PERSON,
        help_text=_(
            "A child is protected without being asked. Ask all the same, in words that a child knows."
        ),
    )

    def answer(self, given: bool) -> ConsentAnswer:
        return ConsentAnswer(
            given=given,
            language=self.cleaned_data["asked_in"],
            with_interpreter=self.cleaned_data["with_interpreter"],
            given_by=self.cleaned_data["given_by"],
        )


class ConsentForm(AnswerFields, CreatingForm):
    """One new version of one consent."""

    given = forms.ChoiceField(label=_("The answer"), choices=YES_NO, widget=forms.RadioSelect)
    field_order = ["given", "given_by", "asked_in", "with_interpreter", "record_id"]

    def __init__(self, *args: Any, is_child: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_child:
            field = cast(forms.ChoiceField, self.fields["given_by"])
            field.choices = [pair for pair in ConsentGiver.choices if pair[0] != ConsentGiver.NOBODY]
            field.help_text = ""

    def given_answer(self) -> ConsentAnswer:
        return self.answer(self.cleaned_data["given"] == "yes")
