"""Counts over time, as every method here takes them, and what each of them answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]


class BadSeries(ValueError):
    """Counts or settings that no method can work with; one sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a method says of series in the last periods of each, all (series, watched periods).

    `expected`: the count without an outbreak; `upper`: the highest count that is no alarm; `p`: how likely
    a count as high or higher is without an outbreak; `alarms`; `phi`: variance over mean without an
    outbreak, None where a method has none. NaN and False where a method has no answer. `first` is the
    position of the first watched period.
    """

    first: int
    expected: Floats
    upper: Floats
    p: Floats
    alarms: Flags
    phi: Floats | None = None


def counts_of(counts: ArrayLike) -> Floats:
    """Checks and returns counts (series, periods); one series may come as (periods,). Raises BadSeries."""
    found = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    if found.ndim != 2 or not found.size:
        raise BadSeries("Counts are a table of series and periods, with one of each at least.")
    if not np.isfinite(found).all() or (found < 0).any() or (found != np.floor(found)).any():
        raise BadSeries("Counts are whole numbers of zero or more.")
    return found


def first_watched(counts: Floats, watch: int, *, needs: int) -> int:
    """The position of the first of the last `watch` periods, of which each needs so many before it."""
    first = int(counts.shape[1]) - watch
    if watch < 1 or first < needs:
        raise BadSeries(
            f"{counts.shape[1]:,} periods are too few: {needs:,} must lie before the first of the {watch:,} "
            "that are watched."
        )
    return first


def check_alpha(alpha: float) -> None:
    """Raises BadSeries for a chance that is none."""
    if not 0 < alpha < 0.5:
        raise BadSeries("The chance of a false alarm lies between 0 and 0.5.")
