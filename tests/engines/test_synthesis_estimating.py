"""The likeliest counts are made of the noisy tables alone, never negative, and closer to the truth."""

from __future__ import annotations

import tracemalloc
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.engines.synthesis_examples import REGISTER, people, seeded

from tutela.engines.synthesis import (
    Column,
    Domain,
    Measured,
    Records,
    estimate,
    estimating,
    measure,
    measuring,
)
from tutela.engines.synthesis.estimating import MOST_SHRUNK

LONG = Domain(
    (
        Column("citizenship", tuple(map(str, range(60)))),
        Column("country", tuple(map(str, range(60)))),
        Column("year", tuple(map(str, range(8)))),
        Column("sex", ("", "female", "male")),
    )
)


def along_routes(count: int) -> Records:
    """People of LONG whose countries go together: most combinations hold nobody, most others one person."""
    chance = np.random.default_rng(5)
    ranks = 1 / np.arange(1, 61) ** 1.2
    country = chance.choice(60, size=count, p=ranks / ranks.sum())
    citizenship = np.where(chance.random(count) < 0.7, (country * 7 + 3) % 60, chance.integers(0, 60, count))
    year = np.minimum(7, chance.poisson(1 + country % 5, count))
    return np.stack([citizenship, country, year, chance.integers(0, 3, count)], axis=1).astype(np.int32)


def errors(measured: Measured, records: Records, order: int) -> tuple[float, float]:
    """The mean error in a cell of the estimates, and of noisy numbers with negatives cut."""
    held = np.ascontiguousarray(records.T)
    tables = estimate(measured).tables
    ours, others, cells = 0.0, 0.0, 0
    for table in measured.tables((order,)):
        real = measuring.counts(held, measured.domain, table.places)
        ours += float(np.abs(tables[table.places] - real).sum())
        others += float(np.abs(np.maximum(table.values, 0) - real).sum())
        cells += real.size
    return ours / cells, others / cells


def test_where_most_combinations_hold_nobody_errors_are_a_fraction() -> None:
    records = along_routes(5000)
    measured = measure(records, LONG, rho=0.3, source=seeded(1))
    for order, times in ((2, 1.5), (3, 4)):
        ours, others = errors(measured, records, order)
        assert ours < others / times


def test_where_cells_are_full_errors_are_not_larger() -> None:
    records = people(50_000)
    measured = measure(records, REGISTER, rho=1, source=seeded(2))
    for order in (1, 2, 3):
        ours, others = errors(measured, records, order)
        assert ours < others * 1.02


def test_tables_of_long_lists_hold_about_as_many_people_as_there_are() -> None:
    """A small departure left in each of many empty cells would add up to several times the people."""
    measured = measure(along_routes(5000), LONG, rho=0.3, source=seeded(3))
    estimated = estimate(measured)
    for places, cells in estimated.tables.items():
        room = {1: 1e-4, 2: 0.05, 3: 0.05}[len(places)]
        assert cells.sum() == pytest.approx(estimated.people, rel=room)


def test_almost_without_noise_the_estimates_are_the_counts() -> None:
    records = people(3000)
    tables = estimate(measure(records, REGISTER, rho=1e6, source=seeded(4))).tables
    held = np.ascontiguousarray(records.T)
    assert set(tables) == {places for size in (1, 2, 3) for places in combinations(range(6), size)}
    for places, cells in tables.items():
        assert np.abs(cells - measuring.counts(held, REGISTER, places)).max() < 0.1


def test_what_is_impossible_is_held_by_nobody() -> None:
    domain = Domain(REGISTER.columns, forbidden=({"country": "C"}, {"sex": "male", "pregnant": "1"}))
    estimated = estimate(measure(people(200), domain, rho=0.01, source=seeded(5)))
    for places, cells in estimated.tables.items():
        assert (cells[domain.impossible_cells(places)] == 0).all()


