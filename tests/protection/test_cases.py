"""A case is opened whole or not at all, moves with the pathway, closes with a reason and opens again."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from tests.cast import AMINA, NOON, days
from tests.protection.conftest import YES, intake, open_case

from tutela.engines.rights import REGION
from tutela.foundation.access.models import Assignment
from tutela.foundation.audit.models import Event
from tutela.foundation.changes import ChangedMeanwhile
from tutela.identification.actions.grounds import request_decision
from tutela.people import actions as people
from tutela.people import pathway, queries
from tutela.people.actions import ConsentAnswer
from tutela.people.models import ConsentScope, Happening, Person
from tutela.people.pathway import Milestone
from tutela.protection import actions
from tutela.protection.actions import CaseFacts, ConsentMissing
from tutela.protection.assess import next_step
from tutela.protection.models import Case, CaseStatus, Need, Stage, Task, TaskKind
from tutela.protection.references import ALPHABET, as_reference, new_reference
from tutela.rights import assess
from tutela.rights.facts import Origin, region_of

NO = ConsentAnswer(given=False, language="ar")


def fresh(case):
    return Case.objects.select_related("person").get(pk=case.pk)


def reach(cast, case, milestone, by="bea"):
    pathway.reached(milestone, case.person, by=cast.actor(by), at=NOON)


def test_opening_makes_person_lead_consent_and_needs_at_once(cast):
    case = open_case(cast, needs=("doctor", "food"), urgent_needs=True, facts={"danger": "high"})
    assert (case.stage, case.danger, case.opened_by_id) == (Stage.INTAKE, "high", cast.bea.pk)
    lead = Assignment.objects.get(person_id=case.person_id, until__isnull=True)
    assert (lead.user_id, lead.is_lead) == (cast.bea.pk, True)
    assert queries.consent_is_given(case.person, ConsentScope.KEEP_FILE)
    assert Need.objects.filter(person=case.person, urgent=True).count() == 2
    kinds = set(Happening.objects.filter(person=case.person).values_list("kind", flat=True))
    assert {"person.opened", "case.opened", "team.assigned", "consent.given/keep_file", "need.noted"} <= kinds
    verbs = set(Event.objects.filter(person_id=case.person_id).values_list("verb", flat=True))
    assert {"person.open", "case.open", "team.assign", "consent.given", "need.note"} <= verbs


@pytest.mark.parametrize("consents", [{}, {ConsentScope.KEEP_FILE: NO}, {ConsentScope.REFER: YES}])
def test_without_consent_nothing_is_kept(cast, consents):
    before = Person.objects.count()
    with pytest.raises(ConsentMissing):
        open_case(cast, consents=consents)
    assert Person.objects.count() == before


def test_when_a_part_fails_nothing_remains(cast):
    before = Person.objects.count()
    nobody = ConsentAnswer(given=True, language="ar", given_by="nobody")
    with pytest.raises(people.NotForAnAdult):
        open_case(cast, consents={ConsentScope.KEEP_FILE: nobody})
    assert Person.objects.count() == before
    assert not Case.objects.exists()


def test_a_colleague_can_be_given_the_lead_from_the_start(cast):
    case = open_case(cast, lead=cast.ben)
    assert Assignment.objects.get(person_id=case.person_id).user_id == cast.ben.pk


def test_a_reference_is_short_and_has_no_letter_that_is_mistaken_for_another():
    reference = new_reference(NOON)
    assert re.fullmatch(rf"26-[{ALPHABET}]{{5}}", reference)
    assert not set("01AEIOUL") & set(ALPHABET)


@pytest.mark.parametrize("typed", ["26-K7QF3", "26k7qf3", " 26-k7 qf3 "])
def test_a_reference_is_understood_as_people_type_it(typed):
    assert as_reference(typed) == "26-K7QF3"


@pytest.mark.parametrize("typed", ["", "26-K7QF", "K7QF3", "26-AEIOU", "Heron 4821"])
def test_other_words_are_no_reference(typed):
    assert as_reference(typed) == ""


def test_a_reference_that_is_taken_is_drawn_again(cast, case, monkeypatch):
    draws = iter([case.reference, "26-ZZZZZ"])
    monkeypatch.setattr("tutela.protection.actions.cases.new_reference", lambda at: next(draws))
    assert open_case(cast).reference == "26-ZZZZZ"


PATHWAY = [
    (Milestone.SCREENED, Stage.SCREENING),
    (Milestone.DECISION_REQUESTED, Stage.WAITING),
    (Milestone.GROUNDS_POSITIVE, Stage.RECOVERY),
]


def test_the_case_moves_with_the_pathway(cast, case):
    for milestone, stage in PATHWAY:
        reach(cast, case, milestone)
        assert fresh(case).stage == stage
        assert Happening.objects.filter(person=case.person, kind=f"stage.{stage}").exists()
    assert Event.objects.filter(verb="case.stage", person_id=case.person_id).count() == 3


def test_a_second_screening_moves_nothing_back(cast, case):
    for milestone, _stage in PATHWAY:
        reach(cast, case, milestone)
    reach(cast, case, Milestone.SCREENED)
    assert fresh(case).stage == Stage.RECOVERY


def test_a_no_from_the_authority_does_not_end_the_help(cast, case):
    reach(cast, case, Milestone.DECISION_REQUESTED)
    reach(cast, case, Milestone.GROUNDS_NEGATIVE)
    assert fresh(case).stage == Stage.SUPPORT


def test_a_screening_never_opens_a_closed_case(cast, case):
    close(cast, case)
    reach(cast, case, Milestone.SCREENED)
    assert fresh(case).stage == Stage.CLOSED


def test_withdrawn_consent_to_keep_a_file_gives_the_lead_one_task(cast, case):
    for answer in (NO, YES, NO):
        people.record_consent(
            person=case.person, scope=ConsentScope.KEEP_FILE, answer=answer, by=cast.actor("bea"), at=NOON
        )
    task = Task.objects.get(person=case.person)
    assert (task.kind, task.assigned_to_id) == (TaskKind.END_FILE, cast.bea.pk)
    step = next_step(fresh(case), queries.consents_of(case.person))
    assert step.url_name == "tasks"


def test_withdrawing_another_consent_leaves_the_file_alone(cast, case):
    for answer in (YES, NO):
        people.record_consent(
            person=case.person, scope=ConsentScope.CONTACT, answer=answer, by=cast.actor("bea"), at=NOON
        )
    assert not Task.objects.exists()


def change(cast, case, **facts):
    version = facts.pop("version", case.version)
    return actions.change_case(
        case=case, facts=CaseFacts(country="GB", **facts), version=version, by=cast.actor("bea"), at=NOON
    )


def test_of_two_savers_the_second_is_stopped(cast, case):
    first, second = fresh(case), fresh(case)
    assert change(cast, first, danger="high") == ["danger"]
    with pytest.raises(ChangedMeanwhile):
        change(cast, second, danger="low")
    assert fresh(case).danger == "high"


def close(cast, case, **more):
    actions.close_case(
        case=case,
        reason="choice",
        note="She moves to her sister.",
        version=more.get("version", case.version),
        by=cast.actor("bea"),
        at=NOON + days(1),
    )


def test_a_closed_case_says_who_when_and_why_and_seals_the_note(cast, case):
    close(cast, case)
    closed = fresh(case)
    assert (closed.status, closed.closure_reason, closed.closed_by_id) == ("closed", "choice", cast.bea.pk)
    line = Happening.objects.get(person=case.person, kind="case.closed")
    assert b"sister" not in bytes(line.note)


def test_a_closed_case_is_not_changed_but_can_be_opened_again(cast, case):
    close(cast, case)
    with pytest.raises(actions.CaseIsClosed):
        change(cast, fresh(case), danger="high")
    with pytest.raises(actions.CaseIsClosed):
        close(cast, fresh(case))
    actions.reopen_case(case=fresh(case), note="She called.", by=cast.actor("bea"), at=NOON + days(2))
    reopened = fresh(case)
    assert (reopened.status, reopened.stage, reopened.closed_at) == (CaseStatus.OPEN, Stage.SUPPORT, None)
    with pytest.raises(actions.CaseIsOpen):
        actions.reopen_case(case=reopened, note="Again.", by=cast.actor("bea"), at=NOON + days(2))


def test_the_name_is_in_no_event(cast, case):
    assert AMINA not in str(list(Event.objects.values_list("details", "verb", "basis")))
    assert intake().details.real_name == AMINA


# ---------------------------------------------------------------- where the case lies
def test_the_law_is_asked_about_the_region_of_the_case(cast, case):
    at_first = assess.assess(case.person, at=NOON)
    assert (at_first.country, at_first.region) == ("GB", "")
    facts = CaseFacts(country="GB", region="GB-SCT")
    actions.change_case(case=case, facts=facts, version=1, by=cast.actor("bea"), at=NOON)
    person = Person.objects.get(pk=case.person_id)
    found = assess.assess(person, at=NOON)
    assert (found.region, region_of(person, country="GB")) == ("GB-SCT", "GB-SCT")
    assert found.known[REGION].origin is Origin.STAGE
    assert "region" not in found.questions()


def test_an_answered_region_counts_where_the_case_names_none_and_only_in_its_country(cast, case):
    case.person.facts = {"region": "GB-WLS"}
    case.person.save()
    person = Person.objects.get(pk=case.person_id)
    assert region_of(person, country="GB") == "GB-WLS"
    assert region_of(person, country="FR") == ""
    assert REGION not in assess.assess(person, at=NOON, country="FR").known
    actions.change_case(case=case, facts=CaseFacts(country="FR"), version=1, by=cast.actor("bea"), at=NOON)
    moved = Person.objects.get(pk=case.person_id)
    assert (assess.assess(moved, at=NOON).country, assess.assess(moved, at=NOON).region) == ("FR", "")


def test_a_request_for_a_decision_is_counted_with_the_holidays_of_the_region(cast, case):
    facts = CaseFacts(country="GB", region="GB-SCT")
    actions.change_case(case=case, facts=facts, version=1, by=cast.actor("bea"), at=NOON)
    people.record_consent(
        person=case.person,
        scope=ConsentScope.REQUEST_DECISION,
        answer=YES,
        by=cast.actor("bea"),
        at=NOON,
    )
    asked = request_decision(
        request_id=uuid4(),
        person=Person.objects.select_related("data_key").get(pk=case.person_id),
        authority=cast.authority,
        country="GB",
        statement="She asks.",
        by=cast.actor("bea"),
        at=NOON,
    )
    assert (asked.clock.country, asked.clock.region) == ("GB", "GB-SCT")
