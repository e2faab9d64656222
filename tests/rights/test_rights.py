"""What the law gives Amina, worked out from facts, written down once, and never taken away in silence."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import NOON, Cast, days

from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.clocks.actions import sweep
from tutela.foundation.clocks.models import Clock, State
from tutela.people.actions import erase_person
from tutela.people.models import AgeGroup, Person
from tutela.rights import actions, assess, facts, queries, timing
from tutela.rights.models import Lapse, Look, Right, RightBreach, RightStatus, RightStep, StepKind

# United Kingdom guidance: a decision within five working days of the referral.
IN_TIME, IN_FIVE_DAYS = "decision-in-time", "L242"
# Council of Europe Convention, article 10(2): no removal while the case is examined.
NO_REMOVAL, NOT_BEFORE_A_DECISION = "no-removal", "L027"


@pytest.fixture
def amina(cast: Cast) -> Person:
    return cast.amina


def answer(person: Person, cast: Cast, **answers: object) -> None:
    actions.answer_questions(
        person=person, answers=answers, version=person.version, by=cast.actor("bea"), at=NOON
    )


def referred(person: Person, cast: Cast) -> Right:
    """Amina may be a victim, was referred today, and waits for her decision."""
    answer(person, cast, identification_status="possible", referred_on=NOON.date())
    return Right.objects.select_related("person").get(person=person, right=IN_TIME)


def clock_of(right: Right, kind: str = timing.DEADLINE) -> Clock:
    return Clock.objects.filter(object_id=right.pk, kind=kind).order_by("started_at", "ended_at").last()


def confirm(person: Person, cast: Cast) -> list[Right]:
    seen = [(row.pk, row.version) for row in Right.objects.filter(person=person) if row.lapse]
    return actions.confirm_lapsed(person=person, seen=seen, by=cast.actor("bea"), at=NOON)


# ---------------------------------------------------------------- facts
def test_what_the_file_says_is_known_and_what_nobody_asked_is_unknown(amina):
    known = facts.known_facts(amina, country="GB")
    assert known["age_group"].value == "adult"
    assert known["is_foreign_national"].value is True
    assert known["is_eu_citizen"].value is False
    assert "needs_interpreter" not in known
    assert "in_danger" not in known


@pytest.mark.parametrize(
    ("group", "fact"), [(AgeGroup.CHILD, "child"), (AgeGroup.DISPUTED, "uncertain"), (AgeGroup.UNKNOWN, None)]
)
def test_a_disputed_age_is_never_that_of_an_adult(amina, group, fact):
    amina.age_group = group
    known = facts.known_facts(amina, country="GB")
    assert (known["age_group"].value if "age_group" in known else None) == fact


def test_a_later_stage_overrides_an_answer_and_says_where_the_case_lies(amina, monkeypatch):
    amina.facts = {"identification_status": "none"}
    monkeypatch.setattr(
        facts, "_sources", [lambda person: {"identification_status": "presumed", "country": "FR"}]
    )
    assert facts.country_of(amina) == "FR"
    assert facts.known_facts(amina, country="FR")["identification_status"].value == "presumed"


def test_stored_answers_that_cannot_be_read_are_unknown(amina):
    amina.facts = {"in_danger": "yes", "referred_on": "soon", "gone": True, "complained": True}
    assert facts.answers_of(amina) == {"complained": True}


# ---------------------------------------------------------------- what is due
def test_before_anything_is_known_rights_depend_and_questions_say_on_what(amina):
    found = assess.assess(amina, at=NOON)
    assert found.country == "GB"
    assert found.of(NOT_BEFORE_A_DECISION) in found.depends
    assert "identification_status" in found.questions()


def test_reasonable_grounds_make_rights_due(amina, cast):
    answer(amina, cast, identification_status="presumed", in_territory=True)
    assert Right.objects.get(person=amina, right=NO_REMOVAL).status == RightStatus.DUE


def test_a_period_ends_on_the_day_that_the_law_counts_to(amina, cast):
    answer(amina, cast, identification_status="presumed", reasonable_grounds_on=date(2026, 11, 20))
    found = assess.assess(amina, at=NOON)
    thirty_days = [
        one.ends for one in found.due if one.provision.time_limit and one.provision.time_limit.amount == 30
    ]
    assert any(ends and ends.at_least and ends.day == date(2026, 12, 19) for ends in thirty_days)


def test_working_out_the_rights_again_changes_nothing(amina, cast):
    referred(amina, cast)
    before = RightStep.objects.count()
    assert actions.sync_rights(person=amina, by=cast.actor("bea"), at=NOON) == []
    assert RightStep.objects.count() == before


def test_a_deadline_owed_to_the_person_gets_a_clock_in_working_days(amina, cast):
    clock = clock_of(referred(amina, cast))
    assert (clock.amount, clock.unit, clock.source) == (5, "working_days", IN_FIVE_DAYS)
    assert clock.due_at.date() == date(2026, 12, 2)


def test_several_laws_behind_one_right_are_one_right_with_all_of_them_cited(amina, cast):
    answer(amina, cast, identification_status="presumed", in_territory=True)
    row = Right.objects.get(person=amina, right=NO_REMOVAL)
    assert row.bases == [NOT_BEFORE_A_DECISION, "L243"]
    assert Right.objects.filter(person=amina).count() == Right.objects.values("right").distinct().count()


def test_what_the_law_no_longer_gives_stays_until_a_person_has_confirmed_it(amina, cast):
    right = referred(amina, cast)
    answer(amina, cast, identification_status="none")
    right.refresh_from_db()
    assert (right.status, right.lapse, right.lapsed_on) == (RightStatus.DUE, Lapse.FACTS, NOON.date())
    assert clock_of(right).state == State.RUNNING
    assert right in confirm(amina, cast)
    right.refresh_from_db()
    assert (right.status, right.lapse) == (RightStatus.NOT_DUE, "")
    assert clock_of(right).state == State.CANCELLED


def test_whoever_confirms_has_seen_what_stands_there_now(amina, cast):
    right = referred(amina, cast)
    answer(amina, cast, identification_status="none")
    with pytest.raises(ChangedMeanwhile):
        actions.confirm_lapsed(person=amina, seen=[(right.pk, 1)], by=cast.actor("bea"), at=NOON)
    assert Right.objects.get(pk=right.pk).status == RightStatus.DUE


def test_a_mistake_that_is_corrected_takes_nothing_away(amina, cast):
    right = referred(amina, cast)
    clock = clock_of(right)
    answer(amina, cast, identification_status="none")
    answer(amina, cast, identification_status="possible")
    right.refresh_from_db()
    assert (right.status, right.lapse) == (RightStatus.DUE, "")
    assert clock_of(right) == clock
    kinds = [step.kind for step, _note in queries.steps_of(right)]
    assert kinds == [StepKind.FOUNDED, StepKind.LAPSED, StepKind.DUE]


def test_a_right_that_was_no_longer_due_can_be_due_again_with_a_new_clock(amina, cast):
    right = referred(amina, cast)
    first = clock_of(right)
    answer(amina, cast, identification_status="none")
    confirm(amina, cast)
    answer(amina, cast, identification_status="possible")
    right.refresh_from_db()
    assert right.status == RightStatus.DUE
    assert queries.clocks(amina).live(right, timing.DEADLINE) not in {None, first}


def test_what_is_known_to_have_been_given_is_delivered_and_not_taken_away(amina, cast):
    right = referred(amina, cast)
    answer(amina, cast, identification_status="presumed", reasonable_grounds_on=NOON.date())
    right.refresh_from_db()
    assert (right.status, right.by_facts, right.lapse) == (RightStatus.DELIVERED, True, "")
    assert clock_of(right).state == State.MET


def test_another_day_of_the_event_moves_the_deadline_and_says_so(amina, cast):
    right = referred(amina, cast)
    answer(amina, cast, referred_on=date(2026, 11, 24))
    live = queries.clocks(amina).live(right, timing.DEADLINE)
    assert live.due_at.date() == date(2026, 12, 1)
    step, _note = queries.steps_of(right)[0]
    assert (step.kind, step.on_day) == (StepKind.MOVED, date(2026, 12, 1))


def test_a_change_of_law_lapses_what_its_entries_gave(amina, cast):
    right = referred(amina, cast)
    Right.objects.filter(pk=right.pk).update(right="a-right-of-old", bases=["L999"])
    actions.sync_rights(person=amina, by=SYSTEM, at=NOON)
    gone = Right.objects.get(pk=right.pk)
    assert (gone.status, gone.lapse) == (RightStatus.DUE, Lapse.LAW)


def test_when_the_case_moves_to_another_country_the_rights_there_stay_to_be_looked_at(
    amina, cast, monkeypatch
):
    right = referred(amina, cast)
    monkeypatch.setattr(facts, "_sources", [lambda person: {"country": "FR"}])
    actions.sync_rights(person=amina, by=SYSTEM, at=NOON)
    right.refresh_from_db()
    assert (right.status, right.lapse) == (RightStatus.DUE, Lapse.PLACE)


def test_the_time_of_a_protection_runs_and_its_end_asks_for_a_look(amina, cast):
    answer(amina, cast, identification_status="presumed", reasonable_grounds_on=NOON.date())
    right = Right.objects.get(person=amina, right=NO_REMOVAL)
    clock = clock_of(right, timing.PROTECTION)
    assert clock.is_term
    assert clock.due_at.date() == date(2026, 12, 24)
    sweep(by=SYSTEM, at=NOON + days(40))
    right.refresh_from_db()
    assert (right.status, right.look) == (RightStatus.DUE, Look.PROTECTION)
    assert not RightBreach.objects.filter(right=right).exists()
    actions.sync_rights(person=amina, by=SYSTEM, at=NOON + days(41))
    assert queries.clocks(amina).live(right, timing.PROTECTION) is None


def test_an_answer_can_be_taken_back(amina, cast):
    answer(amina, cast, complained=True)
    answer(amina, cast, complained=None)
    assert "complained" not in Person.objects.get(pk=amina.pk).facts


def test_the_second_of_two_people_who_answer_sees_the_conflict(amina, cast):
    same = Person.objects.get(pk=amina.pk)
    answer(amina, cast, complained=True)
    with pytest.raises(ChangedMeanwhile):
        answer(same, cast, complained=False)


# ---------------------------------------------------------------- at the end
def test_once_she_is_erased_no_clock_runs_on(amina, cast):
    right = referred(amina, cast)
    erase_person(person=amina, by=cast.actor("carl"), at=NOON)
    assert Right.objects.get(pk=right.pk).status == RightStatus.NOT_DUE
    assert clock_of(right).state == State.CANCELLED
    assert sweep(by=SYSTEM, at=NOON + days(30)) == (0, 0)
