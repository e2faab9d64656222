"""Scores of forecasts against values worked out by hand, and what makes them proper."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from tutela.engines.forecasts import (
    MODEL,
    Expected,
    NoForecast,
    Shape,
    Simple,
    calibration,
    chosen,
    dawid_sebastiani,
    held,
    held_back,
    logarithmic,
    paired,
    ranked,
)

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "ew_salmonella_agona_expected.csv"


def one(mean: float, variance: float) -> Expected:
    return Expected(np.array([mean]), np.array([variance]))


def test_scores_of_a_poisson_count_by_hand():
    """Poisson with mean 1: chances e^-1, e^-1, e^-1 / 2, …"""
    assert logarithmic(one(1, 1), 0)[0] == pytest.approx(1.0)
    assert logarithmic(one(1, 1), 2)[0] == pytest.approx(1 + np.log(2))
    # squared distances of 0.3679, 0.7358, 0.9197, 0.9810, 0.9963, … from 0, 1, 1, 1, 1
    by_hand = 0.367879**2 + 0.264241**2 + 0.080301**2 + 0.018988**2 + 0.003660**2 + 0.000594**2
    assert ranked(one(1, 1), 1)[0] == pytest.approx(by_hand, abs=1e-5)
    assert dawid_sebastiani(one(1, 1), 3)[0] == pytest.approx(4.0)
    assert dawid_sebastiani(one(2, 4), 5)[0] == pytest.approx(9 / 4 + np.log(4))


def test_a_negative_binomial_has_the_mean_and_variance_it_was_given():
    wide = one(6, 15)
    size = 6**2 / 9
    at = np.arange(400)
    chances = np.exp(wide.log_chance(at))
    assert chances == pytest.approx(nbinom.pmf(at, size, 6 / 15))
    assert (chances * at).sum() == pytest.approx(6)
    assert (chances * (at - 6) ** 2).sum() == pytest.approx(15)
    assert one(6, 5).at_most(4)[0] == pytest.approx(poisson.cdf(4, 6))


def test_the_ranked_score_is_the_distance_where_one_number_is_certain():
    assert ranked(one(1e-9, 1e-9), 7)[0] == pytest.approx(7)


def test_the_ranked_score_does_not_depend_on_what_is_scored_beside_it():
    mean = np.array([0.5, 3.0, 900.0, 12_000.0])
    seen = np.array([0, 9, 1_000, 3.0])
    together = ranked(Expected(mean, mean * 3), seen)
    alone = [ranked(one(m, 3 * m), y)[0] for m, y in zip(mean, seen, strict=True)]
    assert together == pytest.approx(alone, rel=1e-6)


@given(st.floats(0.5, 20), st.floats(1, 4), st.floats(0.3, 3))
@settings(max_examples=40, deadline=None)
def test_nobody_gains_by_saying_something_else_than_they_believe(mean, phi, other):
    """Under the true distribution the mean score of the truth is the smallest."""
    true, said = one(mean, mean * phi), one(mean * other, mean * other * phi)
    seen = np.arange(int(true.quantile(1 - 1e-10)[0]) + 1)
    chances = np.exp(true.log_chance(seen))
    for score in (logarithmic, ranked, dawid_sebastiani):
        at_truth, at_other = (
            sum(p * score(each, y)[0] for p, y in zip(chances, seen, strict=True)) for each in (true, said)
        )
        assert at_truth <= at_other + 1e-6


def test_what_comes_from_the_forecast_itself_is_calibrated():
    chance = np.random.default_rng(5)
    mean = chance.gamma(2, 3, 20_000)
    right = Expected(mean, mean * 2)
    seen = nbinom.rvs(mean, 0.5, random_state=chance)
    assert calibration(right, seen) == pytest.approx(np.ones(10), abs=0.06)
    assert calibration(right, seen).sum() == pytest.approx(10)
    assert 0.8 <= held(right, seen, level=0.8) < 0.93
    too_sure = calibration(Expected(mean, mean), seen)
    assert too_sure[0] > 1.2
    assert too_sure[-1] > 1.2
    too_low = calibration(Expected(mean / 2, mean), seen)
    assert too_low[-1] > 2 > 1 > too_low[0]


def test_signs_of_blocks_are_changed_in_all_ways():
    """Six differences in six blocks: 64 ways, of which two are as far from zero as all of one sign."""
    assert paired([1, 1, 1, 1, 1, 1], blocks=6).p == pytest.approx(2 / 64)
    assert paired([1, -1, 1, -1, 1, -1], blocks=6).p == 1
    assert paired([3, 1, 1, 1, 1, -1], blocks=6).p == pytest.approx(12 / 64)
    found = paired(np.full(52, -0.5))
    assert (found.mean, found.p) == (-0.5, pytest.approx(2 / 4096))
    assert np.isnan(paired([1.0, 2.0]).p)


def test_where_two_are_alike_few_differences_are_called_real():
    chance = np.random.default_rng(3)
    p = np.array([paired(chance.normal(size=52)).p for _ in range(400)])
    assert 0.02 < (p <= 0.05).mean() < 0.09


@pytest.mark.parametrize("given_differences", [[], [np.nan], [[1.0]]])
def test_differences_that_are_none_are_refused(given_differences):
    with pytest.raises(NoForecast, match=r"numbers.*\.$"):
        paired(given_differences)


@pytest.mark.reference
def test_the_salmonella_series_is_forecast_better_than_by_last_year():
    if not PUBLISHED.exists():
        pytest.skip(f"{PUBLISHED.name} is not there: the reference tables lie beside the project, not in it")
    rows = csv.DictReader(PUBLISHED.read_text(encoding="utf-8").splitlines())
    counts = np.array([float(row["observed"]) for row in rows])
    assert chosen(counts, Shape()).own == pytest.approx(0.46, abs=0.02)
    kinds = [Simple.LAST_YEAR, Simple.SEASON]
    found = held_back(counts, Shape(), None, periods=52, steps=4, against=kinds, again=4)
    forecasts, seen = found.at(1)
    scores = {name: logarithmic(each, seen).mean(axis=0) for name, each in forecasts.items()}
    assert scores[MODEL].mean() == pytest.approx(2.00, abs=0.02)
    against = paired(scores[MODEL] - scores["last year"])
    assert against.mean < -0.15
    assert against.p < 0.01
    assert 0.8 <= held(forecasts[MODEL], seen, level=0.8) <= 0.95
