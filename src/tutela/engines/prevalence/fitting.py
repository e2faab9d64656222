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
_HALVINGS = 12
_CLOSE = 1e-9
"""The totals of a fit equal those of the table, to this share of all people."""
_NUMBERS_AT_ONCE = 8_000_000
_START = 0.25
_TINY = 1e-300
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
    unit = np.eye(len(whole.terms))[terms]
    spread = _solved(normal(whole, fits.judged.finite, fits.means), unit)[rows, terms]
    return np.asarray(2 * ndtr(-np.abs(fits.parameters[rows, terms]) / np.sqrt(np.maximum(spread, _TINY))))


def _reweighted(whole: Design, judged: Judged, counts: Floats, rows: Whole) -> tuple[Floats, Floats]:
    """Parameters and means of the rows; NaN where the rounds were not enough."""
    found = np.full((len(rows), len(whole.terms)), np.nan)
    means = np.zeros((len(rows), counts.shape[1]))
    live = np.arange(len(rows))
    finite, kept, people = judged.finite[rows], judged.kept[rows], counts[rows]
    mean = np.where(kept, people + _START, 0.0)
    state = _State(whole, finite, kept, people, mean, np.log(np.where(kept, mean, 1.0)))
    for _ in range(_ROUNDS):
        state.step()
        done = state.done()
        found[live[done]], means[live[done]] = state.parameters[done], state.mean[done]
        if done.all():
            break
        live = live[~done]
        state.keep(~done)
    return found, means


class _State:
    """Fits on their way: Newton's steps, halved where they would go down, to the one summit there is."""

    def __init__(
        self, whole: Design, finite: Flags, kept: Flags, people: Floats, mean: Floats, predictor: Floats
    ) -> None:
        self.whole, self.finite, self.kept, self.people = whole, finite, kept, people
        self.mean, self.predictor = mean, predictor
        self.parameters = np.zeros(finite.shape)
        self.likelihood = np.full(len(finite), -np.inf)

    def step(self) -> None:
        working = self.mean * self.predictor + np.where(self.kept, self.people - self.mean, 0.0)
        right = (working @ self.whole.columns) * self.finite
        aim = _solved(normal(self.whole, self.finite, self.mean), right)
        for _ in range(_HALVINGS):
            self.predictor = np.clip(aim @ self.whole.columns.T, -_STEEPEST, _STEEPEST)
            self.mean = np.where(self.kept, np.exp(self.predictor), 0.0)
            likelihood = np.where(self.kept, self.people * self.predictor - self.mean, 0.0).sum(axis=1)
            worse = likelihood < self.likelihood - _CLOSE * np.abs(self.likelihood)
            if not worse.any():
                break
            aim[worse] = (aim[worse] + self.parameters[worse]) / 2
        self.parameters, self.likelihood = aim, likelihood

    def done(self) -> Flags:
        """Whether the totals of the fit are those of the table."""
        off = np.abs(((self.people - self.mean) @ self.whole.columns) * self.finite).max(axis=1)
        return np.asarray(off < _CLOSE * self.people.sum(axis=1))

    def keep(self, rows: Flags) -> None:
        for name in ("finite", "kept", "people", "mean", "predictor", "parameters", "likelihood"):
            setattr(self, name, getattr(self, name)[rows])


def _solved(matrices: Floats, right: Floats) -> Floats:
    """The least squares answer where means have become so small that a matrix counts as singular."""
    try:
        return np.asarray(np.linalg.solve(matrices, right[:, :, None])[:, :, 0])
    except np.linalg.LinAlgError:
        return np.asarray((np.linalg.pinv(matrices, hermitian=True) @ right[:, :, None])[:, :, 0])
