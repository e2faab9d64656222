"""What the law gives Amina, followed until it is given, refused or breached."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from tests.cast import NOON, Cast, days

from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.audit.models import Event
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.clocks.actions import sweep
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.vault.fields import reveal
from tutela.people.actions import erase_person
from tutela.people.models import AgeGroup, Happening, Person
from tutela.rights import actions, assess, facts
from tutela.rights.models import Right, RightStatus, RightStep

# United Kingdom guidance: a decision within five working days of the referral.
IN_FIVE_DAYS = "L242"
# Council of Europe Convention, article 10(2): no removal while the case is examined.
NO_REMOVAL = "L027"
SECRET = "Zzrefused because the interpreter did not come"


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
    return Right.objects.select_related("clock", "person").get(person=person, entry=IN_FIVE_DAYS)


def follow(right: Right, cast: Cast, status: RightStatus, **options: object) -> RightStep:
    return actions.follow_right(
        right=right,
        status=status,
        version=options.pop("version", right.version),
        by=cast.actor("bea"),
        at=options.pop("at", NOON),
        **options,
    )


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
    assert found.of(NO_REMOVAL) in found.depends
    assert "identification_status" in found.questions()


def test_reasonable_grounds_make_rights_due(amina, cast):
    answer(amina, cast, identification_status="presumed", in_territory=True)
    assert Right.objects.get(person=amina, entry=NO_REMOVAL).status == RightStatus.DUE


def test_a_period_ends_on_the_day_that_the_law_counts_to(amina, cast):
    answer(amina, cast, identification_status="presumed", reasonable_grounds_on=date(2026, 11, 20))
    found = assess.assess(amina, at=NOON)
    thirty_days = [
        one.ends for one in found.due if one.provision.time_limit and one.provision.time_limit.amount == 30
    ]
    assert any(ends and ends.at_least and ends.day == date(2026, 12, 20) for ends in thirty_days)


def test_working_out_the_rights_again_changes_nothing(amina, cast):
    referred(amina, cast)
    before = RightStep.objects.count()
    assert actions.sync_rights(person=amina, by=cast.actor("bea"), at=NOON) == []
    assert RightStep.objects.count() == before


def test_a_deadline_owed_to_the_person_gets_a_clock_in_working_days(amina, cast):
    clock = referred(amina, cast).clock
    assert (clock.amount, clock.unit, clock.source) == (5, "working_days", IN_FIVE_DAYS)
    assert clock.due_at.date() == date(2026, 12, 2)


def test_a_right_that_is_no_longer_due_ends_and_stays_on_file(amina, cast):
    right = referred(amina, cast)
    answer(amina, cast, identification_status="none")
    right.refresh_from_db()
    assert right.status == RightStatus.ENDED
    assert Clock.objects.get(pk=right.clock_id).state == State.CANCELLED
    assert [step.status for step in right.steps.order_by("at", "id")].count(RightStatus.DUE) == 1


def test_a_right_that_ended_can_be_due_again_with_a_new_clock(amina, cast):
    right = referred(amina, cast)
    answer(amina, cast, identification_status="none")
    answer(amina, cast, identification_status="possible")
    again = Right.objects.get(pk=right.pk)
    assert again.status == RightStatus.DUE
    assert again.clock_id != right.clock_id


def test_an_answer_can_be_taken_back(amina, cast):
    answer(amina, cast, complained=True)
    answer(amina, cast, complained=None)
    assert "complained" not in Person.objects.get(pk=amina.pk).facts


def test_the_second_of_two_people_who_answer_sees_the_conflict(amina, cast):
    same = Person.objects.get(pk=amina.pk)
    answer(amina, cast, complained=True)
    with pytest.raises(ChangedMeanwhile):
        answer(same, cast, complained=False)


# ---------------------------------------------------------------- following one right
def test_a_right_is_asked_for_promised_and_delivered_in_time(amina, cast):
    right = referred(amina, cast)
    for status in (RightStatus.REQUESTED, RightStatus.GRANTED):
        follow(right, cast, status)
        assert Clock.objects.get(pk=right.clock_id).state == State.RUNNING
    follow(right, cast, RightStatus.DELIVERED)
    assert Clock.objects.get(pk=right.clock_id).state == State.MET


def test_a_refusal_needs_its_reason_and_seals_it(amina, cast):
    right = referred(amina, cast)
    with pytest.raises(actions.ReasonMissing):
        follow(right, cast, RightStatus.REFUSED, note="  ")
    step = follow(right, cast, RightStatus.REFUSED, note=SECRET)
    assert SECRET.encode() not in bytes(RightStep.objects.get(pk=step.pk).note)
    assert reveal(step, "note") == SECRET


@pytest.mark.parametrize("status", sorted(set(RightStatus) - set(actions.NEXT[RightStatus.DUE])), ids=str)
def test_nobody_goes_where_the_way_does_not_lead(amina, cast, status):
    with pytest.raises(actions.NotPossible):
        follow(referred(amina, cast), cast, status, note="a note")


def test_nothing_follows_once_a_right_has_ended(amina, cast):
    assert actions.NEXT[RightStatus.ENDED] == ()
    assert set(actions.NEXT) == set(RightStatus)


def test_the_second_of_two_steps_at_once_sees_the_conflict(amina, cast):
    right = referred(amina, cast)
    follow(right, cast, RightStatus.REQUESTED)
    with pytest.raises(ChangedMeanwhile):
        follow(right, cast, RightStatus.DELIVERED, version=1)


def test_evidence_is_a_paper_of_the_same_person(amina, cast):
    with pytest.raises(actions.NotInThisFile):
        follow(referred(amina, cast), cast, RightStatus.DELIVERED, document_id=uuid4())


def test_every_step_leaves_a_mark(amina, cast):
    follow(referred(amina, cast), cast, RightStatus.REQUESTED)
    event = Event.objects.get(verb="right.requested")
    assert (event.actor_id, event.person_id, event.basis) == (cast.bea.pk, amina.pk, IN_FIVE_DAYS)
    assert Happening.objects.filter(person=amina, kind="right.requested").exists()


# ---------------------------------------------------------------- too late
def test_a_right_that_is_not_given_in_time_is_breached(amina, cast):
    right = referred(amina, cast)
    sweep(by=SYSTEM, at=NOON + days(8))
    right.refresh_from_db()
    assert right.status == RightStatus.BREACHED
    assert Happening.objects.filter(person=amina, kind="right.breached", by=None).exists()
    assert Event.objects.filter(verb="right.breached", object_id=right.pk).exists()


def test_what_was_delivered_in_time_is_never_breached(amina, cast):
    right = referred(amina, cast)
    follow(right, cast, RightStatus.DELIVERED)
    sweep(by=SYSTEM, at=NOON + days(8))
    right.refresh_from_db()
    assert right.status == RightStatus.DELIVERED


def test_what_is_delivered_after_the_breach_is_late(amina, cast):
    right = referred(amina, cast)
    sweep(by=SYSTEM, at=NOON + days(8))
    right.refresh_from_db()
    follow(right, cast, RightStatus.DELIVERED, at=NOON + days(9))
    assert Clock.objects.get(pk=right.clock_id).state == State.MET_LATE


def test_once_she_is_erased_no_clock_runs_on(amina, cast):
    right = referred(amina, cast)
    erase_person(person=amina, by=cast.actor("carl"), at=NOON)
    assert Right.objects.get(pk=right.pk).status == RightStatus.ENDED
    assert Clock.objects.get(pk=right.clock_id).state == State.CANCELLED
    assert sweep(by=SYSTEM, at=NOON + days(30)) == (0, 0)
