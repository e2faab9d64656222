"""Alerts about adverts: against exact chances, and where nothing happens."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.engines.patterns.alerts import Series, Why, alerts, confirmed, dispersion, tail, week_of

MONDAY = dt.date(2026, 3, 2)


def series(name: str, weeks: list[int], country: str = "FR") -> Series:
    days = tuple(MONDAY + dt.timedelta(weeks=week) for week, count in enumerate(weeks) for _ in range(count))
    return Series(name, days, (country,) * len(days))


def last_day(weeks: int) -> dt.date:
    return MONDAY + dt.timedelta(weeks=weeks) - dt.timedelta(days=1)


def test_the_chance_is_that_of_the_gamma_mixture():
    before, now = [2, 3, 1, 2], 7
    rates = np.random.default_rng(1).gamma(sum(before) + 0.5, 1 / len(before), 400_000)
    drawn = np.random.default_rng(2).poisson(rates)
    assert tail(before, now) == pytest.approx((drawn >= now).mean(), rel=0.03)


def test_growth_is_warned_of_and_steadiness_is_not():
    found = alerts(
        [series("grows", [2, 3, 2, 1, 2, 14]), series("steady", [2, 3, 2, 1, 2, 3])], until=last_day(6)
    )
    (one,) = found
    assert (one.name, one.why, one.count, one.expected) == ("grows", Why.GROWTH, 14, 2.0)
    assert one.week == MONDAY + dt.timedelta(weeks=5)


def test_a_week_that_is_not_over_is_not_judged():
    assert not alerts([series("grows", [2, 3, 2, 1, 2, 14])], until=last_day(6) - dt.timedelta(days=1))


def test_a_new_country_is_warned_of_once():
    before = series("spreads", [1, 1, 1, 1])
    one = Series("spreads", (*before.days, last_day(5)), (*before.countries, "ES"))
    (found,) = alerts([one], until=last_day(5))
    assert (found.why, found.detail, found.count) == (Why.NEW_COUNTRY, "ES", 1)
    assert not alerts([one], until=last_day(6))


def test_where_nothing_happens_few_are_warned_of():
    chance = np.random.default_rng(5)
    calls = 0
    for _ in range(200):
        quiet = [series(str(one), list(chance.poisson(3, 10))) for one in range(20)]
        calls += bool(alerts(quiet, until=last_day(10), false_among=0.1))
    assert calls / 200 <= 0.13


def test_swing_over_poisson_is_measured_and_widens():
    chance = np.random.default_rng(3)
    wild = [list(chance.negative_binomial(2, 2 / 8, 40)) for _ in range(50)]
    assert dispersion(wild) == pytest.approx(4, rel=0.1)
    assert dispersion([[1, 1, 1]]) == 1.0
    assert tail([6] * 10, 14, 4.0) > tail([6] * 10, 14)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=20), st.integers(0, 40))
def test_more_adverts_are_never_likelier(before, now):
    assert 0 <= tail(before, now + 1) <= tail(before, now) <= 1


def test_what_nobody_confirms_is_over():
    (one,) = alerts([series("grows", [2, 3, 2, 1, 2, 14])], until=last_day(6))
    late = one.until + dt.timedelta(days=1)
    assert confirmed([one], at=one.until, by={}) == [one]
    assert confirmed([one], at=late, by={}) == []
    assert confirmed([one], at=late, by={"grows": one.week}) == [one]


def test_weeks_begin_on_monday():
    assert week_of(dt.date(2026, 3, 8)) == MONDAY
