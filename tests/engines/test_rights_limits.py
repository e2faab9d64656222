"""Time limits of the rights engine: from which day, to which day, how counted, how far they can stretch."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.rights_examples import TODAY, TREATY, binding, count, library, limit, provision, yes

from tutela.engines.rights import (
    Bound,
    Counting,
    Ends,
    Extension,
    Facts,
    FactSince,
    FirstDay,
    InForce,
    LastDay,
    Length,
    Measure,
    Not,
    Standing,
    TimeLimit,
    Unit,
    ends_of,
    entitlements,
)

MONDAY = date(2026, 11, 23)
STARTED: Facts = {"began_on": MONDAY}
THIRTY = Length(30, Unit.DAYS)


def ends(one: TimeLimit, facts: Facts = STARTED, **more: object) -> Ends | None:
    return ends_of(one, facts, count=count, **more)  # type: ignore[arg-type]


def test_without_its_event_a_limit_has_no_day():
    assert ends(limit(5, bound=Bound.AT_MOST), {}) is None


def test_a_counted_limit_says_its_day_and_where_it_was_counted_from():
    assert ends(limit(5, bound=Bound.EXACT)) == Ends(day=date(2026, 11, 28), event="began_on")


@pytest.mark.parametrize(
    ("bound", "at_least", "at_most"),
    [(Bound.AT_LEAST, True, False), (Bound.AT_MOST, False, True), (Bound.EXACT, False, False)],
)
def test_a_bound_says_on_which_side_the_day_is_open(bound, at_least, at_most):
    found = ends(limit(5, bound=bound))
    assert (found.at_least, found.at_most) == (at_least, at_most)


def test_an_order_says_whether_the_first_day_counts_and_where_the_last_may_fall():
    six_days = limit(6, bound=Bound.EXACT)  # Monday and six days are a Sunday
    assert ends(six_days).day == date(2026, 11, 29)
    assert ends(six_days, order=Counting(first_day=FirstDay.INCLUDED)).day == date(2026, 11, 28)
    assert ends(six_days, order=Counting(last_day=LastDay.NEXT_WORKING_DAY)).day == date(2026, 11, 30)


def test_a_limit_that_counts_otherwise_than_its_order_comes_first():
    own = limit(6, bound=Bound.EXACT, first_day=FirstDay.INCLUDED)
    order = Counting(last_day=LastDay.NEXT_WORKING_DAY, source="a law")
    assert own.counted_by(order) == Counting(
        first_day=FirstDay.INCLUDED, last_day=LastDay.NEXT_WORKING_DAY, source="a law"
    )
    assert ends(own, order=order).day == date(2026, 11, 28)


def test_a_range_lasts_at_least_its_least_and_never_past_its_most():
    found = ends(limit(minimum=THIRTY, maximum=Length(180, Unit.DAYS), measures=Measure.DURATION))
    assert found.day == MONDAY + timedelta(days=30)
    assert found.at_least
    assert found.latest == MONDAY + timedelta(days=180)


def test_a_most_alone_is_a_day_that_it_may_not_pass():
    found = ends(limit(maximum=THIRTY))
    assert (found.day, found.at_most, found.at_least) == (MONDAY + timedelta(days=30), True, False)


def extended(**more: object) -> TimeLimit:
    lengthened = Extension(length=THIRTY, text={}, times=2, when=yes("ill"))
    return limit(90, bound=Bound.EXACT, extension=lengthened, **more)


def test_an_extension_reaches_as_far_as_it_may_be_given_and_leaves_the_day_itself():
    found = ends(extended())
    assert found.day == MONDAY + timedelta(days=90)
    assert found.latest == MONDAY + timedelta(days=150)


def test_an_extension_whose_condition_fails_is_left_out():
    assert ends(extended(), extends=False).latest is None


def test_the_sooner_of_a_maximum_and_all_extensions_binds():
    assert ends(extended(maximum=Length(100, Unit.DAYS))).latest == MONDAY + timedelta(days=100)


@pytest.mark.parametrize(("ill", "standing"), [(True, "due"), (False, "not_due"), (None, "depends")])
def test_an_entitlement_says_whether_its_limit_can_be_extended(ill, standing):
    law = library(provision(time_limit=extended()))
    (found,) = entitlements(STARTED | {"ill": ill}, law, state="FR", at=TODAY, count=count)
    assert found.extension is Standing(standing)
    assert found.standing is Standing.DUE


TWO_EVENTS = {"from_events": ("began_on", "told_on"), "bound": Bound.EXACT}


def test_of_several_events_the_latest_counts_once_all_are_known():
    both = limit(5, **TWO_EVENTS)
    assert ends(both) is None
    found = ends(both, STARTED | {"told_on": date(2026, 12, 1)})
    assert found == Ends(day=date(2026, 12, 6), event="told_on")


def test_the_earliest_of_several_events_counts_as_soon_as_one_is_known():
    either = limit(5, from_earliest=True, **TWO_EVENTS)
    assert ends(either).day == date(2026, 11, 28)
    assert ends(either, STARTED | {"told_on": date(2026, 11, 2)}).day == date(2026, 11, 7)


def test_a_limit_before_an_event_is_counted_backwards():
    before = TimeLimit(
        measures=Measure.DEADLINE,
        text={},
        amount=10,
        unit=Unit.DAYS,
        bound=Bound.AT_LEAST,
        before_event="freed_on",
    )
    assert ends(before, {"freed_on": date(2026, 12, 20)}) == Ends(day=date(2026, 12, 10), event="freed_on")
    assert ends(before, {}) is None


def test_the_later_of_a_count_and_an_event():
    later = limit(30, bound=Bound.AT_LEAST, later_of="decided_on")
    thirtieth = MONDAY + timedelta(days=30)
    assert ends(later) == Ends(day=thirtieth, at_least=True, event="began_on")
    decided_later = STARTED | {"decided_on": date(2027, 3, 1)}
    assert ends(later, decided_later).day == date(2027, 3, 1)
    assert ends(later, STARTED | {"decided_on": MONDAY}).day == thirtieth


def test_a_limit_until_an_event_is_open_until_it_happens():
    until = TimeLimit(measures=Measure.DURATION, text={}, until_event="decided_on")
    assert ends(until, {}) is None
    assert ends(until, {"decided_on": TODAY}) == Ends(day=TODAY, event="decided_on")


def test_a_day_that_the_law_names_needs_no_event():
    assert ends(TimeLimit(measures=Measure.DEADLINE, text={}, by=TODAY)) == Ends(day=TODAY)


def test_without_a_calendar_nothing_has_a_day():
    law = library(provision(time_limit=limit(5, bound=Bound.AT_MOST)))
    (found,) = entitlements(STARTED, law, state="FR", at=TODAY)
    assert found.ends is None


def test_a_speed_in_words_has_no_day():
    assert ends(limit()) is None


# Days in conditions

AFTER_2013 = FactSince("exploited_on", date(2013, 4, 6))


@pytest.mark.parametrize(
    ("day", "standing"),
    [(date(2013, 4, 5), "not_due"), (date(2013, 4, 6), "due"), (None, "depends"), ("yes", "depends")],
)
def test_a_day_is_on_or_after_another_or_not_and_unknown_is_neither(day, standing):
    (found,) = entitlements({"exploited_on": day}, library(provision(AFTER_2013)), state="FR", at=TODAY)
    assert found.standing is Standing(standing)
    (opposite,) = entitlements(
        {"exploited_on": day}, library(provision(Not(AFTER_2013))), state="FR", at=TODAY
    )
    swapped = {"due": "not_due", "not_due": "due", "depends": "depends"}
    assert opposite.standing is Standing(swapped[standing])


SINCE_BOUND = FactSince("exploited_on", None)


@pytest.mark.parametrize(("state", "standing"), [("FR", "due"), ("CH", "not_due")])
def test_the_day_from_which_the_law_binds_is_that_of_each_state(state, standing):
    bound = (binding(), binding(state="CH", start=date(2013, 4, 1)))
    facts = {"exploited_on": date(2010, 1, 1)}
    (found,) = entitlements(facts, library(provision(SINCE_BOUND), bindings=bound), state=state, at=TODAY)
    assert found.standing is Standing(standing)


def test_a_provision_that_began_later_than_its_instrument_binds_from_its_own_day():
    newer = provision(SINCE_BOUND, in_force=InForce(start=date(2015, 1, 1)))
    (found,) = entitlements({"exploited_on": date(2014, 12, 31)}, library(newer), state="FR", at=TODAY)
    assert found.standing is Standing.NOT_DUE


def test_a_law_of_which_nobody_knows_since_when_it_binds_leaves_it_open():
    own = provision(SINCE_BOUND, instrument="own")
    french = type(TREATY)(
        id="own", level=TREATY.level, short={}, name={}, source="", in_force=InForce(), state="FR"
    )
    law = library(own, instruments=[french], bindings=())
    (found,) = entitlements({"exploited_on": TODAY}, law, state="FR", at=TODAY)
    assert found.standing is Standing.DEPENDS


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))


@given(days, st.integers(1, 400), st.integers(1, 400), st.sampled_from(FirstDay))
def test_a_range_is_in_order_whatever_the_day(day, least, more, first_day):
    span = limit(
        minimum=Length(least, Unit.DAYS), maximum=Length(least + more, Unit.DAYS), first_day=first_day
    )
    found = ends(span, {"began_on": day})
    assert day <= found.day < found.latest


@given(st.lists(days, min_size=2, max_size=4))
def test_a_later_event_never_makes_a_limit_end_sooner(several):
    first, *later = sorted(several)
    names = tuple(f"event_{place}" for place in range(len(later) + 1))
    one = limit(5, bound=Bound.EXACT, from_events=names)
    early = dict.fromkeys(names, first)
    late = early | dict(zip(names[1:], later, strict=True))
    assert ends(one, early).day <= ends(one, late).day
