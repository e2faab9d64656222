"""Late reports, imports in bulk, the budget of false alarms, and what stands out among many series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines.surveillance import (
    BadSeries,
    alpha_for,
    bulk_imports,
    delays_of,
    nowcast,
    stand_out,
    suspended,
)


def reports(number: int = 6_000, periods: int = 60, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Events and receipts of invented reports: half at once, the rest within three periods."""
    chance = np.random.default_rng(seed)
    event = chance.integers(0, periods, number)
    received = event + chance.choice(4, number, p=[0.5, 0.25, 0.15, 0.1])
    kept = received < periods
    return event[kept], received[kept]


def test_delays_are_learned_from_what_could_be_seen():
    event, received = reports()
    found = delays_of(event, received, np.ones(len(event)), now=59, longest=6)
    assert found.reached[:4] == pytest.approx([0.5, 0.75, 0.9, 1.0], abs=0.03)
    assert found.known(3) == pytest.approx([0.9, 0.75, 0.5], abs=0.03)


def test_delays_that_ignore_the_end_would_be_too_short():
    """Reports still to come are not in the data; counting delays alone would not know that."""
    event, received = reports()
    recent = event > 55
    naive = (received - event)[recent] == 0
    found = delays_of(event, received, np.ones(len(event)), now=59, longest=6)
    assert found.reached[0] < naive.mean() - 0.05


def test_cases_of_a_line_count_like_as_many_lines():
    event, received = reports(500)
    cases = np.random.default_rng(2).integers(1, 4, len(event))
    once = delays_of(event, received, cases, now=59, longest=6)
    often = delays_of(
        np.repeat(event, cases), np.repeat(received, cases), np.ones(cases.sum()), now=59, longest=6
    )
    assert once.reached == pytest.approx(often.reached)


def test_a_nowcast_holds_the_truth_as_often_as_it_says():
    chance = np.random.default_rng(3)
    truth = chance.poisson(20, (4_000, 1))
    seen = chance.binomial(truth, 0.4)
    found = nowcast(seen, [0.4], level=0.9)
    assert found.mean.mean() == pytest.approx(20, rel=0.06)
    assert 0.87 < ((found.low <= truth) & (truth <= found.high)).mean() < 0.96


@given(st.lists(st.integers(0, 50), min_size=1, max_size=5), st.floats(0.01, 1))
@settings(max_examples=40)
def test_a_nowcast_never_takes_cases_away(seen, known):
    found = nowcast([seen], [known] * len(seen))
    assert (found.low >= seen).all()
    assert (found.low <= found.high).all()
    assert (found.mean >= seen).all()
    complete = nowcast([seen], [1.0] * len(seen))
    assert complete.high[0].tolist() == complete.mean[0].tolist() == seen


def test_an_import_of_old_cases_is_seen():
    event, received = reports(3_000)
    old = np.random.default_rng(4).integers(0, 20, 400)
    event, received = np.concatenate([event, old]), np.concatenate([received, np.full(400, 50)])
    bulk = bulk_imports(event, received, np.ones(len(event)))
    assert bulk[-400:].all()
    assert not bulk[:-400].any()
    paused = suspended(received[bulk], periods=60, rest=2)
    assert np.flatnonzero(paused).tolist() == [50, 51, 52]


def test_a_real_outbreak_is_no_import():
    event, received = reports(3_000)
    event, received = np.concatenate([event, np.full(400, 50)]), np.concatenate([received, np.full(400, 50)])
    assert not bulk_imports(event, received, np.ones(len(event))).any()


def test_a_budget_is_shared_among_all_series_and_weeks():
    assert alpha_for(12, series=10, periods=52) == pytest.approx(12 / 520)
    assert alpha_for(1e6, series=1, periods=52) == 0.05


def test_without_groups_it_is_benjamini_and_hochberg():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    assert stand_out(p, [0] * 10, level=0.05).tolist() == [True, True, *[False] * 8]


def test_a_group_without_anything_rare_is_not_looked_into():
    p = [1e-6, 0.5, 0.04, 0.9]
    assert stand_out(p, [0, 0, 1, 1], level=0.05).tolist() == [True, False, False, False]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3)), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60)
def test_the_order_of_series_does_not_matter(rows, order):
    p, groups = zip(*rows, strict=True)
    places = list(range(len(rows)))
    order.shuffle(places)
    straight = stand_out(p, groups, level=0.1)
    mixed = stand_out([p[n] for n in places], [groups[n] for n in places], level=0.1)
    assert mixed.tolist() == straight[places].tolist()


def test_among_series_without_outbreaks_few_stand_out():
    chance = np.random.default_rng(6)
    groups = np.repeat(np.arange(10), 20)
    found = [stand_out(chance.random(200), groups, level=0.1).any() for _ in range(300)]
    assert np.mean(found) < 0.15


def test_a_series_without_an_answer_never_stands_out():
    assert stand_out([np.nan, 0.0], [0, 0], level=0.1).tolist() == [False, True]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: delays_of([1], [2], [3], now=5, longest=3), "fewer than 50"),
        (lambda: delays_of([2], [1], [99], now=5, longest=3), "before it happened"),
        (lambda: delays_of([2], [1, 2], [99], now=5, longest=3), "one period"),
        (lambda: nowcast([1], [0.0]), "above 0"),
        (lambda: alpha_for(0, series=1, periods=52), "above zero"),
        (lambda: stand_out([0.1], [1, 2], level=0.1), "its group"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(call, says):
    with pytest.raises(BadSeries, match=says) as refused:
        call()
    assert str(refused.value).endswith(".")


def false_parts(named, groups, true, p_of, *, sets=300):
    """The mean false part over the groups that were chosen, on average over sets."""
    chance = np.random.default_rng(6)
    found_parts = []
    for _ in range(sets):
        found = named(p_of(chance))
        chosen = np.unique(groups[found])
        parts = [(found & ~true)[groups == one].mean() / found[groups == one].mean() for one in chosen]
        found_parts.append(np.mean(parts) if parts else 0.0)
    return float(np.mean(found_parts))


@pytest.mark.parametrize("risen", [(2, 10), (20, 1)])
def test_in_the_chosen_groups_few_are_false_where_one_list_of_all_would_not_hold_it(risen):
    """What makes it hierarchical: 20 groups of 25; in some of them some series have risen."""
    groups = np.repeat(np.arange(20), 25)
    true = (groups < risen[0]) & (np.tile(np.arange(25), 20) < risen[1])

    def p_of(chance):
        return np.where(true, chance.beta(0.02, 1, len(groups)), chance.random(len(groups)))

    ours = false_parts(lambda p: stand_out(p, groups, level=0.1), groups, true, p_of)
    assert ours < 0.12
    if risen[0] < 20:
        one_list = false_parts(lambda p: stand_out(p, np.zeros(500), level=0.1), groups, true, p_of)
        assert one_list > 0.3
