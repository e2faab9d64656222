"""Names compared pair by pair: order, script and slips are forgiven, and rare words say more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.engines.names import NAME_LEVELS, NameTable, WordLevel, compare_names
from tutela.engines.names.comparing import MISSING, WORDS_COMPARED, name_level

NAMES = ["Amina Yusuf", "Fatima Hassan", "Nguyen Thi Hoa", "Ivan Petrovich Ivanov", "Maria de los Santos", ""]


def levels(one: str, other: str) -> tuple[int, int]:
    """The best word and the one beside it; 6: there is no second."""
    table = NameTable.of([one, other])
    found = compare_names(table, np.array([0]), np.array([1]))
    return NAME_LEVELS[found.level[0]]


SAME, ALIKE, NEARLY = WordLevel.SAME, WordLevel.ALIKE, WordLevel.NEARLY


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Amina Yusuf", "YUSUF, Amina", (SAME, SAME)),
        ("محمد حسن", "Mohammed Hassan", (ALIKE, ALIKE)),
        ("Ольга Иванова", "Olga Ivanova", (SAME, SAME)),
        ("Ludwig van der Berg", "Berg Ludwig", (SAME, SAME)),
        ("Rangelov Nayo", "Langelov Nayo", (SAME, NEARLY)),
        ("Amina", "Amina Yusuf", (SAME, 6)),
        ("Amina", "Boris", (WordLevel.DIFFERENT, 6)),
        ("Amina Yusuf", "Kwame Mensah", (WordLevel.DIFFERENT, WordLevel.DIFFERENT)),
    ],
)
def test_two_names_agree_word_by_word(one: str, other: str, expected: tuple[int, int]) -> None:
    assert levels(one, other) == expected


def test_a_word_is_used_once() -> None:
    assert levels("Ali Ali", "Ali Yusuf") == (SAME, 6), "the same word twice is one word"
    assert levels("Ali Omar", "Ali Aly") == (SAME, WordLevel.DIFFERENT)


def test_the_third_word_is_told_apart() -> None:
    table = NameTable.of(["Nguyen Thi Hoa", "Hoa Nguyen Thi", "Nguyen Hoa", "Nguyen Minh Hoa"])
    found = compare_names(table, np.zeros(3, dtype=int), np.arange(1, 4))
    assert found.third.tolist() == [WordLevel.SAME, MISSING, WordLevel.DIFFERENT]


def test_a_shared_rare_word_is_worth_more_than_a_common_one() -> None:
    table = NameTable.of(["Nguyen A"] * 50 + ["Tran B"] * 5 + ["Quach C"] * 2)
    bits = compare_names(table, np.array([0, 50, 55]), np.array([1, 51, 56])).rarity
    assert bits[0] < bits[1] < bits[2]


def test_an_empty_name_says_nothing() -> None:
    table = NameTable.of(["", "Amina Yusuf", "😀"])
    found = compare_names(table, np.array([0, 0, 1]), np.array([1, 2, 2]))
    assert found.level.tolist() == [MISSING] * 3
    assert not found.rarity.any()
    assert compare_names(table, np.zeros(0, dtype=int), np.zeros(0, dtype=int)).level.shape == (0,)


def test_every_level_has_a_place_and_they_rise() -> None:
    assert [name_level(best, None if second == 6 else second) for best, second in NAME_LEVELS] == list(
        range(len(NAME_LEVELS))
    )
    assert NAME_LEVELS[0] == (WordLevel.DIFFERENT, WordLevel.DIFFERENT)
    assert NAME_LEVELS[-1] == (SAME, SAME)


words = st.text("abdhklmnorstuvyz", min_size=1, max_size=8)
some_names = st.lists(
    st.lists(words, max_size=5).map(" ".join) | st.sampled_from(NAMES), min_size=2, max_size=8
)


@given(some_names, st.data())
def test_comparing_is_symmetric_and_order_does_not_matter(names: list[str], data: st.DataObject) -> None:
    one, other = np.meshgrid(np.arange(len(names)), np.arange(len(names)))
    table = NameTable.of(names)
    assert table.words.shape == (len(names), WORDS_COMPARED)
    there = compare_names(table, one.ravel(), other.ravel())
    back = compare_names(table, other.ravel(), one.ravel())
    assert np.array_equal(there.level, back.level)
    assert np.allclose(there.rarity, back.rarity, atol=1e-5)
    mixed = [" ".join(data.draw(st.permutations(name.split()))) for name in names]
    plain = [name for name in names if not any(word in PARTICLE_LIKE for word in name.split())]
    if len(plain) == len(names):
        again = compare_names(NameTable.of(mixed), one.ravel(), other.ravel())
        assert np.array_equal(there.level, again.level)


PARTICLE_LIKE = {"de", "los", "al", "bin", "da", "von", "van", "an", "ad", "az", "ash", "as", "la", "do"}


@given(some_names)
def test_in_parts_or_at_once_is_the_same(names: list[str]) -> None:
    table = NameTable.of(names)
    one, other = (part.ravel() for part in np.meshgrid(np.arange(len(names)), np.arange(len(names))))
    whole, parts = compare_names(table, one, other), compare_names(table, one, other, at_once=3)
    assert np.array_equal(whole.level, parts.level)
    assert np.array_equal(whole.third, parts.third)
    assert np.array_equal(whole.rarity, parts.rarity)
