"""What a forecast must beat: the same as last year, the mean of the season in all years, the mean so far."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from tutela.engines.forecasts.counts import Expected, Floats, NoForecast, counts_of

_PERIODS_AROUND = 26
_FIRST = 8
HALF = 0.5
"""Is added to the cases that are averaged, so that nothing is held to be impossible."""


class Simple(StrEnum):
    """LAST_YEAR: the periods around the same one a year ago; SEASON: those of all earlier years; SO_FAR:
    all.
    """

    LAST_YEAR = "last year"
    SEASON = "season"
    SO_FAR = "so far"

    def needs(self, year: int) -> int:
        """Periods that must lie before one that is expected so."""
        return _FIRST if self is Simple.SO_FAR else year + around(year)


def around(year: int) -> int:
    """Periods on each side of the same one of another year: two weeks, or no month."""
    return year // _PERIODS_AROUND


def means(kind: Simple, counts: Floats, at: int, *, year: int, known: int, added: float = HALF) -> Floats:
    """The mean of each place (places,) for period `at`, from counts before `known`.

    `added` cases are averaged with them.
    """
    if kind is Simple.SO_FAR:
        return np.asarray((counts[:, :known].sum(axis=1) + added) / known)
    wide = around(year)
    back = 1 if kind is Simple.LAST_YEAR else (at - wide) // year
    if back < 1 or at - year + wide >= known:
        raise NoForecast("No whole year lies before the period.")
    places = np.concatenate(
        [np.arange(at - n * year - wide, at - n * year + wide + 1) for n in range(1, back + 1)]
    )
    if places.min() < 0:
        raise NoForecast("No whole year lies before the period.")
    return np.asarray((counts[:, places].sum(axis=1) + added) / len(places))


def spread_of(kind: Simple, counts: Floats, *, year: int) -> float:
    """How much wider than Poisson counts scatter around such means: the likeliest `spread`, variance m +
    spread m².
    """
    table = counts_of(counts)
    first, stop = kind.needs(year), table.shape[1]
    if stop <= first:
        return 0.5
    mean = np.stack([means(kind, table, at, year=year, known=at) for at in range(first, stop)], axis=1)
    seen = table[:, first:]

    def loss(log_spread: float) -> float:
        size = np.exp(-log_spread)
        each = gammaln(seen + size) - gammaln(size) + size * np.log(size / (size + mean))
        return -float((each + seen * np.log(mean / (size + mean))).sum())

    return float(np.exp(minimize_scalar(loss, bounds=(-8.0, 4.0), method="bounded").x))


def expected(
    kind: Simple, counts: Floats, *, known: int, steps: int, year: int, spread: float, added: float = HALF
) -> Expected:
    """The `steps` periods after the first `known` (places, steps)."""
    ahead = range(known, known + steps)
    each = [means(kind, counts, at, year=year, known=known, added=added) for at in ahead]
    mean = np.stack(each, axis=1)
    return Expected(mean, mean + spread * mean**2)
