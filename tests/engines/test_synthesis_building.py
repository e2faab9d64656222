"""Synthetic records are made of the noisy tables alone, resemble them, and hold nothing impossible."""

from __future__ import annotations

import csv
import gzip
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.synthesis_examples import REGISTER, people, seeded

from tutela.engines.synthesis import (
    CannotMeasure,
    CannotSynthesise,
    Column,
    Domain,
    Estimated,
    Measured,
    Records,
    building,
    distance,
    estimate,
    measure,
    measuring,
    quality,
    rho_of,
    starting,
    synthesise,
)

CTDC = Path(__file__).parents[2].parent / "shared" / "data" / "ctdc_global_kanon_2020_recoded_14k.csv.gz"


def made(measured: Measured, count: int, seed: int = 1) -> Records:
    return synthesise(estimate(measured), people=count, generator=np.random.default_rng(seed))


def apart(first: Records, second: Records, domain: Domain, order: int) -> float:
    """The mean total variation distance over tables of `order` columns."""
    one, other = np.ascontiguousarray(first.T), np.ascontiguousarray(second.T)
    return float(
        np.mean(
            [
                np.abs(
                    measuring.counts(one, domain, places) / len(first)
                    - measuring.counts(other, domain, places) / len(second)
                ).sum()
                / 2
                for places in combinations(range(len(domain.columns)), order)
            ]
        )
    )


def test_records_resemble_the_people_in_tables_of_three() -> None:
    records = people(5000)
    measured = measure(records, REGISTER, rho=rho_of(epsilon=4), source=seeded(1))
    synthetic = made(measured, 5000)
    shuffled = np.stack(
        [np.random.default_rng(at).permutation(column) for at, column in enumerate(records.T)], 1
    )
    assert apart(records, synthetic, REGISTER, 3) < 0.025
    assert apart(records, synthetic, REGISTER, 3) < apart(records, shuffled, REGISTER, 3) / 4
    assert apart(records, synthetic, REGISTER, 1) < 0.01


def test_nothing_impossible_is_made_even_from_much_noise() -> None:
    measured = measure(people(300), REGISTER, rho=0.001, source=seeded(2))
    synthetic = made(measured, 3000)
    assert not REGISTER.is_impossible(synthetic).any()
    assert len(np.unique(synthetic[:, 1])) > 1


def test_rules_over_columns_that_were_not_measured_together_hold_too() -> None:
    rule = {"sex": "female", "country": "B", "labour": "1", "sexual": "1"}
    domain = Domain(REGISTER.columns, forbidden=({"country": "C"}, {"country": ""}, rule))
    synthetic = made(measure(people(500), domain, rho=1, order=2, source=seeded(3)), 2000)
    assert not domain.is_impossible(synthetic).any()
    assert 0 not in synthetic[:, 2]


def test_the_same_seed_makes_the_same_records_and_another_seed_others() -> None:
    measured = measure(people(400), REGISTER, rho=0.5, source=seeded(4))
    assert np.array_equal(made(measured, 300, 1), made(measured, 300, 1))
    assert not np.array_equal(made(measured, 300, 1), made(measured, 300, 2))


def test_records_are_a_function_of_the_measured_tables_alone() -> None:
    even = np.array([[a, b, (a + b) % 2] for a in (0, 1) for b in (0, 1)] * 50, dtype=np.int32)
    odd = even.copy()
    odd[:, 2] = 1 - odd[:, 2]
    domain = Domain(tuple(Column(name, ("0", "1")) for name in "abc"))
    first, second = (made(measure(one, domain, rho=1, order=2, source=seeded(5)), 200) for one in (even, odd))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("columns", [1, 2, 6])
def test_any_order_and_number_of_columns_will_do(order: int, columns: int) -> None:
    domain = Domain(REGISTER.columns[:columns])
    records = np.ascontiguousarray(people(2000)[:, :columns])
    synthetic = made(measure(records, domain, rho=1, order=order, source=seeded(6)), 2000)
    assert synthetic.shape == (2000, columns)
    assert apart(records, synthetic, domain, 1) < 0.03