def test_a_cell_unlike_all_others_is_not_lost() -> None:
    records = np.zeros((4000, 4), dtype=np.int32)
    records[:, :3] = along_routes(4000)[:, :3]
    records[:400, :3] = (59, 58, 7)
    measured = measure(records, LONG, rho=0.3, source=seeded(6))
    least = 400 - (MOST_SHRUNK + 4) * measured.table((0, 1, 2)).standard_error
    assert estimate(measured).tables[0, 1, 2][59, 58, 7] > least > 200


def test_a_true_departure_is_taken_for_no_more_than_three_errors_smaller_than_the_noisy_one() -> None:
    shape = len(estimating._GROUPS) + 1, len(estimating._DEPARTURES)
    noise = np.random.default_rng(1).normal(size=200_000)
    seen = np.zeros(shape)
    seen[1] = np.histogram(noise, shape[1], (-8.025, 8.025))[0]
    seen[1, -20] += 1
    apart = np.abs(estimating._means(seen, 2.5)[1] - estimating._DEPARTURES)
    assert apart[np.abs(estimating._DEPARTURES) < 2].max() > 1.9
    assert apart.max() == pytest.approx(MOST_SHRUNK)


def test_what_depends_two_by_two_alone_is_found_from_its_tables_of_two() -> None:
    chance = np.random.default_rng(2)
    ab, bc, ac = (chance.uniform(0.5, 2, size) for size in ((3, 4), (4, 5), (3, 5)))
    true = 10 * ab[:, :, None] * bc[None] * ac[:, None]
    tables = (true.sum(axis=axis).astype(np.float32) for axis in range(3))
    found = estimating._fitted(np.ones(true.shape, dtype=bool), *tables)
    assert np.abs(found / true - 1).max() < 0.01


def test_a_large_table_takes_little_more_memory_than_its_counts() -> None:
    """About a hundred bytes a cell, all cells at once, would be gigabytes for the largest table."""
    domain = Domain(tuple(Column(name, tuple(map(str, range(70)))) for name in "abc"))
    records = np.random.default_rng(1).integers(0, 70, size=(2000, 3), dtype=np.int32)
    measured = measure(records, domain, rho=0.3, source=seeded(7))
    tracemalloc.start()
    try:
        estimate(measured)
        assert tracemalloc.get_traced_memory()[1] < 60 * 70**3
    finally:
        tracemalloc.stop()


def test_how_many_cells_are_worked_on_at_a_time_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = measure(along_routes(2000), LONG, rho=0.3, source=seeded(8))
    whole = estimate(measured).tables
    monkeypatch.setattr(estimating, "_AT_ONCE", 777)
    for places, cells in estimate(measured).tables.items():
        assert np.array_equal(cells, whole[places])


@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=4),
    st.integers(0, 80),
    st.floats(1e-3, 1e3),
    st.integers(1, 3),
    st.integers(0, 2**32),
)
@example([2, 2, 1], 0, 1e3, 3, 2108016039)  # at least one person is taken for granted
@settings(deadline=None, max_examples=60)
def test_whatever_is_measured_is_estimated_within_reach_of_it(
    sizes: list[int], real: int, rho: float, order: int, seed: int
) -> None:
    domain = Domain(tuple(Column(str(at), tuple(map(str, range(size)))) for at, size in enumerate(sizes)))
    records = np.random.default_rng(seed).integers(0, sizes, size=(real, len(sizes)), dtype=np.int32)
    measured = measure(records, domain, rho=rho, order=order, source=seeded(seed))
    first, again = estimate(measured), estimate(measured)
    for table in measured.tables((1, 2, 3)):
        cells = first.tables[table.places]
        assert np.array_equal(cells, again.tables[table.places])
        assert np.isfinite(cells).all()
        assert (cells >= 0).all()
        if len(table.places) == 3:
            reach = (MOST_SHRUNK + 3) * table.standard_error + 1e-3 + (first.people - measured.people)
            assert (cells <= np.maximum(table.values + reach, 0)).all()
            assert (cells >= np.maximum(table.values - reach, 0)).all()
