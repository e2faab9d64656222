"""Forecasts as they would have been made, each from what came before it alone, and what then came."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tutela.engines.forecasts import simple
from tutela.engines.forecasts.ahead import ahead
from tutela.engines.forecasts.counts import Expected, Flags, Floats, NoForecast, counts_of
from tutela.engines.forecasts.model import Fit, Shape, chosen, fit
from tutela.engines.forecasts.simple import Simple

MODEL = "model"
Progress = Callable[[int], None]
"""Is told how many origins are done."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Forecasts by name, each (places, origins, steps), and what came; `first` is the first period forecast.

    Steps that lie after the counts are left out of `seen` (NaN) and marked False in `there` (origins, steps).
    """

    first: int
    forecasts: Mapping[str, Expected]
    seen: Floats
    there: Flags

    def at(self, step: int) -> tuple[Mapping[str, Expected], Floats]:
        """All forecasts so many steps ahead (1: the next period), and what came, each (places, origins)."""
        use = self.there[:, step - 1]
        return (
            {name: each[:, use, step - 1] for name, each in self.forecasts.items()},
            self.seen[:, use, step - 1],
        )


def held_back(
    counts: ArrayLike,
    shape: Shape,
    shares: Floats | None,
    *,
    periods: int,
    steps: int,
    against: Sequence[Simple],
    again: int,
    may_trend: bool = True,
    progress: Progress = lambda done: None,
) -> HeldBack:
    """Forecasts the last `periods`, each up to `steps` ahead, from the counts before the origin alone.

    The shape is chosen once, before the first; the model is fitted again every `again` origins. Raises
    NoForecast.
    """
    table = counts_of(counts)
    first = table.shape[1] - periods
    if periods < 1 or steps < 1 or again < 1 or first < 1:
        raise NoForecast("Periods that are held back, steps and origins between two fits are 1 or more.")
    made: dict[str, list[Expected]] = {MODEL: [], **{kind.value: [] for kind in against}}
    found: Fit | None = None
    spreads: dict[Simple, float] = {}
    for origin in range(first, table.shape[1]):
        before = table[:, :origin]
        if (origin - first) % again == 0:
            found = (
                chosen(before, shape, shares, may_trend=may_trend) if found is None else _again(before, found)
            )
            spreads = {kind: simple.spread_of(kind, before, year=shape.year) for kind in against}
        assert found is not None
        made[MODEL].append(ahead(found, before, steps=steps).each)
        for kind in against:
            made[kind.value].append(
                simple.expected(
                    kind, before, known=origin, steps=steps, year=shape.year, spread=spreads[kind]
                )
            )
        progress(origin - first + 1)
    seen, there = _came(table, first, steps)
    return HeldBack(first, {name: _stacked(each) for name, each in made.items()}, seen, there)


def _again(counts: Floats, earlier: Fit) -> Fit:
    return fit(counts, earlier.shape, earlier.shares, start=earlier)


def _came(table: Floats, first: int, steps: int) -> tuple[Floats, Flags]:
    at = np.arange(first, table.shape[1])[:, None] + np.arange(steps)
    there = at < table.shape[1]
    return np.where(there, table[:, np.minimum(at, table.shape[1] - 1)], np.nan), there


def _stacked(each: list[Expected]) -> Expected:
    return Expected(
        np.stack([one.mean for one in each], axis=1), np.stack([one.variance for one in each], axis=1)
    )
