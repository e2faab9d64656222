"""Measuring costs what it says, tables keep their promises, and the person is the unit."""

from __future__ import annotations

import math
import os
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.synthesis_examples import REGISTER, people, seeded

from tutela.engines.synthesis import (
    BadDomain,
    CannotMeasure,
    Column,
    Domain,
    Measured,
    NotInDomain,
    Records,
    add,
    bounded,
    cost,
    measure,
    measuring,
)

SHAPES = st.lists(st.integers(1, 6), min_size=1, max_size=3)


def of_sizes(*sizes: int) -> Domain:
    return Domain(tuple(Column(f"c{at}", tuple(map(str, range(size)))) for at, size in enumerate(sizes)))


def table(records: Records, domain: Domain, *places: int) -> np.ndarray:
    return measuring.counts(np.ascontiguousarray(records.T), domain, places)


# ---------------------------------------------------------------- what one person changes
@given(SHAPES, st.integers(0, 2**32))
@settings(deadline=None)
def test_a_person_more_moves_each_part_by_exactly_what_is_accounted(sizes: list[int], seed: int) -> None:
    chance, domain = np.random.default_rng(seed), of_sizes(*sizes)
    records = chance.integers(0, sizes, size=(20, len(sizes)), dtype=np.int32)
    whole = tuple(range(len(sizes)))
    with_all = measuring.residual(table(records, domain, *whole))
    for left_out in (0, 7, 19):
        without = measuring.residual(table(np.delete(records, left_out, axis=0), domain, *whole))
        change = with_all - without
        assert change.dtype == np.int64
        assert int((change**2).sum()) == measuring.moved(sizes)


@given(SHAPES, st.floats(1e-3, 10), st.integers(1, 3), st.integers(1, 4))
@settings(deadline=None)
def test_the_whole_cost_is_within_the_budget_and_uses_nearly_all_of_it(
    sizes: list[int], rho: float, order: int, most: int
) -> None:
    domain = of_sizes(*sizes)
    spent = cost(measuring.split(domain, rho=rho, order=order, most=most), domain, most=most)
    assert spent <= Fraction(rho)
    assert spent > 0.99 * Fraction(rho)


def test_the_cost_of_one_part_is_its_squared_move_over_twice_the_squared_scale() -> None:
    domain = of_sizes(2)
    # Two codes: one person moves the part (n0 − n1, n1 − n0) by (1, −1), in 2,048ths; and the total by one.
    assert measuring.moved((2,)) == 2 * 2048**2
    assert measuring.moved(()) == 4096**2
    assert cost({(0,): 4096}, domain) == Fraction(2 * 2048**2, 2 * 4096**2)
    assert cost({(0,): 4096}, domain, most=3) == 9 * Fraction(2 * 2048**2, 2 * 4096**2)


def test_two_neighbours_cannot_be_told_apart_better_than_rho_allows() -> None:
    # The best test weighs each noisy part by what the person changes: it separates by sqrt(2 rho), no more.
    domain, rho, person = of_sizes(2, 3), 0.5, np.array([[1, 2]], dtype=np.int32)
    nobody = np.empty((0, 2), dtype=np.int32)
    scores = [
        [
            _score(measure(file, domain, rho=rho, source=seeded(1_000 * more + at)), person)
            for at in range(400)
        ]
        for more, file in ((0, nobody), (1, person))
    ]
    pooled = math.sqrt((np.var(scores[0]) + np.var(scores[1])) / 2)
    apart = (np.mean(scores[1]) - np.mean(scores[0])) / pooled
    assert apart == pytest.approx(math.sqrt(2 * rho), abs=0.25)


