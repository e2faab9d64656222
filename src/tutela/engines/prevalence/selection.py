"""Chooses which lists depend on each other: step by step, or by looking through all models.

Every choice works on many tables at once, so that a bootstrap repeats the whole of it in each replicate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import pdtr, pdtrc

from tutela.engines.prevalence.existence import judge
from tutela.engines.prevalence.fitting import Fits, fit, wald
from tutela.engines.prevalence.models import Design
from tutela.engines.prevalence.tables import Flags, Floats, Whole

POISSON_THRESHOLD = 0.02
"""The best of nine over 28 scenarios (Chan, Silverman and Vincent 2021, JASA 116:1297)."""
AIC_THRESHOLD = 0.05
_AT_ONCE = 20_000
_Best = Callable[[Flags, Floats, Floats], Whole]


@dataclass(frozen=True, slots=True)
class Chosen:
    """For each of n tables what was chosen.

    `models` (n, p); `strata` (n, strata): people on no list, NaN where no model has an estimate; `steps`
    (n, steps): positions of the terms in the order in which they came, -1 after the last.
    """

    models: Flags
    strata: Floats
    steps: Whole

    @property
    def hidden(self) -> Floats:
        """People on no list (n,)."""
        return np.asarray(self.strata.sum(axis=1))


def stepwise(whole: Design, counts: Floats, *, threshold: float = POISSON_THRESHOLD) -> Chosen:
    """Adds pairs to independence while the overlap of one is too large or too small to be chance.

    The p-value of a pair is the smaller tail of the Poisson distribution of its overlap, given the model so
    far; a pair with which no estimate would exist is passed over (Chan, Silverman and Vincent 2021,
    JASA 116:1297).
    """

    def best(models: Flags, means: Floats, tables: Floats) -> Whole:
        return _by_poisson(whole, models, means, tables, threshold)

    return _step_by_step(whole, counts, best)


def stepwise_by_aic(whole: Design, counts: Floats, *, threshold: float = AIC_THRESHOLD) -> Chosen:
    """Adds the pair that lowers Akaike's criterion most, as long as Wald's test finds it significant.

    Bales, Hesketh and Silverman 2015 (Significance 12:16). A pair at minus infinity has no such test and is
    not significant, as in their work, where its standard error grew without end.
    """

    def best(models: Flags, _means: Floats, tables: Floats) -> Whole:
        return _by_aic(whole, models, tables, threshold)

    return _step_by_step(whole, counts, best)


def _step_by_step(whole: Design, counts: Floats, best: _Best) -> Chosen:
    models = np.tile(whole.main, (len(counts), 1))
    fits = fit(whole, models, counts)
    strata, means = fits.strata.copy(), fits.means.copy()
    steps: list[Whole] = []
    live = np.flatnonzero(np.isfinite(fits.hidden))
    while live.size:
        pair = best(models[live], means[live], counts[live])
        live, pair = live[pair >= 0], pair[pair >= 0]
        models[live, pair] = True
        step = np.full(len(counts), -1)
        step[live] = pair
        steps.append(step)
        fits = fit(whole, models[live], counts[live])
        strata[live], means[live] = fits.strata, fits.means
        live = live[np.isfinite(fits.hidden)]
    return Chosen(models, strata, np.array(steps, dtype=np.int64).reshape(-1, len(counts)).T)


def _by_poisson(whole: Design, models: Flags, means: Floats, counts: Floats, threshold: float) -> Whole:
    """The position of the pair to add to each model, or -1."""
    pairs = np.flatnonzero(whole.sizes == 2)
    if not pairs.size:
        return np.full(len(models), -1)
    seen, expected = counts @ whole.columns[:, pairs], means @ whole.columns[:, pairs]
    above = np.where(seen > 0, pdtrc(np.maximum(seen - 1, 0), expected), 1.0)
    p = np.minimum(pdtr(seen, expected), above)
    p[models[:, pairs]] = 1.0
    answer = np.full(len(models), -1)
    open_ones = np.arange(len(models))
    while open_ones.size:
        first = p[open_ones].argmin(axis=1)
        worth = p[open_ones, first] < threshold
        open_ones, first = open_ones[worth], first[worth]
        trial = models[open_ones]
        trial[np.arange(len(trial)), pairs[first]] = True
        possible = judge(whole, trial, counts[open_ones]).possible
        answer[open_ones[possible]] = pairs[first[possible]]
        p[open_ones, first] = 1.0
        open_ones = open_ones[~possible]
    return answer


def _by_aic(whole: Design, models: Flags, counts: Floats, threshold: float) -> Whole:
    """The position of the pair to add to each model, or -1."""
    pairs = np.flatnonzero(whole.sizes == 2)
    if not pairs.size:
        return np.full(len(models), -1)
    trials = np.repeat(models, len(pairs), axis=0)
    trials[np.arange(len(trials)), np.tile(pairs, len(models))] = True
    before = fit(whole, models, counts)
    after = fit(whole, trials, np.repeat(counts, len(pairs), axis=0))
    gain = 2 * (after.likelihood.reshape(len(models), -1) - before.likelihood[:, None])
    gain[models[:, pairs]] = -np.inf
    first = gain.argmax(axis=1)
    answer = np.where(gain[np.arange(len(models)), first] > 2, pairs[first], -1)
    better = np.flatnonzero(answer >= 0)
    chosen = models[better]
    chosen[np.arange(len(better)), answer[better]] = True
    p = wald(whole, fit(whole, chosen, counts[better]), answer[better])
    answer[better[~(p <= threshold)]] = -1
    return answer


def ranked(whole: Design, models: Flags, counts: Floats) -> tuple[Fits, Floats, Whole]:
    """Fits each model (m, p) to one table (histories,): the fits, their BIC (m,), and positions, best first.

    Models without an estimate have an infinite BIC and are not among the positions.
    """
    fits = fit(whole, models, np.broadcast_to(counts, (len(models), len(counts))))
    bic = fits.bic(np.array([counts.sum()]))
    order = np.argsort(bic, kind="stable")
    return fits, bic, order[np.isfinite(bic[order])]


def lowest_bic(whole: Design, models: Flags, counts: Floats) -> Chosen:
    """For each of n tables (n, histories) the model of lowest BIC among these (m, p)."""
    best = np.zeros(len(counts), dtype=np.int64)
    strata = np.full((len(counts), whole.strata), np.nan)
    portion = max(1, _AT_ONCE // len(models))
    for start in range(0, len(counts), portion):
        tables = counts[start : start + portion]
        fits = fit(whole, np.tile(models, (len(tables), 1)), np.repeat(tables, len(models), axis=0))
        people = np.repeat(tables.sum(axis=1), len(models))
        bic = fits.bic(people).reshape(len(tables), -1)
        first = bic.argmin(axis=1)
        best[start : start + portion] = first
        strata[start : start + portion] = fits.strata[np.arange(len(tables)) * len(models) + first]
    return Chosen(models[best], strata, np.zeros((len(counts), 0), dtype=np.int64))
