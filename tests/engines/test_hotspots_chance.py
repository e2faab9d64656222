"""What chance is taken to do: draws keep what each model keeps, p-values are those of their definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines.hotspots import (
    BadCounts,
    Bernoulli,
    Chance,
    Permutation,
    Poisson,
    between_censuses,
    recurrence,
    standardised,
)
from tutela.engines.hotspots.significance import monte_carlo
from tutela.engines.hotspots.statistics import BernoulliRatio, PoissonRatio, thresholds

CASES = np.random.default_rng(11).poisson(2, (6, 5))
EDGES = np.arange(6)


# ---------------------------------------------------------------- draws
def test_a_permutation_keeps_how_many_each_place_and_each_period_has():
    drawn = Permutation(CASES).draw(np.random.default_rng(1), 50, EDGES)
    assert (drawn.sum(axis=1) == CASES.sum(axis=1)[:, None]).all()
    assert (drawn.sum(axis=0) == CASES.sum(axis=0)[:, None]).all()
    assert len(np.unique(drawn.reshape(-1, 50), axis=1).T) == 50


def test_labels_drawn_by_lot_never_pass_the_people_of_a_place():
    controls = np.ones_like(CASES)
    drawn = Bernoulli(CASES, controls).draw(np.random.default_rng(1), 200, EDGES)
    assert (drawn.sum(axis=(0, 1)) == CASES.sum()).all()
    assert (drawn <= (CASES + controls)[..., None]).all()
    share = CASES.sum() / (CASES + controls).sum()
    assert drawn.mean(axis=2) == pytest.approx((CASES + controls) * share, abs=0.4)


@pytest.mark.parametrize("cells", [5, 500], ids=["fewer cells than cases", "more cells than cases"])
def test_cases_fall_in_proportion_to_what_is_expected(cells):
    chance = np.random.default_rng(2)
    expected = chance.uniform(0.5, 2, (cells, 1))
    cases = np.zeros((cells, 1), dtype=np.int64)
    cases[0] = 60
    drawn = Poisson(cases, expected).draw(chance, 4_000, np.array([0, 1]))
    assert (drawn.sum(axis=(0, 1)) == 60).all()
    wanted = 60 * expected / expected.sum()
    assert np.abs(drawn.mean(axis=2) - wanted).max() < 5 * np.sqrt(wanted.max() / 4_000)


def test_parts_of_time_that_no_window_parts_are_drawn_as_one():
    whole = Permutation(CASES).draw(np.random.default_rng(1), 20, np.array([0, 3, 5]))
    assert whole.shape == (6, 2, 20)
    assert (whole[:, 1].sum(axis=0) == CASES[:, 3:].sum()).all()


def test_many_cases_do_not_overflow():
    cases = np.array([[20_000, 1], [30_000, 20_000]])
    drawn = Permutation(cases).draw(np.random.default_rng(1), 3, np.arange(3))
    assert (drawn.sum(axis=(0, 1)) == 70_001).all()


# ---------------------------------------------------------------- thresholds
@given(
    share=st.floats(0.001, 0.5), reach=st.floats(0, 20), least=st.integers(1, 4), cases=st.integers(2, 400)
)
@settings(max_examples=200, deadline=None)
def test_a_threshold_is_the_first_count_that_reaches_the_value(share, reach, least, cases):
    statistic, measure = PoissonRatio(cases), np.array([share * cases])
    values = statistic.values(np.arange(cases + 1), np.full(cases + 1, measure[0]))
    reached = [n for n in range(least, cases + 1) if n > measure[0] and values[n] >= reach]
    assert thresholds(statistic, measure, reach=reach, least=least)[0] == min(reached, default=cases + 1)


@given(here=st.integers(1, 60), cases=st.integers(2, 60), reach=st.floats(0.01, 12))
@settings(max_examples=200, deadline=None)
def test_a_threshold_among_controls_is_the_first_count_too(here, cases, reach):
    everybody = 2 * max(here, cases) + 3
    statistic, measure = BernoulliRatio(cases, everybody), np.array([float(here)])
    possible = np.arange(min(cases, here) + 1)
    values = statistic.values(possible, np.full(len(possible), float(here)))
    reached = [n for n in possible[1:] if values[n] >= reach]
    found = thresholds(statistic, measure, reach=reach, least=1)[0]
    assert found == reached[0] if reached else found > min(cases, here)


# ---------------------------------------------------------------- p-values
def told(maxima: list[float], *, seen: float, stop_after: int | None = None, at_once: int = 3) -> Chance:
    waiting = iter(maxima)
    draw = lambda number: np.array([next(waiting) for _ in range(number)])  # noqa: E731
    return monte_carlo(draw, seen=seen, runs=len(maxima), stop_after=stop_after, at_once=at_once)


def test_the_p_value_counts_what_was_seen_among_the_runs():
    assert told([1.0, 2.0, 3.0, 4.0], seen=3.0).p(3.0) == 3 / 5
    assert told([1.0] * 999, seen=2.0).p(2.0) == 1 / 1000


def test_values_that_only_rounding_parts_are_equal():
    assert told([3.0 - 1e-12] * 9, seen=3.0).p(3.0) == 1.0


def test_runs_stop_once_so_many_did_as_well():
    stopped = told([1.0, 5.0, 1.0, 5.0, 1.0, 5.0, 1.0, 1.0], seen=4.0, stop_after=2)
    assert stopped.stopped
    assert stopped.maxima.tolist() == [1.0, 5.0, 1.0, 5.0]
    assert stopped.p(4.0) == 2 / 4


def test_runs_that_never_reach_the_stop_go_to_the_end():
    ended = told([1.0, 5.0, 1.0, 1.0], seen=4.0, stop_after=2)
    assert not ended.stopped
    assert ended.p(4.0) == 2 / 5


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(0, 9), st.integers(1, 5))
def test_how_many_runs_are_drawn_at_once_changes_nothing(values, seen, stop):
    maxima = [float(v) for v in values]
    first, second = (
        told(maxima, seen=float(seen), stop_after=stop, at_once=number) for number in (1, len(maxima))
    )
    assert first.maxima.tolist() == second.maxima.tolist()
    assert first.p(float(seen)) == second.p(float(seen))


def test_an_early_stop_keeps_the_rate_of_false_alarms():
    """Under chance alone, p at or under 0.05 comes about once in twenty, with the stop as without."""
    chance = np.random.default_rng(5)
    alarms = 0
    for _ in range(2_000):
        seen, *maxima = chance.random(400)
        alarms += told(maxima, seen=seen, stop_after=20, at_once=50).p(seen) <= 0.05
    assert 0.035 < alarms / 2_000 < 0.065


def test_the_gumbel_tail_goes_on_where_no_run_came():
    chance = np.random.default_rng(1)
    runs = Chance(maxima=chance.gumbel(6, 1.5, 9_999), stopped=False)
    for far in (8.0, 12.0, 20.0, 30.0):
        exact = -np.expm1(-np.exp(-(far - 6) / 1.5))
        assert runs.gumbel(far) == pytest.approx(exact, rel=0.3)
    assert runs.p(30.0) == 1 / 10_000


def test_few_or_equal_runs_have_no_tail():
    assert Chance(maxima=np.arange(99.0), stopped=False).gumbel(3.0) is None
    assert Chance(maxima=np.ones(500), stopped=False).gumbel(3.0) is None


def test_what_one_day_in_a_hundred_brings_comes_back_after_a_hundred_days():
    assert recurrence(0.01) == pytest.approx(100)


# ---------------------------------------------------------------- what is expected
def test_population_lies_on_a_straight_line_between_censuses():
    population = np.array([[[100.0], [200.0]]])
    found = between_censuses(
        population, np.array([1980.0, 1990.0]), np.array([1970.0, 1980, 1985, 1990, 1999])
    )
    assert found[0, :, 0].tolist() == [100, 100, 150, 200, 200]


def test_one_census_counts_for_always():
    assert between_censuses(np.ones((2, 1, 3)), np.array([1980.0]), np.arange(4.0)).shape == (2, 4, 3)


def test_each_stratum_is_expected_at_its_own_rate():
    """Old people fall ill five times as often: the place with more of them is expected to have more."""
    population = np.array([[[90.0, 10.0]], [[10.0, 90.0]]])
    cases = np.array([[[9, 5]], [[1, 45]]])
    assert standardised(cases, population).ravel() == pytest.approx(
        [0.1 * 90 + 0.5 * 10, 0.1 * 10 + 0.5 * 90]
    )


@given(st.integers(0, 1_000))
def test_as_many_are_expected_as_there_are(seed):
    chance = np.random.default_rng(seed)
    population = chance.uniform(1, 9, (5, 3, 4))
    cases = chance.poisson(2, (5, 3, 4))
    assert standardised(cases, population).sum() == pytest.approx(cases.sum())


def test_a_stratum_with_cases_and_without_people_is_refused():
    population = np.array([[[5.0, 0.0]]])
    with pytest.raises(BadCounts, match="stratum 2 of 2"):
        standardised(np.array([[[1, 1]]]), population)
