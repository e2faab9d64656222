"""Tables that are safe to publish: an attacker who works out the bounds of every cell fails, on any table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.engines import disclosure_attacker as attacker

from tutela.engines.disclosure import (
    AmountRules,
    Axis,
    BadTable,
    CannotProtect,
    CountRules,
    Risk,
    Table,
    anonymity,
    contributions,
    counted,
    exposed,
    flat,
    grouped,
    of_amounts,
    of_counts,
    reach,
    suppress,
    with_margins,
    withheld_margins,
)

SHAPES = st.lists(st.integers(2, 4), min_size=1, max_size=3).map(tuple)


def axes_of(shape: tuple[int, ...]) -> list[Axis]:
    return [flat("abc"[n], [f"{'abc'[n]}{place}" for place in range(size)]) for n, size in enumerate(shape)]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    shape = draw(SHAPES)
    few = st.one_of(st.integers(0, 6), st.integers(0, 40))
    return with_margins(axes_of(shape), draw(arrays(np.int64, shape, elements=few)))


def crosstab(*rows: list[int]) -> Table:
    inner = np.array(rows)
    return with_margins(axes_of(inner.shape), inner)


# ---------------------------------------------------------------- the attacker
@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(2, 6), st.one_of(st.none(), st.just(())))
def test_no_cell_held_back_can_be_worked_out(table, fewest, sensitive):
    needs = of_counts(table, CountRules(fewest=fewest, sensitive=sensitive))
    pattern = suppress(table, needs)
    shows_zeros = not (pattern.hidden & (table.values == 0)).any()
    for cell in map(tuple, np.argwhere(pattern.hidden)):
        low, high = attacker.bounds(table, pattern.hidden, cell, floor=1.0 if shows_zeros else 0.0)
        if pattern.unsafe[cell]:
            assert low <= needs.floor[cell] + 1e-6
            assert high >= needs.floor[cell] + fewest - 1e-6
        assert high - low > 0.5


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(tables())
def test_the_attack_of_the_engine_finds_the_bounds_that_the_attacker_of_the_tests_finds(table):
    hidden = (table.values % 3 == 1) | (table.values < 3)
    found = reach(table, hidden, np.zeros(table.shape))
    for cell in map(tuple, np.argwhere(hidden)):
        assert attacker.bounds(table, hidden, cell, floor=0.0) == pytest.approx(
            (found.low[cell], found.high[cell]), abs=1e-6
        )


@settings(max_examples=25, deadline=None)
@given(tables())
def test_witnesses_give_the_same_answer_as_two_programmes_for_each_cell(table):
    needs = of_counts(table, CountRules(sensitive=()))
    hidden = needs.unsafe
    bounds = reach(table, hidden, needs.floor)
    assert np.array_equal(
        exposed(table, hidden, needs.floor, needs.low, needs.high),
        hidden & ~bounds.covers(needs.low, needs.high),
    )


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(arrays(np.int64, (2, 3, 3), elements=st.integers(0, 9)))
def test_in_three_dimensions_whole_numbers_do_not_help_the_attacker(inner):
    table = with_margins(axes_of(inner.shape), inner)
    needs = of_counts(table, CountRules(sensitive=()))
    found = reach(table, suppress(table, needs).hidden, needs.floor, whole=True)
    assert found.covers(needs.low, needs.high)[needs.unsafe].all()


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(arrays(np.int64, (5, 3), elements=st.integers(0, 12)))
def test_groups_of_countries_are_no_way_in(inner):
    countries = grouped("country", {"north": ["n1", "n2"], "south": ["s1", "s2"], "alone": ["x"]})
    table = with_margins([countries, flat("sex", ["f", "m", "x"])], inner)
    assert all(attacker.sum_is_right(axis, table.values, at) for at, axis in enumerate(table.axes))
    needs = of_counts(table, CountRules())
    pattern = suppress(table, needs)
    floor = 0.0 if (pattern.hidden & (table.values == 0)).any() else 1.0
    for cell in map(tuple, np.argwhere(needs.unsafe)):
        low, high = attacker.bounds(table, pattern.hidden, cell, floor=floor)
        assert low <= needs.floor[cell] + 1e-6
        assert high >= needs.floor[cell] + 5 - 1e-6


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(
    arrays(np.int64, (4, 3, 2), elements=st.integers(0, 9)),
    st.integers(2, 5),
    st.one_of(st.none(), st.just(())),
)
def test_groups_in_two_columns_of_three_are_no_way_in(inner, fewest, sensitive):
    countries = grouped("country", {"north": ["n1", "n2"], "south": ["s1", "s2"]})
    forms = grouped("form", {"work": ["w1", "w2"], "other": ["o"]})
    table = with_margins([countries, forms, flat("sex", ["f", "m"])], inner)
    needs = of_counts(table, CountRules(fewest=fewest, sensitive=sensitive))
    hidden = suppress(table, needs).hidden
    for cell in map(tuple, np.argwhere(needs.unsafe)[:20]):
        low, high = attacker.bounds(table, hidden, cell, floor=0.0)
        assert low <= needs.low[cell] + 1e-6
        assert high >= needs.high[cell] - 1e-6


LINKED = np.array([[13, 9, 7], [1, 5, 4], [5, 7, 7]]), np.array([[10, 9, 10], [4, 1, 5], [8, 6, 5]])


def test_two_tables_of_the_same_people_protected_apart_give_away_what_each_hides():
    """Why tables that share a column are protected as one: a total that one hides, the other shows."""
    rules = CountRules(sensitive=())
    one, other = (with_margins(axes_of(inner.shape), inner) for inner in LINKED)
    patterns = [suppress(table, of_counts(table, rules)).hidden for table in (one, other)]
    known = patterns[0].copy()
    known[:, -1] &= patterns[1][:, -1]
    needs = of_counts(one, rules)
    assert not exposed(one, patterns[0], needs.floor, needs.low, needs.high).any()
    assert exposed(one, known, needs.floor, needs.low, needs.high).any()


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(arrays(np.int64, (3, 2, 3), elements=st.integers(0, 9)))
def test_linked_tables_hold_when_they_are_protected_as_one(inner):
    """Both two-way tables are margins of the whole: the attacker who has them and all else fails."""
    table = with_margins(axes_of(inner.shape), inner)
    needs = of_counts(table, CountRules(sensitive=()))
    hidden = suppress(table, needs).hidden
    pairs = np.zeros(table.shape, dtype=bool)
    pairs[..., -1] = pairs[:, -1, :] = True
    for cell in map(tuple, np.argwhere(needs.unsafe & pairs)):
        low, high = attacker.bounds(table, hidden, cell, floor=0.0)
        assert low <= needs.floor[cell] + 1e-6
        assert high >= needs.high[cell] - 1e-6


def test_hiding_small_cells_alone_does_not_protect_them():
    table = crosstab([20, 3, 17], [30, 25, 14], [16, 40, 21])
    alone = (table.values > 0) & (table.values < 5)
    assert attacker.bounds(table, alone, (0, 1), floor=1.0) == (3.0, 3.0)
    pattern = suppress(table, of_counts(table, CountRules()))
    assert attacker.bounds(table, pattern.hidden, (0, 1), floor=1.0)[1] >= 6


@settings(max_examples=25, deadline=None)
@given(tables())
def test_what_is_shown_is_what_was_counted_and_only_what_must_be_is_held_back(table):
    needs = of_counts(table, CountRules(sensitive=()))
    pattern = suppress(table, needs)
    assert not (pattern.hidden & (table.values == 0)).any()
    assert pattern.hidden[needs.unsafe].all()
    if not needs.unsafe.any():
        assert not pattern.hidden.any()


def test_the_same_table_gives_the_same_pattern():
    inner = np.random.default_rng(3).poisson(6, (8, 7))
    patterns = [suppress(crosstab(*inner), of_counts(crosstab(*inner), CountRules())).hidden for _ in "ab"]
    assert np.array_equal(*patterns)


# ---------------------------------------------------------------- rules for people
def test_counts_below_the_threshold_are_unsafe_in_margins_too_and_nobody_is_safe():
    table = crosstab([0, 4], [1, 2])
    unsafe = of_counts(table, CountRules(sensitive=())).risks[Risk.FEW]
    assert unsafe.tolist() == [[False, True, True], [True, True, True], [True, False, False]]


def test_a_row_whose_people_all_fall_in_one_cell_tells_something_of_each_of_them():
    table = crosstab([50, 0, 0], [20, 30, 40], [20, 35, 25])
    needs = of_counts(table, CountRules())
    assert np.argwhere(needs.risks[Risk.GROUP]).tolist() == [[0, 1]]  # of two zeros, the more common column
    pattern = suppress(table, needs)
    assert attacker.bounds(table, pattern.hidden, (0, 1), floor=0.0)[1] >= 5


def test_only_axes_that_are_sensitive_are_looked_at_for_groups():
    table = crosstab([50, 0], [20, 30])
    assert not of_counts(table, CountRules(sensitive=())).unsafe.any()
    # By row all fifty are in one column; by column all of the second are in one row.
    assert np.argwhere(of_counts(table, CountRules(sensitive=("b",))).unsafe).tolist() == [[0, 1]]
    with pytest.raises(BadTable, match="no column c"):
        of_counts(table, CountRules(sensitive=("c",)))


def test_zeros_are_unsafe_where_that_is_asked():
    table = crosstab([0, 30, 20], [20, 30, 40], [25, 35, 45])
    rules = CountRules(zeros=True, sensitive=())
    needs = of_counts(table, rules)
    assert needs.risks[Risk.ZERO].sum() == 1
    pattern = suppress(table, needs)
    assert attacker.bounds(table, pattern.hidden, (0, 0), floor=0.0)[1] >= 5


def test_margins_that_are_not_published_are_unknown_to_the_attacker_and_need_no_complements():
    table = crosstab([20, 3, 17], [30, 25, 14], [16, 40, 21])
    needs = of_counts(table, CountRules())
    pattern = suppress(table, needs, withheld=withheld_margins(table, ()))
    assert not pattern.complements.any()
    assert suppress(table, needs, withheld=withheld_margins(table, ("a",))).complements.any()


@pytest.mark.parametrize("rules", [CountRules(fewest=1), CountRules(protection=0)])
def test_rules_that_protect_nothing_are_refused(rules):
    with pytest.raises(BadTable, match="threshold"):
        of_counts(crosstab([1, 2]), rules)


def test_a_pattern_that_cannot_be_is_refused_with_a_way_out():
    table = crosstab([0, 0], [3, 9])
    needs = of_counts(table, CountRules(sensitive=()))
    stuck = type(needs)(
        risks=needs.risks, low=needs.low, high=needs.high, floor=needs.floor, movable=needs.unsafe
    )
    with pytest.raises(CannotProtect, match="coarser"):
        suppress(table, stuck)


# ---------------------------------------------------------------- rules for amounts
def amounts(*cells: list[float]) -> tuple[Table, object]:
    """A row of cells, each with the amounts of those who contribute, each somebody else."""
    axis = flat("a", [f"a{n}" for n in range(len(cells))])
    codes = np.array([[n] for n, cell in enumerate(cells) for _ in cell])
    given_ = np.array([one for cell in cells for one in cell], dtype=float)
    table = counted([axis], codes, given_, whole=False)
    return table, contributions([axis], codes, given_, np.arange(len(codes)), largest=3)


def test_dominance_names_cells_of_which_few_make_most():
    table, given_ = amounts([80, 10, 5, 5], [30, 30, 20, 20], [40, 30, 20, 10])
    rules = AmountRules(dominance=(2, 85.0), percent=None)
    assert of_amounts(table, given_, rules).risks[Risk.DOMINANCE].tolist() == [True, False, False, False]


def test_the_percent_rule_names_cells_in_which_the_second_could_work_out_the_first():
    table, given_ = amounts([80, 15, 5], [50, 40, 10], [40, 30, 20, 10])
    needs = of_amounts(table, given_, AmountRules(percent=10.0))
    assert needs.risks[Risk.PERCENT].tolist() == [True, False, False, False]  # 5 < 8, but 10 > 5
    assert needs.high[0] == pytest.approx(103.0)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 6), st.floats(0.5, 900.0)),
        min_size=1,
        max_size=40,
    )
)
def test_no_amount_can_be_worked_out_closer_than_its_rule_allows(records):
    axes = axes_of((3, 3))
    codes = np.array([one[:2] for one in records])
    sums = np.array([one[3] for one in records])
    table = counted(axes, codes, sums, whole=False)
    given_ = contributions(axes, codes, sums, np.array([one[2] for one in records]), largest=2)
    needs = of_amounts(table, given_, AmountRules(dominance=(1, 75.0)))
    pattern = suppress(table, needs)
    for cell in map(tuple, np.argwhere(needs.unsafe)):
        low, high = attacker.bounds(table, pattern.hidden, cell, floor=0.0)
        slack = 1e-5 * max(1.0, table.values[cell])
        assert low <= needs.low[cell] + slack
        assert high >= needs.high[cell] - slack


def test_amounts_of_one_contributor_are_added_up_before_they_are_ranked():
    axis = flat("a", ["x", "y"])
    codes, sums = np.array([[0], [0], [0], [1]]), np.array([6.0, 5.0, 9.0, 2.0])
    found = contributions([axis], codes, sums, np.array([1, 1, 2, 2]), largest=2)
    assert found.largest.tolist() == [[11, 9], [2, 0], [11, 11]]
    assert found.people.tolist() == [2, 1, 2]


@pytest.mark.parametrize(
    "rules", [AmountRules(percent=0.0), AmountRules(dominance=(9, 80.0)), AmountRules(dominance=(1, 100.0))]
)
def test_rules_for_amounts_that_cannot_be_are_refused(rules):
    table, given_ = amounts([3.0, 4.0], [5.0])
    with pytest.raises(BadTable, match="rule needs"):
        of_amounts(table, given_, rules)


# ---------------------------------------------------------------- tables and records
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: flat("sex", []), "no value"),
        (lambda: flat("sex", ["f", "f"]), "one name"),
        (lambda: flat("sex", ["f", "Total"]), "one name"),
        (lambda: crosstab([1, -2]), "below zero"),
        (lambda: with_margins(axes_of((2,)), np.array([1.5, 2])), "whole number"),
        (lambda: with_margins(axes_of((2,)), np.array([1, 2, 3])), "shape"),
        (lambda: with_margins(axes_of((600, 600)), np.zeros((600, 600))), "coarser"),
        (lambda: with_margins([], np.array(1)), "1 to 3"),
        (lambda: anonymity(np.zeros((0, 2), dtype=np.int64)), "no records"),
    ],
)
def test_what_is_no_table_is_refused(make, says):
    with pytest.raises(BadTable, match=says):
        make()


def test_k_is_the_smallest_group_and_l_the_least_varied_one():
    codes = np.array([[0, 0], [0, 0], [0, 0], [1, 0], [1, 0]])
    found = anonymity(codes, np.array([1, 2, 3, 4, 4]))
    assert (found.k, found.l, found.groups) == (2, 1, 2)
    assert anonymity(codes).l is None
