"""Gi* and local Moran are those of their papers and of PySAL, their chance is counted, no order decides."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tutela.engines.hotspots import (
    Among,
    BadCounts,
    BadPlaces,
    GreatCircle,
    Plane,
    linked,
    local_statistics,
    nearest,
    rates,
    runs_for,
)

pytest.importorskip("esda", reason="no PySAL. To enable: ./run add places")

POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float)
VALUES = np.array([2, 3, 3.2, 5, 8, 7])
"""The example in PySAL's own description of G_Local, with its neighbours up to a distance of 15."""


def within(points: np.ndarray, distance: float) -> list[np.ndarray]:
    away = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    return [np.flatnonzero((row <= distance) & (row > 0)) for row in away]


def found(values, neighbours, *, seed=1, runs=199):
    return local_statistics(values, neighbours, chance=np.random.default_rng(seed), runs=runs)


@st.composite
def worlds(draw):
    number = draw(st.integers(4, 30))
    chance = np.random.default_rng(draw(st.integers(0, 10_000)))
    ground = Plane(chance.integers(0, 7, number).astype(float), chance.integers(0, 7, number).astype(float))
    values = chance.poisson(3, number) + np.eye(number)[0]
    assume(np.ptp(values) > 0)  # all alike is refused, and tested by itself
    return ground, values, draw(st.integers(1, number - 1))


# ---------------------------------------------------------------- published
def test_gi_star_is_that_of_pysals_example():
    published = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert found(VALUES, within(POINTS, 15)).z == pytest.approx(published, abs=1e-8)


