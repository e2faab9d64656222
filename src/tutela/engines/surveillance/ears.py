"""EARS C1, C2 and C3: today against the days just before, where there are no years to look back on.

Hutwagner, Thompson, Seeman and Treadwell 2003, Journal of Urban Health 80 (Suppl. 1): i89-i96.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from tutela.engines.surveillance.series import Floats, Watched, check_alpha, counts_of, first_watched

BASELINE = 7
GAP = 2
_SUMMED = 3


class Ears(StrEnum):
    """C1: the seven periods before; C2: seven, after a gap of two; C3: the excess of three C2 in a row."""

    C1 = "c1"
    C2 = "c2"
    C3 = "c3"


def ears(counts: ArrayLike, kind: Ears, *, watch: int, alpha: float = 0.001) -> Watched:
    """Watches the last `watch` periods of counts (series, periods). Raises BadSeries.

    C1 and C2 give an alarm above mean + z times standard deviation (of the sample) of their baseline. C3 is
    the published statistic: the sum of max(0, C2 - 1) over today and the two periods before, against z.
    Today's own excess counts in it. The code of the R package surveillance leaves that out, against its
    manual, and so gives other alarms. `p` is that of the normal distribution, which rare counts do not
    have.
    """
    table = counts_of(counts)
    check_alpha(alpha)
    z = float(ndtri(1 - alpha))
    if kind is Ears.C3:
        return _c3(table, z, watch)
    gap = GAP if kind is Ears.C2 else 0
    first = first_watched(table, watch, needs=BASELINE + gap)
    mean, spread = _baseline(table, first, gap)
    now = table[:, first:]
    upper = mean + z * spread
    p = 1 - ndtr(_standardised(now - mean, spread))
    return Watched(first=first, expected=mean, upper=upper, p=p, alarms=now > upper)


def _c3(table: Floats, z: float, watch: int) -> Watched:
    earlier = _SUMMED - 1
    first = first_watched(table, watch, needs=BASELINE + GAP + earlier)
    mean, spread = _baseline(table, first - earlier, GAP)
    excess = np.maximum(0, _standardised(table[:, first - earlier :] - mean, spread) - 1)
    carried = excess[:, :-2] + excess[:, 1:-1]
    statistic = carried + excess[:, 2:]
    mean, spread = mean[:, earlier:], spread[:, earlier:]
    with np.errstate(invalid="ignore"):
        room = np.where(spread > 0, (1 + z - carried) * spread, 0)
    upper = np.where(carried > z, -1.0, mean + np.maximum(room, -mean - 1))
    alarms = statistic > z
    p = np.full(mean.shape, np.nan)
    return Watched(first=first, expected=mean, upper=upper, p=p, alarms=alarms)


def _baseline(table: Floats, first: int, gap: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the seven periods before each from `first` on, after the gap."""
    windows = sliding_window_view(table, BASELINE, axis=1)
    chosen = windows[:, first - gap - BASELINE : table.shape[1] - gap - BASELINE]
    return chosen.mean(axis=2), chosen.std(axis=2, ddof=1)


def _standardised(above: Floats, spread: Floats) -> Floats:
    """How many standard deviations; infinitely many above a baseline that never moves."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(
            spread > 0, above / spread, np.where(above > 0, np.inf, np.where(above < 0, -np.inf, 0))
        )
