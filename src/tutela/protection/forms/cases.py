"""A new case, its facts, its end, and the filters of the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.foundation.forms import ChangingForm, CreatingForm, PlainText
from tutela.foundation.organisations.models import User
from tutela.people.choices import country_choices, region_choices
from tutela.people.forms import AnswerFields, DetailsFields
from tutela.people.models import AgeGroup, ConsentGiver, ConsentScope
from tutela.protection.actions import CaseFacts, Intake
from tutela.protection.models import (
    CaseStatus,
    ClosureReason,
    Danger,
    Exploitation,
    NeedKind,
    Stage,
)
from tutela.protection.queries.cases import CaseFilter
from tutela.rights.forms import choices_of

YES_NO_LATER = [("yes", _("Yes")), ("no", _("No")), ("", _("Not asked yet"))]
YES_NO = YES_NO_LATER[:2]
ANY = ("", _("Any"))


class FactsFields(forms.Form):
    """The fields of CaseFacts."""

    danger = forms.ChoiceField(
        label=_("How great is the danger now?"), choices=Danger.choices, initial=Danger.UNKNOWN
    )
    exploitation = forms.ChoiceField(
        label=_("What kind of exploitation?"),
        help_text=_("As far as it is known. A screening looks at it in detail."),
        choices=Exploitation.choices,
        initial=Exploitation.UNKNOWN,
    )
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    region = forms.ChoiceField(
        label=_("Region"),
        help_text=_("The law of a part of the country may differ, and its holidays count for deadlines."),
        required=False,
        error_messages={"invalid_choice": _("This is not a part of the country that you chose.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Without a script the page knows the country only when it is sent: then it offers that one's regions.
        chosen = str(self["country"].value() or "")
        choices_of(self, "region").choices = region_choices(chosen)

    def facts(self) -> CaseFacts:
        return CaseFacts(
            **{name: self.cleaned_data[name] for name in ("danger", "exploitation", "country", "region")}
        )


class NewCaseForm(FactsFields, DetailsFields, AnswerFields, CreatingForm):  # type: ignore[misc]
    """Everything of a first conversation on one page; only the consent to keep a file is required.

    `record_id` becomes the id of the person, so that sending the form twice opens one case."""

    keep_file = forms.ChoiceField(
        label=_("May we keep a file about you?"), choices=YES_NO, widget=forms.RadioSelect
    )
    contact = forms.ChoiceField(
        label=_("May we contact you in the way you said?"),
        choices=YES_NO_LATER,
        required=False,
        widget=forms.RadioSelect,
    )
    refer = forms.ChoiceField(
        label=_("May we ask another service to help you?"),
        choices=YES_NO_LATER,
        required=False,
        widget=forms.RadioSelect,
    )
    request_decision = forms.ChoiceField(
        label=_("May we ask the authority to recognise you as a victim?"),
        choices=YES_NO_LATER,
        required=False,
        widget=forms.RadioSelect,
    )
    statistics = forms.ChoiceField(
        label=_("May we count you in statistics, without your name?"),
        choices=YES_NO_LATER,
        required=False,
        widget=forms.RadioSelect,
    )
    needs = forms.MultipleChoiceField(
        label=_("What is needed now?"),
        help_text=_("Choose as many as you like."),
        choices=NeedKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    urgent_needs = forms.BooleanField(label=_("It is urgent"), required=False)
    report_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("keep_file") == "no":
            self.add_error(
                "keep_file",
                _(
                    "Without this consent nothing may be kept. Give advice and safe numbers,"
                    " then leave this page."
                ),
            )
        treated_as_child = cleaned.get("age_group") in {AgeGroup.CHILD, AgeGroup.DISPUTED}
        if cleaned.get("given_by") == ConsentGiver.NOBODY and not treated_as_child:
            self.add_error("given_by", _("Only a child, or someone whose age is disputed, is not asked."))
        return cleaned

    def intake(self, *, lead: User | None = None) -> Intake:
        """What was typed, once the form is valid."""
        answered = {scope: self.cleaned_data[scope.value] for scope in ConsentScope}
        return Intake(
            details=self.details(),
            consents={scope: self.answer(yes == "yes") for scope, yes in answered.items() if yes},
            facts=self.facts(),
            needs=tuple(self.cleaned_data["needs"]),
            urgent_needs=self.cleaned_data["urgent_needs"],
            report_id=self.cleaned_data["report_id"],
            lead=lead,
        )

    @property
    def person_id(self) -> UUID:
        person_id: UUID = self.cleaned_data["record_id"]
        return person_id


class ChangeCaseForm(FactsFields, ChangingForm):
    """Changes what is known about the situation."""


class CloseForm(ChangingForm):
    """Ends the work on a file, with a reason."""

    reason = forms.ChoiceField(
        label=_("Why is the case closed?"), choices=ClosureReason.choices, widget=forms.RadioSelect
    )
    note = PlainText(
        label=_("What was agreed with the person"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReopenForm(forms.Form):
    """Takes up a closed case again, with a reason."""

    note = PlainText(
        label=_("Why is it opened again?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class FilterForm(forms.Form):
    """The filters of the list; what is not understood keeps everything."""

    q = PlainText(
        label=_("Name or reference"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "dir": "auto"}),
    )
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Open")), ("closed", _("Closed")), ("all", _("All"))],
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[ANY, *Stage.choices[:-1]])
    danger = forms.ChoiceField(label=_("Danger"), required=False, choices=[ANY, *Danger.choices])
    exploitation = forms.ChoiceField(
        label=_("Exploitation"), required=False, choices=[ANY, *Exploitation.choices]
    )
    mine = forms.BooleanField(label=_("Only mine"), required=False)

    def wanted(self) -> CaseFilter:
        self.is_valid()
        given = self.cleaned_data
        status = {"closed": CaseStatus.CLOSED, "all": ""}.get(given.get("status", ""), CaseStatus.OPEN)
        return CaseFilter(
            text=given.get("q", ""),
            status=status,
            stage=given.get("stage", ""),
            danger=given.get("danger", ""),
            exploitation=given.get("exploitation", ""),
            mine=given.get("mine", False),
        )
