"""Forms of the rights pages: one step of a right, and answers that the law asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.engines.rights import Value
from tutela.foundation.forms import ChangingForm, PlainText
from tutela.rights import life, words
from tutela.rights.law import load_law
from tutela.rights.models import Reason, StepKind
from tutela.rights.steps import Given

LONGEST_NOTE: Final = 4000


def choices_of(form: forms.Form, name: str) -> forms.ChoiceField:
    """The field of a form whose choices are only known when a page is made."""
    return cast(forms.ChoiceField, form.fields[name])


class FollowForm(ChangingForm):
    """One step of a right: what happened, why, when, and a paper that shows it."""

    kind = forms.ChoiceField(label=_("What happened?"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("Why was it suspended or ended?"),
        required=False,
        choices=[("", _("Choose")), *Reason.choices],
    )
    on_day = forms.DateField(
        label=_("On which day?"),
        help_text=_(
            "The day of the decision, or of what happened. For a suspension: its last day, if known."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = PlainText(
        label=_("Note"),
        help_text=_(
            "For a refusal or an end: the reason that was given. Only who may open this file reads it."
        ),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    document_id = forms.TypedChoiceField(
        label=_("Paper that shows it"), required=False, empty_value=None, coerce=str
    )

    def __init__(
        self, *args: Any, now: str, papers: Iterable[tuple[str, str]], today: date, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.today = today
        choices_of(self, "kind").choices = [(to.value, STEPS[to]) for to in life.choices(now)]
        choices_of(self, "document_id").choices = [("", _("No paper")), *papers]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind, day = given.get("kind"), given.get("on_day")
        if kind in life.NEEDS_A_NOTE and not given.get("note", "").strip():
            self.add_error(
                "note", _("Write down the reason: without it nobody can understand or challenge it.")
            )
        if kind in life.NEEDS_A_REASON and not given.get("reason"):
            self.add_error("reason", _("Choose why."))
        if kind in life.NEEDS_A_DAY and day is None and "on_day" not in self.errors:
            self.add_error("on_day", _("Say on which day: time limits run from it."))
        if day is not None and kind == StepKind.SUSPENDED and day < self.today:
            self.add_error("on_day", _("This day has passed already."))
        if day is not None and kind != StepKind.SUSPENDED and day > self.today:
            self.add_error("on_day", _("This day has not come yet."))
        return given

    def given(self) -> Given:
        """What was typed, as actions take it."""
        paper = self.cleaned_data["document_id"]
        return Given(
            note=self.cleaned_data["note"],
            reason=self.cleaned_data["reason"] if self.cleaned_data["kind"] in life.NEEDS_A_REASON else "",
            on_day=self.cleaned_data["on_day"],
            document_id=UUID(paper) if paper else None,
        )


STEPS: Final = {
    StepKind.REQUESTED: _("It was asked for"),
    StepKind.GRANTED: _("It was promised or granted, and has not arrived yet"),
    StepKind.DELIVERED: _("The person has received it"),
    StepKind.REFUSED: _("It was refused"),
    StepKind.CHALLENGED: _("The refusal was challenged, or a new look was asked for"),
    StepKind.WON: _("The challenge was won: it is due again"),
    StepKind.LOST: _("The challenge was lost"),
    StepKind.SUSPENDED: _("It was suspended for a time"),
    StepKind.RESUMED: _("It goes on again"),
    StepKind.ENDED: _("It was ended early"),
    StepKind.TAKEN_UP: _("It is taken up again"),
}


class ExtendForm(ChangingForm):
    """A later end of a protection, or of a deadline where the law lets it be extended."""

    until = forms.DateField(
        label=_("New last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    why = PlainText(
        label=_("Why"),
        help_text=_("For example: health, a decision that is still awaited. Name the decision."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LookForm(ChangingForm):
    """Somebody looked at what ran out, or was not given in time."""

    seen = PlainText(
        label=_("What follows from it?"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswersForm(ChangingForm):
    """Questions that the law asks about a person. “Not known” is an answer."""

    def __init__(
        self,
        *args: Any,
        facts: Iterable[str],
        answers: Mapping[str, Value],
        regions: Iterable[str],
        today: date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.today = today
        for fact in facts:
            if fact in load_law().facts:
                self.fields[fact] = _question(fact, answers.get(fact), regions)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, answer in list(given.items()):
            if isinstance(answer, date) and name not in FUTURE and answer > self.today:
                self.add_error(name, _("This day has not come yet."))
        return given

    def answers(self) -> dict[str, Value | None]:
        """What was answered, by fact; None where nothing is known."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


FUTURE: Final = frozenset({"offender_release_on"})
"""Days that may lie ahead."""

_UNKNOWN: Final = ("unknown", _("Not known"))
_YES_NO: Final = [("yes", _("Yes")), ("no", _("No")), _UNKNOWN]
_TRUTHS: Final = {"yes": True, "no": False, "unknown": None}


def _question(fact: str, answer: Value | None, regions: Iterable[str]) -> forms.Field:
    definition = load_law().facts[fact]
    common: dict[str, Any] = {"label": words.question(fact)}
    match str(definition.type):
        case "yes_no":
            initial = "unknown" if answer is None else "yes" if answer else "no"
            return forms.TypedChoiceField(
                **common,
                choices=_YES_NO,
                coerce=_TRUTHS.__getitem__,
                initial=initial,
                widget=forms.RadioSelect,
            )
        case "date":
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(**common, required=False, initial=answer, widget=widget)
        case "choice":
            choices = [(key, words.text(labels)) for key, labels in definition.values.items()]
        case _:
            choices = [(code, words.region(code)) for code in regions]
    return forms.TypedChoiceField(
        **common,
        choices=[_UNKNOWN, *choices],
        coerce=lambda code: None if code == "unknown" else code,
        initial=answer or "unknown",
    )
