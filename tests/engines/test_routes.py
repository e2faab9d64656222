"""Networks of routes: published and hand-worked answers, and what must not change an answer."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import fisher_exact

from tutela.engines import routes
from tutela.engines.routes import UNKNOWN, BadNetwork, Network

KITE = {
    0: (1, 2, 3, 5), 1: (3, 4, 6), 2: (3, 5), 3: (4, 5, 6), 4: (6,), 5: (6, 7), 6: (7,), 7: (8,), 8: (9,),
}  # fmt: skip
"""Krackhardt's kite (1990, Administrative Science Quarterly 35: 342-369), each link both ways."""


def linked(*triples: tuple[int, int, float], places: int = 0) -> Network:
    source, target, weight = zip(*triples, strict=True) if triples else ((), (), ())
    return routes.network(places or max((*source, *target)) + 1, source, target, weight)


@st.composite
def networks(draw: st.DrawFn, most: int = 7) -> Network:
    places = draw(st.integers(3, most))
    ends = [(a, b) for a in range(places) for b in range(places) if a != b]
    chosen = draw(st.lists(st.sampled_from(ends), unique=True, min_size=1))
    weights = draw(st.lists(st.integers(1, 6), min_size=len(chosen), max_size=len(chosen)))
    return linked(*((a, b, w) for (a, b), w in zip(chosen, weights, strict=True)), places=places)


def renamed(links: Network, names: np.ndarray) -> Network:
    return routes.network(links.places, names[links.source], names[links.target], links.weight)


# ---------------------------------------------------------------- links
def test_links_that_stand_twice_are_added_and_loops_left_out():
    links = linked((1, 0, 2), (1, 0, 3), (0, 0, 9), (0, 1, 0))
    assert (links.source.tolist(), links.target.tolist(), links.weight.tolist()) == ([1], [0], [5])


@pytest.mark.parametrize(
    ("source", "target", "weight", "why"),
    [
        ([0], [2], [1], "place that is none"),
        ([-1], [0], [1], "place that is none"),
        ([0], [1], [-1], "zero or more"),
        ([0], [1], [float("nan")], "zero or more"),
        ([0], [1, 1], [1], "one start"),
    ],
)
def test_a_link_that_cannot_be_is_refused(source, target, weight, why):
    with pytest.raises(BadNetwork, match=why):
        routes.network(2, source, target, weight)


# ---------------------------------------------------------------- backbone
def test_the_backbone_by_hand():
    alpha = routes.disparity(linked((0, 1, 8), (0, 2, 1), (0, 3, 1), places=4))
    assert alpha == pytest.approx([0.2**2, 0.9**2, 0.9**2])
    assert routes.disparity(linked((0, 1, 5))).tolist() == [1], "one link alone says nothing"


def by_integral(weight: float, weights: np.ndarray) -> float:
    k = len(weights)
    return 1 - (k - 1) * quad(lambda x: (1 - x) ** (k - 2), 0, weight / weights.sum())[0] if k > 1 else 1.0


@given(networks())
def test_alpha_is_the_integral_of_the_paper(links):
    """Serrano and others 2009, equation 1: 1 - (k - 1) times the integral of (1 - x)^(k - 2) up to p."""
    found = routes.disparity(links)
    for place, (a, b, w) in enumerate(zip(links.source, links.target, links.weight, strict=True)):
        ends = [links.weight[links.source == a], links.weight[links.target == b]]
        assert found[place] == pytest.approx(min(by_integral(w, all_) for all_ in ends), abs=1e-9)


# ---------------------------------------------------------------- betweenness
def test_the_kite_has_the_published_betweenness():
    both = [pair for a, many in KITE.items() for b in many for pair in ((a, b, 1), (b, a, 1))]
    published = [0.023, 0.023, 0, 0.102, 0, 0.231, 0.231, 0.389, 0.222, 0]
    assert routes.betweenness(linked(*both)).round(3).tolist() == published


def test_much_recorded_is_near():
    assert routes.betweenness(linked((0, 2, 1), (0, 1, 3), (1, 2, 3)))[1] == 0.5, "1/3 + 1/3 is under 1"
    assert routes.betweenness(linked((0, 2, 3), (0, 1, 3), (1, 2, 3)))[1] == 0
    assert routes.betweenness(linked((0, 2, 3), (0, 1, 6), (1, 2, 6)))[1] == 0.25, "as long: they share"


def brute_betweenness(links: Network) -> np.ndarray:
    """Every simple way between every pair, the shortest of them counted."""
    ways = {(int(a), int(b)): 1 / w for a, b, w in zip(links.source, links.target, links.weight, strict=True)}
    total = np.zeros(links.places)

    def all_ways(at: int, end: int, passed: tuple[int, ...], far: float):
        if at == end:
            yield far, passed[1:-1]
        else:
            for (a, b), length in ways.items():
                if a == at and b not in passed:
                    yield from all_ways(b, end, (*passed, b), far + length)

    for start in range(links.places):
        for end in set(range(links.places)) - {start}:
            found = list(all_ways(start, end, (start,), 0.0))
            best = [between for far, between in found if far <= min(found)[0] + 1e-9]
            for between in best:
                total[list(between)] += 1 / len(best)
    return total / ((links.places - 1) * (links.places - 2))


