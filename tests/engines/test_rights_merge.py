"""Several bases of one right, exceptions, reservations, changes of law, and states side by side."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.rights_examples import (
    FRENCH,
    TODAY,
    TREATY,
    binding,
    count,
    library,
    limit,
    provision,
    yes,
)

from tutela.engines.rights import (
    ALWAYS,
    Bound,
    Certainty,
    Change,
    Condition,
    Cooperation,
    Counting,
    Kind,
    Length,
    Measure,
    Pace,
    Provision,
    Reservation,
    Standing,
    Strength,
    Unit,
    Verdict,
    compare,
    differences,
    entitlements,
    merged,
    states_of,
)


def housing(entry: str, condition: Condition = ALWAYS, **changes: object) -> Provision:
    return provision(condition, id=entry, right="safe-housing", **changes)


def bases(*provisions: Provision, facts: dict[str, object] | None = None, **more: object) -> list[str]:
    law = library(*provisions, rights=("safe-housing",), **more)
    found = entitlements(facts or {}, law, state="FR", at=TODAY, count=count)  # type: ignore[arg-type]
    (right,) = merged(found, law)
    return [base.provision.id for base in right.bases]


# Several bases

DEADLINE, DURATION = {"measures": Measure.DEADLINE}, {"measures": Measure.DURATION}


def test_what_is_due_comes_before_what_depends_and_that_before_what_is_not_due():
    order = bases(
        housing("L001", yes("no")),
        housing("L002", yes("open")),
        housing("L003", yes("is_so"), strength=Strength.MAY),
        facts={"no": False, "is_so": True},
    )
    assert order == ["L003", "L002", "L001"]


def test_the_strongest_basis_comes_first():
    assert bases(housing("L001", strength=Strength.MAY), housing("L002", strength=Strength.SHALL)) == [
        "L002",
        "L001",
    ]


def test_of_two_deadlines_the_shorter_comes_first_and_of_two_protections_the_longer():
    week, month = (limit(n, bound=Bound.AT_MOST, **DEADLINE) for n in (7, 30))
    assert bases(housing("L001", time_limit=month), housing("L002", time_limit=week)) == ["L002", "L001"]
    week, month = (limit(n, bound=Bound.AT_LEAST, **DURATION) for n in (7, 30))
    assert bases(housing("L001", time_limit=week), housing("L002", time_limit=month)) == ["L002", "L001"]


def test_at_once_is_shorter_than_any_number_and_without_delay_longer():
    at_once, counted, without_delay = (
        limit(pace=Pace.AT_ONCE),
        limit(1, Unit.HOURS, bound=Bound.AT_MOST),
        limit(pace=Pace.WITHOUT_DELAY),
    )
    found = bases(
        housing("L001", time_limit=without_delay),
        housing("L002", time_limit=counted),
        housing("L003", time_limit=at_once),
        housing("L004"),
    )
    assert found == ["L003", "L002", "L001", "L004"]


def test_among_equals_the_surest_comes_first_and_then_the_id():
    unsure = housing("L001", certainty=Certainty.GENERAL)
    assert bases(unsure, housing("L003"), housing("L002")) == ["L002", "L003", "L001"]


def test_definitions_and_limits_are_no_rights_and_an_entry_without_a_right_stands_alone():
    law = library(
        housing("L001"),
        provision(id="L002"),
        provision(id="L003", kind=Kind.DEFINITION),
        rights=("safe-housing",),
    )
    found = merged(entitlements({}, law, state="FR", at=TODAY), law)
    assert [right.right for right in found] == ["safe-housing", "L002"]


def test_the_strictest_day_and_the_longest_protection_of_all_that_is_due():
    soon, later = limit(5, bound=Bound.AT_MOST), limit(9, bound=Bound.AT_MOST)
    short, long = (limit(n, bound=Bound.AT_LEAST, **DURATION) for n in (30, 90))
    law = library(
        housing("L001", time_limit=later),
        housing("L002", time_limit=soon),
        housing("L003", time_limit=short),
        housing("L004", time_limit=long),
        housing("L005", yes("no"), time_limit=limit(1, bound=Bound.AT_MOST)),
    )
    (right,) = merged(
        entitlements({"began_on": TODAY, "no": False}, law, state="FR", at=TODAY, count=count), law
    )
    assert right.deadline.day == TODAY + timedelta(days=5)
    assert right.lasts.day == TODAY + timedelta(days=90)
    assert len(right.due) == 4


def test_a_target_of_guidance_counts_only_where_no_law_sets_a_day():
    target = housing("L001", time_limit=limit(1, bound=Bound.AT_MOST, target=True))
    legal = housing("L002", time_limit=limit(5, bound=Bound.AT_MOST))
    for provisions, days in (([target, legal], 5), ([target], 1)):
        law = library(*provisions)
        found = entitlements({"began_on": TODAY}, law, state="FR", at=TODAY, count=count)
        assert merged(found, law)[0].deadline.day == TODAY + timedelta(days=days)


# What was given, what is reserved, what is excepted

GIVEN = {"fulfilled_when": yes("given")}


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        ({"due": True}, "due"),
        ({"due": True, "given": True}, "fulfilled"),
        ({"due": True, "given": False}, "due"),
        ({"due": False, "given": True}, "fulfilled"),
        ({"given": True}, "fulfilled"),
        ({"due": False}, "not_due"),
    ],
)
def test_what_the_facts_show_as_given_is_fulfilled_and_asks_for_nothing(facts, standing):
    (found,) = entitlements(facts, library(provision(yes("due"), **GIVEN)), state="FR", at=TODAY)
    assert found.standing is Standing(standing)
    assert found.fulfilled is (standing == "fulfilled")
    assert not (found.fulfilled and found.asks)


def test_nothing_is_given_by_a_law_of_another_part_of_the_country():
    there = provision(yes("due"), territory=("FR-20R",), **GIVEN)
    (found,) = entitlements({"given": True, "region": "FR-75"}, library(there), state="FR", at=TODAY)
    assert found.standing is not Standing.FULFILLED


def reserved(**changes: object) -> tuple[object, ...]:
    fields = {"text": {"en": "Not for us."}, "source": "", "provisions": frozenset({"L001"})}
    return (binding(reservations=(Reservation(**(fields | changes)),)),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "day", "standing"),
    [
        ({}, TODAY, "reserved"),
        ({"provisions": None}, TODAY, "reserved"),
        ({"provisions": frozenset({"L002"})}, TODAY, "due"),
        ({"withdrawn_on": TODAY}, TODAY, "due"),
        ({"withdrawn_on": TODAY}, TODAY - timedelta(days=1), "reserved"),
    ],
)
def test_a_reserved_provision_does_not_bind_until_the_reservation_is_withdrawn(changes, day, standing):
    law = library(provision(), bindings=reserved(**changes))
    (found,) = entitlements({}, law, state="FR", at=day)
    assert found.standing is Standing(standing)
    assert (found.reservation is not None) is (standing == "reserved")


def test_a_declaration_that_only_qualifies_stands_beside_the_right_and_leaves_it():
    law = library(housing("L001"), rights=("safe-housing",), bindings=reserved(takes_away=False))
    (found,) = entitlements({}, law, state="FR", at=TODAY)
    assert found.standing is Standing.DUE
    assert found.reservation is not None
    assert found.reservation.text["en"] == "Not for us."
    cell = compare(law, ["FR"], TODAY)["safe-housing", "FR"]
    assert [source.provision.id for source in cell.treaty] == ["L001"]
    assert cell.reserved == ()


def test_what_takes_a_right_away_counts_before_what_only_qualifies_it():
    said = Reservation(text={"en": "We read it so."}, source="", takes_away=False)
    refused = Reservation(text={"en": "Not for us."}, source="", withdrawn_on=TODAY)
    law = library(provision(), bindings=(binding(reservations=(said, refused)),))
    (before,) = entitlements({}, law, state="FR", at=TODAY - timedelta(days=1))
    (after,) = entitlements({}, law, state="FR", at=TODAY)
    assert (before.standing, before.reservation) == (Standing.RESERVED, refused)
    assert (after.standing, after.reservation) == (Standing.DUE, said)


def test_what_would_not_be_due_anyway_is_not_due_rather_than_reserved():
    law = library(provision(yes("a")), bindings=reserved())
    (found,) = entitlements({"a": False}, law, state="FR", at=TODAY)
    assert found.standing is Standing.NOT_DUE


def test_an_exception_is_shown_with_its_own_standing_and_never_takes_the_right_away():
    exception = provision(yes("order"), id="L009", kind=Kind.LIMIT, exception_to=("safe-housing",))
    other = provision(id="L002", right="safe-housing", instrument="fr")
    law = library(housing("L001"), other, exception)
    for order, standing in ((True, "due"), (False, "not_due"), (None, "depends")):
        found = {e.provision.id: e for e in entitlements({"order": order}, law, state="FR", at=TODAY)}
        assert found["L001"].standing is Standing.DUE
        (shown,) = found["L001"].exceptions
        assert (shown.provision.id, shown.standing) == ("L009", Standing(standing))
        assert found["L002"].exceptions == (), "an exception to a right stays within its instrument"


def test_an_exception_can_name_an_entry_of_another_instrument():
    exception = provision(id="L009", kind=Kind.LIMIT, exception_to=("L002",))
    other = provision(id="L002", instrument="fr")
    found = {e.provision.id: e for e in entitlements({}, library(other, exception), state="FR", at=TODAY)}
    assert [one.provision.id for one in found["L002"].exceptions] == ["L009"]


def test_a_treaty_that_binds_a_part_of_a_state_is_asked_about_the_part():
    law = library(provision(), bindings=(binding(territory=("FR-75",)),))
    standings = [
        entitlements({"region": region}, law, state="FR", at=TODAY)[0].standing
        for region in ("FR-75", "FR-20R", None)
    ]
    assert standings == [Standing.DUE, Standing.NOT_DUE, Standing.DEPENDS]


def test_principles_that_bind_nobody_are_nobodys_due():
    principles = replace(TREATY, is_binding=False)
    law = library(provision(), instruments=[principles])
    assert entitlements({}, law, state="FR", at=TODAY) == []


def test_an_order_that_nobody_verified_says_so():
    verified = replace(TREATY, counting=Counting(source="Regulation 1182/71"))
    for instrument, is_verified in ((TREATY, False), (verified, True)):
        law = library(provision(time_limit=limit(5, bound=Bound.AT_MOST)), instruments=[instrument])
        (found,) = entitlements({}, law, state="FR", at=TODAY)
        assert found.counting.is_verified is is_verified


@pytest.mark.parametrize(
    ("as_of", "is_stale"),
    [(date(2023, 11, 25), False), (date(2023, 11, 24), True), (date(2015, 3, 31), True), (None, False)],
)
def test_a_status_list_older_than_three_years_is_stale(as_of, is_stale):
    assert binding(as_of=as_of).is_stale(TODAY) is is_stale


# Changes


def found_in(*provisions: Provision, facts: dict[str, object] | None = None, **more: object) -> list[object]:
    law = library(*provisions, **more)
    known = facts or {"began_on": TODAY}
    return list(entitlements(known, law, state="FR", at=TODAY, count=count))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ([], [{}], [Change.GAINED]),
        ([{}], [], [Change.LOST]),
        ([{}], [{"condition": yes("a")}], [Change.LOST]),
        ([{"condition": yes("a")}], [], [Change.STANDING]),
        ([{}], [{"strength": Strength.MAY}], [Change.STRENGTH]),
        ([{}], [{"certainty": Certainty.GENERAL}], [Change.CERTAINTY]),
        ([{}], [{"title": {"en": "Other words"}}], [Change.TEXT]),
        (
            [{"time_limit": limit(5, bound=Bound.AT_MOST)}],
            [{"time_limit": limit(6, bound=Bound.AT_MOST)}],
            [Change.LIMIT, Change.DAY],
        ),
        ([{}], [{"note": "for the reader"}], []),
    ],
)
def test_a_change_of_law_is_told_entry_by_entry(before, after, changes):
    told = differences(*(found_in(*(provision(**one) for one in law)) for law in (before, after)))
    assert [change for one in told for change in one.changes] == changes
    assert [one.takes_away for one in told] == [Change.LOST in changes for _ in told]


# Comparing states


def verdict(*provisions: Provision, **more: object) -> Verdict:
    cells = compare(library(*provisions, rights=("safe-housing",), **more), ["FR", "CH"], TODAY)
    assert cells["safe-housing", "CH"].verdict is Verdict.MISSING
    return cells["safe-housing", "FR"].verdict


def own(entry: str = "L002", **changes: object) -> Provision:
    return housing(entry, instrument="fr", **changes)


def test_nothing_found_is_missing_and_each_side_alone_is_said():
    assert verdict(provision()) is Verdict.MISSING
    assert verdict(housing("L001")) is Verdict.PROMISED
    assert verdict(own()) is Verdict.NATIONAL


def test_national_law_is_held_against_the_treaty_by_how_firmly_it_binds():
    assert verdict(housing("L001"), own()) is Verdict.SAME
    assert verdict(housing("L001"), own(strength=Strength.MAY)) is Verdict.WEAKER
    assert verdict(housing("L001", strength=Strength.CONSIDER), own()) is Verdict.STRONGER


def test_national_law_that_only_those_have_who_help_the_police_is_weaker():
    vague = housing("L001", strength=Strength.SHALL_LAW)
    helping = own(cooperation=Cooperation.YES)
    assert verdict(vague, own()) is Verdict.STRONGER
    assert verdict(vague, helping) is Verdict.WEAKER
    assert verdict(vague, helping, own("L003")) is Verdict.STRONGER
    assert verdict(housing("L001", cooperation=Cooperation.YES), helping) is Verdict.SAME


def test_and_then_by_its_time_limits():
    promised = housing("L001", time_limit=limit(30, bound=Bound.AT_LEAST, **DURATION))
    for amount, expected in ((90, Verdict.STRONGER), (30, Verdict.SAME), (10, Verdict.WEAKER)):
        national = own(time_limit=limit(amount, bound=Bound.AT_LEAST, **DURATION))
        assert verdict(promised, national) is expected
    assert verdict(promised, own(time_limit=limit(5, bound=Bound.AT_MOST))) is Verdict.SAME


def test_a_reserved_promise_is_shown_apart_and_promises_nothing():
    law = library(housing("L001"), rights=("safe-housing",), bindings=reserved())
    cell = compare(law, ["FR"], TODAY)["safe-housing", "FR"]
    assert cell.verdict is Verdict.MISSING
    assert [source.provision.id for source in cell.reserved] == ["L001"]


def test_states_are_those_that_are_bound_or_have_law_of_their_own():
    law = library(provision(), bindings=(binding(state="CH"),), instruments=[TREATY, FRENCH])
    assert list(states_of(law)) == ["CH", "FR"]


# Properties

FACTS = ("a", "b")
conditions = st.one_of(st.just(ALWAYS), st.sampled_from([yes(fact) for fact in FACTS]))
limits = st.one_of(
    st.none(),
    st.builds(
        lambda amount, measures, bound: limit(amount, measures=measures, bound=bound),
        st.integers(1, 90),
        st.sampled_from(Measure),
        st.sampled_from(Bound),
    ),
    st.builds(lambda pace: limit(pace=pace), st.sampled_from(Pace)),
    st.just(limit(minimum=Length(30, Unit.DAYS), maximum=Length(90, Unit.DAYS))),
)


@st.composite
def laws(draw: st.DrawFn) -> list[Provision]:
    return [
        provision(
            draw(conditions),
            id=f"L{place:03}",
            right=draw(st.sampled_from(["", "safe-housing", "school"])),
            instrument=draw(st.sampled_from(["treaty", "fr"])),
            strength=draw(st.sampled_from(Strength)),
            certainty=draw(st.sampled_from(Certainty)),
            kind=draw(st.sampled_from(Kind)),
            time_limit=draw(limits),
            fulfilled_when=draw(st.one_of(st.none(), conditions)),
        )
        for place in range(draw(st.integers(0, 7)))
    ]


knowledge = st.fixed_dictionaries(
    {fact: st.sampled_from([True, False, None]) for fact in FACTS}
    | {"began_on": st.sampled_from([None, TODAY])}
)


@given(laws(), knowledge, st.randoms(use_true_random=False))
def test_no_order_of_provisions_bindings_or_facts_matters(provisions, facts, chance: random.Random):
    several = [binding(), binding(state="CH"), binding(start=date(2020, 1, 1), instrument="none")]
    asked = list(facts.items())
    answers = []
    for some, bound, known in (
        (provisions, several, asked),
        *((chance.sample(x, len(x)) for x in (provisions, several, asked)) for _ in range(2)),
    ):
        law = library(*some, bindings=tuple(bound), rights=("safe-housing", "school"))
        answers.append(merged(entitlements(dict(known), law, state="FR", at=TODAY, count=count), law))
    assert answers[0] == answers[1] == answers[2]


@given(laws(), knowledge, st.randoms(use_true_random=False))
def test_merging_keeps_every_basis_once_whatever_the_order(provisions, facts, chance: random.Random):
    law = library(*provisions, rights=("safe-housing", "school"))
    found = entitlements(facts, law, state="FR", at=TODAY, count=count)
    shuffled = merged(chance.sample(found, len(found)), law)
    assert shuffled == merged(found, law)
    kept = sorted(base.provision.id for right in shuffled for base in right.bases)
    personal = (Kind.ENTITLEMENT, Kind.DUTY, Kind.SAFEGUARD)
    assert kept == sorted(e.provision.id for e in found if e.provision.kind in personal)


@given(laws(), knowledge)
def test_no_basis_that_is_due_stands_behind_a_weaker_one(provisions, facts):
    law = library(*provisions)
    for right in merged(entitlements(facts, law, state="FR", at=TODAY, count=count), law):
        ranks = [list(Strength).index(base.provision.strength) for base in right.due]
        assert ranks == sorted(ranks)
        assert right.bases[: len(right.due)] == right.due


@given(laws(), knowledge)
def test_a_law_differs_in_nothing_from_itself(provisions, facts):
    one, other = (
        entitlements(facts, library(*provisions), state="FR", at=TODAY, count=count) for _ in range(2)
    )
    assert differences(one, other) == []


@given(laws(), laws(), knowledge)
def test_what_one_change_gives_its_reverse_takes_away(before, after, facts):
    one, other = (
        entitlements(facts, library(*law), state="FR", at=TODAY, count=count) for law in (before, after)
    )
    there, back = differences(one, other), differences(other, one)
    assert [d.entry for d in there] == [d.entry for d in back]
    assert [Change.GAINED in d.changes for d in there] == [Change.LOST in d.changes for d in back]


@given(laws(), knowledge, knowledge)
def test_more_knowledge_only_decides_what_was_open_or_shows_that_it_was_given(provisions, facts, learnt):
    more = {fact: learnt[fact] if known is None else known for fact, known in facts.items()}
    law = library(*provisions)
    before, after = (entitlements(known, law, state="FR", at=TODAY) for known in (facts, more))
    for one, other in zip(before, after, strict=True):
        if one.standing is not Standing.DEPENDS:
            assert other.standing in (one.standing, Standing.FULFILLED)
