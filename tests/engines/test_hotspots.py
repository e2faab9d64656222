"""The scan finds what working out every window finds, whatever the order of places, the day or the unit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines import hotspots_examples as slow

from tutela.engines.hotspots import (
    BadCounts,
    BadPlaces,
    BadWindows,
    Bernoulli,
    Cluster,
    Geometry,
    GreatCircle,
    Model,
    Network,
    Permutation,
    Plane,
    Poisson,
    Reach,
    Stretched,
    Stretches,
    all_of_time,
    any_time,
    ellipses,
    flattened,
    scan,
    until_now,
)
from tutela.engines.hotspots.models import by_stretch
from tutela.engines.hotspots.search import Problem, highest
from tutela.engines.hotspots.windows import growth

HALF = Reach()


@dataclass(frozen=True, slots=True)
class World:
    """A model with its places, and the same told to the slow way."""

    model: Model
    geometry: Geometry
    stretches: Stretches
    measure: np.ndarray
    ratio: slow.Likelihood
    reach: Reach = HALF

    def windows(self) -> list[slow.Window]:
        return list(slow.windows(self.geometry, self.model.weights, self.stretches, self.reach))

    def best(self) -> float:
        values = (slow.value(w, self.model.cases, self.measure, self.ratio) for w in self.windows())
        return max(values, default=0.0)


def world(seed: int, kind: str, periods: int = 1) -> World:
    """Twelve places, some at one spot or on a grid (ties), with a few cases each."""
    chance = np.random.default_rng(seed)
    x, y = chance.integers(0, 5, (2, 12)).astype(float)
    times = 6 if kind == "permutation" else periods
    cases = chance.poisson(1.5, (12, times))
    cases[0, 0] += 2
    cases[1, -1] += 1
    stretches = all_of_time(1) if times == 1 else (any_time(times, 3) if seed % 2 else until_now(times, 2))
    geometry: Geometry = Plane(x, y)
    if seed % 3 == 0:
        links = np.array([[a, b] for a in range(12) for b in range(a) if chance.random() < 0.25])
        geometry = Network(12, links.reshape(-1, 2), np.ones(len(links)))
    if kind == "bernoulli":
        controls = chance.poisson(2, (12, times)) + 1
        people = cases + controls
        return World(
            Bernoulli(cases, controls),
            geometry,
            stretches,
            people,
            slow.bernoulli(int(cases.sum()), int(people.sum())),
        )
    if kind == "permutation":
        measure = cases.sum(1, keepdims=True) * cases.sum(0, keepdims=True) / cases.sum()
        return World(Permutation(cases), geometry, stretches, measure, slow.poisson(int(cases.sum())))
    population = chance.uniform(1, 9, (12, times))
    measure = population * cases.sum() / population.sum()
    return World(Poisson(cases, population), geometry, stretches, measure, slow.poisson(int(cases.sum())))


KINDS = [("poisson", 1), ("poisson", 6), ("bernoulli", 1), ("bernoulli", 6), ("permutation", 6)]


def clusters(
    model: Model,
    geometry: Geometry,
    stretches: Stretches,
    reach: Reach = HALF,
    runs: int = 1,
) -> tuple[Cluster, ...]:
    chance = np.random.default_rng(7)
    return scan(model, [geometry], stretches, chance=chance, reach=reach, runs=runs, most=20).clusters


# ---------------------------------------------------------------- against every window worked out
@pytest.mark.parametrize(("kind", "periods"), KINDS)
@pytest.mark.parametrize("seed", range(12))
def test_the_best_cluster_is_the_best_of_all_windows(kind, periods, seed):
    one = world(seed, kind, periods)
    best = clusters(one.model, one.geometry, one.stretches)[0]
    assert best.statistic == pytest.approx(one.best(), abs=1e-9)
    window = slow.Window(frozenset(best.places), best.start, best.stop)
    assert window in one.windows()
    assert best.cases == slow.sums(one.model.cases, window)
    assert slow.value(window, one.model.cases, one.measure, one.ratio) == pytest.approx(best.statistic)


@pytest.mark.parametrize(("kind", "periods"), KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_the_highest_of_each_random_run_is_that_of_all_windows(kind, periods, seed):
    """Windows that are passed over because of their threshold would not have been the highest."""
    one = world(seed, kind, periods)
    edges = np.arange(one.stretches.periods + 1)
    drawn = one.model.draw(np.random.default_rng(seed), 30, edges)
    problem = Problem(
        statistic=one.model.statistic,
        growths=(growth(one.geometry, one.model.weights, one.reach),),
        measure=one.model.measure(one.stretches),
        least=2,
    )
    found = highest(problem, by_stretch(drawn, edges, one.stretches))
    windows = one.windows()
    for run in range(30):
        values = (slow.value(w, drawn[..., run], one.measure, one.ratio) for w in windows)
        assert found[run] == pytest.approx(max(values), abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_later_clusters_are_the_best_that_share_no_place_with_earlier_ones(seed):
    one = world(seed, "poisson", 6)
    taken: set[int] = set()
    for found in clusters(one.model, one.geometry, one.stretches):
        free = (w for w in one.windows() if not w.places & taken)
        best = max(slow.value(w, one.model.cases, one.measure, one.ratio) for w in free)
        assert found.statistic == pytest.approx(best, abs=1e-9)
        taken |= set(found.places)
    rest = (w for w in one.windows() if not w.places & taken)
    assert all(slow.value(w, one.model.cases, one.measure, one.ratio) <= 1e-9 for w in rest)


def test_windows_stay_within_share_and_radius():
    one = world(4, "poisson")
    for reach in (Reach(share=0.2), Reach(radius=1.0), Reach(share=0.3, radius=2.0)):
        allowed = list(slow.windows(one.geometry, one.model.weights, one.stretches, reach))
        for found in clusters(one.model, one.geometry, one.stretches, reach):
            assert slow.Window(frozenset(found.places), found.start, found.stop) in allowed


# ---------------------------------------------------------------- what must not matter
@given(seed=st.integers(0, 10_000), kind=st.sampled_from(KINDS))
@settings(max_examples=60, deadline=None)
def test_the_order_of_places_does_not_matter(seed, kind):
    one = world(seed, *kind)
    shuffled = np.random.default_rng(seed + 1).permutation(12)
    back = np.argsort(shuffled)
    geometry: Geometry
    match one.geometry:
        case Plane(x=x, y=y):
            geometry = Plane(x[shuffled], y[shuffled])
        case Network(links=links, lengths=lengths):
            geometry = Network(12, back[links].reshape(-1, 2), lengths)
    match one.model:
        case Poisson(cases=cases, expected=expected):
            model: Model = Poisson(cases[shuffled], expected[shuffled])
        case Bernoulli(cases=cases, controls=controls):
            model = Bernoulli(cases[shuffled], controls[shuffled])
        case Permutation(cases=cases):
            model = Permutation(cases[shuffled])
    first = clusters(one.model, one.geometry, one.stretches)
    second = clusters(model, geometry, one.stretches)
    assert second[0].statistic == pytest.approx(first[0].statistic, abs=1e-9)
    values = [slow.value(w, one.model.cases, one.measure, one.ratio) for w in set(one.windows())]
    if sum(value >= first[0].statistic - 1e-9 for value in values) == 1:
        assert {int(shuffled[place]) for place in second[0].places} == set(first[0].places)


def test_later_days_give_the_same_clusters_later():
    """Two empty periods before and a shift of all that happened: the same stretches, two periods later."""
    one = world(5, "poisson", 6)
    model = one.model
    assert isinstance(model, Poisson)
    early = clusters(model, one.geometry, any_time(6, 3))
    shifted = Poisson(np.pad(model.cases, ((0, 0), (2, 0))), np.pad(model.expected, ((0, 0), (2, 0))))
    late = clusters(shifted, one.geometry, any_time(8, 3))
    assert [(c.start, c.stop, c.statistic) for c in late] == [
        (c.start + 2, c.stop + 2, pytest.approx(c.statistic)) for c in early
    ]


@given(seed=st.integers(0, 10_000), factor=st.floats(1e-6, 1e6))
@settings(max_examples=40, deadline=None)
def test_a_population_counted_in_another_unit_changes_nothing(seed, factor):
    one = world(seed, "poisson")
    model = one.model
    assert isinstance(model, Poisson)
    first = clusters(model, one.geometry, one.stretches, runs=19)
    second = clusters(Poisson(model.cases, model.expected * factor), one.geometry, one.stretches, runs=19)
    assert [c.statistic for c in second] == [pytest.approx(c.statistic, abs=1e-8) for c in first]
    assert [c.p for c in second] == [c.p for c in first]


@given(seed=st.integers(0, 10_000), more=st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_cases_added_inside_a_window_never_lower_its_statistic(seed, more):
    one = world(seed, "poisson", 6)
    model = one.model
    assert isinstance(model, Poisson)
    best = clusters(model, one.geometry, one.stretches)[0]
    cases = model.cases.copy()
    cases[best.places[0], best.start] += more
    again = clusters(Poisson(cases, model.expected), one.geometry, one.stretches)[0]
    assert again.statistic >= best.statistic - 1e-9
    inside = slow.Window(frozenset(best.places), best.start, best.stop)
    measure = model.expected * cases.sum() / model.expected.sum()
    assert slow.value(inside, cases, measure, slow.poisson(int(cases.sum()))) >= best.statistic - 1e-9


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_a_control_that_turns_out_a_case_never_lowers_the_statistic_of_its_window(seed):
    one = world(seed, "bernoulli")
    model = one.model
    assert isinstance(model, Bernoulli)
    best = clusters(model, one.geometry, one.stretches)[0]
    cases, controls = model.cases.copy(), model.controls.copy()
    cases[best.places[0]] += 1
    controls[best.places[0]] -= 1
    again = clusters(Bernoulli(cases, controls), one.geometry, one.stretches)[0]
    assert again.statistic >= best.statistic - 1e-9


def test_one_seed_gives_one_answer_however_many_runs_are_worked_out_at_once(monkeypatch):
    one = world(1, "permutation")
    wanted = scan(one.model, [one.geometry], one.stretches, chance=np.random.default_rng(3), stop_after=9)
    monkeypatch.setattr("tutela.engines.hotspots.scanning._RUNS_BETWEEN_STOPS", 7)
    monkeypatch.setattr("tutela.engines.hotspots.models._CELLS_AT_ONCE", 300)
    monkeypatch.setattr("tutela.engines.hotspots.search._COUNTS_AT_ONCE", 40)
    monkeypatch.setattr("tutela.engines.hotspots.search._WINDOWS_AT_ONCE", 50)
    monkeypatch.setattr("tutela.engines.hotspots.windows._CENTRES_AT_ONCE", 5)
    found = scan(one.model, [one.geometry], one.stretches, chance=np.random.default_rng(3), stop_after=9)
    assert found.clusters == wanted.clusters
    assert found.chance.maxima.tolist() == wanted.chance.maxima.tolist()


# ---------------------------------------------------------------- shapes
def test_places_at_one_distance_come_in_together():
    """Four neighbours around a middle: no window holds the middle and one of them alone."""
    cross = Plane(np.array([0.0, 1, -1, 0, 0, 50, 60]), np.array([0.0, 0, 0, 1, -1, 50, 60]))
    whole = growth(cross, np.ones(7), Reach(radius=20, share=0.5))
    assert whole.sizes[0] == 3
    assert whole.ends[0].tolist() == [True, False, False]


def test_an_ellipse_finds_a_long_cluster_that_no_circle_holds():
    x, y = (axis.ravel().astype(float) for axis in np.meshgrid(np.arange(9), np.arange(9)))
    row = (y == 4) & (x >= 2) & (x <= 6)
    cases = np.where(row, 6, 1)[:, None]
    model = Poisson(cases, np.ones((81, 1)))
    plane = Plane(x, y)
    chance = np.random.default_rng(0)
    found = scan(model, [plane, *ellipses(plane)], all_of_time(1), chance=chance, runs=1).clusters[0]
    assert set(np.flatnonzero(row)) <= set(found.places)
    assert found.geometry > 0
    assert found.statistic > clusters(model, plane, all_of_time(1))[0].statistic


def test_the_penalty_holds_long_ellipses_back():
    plane = Plane(np.arange(6.0), np.array([0.0, 0.1, 0, 0.1, 0, 0.1]))
    model = Poisson(np.array([[4], [4], [1], [1], [1], [1]]), np.ones((6, 1)))
    long = [Stretched(plane, 4.0, 0.0)]
    free, held = (
        scan(model, long, all_of_time(1), chance=np.random.default_rng(0), runs=1, penalty=strength)
        for strength in (0.0, 1.0)
    )
    assert held.clusters[0].statistic == pytest.approx(free.clusters[0].statistic * 4 * 4 / 25)


def test_a_network_window_follows_the_links_and_not_the_air():
    """Two banks of a river without a bridge: what lies across is near on a map, and far by road."""
    links = np.array([[0, 1], [1, 2], [3, 4], [4, 5]])
    network = Network(6, links, np.ones(4))
    cases = np.array([[9], [9], [1], [9], [1], [1]])
    best = clusters(Poisson(cases, np.ones((6, 1))), network, all_of_time(1))[0]
    assert set(best.places) == {0, 1}


def test_of_two_links_between_the_same_places_the_shorter_counts():
    network = Network(2, np.array([[0, 1], [1, 0], [0, 1]]), np.array([5.0, 2.0, 3.0]))
    assert network.distances(np.array([0])).tolist() == [[0.0, 2.0]]


def test_the_globe_is_round():
    poles = GreatCircle(np.array([90.0, -90.0, 0.0, 0.0]), np.array([0.0, 0.0, 179.9, -179.9]))
    far = poles.distances(np.arange(4))
    assert far[0, 1] == pytest.approx(np.pi * 6371.0088)
    assert far[2, 3] == pytest.approx(np.pi * 6371.0088 * 0.2 / 180)


def test_a_country_can_be_laid_flat():
    towns = GreatCircle(np.array([52.0, 52.3, 51.8]), np.array([5.0, 5.4, 4.6]))
    assert flattened(towns).distances(np.arange(3)) == pytest.approx(towns.distances(np.arange(3)), rel=5e-3)


# ---------------------------------------------------------------- refusals
def bad(run) -> str:
    with pytest.raises((BadCounts, BadPlaces, BadWindows)) as told:
        run()
    return str(told.value)


ONES = np.ones((3, 1))
SOME = np.array([[2], [0], [1]])
TRIANGLE = Plane(np.array([0.0, 1, 0]), np.array([0.0, 0, 1]))
WRONG = {
    "a latitude": (lambda: GreatCircle(np.array([91.0]), np.array([0.0])), "-90 to 90"),
    "no coordinate": (lambda: Plane(np.array([np.nan]), np.array([0.0])), "missing"),
    "two lengths": (lambda: Plane(np.zeros(2), np.zeros(3)), "two coordinates"),
    "a link to nowhere": (lambda: Network(2, np.array([[0, 2]]), np.ones(1)), "not there"),
    "a link of no length": (lambda: Network(2, np.array([[0, 1]]), np.zeros(1)), "above zero"),
    "a share above half": (lambda: Reach(share=0.6), "at most half"),
    "a long window": (lambda: until_now(5, 5), "1 to 4 long"),
    "nobody lives there": (lambda: Poisson(SOME, np.array([[0.0], [1], [1]])), "nobody is expected"),
    "one case": (lambda: Poisson(np.array([[1], [0]]), np.ones((2, 1))), "fewer than 2"),
    "no controls": (lambda: Bernoulli(SOME, np.zeros_like(SOME)), "no controls"),
    "no time": (lambda: Permutation(SOME), "more than one period"),
    "half a case": (lambda: Poisson(ONES * 1.5, ONES), "whole numbers"),
    "other places": (
        lambda: clusters(Poisson(SOME[:2], ONES[:2]), TRIANGLE, all_of_time(1)),
        "numbers of places",
    ),
    "other periods": (lambda: clusters(Poisson(SOME, ONES), TRIANGLE, all_of_time(2)), "numbers of periods"),
    "more places than memory holds": (
        lambda: clusters(
            Poisson(np.ones((10_001, 1), dtype=np.int64), np.ones((10_001, 1))),
            Plane(np.arange(10_001.0), np.zeros(10_001)),
            all_of_time(1),
        ),
        "too many at once",
    ),
    "more stretches than memory holds": (
        lambda: clusters(
            Permutation(np.ones((100, 400), dtype=np.int64)),
            Plane(np.arange(100.0), np.zeros(100)),
            any_time(400, 200),
        ),
        "take longer periods",
    ),
    "more cases than memory holds": (lambda: Poisson(SOME * 10**7, ONES), "30,000,000 cases"),
    "more controls than memory holds": (lambda: Bernoulli(SOME, SOME * 10**7), "30,000,003 cases"),
    "no case in a cluster": (
        lambda: scan(
            Poisson(SOME, ONES), [TRIANGLE], all_of_time(1), chance=np.random.default_rng(0), least=0
        ),
        "1 or more",
    ),
    "no window": (
        lambda: clusters(Poisson(SOME, ONES), TRIANGLE, all_of_time(1), Reach(share=0.1)),
        "No window is small enough",
    ),
}


@pytest.mark.parametrize(("run", "words"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_scanned_is_refused_in_one_line(run, words):
    told = bad(run)
    assert words in told
    assert "\n" not in told


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_counts_give_clusters_in_order_or_a_refusal(data):
    places, periods = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 6))
    cells = places * periods
    numbers = st.lists(st.integers(0, 40), min_size=cells, max_size=cells)
    cases = np.array(data.draw(numbers)).reshape(places, periods)
    spots = st.lists(st.integers(-3, 3), min_size=places, max_size=places)
    geometry = Plane(np.array(data.draw(spots), dtype=float), np.array(data.draw(spots), dtype=float))
    try:
        stretches = any_time(periods, periods // 2)
        found = clusters(Permutation(cases), geometry, stretches, runs=9)
    except (BadCounts, BadWindows):
        return
    assert all(one.statistic >= other.statistic - 1e-9 for one, other in pairwise(found))
    assert all(one.p <= other.p for one, other in pairwise(found))
    assert all(one.cases > one.expected and one.cases >= 2 and 0 < one.p <= 1 for one in found)
