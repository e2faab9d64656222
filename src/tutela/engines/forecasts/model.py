"""Counts of many places: what each always has, and what its own last counts and its neighbours' add.

The endemic-epidemic model: Held, Höhle and Hofmann 2005, Statistical Modelling 5: 187-199; neighbours:
Meyer and Held 2014, Annals of Applied Statistics 8: 1612-1639; several lags: Bracher and Held 2022,
International Journal of Forecasting 38: 1221-1233.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from tutela.engines.forecasts.counts import Floats, NoForecast, Places, counts_of

LAGS = 8
"""Periods back that still count; the first so many are not fitted."""
MEMORIES = (0.0, 0.5, 0.8)
_LOOSE = 3.0
_LEAST = 1e-10
_STRONGEST = 1.5
_ROUNDS = 1_000
_CLOSE, _FLAT = 1e-12, 1e-4
_TOO_LONG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which parts a model has.

    `year`: periods in one; `waves`: of the season, 0 for none; `trend`: a rise or fall of all places
    together, which stops where the counts stop; `memory`: by how much a count of each period further back
    counts less (0: only the last one counts).
    """

    year: int = 52
    waves: int = 1
    trend: bool = False
    memory: float = 0.0

    def __post_init__(self) -> None:
        if self.year < 1 or self.waves < 0 or not 0 <= self.memory < 1:
            raise NoForecast("A year has one period at least, and a memory lies between 0 and 1.")

    @property
    def lags(self) -> Floats:
        """The weight of each count back, the last first; they add up to 1."""
        found = self.memory ** np.arange(LAGS)
        return np.asarray(found / found.sum())

    def design(self, periods: Places, *, last: int) -> Floats:
        """Season and trend at periods (n,), each a column; the trend is 0 at `last` and after it."""
        turns = 2 * np.pi * periods / self.year
        waves = [part(wave * turns) for wave in range(1, self.waves + 1) for part in (np.cos, np.sin)]
        trend = [np.minimum(periods - last, 0) / self.year] if self.trend else []
        return np.stack([*waves, *trend], axis=1) if waves or trend else np.zeros((len(periods), 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """mean(i, t) = exp(levels[i] + design(t) `effects`) + `own` past(i) + `near` past of neighbours.

    Variance = mean + `spread` mean²; `shares` (places, places) or None: what of the cases of each place
    (column) reaches each other (row); `periods`: how many were fitted; `likelihood`: its logarithm.
    """

    shape: Shape
    shares: Floats | None
    levels: Floats
    effects: Floats
    own: float
    near: float
    spread: float
    periods: int
    likelihood: float

    @property
    def criterion(self) -> float:
        """Akaike's: the smaller the better."""
        memory = self.shape.memory > 0
        return 2 * (
            len(self.levels) + len(self.effects) + 2 + (self.shares is not None) + memory - self.likelihood
        )

    def endemic(self, periods: Places) -> Floats:
        """What each place has without its past (places, n)."""
        at = self.shape.design(periods, last=self.periods - 1)
        return np.asarray(np.exp(self.levels[:, None] + at @ self.effects))


def shares_of(places: int, links: ArrayLike) -> Floats:
    """From links (m, 2) between places: of each place's cases, an equal share to each of its neighbours."""
    pairs = np.asarray(links, dtype=np.int64).reshape(-1, 2)
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= places):
        raise NoForecast("A link names a place that is not there.")
    linked = np.zeros((places, places))
    linked[pairs[:, 0], pairs[:, 1]] = linked[pairs[:, 1], pairs[:, 0]] = 1.0
    np.fill_diagonal(linked, 0.0)
    return np.asarray(linked / np.maximum(linked.sum(axis=0), 1.0))


def past(counts: Floats, lags: Floats) -> Floats:
    """What of the counts before each period still counts, from the `LAGS`-th period on."""
    stop = counts.shape[1]
    parts = (lag * counts[:, LAGS - back : stop - back] for back, lag in enumerate(lags, start=1))
    return np.asarray(sum(parts, np.zeros((len(counts), stop - LAGS))))


def fit(counts: ArrayLike, shape: Shape, shares: Floats | None = None, *, start: Fit | None = None) -> Fit:
    """The likeliest model of counts (places, periods). Raises NoForecast where there is too little.

    Levels are held, loosely (standard deviation 3 on the logarithmic scale), to half a case more than each
    place had, so that a place without any case has an answer. `start`: a fit of the same shape to begin
    from.
    """
    table = counts_of(counts)
    if shares is not None and shares.shape != (len(table), len(table)):
        raise NoForecast("The shares of neighbours are a table of all places by all places.")
    if table.shape[1] <= LAGS + shape.waves * 2 + 2:
        raise NoForecast(f"{table.shape[1]} periods are too few for a model with {LAGS} periods of memory.")
    if not table.any():
        raise NoForecast("There is no case in any place: nothing can be learned from that.")
    problem = _Problem(table, shape, shares)
    begin = problem.start(start)
    scale = problem.scale(begin)

    def loss(at: Floats) -> tuple[float, Floats]:
        value, slope = problem.loss(at * scale)
        return value, slope * scale

    found = minimize(
        loss,
        begin / scale,
        jac=True,
        method="L-BFGS-B",
        bounds=[(low / one, high / one) for (low, high), one in zip(problem.bounds(), scale, strict=True)],
        options={"maxiter": _ROUNDS, "ftol": _CLOSE, "gtol": _FLAT, "maxcor": 20},
    )
    if found.status == _TOO_LONG:
        raise NoForecast("The likeliest model of these counts was not found: they fit none of its kind.")
    return problem.fit_at(found.x * scale)


def parts(found: Fit, counts: ArrayLike) -> tuple[float, float, float]:
    """What of all that the model expects of counts (places, periods) is endemic, own past, neighbours."""
    before = past(counts_of(counts), found.shape.lags)
    always = float(found.endemic(np.arange(LAGS, LAGS + before.shape[1])).sum())
    own = found.own * float(before.sum())
    near = found.near * float((found.shares @ before).sum()) if found.shares is not None else 0.0
    whole = always + own + near
    return always / whole, own / whole, near / whole


def chosen(counts: ArrayLike, shape: Shape, shares: Floats | None = None, *, may_trend: bool = True) -> Fit:
    """The best by Akaike's criterion: how long the past counts first, then trend, then the waves of a
    season.
    """
    best = min((fit(counts, replace(shape, memory=one), shares) for one in MEMORIES), key=_criterion)
    others = [replace(best.shape, trend=True)] if may_trend else []
    best = min([best, *(fit(counts, one, shares) for one in others)], key=_criterion)
    others = [replace(best.shape, waves=one) for one in (0, 2)] if shape.waves else []
    return min([best, *(fit(counts, one, shares) for one in others)], key=_criterion)


def _criterion(found: Fit) -> float:
    return found.criterion


class _Problem:
    """Minus the logarithm of the likelihood, and its slope; parameters: levels, effects, own, near, log
    spread.
    """

    def __init__(self, counts: Floats, shape: Shape, shares: Floats | None) -> None:
        self.shape, self.shares = shape, shares
        self.periods = counts.shape[1]
        self.seen = counts[:, LAGS:]
        self.own = past(counts, shape.lags)
        self.near = shares @ self.own if shares is not None else None
        self.design = shape.design(np.arange(LAGS, self.periods), last=self.periods - 1)
        self.middle = np.log((counts.sum(axis=1) + 0.5) / self.periods)
        self.whole = self.seen.astype(np.int64)
        self.range = np.arange(int(self.seen.max()) + 1)
        self.constant = float(gammaln(self.seen + 1).sum())

    def start(self, earlier: Fit | None) -> Floats:
        if earlier is not None and earlier.shape == self.shape and len(earlier.levels) == len(self.seen):
            near = [earlier.near] if self.near is not None else []
            spread = np.log(max(earlier.spread, 1e-4))
            return np.array([*earlier.levels, *earlier.effects, earlier.own, *near, spread])
        near = [0.1] if self.near is not None else []
        return np.array([*(self.middle - 0.5), *np.zeros(self.design.shape[1]), 0.2, *near, -1.0])

    def bounds(self) -> list[tuple[float, float]]:
        effects = [(-10.0, 10.0)] * self.design.shape[1]
        past_parts = [(0.0, _STRONGEST)] * (1 if self.near is None else 2)
        return [(-25.0, 15.0)] * len(self.seen) + effects + past_parts + [(-10.0, 4.0)]

    def scale(self, at: Floats) -> Floats:
        """About how far each parameter may be off: one over the root of its Fisher information at `at`."""
        levels, effects, own, near, spread = self.split(at)
        endemic = np.exp(levels[:, None] + self.design @ effects)
        mean = endemic + own * self.own + _LEAST
        if self.near is not None:
            mean += near * self.near
        weight = 1 / (mean * (1 + spread * mean))
        by_level = weight * endemic**2
        parts = [by_level.sum(axis=1) + 1 / _LOOSE**2, by_level.sum(axis=0) @ self.design**2]
        parts += [np.array([(weight * one**2).sum()]) for one in (self.own, self.near) if one is not None]
        parts.append(np.array([(0.5 * (spread * mean / (1 + spread * mean)) ** 2).sum()]))
        return np.asarray(1 / np.sqrt(np.maximum(np.concatenate(parts), 1e-3)))

    def split(self, at: Floats) -> tuple[Floats, Floats, float, float, float]:
        places, effects = len(self.seen), self.design.shape[1]
        near = float(at[places + effects + 1]) if self.near is not None else 0.0
        return (
            at[:places], at[places : places + effects], float(at[places + effects]), near,
            float(np.exp(at[-1])),
        )  # fmt: skip

    def loss(self, at: Floats) -> tuple[float, Floats]:
        levels, effects, own, near, spread = self.split(at)
        endemic = np.exp(levels[:, None] + self.design @ effects)
        mean = endemic + own * self.own + _LEAST
        if self.near is not None:
            mean += near * self.near
        size = 1 / spread
        likelihood, by_mean, by_size = self._likelihood(mean, size)
        away = levels - self.middle
        slope = by_mean * endemic
        parts = [slope.sum(axis=1) - away / _LOOSE**2, slope.sum(axis=0) @ self.design]
        parts.append(np.array([(by_mean * self.own).sum()]))
        if self.near is not None:
            parts.append(np.array([(by_mean * self.near).sum()]))
        parts.append(np.array([-size * by_size]))
        return float((away**2).sum() / (2 * _LOOSE**2) - likelihood), -np.concatenate(parts)

    def _likelihood(self, mean: Floats, size: float) -> tuple[float, Floats, float]:
        """The logarithm of the likelihood, and its slopes by each mean and by the size of the negative
        binomial.
        """
        seen, total = self.seen, mean + size
        log_part = np.log(size / total)
        grown = (gammaln(size + self.range) - gammaln(size))[self.whole]
        likelihood = float((grown + size * log_part + seen * np.log(mean / total)).sum()) - self.constant
        by_mean = seen / mean - (seen + size) / total
        grown = (digamma(size + self.range) - digamma(size))[self.whole]
        return likelihood, by_mean, float((grown + log_part + (mean - seen) / total).sum())

    def fit_at(self, at: Floats) -> Fit:
        levels, effects, own, near, spread = self.split(at)
        away = float(((levels - self.middle) ** 2).sum() / (2 * _LOOSE**2))
        return Fit(
            shape=self.shape,
            shares=self.shares,
            levels=levels,
            effects=effects,
            own=own,
            near=near,
            spread=spread,
            periods=self.periods,
            likelihood=away - self.loss(at)[0],
        )
