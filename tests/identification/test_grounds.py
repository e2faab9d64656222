"""Amina wants to be recognised: the authority is asked, decides in time with reasons, and she is told."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import NOON, Cast, days, organisation, signed_in
from tests.identification.test_screening import SIGNS, begin

from tutela.foundation.access import door
from tutela.foundation.access.decision import SYSTEM, File, Purpose
from tutela.foundation.access.models import Grant, Section
from tutela.foundation.audit.models import Event
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.clocks.actions import pause_clock, resume_clock, sweep
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.organisations.kinds import Kind
from tutela.foundation.roles import Permission
from tutela.foundation.vault.fields import reveal
from tutela.identification import queries
from tutela.identification.actions import grounds
from tutela.identification.models import GroundsRequest, GroundsStatus
from tutela.identification.terms import term_for
from tutela.people.actions import ConsentAnswer, erase_person, record_consent
from tutela.people.keyset import Cursor
from tutela.people.models import AgeGroup, ConsentScope, Happening
from tutela.rights import waits
from tutela.rights.actions import answer_questions
from tutela.rights.facts import known_facts
from tutela.rights.models import Right, RightStatus
from tutela.rights.queries import breaches_of, clocks

STATEMENT = "Zzshe was promised a kitchen and found a locked room"
REASONS = "Zzher account is detailed and fits what the inspector saw"
EQUAL_TREATMENT = "no-discrimination"


def consent(cast: Cast, given: bool = True) -> None:
    record_consent(
        person=cast.amina,
        scope=ConsentScope.REQUEST_DECISION,
        answer=ConsentAnswer(given=given, language="ar"),
        by=cast.actor("bea"),
        at=NOON,
    )


def ask(cast: Cast, **options: object) -> GroundsRequest:
    given = {"request_id": uuid4(), "authority": cast.authority, "country": "GB", "statement": STATEMENT}
    return grounds.request_decision(person=cast.amina, by=cast.actor("bea"), at=NOON, **{**given, **options})


@pytest.fixture
def asked(cast: Cast) -> GroundsRequest:
    consent(cast)
    return ask(cast, screening=begin(cast, SIGNS, finish=True))


def decide(request: GroundsRequest, cast: Cast, *, positive: bool = True, **options: object):
    options = {"reasons": REASONS, "version": request.version, "at": NOON + days(1), **options}
    return grounds.decide(request=request, positive=positive, by=cast.actor("ada"), **options)


def ada_may_read(cast: Cast, section: Section, *, at=NOON) -> bool:
    file = File(cast.amina.organisation_id, cast.amina.pk, section)
    return door.may(
        cast.actor("ada"), Permission.GROUNDS_DECIDE, file, purpose=Purpose.DECISION, at=at
    ).allowed


# ---------------------------------------------------------------- asking
def test_an_adult_is_asked_first(cast):
    with pytest.raises(grounds.ConsentMissing):
        ask(cast)


@pytest.mark.parametrize("age", [AgeGroup.CHILD, AgeGroup.DISPUTED])
def test_a_child_is_protected_without_being_asked(cast, age):
    cast.amina.age_group = age
    cast.amina.save(update_fields=["age_group"])
    request = ask(cast)
    assert Grant.objects.get(source_id=request.pk).basis == grounds.BASIS_CHILD


def test_asking_starts_a_clock_of_five_working_days(asked):
    clock = asked.clock
    assert (clock.amount, clock.unit, clock.source) == (5, "working_days", "grounds/GB")
    assert clock.due_at.date() == date(2026, 12, 2)


def test_a_country_without_a_known_term_says_that_its_clock_is_a_default():
    assert term_for("GB").is_in_law
    other = term_for("TH")
    assert not other.is_in_law
    assert other.name == "grounds/default"
    assert set(other.text) == set(other.review) == {"en", "fr", "es", "ar"}


# United Kingdom guidance: a decision within five working days of the referral.
IN_FIVE_DAYS = "L242"


def first_decision(cast: Cast) -> Right:
    return Right.objects.get(person=cast.amina, right="decision-in-time")


def running_clocks() -> list[tuple[str, str]]:
    running = Clock.objects.filter(ended_at__isnull=True, source__in=["grounds/GB", IN_FIVE_DAYS])
    return list(running.values_list("kind", "source"))


def test_one_wait_has_one_clock_and_the_right_shows_it(cast, asked):
    assert running_clocks() == [("grounds", "grounds/GB")]
    assert first_decision(cast).status == RightStatus.DUE
    assert waits.kept(cast.amina)[IN_FIVE_DAYS] == asked.clock
    assert clocks(cast.amina).deadline(first_decision(cast)) == asked.clock


def test_a_wait_that_was_counted_before_the_authority_was_asked_goes_over_to_its_clock(cast):
    answer_questions(
        person=cast.amina,
        answers={"identification_status": "possible", "referred_on": NOON.date()},
        version=cast.amina.version,
        by=cast.actor("bea"),
        at=NOON,
    )
    assert running_clocks() == [("right", IN_FIVE_DAYS)]
    consent(cast)
    ask(cast)
    assert running_clocks() == [("grounds", "grounds/GB")]


def test_a_decision_delivers_the_right_to_one(cast, asked):
    decide(asked, cast)
    right = first_decision(cast)
    assert right.status == RightStatus.DELIVERED
    assert waits.kept(cast.amina) == {}


def test_a_decision_that_does_not_come_in_time_breaches_the_right_to_one_for_good(cast, asked):
    sweep(by=SYSTEM, at=NOON + days(8))
    assert first_decision(cast).status == RightStatus.BREACHED
    decide(asked, cast, at=NOON + days(9))
    assert first_decision(cast).status == RightStatus.DELIVERED
    (late,) = breaches_of(cast.amina)
    assert (late.clock_id, late.settled_at) == (asked.clock_id, NOON + days(9))


def test_the_authority_sees_three_sections_and_no_more(cast, asked):
    seen = {section for section in Section if ada_may_read(cast, section)}
    assert seen == {Section.SUMMARY, Section.SCREENING, Section.GROUNDS}


def test_before_it_is_asked_the_authority_sees_nothing(cast):
    assert not any(ada_may_read(cast, section) for section in Section)


def test_what_was_written_is_sealed(asked):
    assert STATEMENT.encode() not in bytes(GroundsRequest.objects.get(pk=asked.pk).statement)


def test_one_request_at_a_time(cast, asked):
    with pytest.raises(grounds.AlreadyAsked):
        ask(cast)


def test_only_an_authority_of_the_country_is_asked(cast):
    consent(cast)
    abroad = organisation("Autorité", Kind.COMPETENT_AUTHORITY, country="FR")
    for nobody in (cast.haven, cast.police, abroad):
        with pytest.raises(grounds.NotAnAuthority):
            ask(cast, authority=nobody)


def test_a_draft_does_not_go_to_the_authority(cast):
    consent(cast)
    with pytest.raises(grounds.ScreeningUnfit):
        ask(cast, screening=begin(cast, SIGNS))


def test_asking_leaves_its_marks(cast, asked):
    assert Event.objects.get(verb="grounds.request").object_id == asked.pk
    assert Event.objects.get(verb="grant.give").details["sections"] == ["grounds", "screening", "summary"]
    assert Happening.objects.filter(person=cast.amina, kind="grounds.requested").exists()


# ---------------------------------------------------------------- taking it back
def test_taking_it_back_closes_what_was_disclosed(cast, asked):
    grounds.withdraw_request(request=asked, by=cast.actor("bea"), at=NOON)
    assert not ada_may_read(cast, Section.GROUNDS)
    assert Clock.objects.get(pk=asked.clock_id).state == State.CANCELLED
    assert ask(cast).status == GroundsStatus.REQUESTED


def test_who_no_longer_agrees_is_no_longer_examined(cast, asked):
    consent(cast, given=False)
    asked.refresh_from_db()
    assert asked.status == GroundsStatus.WITHDRAWN
    assert not ada_may_read(cast, Section.SUMMARY)


def test_a_child_who_changes_their_mind_stays_protected(cast, asked):
    cast.amina.age_group = AgeGroup.CHILD
    cast.amina.save(update_fields=["age_group"])
    consent(cast, given=False)
    asked.refresh_from_db()
    assert asked.status == GroundsStatus.REQUESTED


def test_who_is_erased_is_no_longer_examined(cast, asked):
    erase_person(person=cast.amina, by=cast.actor("carl"), at=NOON)
    asked.refresh_from_db()
    assert asked.status == GroundsStatus.WITHDRAWN
    assert Clock.objects.get(pk=asked.clock_id).state == State.CANCELLED


def test_a_decision_cannot_be_taken_back(cast, asked):
    decide(asked, cast)
    with pytest.raises(grounds.NotWaiting):
        grounds.withdraw_request(request=asked, by=cast.actor("bea"), at=NOON)


# ---------------------------------------------------------------- the inbox
def test_the_most_urgent_request_comes_first_and_pages_do_not_skip(cast, monkeypatch):
    from tests.cast import person

    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(5):
        child = person(cast.casa_alba, pseudonym=f"Finch {number}")
        child.age_group = AgeGroup.CHILD
        child.save(update_fields=["age_group"])
        grounds.request_decision(
            request_id=uuid4(),
            person=child,
            authority=cast.authority,
            country="GB",
            statement=STATEMENT,
            by=cast.actor("carl"),
            at=NOON + days((number * 3) % 5),
        )
    later, seen, after = NOON + days(6), [], ""
    while True:
        page = queries.inbox(cast.actor("ada"), at=later, after=Cursor.parse(after))
        seen += [(line.clock.due_at, line.request_id) for line in page.rows]
        after = page.following
        if not after:
            break
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen)


def test_a_clock_that_stood_still_moves_its_request_in_the_inbox(cast, asked):
    clock = asked.clock
    pause_clock(clock, reason="in hospital", by=SYSTEM, at=NOON + days(1))
    clock = resume_clock(clock, by=SYSTEM, at=NOON + days(3))
    (line,) = queries.inbox(cast.actor("ada"), at=NOON + days(4)).rows
    assert line.clock.due_at == clock.due_at == asked.due_at + days(2)


def test_a_request_that_was_not_decided_in_time_says_so(cast, asked):
    ada = signed_in(cast.ada)
    assert "late" not in ada.get(reverse("decisions")).text
    asked.clock.due_at = NOON - days(3)
    asked.clock.started_at = NOON - days(9)
    asked.clock.save(update_fields=["due_at", "started_at"])
    grounds.follow_clock(asked.clock)
    assert "late" in ada.get(reverse("decisions")).text


@pytest.mark.sqlite
def test_the_inbox_is_read_in_the_order_of_its_index(cast, asked):
    with CaptureQueriesContext(connection) as seen:
        queries.inbox(cast.actor("ada"), at=NOON)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {seen.captured_queries[-1]['sql']}")
        plan = "\n".join(row[3] for row in cursor.fetchall())
    assert "grounds_inbox" in plan
    assert "TEMP B-TREE" not in plan


def test_another_authority_has_an_empty_inbox(cast, asked):
    assert [line.pseudonym for line in queries.inbox(cast.actor("ada"), at=NOON).rows] == ["Heron 4821"]
    assert not queries.inbox(cast.actor("pia"), at=NOON).rows
    assert not queries.inbox(cast.actor("dario"), at=NOON).rows


# ---------------------------------------------------------------- deciding
def test_a_decision_in_time_meets_its_clock_and_seals_its_reasons(cast, asked):
    decide(asked, cast)
    row = GroundsRequest.objects.select_related("person", "clock").get(pk=asked.pk)
    assert (row.status, row.decided_by_id, row.clock.state) == ("positive", cast.ada.pk, State.MET)
    assert REASONS.encode() not in bytes(row.reasons)
    assert reveal(row, "reasons") == REASONS


def test_a_decision_too_late_is_written_down_as_late(cast, asked):
    sweep(by=SYSTEM, at=NOON + days(9))
    asked.clock.refresh_from_db()
    decide(asked, cast, at=NOON + days(10))
    assert Clock.objects.get(pk=asked.clock_id).state == State.MET_LATE


def test_there_is_no_decision_without_reasons(cast, asked):
    with pytest.raises(grounds.ReasonsMissing):
        decide(asked, cast, reasons="  \n ")


def test_it_is_decided_once(cast, asked):
    decide(asked, cast)
    with pytest.raises(grounds.NotWaiting):
        decide(asked, cast)


def test_the_second_of_two_decisions_sees_the_first(cast, asked):
    same = GroundsRequest.objects.select_related("person", "clock").get(pk=asked.pk)
    decide(asked, cast)
    with pytest.raises(ChangedMeanwhile):
        decide(same, cast, positive=False)
    assert GroundsRequest.objects.get(pk=asked.pk).status == GroundsStatus.POSITIVE


def test_a_yes_makes_rights_due_at_once(cast, asked):
    decide(asked, cast)
    known = known_facts(cast.amina, country="GB")
    assert known["identification_status"].value == "presumed"
    assert known["reasonable_grounds_on"].value == date(2026, 11, 26)
    assert Right.objects.get(person=cast.amina, right=EQUAL_TREATMENT).status == RightStatus.DUE


def test_a_no_is_a_no_for_the_law_until_somebody_decides_otherwise(cast, asked):
    decide(asked, cast, positive=False)
    assert known_facts(cast.amina, country="GB")["identification_status"].value == "negative"
    cast.amina.facts = {"identification_status": "presumed"}
    assert known_facts(cast.amina, country="GB")["identification_status"].value == "presumed"


def test_what_a_caseworker_answered_before_does_not_stand_against_a_yes(cast, asked):
    decide(asked, cast)
    cast.amina.facts = {"identification_status": "none"}
    assert known_facts(cast.amina, country="GB")["identification_status"].value == "presumed"
    cast.amina.facts = {"identification_status": "confirmed"}
    assert known_facts(cast.amina, country="GB")["identification_status"].value == "confirmed"


def test_the_authority_can_read_its_decision_for_a_month(cast, asked):
    decide(asked, cast)
    assert ada_may_read(cast, Section.GROUNDS, at=NOON + days(30))
    assert not ada_may_read(cast, Section.GROUNDS, at=NOON + days(32))


def test_deciding_leaves_its_marks_in_the_file_that_it_belongs_to(cast, asked):
    decide(asked, cast)
    event = Event.objects.get(verb="grounds.positive")
    assert (event.actor_id, event.organisation_id) == (cast.ada.pk, cast.casa_alba.pk)
    assert event.purpose == "decision"
    assert Happening.objects.filter(person=cast.amina, kind="grounds.positive").exists()


# ---------------------------------------------------------------- telling her
def test_she_is_told_in_her_language(cast, asked):
    decide(asked, cast)
    grounds.give_notice(request=asked, language="ar", by=cast.actor("bea"), at=NOON + days(2))
    row = GroundsRequest.objects.get(pk=asked.pk)
    assert (row.notice_given_by_id, row.notice_language) == (cast.bea.pk, "ar")
    assert Happening.objects.filter(person=cast.amina, kind="grounds.notice").exists()


def test_nobody_is_told_before_there_is_a_decision(cast, asked):
    with pytest.raises(grounds.NotDecided):
        grounds.give_notice(request=asked, language="ar", by=cast.actor("bea"), at=NOON)