def to_fit(order: int, count: int) -> tuple[Estimated, Records]:
    """Columns × people before they are fitted; lists of different lengths, so that a wrong cell shows."""
    sizes = (3, 2, 5, 1, 4)
    domain = Domain(tuple(Column(str(at), tuple(map(str, range(size)))) for at, size in enumerate(sizes)))
    records = np.random.default_rng(1).integers(0, sizes, size=(count, 5), dtype=np.int32)
    estimated = estimate(measure(records, domain, rho=0.1, order=order, source=seeded(12)))
    return estimated, starting.start(estimated, people=count, generator=np.random.default_rng(1))


@pytest.mark.parametrize("order", [2, 3])
def test_what_fitting_knows_of_each_table_is_what_a_recount_gives(order: int) -> None:
    estimated, held = to_fit(order, 500)
    before = held.copy()
    fitting = building._Fitting(estimated, held, np.random.default_rng(2))
    fitting.run()
    recount = building._differences(estimated, held)
    assert set(fitting.too_many) == set(recount)
    assert (before != held).any(axis=1).tolist() == [True, True, True, False, True]
    for places, too_many in fitting.too_many.items():
        assert np.abs(too_many - recount[places]).max() < 0.01


def test_one_record_at_a_time_no_change_takes_the_tables_further_away() -> None:
    estimated, held = to_fit(3, 60)
    fitting = building._Fitting(estimated, held, np.random.default_rng(2))
    misfit = [sum(float((table**2).sum()) for table in fitting.too_many.values())]
    for who in range(60):
        part = fitting._part(np.array([who]))
        for place in range(5):
            fitting._change(part, place)
            misfit.append(sum(float((table**2).sum()) for table in fitting.too_many.values()))
    assert (np.diff(misfit) < 0.1).all()
    assert misfit[-1] < misfit[0]


def test_fewer_combinations_are_made_up_than_if_rare_cells_counted_like_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = people(1000)
    measured = measure(records, REGISTER, rho=0.5, source=seeded(13))

    def made_up() -> float:
        real, other = np.ascontiguousarray(records.T), np.ascontiguousarray(made(measured, 1000).T)
        both = [
            (measuring.counts(real, REGISTER, places), measuring.counts(other, REGISTER, places))
            for places in combinations(range(6), 3)
        ]
        return sum(int(((ours > 0) & (theirs == 0)).sum()) for theirs, ours in both)

    fewer = made_up()
    monkeypatch.setattr(building, "_RELUCTANCE", np.float32(0))
    assert fewer < 0.8 * made_up()


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=5),
    st.integers(0, 60),
    st.integers(0, 60),
    st.floats(1e-3, 100),
    st.integers(0, 2**32),
)
@settings(deadline=None, max_examples=60)
def test_whatever_is_measured_gives_as_many_valid_records_as_asked(
    sizes: list[int], real: int, count: int, rho: float, seed: int
) -> None:
    domain = Domain(tuple(Column(str(at), tuple(map(str, range(size)))) for at, size in enumerate(sizes)))
    records = np.random.default_rng(seed).integers(0, sizes, size=(real, len(sizes)), dtype=np.int32)
    synthetic = made(measure(records, domain, rho=rho, source=seeded(seed)), count, seed)
    assert synthetic.shape == (count, len(sizes))
    assert synthetic.dtype == np.int32
    assert ((synthetic >= 0) & (synthetic < sizes)).all()


def test_what_cannot_be_made_is_refused() -> None:
    measured = measure(people(20), REGISTER, rho=1, source=seeded(7))
    with pytest.raises(CannotSynthesise, match="negative"):
        made(measured, -1)
    closed = Domain((Column("a", ("1", "2")),), forbidden=({"a": "1"}, {"a": "2"}))
    nobody = np.empty((0, 1), dtype=np.int32)
    with pytest.raises(CannotSynthesise, match="impossible"):
        made(measure(nobody, closed, rho=1, source=seeded(7)), 5)
    pair = tuple({"a": one, "b": other} for one in "12" for other in "12")
    shut = Domain((Column("a", ("1", "2")), Column("b", ("1", "2"))), forbidden=pair)
    with pytest.raises(CannotSynthesise, match="none was found"):
        made(measure(np.empty((0, 2), dtype=np.int32), shut, rho=1, source=seeded(7)), 5)