@settings(max_examples=60)
@given(networks(most=5))
def test_betweenness_is_that_of_all_ways_written_down(links):
    assert routes.betweenness(links) == pytest.approx(brute_betweenness(links), abs=1e-9)


@given(networks(), st.sampled_from([0.1, 3, 7, 1e6]), st.randoms())
def test_scaling_and_renaming_change_nothing(links, times, chance):
    names = np.array(chance.sample(range(links.places), links.places))
    more = routes.network(links.places, links.source, links.target, links.weight * times)
    assert routes.betweenness(more) == pytest.approx(routes.betweenness(links))
    assert routes.disparity(more) == pytest.approx(routes.disparity(links))
    other = renamed(links, names)
    assert routes.betweenness(other)[names] == pytest.approx(routes.betweenness(links))
    assert sorted(routes.disparity(other)) == pytest.approx(sorted(routes.disparity(links)))


# ---------------------------------------------------------------- cuts
def test_the_flow_of_the_textbook():
    """Cormen and others, Introduction to Algorithms, figure 26.6: 23, cut at v1-v3, v4-v3 and v4-t.

    Each link of the book stands here as a place that costs what the link carries.
    """
    book = [
        ("s", "v1", 16), ("s", "v2", 13), ("v1", "v3", 12), ("v2", "v1", 4), ("v3", "v2", 9),
        ("v2", "v4", 14), ("v4", "v3", 7), ("v3", "t", 20), ("v4", "t", 4),
    ]  # fmt: skip
    names = ["s", "t", "v1", "v2", "v3", "v4"]
    steps, cost = [], [1000] * len(names)
    for a, b, carries in book:
        steps += [(names.index(a), len(cost), 1), (len(cost), names.index(b), 1)]
        cost.append(carries)
    found = routes.cut(linked(*steps), [0], [1], cost)
    assert found.cost == 23
    assert [book[place - 6][:2] for place in found.places] == [("v1", "v3"), ("v4", "v3"), ("v4", "t")]


def test_straight_links_are_told_and_not_cut():
    found = routes.cut(linked((0, 3, 5), (0, 1, 2), (0, 2, 2), (1, 3, 1), (2, 3, 1)), [0], [3])
    assert found.places.tolist() == [1, 2]
    assert found.cost == 2
    assert found.direct.sum() == 1


def test_a_bottleneck_is_one_place():
    found = routes.cut(linked((0, 2, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1), (3, 5, 1)), [0, 1], [4, 5])
    assert (found.places.tolist(), found.cost) == ([2], 1), "the one nearest to the sources"


@pytest.mark.parametrize(
    ("sources", "targets", "cost", "why"),
    [
        ([], [1], None, "start from"),
        ([0], [0, 1], None, "both sides"),
        ([0], [7], None, "none"),
        ([0], [1], [1, 0], "above zero"),
        ([0], [1], [1, 0.5], "above zero"),
        ([0], [1], [2**30, 1], "too large"),
    ],
)
def test_a_cut_that_cannot_be_is_refused(sources, targets, cost, why):
    with pytest.raises(BadNetwork, match=why):
        routes.cut(linked((0, 1, 1)), sources, targets, cost)


def reaches(links: Network, without: set[int]) -> bool:
    """Whether a way leads from place 0 to the last, but not straight."""
    last, seen, ahead = links.places - 1, {0}, [0]
    while ahead:
        at = ahead.pop()
        for a, b in zip(links.source, links.target, strict=True):
            if a == at and b not in seen | without and (a, b) != (0, last):
                seen.add(int(b))
                ahead.append(int(b))
    return last in seen


@settings(max_examples=60)
@given(networks())
def test_no_smaller_set_of_places_cuts_all_ways(links):
    found = routes.cut(links, [0], [links.places - 1])
    assert not reaches(links, set(found.places.tolist()))
    assert found.cost == len(found.places)
    for fewer in combinations(range(1, links.places - 1), max(found.cost - 1, 0)):
        assert found.cost == 0 or reaches(links, set(fewer))


@given(networks(), st.data())
def test_another_link_never_lowers_the_flow(links, data):
    a, b = data.draw(st.lists(st.integers(0, links.places - 1), min_size=2, max_size=2, unique=True))
    cost = data.draw(st.lists(st.integers(1, 9), min_size=links.places, max_size=links.places))
    more = routes.network(links.places, [*links.source, a], [*links.target, b], [*links.weight, 1.0])
    ends = [0], [links.places - 1]
    assert routes.cut(more, *ends, cost).cost >= routes.cut(links, *ends, cost).cost


@given(networks(), st.randoms())
def test_a_cut_does_not_hang_on_the_numbers_of_places(links, chance):
    names = np.array(chance.sample(range(links.places), links.places))
    found = routes.cut(links, [0], [links.places - 1])
    other = routes.cut(renamed(links, names), [names[0]], [names[links.places - 1]])
    assert sorted(names[found.places]) == other.places.tolist()
    assert found.cost == other.cost