def _score(measured: Measured, person: Records) -> float:
    total = 0.0
    for places, part in measured.parts.items():
        change = measuring.residual(table(person, measured.domain, *places)).astype(float)
        change /= max(1, measuring.LEAST_SCALE // change.size) * change.size
        total += float((part.values * change).sum()) / part.variance
    return total


# ---------------------------------------------------------------- tables
def test_hardly_any_noise_gives_the_real_tables() -> None:
    records = people(500)
    measured = measure(records, REGISTER, rho=1e6, source=seeded(1))
    assert measured.people == pytest.approx(500, abs=0.1)
    for noisy in measured.tables():
        assert np.allclose(noisy.values, table(records, REGISTER, *noisy.places), atol=0.5)


def test_tables_agree_with_each_other() -> None:
    measured = measure(people(300), of_sizes(4, 3, 9, 2, 2, 2), rho=0.1, source=seeded(2))
    for three in combinations(range(6), 3):
        whole = measured.table(three)
        for axis in range(3):
            two = measured.table([place for place in three if place != three[axis]])
            assert np.allclose(whole.values.sum(axis=axis), two.values, atol=1e-6)
    assert measured.table((0,)).values.sum() == pytest.approx(measured.people)


def test_printed_errors_and_intervals_are_true() -> None:
    records, domain = people(200), of_sizes(4, 3, 9, 2, 2, 2)
    inside: list[bool] = []
    squares: dict[tuple[int, ...], list[float]] = {}
    claimed: dict[tuple[int, ...], float] = {}
    for seed in range(20):
        for noisy in measure(records, domain, rho=0.2, source=seeded(seed)).tables():
            real = table(records, domain, *noisy.places)
            inside += ((noisy.low <= real) & (real <= noisy.high)).ravel().tolist()
            squares.setdefault(noisy.places, []).append(float(((noisy.values - real) ** 2).mean()))
            claimed[noisy.places] = noisy.standard_error
    assert 0.94 < np.mean(inside) < 0.96
    ratios = [math.sqrt(np.mean(squares[places])) / claimed[places] for places in claimed]
    assert np.mean(ratios) == pytest.approx(1, abs=0.05)
    assert max(abs(ratio - 1) for ratio in ratios) < 0.7


def test_tables_are_listed_by_the_number_of_their_columns() -> None:
    measured = measure(people(50), REGISTER, rho=1, source=seeded(1))
    assert [len(list(measured.tables((order,)))) for order in (1, 2, 3)] == [6, 15, 20]
    assert measured.table((1, 4)).names == ("sex", "sexual")


def test_what_cannot_be_is_exactly_none() -> None:
    measured = measure(people(400), REGISTER, rho=0.1, source=seeded(3))
    for places in ((1, 5), (0, 1, 5), (1, 3, 5)):
        noisy = measured.table(places)
        assert noisy.impossible.any()
        for values in (noisy.values, noisy.low, noisy.high):
            assert not values[noisy.impossible].any()
    assert not measured.table((0, 1)).impossible.any()


# ---------------------------------------------------------------- what does and does not matter
@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=10)
def test_the_order_of_people_does_not_matter(seed: int) -> None:
    records = people(100)
    mixed = records[np.random.default_rng(seed).permutation(100)]
    first, second = (measure(one, REGISTER, rho=1, source=seeded(4)) for one in (records, mixed))
    assert all(np.array_equal(first.parts[at].values, second.parts[at].values) for at in first.parts)


def test_the_order_of_columns_does_not_matter() -> None:
    records, order = people(200), [3, 0, 5, 2, 1, 4]
    turned = Domain(tuple(REGISTER.columns[at] for at in order))
    first = measure(records, REGISTER, rho=1e6, source=seeded(1))
    second = measure(np.ascontiguousarray(records[:, order]), turned, rho=1e6, source=seeded(2))
    for noisy in second.tables():
        back = [order[at] for at in noisy.places]
        plain = first.table(sorted(back))
        assert noisy.standard_error == pytest.approx(plain.standard_error, rel=1e-3)
        assert np.allclose(
            noisy.values, np.transpose(plain.values, [sorted(back).index(at) for at in back]), atol=1
        )


def test_nothing_but_the_measured_tables_gets_out() -> None:
    # Two files with the same tables of two columns: in one all rows have an even sum, in one odd.
    even = np.array([[a, b, (a + b) % 2] for a in (0, 1) for b in (0, 1)] * 10, dtype=np.int32)
    odd = even.copy()
    odd[:, 2] = 1 - odd[:, 2]
    domain = of_sizes(2, 2, 2)
    first, second = (measure(one, domain, rho=1, order=2, source=seeded(5)) for one in (even, odd))
    assert all(np.array_equal(first.parts[at].values, second.parts[at].values) for at in first.parts)
    third, fourth = (measure(one, domain, rho=1, order=3, source=seeded(5)) for one in (even, odd))
    assert not np.array_equal(third.parts[0, 1, 2].values, fourth.parts[0, 1, 2].values)


@pytest.mark.parametrize("count", [0, 1])
def test_a_file_of_nobody_or_one_person_can_be_measured(count: int) -> None:
    measured = measure(people(1)[:count], REGISTER, rho=0.2, source=os.urandom)
    assert abs(measured.people - count) < 8 * measured.people_error


def test_a_column_with_one_code_says_nothing_and_costs_nothing() -> None:
    domain = Domain((Column("same", ("x",)), Column("flag", ("", "1"))))
    records = np.array([[0, 1]] * 10 + [[0, 0]] * 5, dtype=np.int32)
    measured = measure(records, domain, rho=1e6, source=seeded(1))
    assert np.allclose(measured.table((0, 1)).values, [[5, 10]], atol=0.1)
    assert measured.table((0, 1)).standard_error == pytest.approx(measured.table((1,)).standard_error)


def test_more_records_a_person_means_as_much_more_noise() -> None:
    errors = [
        measure(people(50), REGISTER, rho=1, source=seeded(1), most=most).table((0, 2)).standard_error
        for most in (1, 3)
    ]
    assert errors[1] == pytest.approx(3 * errors[0], rel=1e-3)


