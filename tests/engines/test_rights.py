"""The rights engine: Kleene logic, reasons, force and binding, order, and what more knowledge may change."""

from __future__ import annotations

import random
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.rights_examples import TODAY, binding, library, provision, yes

from tutela.engines.rights import (
    ALWAYS,
    Addressee,
    AllOf,
    AnyOf,
    Certainty,
    Condition,
    FactIs,
    Facts,
    InForce,
    Instrument,
    Level,
    Library,
    Measure,
    Not,
    Standing,
    Strength,
    TimeLimit,
    Unit,
    entitlements,
)


def answer(condition: Condition, facts: Facts):
    (found,) = entitlements(facts, library(provision(condition)), state="FR", at=TODAY)
    return found


# Kleene's tables

KNOWLEDGE = {Standing.DUE: True, Standing.NOT_DUE: False, Standing.DEPENDS: None}
STANDING = {truth: standing for standing, truth in KNOWLEDGE.items()}


@pytest.mark.parametrize(("a", "b"), list(product([True, False, None], repeat=2)))
def test_all_any_and_not_follow_kleenes_strong_tables(a, b):
    facts = {"a": a, "b": b}
    conjunction = False if False in (a, b) else None if None in (a, b) else True
    disjunction = True if True in (a, b) else None if None in (a, b) else False
    assert answer(AllOf((yes("a"), yes("b"))), facts).standing is STANDING[conjunction]
    assert answer(AnyOf((yes("a"), yes("b"))), facts).standing is STANDING[disjunction]
    assert answer(Not(yes("a")), facts).standing is STANDING[None if a is None else not a]


def test_what_is_always_owed_is_owed_to_a_person_of_whom_nothing_is_known():
    assert answer(ALWAYS, {}).standing is Standing.DUE


def test_a_fact_that_is_absent_is_as_unknown_as_one_that_is_none():
    condition = AllOf((yes("a"), yes("b")))
    assert answer(condition, {"a": True}) == answer(condition, {"a": True, "b": None})


def test_a_choice_holds_for_any_of_its_answers_and_no_other():
    child = FactIs("age_group", frozenset({"child", "uncertain"}))
    standings = [answer(child, {"age_group": age}).standing for age in ("child", "uncertain", "adult", None)]
    assert standings == [Standing.DUE, Standing.DUE, Standing.NOT_DUE, Standing.DEPENDS]


# Reasons

CHILD_ALONE = AllOf((yes("victim"), yes("child"), yes("alone")))


def test_a_limb_known_to_be_false_decides_although_others_are_unknown():
    found = answer(CHILD_ALONE, {"child": False})
    assert found.standing is Standing.NOT_DUE
    assert found.failed == (yes("child"),)
    assert found.asks == ()


def test_what_it_depends_on_names_only_the_unknown_facts_and_what_already_held():
    found = answer(CHILD_ALONE, {"victim": True})
    assert found.standing is Standing.DEPENDS
    assert found.held == (yes("victim"),)
    assert found.asks == ("child", "alone")


def test_a_fact_behind_a_closed_door_is_not_asked_for():
    condition = AnyOf((AllOf((yes("a"), yes("b"))), AllOf((yes("c"), yes("d")))))
    found = answer(condition, {"a": False, "c": True})
    assert found.standing is Standing.DEPENDS
    assert found.asks == ("d",)


def test_one_of_two_ways_that_is_open_is_enough_and_is_the_reason_given():
    found = answer(AnyOf((yes("a"), yes("b"))), {"a": False, "b": True})
    assert found.standing is Standing.DUE
    assert found.held == (yes("b"),)
    assert found.failed == ()


def test_a_negation_that_failed_is_named_with_its_negation():
    found = answer(Not(AnyOf((yes("a"), yes("b")))), {"a": True})
    assert found.standing is Standing.NOT_DUE
    assert found.failed == (FactIs("a", frozenset({True}), wanted=False),)


# Force, binding and addressee

DAY_BEFORE, FIRST_DAY = date(2008, 4, 30), date(2008, 5, 1)


def found_at(law: Library, at: date, state: str = "FR") -> list[str]:
    return [entitlement.provision.id for entitlement in entitlements({}, law, state=state, at=at)]


def test_a_treaty_counts_from_the_day_on_which_it_binds_that_state():
    law = library(provision())
    assert found_at(law, DAY_BEFORE) == []
    assert found_at(law, FIRST_DAY) == ["L001"]
    assert found_at(law, FIRST_DAY, state="DE") == []


def test_a_state_that_left_is_bound_to_the_last_day_and_no_longer():
    law = library(provision(), bindings=(binding(end=date(2020, 12, 31)),))
    assert found_at(law, date(2020, 12, 31)) == ["L001"]
    assert found_at(law, date(2021, 1, 1)) == []


def test_a_provision_counts_within_its_own_days_only():
    law = library(provision(in_force=InForce(start=date(2026, 7, 15), end=date(2026, 7, 16))))
    assert [found_at(law, date(2026, 7, day)) for day in (14, 15, 16, 17)] == [[], ["L001"], ["L001"], []]


def test_what_is_enacted_but_has_not_begun_is_never_applied():
    assert found_at(library(provision(in_force=InForce(commenced=False))), TODAY) == []


def test_an_instrument_that_is_not_in_force_gives_nothing():
    ended = Instrument(
        id="treaty",
        level=Level.NATIONAL,
        short={"en": "Act"},
        name={"en": "Act"},
        source="",
        in_force=InForce(end=date(2025, 1, 1)),
        state="FR",
    )
    law = Library(provisions=[provision()], instruments=[ended])
    assert found_at(law, date(2025, 1, 1)) == ["L001"]
    assert found_at(law, TODAY) == []


