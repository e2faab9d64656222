"""Forms of this stage: the answers of a screening, a request, a decision, and the notice of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tutela.engines.indicators import Answer, Pack
from tutela.foundation.forms import ChangingForm, CreatingForm, PlainText
from tutela.foundation.organisations.models import Organisation
from tutela.rights.forms import choices_of
from tutela.rights.words import text

LONGEST_STATEMENT: Final = 8000

ANSWERS: Final = {
    Answer.YES: _("Yes"),
    Answer.NO: _("No"),
    Answer.UNKNOWN: _("Not known"),
    Answer.NOT_ASKED: _("Not asked"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Any
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One indicator as the page asks it."""

    name: str
    text: str
    help: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One dimension of the set."""

    id: str
    title: str
    questions: tuple[Question, ...]


class ScreeningForm(forms.Form):
    """The questions of one set. `record_id` is that of a new screening, `version` that of a draft."""

    record_id = forms.UUIDField(required=False)
    version = forms.IntegerField(required=False, min_value=1)

    def __init__(
        self, *args: Any, pack: Pack, answers: Mapping[str, Answer] | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.pack = pack
        self.stored = dict(answers or {})
        self.new_id = uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        known = {answer.value for answer in Answer}
        for indicator in self.pack.indicators:
            if self.data.get(indicator.id, Answer.NOT_ASKED) not in known:
                raise ValidationError(_("One answer could not be read. Please choose it again."))
        return given

    def answers(self) -> dict[str, Answer]:
        """What is chosen now: as sent, or as stored. What cannot be read counts as not asked."""
        if not self.is_bound:
            return self.stored
        known = {answer.value: answer for answer in Answer}
        return {
            one.id: known.get(self.data.get(one.id, ""), Answer.NOT_ASKED) for one in self.pack.indicators
        }

    def parts(self) -> list[Part]:
        chosen = self.answers()
        return [
            Part(
                id=dimension.id,
                title=text(dimension.title),
                questions=tuple(
                    Question(
                        name=one.id,
                        text=text(one.text),
                        help=text(one.help) if one.help else "",
                        choices=_choices(chosen.get(one.id, Answer.NOT_ASKED)),
                    )
                    for one in dimension.indicators
                ),
            )
            for dimension in self.pack.dimensions
        ]


def _choices(chosen: Answer) -> tuple[Choice, ...]:
    return tuple(Choice(answer.value, label, answer is chosen) for answer, label in ANSWERS.items())


class RequestForm(CreatingForm):
    """What the authority is asked, by whom it is decided, and which screening goes with it."""

    authority = forms.ChoiceField(label=_("Which authority decides?"))
    screening = forms.ChoiceField(
        label=_("Which screening goes with it?"),
        required=False,
        help_text=_("The authority sees what its answers say, and why."),
    )
    statement = PlainText(
        label=_("What happened, in a few plain sentences"),
        help_text=_(
            "Write what the person told you and what you saw. Leave out the name and where the person lives:"
            " the authority does not see them here."
        ),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def __init__(
        self,
        *args: Any,
        authorities: Iterable[Organisation],
        screenings: Iterable[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.authorities = {str(one.pk): one for one in authorities}
        choices_of(self, "authority").choices = [(key, one.name) for key, one in self.authorities.items()]
        offered = list(screenings)
        choices_of(self, "screening").choices = [*offered, ("", _("None"))]
        if offered:
            self.fields["screening"].initial = offered[0][0]


class DecisionForm(ChangingForm):
    """Yes or no, and why."""

    answer = forms.ChoiceField(
        label=_("Are there reasonable grounds to believe that this person was trafficked?"),
        choices=[
            ("positive", _("Yes: there are reasonable grounds")),
            ("negative", _("No: there are no reasonable grounds")),
        ],
        widget=forms.RadioSelect,
    )
    reasons = PlainText(
        label=_("Reasons"),
        help_text=_(
            "The person will read them. Say what you believed and why, and what was missing, in plain words."
        ),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class NoticeForm(forms.Form):
    """In which language the person was told."""

    language = forms.ChoiceField(label=_("In which language was it given?"), choices=settings.LANGUAGES)
