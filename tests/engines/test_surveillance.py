"""Early warning: what each method must do whatever the counts, and answers that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from tutela.engines import surveillance
from tutela.engines.surveillance import (
    FARRINGTON_1996,
    NOUFAILY,
    BadSeries,
    Ears,
    Rule,
    Threshold,
    change_point,
    ears,
    farrington,
    likelihood_cusum,
    limits,
)
from tutela.engines.surveillance.fitting import fit

SHORT = Rule(years=2, half=1, seasons=3, left_out=3, year=12)
whole = st.integers(0, 60)


def seasonal(series: int = 3, periods: int = 320, *, mean: float = 8, seed: int = 5) -> np.ndarray:
    """Invented weekly counts with a season, variance about twice the mean."""
    chance = np.random.default_rng(seed)
    level = mean * np.exp(0.4 * np.sin(2 * np.pi * np.arange(periods) / 52))
    return chance.poisson(chance.gamma(np.tile(level, (series, 1)), 1.0))


# ---------------------------------------------------------------- regression
def test_a_fit_gives_back_the_totals_of_the_counts():
    """The equations of Poisson regression: residuals are orthogonal to the design."""
    chance = np.random.default_rng(1)
    design = np.column_stack([np.ones(40), np.linspace(-1, 1, 40), np.arange(40) % 2])
    counts = chance.poisson(6, (5, 40)).astype(float)
    found = fit(design, counts)
    assert found.converged.all()
    assert (counts - found.means) @ design == pytest.approx(np.zeros((5, 3)), abs=1e-5)
    assert found.leverage.sum(axis=1) == pytest.approx(np.full(5, 3.0))


def test_weights_count_like_repeated_counts():
    chance = np.random.default_rng(2)
    design = np.column_stack([np.ones(12), np.arange(12) / 12])
    counts = chance.poisson(4, (1, 12)).astype(float)
    times = chance.integers(1, 4, 12)
    once = fit(design, counts, times[None].astype(float))
    often = fit(np.repeat(design, times, axis=0), np.repeat(counts, times, axis=1))
    assert once.parameters == pytest.approx(often.parameters, abs=1e-6)


def test_a_part_of_the_year_without_any_case_still_has_a_fit():
    design = np.column_stack([np.ones(20), np.arange(20) % 2])
    counts = np.where(np.arange(20) % 2, 0.0, 5.0)[None]
    found = fit(design, counts)
    assert found.converged.all()
    assert found.means[0, 0] == pytest.approx(5)
    assert found.means[0, 1] < 1e-6


# ---------------------------------------------------------------- EARS
@given(st.lists(whole, min_size=14, max_size=40), st.integers(1, 50))
@settings(max_examples=40)
def test_more_cases_now_never_take_an_alarm_of_ears_away(past, more):
    for kind in Ears:
        now = ears(past, kind, watch=1)
        higher = ears([*past[:-1], past[-1] + more], kind, watch=1)
        assert higher.alarms[0, 0] >= now.alarms[0, 0]


@given(st.lists(whole, min_size=13, max_size=40))
@settings(max_examples=60)
def test_an_alarm_of_ears_is_a_count_above_its_bound(past):
    for kind in Ears:
        found = ears(past, kind, watch=2)
        assert (found.alarms == (np.array(past[-2:]) > found.upper + 1e-9)).all()


def test_c1_by_hand():
    found = ears([1, 2, 3, 4, 5, 6, 7, 20], Ears.C1, watch=1, alpha=0.001)
    assert found.expected[0, 0] == 4
    assert found.upper[0, 0] == pytest.approx(4 + 3.090232 * 2.160247, abs=1e-5)
    assert found.alarms.all()


def test_c3_counts_what_today_has_too_much():
    quiet = [3, 5, 4, 3, 5, 4, 3, 5, 4, 3, 5]
    assert not ears([*quiet, 4], Ears.C3, watch=1).alarms.any()
    assert ears([*quiet, 40], Ears.C3, watch=1).alarms.all()


# ---------------------------------------------------------------- Farrington and Noufaily
@pytest.mark.parametrize("rule", [replace(FARRINGTON_1996, years=4), replace(NOUFAILY, years=4)])
def test_an_outbreak_is_seen_and_a_usual_week_is_not(rule):
    counts = seasonal()
    counts[1, -1] = 70
    found = farrington(counts, rule, watch=1, alpha=0.001)
    assert found.alarms[:, 0].tolist() == [False, True, False]
    assert found.p[1, 0] < 1e-6 < found.p[0, 0]


def test_what_it_expects_is_near_the_true_level():
    counts = seasonal(series=200)
    found = farrington(counts, replace(NOUFAILY, years=5), watch=1, alpha=0.01)
    truth = 8 * np.exp(0.4 * np.sin(2 * np.pi * 319 / 52))
    assert found.expected.mean() == pytest.approx(truth, rel=0.05)
    assert found.phi is not None
    assert 1.6 < found.phi.mean() < 2.2


def test_false_alarms_are_about_as_many_as_chosen():
    counts = seasonal(series=100, periods=340, mean=20)
    found = farrington(counts, replace(NOUFAILY, years=5), watch=40, alpha=0.02)
    assert 0.005 < found.alarms.mean() < 0.035


def test_each_series_is_judged_by_itself():
    counts = seasonal(series=4)
    rule = replace(NOUFAILY, years=4)
    together = farrington(counts, rule, watch=3, alpha=0.01)
    for place in range(4):
        alone = farrington(counts[place], rule, watch=3, alpha=0.01)
        assert alone.upper[0].tolist() == together.upper[place].tolist()
        assert alone.expected[0] == pytest.approx(together.expected[place])


def test_what_happened_before_all_that_is_compared_does_not_count():
    counts = seasonal(series=1)
    rule = replace(NOUFAILY, years=3)
    changed = counts.copy()
    changed[:, : 320 - 1 - rule.needs] = 99
    assert farrington(counts, rule, watch=1, alpha=0.01).expected == pytest.approx(
        farrington(changed, rule, watch=1, alpha=0.01).expected
    )


def test_the_last_half_year_does_not_teach_it_what_is_usual():
    counts = seasonal(series=1)
    changed = counts.copy()
    changed[:, -26:-1] = 50
    rule = replace(NOUFAILY, years=4)
    before, after = (farrington(one, rule, watch=1, alpha=0.01) for one in (counts, changed))
    assert before.expected == pytest.approx(after.expected)


def test_past_outbreaks_count_less():
    counts = seasonal(series=1)
    counts[:, 320 - 1 - 104] = 120
    rule = replace(NOUFAILY, years=4)
    weighed = farrington(counts, rule, watch=1, alpha=0.01)
    plain = farrington(counts, replace(rule, downweight=1e9), watch=1, alpha=0.01)
    assert weighed.expected[0, 0] < plain.expected[0, 0]
    assert weighed.upper[0, 0] < plain.upper[0, 0]


@given(
    st.lists(st.integers(0, 30), min_size=40, max_size=60),
    st.sampled_from(list(Threshold)),
    st.sampled_from([0.001, 0.01, 0.1]),
)
@settings(max_examples=40, deadline=None)
def test_any_counts_have_an_answer_that_agrees_with_itself(past, threshold, alpha):
    rule = replace(SHORT, threshold=threshold)
    found = farrington(past, rule, watch=2, alpha=alpha)
    strict = farrington(past, rule, watch=2, alpha=alpha / 2)
    assert np.isfinite(found.upper).all()
    assert (strict.upper >= found.upper).all()
    assert ((found.p >= 0) & (found.p <= 1)).all()
    assert (found.alarms <= (np.array(past[-2:]) > found.upper)).all()


def test_no_cases_ever_is_no_alarm():
    found = farrington(np.zeros(320), replace(NOUFAILY, years=5), watch=2, alpha=0.01)
    assert not found.alarms.any()
    assert (found.upper == 0).all()


def test_fewer_than_five_cases_in_four_weeks_are_no_alarm():
    counts = np.zeros(320)
    counts[-1] = 4
    assert not farrington(counts, NOUFAILY, watch=1, alpha=0.01).alarms.any()
    counts[-1] = 5
    assert farrington(counts, NOUFAILY, watch=1, alpha=0.01).alarms.all()


def test_a_week_known_by_half_is_held_against_half():
    counts = seasonal(series=1)
    rule = replace(NOUFAILY, years=4)
    full = farrington(counts, rule, watch=2, alpha=0.01)
    half = farrington(counts, rule, watch=2, alpha=0.01, known=[1.0, 0.5])
    assert half.upper[0, 0] == full.upper[0, 0]
    assert half.expected[0, 1] == pytest.approx(full.expected[0, 1] / 2)
    assert half.phi is not None
    assert full.phi is not None
    assert half.phi[0, 1] == pytest.approx(1 + (full.phi[0, 1] - 1) / 2)
    mean, phi = half.expected[0, 1], half.phi[0, 1]
    assert half.upper[0, 1] == nbinom.ppf(0.99, mean / (phi - 1), 1 / phi)


# ---------------------------------------------------------------- cumulative sums
def test_a_small_rise_that_lasts_is_seen():
    chance = np.random.default_rng(3)
    mean, phi = np.full((1, 80), 10.0), np.full((1, 80), 1.5)
    limit = limits(mean, phi, rate=1 / 200, chance=np.random.default_rng(1))
    counts = chance.poisson(10, (1, 80))
    counts[:, 60:] = 15
    found = likelihood_cusum(counts, mean, phi, limit=limit)
    assert not found.alarms[:, :60].any()
    assert found.alarms[:, 60:].any()


def test_the_limit_brings_about_as_many_false_alarms_as_were_chosen():
    mean, phi = np.full((1, 104), 6.0), np.full((1, 104), 2.0)
    limit = limits(mean, phi, rate=1 / 52, chance=np.random.default_rng(1))
    draws = np.random.default_rng(2)
    counts = draws.poisson(draws.gamma(6.0, 1.0, (2_000, 104)))
    spread = [np.broadcast_to(one, counts.shape) for one in (mean, phi)]
    found = likelihood_cusum(counts, *spread, limit=limit[0])
    assert 1.4 < found.alarms.sum(axis=1).mean() < 2.4


@given(st.lists(whole, min_size=1, max_size=30), st.floats(0.5, 20), st.floats(1, 4), st.floats(0.5, 6))
@settings(max_examples=60)
def test_an_alarm_of_a_sum_is_a_count_above_its_bound(counts, mean, phi, limit):
    shape = (1, len(counts))
    found = likelihood_cusum(counts, np.full(shape, mean), np.full(shape, phi), limit=limit)
    assert (found.alarms == (np.array([counts]) > found.upper)).all()
    assert (found.sums >= 0).all()


def test_what_a_count_adds_is_its_log_likelihood_ratio():
    found = likelihood_cusum([30], [[10.0]], [[2.0]], limit=1e9, rise=1.5)
    size = 10.0
    ratio = nbinom.logpmf(30, size, size / (size + 15)) - nbinom.logpmf(30, size, size / (size + 10))
    assert found.sums[0, 0] == pytest.approx(ratio)
    plain = likelihood_cusum([30], [[10.0]], [[1.0]], limit=1e9, rise=1.5)
    assert plain.sums[0, 0] == pytest.approx(poisson.logpmf(30, 15) - poisson.logpmf(30, 10), abs=1e-5)


# ---------------------------------------------------------------- change points
def test_a_level_that_jumps_is_seen_and_then_learned():
    chance = np.random.default_rng(8)
    counts = np.concatenate([chance.poisson(5, 60), chance.poisson(25, 40)])
    found = change_point(counts, watch=50, alpha=0.001)
    assert not found.watched.alarms[0, :10].any()
    assert found.watched.alarms[0, 10]
    assert found.changed[0, 12] > 0.9 > 0.5 > found.changed[0, -1]
    assert found.watched.expected[0, -1] == pytest.approx(25, rel=0.1)


def test_with_a_level_that_never_changes_it_is_the_gamma_poisson_by_hand():
    counts = [3, 5, 4, 6, 2, 4, 5, 3, 4, 6, 9]
    found = change_point(counts, watch=1, alpha=0.01, stays=1e12).watched
    shape, rate = 1 + sum(counts[:-1]), 1 / np.mean(counts[:8]) + 10
    assert found.expected[0, 0] == pytest.approx(shape / rate)
    assert found.p[0, 0] == pytest.approx(nbinom.sf(8, shape, rate / (1 + rate)))
    assert found.upper[0, 0] == nbinom.ppf(0.99, shape, rate / (1 + rate))


@given(st.lists(whole, min_size=10, max_size=40), st.sampled_from([0.001, 0.01, 0.1]))
@settings(max_examples=40, deadline=None)
def test_an_alarm_of_a_change_is_a_rare_count(counts, alpha):
    found = change_point(counts, watch=2, alpha=alpha)
    assert ((found.watched.p <= alpha) == found.watched.alarms).all()
    assert ((found.changed >= 0) & (found.changed <= 1 + 1e-9)).all()


# ---------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ears([1] * 7, Ears.C1, watch=1), "too few"),
        (lambda: ears([1.5] * 9, Ears.C1, watch=1), "whole numbers"),
        (lambda: ears([-1] * 9, Ears.C1, watch=1), "whole numbers"),
        (lambda: ears([1] * 9, Ears.C1, watch=0), "too few"),
        (lambda: ears([1] * 9, Ears.C1, watch=1, alpha=0.6), "false alarm"),
        (lambda: ears([], Ears.C1, watch=1), "one of each"),
        (lambda: farrington([1] * 200, NOUFAILY, watch=1, alpha=0.01), "263"),
        (lambda: farrington([1] * 300, NOUFAILY, watch=1, alpha=0.01, known=0.0), "known"),
        (lambda: Rule(seasons=60), "no 60 parts"),
        (lambda: Rule(years=0), "1 or more"),
        (lambda: change_point([1] * 8, watch=1, alpha=0.01), "too few"),
        (lambda: change_point([1] * 20, watch=1, alpha=0.01, stays=1), "more than one"),
        (lambda: likelihood_cusum([1, 2], [[1.0]], [[1.0]], limit=1), "expectation"),
        (lambda: likelihood_cusum([1], [[1.0]], [[1.0]], limit=1, rise=1), "rise"),
        (lambda: limits([[1.0]], [[1.0]], rate=0, chance=np.random.default_rng(1)), "False alarms"),
        (lambda: surveillance.standard_cusum([1], 0, reference=1, limit=2), "above zero"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(call, says):
    with pytest.raises(BadSeries, match=says) as refused:
        call()
    assert str(refused.value).endswith(".")
