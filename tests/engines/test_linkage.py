"""Linkage: dates, blocks, weights learnt without answers, bands and pairs, by hand and by property."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tutela.engines import linkage
from tutela.engines.linkage import (
    MISSING,
    Band,
    Column,
    Compared,
    DateLevel,
    Field,
    LinkageError,
    Pass,
    candidates,
    combine,
    date_levels,
    side_of,
)


def numbers(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


# Dates --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (19900517, 19900517, DateLevel.SAME),
        (19900101, 19900101, DateLevel.SAME_GUESS),
        (19900000, 19900000, DateLevel.SAME_GUESS),
        (19900305, 19900503, DateLevel.SWAPPED),
        (19900517, 19900518, DateLevel.ONE_SLIP),
        (19900517, 19600517, DateLevel.ONE_SLIP),
        (19900512, 19900521, DateLevel.ONE_SLIP),
        (19830512, 19380512, DateLevel.ONE_SLIP),
        (19900517, 19900529, DateLevel.YEAR_AND_MONTH),
        (19900517, 19901229, DateLevel.YEAR),
        (19900517, 19900101, DateLevel.YEAR_GUESSED),
        (19900517, 19900000, DateLevel.YEAR_GUESSED),
        (19900517, 19880517, DateLevel.DAY_AND_MONTH),
        (19900517, 20010517, DateLevel.DAY_AND_MONTH),
        (19900517, 19920101, DateLevel.NEAR_GUESSED),
        (19900517, 19921120, DateLevel.NEAR),
        (19900517, 20041120, DateLevel.FAR),
        (19900101, 20010101, DateLevel.FAR),
        (0, 19900517, DateLevel.MISSING),
        (0, 0, DateLevel.MISSING),
    ],
)
def test_two_dates_agree_so_far(one: int, other: int, level: DateLevel) -> None:
    assert date_levels(numbers(one), numbers(other))[0] == level


def test_there_are_eleven_levels() -> None:
    assert len([level for level in DateLevel if level is not DateLevel.MISSING]) == 11


a_date = st.dates().map(lambda day: day.year * 10_000 + day.month * 100 + day.day) | st.just(0)


@given(a_date, a_date)
def test_dates_agree_both_ways_alike(one: int, other: int) -> None:
    assert date_levels(numbers(one), numbers(other)) == date_levels(numbers(other), numbers(one))
    if one:
        assert date_levels(numbers(one), numbers(one))[0] in {DateLevel.SAME, DateLevel.SAME_GUESS}


# Blocks -------------------------------------------------------------------------------------------
keys = st.lists(st.integers(-1, 4), min_size=1, max_size=12)


@given(keys, keys, keys, keys)
def test_candidates_are_the_pairs_that_share_a_key(
    a: list[int], b: list[int], c: list[int], d: list[int]
) -> None:
    left, right = min(len(a), len(b)), min(len(c), len(d))
    one = Pass("one", side_of([numbers(*a[:left])]), side_of([numbers(*c[:right])]))
    two = Pass("two", side_of([numbers(*b[:left])]), side_of([numbers(*d[:right])]))
    found = candidates([one, two], sizes=(left, right), largest_block=10**6)
    expected = {(i, j) for i in range(left) for j in range(right) if a[i] == c[j] >= 0 or b[i] == d[j] >= 0}
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == sorted(expected)


@given(keys)
def test_within_one_file_each_pair_is_there_once(values: list[int]) -> None:
    found = candidates(
        [Pass("one", side_of([numbers(*values)]))], sizes=(len(values),) * 2, largest_block=10**6
    )
    places = range(len(values))
    expected = [(i, j) for i in places for j in places if i < j and values[i] == values[j] >= 0]
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == expected


def test_a_block_that_is_too_large_is_left_out_and_counted() -> None:
    side = side_of([numbers(*[1] * 10, 2, 2)])
    found = candidates([Pass("one", side, side)], sizes=(12, 12), largest_block=50)
    assert found.by_pass == (("one", 4, 100),)


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), min_size=1, max_size=30))
def test_a_combined_key_is_equal_where_its_parts_are(pairs: list[tuple[int, int]]) -> None:
    one, other = (numbers(*column) for column in zip(*pairs, strict=True))
    keys_ = combine(one, other).tolist()
    for first, key in zip(pairs, keys_, strict=True):
        assert (key < 0) == (min(first) < 0)
    known = {pair: key for pair, key in zip(pairs, keys_, strict=True) if min(pair) >= 0}
    assert len(set(known.values())) == len(known)


def test_random_pairs_are_no_candidates() -> None:
    side = side_of([np.arange(6) % 3])
    found = candidates([Pass("one", side)], sizes=(6, 6), largest_block=100)
    left, right = linkage.random_pairs(sizes=6, wanted=500, without=found, rng=np.random.default_rng(1))
    drawn = set(zip(left.tolist(), right.tolist(), strict=True))
    assert drawn == {(i, j) for i in range(6) for j in range(i + 1, 6)} - {(0, 3), (1, 4), (2, 5)}


# Texts and numbers --------------------------------------------------------------------------------
def test_values_agree_as_their_kind_says() -> None:
    column = Column.of(["12345", "12354", "1245", "99999", "", "12345"])
    pairs = numbers(*[0] * 5), numbers(5, 1, 2, 3, 4)
    assert linkage.number_levels(column, *pairs).tolist() == [3, 2, 2, 0, MISSING]
    assert linkage.code_levels(column, *pairs).tolist() == [1, 0, 0, 0, MISSING]
    words = Column.of(["brighton", "brihgton", "bristol", "leeds", "", "brighton"])
    assert linkage.text_levels(words, *pairs).tolist() == [4, 3, 1, 0, MISSING]


def test_a_rare_value_says_more_and_never_where_it_differs() -> None:
    column = Column.of(["VNM"] * 8 + ["LAO"] * 2)
    bits = linkage.rarity(column, numbers(0, 8, 0), numbers(1, 9, 9))
    assert bits[0] < 0 < bits[1]
    assert bits[2] == 0
    assert not linkage.rarity(Column.of(["", ""]), numbers(0), numbers(1)).any()


# Learning -----------------------------------------------------------------------------------------
FIELDS = (
    Field(name="a", levels=("no", "yes")),
    Field(name="b", levels=("no", "half", "yes")),
    Field(name="c", levels=("no", "yes")),
)
M = ([0.05, 0.95], [0.1, 0.2, 0.7], [0.1, 0.9])
U = ([0.998, 0.002], [0.9, 0.098, 0.002], [0.998, 0.002])


def invented(
    rng: np.random.Generator, *, people: int, look_alikes: int
) -> tuple[Compared, np.ndarray, np.ndarray]:
    """Candidates of a known model: one partner each, and strangers; the draw of others; who is who."""
    same = np.stack([rng.choice(len(p), people, p=p) for p in M], axis=1)
    other = np.stack([rng.choice(len(p), look_alikes, p=p) for p in U], axis=1)
    levels = np.concatenate([same, other]).astype(np.uint8)
    left = np.concatenate([np.arange(people), rng.integers(0, people, look_alikes)])
    right = np.concatenate([np.arange(people), rng.integers(0, people, look_alikes)])
    compared = Compared(left, right, levels, np.zeros(levels.shape, dtype=np.float32))
    drawn = np.stack([rng.choice(len(p), 20_000, p=p) for p in U], axis=1).astype(np.uint8)
    return compared, drawn, np.arange(people + look_alikes) < people


def learnt(seed: int = 1) -> tuple[linkage.Model, Compared, np.ndarray]:
    compared, drawn, truth = invented(np.random.default_rng(seed), people=3_000, look_alikes=6_000)
    return linkage.fit(FIELDS, compared, drawn, all_pairs=3_000**2, start_share=1e-5), compared, truth


def test_the_weights_of_a_known_model_are_learnt_without_answers() -> None:
    model, compared, truth = learnt()
    assert model.share * 3_000**2 == pytest.approx(3_000, rel=0.1)
    for weights, m, u in zip(model.weights, M, U, strict=True):
        assert weights.m[0] == pytest.approx(m, abs=0.06)
        assert weights.u[0] == pytest.approx(u, abs=0.01)
    bits = model.bits(compared)
    assert bits[truth].sum(axis=1).mean() > bits[~truth].sum(axis=1).mean() + 5


def test_the_bits_of_a_pair_are_the_sum_of_what_its_fields_gave() -> None:
    model, compared, _ = learnt()
    expected = [
        math.log2(weights.m[0, level] / weights.u[0, level])
        for weights, level in zip(model.weights, compared.levels[0], strict=True)
    ]
    assert model.bits(compared)[0] == pytest.approx(expected)


def test_what_is_missing_says_nothing() -> None:
    model, *_ = learnt()
    nothing = Compared(
        numbers(0), numbers(0), np.full((1, 3), MISSING, dtype=np.uint8), np.zeros((1, 3), np.float32)
    )
    assert model.bits(nothing).tolist() == [[0.0, 0.0, 0.0]]
    assert model.chances(nothing, one_to_one=False)[0] == pytest.approx(model.share)


def test_rivals_share_a_chance_only_where_a_person_is_in_each_file_once() -> None:
    model, _, _ = learnt()
    levels = np.array([[1, 2, 1], [1, 2, 1]], dtype=np.uint8)
    two = Compared(numbers(0, 0), numbers(0, 1), levels, np.full((2, 3), 5, dtype=np.float32))
    assert model.chances(two, one_to_one=False).min() > 0.99
    assert model.chances(two, one_to_one=True) == pytest.approx([0.5, 0.5], abs=0.01)


def test_a_field_that_depends_on_another_does_not_count_twice() -> None:
    """b repeats a among strangers: given a, it says nothing of them, and learning finds that out."""
    rng = np.random.default_rng(3)
    compared, drawn, _ = invented(rng, people=2_000, look_alikes=4_000)
    echo = np.where(compared.levels[:, :1] == 1, 1, 0).astype(np.uint8)
    compared = Compared(
        compared.left, compared.right, np.hstack([compared.levels, echo]), np.zeros((6_000, 4), np.float32)
    )
    drawn = np.hstack([drawn, drawn[:, :1]])
    field = Field(name="echo", levels=("no", "yes"), given=0, groups=(0, 1))
    model = linkage.fit((*FIELDS, field), compared, drawn, all_pairs=2_000**2, start_share=1e-5)
    assert abs(model.weights[3].bits[1, 1]) < 0.1


def test_the_same_pairs_in_another_order_teach_the_same() -> None:
    compared, drawn, _ = invented(np.random.default_rng(5), people=500, look_alikes=900)
    order = np.random.default_rng(6).permutation(1_400)
    turned = Compared(
        compared.left[order], compared.right[order], compared.levels[order], compared.rarity[order]
    )
    one, other = (
        linkage.fit(FIELDS, pairs, drawn, all_pairs=250_000, start_share=1e-4) for pairs in (compared, turned)
    )
    for a, b in zip(one.weights, other.weights, strict=True):
        assert np.allclose(a.m, b.m)
        assert np.allclose(a.u, b.u)


def test_nothing_to_compare_is_said() -> None:
    nothing = Compared(numbers(), numbers(), np.zeros((0, 3), np.uint8), np.zeros((0, 3), np.float32))
    with pytest.raises(LinkageError, match="no two records"):
        linkage.fit(FIELDS, nothing, np.zeros((5, 3), np.uint8), all_pairs=10, start_share=0.1)


# Bands --------------------------------------------------------------------------------------------
some_chances = st.lists(st.floats(0, 1), min_size=1, max_size=60).map(np.array)


@given(some_chances, st.floats(0, 0.3), st.floats(0, 0.3))
def test_bands_keep_the_error_that_was_asked_for(chances: np.ndarray, wrong: float, lost: float) -> None:
    lines = linkage.bands(chances, wrong=wrong, lost=lost)
    band = linkage.banded(chances, lines)
    same, different = band == Band.SAME, band == Band.DIFFERENT
    assume(chances.sum() > 1e-6)
    if same.any():
        assert (1 - chances[same]).mean() <= wrong + 1e-9
        assert chances[same].min() >= 0.9
    worth_asking = different & (chances >= 0.05)
    assert chances[different].sum() <= lost * chances.sum() + 1e-9 or not worth_asking.any()
    assert not (chances[band == Band.ASK] < 0.05).any()
    assert not (chances[different] >= 0.5).any()
    assert lines.same_from >= lines.ask_from


def test_less_error_leaves_more_to_people() -> None:
    chances = np.linspace(0, 1, 500)
    asked = [
        (linkage.banded(chances, linkage.bands(chances, wrong=rate, lost=rate)) == Band.ASK).sum()
        for rate in (0.05, 0.01, 0.001)
    ]
    assert asked == sorted(asked)
    assert asked[0] < asked[-1]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 9)), max_size=30))
def test_one_to_one_takes_the_best_first(made: list[tuple[int, int, int]]) -> None:
    unique = sorted({(i, j): bits for i, j, bits in made}.items())
    left, right = (numbers(*[pair[side] for pair, _ in unique]) for side in (0, 1))
    bits = np.array([score for _, score in unique], dtype=float)
    kept = linkage.one_to_one(left, right, bits)
    taken: set[tuple[str, int]] = set()
    for place in sorted(range(len(unique)), key=lambda at: (-bits[at], left[at], right[at])):
        ends = {("left", int(left[place])), ("right", int(right[place]))}
        assert kept[place] == (not ends & taken)
        if kept[place]:
            taken |= ends