def test_rates_are_those_of_pysals_example():
    cases, people = [30, 25, 25, 15, 33, 21, 30, 20], [100, 100, 110, 90, 100, 90, 110, 90]
    published = [1.03843594, -0.04099089, -0.56250375, -1.73061861]
    assert rates(np.array(cases), np.array(people))[:4] == pytest.approx(published, abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_gi_star_is_the_formula_of_ord_and_getis(world):
    """Ord and Getis 1995, with weights of 1 for a place and its neighbours."""
    ground, values, number = world
    neighbours = nearest(ground, number)
    n, mean, spread = len(values), values.mean(), values.std()
    near = np.eye(n)
    for place, each in enumerate(neighbours):
        near[place, each] = 1
    weights = near.sum(axis=1)
    whole = weights == n
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = (near @ values - mean * weights) / (spread * np.sqrt((n * weights - weights**2) / (n - 1)))
    result = found(values, neighbours, runs=9)
    assert np.isnan(result.z[whole]).all()
    assert result.z[~whole] == pytest.approx(expected[~whole], rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_local_moran_is_the_formula_of_anselin(world):
    """Anselin 1995, each place's weights adding up to 1, in units of the variance over n - 1."""
    ground, values, number = world
    neighbours = nearest(ground, number)
    away = values - values.mean()
    around = np.array([away[each].mean() for each in neighbours])
    expected = (len(values) - 1) * away * around / (away**2).sum()
    moran = found(values, neighbours, runs=9)
    assert moran.moran == pytest.approx(expected, rel=1e-9, abs=1e-9)
    clear = (np.abs(away) > 1e-9) & (np.abs(around) > 1e-9)
    names = {(True, True): Among.HIGH_HIGH, (False, True): Among.LOW_HIGH, (False, False): Among.LOW_LOW}
    for place in np.flatnonzero(clear):
        own, other = bool(away[place] > 0), bool(around[place] > 0)
        assert moran.among[place] is names.get((own, other), Among.HIGH_LOW)


# ---------------------------------------------------------------- chance
def test_chance_is_the_share_of_all_ways_to_deal():
    """Six places: every choice of neighbours can be counted."""
    neighbours = within(POINTS, 15)
    dealt = found(VALUES, neighbours, runs=40_000).p
    for place, each in enumerate(neighbours):
        others = np.delete(VALUES, place)
        sums = np.array([sum(chosen) for chosen in combinations(others, len(each))])
        own = VALUES[each].sum()
        exact = 2 * min((sums >= own - 1e-9).mean(), (sums <= own + 1e-9).mean())
        assert dealt[place] == pytest.approx(min(exact, 1), abs=0.02)


def test_the_correction_is_that_of_benjamini_hochberg_and_yekutieli():
    chance = np.random.default_rng(4)
    ground = Plane(chance.random(40), chance.random(40))
    result = found(chance.poisson(4, 40).astype(float), nearest(ground, 4))
    order = np.argsort(result.p)
    steps = result.p[order] * 40 / np.arange(1, 41)
    by_hand = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1)
    assert result.q[order] == pytest.approx(by_hand)
    harmonic = (1 / np.arange(1, 41)).sum()
    assert result.q_any[order] == pytest.approx(np.minimum(by_hand * harmonic, 1))


def test_the_same_seed_gives_the_same_chance_and_leaves_everybody_elses_alone():
    neighbours = within(POINTS, 15)
    before = np.random.get_state()[1].tolist()
    one, two = found(VALUES, neighbours), found(VALUES, neighbours)
    assert np.array_equal(one.p, two.p)
    assert np.random.get_state()[1].tolist() == before
    assert not np.array_equal(one.p, found(VALUES, neighbours, seed=2).p)


def test_a_cluster_stands_out_and_an_even_land_does_not():
    side = np.arange(15)
    ground = Plane(np.repeat(side, 15).astype(float), np.tile(side, 15).astype(float))
    chance = np.random.default_rng(2)
    even = chance.poisson(5, 225).astype(float)
    neighbours, runs = nearest(ground), runs_for(225)
    assert (found(even, neighbours, runs=runs).q > 0.05).all()
    near = np.hypot(ground.x - 7, ground.y - 7) <= 2
    stand_out = found(np.where(near, even + 8, even), neighbours, runs=runs)
    hot = (stand_out.q <= 0.05) & (stand_out.z > 0)
    assert hot[112]
    assert near[hot].mean() > 0.5


def test_enough_runs_for_one_place_to_stand_out():
    for number in (10, 281, 1_000):
        assert 2 / (runs_for(number) + 1) <= 0.05 / number
    assert runs_for(3_000) == 99_999
    assert runs_for(10_000) == 30_000
    assert runs_for(1_000_000) == 9_999


# ---------------------------------------------------------------- properties
@settings(max_examples=30, deadline=None)
@given(worlds(), st.integers(0, 1_000), st.floats(-50, 50), st.floats(0.1, 20))
def test_names_units_and_what_is_called_nothing_change_no_statistic(world, seed, moved, scale):
    ground, values, number = world
    plain = found(values, nearest(ground, number), runs=9)
    order = np.random.default_rng(seed).permutation(len(values))
    turned = Plane(ground.x[order] + moved, ground.y[order] - moved)
    other = found(values[order] * scale + moved, nearest(turned, number), runs=9)
    whole = np.array([len(each) == len(values) - 1 for each in nearest(ground, number)])[order]
    assert other.moran == pytest.approx(plain.moran[order], rel=1e-6, abs=1e-6)
    assert other.z[~whole] == pytest.approx(plain.z[order][~whole], rel=1e-6, abs=1e-6)


def test_places_at_the_same_distance_come_in_together():
    ground = Plane(np.array([0.0, 1, -1, 0, 5]), np.array([0.0, 0, 0, 1, 5]))
    assert nearest(ground, 1)[0].tolist() == [1, 2, 3]


def test_the_nearest_are_the_nearest_on_the_globe():
    ground = GreatCircle(np.array([0.0, 0, 0]), np.array([179.5, -179.5, 170.0]))
    assert [each.tolist() for each in nearest(ground, 1)] == [[1], [0], [0]]


def test_a_place_without_neighbours_has_no_statistic():
    neighbours = linked(5, np.array([[0, 1], [1, 2], [2, 3], [3, 3]]))
    assert [each.tolist() for each in neighbours] == [[1], [0, 2], [1, 3], [2], []]
    result = found(np.array([1.0, 2, 3, 4, 50]), neighbours)
    assert np.isnan([result.z[4], result.moran[4], result.p[4], result.q[4], result.q_any[4]]).all()
    assert result.among[4] is None
    assert not np.isnan(result.q[:4]).any()


@pytest.mark.parametrize(
    ("values", "neighbours", "told"),
    [
        (np.ones(5), within(POINTS[:5], 15), "not all alike"),
        (np.array([1.0, 2]), [np.array([1]), np.array([0])], "three places"),
        (np.arange(4.0), linked(4, np.empty((0, 2), dtype=np.int64)), "No place has a neighbour"),
    ],
)
def test_what_has_no_answer_is_told(values, neighbours, told):
    with pytest.raises(BadCounts, match=told):
        found(values, neighbours)


def test_a_rate_needs_people():
    with pytest.raises(BadCounts, match="people"):
        rates(np.array([1, 2]), np.array([0, 5]))


def test_more_neighbours_than_places_are_told():
    with pytest.raises(BadPlaces, match="more than 8 places: 6"):
        nearest(Plane(POINTS[:, 0], POINTS[:, 1]))
