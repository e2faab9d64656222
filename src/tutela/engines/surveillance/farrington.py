"""Farrington's method and its flexible successor: this week against the same season of earlier years.

Farrington, Andrews, Beale and Catchpole 1996, J. R. Statist. Soc. A 159: 547-563; Noufaily, Enki,
Farrington, Garthwaite, Andrews and Charlett 2013, Statistics in Medicine 32: 1206-1222.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, stdtr
from scipy.stats import nbinom, poisson

from tutela.engines.surveillance.fitting import Fit, fit
from tutela.engines.surveillance.series import (
    BadSeries,
    Flags,
    Floats,
    Places,
    Watched,
    check_alpha,
    counts_of,
    first_watched,
)

_TINY = 1e-10
_NEARLY_ONE = 1 - 1e-9
_NUMBERS_AT_ONCE = 4_000_000


class Threshold(StrEnum):
    """How the highest count that is no alarm is found.

    POWER: normal after the power 2/3, with what the fit is unsure of (1996). PLUG_IN: quantile of the
    negative binomial with the fitted mean. UPPER_MEAN: the same with the upper end of that mean.
    """

    POWER = "power"
    PLUG_IN = "plug-in"
    UPPER_MEAN = "upper-mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The settings of a method.

    `years` back, `half` window around the same period of each; `seasons`: parts of a year (1: only the
    windows are compared, as in 1996); `left_out`: periods before the watched one that are not looked at;
    `downweight`: residuals above it count less; `trend_p`: a trend is kept at up to this p-value (1:
    always); `tail`: parts into which alpha is cut (2 in 1996, whose alpha counts both sides); `at_least`
    cases in so many periods (`within`), or there is no alarm; `year`: periods in a year; `as_in_r`: take
    the standard error as farringtonFlexible of the R package surveillance takes it, by residuals relative
    to the mean where quasi-Poisson theory has Pearson's: only to compare with its answers.
    """

    years: int = 5
    half: int = 3
    seasons: int = 10
    left_out: int = 26
    downweight: float = 2.58
    trend_p: float = 1.0
    threshold: Threshold = Threshold.PLUG_IN
    tail: int = 1
    at_least: int = 5
    within: int = 4
    year: int = 52
    as_in_r: bool = False

    def __post_init__(self) -> None:
        between = self.year - 2 * self.half - 1
        if self.years < 1 or self.half < 0 or self.left_out < 0 or self.within < 1 or self.seasons < 1:
            raise BadSeries("Years, parts of the year and periods of a rule are 1 or more.")
        if between < self.seasons - 1:
            raise BadSeries(f"A year of {self.year} periods has no {self.seasons} parts.")

    @property
    def needs(self) -> int:
        """Periods that lie before a watched one."""
        return max(self.years * self.year + self.half, self.within - 1)


NOUFAILY = Rule()
FARRINGTON_1996 = Rule(seasons=1, left_out=3, downweight=1.0, trend_p=0.05, threshold=Threshold.POWER, tail=2)