# ---------------------------------------------------------------- quality
def test_quality_says_how_records_agree_with_the_noisy_tables() -> None:
    records = people(3000)
    measured = measure(records, REGISTER, rho=0.2, source=seeded(8))
    good, bad = quality(measured, made(measured, 3000)), quality(measured, people(3000) * 0)
    assert [one.order for one in good] == [1, 2, 3]
    assert [one.tables for one in good] == [6, 15, 20]
    for better, worse in zip(good, bad, strict=True):
        assert better.inside > 0.85 > worse.inside
        assert better.difference < worse.difference
        assert better.error == worse.error > 0


def test_the_real_records_agree_as_often_as_intervals_promise() -> None:
    records = people(3000)
    measured = measure(records, REGISTER, rho=0.2, source=seeded(9))
    assert quality(measured, records)[2].inside == pytest.approx(0.95, abs=0.03)


def test_the_distance_from_the_truth_is_about_right_and_paid_for() -> None:
    records = people(2000)
    synthetic = people(2000, seed=9)
    found = distance(records, synthetic, REGISTER, rho=0.05, source=seeded(10))
    for one in found:
        assert one.misplaced == pytest.approx(
            apart(records, synthetic, REGISTER, one.order), abs=5 * one.standard_error
        )
        # Scale T / sqrt(2 rho / 3) on a sum that is divided by 2 T people.
        assert one.standard_error == pytest.approx(1 / math.sqrt(2 * 0.05 / 3) / (2 * 2000), rel=0.05)


def test_a_person_more_changes_the_distance_by_no_more_than_is_paid_for() -> None:
    records, synthetic = people(50), people(60, seed=3)
    places = list(combinations(range(6), 2))

    def sums(some: Records) -> int:
        one, other = np.ascontiguousarray(some.T), np.ascontiguousarray(synthetic.T)
        return sum(
            int(np.abs(measuring.counts(one, REGISTER, at) - measuring.counts(other, REGISTER, at)).sum())
            for at in places
        )

    for left_out in range(50):
        assert abs(sums(records) - sums(np.delete(records, left_out, axis=0))) <= len(places)


def test_a_distance_that_cannot_be_measured_is_refused() -> None:
    with pytest.raises(CannotMeasure, match="no synthetic"):
        distance(people(3), people(3)[:0], REGISTER, rho=1, source=seeded(1))
    for rho, said in ((0.0, "above zero"), (1e-40, "too small")):
        with pytest.raises(CannotMeasure, match=said):
            distance(people(3), people(3), REGISTER, rho=rho, source=seeded(1))


# ---------------------------------------------------------------- CTDC
@pytest.mark.reference
@pytest.mark.skipif(not CTDC.exists(), reason="the subset of CTDC's file is not beside the project")
def test_on_the_file_of_ctdc_errors_are_under_the_targets() -> None:
    with gzip.open(CTDC, "rt", encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    lists = [tuple(sorted({row[at] for row in rows})) for at in range(len(head))]
    domain = Domain(tuple(Column(name, codes) for name, codes in zip(head, lists, strict=True)))
    records = domain.encode(rows)
    measured = measure(records, domain, rho=rho_of(epsilon=4, delta=7.3e-6), source=seeded(11))
    held, inside, cells = np.ascontiguousarray(records.T), 0, 0
    for noisy in measured.tables((2, 3)):
        real = measuring.counts(held, domain, noisy.places)
        inside += int(((noisy.low <= real) & (real <= noisy.high)).sum())
        cells += real.size
    assert 0.94 < inside / cells < 0.96
    # pac-synth measures 0.193 here (docs/reference/benchmarks.md); a quarter of it is the target.
    assert apart(records, made(measured, round(measured.people)), domain, 3) < 0.025
