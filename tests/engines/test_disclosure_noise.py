"""Rounding that keeps sums, and noise by keys: what they promise of every table, and what they leave open."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tutela.engines.disclosure import (
    KEYS,
    BadTable,
    CannotProtect,
    CountRules,
    controlled_rounding,
    counted,
    equations,
    flat,
    grouped,
    noise,
    of_counts,
    perturbed,
    pinned,
    with_margins,
)


def axes_of(shape: tuple[int, ...]) -> list:
    return [flat("abc"[n], [f"v{place}" for place in range(size)]) for n, size in enumerate(shape)]


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(2, 5), min_size=1, max_size=3).flatmap(
        lambda shape: arrays(np.int64, tuple(shape), elements=st.integers(0, 30))
    ),
    st.sampled_from([3, 5, 10]),
    st.integers(0, 9),
)
def test_rounded_tables_add_up_and_stay_near(inner, base, seed):
    table = with_margins(axes_of(inner.shape), inner)
    nobody = np.zeros(table.shape, dtype=bool)
    found = controlled_rounding(table, base=base, unsafe=nobody, chance=np.random.default_rng(seed))
    values = found.table.values
    assert not (values % base).any()
    assert (values >= 0).all()
    assert not values[table.values == 0].any()
    assert not (equations(table.axes) @ values.ravel()).any()
    assert (np.abs(values - table.values) <= base * (1 + found.steps) - 1).all()
    low, high = found.known
    assert ((low <= table.values) & (table.values <= high)).all()
    if inner.ndim < 3:
        assert found.steps == 0
        assert (values == table.values)[table.values % base == 0].all()


def test_rounding_goes_up_as_often_as_it_must_to_have_no_bias():
    table = with_margins(axes_of((6, 6)), np.full((6, 6), 11))
    nobody = np.zeros(table.shape, dtype=bool)
    draws = [
        controlled_rounding(
            table, base=5, unsafe=nobody, chance=np.random.default_rng(seed)
        ).table.inner.mean()
        for seed in range(60)
    ]
    assert np.mean(draws) == pytest.approx(11, abs=0.25)


def test_the_same_seed_rounds_the_same_way_and_another_one_otherwise():
    table = with_margins(axes_of((5, 5)), np.random.default_rng(1).poisson(7, (5, 5)))
    unsafe = of_counts(table, CountRules()).unsafe
    one, same, other = (
        controlled_rounding(table, base=5, unsafe=unsafe, chance=np.random.default_rng(seed)).table.values
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_rounding_with_groups_keeps_every_sum():
    axes = [grouped("country", {"n": ["a", "b"], "s": ["c", "d", "e"]}), flat("sex", ["f", "m"])]
    table = with_margins(axes, np.random.default_rng(2).poisson(6, (5, 2)))
    nobody = np.zeros(table.shape, dtype=bool)
    found = controlled_rounding(table, base=3, unsafe=nobody, chance=np.random.default_rng(1))
    assert not (equations(axes) @ found.table.values.ravel()).any()


def test_a_reader_who_knows_the_method_cannot_tell_small_counts():
    table = with_margins(axes_of((6, 4)), np.random.default_rng(4).poisson(3, (6, 4)))
    unsafe = of_counts(table, CountRules(sensitive=())).unsafe
    found = controlled_rounding(table, base=5, unsafe=unsafe, chance=np.random.default_rng(1))
    assert not pinned(table.axes, *found.known, unsafe, width=2).any()


def test_a_count_that_the_sums_give_away_is_seen():
    axes = axes_of((2,))
    low, high = np.array([0.0, 4.0, 4.0]), np.array([9.0, 4.0, 8.0])
    asked = np.array([True, False, False])
    assert pinned(axes, low, high, asked, width=5).tolist() == [True, False, False]
    assert not pinned(axes, low, high, asked, width=4).any()


@pytest.mark.parametrize(("base", "width", "error"), [(4, 2, BadTable), (3, 40, CannotProtect)])
def test_rounding_that_protects_nothing_is_refused(base, width, error):
    table = with_margins(axes_of((3,)), np.array([1, 7, 9]))
    unsafe = of_counts(table, CountRules(sensitive=())).unsafe
    with pytest.raises(error):
        controlled_rounding(table, base=base, unsafe=unsafe, chance=np.random.default_rng(1), width=width)


# ---------------------------------------------------------------- keys
@pytest.mark.parametrize(("most", "variance", "fewest"), [(5, 4.0, 3), (3, 2.0, 1), (8, 6.0, 5)])
def test_noise_has_no_bias_and_no_small_counts_come_out(most, variance, fewest):
    found = noise(most=most, variance=variance, fewest=fewest)
    changes = np.arange(-most, most + 1)
    assert found.chances.sum(axis=1) == pytest.approx(np.ones(len(found.chances)), abs=1e-6)
    assert found.chances @ changes == pytest.approx(np.zeros(len(found.chances)), abs=1e-5)
    assert found.chances[-1] @ changes**2 == pytest.approx(variance, abs=1e-4)
    for count, row in enumerate(found.chances):
        after = count + changes[row > 0]
        assert ((after == 0) | (after >= fewest)).all()


@pytest.mark.parametrize(
    "asked", [{"most": 0}, {"variance": 0.0}, {"most": 2, "variance": 1.0}, {"most": 3, "variance": 9.0}]
)
def test_noise_that_cannot_be_is_refused(asked):
    with pytest.raises(BadTable):
        noise(**asked)


def people(number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    return chance.integers(0, 3, (number, 2)), chance.integers(0, KEYS, number)


def test_the_same_people_have_the_same_noise_in_every_table():
    codes, keys = people(200, 5)
    a, b = axes_of((3, 3))
    change = noise()
    together = perturbed(counted([a, b], codes, np.ones(200)), codes, keys, change)
    alone = perturbed(counted([a], codes[:, :1], np.ones(200)), codes[:, :1], keys, change)
    assert np.array_equal(together.values[:, -1], alone.values)


def test_the_order_of_people_changes_nothing():
    codes, keys = people(90, 6)
    table = counted(axes_of((3, 3)), codes, np.ones(90))
    turned = np.random.default_rng(1).permutation(90)
    one = perturbed(table, codes, keys, noise())
    assert np.array_equal(one.values, perturbed(table, codes[turned], keys[turned], noise()).values)


def test_the_noise_of_many_cells_is_as_large_as_it_was_said_to_be():
    chance = np.random.default_rng(7)
    codes = np.repeat(np.arange(2_000), 20)[:, None]
    table = counted([flat("a", [str(n) for n in range(2_000)])], codes, np.ones(len(codes)))
    moved = perturbed(table, codes, chance.integers(0, KEYS, len(codes)), noise()).inner - 20
    assert np.abs(moved).max() <= 5
    assert moved.mean() == pytest.approx(0, abs=0.2)
    assert moved.var() == pytest.approx(4.0, rel=0.15)


def test_a_key_that_is_none_is_refused():
    codes, keys = people(5, 8)
    with pytest.raises(BadTable, match="key"):
        perturbed(counted(axes_of((3, 3)), codes, np.ones(5)), codes, keys + KEYS, noise())