# ---------------------------------------------------------------- years
def test_years_add_up_and_cost_no_one_more() -> None:
    years = [
        measure(people(300, seed), REGISTER, rho=rho, source=seeded(seed))
        for seed, rho in ((1, 0.2), (2, 0.1))
    ]
    both = add(*years)
    assert both.rho == 0.2
    assert both.people == pytest.approx(years[0].people + years[1].people)
    for places in ((2,), (0, 3), (1, 2, 4)):
        first, second, sum_of_both = (one.table(places) for one in (*years, both))
        assert np.allclose(sum_of_both.values, first.values + second.values)
        assert sum_of_both.standard_error == pytest.approx(
            math.hypot(first.standard_error, second.standard_error)
        )


def test_releases_with_other_columns_cannot_be_added() -> None:
    first = measure(people(10), REGISTER, rho=1, source=seeded(1))
    for other in (
        measure(people(10), REGISTER, rho=1, order=2, source=seeded(1)),
        measure(people(10), of_sizes(4, 3, 9, 2, 2, 2), rho=1, source=seeded(1)),
        measure(people(10), REGISTER, rho=1, source=seeded(1), most=2),
    ):
        with pytest.raises(CannotMeasure, match="added"):
            add(first, other)


# ---------------------------------------------------------------- bounded contributions
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=40), st.integers(1, 3), st.randoms()
)
def test_nobody_has_more_records_than_allowed_whatever_the_order(
    rows: list[tuple[int, int]], most: int, mix: object
) -> None:
    def kept(some: list[tuple[int, int]]) -> list[int]:
        records = np.array([[code] for _, code in some], dtype=np.int32).reshape(-1, 1)
        return bounded(records, [person for person, _ in some], most=most)[:, 0].tolist()

    shuffled = rows.copy()
    mix.shuffle(shuffled)  # type: ignore[attr-defined]
    assert kept(rows) == kept(shuffled)
    expected = sorted(
        code
        for person in {person for person, _ in rows}
        for code in sorted(code for other, code in rows if other == person)[:most]
    )
    assert kept(rows) == expected


def test_bounding_needs_an_id_for_each_record_and_lets_everyone_have_one() -> None:
    with pytest.raises(ValueError, match="one person id"):
        bounded(people(3), [1, 2])
    with pytest.raises(ValueError, match="at least one"):
        bounded(people(1), [1], most=0)


# ---------------------------------------------------------------- domain
def test_rows_become_records_and_rows_again() -> None:
    rows = REGISTER.decode(people(50))
    assert np.array_equal(REGISTER.encode(rows), people(50))


def test_unknown_codes_are_counted_by_column_and_never_named() -> None:
    rows = [list(row) for row in REGISTER.decode(people(5))]
    rows[1][2] = rows[3][2] = "Atlantis"
    rows[3][0] = "1066"
    with pytest.raises(NotInDomain) as caught:
        REGISTER.encode(rows)
    assert caught.value.found == {"year": 1, "country": 2}
    assert caught.value.lines == (1, 3)
    assert "Atlantis" not in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "forbidden", "said"),
    [
        ((), (), "at least one"),
        ((Column("a", ("1",)), Column("a", ("1",))), (), "same name"),
        ((Column("a", ()),), (), "no codes"),
        ((Column("a", ("1", "1")),), (), "twice"),
        ((Column("a", ("1",)),), ({},), "empty rule"),
        ((Column("a", ("1",)),), ({"a": "2"},), "not in the lists"),
        ((Column("a", ("1",)),), ({"b": "1"},), "not in the lists"),
        (tuple(Column(name, tuple(map(str, range(500)))) for name in "abc"), (), "too many"),
        (tuple(Column(str(at), tuple(map(str, range(60)))) for at in range(12)), (), "cells"),
    ],
)
def test_a_domain_that_cannot_be_is_refused(
    columns: tuple[Column, ...], forbidden: tuple[dict[str, str], ...], said: str
) -> None:
    with pytest.raises(BadDomain, match=said):
        Domain(columns, forbidden)


@pytest.mark.parametrize(
    ("records", "how", "said"),
    [
        (people(3), {"rho": 0.0}, "above zero"),
        (people(3), {"rho": math.nan}, "above zero"),
        (people(3), {"rho": 1e-30}, "too small"),
        (people(3), {"rho": 1.0, "order": 4}, "from 1 to 3"),
        (people(3), {"rho": 1.0, "most": 0}, "at least one"),
        (people(3)[:, :2], {"rho": 1.0}, "6 columns"),
        (people(3) - 5, {"rho": 1.0}, "not in the lists"),
        (people(3) + 9, {"rho": 1.0}, "not in the lists"),
    ],
)
def test_what_cannot_be_measured_is_refused(records: Records, how: dict[str, float], said: str) -> None:
    with pytest.raises(CannotMeasure, match=said):
        measure(records, REGISTER, source=seeded(1), **how)  # type: ignore[arg-type]
