"""Fits many Poisson log-linear models at once by iteratively reweighted least squares.

log mean of a history = sum of the parameters of its terms; the intercept belongs to the history of those
whom nobody saw, so that exp(intercept) estimates how many they are (Fienberg 1972, Biometrika 59:591;
Cormack 1989, Biometrics 45:395).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, ndtr, xlogy

from tutela.engines.prevalence.existence import Judged, judge, normal
from tutela.engines.prevalence.models import Design
from tutela.engines.prevalence.tables import Flags, Floats, Whole

_ROUNDS = 60
_CLOSE = 1e-9
"""The totals of a fit equal those of the table, to this share of all people."""
_NUMBERS_AT_ONCE = 8_000_000
_START = 0.25
_STEEPEST = 40.0


@dataclass(frozen=True, slots=True)
class Fits:
    """n fits.

    `strata` (n, strata): people on no list, NaN where there is no estimate; `parameters` (n, p): NaN for
    terms that are not fitted; `means` (n, histories); `likelihood` (n,): log likelihood; `sizes` (n,):
    parameters, those at minus infinity among them; `judged`: what was fitted.
    """

    strata: Floats
    parameters: Floats
    means: Floats
    likelihood: Floats
    sizes: Floats
    judged: Judged

    @property
    def hidden(self) -> Floats:
        """People on no list, of all strata (n,)."""
        return np.asarray(self.strata.sum(axis=1))

    @property
    def aic(self) -> Floats:
        """Akaike's criterion."""
        return 2 * self.sizes - 2 * self.likelihood

    def bic(self, people: Floats) -> Floats:
        """Schwarz's criterion for so many people (n,) or (1,).

        Parameters at minus infinity count: they were chosen too. Without them the best model of the UK's five
        lists would halve its estimate.
        """
        return np.log(people) * self.sizes - 2 * self.likelihood


def fit(whole: Design, models: Flags, counts: Floats) -> Fits:
    """Fits n models, each to its counts: `models` (n, p), `counts` (n, histories)."""
    judged = judge(whole, models, counts)
    parameters = np.full(models.shape, np.nan)
    means = np.zeros(counts.shape)
    possible = np.flatnonzero(judged.possible)
    portion = max(1, _NUMBERS_AT_ONCE // len(whole.terms) ** 2)
    for start in range(0, len(possible), portion):
        rows = possible[start : start + portion]
        parameters[rows], means[rows] = _reweighted(whole, judged, counts, rows)
    strata = np.exp(parameters[:, whole.terms == 0])
    likelihood = (xlogy(counts, means) - means - gammaln(counts + 1)).sum(axis=1)
    likelihood[np.isnan(strata).any(axis=1)] = -np.inf
    parameters[~judged.finite] = np.nan
    return Fits(strata, parameters, means, likelihood, models.sum(axis=1).astype(float), judged)


def wald(whole: Design, fits: Fits, terms: Whole) -> Floats:
    """Two-sided p-values of one term (n,) in each fit (Wald 1943); NaN for a term that is not fitted."""
    rows = np.arange(len(terms))
    spread = np.linalg.inv(normal(whole, fits.judged.finite, fits.means))[rows, terms, terms]
    return np.asarray(2 * ndtr(-np.abs(fits.parameters[rows, terms]) / np.sqrt(spread)))


def _reweighted(whole: Design, judged: Judged, counts: Floats, rows: Whole) -> tuple[Floats, Floats]:
    """Parameters and means of the rows; NaN where the rounds were not enough."""
    found = np.full((len(rows), len(whole.terms)), np.nan)
    means = np.zeros((len(rows), counts.shape[1]))
    live = np.arange(len(rows))
    finite, kept, people = judged.finite[rows], judged.kept[rows], counts[rows]
    mean = np.where(kept, people + _START, 0.0)
    predictor = np.log(np.where(kept, mean, 1.0))
    for _ in range(_ROUNDS):
        working = mean * predictor + np.where(kept, people - mean, 0.0)
        right = (working @ whole.columns) * finite
        parameters = np.linalg.solve(normal(whole, finite, mean), right[:, :, None])[:, :, 0]
        predictor = np.clip(parameters @ whole.columns.T, -_STEEPEST, _STEEPEST)
        mean = np.where(kept, np.exp(predictor), 0.0)
        off = np.abs(((people - mean) @ whole.columns) * finite).max(axis=1)
        done = off < _CLOSE * people.sum(axis=1)
        found[live[done]], means[live[done]] = parameters[done], mean[done]
        if done.all():
            break
        more = ~done
        live, finite, kept, people = live[more], finite[more], kept[more], people[more]
        mean, predictor = mean[more], predictor[more]
    return found, means