def test_duties_that_give_no_person_anything_are_on_nobodys_list():
    law = library(provision(), provision(id="L002", addressed_to=Addressee.STATE))
    assert found_at(law, TODAY) == ["L001"]


# Certainty, limits, order


@pytest.mark.parametrize(
    ("text", "bound", "weaker"),
    [("V", "V", "V"), ("V", "S", "S"), ("G", "S", "G"), ("S", "G", "G")],
)
def test_the_weaker_certainty_of_text_and_binding_counts(text, bound, weaker):
    law = library(provision(certainty=Certainty(text)), bindings=(binding(certainty=Certainty(bound)),))
    (found,) = entitlements({}, law, state="FR", at=TODAY)
    assert found.certainty is Certainty(weaker)
    assert found.to_be_confirmed is (weaker == "G")


def test_a_limit_says_which_dates_it_waits_for():
    limit = TimeLimit(
        measures=Measure.DURATION, text={}, from_events=("granted_on",), until_event="decided_on"
    )
    law = library(provision(time_limit=limit))
    (unknown,) = entitlements({}, law, state="FR", at=TODAY)
    (started,) = entitlements({"granted_on": TODAY}, law, state="FR", at=TODAY)
    assert unknown.dates_needed == ("granted_on", "decided_on")
    assert started.dates_needed == ("decided_on",)


@pytest.mark.parametrize("half", [{"amount": 30}, {"unit": Unit.DAYS}, {"amount": 30, "unit": Unit.DAYS}])
def test_half_a_number_is_not_a_time_limit(half):
    with pytest.raises(ValueError, match="stand together"):
        TimeLimit(measures=Measure.DEADLINE, text={}, **half)


def test_rights_come_by_category_then_strongest_first_then_by_number():
    law = library(
        provision(id="L009", category="health"),
        provision(id="L003", strength=Strength.CONSIDER),
        provision(id="L007", strength=Strength.MAY),
        provision(id="L002", strength=Strength.SHALL_LAW),
        provision(id="L008"),
        provision(id="L004"),
        categories=("housing", "health"),
    )
    assert found_at(law, TODAY) == ["L004", "L008", "L002", "L003", "L007", "L009"]


# Properties

FACTS = ("a", "b", "c", "d")
leaves = st.builds(FactIs, st.sampled_from(FACTS), st.just(frozenset({True})), st.booleans())
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: AllOf(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(lambda parts: AnyOf(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(Not, inner),
    ),
    max_leaves=12,
)
knowledge = st.fixed_dictionaries({fact: st.sampled_from([True, False, None]) for fact in FACTS})


def kleene(condition: Condition, facts: Facts) -> bool | None:
    """Kleene's tables written out naively: false < unknown < true, all = least, any = greatest."""
    if isinstance(condition, FactIs):
        value = facts.get(condition.fact)
        return None if value is None else (value in condition.values) == condition.wanted
    if isinstance(condition, Not):
        inner = kleene(condition.part, facts)
        return None if inner is None else not inner
    pick, empty = (min, True) if isinstance(condition, AllOf) else (max, False)
    rank = {False: 0, None: 1, True: 2}
    return pick((kleene(part, facts) for part in condition.parts), key=rank.__getitem__, default=empty)


@given(conditions, knowledge)
def test_the_compiled_answer_is_kleenes_answer(condition, facts):
    assert KNOWLEDGE[answer(condition, facts).standing] is kleene(condition, facts)


@given(conditions, knowledge, knowledge)
def test_learning_an_unknown_fact_never_changes_a_decided_answer(condition, facts, learnt):
    more = {fact: learnt[fact] if known is None else known for fact, known in facts.items()}
    before, after = answer(condition, facts).standing, answer(condition, more).standing
    assert before in (Standing.DEPENDS, after)


@given(conditions, knowledge)
def test_an_open_answer_asks_only_for_unknown_facts_and_a_decided_one_asks_for_none(condition, facts):
    found = answer(condition, facts)
    assert bool(found.asks) is (found.standing is Standing.DEPENDS)
    assert all(facts[fact] is None for fact in found.asks)


@given(conditions, knowledge)
def test_facts_that_are_not_asked_for_cannot_decide(condition, facts):
    found = answer(condition, facts)
    others = [fact for fact in FACTS if facts[fact] is None and fact not in found.asks]
    for values in product([True, False], repeat=len(others)):
        more = facts | dict(zip(others, values, strict=True))
        assert answer(condition, more).standing is found.standing


@given(conditions, knowledge)
def test_the_reasons_alone_carry_the_answer(condition, facts):
    """Forgetting every fact that is not named among the reasons leaves the answer as it is."""
    found = answer(condition, facts)
    named = {test.fact for test in (*found.held, *found.failed)}
    kept = {fact: value for fact, value in facts.items() if fact in named}
    assert answer(condition, kept).standing is found.standing


@given(st.lists(conditions, min_size=1, max_size=8), knowledge, st.randoms(use_true_random=False))
def test_the_order_of_the_library_does_not_matter(several, facts, chance: random.Random):
    provisions = [provision(condition, id=f"L{place:03}") for place, condition in enumerate(several)]
    shuffled = chance.sample(provisions, len(provisions))
    first, second = (
        entitlements(facts, library(*some), state="FR", at=TODAY) for some in (provisions, shuffled)
    )
    assert first == second
