"""Amina is screened: answers are sealed, rules say what they make of them, and nobody counts points."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from tests.cast import NOON, Cast

from tutela.engines.indicators import Answer
from tutela.foundation.audit.models import Event
from tutela.foundation.changes import ChangedMeanwhile
from tutela.identification import assess, queries
from tutela.identification.actions.screening import (
    AlreadyFinished,
    NothingAnswered,
    PackGone,
    begin_screening,
    continue_screening,
)
from tutela.identification.models import Screening
from tutela.identification.packs import NoSuchPack, pack_for, packs, packs_for
from tutela.people.models import AgeGroup, Happening
from tutela.rights.facts import known_facts

ADULT, CHILD = "ilo-2009-adult-labour", "ilo-2009-child-labour"
SIGNS = {
    "deceptive-recruitment.job-nature": Answer.YES,
    "deceptive-recruitment.wages": Answer.YES,
}


def named(part: str, count: int) -> dict[str, Answer]:
    """The first signs of one dimension, answered yes."""
    dimension = next(one for one in packs()[ADULT].dimensions if one.id == part)
    strong_first = sorted(dimension.indicators, key=lambda one: one.weight != "strong")
    return {one.id: Answer.YES for one in strong_first[:count]}


TRAFFICKED = {**SIGNS, **named("exploitation", 4), **named("destination-coercion", 2)}


def begin(cast: Cast, answers: dict[str, Answer], *, finish: bool = False) -> Screening:
    return begin_screening(
        screening_id=uuid4(),
        person=cast.amina,
        pack=packs()[ADULT],
        answers=answers,
        finish=finish,
        by=cast.actor("bea"),
        at=NOON,
    )


def go_on(screening: Screening, cast: Cast, answers: dict[str, Answer], **options: object) -> Screening:
    options = {"finish": False, "version": screening.version, **options}
    return continue_screening(screening=screening, answers=answers, by=cast.actor("bea"), at=NOON, **options)


# ---------------------------------------------------------------- which list
def test_an_adult_is_screened_as_an_adult(cast):
    assert [pack.id for pack in packs_for(cast.amina)] == [ADULT]


@pytest.mark.parametrize("age", [AgeGroup.CHILD, AgeGroup.DISPUTED])
def test_whoever_may_be_a_child_is_screened_as_one(cast, age):
    cast.amina.age_group = age
    assert [pack.id for pack in packs_for(cast.amina)] == [CHILD]
    with pytest.raises(NoSuchPack):
        pack_for(cast.amina, ADULT)


def test_while_the_age_is_unknown_both_lists_are_offered(cast):
    cast.amina.age_group = AgeGroup.UNKNOWN
    assert {pack.id for pack in packs_for(cast.amina)} == {ADULT, CHILD}


# ---------------------------------------------------------------- drafts
def test_a_draft_keeps_its_answers_sealed(cast):
    draft = begin(cast, SIGNS)
    assert draft.is_draft
    assert b"job-nature" not in bytes(Screening.objects.get(pk=draft.pk).answers)
    assert assess.answers_of(draft) == SIGNS


def test_what_was_not_asked_is_not_kept(cast):
    draft = begin(cast, {**SIGNS, "deceptive-recruitment.housing": Answer.NOT_ASKED})
    assert "deceptive-recruitment.housing" not in assess.answers_of(draft)


def test_two_colleagues_on_one_draft_do_not_overwrite_each_other(cast):
    draft = begin(cast, SIGNS)
    same = Screening.objects.select_related("person").get(pk=draft.pk)
    go_on(draft, cast, SIGNS)
    with pytest.raises(ChangedMeanwhile):
        go_on(same, cast, {}, version=1)
    assert assess.answers_of(Screening.objects.get(pk=draft.pk)) == SIGNS


def test_a_draft_of_an_older_list_cannot_be_finished_under_a_newer_one(cast):
    draft = begin(cast, SIGNS)
    Screening.objects.filter(pk=draft.pk).update(pack_version="0")
    with pytest.raises(PackGone):
        go_on(Screening.objects.get(pk=draft.pk), cast, SIGNS)


# ---------------------------------------------------------------- the result
def test_the_finding_and_the_rules_are_kept_as_codes_and_never_as_a_number(cast):
    done = begin(cast, TRAFFICKED, finish=True)
    assert done.finding == "trafficking-forced-labour"
    assert done.dimensions["deceptive-recruitment"] == "positive"
    assert not any(character.isdigit() for character in json.dumps(done.dimensions))


def test_the_result_says_which_rule_fired_because_of_which_answers(cast):
    result = assess.result_of(begin(cast, TRAFFICKED, finish=True))
    first = result.dimensions[0]
    assert first.rule == "One strong indicator and one medium or weak"
    assert "The person was deceived about the pay" in first.because
    assert any("never closes a file" in caution for caution in result.cautions)
    assert "sexual exploitation" in result.unverified


def test_what_is_still_open_is_said(cast):
    result = assess.result_of(begin(cast, SIGNS, finish=True))
    assert not result.is_settled
    assert any(part.missing for part in result.dimensions)


def test_the_result_speaks_the_language_of_its_reader(cast):
    from django.utils import translation

    with translation.override("es"):
        assert (
            assess.result_of(begin(cast, SIGNS, finish=True)).dimensions[0].title
            == "Captación mediante engaño"
        )


def test_a_finished_screening_stays_as_it_is(cast):
    done = begin(cast, SIGNS, finish=True)
    with pytest.raises(AlreadyFinished):
        go_on(done, cast, {})


def test_nothing_answered_is_no_screening(cast):
    with pytest.raises(NothingAnswered):
        begin(cast, {"deceptive-recruitment.wages": Answer.NOT_ASKED}, finish=True)


def test_finishing_leaves_its_marks(cast):
    done = begin(cast, SIGNS, finish=True)
    assert Happening.objects.filter(person=cast.amina, kind="screening.done", object_id=done.pk).exists()
    event = Event.objects.get(verb="screening.finish")
    assert (event.actor_id, event.purpose) == (cast.bea.pk, "identification")


# ---------------------------------------------------------------- what the law is told
def test_signs_make_a_possible_victim_for_the_law(cast):
    assert "identification_status" not in known_facts(cast.amina, country="GB")
    begin(cast, TRAFFICKED, finish=True)
    assert known_facts(cast.amina, country="GB")["identification_status"].value == "possible"


def test_a_screening_without_signs_never_says_no(cast):
    everything = {one.id: Answer.NO for one in packs()[ADULT].indicators}
    done = begin(cast, everything, finish=True)
    assert done.strength == "none_so_far"
    assert queries.facts_from_identification(cast.amina) == {"identification_status": None}


def test_a_draft_says_nothing(cast):
    begin(cast, TRAFFICKED)
    assert queries.facts_from_identification(cast.amina) == {"identification_status": None}
