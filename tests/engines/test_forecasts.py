"""Forecasts of counts: known parameters found again, moments by hand, and nothing learned from the future."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tutela.engines.forecasts import (
    LAGS,
    MODEL,
    Fit,
    NoForecast,
    Shape,
    Simple,
    ahead,
    chosen,
    expected,
    fit,
    held_back,
    shares_of,
    spread_of,
)
from tutela.engines.forecasts.model import _Problem

RING = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)]


def simulated(
    periods: int,
    *,
    levels: list[float],
    own: float,
    near: float = 0.0,
    spread: float = 0.1,
    season: tuple[float, float] = (0.4, -0.3),
    memory: float = 0.0,
    links: list[tuple[int, int]] | None = None,
    seed: int = 1,
) -> np.ndarray:
    """Counts of places from the model itself, after a year to forget its start."""
    chance = np.random.default_rng(seed)
    shares = shares_of(len(levels), links or [])
    lags = Shape(memory=memory).lags
    total = periods + 52
    counts = np.zeros((len(levels), total))
    for at in range(total):
        turn = 2 * np.pi * at / 52
        mean = np.exp(np.array(levels) + season[0] * np.cos(turn) + season[1] * np.sin(turn))
        if at >= LAGS:
            before = counts[:, at - LAGS : at] @ lags[::-1]
            mean = mean + own * before + near * shares @ before
        counts[:, at] = chance.poisson(chance.gamma(1 / spread, spread * mean))
    return counts[:, 52:]


# ---------------------------------------------------------------- the model
def test_known_parameters_are_found_again():
    levels = [1.0, 0.5, 1.5, 0.0, 1.2]
    counts = simulated(1_000, levels=levels, own=0.3, near=0.25, links=RING, memory=0.5)
    found = fit(counts, Shape(memory=0.5), shares_of(5, RING))
    assert found.own == pytest.approx(0.3, abs=0.06)
    assert found.near == pytest.approx(0.25, abs=0.06)
    assert found.spread == pytest.approx(0.1, abs=0.02)
    assert found.effects == pytest.approx([0.4, -0.3], abs=0.1)
    assert found.levels == pytest.approx(levels, abs=0.25)


def test_without_neighbours_nothing_is_said_to_come_from_them():
    counts = simulated(600, levels=[1.0, 1.0, 1.0, 1.0, 1.0], own=0.3)
    assert fit(counts, Shape(), shares_of(5, RING)).near < 0.05
    assert fit(counts, Shape()).near == 0


def test_the_slope_of_the_likelihood_is_its_slope():
    counts = simulated(120, levels=[1.0, 0.2, 0.5, 0.1, 0.7], own=0.3, near=0.2, links=RING)
    problem = _Problem(counts, Shape(waves=2, trend=True, memory=0.5), shares_of(5, RING))
    at = problem.start(None) + 0.05
    slope = problem.loss(at)[1]
    for place in range(len(at)):
        step = np.zeros(len(at))
        step[place] = 1e-6
        difference = (problem.loss(at + step)[0] - problem.loss(at - step)[0]) / 2e-6
        assert slope[place] == pytest.approx(difference, rel=1e-4, abs=1e-4)


def test_a_hundred_places_are_fitted_to_the_top_of_the_likelihood():
    chance = np.random.default_rng(9)
    levels = chance.normal(0.5, 0.7, 100).tolist()
    links = [(place, (place + 1) % 100) for place in range(100)]
    counts = simulated(150, levels=levels, own=0.3, near=0.2, links=links)
    found = fit(counts, Shape(), shares_of(100, links))
    problem = _Problem(counts, Shape(), found.shares)
    at = np.array([*found.levels, *found.effects, found.own, found.near, np.log(found.spread)])
    assert np.abs(problem.loss(at)[1] * problem.scale(at)).max() < 0.02


def test_the_shape_is_chosen_by_what_it_explains():
    slow = simulated(1_500, levels=[1.5], own=0.7, memory=0.8, season=(0.0, 0.0), seed=3)
    found = chosen(slow, Shape())
    assert found.shape.memory == 0.8
    assert found.criterion <= fit(slow, Shape()).criterion
    rising = np.random.default_rng(2).poisson(np.exp(np.linspace(0.5, 3, 300)))
    assert chosen(rising, Shape()).shape.trend
    assert not chosen(rising, Shape(), may_trend=False).shape.trend


def test_a_trend_stops_where_the_counts_stop():
    rising = np.random.default_rng(2).poisson(np.exp(np.linspace(0.5, 3, 300)))
    found = fit(rising, Shape(waves=0, trend=True))
    assert found.effects[0] > 0.3
    endemic = found.endemic(np.arange(290, 330))[0]
    assert endemic[0] < endemic[9] == pytest.approx(endemic[-1])


def test_relabelling_places_changes_nothing():
    counts = simulated(200, levels=[1.0, 0.3, 0.6, -0.2, 0.8], own=0.3, near=0.3, links=RING)
    order = np.array([3, 0, 4, 1, 2])
    position = np.argsort(order)
    moved = [(position[a], position[b]) for a, b in RING]
    one = ahead(fit(counts, Shape(), shares_of(5, RING)), counts, steps=4)
    other = ahead(fit(counts[order], Shape(), shares_of(5, moved)), counts[order], steps=4)
    assert other.each.mean == pytest.approx(one.each.mean[order], rel=1e-3)
    assert other.each.variance == pytest.approx(one.each.variance[order], rel=1e-3)
    assert other.whole.variance == pytest.approx(one.whole.variance, rel=1e-3)


def test_a_place_without_any_case_has_an_answer_and_it_is_small():
    counts = np.vstack([simulated(200, levels=[1.0], own=0.3)[0], np.zeros(200)])
    found = ahead(fit(counts, Shape()), counts, steps=3)
    assert (found.each.mean[1] < 0.01).all()
    assert found.each.quantile(0.975)[1].max() == 0


# ---------------------------------------------------------------- the periods to come
def by_hand(near: float, memory: float = 0.0) -> tuple[Fit, np.ndarray]:
    """A fit with round numbers, and counts it was not made from."""
    shares = shares_of(3, [(0, 1), (1, 2)])
    found = Fit(
        shape=Shape(waves=0, memory=memory), shares=shares if near else None, levels=np.log([2.0, 1.0, 4.0]),
        effects=np.zeros(0), own=0.5, near=near, spread=0.25, periods=20, likelihood=0.0,
    )  # fmt: skip
    return found, np.tile([[4.0], [2.0], [6.0]], 20)


def test_one_and_two_steps_ahead_are_what_the_formula_says():
    found, counts = by_hand(near=0.0)
    got = ahead(found, counts, steps=2)
    assert got.each.mean[0] == pytest.approx([2 + 0.5 * 4, 2 + 0.5 * 4])
    first = 4 + 0.25 * 4**2
    second = 4 + 0.25 * (4**2 + 0.25 * first) + 0.25 * first
    assert got.each.variance[0] == pytest.approx([first, second])
    covariance = 0.5 * first
    assert got.by_place.variance[0] == pytest.approx(first + second + 2 * covariance)
    assert got.by_step.mean == pytest.approx(got.each.mean.sum(axis=0))


def test_neighbours_share_their_cases():
    found, counts = by_hand(near=0.2)
    got = ahead(found, counts, steps=1)
    # the middle place gives half to each side, and gets all of both
    assert got.each.mean[:, 0] == pytest.approx([2 + 2 + 0.2 * 1, 1 + 1 + 0.2 * 10, 4 + 3 + 0.2 * 1])


@pytest.mark.parametrize(("near", "memory"), [(0.0, 0.0), (0.3, 0.0), (0.0, 0.8), (0.3, 0.5)])
def test_moments_are_those_of_many_simulated_futures(near, memory):
    found, counts = by_hand(near, memory)
    steps, runs = 5, 40_000
    chance = np.random.default_rng(8)
    known = np.repeat(counts[:, -LAGS:, None], runs, axis=2)
    for _ in range(steps):
        before = np.tensordot(found.shape.lags[::-1], known[:, -LAGS:], axes=(0, 1))
        mean = np.exp(found.levels)[:, None] + found.own * before
        if near:
            mean = mean + found.near * found.shares @ before
        known = np.concatenate([known, chance.poisson(chance.gamma(4, mean / 4))[:, None]], axis=1)
    paths = known[:, LAGS:].swapaxes(0, 1)
    got = ahead(found, counts, steps=steps)
    assert got.each.mean == pytest.approx(paths.mean(axis=2).T, rel=0.02)
    assert got.each.variance == pytest.approx(paths.var(axis=2).T, rel=0.05)
    assert got.by_place.variance == pytest.approx(paths.sum(axis=0).var(axis=1), rel=0.05)
    assert got.by_step.variance == pytest.approx(paths.sum(axis=1).var(axis=1), rel=0.05)
    assert got.whole.variance == pytest.approx(paths.sum(axis=(0, 1)).var(), rel=0.05)


def test_places_that_do_not_touch_are_the_same_by_both_ways():
    found, counts = by_hand(near=0.0)
    apart = ahead(found, counts, steps=4)
    linked, _ = by_hand(near=1e-12)
    together = ahead(linked, counts, steps=4)
    for name in ("each", "by_place", "by_step", "whole"):
        assert getattr(together, name).variance == pytest.approx(getattr(apart, name).variance)


# ---------------------------------------------------------------- what came before, and only that
def test_no_forecast_learns_from_what_came_after_it():
    counts = simulated(150, levels=[1.0, 0.5], own=0.3)
    changed = counts.copy()
    changed[:, 140:] += 50
    kinds = [Simple.LAST_YEAR, Simple.SEASON]
    both = [
        held_back(one, Shape(), None, periods=20, steps=3, against=kinds, again=4)
        for one in (counts, changed)
    ]
    for name in (MODEL, "last year", "season"):
        one, other = (each.forecasts[name].mean[:, :11] for each in both)
        assert (one == other).all()
    assert both[0].forecasts[MODEL].mean[0, 12, 0] != both[1].forecasts[MODEL].mean[0, 12, 0]


def test_each_forecast_meets_the_count_it_was_made_for():
    counts = np.arange(100.0)[None] % 7
    found = held_back(counts, Shape(), None, periods=10, steps=4, against=[Simple.SO_FAR], again=10)
    for step in (1, 4):
        forecasts, seen = found.at(step)
        assert (seen[0] == counts[0, 89 + step :]).all()
        assert forecasts[MODEL].mean.shape == seen.shape


def test_last_year_and_the_season_are_means_of_five_weeks():
    counts = np.zeros((1, 52 * 3))
    counts[0, [50, 52, 102, 104]] = [10, 20, 30, 40]
    last = expected(Simple.LAST_YEAR, counts, known=156, steps=1, year=52, spread=0.0)
    assert last.mean[0, 0] == pytest.approx((30 + 40 + 0.5) / 5)
    season = expected(Simple.SEASON, counts, known=156, steps=1, year=52, spread=0.0)
    assert season.mean[0, 0] == pytest.approx((10 + 20 + 30 + 40 + 0.5) / 10)
    months = expected(Simple.LAST_YEAR, counts[:, :100], known=62, steps=1, year=12, spread=0.0)
    assert months.mean[0, 0] == pytest.approx(10 + 0.5)
    plain = expected(Simple.LAST_YEAR, counts, known=156, steps=1, year=52, spread=0.0, added=0.0)
    assert plain.mean[0, 0] == pytest.approx((30 + 40) / 5)
    far = expected(Simple.SO_FAR, counts, known=156, steps=3, year=52, spread=0.5)
    assert far.mean == pytest.approx((100.5 / 156) * np.ones((1, 3)))


def test_the_scatter_around_simple_means_is_found_again():
    chance = np.random.default_rng(4)
    counts = chance.poisson(chance.gamma(2.0, 10 / 2, (4, 400)))
    assert spread_of(Simple.SO_FAR, counts, year=52) == pytest.approx(0.5, abs=0.1)


# ---------------------------------------------------------------- anything whatever
@given(hnp.arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(20, 60)), elements=st.integers(0, 40)))
@settings(max_examples=40, deadline=None)
def test_whatever_the_counts_the_answer_is_finite(counts):
    shares = shares_of(len(counts), [(0, len(counts) - 1)])
    if not counts.any():
        with pytest.raises(NoForecast):
            fit(counts, Shape(year=12), shares)
        return
    found = fit(counts, Shape(year=12), shares)
    got = ahead(found, counts, steps=3)
    assert np.isfinite(got.each.mean).all()
    assert (got.each.variance >= got.each.mean * (1 - 1e-9)).all()
    low, high = got.each.interval(0.8)
    assert (low <= high).all()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: fit(np.zeros((2, 100)), Shape()), "no case"),
        (lambda: fit(np.ones(9), Shape()), "too few"),
        (lambda: fit(np.full(50, 0.5), Shape()), "whole numbers"),
        (lambda: fit(np.full(50, -1.0), Shape()), "whole numbers"),
        (lambda: fit(np.zeros((0, 5)), Shape()), "one of each"),
        (lambda: fit(np.ones((2, 50)), Shape(), np.zeros((3, 3))), "all places"),
        (lambda: Shape(memory=1.0), "between 0 and 1"),
        (lambda: shares_of(2, [(0, 2)]), "not there"),
        (lambda: ahead(by_hand(0.0)[0], np.ones((2, 20)), steps=1), "places of its model"),
        (
            lambda: held_back(np.ones(50), Shape(), None, periods=50, steps=1, against=[], again=1),
            "1 or more",
        ),
        (
            lambda: expected(Simple.LAST_YEAR, np.ones((1, 60)), known=40, steps=1, year=52, spread=0.1),
            "No whole year",
        ),
    ],
)
def test_what_cannot_be_forecast_is_refused_in_a_sentence(call, says):
    with pytest.raises(NoForecast, match=says) as refused:
        call()
    assert str(refused.value).endswith(".")