def farrington(counts: ArrayLike, rule: Rule, *, watch: int, alpha: float, known: ArrayLike = 1.0) -> Watched:
    """Watches the last `watch` periods of counts (series, periods). Raises BadSeries.

    `known` (watched,) is the part of each watched period's cases that is expected to have been received by
    now (see `nowcast`): expectation and bound are those of the cases known so far. A negative binomial of
    which each case is known with a chance keeps its size, so that variance over mean becomes 1 + known (phi
    - 1).
    """
    table = counts_of(counts)
    check_alpha(alpha)
    first = first_watched(table, watch, needs=rule.needs)
    lags, seasons = _past(rule)
    windows = sliding_window_view(table, rule.needs + 1, axis=1)[:, first - rule.needs :]
    past = windows[:, :, rule.needs - lags].reshape(-1, len(lags))
    portion = max(1, _NUMBERS_AT_ONCE // len(lags))
    parts = [
        _predicted(past[start : start + portion], lags, seasons, rule)
        for start in range(0, len(past), portion)
    ]
    shape = (len(table), watch)
    mean, spread, phi = (np.concatenate(each).reshape(shape) for each in zip(*parts, strict=True))
    part = np.broadcast_to(np.asarray(known, dtype=np.float64), (watch,))
    if ((part <= 0) | (part > 1)).any():
        raise BadSeries("What is known of a period is a part above 0 and up to 1.")
    now = table[:, first:]
    phi = 1 + part * (phi - 1)
    upper, p = _bound(now, mean * part, spread, phi, rule, alpha)
    recent = sliding_window_view(table, rule.within, axis=1).sum(axis=2)[:, -watch:]
    enough = recent >= rule.at_least
    alarms = enough & (now > upper)
    return Watched(first=first, expected=mean * part, upper=upper, p=p, alarms=alarms, phi=phi)


def _past(rule: Rule) -> tuple[Places, Places]:
    """How far back each compared period lies (n,), oldest first, and its part of the year (now: 0)."""
    season = {lag: 0 for lag in range(rule.half + 1)}
    lengths = _lengths(rule)
    for year in range(1, rule.years + 1):
        same = year * rule.year
        season |= {lag: 0 for lag in range(same - rule.half, same + rule.half + 1)}
        at = same - rule.half - 1
        for number, length in enumerate(lengths, start=1):
            season |= {lag: number for lag in range(at - length + 1, at + 1)}
            at -= length
    kept = np.array(sorted((lag for lag in season if lag > rule.left_out), reverse=True))
    return kept, np.array([season[lag] for lag in kept.tolist()])


def _lengths(rule: Rule) -> list[int]:
    """Periods in each part of the year between two windows; the first are longer where it does not divide."""
    if rule.seasons == 1:
        return []
    length, rest = divmod(rule.year - 2 * rule.half - 1, rule.seasons - 1)
    return [length + (number < rest) for number in range(rule.seasons - 1)]


def _predicted(past: Floats, lags: Places, seasons: Places, rule: Rule) -> tuple[Floats, Floats, Floats]:
    """Mean of now, standard error of its logarithm, and dispersion (1 or more), each (m,)."""
    parts = (seasons[:, None] == np.arange(1, rule.seasons)).astype(float)
    flat = np.column_stack([np.ones(len(lags)), parts])
    trended = np.column_stack([flat, -lags / rule.year])
    with_trend = _fitted(trended, past, rule)
    keep = with_trend.converged & _may_trend(with_trend, past, rule)
    mean, spread, phi = _now(with_trend, rule)
    if (~keep).any():
        without = _fitted(flat, past[~keep], rule)
        lost = ~without.converged
        for into, found in zip((mean, spread, phi), _now(without, rule), strict=True):
            into[~keep] = np.where(lost, np.nan, found)
    return mean, spread, phi


def _fitted(design: Floats, past: Floats, rule: Rule) -> Fit:
    """Fits, weighs down what looks like past outbreaks, and fits again."""
    first = fit(design, past)
    phi = np.maximum(first.dispersion, 1)[:, None]
    means = np.maximum(first.means, _TINY**2)
    raw = 1.5 * (past ** (2 / 3) * means ** (-1 / 6) - np.sqrt(means))
    residuals = raw / np.sqrt(phi * (1 - np.minimum(first.leverage, _NEARLY_ONE)))
    high = residuals > rule.downweight
    weights = np.where(high, np.where(high, residuals, 1.0) ** -2, 1.0)
    weights *= weights.shape[1] / weights.sum(axis=1, keepdims=True)
    return fit(design, past, weights)


def _may_trend(found: Fit, past: Floats, rule: Rule) -> Flags:
    """A trend is kept with three years, where it is no chance, and where it leads no higher than ever."""
    if rule.years < 3:
        return np.zeros(len(past), dtype=bool)
    with np.errstate(over="ignore"):
        modest = np.exp(found.parameters[:, 0]) <= past.max(axis=1)
    if rule.trend_p >= 1:
        return np.asarray(modest)
    dispersion = found.relative if rule.as_in_r else found.dispersion
    error = np.sqrt(np.maximum(found.covariance[:, -1, -1] * dispersion, _TINY**2))
    free = past.shape[1] - found.parameters.shape[1]
    p = 2 * stdtr(free, -np.abs(found.parameters[:, -1] / error))
    return np.asarray(modest & (p < rule.trend_p))


def _now(found: Fit, rule: Rule) -> tuple[Floats, Floats, Floats]:
    """Time is counted from now and the part of the year that now is in is the base: now is the intercept."""
    phi = np.maximum(found.dispersion, 1)
    dispersion = found.relative if rule.as_in_r else phi
    spread = np.sqrt(np.maximum(found.covariance[:, 0, 0], 0) * dispersion)
    with np.errstate(over="ignore"):
        return np.exp(found.parameters[:, 0]), spread, phi


def _bound(
    now: Floats, mean: Floats, spread: Floats, phi: Floats, rule: Rule, alpha: float
) -> tuple[Floats, Floats]:
    z = float(ndtri(1 - alpha / rule.tail))
    if rule.threshold is Threshold.POWER:
        error = np.sqrt(4 / 9 * mean ** (1 / 3) * (phi + mean * spread**2))
        with np.errstate(divide="ignore", invalid="ignore"):
            p = 1 - ndtr((now ** (2 / 3) - mean ** (2 / 3)) / error)
        return (mean ** (2 / 3) + z * error) ** 1.5, p
    assumed = mean * np.exp(z * spread) if rule.threshold is Threshold.UPPER_MEAN else mean
    return _quantile(assumed, phi, 1 - alpha / rule.tail), _tail(now, assumed, phi)


def _quantile(mean: Floats, phi: Floats, level: float) -> Floats:
    """Of the negative binomial with variance phi times mean; Poisson where phi is 1."""
    wide = phi > 1 + _TINY
    size = np.where(wide, mean / np.where(wide, phi - 1, 1.0), 1.0)
    found = np.where(wide, nbinom.ppf(level, size, 1 / phi), poisson.ppf(level, mean))
    return np.where(np.isfinite(mean), found, np.nan)


def _tail(now: Floats, mean: Floats, phi: Floats) -> Floats:
    wide = phi > 1 + _TINY
    size = np.where(wide, mean / np.where(wide, phi - 1, 1.0), 1.0)
    found = np.where(wide, nbinom.sf(now - 1, size, 1 / phi), poisson.sf(now - 1, mean))
    return np.where(np.isfinite(mean), found, np.nan)
