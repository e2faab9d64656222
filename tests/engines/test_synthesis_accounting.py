"""What releases cost together, never too little."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from tutela.engines.synthesis import BudgetSpent, Odometer, compose, epsilon_of, rho_of

RHO = st.floats(1e-6, 50)
DELTAS = st.sampled_from([1e-12, 1e-9, 9.6e-7, 1e-3])


def test_five_and_ten_releases_cost_what_was_computed_elsewhere() -> None:
    one = rho_of(epsilon=4, delta=9.6e-7)
    assert round(epsilon_of(rho=compose([one] * 5), delta=9.6e-7), 1) == 10.1
    assert round(epsilon_of(rho=compose([one] * 10), delta=9.6e-7), 1) == 15.3


@pytest.mark.parametrize(("delta", "rho"), [(1e-6, 0.311), (1e-8, 0.233), (1e-10, 0.185)])
def test_rho_at_epsilon_four_falls_with_delta(delta: float, rho: float) -> None:
    assert round(rho_of(epsilon=4, delta=delta), 3) == rho


@given(RHO, DELTAS)
@settings(deadline=None, max_examples=60)
def test_the_best_alpha_is_found(rho: float, delta: float) -> None:
    excess = np.exp(np.linspace(-12, 12, 200_001))
    alpha = 1 + excess
    bounds = alpha * rho + (-math.log(delta) + excess * np.log(excess / alpha) - np.log(alpha)) / excess
    assert epsilon_of(rho=rho, delta=delta) == pytest.approx(max(0.0, bounds.min()), rel=1e-6, abs=1e-9)


@given(RHO, DELTAS)
@settings(deadline=None, max_examples=60)
def test_a_gaussian_mechanism_keeps_what_is_promised_for_it(rho: float, delta: float) -> None:
    # The exact delta of the Gaussian mechanism (Balle and Wang 2018, theorem 8), whose zCDP is exactly rho.
    epsilon, spread = epsilon_of(rho=rho, delta=delta), 1 / math.sqrt(2 * rho)
    first = norm.cdf(1 / (2 * spread) - epsilon * spread)
    second = math.exp(epsilon + norm.logcdf(-1 / (2 * spread) - epsilon * spread))
    assert first - second <= delta


@given(st.floats(0.01, 30), DELTAS)
@settings(deadline=None, max_examples=60)
def test_epsilon_and_rho_are_each_other_s_inverse_on_the_safe_side(epsilon: float, delta: float) -> None:
    back = epsilon_of(rho=rho_of(epsilon=epsilon, delta=delta), delta=delta)
    assert back <= epsilon
    assert back == pytest.approx(epsilon, rel=1e-6)


@given(st.lists(st.floats(0, 10), max_size=20))
def test_the_sum_is_never_rounded_down(rhos: list[float]) -> None:
    exact = sum((Fraction(rho) for rho in rhos), Fraction(0))
    assert Fraction(compose(rhos)) >= exact
    assert compose(rhos) == pytest.approx(float(exact))
    assert compose(rhos) == compose(reversed(rhos))


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0, 10))
def test_an_odometer_never_passes_its_limit(costs: list[float], limit: float) -> None:
    odometer = Odometer(limit)
    for rho in costs:
        if odometer.can_take(rho):
            odometer = odometer.charged(rho)
        else:
            with pytest.raises(BudgetSpent):
                odometer.charged(rho)
        assert sum((Fraction(one) for one in odometer.spent), Fraction(0)) <= Fraction(limit)
        assert Fraction(odometer.left) + sum(map(Fraction, odometer.spent)) <= Fraction(limit)


def test_what_is_left_can_be_spent_to_the_end() -> None:
    odometer = Odometer(0.3).charged(0.1).charged(0.1)
    spent = odometer.charged(odometer.left)
    assert spent.left == pytest.approx(0, abs=1e-16)
    assert spent.epsilon == pytest.approx(epsilon_of(rho=0.3), rel=1e-9)
    assert not spent.can_take(1e-12)


def test_nothing_spent_is_nothing_told() -> None:
    assert epsilon_of(rho=0) == 0
    assert Odometer(1.0).epsilon == 0


@pytest.mark.parametrize("delta", [0, 1, -1, math.nan])
def test_a_delta_that_is_no_probability_is_refused(delta: float) -> None:
    with pytest.raises(ValueError, match="Delta"):
        epsilon_of(rho=1, delta=delta)


@pytest.mark.parametrize("cost", [-0.1, math.nan, math.inf])
def test_a_cost_that_is_none_is_refused(cost: float) -> None:
    with pytest.raises(ValueError, match="Rho"):
        epsilon_of(rho=cost)
    with pytest.raises(ValueError, match="Epsilon"):
        rho_of(epsilon=cost)
    with pytest.raises(ValueError, match="Rho"):
        Odometer(1.0).charged(cost)
