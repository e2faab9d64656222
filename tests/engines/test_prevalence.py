"""Hidden populations: small cases worked by hand, what must not change an answer, and honest refusals."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.prevalence_tables import counts_of, drawn

from tutela.engines import prevalence
from tutela.engines.prevalence import (
    BadTable,
    Caution,
    Change,
    Dimension,
    Method,
    NoInterval,
    Plan,
    Sampling,
    TooManyModels,
    Verdict,
    design,
    hierarchical_models,
    model,
)
from tutela.engines.prevalence.existence import inside_the_cone
from tutela.engines.prevalence.fitting import wald
from tutela.engines.prevalence.graphs import decomposable_graphs

SHORT = Plan(replicates=60, top=10, sampling=Sampling(chains=2, burn_in=50, kept=20, thin=1))


def two_lists(only_first: int, only_second: int, both: int) -> prevalence.Table:
    return prevalence.table(("A", "B"), [(1, 0), (0, 1), (1, 1)], [only_first, only_second, both])


def hidden(table: prevalence.Table, interactions: tuple[int, ...] = (), order: int = 2) -> float:
    whole = design(len(table.lists), order)
    return float(prevalence.fit(whole, model(whole, interactions)[None], counts_of(table)).hidden[0])


def renamed(table: prevalence.Table, order: list[int]) -> prevalence.Table:
    """The same people, with the lists in another order."""
    rows = [[history >> place & 1 for place in order] for history in table.histories]
    return prevalence.table([table.lists[place] for place in order], rows, list(table.counts))


# --- tables ------------------------------------------------------------------------------------------------


def test_equal_histories_are_added_up():
    table = prevalence.table(("A", "B"), [(1, 0), (1, 0), (1, 1)], [3, 4, 5])
    assert list(table.counts) == [7, 0, 5]
    assert table.observed == 12
    assert table.shared(0b11) == 5


@pytest.mark.parametrize(
    ("lists", "rows", "counts", "why"),
    [
        (("A",), [(1,)], [1], "2 to 10 lists"),
        (("A", "A"), [(1, 0)], [1], "same name"),
        (("A", "B"), [(2, 0)], [1], "0 or 1"),
        (("A", "B"), [(0, 0)], [4], "without any list"),
        (("A", "B"), [(1, 0)], [-1], "zero or more"),
        (("A", "B"), [(1, 0)], [0], "Nobody"),
    ],
)
def test_what_is_no_table_says_why(lists, rows, counts, why):
    with pytest.raises(BadTable, match=why):
        prevalence.table(lists, rows, counts)


def test_a_list_is_left_out_with_those_whom_it_alone_knew():
    table = prevalence.table(("A", "B", "C"), [(1, 0, 0), (0, 1, 1), (1, 0, 1), (0, 0, 1)], [10, 4, 3, 2])
    fewer = prevalence.without(table, "A")
    assert fewer.lists == ("B", "C")
    assert list(fewer.counts) == [0, 5, 4]


def test_merging_keeps_everybody():
    table = prevalence.table(("A", "B", "C"), [(1, 0, 0), (0, 1, 1), (1, 0, 1), (0, 0, 1)], [10, 4, 3, 2])
    made = prevalence.merged(table, ("C", "A"))
    assert made.lists == ("A+C", "B")
    assert list(made.counts) == [15, 0, 4]
    with pytest.raises(BadTable, match="no list 'X'"):
        prevalence.merged(table, ("A", "X"))


# --- fits --------------------------------------------------------------------------------------------------


def test_two_independent_lists_are_lincoln_and_petersen():
    assert hidden(two_lists(200, 300, 50)) == pytest.approx(200 * 300 / 50)


def test_three_lists_with_all_pairs_have_a_closed_form():
    """Fienberg 1972: the hidden are n1 n2 n3 n123 / (n12 n13 n23)."""
    rows = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1)]
    table = prevalence.table(("A", "B", "C"), rows, [60, 50, 45, 12, 10, 9, 4])
    expected = 60 * 50 * 45 * 4 / (12 * 10 * 9)
    assert hidden(table, (0b011, 0b101, 0b110)) == pytest.approx(expected)


def test_a_pair_without_overlap_is_at_minus_infinity_and_leaves_its_histories_out():
    """What remains is each of the two against the third list, and that has a closed form."""
    rows = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (0, 1, 1)]
    table = prevalence.table(("A", "B", "C"), rows, [40, 60, 30, 10, 12])
    whole = design(3)
    fits = prevalence.fit(whole, model(whole, [0b011])[None], counts_of(table))
    assert fits.judged.minus_infinity[0].sum() == 1
    assert fits.hidden[0] == pytest.approx(30 * (40 + 60) / (10 + 12))
    assert fits.means[0][[0b011 - 1, 0b111 - 1]].max() == 0
    assert fits.sizes[0] == 5  # intercept, three lists, and the parameter at minus infinity


def test_the_totals_of_a_fit_are_those_of_the_table():
    table, whole = drawn(2_000, (0.2, 0.15, 0.1, 0.3)), design(4, 3)
    flags = model(whole, [0b0111])
    fits = prevalence.fit(whole, flags[None], counts_of(table))
    assert np.allclose(fits.means @ whole.columns[:, flags], counts_of(table) @ whole.columns[:, flags])


def test_walds_test_of_two_lists_against_a_formula():
    table, whole = drawn(3_000, (0.2, 0.2, 0.2)), design(3)
    flags = model(whole, [0b011, 0b101, 0b110])
    fits = prevalence.fit(whole, flags[None], counts_of(table))
    term = int(np.flatnonzero(whole.terms == 0b011)[0])
    inverse = 1 / table.counts.astype(float)
    one, two, both, three, all_three = (table.counts[h - 1] for h in (0b101, 0b110, 0b111, 0b100, 0b011))
    assert all_three
    # the log odds ratio among those on list 3, whose variance is the sum of inverse counts
    odds = np.log(both * three / (one * two))
    spread = np.sqrt(inverse[[0b101 - 1, 0b110 - 1, 0b111 - 1, 0b100 - 1]].sum())
    from scipy.stats import norm

    assert wald(whole, fits, np.array([term]))[0] == pytest.approx(2 * norm.sf(abs(odds / spread)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=15, max_size=15), st.permutations(range(4)), st.integers(0, 63))
def test_the_order_of_lists_changes_nothing(counts, order, chosen):
    rows = [[history >> place & 1 for place in range(4)] for history in range(1, 16)]
    if not sum(counts):
        counts[0] = 1
    table = prevalence.table("ABCD", rows, counts)
    pairs = [
        (1 << a) | (1 << b) for place, (a, b) in enumerate(combinations(range(4), 2)) if chosen >> place & 1
    ]
    moved = [sum(1 << order.index(place) for place in range(4) if pair >> place & 1) for pair in pairs]
    here, there = hidden(table, tuple(pairs)), hidden(renamed(table, list(order)), tuple(moved))
    assert here == pytest.approx(there, rel=1e-6, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=15, max_size=15), st.integers(0, 63))
def test_the_quick_check_of_existence_agrees_with_the_linear_programme(counts, chosen):
    if not sum(counts):
        counts[0] = 1
    whole = design(4)
    pairs = np.flatnonzero(whole.sizes == 2)
    flags = whole.main.copy()
    flags[[pair for place, pair in enumerate(pairs) if chosen >> place & 1]] = True
    people = np.array(counts, dtype=float)
    empty = flags & (people @ whole.columns == 0)
    kept = (whole.columns[:, empty] == 0).all(axis=1)
    columns = whole.columns[kept][:, flags & ~empty]
    full = np.linalg.matrix_rank(columns) == columns.shape[1]
    expected = (
        Verdict.NOT_IDENTIFIABLE
        if not full
        else Verdict.EXISTS
        if inside_the_cone(columns, people[kept])
        else Verdict.NO_ESTIMATE
    )
    assert prevalence.verdict(whole, flags, people) is expected


def test_fitting_many_is_fitting_each():
    table, whole = drawn(1_500, (0.2, 0.1, 0.15, 0.1), together=(0, 1)), design(4)
    models = hierarchical_models(4, 2)
    many = prevalence.fit(whole, models, np.repeat(counts_of(table), len(models), axis=0))
    one_by_one = [prevalence.fit(whole, one[None], counts_of(table)).hidden[0] for one in models]
    assert np.allclose(many.hidden, one_by_one, equal_nan=True)


# --- models ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lists", "order", "number"),
    [(2, 2, 1), (3, 2, 8), (4, 2, 64), (4, 3, 113), (5, 2, 1_024), (5, 4, 6_893)],
)
def test_how_many_hierarchical_models_there_are(lists, order, number):
    models = hierarchical_models(lists, order)
    assert len(models) == number == len(np.unique(models, axis=0))


def test_every_model_holds_what_its_terms_are_made_of():
    whole = design(4, 3)
    for flags in hierarchical_models(4, 3):
        held = {int(term) for term in whole.terms[flags]}
        assert all(term & ~(1 << one) in held for term in held for one in range(4) if term >> one & 1)


def test_too_many_models_are_refused_with_what_would_help():
    with pytest.raises(TooManyModels, match="six lists order 2"):
        hierarchical_models(7, 2)
    with pytest.raises(BadTable, match="beyond order 2"):
        model(design(4), [0b0111])


def test_a_true_dependence_is_found():
    table, whole = drawn(20_000, (0.1, 0.1, 0.1, 0.1), together=(1, 3)), design(4)
    chosen = prevalence.stepwise(whole, counts_of(table))
    assert whole.terms[chosen.steps[0][0]] == 0b1010
    assert table.observed + chosen.hidden[0] == pytest.approx(20_000, rel=0.08)
    independent = table.observed + hidden(table)
    assert independent < 0.92 * 20_000


def test_choosing_for_many_tables_is_choosing_for_each():
    whole = design(4)
    tables = np.concatenate([counts_of(drawn(1_000, (0.2,) * 4, seed=s, together=(0, 2))) for s in range(6)])
    for choose in (prevalence.stepwise, prevalence.stepwise_by_aic):
        together = choose(whole, tables)
        apart = [choose(whole, one[None]) for one in tables]
        assert np.allclose(together.hidden, [one.hidden[0] for one in apart])
        assert all(np.array_equal(together.models[n], one.models[0]) for n, one in enumerate(apart))


def test_the_lowest_bic_of_many_tables_is_that_of_each():
    whole, models = design(3), hierarchical_models(3, 2)
    tables = np.concatenate([counts_of(drawn(800, (0.2, 0.3, 0.2), seed=s)) for s in range(5)])
    chosen = prevalence.lowest_bic(whole, models, tables)
    for place, one in enumerate(tables):
        fits, _, best = prevalence.ranked(whole, models, one)
        assert chosen.hidden[place] == pytest.approx(fits.hidden[best[0]])


# --- intervals ---------------------------------------------------------------------------------------------


def independent_totals(lists: int):
    whole = design(lists)

    def totals(counts):
        models = np.tile(whole.main, (len(counts), 1))
        return counts.sum(axis=1) + prevalence.fit(whole, models, counts).hidden

    return totals


def test_the_same_seed_gives_the_same_interval():
    table = drawn(2_000, (0.3, 0.2, 0.2))
    found = [
        prevalence.bootstrap(
            table, independent_totals(3), chance=np.random.default_rng(seed), replicates=200
        ).intervals
        for seed in (5, 5, 6)
    ]
    assert found[0] == found[1] != found[2]


def test_without_replicates_there_is_no_interval():
    with pytest.raises(NoInterval, match="replicates have an estimate"):
        prevalence.bootstrap(
            two_lists(40, 30, 0), independent_totals(2), chance=np.random.default_rng(1), replicates=50
        )


def test_the_profile_interval_is_where_the_likelihood_has_fallen():
    """For two lists the likelihood of a total N is known: N! / (N - n)! times two binomials."""
    from scipy.special import gammaln, xlogy

    table, whole = two_lists(200, 300, 50), design(2)

    def likelihood(total: float) -> float:
        first, second = 250 / total, 350 / total
        return float(
            gammaln(total + 1)
            - gammaln(total - 550 + 1)
            + xlogy(250, first)
            + xlogy(total - 250, 1 - first)
            + xlogy(350, second)
            + xlogy(total - 350, 1 - second)
        )

    own = hidden(table)
    interval = prevalence.profile_intervals(table, whole, whole.main, hidden=own, levels=(0.95,))[0]
    assert interval.low < 550 + own < interval.high
    for end in (interval.low, interval.high):
        assert 2 * (likelihood(550 + own) - likelihood(end)) == pytest.approx(3.8415, abs=0.01)


# --- averages and classes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("lists", "graphs"), [(3, 7), (4, 60), (5, 821)])
def test_decomposable_graphs_without_the_complete_one(lists, graphs):
    assert len(decomposable_graphs(lists)) == graphs


def test_a_posterior_sums_to_one_and_holds_the_truth():
    table = drawn(3_000, (0.2, 0.25, 0.15, 0.2))
    found = prevalence.average(table)
    assert found.weights.sum() == pytest.approx(1)
    assert sum(share for _, share in found.graphs) == pytest.approx(1)
    low, high = found.quantile(0.005), found.quantile(0.995)
    assert low < 3_000 < high
    assert found.graphs[0][0] == ()
    with pytest.raises(BadTable, match="3 to 5 lists"):
        prevalence.average(two_lists(5, 6, 7))


def test_a_prior_that_ends_too_soon_is_seen():
    table = drawn(3_000, (0.2, 0.25, 0.15))
    assert prevalence.average(table, largest=int(1.9 * table.observed)).leans_on_the_end


def test_latent_classes_find_a_number_that_is_known():
    table = drawn(2_000, (0.4, 0.35, 0.3))
    chains = prevalence.sample(
        table,
        chance=np.random.default_rng(3),
        how=Sampling(chains=4, burn_in=500, kept=300, thin=2),
    )
    low, high = (chains.intervals((0.99,))[0].low, chains.intervals((0.99,))[0].high)
    assert low < 2_000 < high
    assert chains.r_hat < 1.3
    assert 4 < chains.effective <= 4 * 300


def test_chains_that_stay_apart_do_not_agree():
    chance = np.random.default_rng(1)
    apart = prevalence.Chains(np.array([[10_000.0], [20_000.0]]) + chance.normal(0, 100, (2, 200)))
    near = prevalence.Chains(10_000 + chance.normal(0, 100, (2, 200)))
    assert not apart.agree
    assert near.agree
    assert near.effective > 80 > 10 > apart.effective


# --- parts -------------------------------------------------------------------------------------------------


def test_parts_stand_beside_the_whole_and_nothing_is_bent():
    women, men = drawn(6_000, (0.2, 0.15, 0.2), seed=2), drawn(3_000, (0.1, 0.15, 0.2), seed=3)
    found = prevalence.breakdown(
        Dimension.SEX,
        [("female", women), ("male", men)],
        chance=np.random.default_rng(1),
        replicates=80,
        populations={"female": 1_000_000},
    )
    first, second = found.parts
    assert first.own == pytest.approx(6_000, rel=0.1)
    assert second.own == pytest.approx(3_000, rel=0.15)
    assert first.rate == pytest.approx(first.own / 10)
    assert first.detected_rate == pytest.approx(women.observed / 10)
    assert second.rate is None
    assert found.sum_of_own == pytest.approx(first.own + second.own)
    assert found.gap == pytest.approx(found.sum_of_own / found.together - 1)
    assert first.own_interval.low < 6_000 < first.own_interval.high


def test_the_shared_model_without_interactions_is_each_part_by_itself():
    tables = [drawn(4_000, (0.2, 0.15, 0.2), seed=seed) for seed in (2, 3)]
    whole = design(3, strata=2)
    counts = np.concatenate([table.counts for table in tables]).astype(float)
    fits = prevalence.fit(whole, whole.main[None], counts[None])
    assert fits.strata[0] == pytest.approx([hidden(table) for table in tables])


def test_a_small_part_is_refused_and_then_there_is_no_sum():
    found = prevalence.breakdown(
        Dimension.FORM,
        [("labour", drawn(4_000, (0.2, 0.2, 0.2))), ("organs", two_small())],
        chance=np.random.default_rng(1),
        replicates=40,
    )
    assert "Fewer than 20" in found.parts[1].refusal
    assert found.parts[1].own is None
    assert found.sum_of_own is None
    assert found.gap is None


def two_small() -> prevalence.Table:
    return prevalence.table(("L0", "L1", "L2"), [(1, 0, 0), (1, 1, 0)], [4, 1])


def test_years_are_not_added_up():
    parts = [(str(year), drawn(2_000, (0.3, 0.2, 0.3), seed=year)) for year in (2024, 2025)]
    found = prevalence.breakdown(Dimension.YEAR, parts, chance=np.random.default_rng(1), replicates=40)
    assert not found.adds_up
    assert found.gap is None


# --- everything together -----------------------------------------------------------------------------------


def test_a_study_shows_every_method_side_by_side():
    table = drawn(2_500, (0.2, 0.25, 0.15, 0.2), together=(0, 1))
    said: list[str] = []
    found = prevalence.study(table, chance=np.random.default_rng(1), plan=SHORT, tell=said.append)
    assert [answer.method for answer in found.answers] == list(Method)
    assert all(answer.total > table.observed for answer in found.answers)
    assert found.spread.looked_at == 64
    assert found.spread.near_range[0] <= found.answers[3].total <= found.spread.near_range[1]
    assert len(found.variants) == 1 + 4 + 6
    assert found.widest.low <= found.range[0] <= found.range[1] <= found.widest.high
    assert len(said) == 5


def test_a_study_is_the_same_for_the_same_seed():
    table = drawn(1_500, (0.2, 0.25, 0.15))
    first, again = (prevalence.study(table, chance=np.random.default_rng(7), plan=SHORT) for _ in range(2))
    assert first.answers == again.answers
    assert first.cautions == again.cautions


def test_lists_that_share_nobody_are_refused_with_the_reason():
    table = prevalence.table(("A", "B", "C"), [(1, 0, 0), (0, 1, 0), (0, 0, 1)], [30, 20, 10])
    found = prevalence.study(table, chance=np.random.default_rng(1), plan=SHORT)
    assert "No two lists share anybody" in found.refusal
    assert not found.answers


def test_an_overlap_of_a_few_people_carries_no_estimate():
    found = prevalence.study(two_lists(200, 300, 4), chance=np.random.default_rng(1), plan=SHORT)
    assert "Fewer than 5 people are on more than one list" in found.refusal
    part = prevalence.breakdown(
        Dimension.SEX,
        [("female", two_lists(200, 300, 50)), ("male", two_lists(90, 80, 3))],
        chance=np.random.default_rng(1),
        replicates=40,
    ).parts[1]
    assert part.own is None
    assert "Fewer than 5" in part.refusal


def test_an_empty_list_is_named():
    table = prevalence.table(("A", "B", "C"), [(1, 1, 0), (0, 1, 0)], [30, 20])
    assert "list C" in prevalence.study(table, chance=np.random.default_rng(1), plan=SHORT).refusal


def test_two_lists_are_estimated_with_a_warning_and_refusals_of_the_rest():
    found = prevalence.study(two_lists(200, 300, 50), chance=np.random.default_rng(1), plan=SHORT)
    by_method = {answer.method: answer for answer in found.answers}
    assert by_method[Method.INDEPENDENCE].total == pytest.approx(550 + 1_200)
    assert "three lists" in by_method[Method.LATENT_CLASSES].refusal
    assert "3 to 5 lists" in by_method[Method.GRAPHS].refusal
    assert Caution.TWO_LISTS in found.cautions


def test_leaving_a_list_out_is_one_of_the_variants():
    table = drawn(3_000, (0.2, 0.25, 0.15))
    found = {(one.change, one.lists): one for one in prevalence.variants(table)}
    fewer = prevalence.without(table, "L1")
    assert found[Change.WITHOUT, ("L1",)].observed == fewer.observed
    assert found[Change.WITHOUT, ("L1",)].stepwise == pytest.approx(fewer.observed + hidden(fewer))
    assert found[Change.NONE, ()].observed == table.observed


# --- what is not shown -------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=7, max_size=7), st.integers(2, 9))
def test_no_small_number_is_ever_shown(counts, smallest):
    rows = [[history >> place & 1 for place in range(3)] for history in range(1, 8)]
    if not sum(counts):
        counts[0] = 1
    for one in prevalence.overlaps(prevalence.table("ABC", rows, counts), smallest=smallest):
        assert one.people is None or one.people == 0 or one.people >= smallest


def test_sizes_that_would_give_a_small_overlap_away_are_held_back():
    """With two lists, the overlap is the sum of their sizes less all people."""
    assert [one.people for one in prevalence.overlaps(two_lists(20, 30, 3))] == [None, None, None]
    assert [one.people for one in prevalence.overlaps(two_lists(20, 30, 8))] == [28, 8, 38]


# --- whatever the table is ---------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda lists: st.lists(
            st.one_of(st.integers(0, 2), st.integers(0, 5_000)), min_size=2**lists - 1, max_size=2**lists - 1
        )
    )
)
def test_any_table_has_estimates_no_smaller_than_what_was_seen_or_a_reason(counts):
    if not sum(counts):
        counts[0] = 1
    lists = len(counts).bit_length()
    whole = design(lists)
    table = prevalence.Table(tuple("ABCD"[:lists]), np.array(counts, dtype=np.int64))
    models = hierarchical_models(lists, 2)
    fits, bic, best = prevalence.ranked(whole, models, table.counts.astype(float))
    assert np.all(fits.hidden[best] >= 0)
    assert np.all(np.diff(bic[best]) >= 0)
    for flags, hidden_people in zip(models, fits.hidden, strict=True):
        exists = prevalence.verdict(whole, flags, table.counts.astype(float)) is Verdict.EXISTS
        assert exists == np.isfinite(hidden_people)
    for choose in (prevalence.stepwise, prevalence.stepwise_by_aic):
        chosen = choose(whole, counts_of(table))
        assert np.isnan(chosen.hidden[0]) or chosen.hidden[0] >= 0


def test_a_step_that_would_go_too_far_is_halved():
    """A total a hundred million times what was seen: Newton's plain steps ran away from there."""
    counts = np.zeros(32)
    counts[[0, 4, 7, 8, 12, 15, 21, 26]] = [437_580_608, 8, 17, 62, 13, 6, 24, 1]
    whole = design(5, complete=True)
    flags = model(whole, [0b00011, 0b01001, 0b10001, 0b00110, 0b10010, 0b10100])
    fits = prevalence.fit(whole, flags[None], counts[None])
    assert fits.judged.possible[0]
    assert fits.means[0].sum() == pytest.approx(counts.sum())