# ---------------------------------------------------------------- triples
def told(*rows: tuple[int, int, int, int], places: int = 6) -> routes.Routes:
    return routes.routes(places, *(np.array(column, dtype=int) for column in zip(*rows, strict=True)))


def test_legs_go_by_way_of_the_transit_and_pairs_do_not():
    some = told((0, 1, 2, 3), (0, UNKNOWN, 2, 4), (0, 1, UNKNOWN, 1), (0, 1, 2, 1), (3, UNKNOWN, 3, 7))
    legs, pairs = routes.legs(some), routes.pairs(some)
    assert list(zip(legs.source, legs.target, legs.weight, strict=True)) == [(0, 1, 5), (0, 2, 4), (1, 2, 4)]
    assert list(zip(pairs.source, pairs.target, pairs.weight, strict=True)) == [(0, 2, 8)]
    assert routes.on_the_way(some, [0], [2]).tolist() == [0, 4, 0, 0, 0, 0]


def test_halves_that_meet_are_a_guess_and_what_is_told_is_none():
    halves = [(0, 1, UNKNOWN, 5), (3, 1, UNKNOWN, 2), (UNKNOWN, 1, 2, 3), (UNKNOWN, 1, 3, 9)]
    found = routes.guesses(told(*halves, (3, 1, 2, 1)))
    assert [(one.origin, one.transit, one.destination, one.at_most) for one in found] == [
        (0, 1, 3, 5),
        (0, 1, 2, 3),
    ], "3-1-2 is told, 3-1-3 comes back"
    assert routes.guesses(told((0, 1, 2, 1), (0, UNKNOWN, 3, 1))) == []


@pytest.mark.parametrize(
    ("row", "why"),
    [((0, UNKNOWN, UNKNOWN, 1), "two places"), ((0, 1, 6, 1), "is none"), ((0, 1, 2, -1), "zero or more")],
)
def test_a_route_that_cannot_be_is_refused(row, why):
    with pytest.raises(BadNetwork, match=why):
        told(row)


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 3, st.integers(0, 4)), min_size=1), st.randoms())
def test_the_order_of_records_changes_nothing_and_none_is_lost(rows, chance):
    some, other = told(*rows), told(*chance.sample(rows, len(rows)))
    assert all(np.array_equal(getattr(some, one), getattr(other, one)) for one in ("origin", "records"))
    assert some.records.sum() == sum(row[3] for row in rows)


# ---------------------------------------------------------------- change
def test_twins_of_convicts():
    """Fisher's table, as R prints it: 2 of 12 against 15 of 18, p = 0.0005367."""
    found = routes.changed([2, 10], [15, 3])
    assert found.p[0] == pytest.approx(0.0005367241)
    assert found.ratio[0] == pytest.approx((15 / 18) / (2 / 12))


def test_false_findings_as_benjamini_and_hochberg_print_them():
    """Their 15 p-values of 1995, section 4: four are found at 0.05."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
        0.6528, 0.7590, 1.0,
    ]  # fmt: skip
    q = routes.expected_false(p)
    assert (q <= 0.05).sum() == 4
    assert q[3] == pytest.approx(0.0095 * 15 / 4)
    assert routes.expected_false([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02]), "as R"
    assert routes.expected_false(p[::-1])[::-1] == pytest.approx(q)


counts = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=8).filter(
    lambda rows: any(a for a, _ in rows) and any(b for _, b in rows)
)


@given(counts)
def test_each_change_is_fishers_test_against_all_others(rows):
    before, after = np.array(rows).T
    found = routes.changed(before, after)
    for a, b, p in zip(before, after, found.p, strict=True):
        table = [[a, before.sum() - a], [b, after.sum() - b]]
        assert p == pytest.approx(fisher_exact(table).pvalue, rel=1e-6)
    assert np.all(found.q >= found.p)
    assert routes.changed(after, before).p == pytest.approx(found.p), "time turned round"


def test_the_whole_by_permutation():
    def chance() -> np.random.Generator:
        return np.random.default_rng(3)

    assert routes.composition([50, 50, 0], [0, 50, 50], chance=chance()) == 0.001
    assert routes.composition([50, 50, 20], [50, 50, 20], chance=chance()) == 1
    small = routes.composition([3, 1], [1, 3], chance=chance(), runs=20_000)
    assert small == pytest.approx(34 / 70, abs=0.01), "Fisher's lady who tastes tea: 0.486"


def test_chance_alone_is_found_as_often_as_it_should_be():
    chance = np.random.default_rng(8)
    p = [
        routes.composition(*chance.multinomial(60, [0.25] * 4, size=2), chance=chance, runs=99)
        for _ in range(300)
    ]
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.09


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [([0, 0], [1, 2], "nothing before"), ([1], [1, 2], "zero or more"), ([-1, 2], [1, 1], "zero or more")],
)
def test_a_change_that_cannot_be_compared_is_refused(before, after, why):
    with pytest.raises(BadNetwork, match=why):
        routes.changed(before, after)
