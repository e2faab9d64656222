"""Fits many quasi-Poisson regressions with one design at once, by iteratively reweighted least squares.

log mean = design times parameters; variance = dispersion times mean (McCullagh and Nelder 1989, chapters 2
and 9).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from tutela.engines.surveillance.series import Flags, Floats

_ROUNDS = 50
_CLOSE = 1e-9
_HALVINGS = 6
_STEEPEST = 30.0
_NUDGE = 0.1


@dataclass(frozen=True, slots=True)
class Fit:
    """m fits of p parameters to n counts each.

    `parameters` (m, p); `covariance` (m, p, p): to be multiplied by a dispersion; `means` (m, n);
    `leverage` (m, n): diagonal of the hat matrix; `dispersion` (m,): Pearson's, not held above 1;
    `relative` (m,): the same with residuals relative to the mean, which is no dispersion (see
    `Rule.as_in_r`); `converged` (m,).
    """

    parameters: Floats
    covariance: Floats
    means: Floats
    leverage: Floats
    dispersion: Floats
    relative: Floats
    converged: Flags


def fit(design: Floats, counts: Floats, weights: Floats | None = None) -> Fit:
    """Fits `counts` (m, n) on `design` (n, p), each count with its weight (m, n)."""
    given = np.ones_like(counts) if weights is None else weights
    products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    parameters, means, converged = _reweighted(design, products, counts, given)
    inverse = _inverse(_normal(products, given * means, design.shape[1]))
    leverage = given * means * ((inverse @ design.T) * design.T).sum(axis=1)
    free = (given > 0).sum(axis=1) - design.shape[1]
    squares = given * (counts - means) ** 2
    pearson, relative = (squares / means).sum(axis=1) / free, (squares / means**2).sum(axis=1) / free
    return Fit(parameters, inverse, means, leverage, pearson, relative, converged)


def _reweighted(
    design: Floats, products: Floats, counts: Floats, weights: Floats
) -> tuple[Floats, Floats, Flags]:
    parameters = np.zeros((len(counts), design.shape[1]))
    means_all, done_all = np.zeros_like(counts), np.zeros(len(counts), dtype=bool)
    live = np.arange(len(counts))
    means = counts + _NUDGE
    predictor, deviance = np.log(means), np.full(len(counts), np.inf)
    for _ in range(_ROUNDS):
        y, w = counts[live], weights[live]
        right = (w * (means * predictor + y - means)) @ design
        aim = _solved(_normal(products, w * means, design.shape[1]), right)
        aim, predictor, now = _not_worse(design, y, w, parameters[live], aim, deviance)
        means = np.exp(predictor)
        parameters[live], means_all[live] = aim, means
        done = np.abs(deviance - now) < _CLOSE * (np.abs(now) + _NUDGE)
        done_all[live[done]] = True
        live, means, predictor, deviance = live[~done], means[~done], predictor[~done], now[~done]
        if not len(live):
            break
    return parameters, means_all, done_all


def _not_worse(
    design: Floats, counts: Floats, weights: Floats, old: Floats, aim: Floats, before: Floats
) -> tuple[Floats, Floats, Floats]:
    """A step, halved where it would make the deviance larger."""
    for _ in range(_HALVINGS):
        predictor = np.clip(aim @ design.T, -_STEEPEST, _STEEPEST)
        now = _deviance(counts, weights, predictor)
        worse = now > before * (1 + _CLOSE) + _CLOSE
        if not worse.any():
            break
        aim = np.where(worse[:, None], (aim + old) / 2, aim)
    return aim, predictor, now


def _deviance(counts: Floats, weights: Floats, predictor: Floats) -> Floats:
    each = xlogy(counts, counts) - counts * predictor - counts + np.exp(predictor)
    return np.asarray(2 * (weights * each).sum(axis=1))


def _normal(products: Floats, weights: Floats, size: int) -> Floats:
    return np.asarray((weights @ products).reshape(len(weights), size, size))


def _solved(matrices: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(matrices, right[:, :, None])[:, :, 0])
    except np.linalg.LinAlgError:
        return np.asarray((np.linalg.pinv(matrices, hermitian=True) @ right[:, :, None])[:, :, 0])


def _inverse(matrices: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.inv(matrices))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(matrices, hermitian=True))
