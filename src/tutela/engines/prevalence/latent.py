"""Lists that are independent within classes of people nobody sees: a mixture, sampled by Gibbs.

Manrique-Vallier 2016 (Biometrics 72:1246): a Dirichlet process mixture in stick-breaking form, cut off at
`classes`. Its chains can stay in different places; the page shows whether they agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from tutela.engines.prevalence.bootstrap import LEVELS, Interval
from tutela.engines.prevalence.tables import Floats, Table, Whole

_SHAPE = 0.25
_TINY = 1e-300
_NEVER = 1e-15
AGREED = 1.05
"""Chains agree where R-hat is lower; Vehtari et al. 2021 (Bayesian Analysis 16:667) ask for 1.01."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How long the chains run; `thin` keeps every so manieth sample after `burn_in`."""

    chains: int = 8
    burn_in: int = 10_000
    kept: int = 1_000
    thin: int = 10
    classes: int = 5


@dataclass(frozen=True, slots=True)
class Chains:
    """Samples of all people (chains, kept), and what they say about each other."""

    totals: Floats

    @property
    def median(self) -> float:
        """Of all chains together."""
        return float(np.median(self.totals))

    def intervals(self, levels: tuple[float, ...] = LEVELS) -> tuple[Interval, ...]:
        """Equal weight left out on both sides."""
        edges = [np.quantile(self.totals, [(1 - one) / 2, (1 + one) / 2]) for one in levels]
        return tuple(Interval(one, float(a), float(b)) for one, (a, b) in zip(levels, edges, strict=True))

    @property
    def r_hat(self) -> float:
        """How far chains differ, each cut in two: 1 where they agree (Gelman et al. 2013, BDA3, 11.4)."""
        halves = self._halves()
        length = halves.shape[1]
        within = halves.var(axis=1, ddof=1).mean()
        between = length * halves.mean(axis=1).var(ddof=1)
        return float(np.sqrt(((length - 1) / length * within + between / length) / within)) if within else 1.0

    @property
    def effective(self) -> float:
        """So many independent samples would say as much (Gelman et al. 2013, BDA3, 11.5)."""
        halves = self._halves()
        number, length = halves.shape
        within = halves.var(axis=1, ddof=1).mean()
        pooled = within * (length - 1) / length + halves.mean(axis=1).var(ddof=1)
        if not pooled:
            return float(number * length)
        total = 0.0
        for lag in range(1, length - 1, 2):
            two = sum(self._correlation(halves, step, pooled) for step in (lag, lag + 1))
            if two < 0:
                break
            total += two
        return float(min(number * length, number * length / (1 + 2 * total)))

    @property
    def agree(self) -> bool:
        """Whether the chains found the same answer."""
        return self.r_hat < AGREED

    def _halves(self) -> Floats:
        half = self.totals.shape[1] // 2
        return np.concatenate([self.totals[:, :half], self.totals[:, half : 2 * half]])

    @staticmethod
    def _correlation(halves: Floats, lag: int, pooled: float) -> float:
        apart = ((halves[:, lag:] - halves[:, :-lag]) ** 2).mean()
        return float(1 - apart / (2 * pooled))


def sample(table: Table, *, chance: Generator, how: Sampling | None = None) -> Chains:
    """Runs all chains side by side. The prior of the total N is 1 / N."""
    how = how or Sampling()
    state = _State(table, chance, how)
    for _ in range(how.burn_in):
        state.step()
    kept = np.empty((how.chains, how.kept))
    for place in range(how.kept):
        for _ in range(how.thin):
            state.step()
        kept[:, place] = table.observed + state.hidden
    return Chains(kept)


class _State:
    """Where all chains are: shares (c, K) of the classes and chances (c, K, k) to be on each list."""

    def __init__(self, table: Table, chance: Generator, how: Sampling) -> None:
        seen = np.flatnonzero(table.counts)
        self.chance = chance
        self.observed = table.observed
        self.counts = table.counts[seen]
        self.on = (((seen + 1)[:, None] >> np.arange(len(table.lists))) & 1).astype(float)
        self.concentration = np.full(how.chains, _SHAPE)
        self.shares = chance.dirichlet(np.full(how.classes, _SHAPE), size=how.chains)
        self.listed = chance.beta(1, 1, size=(how.chains, how.classes, len(table.lists)))
        self.hidden = np.zeros(how.chains, dtype=np.int64)

    def step(self) -> None:
        """One sweep: classes of the observed, number and classes of the hidden, then all parameters."""
        missed = self.shares * (1 - self.listed).prod(axis=2)
        chance_missed = np.clip(missed.sum(axis=1), _TINY, 1 - 1e-12)
        self.hidden = self.chance.negative_binomial(self.observed, 1 - chance_missed)
        hidden = self.chance.multinomial(self.hidden, missed / missed.sum(axis=1, keepdims=True))
        seen = self._classes_of_the_observed()
        on = seen.transpose(0, 2, 1) @ self.on
        number = seen.sum(axis=1) + hidden
        self.listed = self.chance.beta(1 + on, 1 + number[:, :, None] - on)
        self._shares(number)

    def _classes_of_the_observed(self) -> Whole:
        """How many of each history are in each class: (c, histories, K)."""
        listed = np.clip(self.listed, _NEVER, 1 - _NEVER)
        no = np.log1p(-listed)
        base = np.log(np.maximum(self.shares, _TINY)) + no.sum(axis=2)
        logs = self.on @ (np.log(listed) - no).transpose(0, 2, 1) + base[:, None, :]
        weights = np.exp(logs - logs.max(axis=2, keepdims=True))
        return self.chance.multinomial(
            np.broadcast_to(self.counts, weights.shape[:2]), weights / weights.sum(axis=2, keepdims=True)
        )

    def _shares(self, number: Whole) -> None:
        after = number[:, ::-1].cumsum(axis=1)[:, ::-1] - number
        broken = self.chance.beta(1 + number[:, :-1], self.concentration[:, None] + after[:, :-1])
        broken = np.clip(broken, 1e-12, 1 - 1e-12)
        rest = np.cumprod(1 - broken, axis=1)
        self.shares = np.hstack([broken[:, :1], broken[:, 1:] * rest[:, :-1], rest[:, -1:]])
        classes = number.shape[1]
        self.concentration = self.chance.gamma(
            _SHAPE + classes - 1, 1 / (_SHAPE - np.log1p(-broken).sum(axis=1))
        )
        self.concentration = np.maximum(self.concentration, 1e-3)
