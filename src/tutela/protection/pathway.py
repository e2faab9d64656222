"""How protection joins the pathway: what it follows, and what it shows on every page of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tutela.engines.rights import REGION, Value
from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people import pathway
from tutela.people.models import Person
from tutela.people.pathway import Milestone
from tutela.protection import actions, terms
from tutela.protection.access import case_of, cases_of
from tutela.protection.models import Case, CaseStatus, Danger
from tutela.protection.references import left_to_right
from tutela.rights import facts
from tutela.rights.changes import open_files

TABS = (
    ("overview", _("Overview"), "file", Section.SUMMARY, 10),
    ("needs", _("Needs"), "needs", Section.NEEDS, 15),
    ("tasks", _("Tasks"), "tasks", Section.TIMELINE, 18),
    ("team", _("Who works on it"), "team", Section.CASE, 95),
)
FOLLOWS = {
    Milestone.SCREENED: actions.after_screening,
    Milestone.DECISION_REQUESTED: actions.after_decision_requested,
    Milestone.GROUNDS_POSITIVE: actions.after_positive_grounds,
    Milestone.GROUNDS_NEGATIVE: actions.after_negative_grounds,
    Milestone.CONSENT_WITHDRAWN: actions.after_consent_withdrawn,
}


def register() -> None:
    """Called from AppConfig.ready."""
    facts.offer(where_the_case_lies, ahead=where_the_cases_lie)
    open_files.narrow(lambda: Q(case__isnull=True) | Q(case__status=CaseStatus.OPEN))
    for milestone, follows in FOLLOWS.items():
        pathway.when(milestone, follows)
    for key, label, url_name, section, order in TABS:
        pathway.offer_tab(
            pathway.FileTab(key, label, url_name, section, Permission.CASE_READ, Purpose.CARE, order)
        )
    pathway.offer_header(header, section=Section.CASE, order=10)


def where_the_case_lies(person: Person) -> dict[str, Value | None]:
    """For the law: the state whose law is asked, and the part of it."""
    return _place(case_of(person))


def where_the_cases_lie(persons: Sequence[Person]) -> facts.Source:
    """The same for many people, in one query."""
    cases = cases_of(persons)
    return lambda person: _place(cases.get(person.pk))


def _place(case: Case | None) -> dict[str, Value | None]:
    return {} if case is None else {facts.COUNTRY: case.country, REGION: case.region or None}


def header(person: Person) -> Iterator[pathway.HeaderFact]:
    """Reference, stage, danger and lead of the case."""
    case: Any = case_of(person)
    if case is None:
        return
    yield pathway.HeaderFact(_("Reference"), left_to_right(case.reference))
    yield pathway.HeaderFact(_("Stage"), case.get_stage_display(), terms.stage_tone(case.stage))
    if case.danger != Danger.UNKNOWN:
        yield pathway.HeaderFact(_("Danger"), case.get_danger_display(), terms.danger_tone(case.danger))
    if case.lead_name:
        yield pathway.HeaderFact(_("Lead"), case.lead_name)
