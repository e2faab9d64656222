"""The noise is the discrete Gaussian exactly, made without a floating-point number, from the bytes it is
given."""

from __future__ import annotations

import ast
import math
import secrets
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.engines.synthesis_examples import seeded

from tutela.engines.synthesis import discrete_gaussian, noise


@pytest.mark.parametrize("scale", [1, 2, 3, 7, 40])
def test_small_scales_have_the_exact_probabilities(scale: int) -> None:
    drawn = discrete_gaussian(scale, 400_000, seeded(scale))
    reach = 4 * scale
    exact = np.exp(-(np.arange(-60 * scale, 60 * scale + 1.0) ** 2) / (2 * scale**2))
    exact /= exact.sum()
    middle = exact[60 * scale - reach : 60 * scale + reach + 1]
    seen = np.bincount(drawn[np.abs(drawn) <= reach] + reach, minlength=2 * reach + 1)
    seen = np.append(seen, np.sum(np.abs(drawn) > reach))
    expected = np.append(middle, 1 - middle.sum()) * len(drawn)
    enough = expected > 5
    tested = (
        np.append(seen[enough], seen[~enough].sum()),
        np.append(expected[enough], expected[~enough].sum()),
    )
    chi = np.sum((tested[0] - tested[1]) ** 2 / np.maximum(tested[1], 1e-9))
    assert stats.chi2.sf(chi, len(tested[0]) - 1) > 1e-4


@pytest.mark.parametrize("scale", [10**3, 10**6 + 3, 2**40 + 1, noise.MOST_SCALE])
def test_large_scales_look_like_a_normal_distribution(scale: int) -> None:
    drawn = discrete_gaussian(scale, 200_000, seeded(11)) / scale
    assert stats.kstest(drawn, "norm").pvalue > 1e-4
    assert abs(drawn.mean()) < 4 / math.sqrt(len(drawn))
    assert abs(drawn.var() - 1) < 4 * math.sqrt(2 / len(drawn))


def test_draws_do_not_depend_on_each_other() -> None:
    drawn = discrete_gaussian(5, 200_000, seeded(3)).astype(float)
    for lag in (1, 2, 64):
        assert abs(np.corrcoef(drawn[:-lag], drawn[lag:])[0, 1]) < 4 / math.sqrt(len(drawn))


@pytest.mark.parametrize(("part", "whole"), [(0, 1), (1, 1), (1, 2), (3, 7), (999, 1000)])
def test_a_success_of_an_exponential_comes_as_often_as_it_should(part: int, whole: int) -> None:
    parts = np.full(200_000, part, dtype=np.uint64)
    for success, chance in (
        (noise._succeed(parts, whole, seeded(7)), math.exp(-part / whole)),
        (noise._succeed_square(parts, whole, seeded(8)), math.exp(-((part / whole) ** 2) / 2)),
    ):
        spread = math.sqrt(chance * (1 - chance) / len(parts))
        assert abs(success.mean() - chance) <= 4.5 * spread


def test_an_even_draw_rejects_the_words_that_would_make_it_uneven() -> None:
    # 2^64 is one more than a multiple of 3: the largest word has to be drawn again.
    words = iter([(2**64 - 1).to_bytes(8, "little"), (7).to_bytes(8, "little")])
    assert noise.below(3, 1, lambda count: next(words)).tolist() == [1]
    words = iter([(2**64 - 2).to_bytes(8, "little")])
    assert noise.below(3, 1, lambda count: next(words)).tolist() == [2]


@given(st.integers(1, 2**62), st.integers(0, 300), st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_an_even_draw_stays_below_its_bound(bound: int, count: int, seed: int) -> None:
    drawn = noise.below(bound, count, seeded(seed))
    assert len(drawn) == count
    assert all(0 <= value < bound for value in drawn.tolist())


@given(st.integers(1, noise.MOST_SCALE), st.integers(0, 500), st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_any_scale_and_number_can_be_drawn(scale: int, count: int, seed: int) -> None:
    drawn = discrete_gaussian(scale, count, seeded(seed))
    assert drawn.shape == (count,)
    assert drawn.dtype == np.int64
    assert np.array_equal(drawn, discrete_gaussian(scale, count, seeded(seed)))


@pytest.mark.parametrize("scale", [0, -1, noise.MOST_SCALE + 1])
def test_a_scale_that_cannot_be_kept_is_refused(scale: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        discrete_gaussian(scale, 1, seeded(1))


def test_the_operating_system_can_be_the_source() -> None:
    first, second = (discrete_gaussian(1000, 50, secrets.token_bytes) for _ in range(2))
    assert not np.array_equal(first, second)


def test_numpy_s_own_randomness_is_not_touched() -> None:
    before = np.random.get_state()[1].copy()  # type: ignore[index,union-attr]
    discrete_gaussian(10, 1000, seeded(1))
    assert np.array_equal(before, np.random.get_state()[1])  # type: ignore[index]


def test_no_floating_point_number_takes_part() -> None:
    tree = ast.parse(Path(noise.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float))
        assert not isinstance(node, ast.Div)
        assert not (isinstance(node, ast.Name | ast.Attribute) and "float" in ast.unparse(node))
