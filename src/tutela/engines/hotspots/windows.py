"""Which windows a scan looks through: from each centre outwards in space, and the stretches of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.engines.hotspots.geometry import Floats, Geometry, Stretched, Whole

_TIED = 1e-9
"""Distances that differ by less than this share of themselves are the same distance."""
_CENTRES_AT_ONCE = 256
_INSIDE = 1e-12


class BadWindows(ValueError):
    """Limits of the windows that leave nothing to look at; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How large a window may grow: a share of the whole (at most half), and a distance."""

    share: float = 0.5
    radius: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.share <= 0.5:
            raise BadWindows("A window may hold at most half of the whole: give a share above 0, up to 0.5.")
        if self.radius is not None and not self.radius >= 0:
            raise BadWindows("The largest radius is a distance of zero or more.")


@dataclass(frozen=True, slots=True)
class Growth:
    """For each centre the places in the order in which its window takes them in.

    `order` (centres, most): positions of places, nearest first, padded with zeros. `sizes` (centres,): how
    many of them are within reach. `ends` (centres, most): whether a window may end with this place: places
    at the same distance come in together, so that the order of a file decides nothing. `penalty` multiplies
    the statistic of these windows.
    """

    geometry: Geometry
    order: NDArray[np.int32]
    sizes: Whole
    ends: NDArray[np.bool_]
    penalty: float = 1.0

    @property
    def windows(self) -> int:
        return int(self.ends.sum())


def growth(geometry: Geometry, weights: Floats, reach: Reach, *, penalty: float = 1.0) -> Growth:
    """Windows around every place until they would hold more than the reach allows of `weights` (places,)."""
    limit = reach.share * float(weights.sum()) * (1 + _INSIDE)
    parts = []
    for first in range(0, geometry.number, _CENTRES_AT_ONCE):
        centres = np.arange(first, min(first + _CENTRES_AT_ONCE, geometry.number))
        parts.append(_around(geometry.distances(centres), weights, limit, reach))
    sizes = np.concatenate([size for _, size, _ in parts])
    order = np.zeros((geometry.number, int(sizes.max(initial=0))), dtype=np.int32)
    ends = np.zeros(order.shape, dtype=bool)
    last = geometry.number
    while parts:  # each part is let go before the next is copied: both at once would be twice the memory
        some, size, end = parts.pop()
        order[last - len(size) : last, : some.shape[1]] = some
        ends[last - len(size) : last, : end.shape[1]] = end
        last -= len(size)
    return Growth(geometry, order, sizes, ends, penalty)


def eccentricity(geometry: Geometry, strength: float) -> float:
    """Penalty on long ellipses, (4s / (s + 1)^2)^strength for axis ratio s (Kulldorff et al. 2006)."""
    if not isinstance(geometry, Stretched):
        return 1.0
    return float((4 * geometry.ratio / (geometry.ratio + 1) ** 2) ** strength)


def _around(
    distances: Floats, weights: Floats, limit: float, reach: Reach
) -> tuple[NDArray[np.int32], Whole, NDArray[np.bool_]]:
    order = np.argsort(distances, axis=1, kind="stable")
    far = np.take_along_axis(distances, order, axis=1)
    inside = (np.cumsum(weights[order], axis=1) <= limit) & np.isfinite(far)
    if reach.radius is not None:
        inside &= far <= reach.radius * (1 + _INSIDE)
    size = inside.sum(axis=1)
    following = np.concatenate([far[:, 1:], np.full((len(far), 1), np.inf)], axis=1)
    apart = following > far * (1 + _TIED)
    most = int(size.max(initial=0))
    place = np.arange(most)
    return order[:, :most].astype(np.int32), size, apart[:, :most] & (place < size[:, None])


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of time: from `starts` up to, not with, `stops` (stretches,), in periods of `periods`."""

    starts: Whole
    stops: Whole
    periods: int

    def edges(self) -> Whole:
        """Where a stretch begins or ends, and the two ends of time: what lies between need not be parted."""
        return np.unique(np.concatenate([self.starts, self.stops, [0, self.periods]]))


def all_of_time(periods: int) -> Stretches:
    """One stretch that holds everything: a scan in space alone."""
    return Stretches(np.array([0]), np.array([periods]), periods)


def until_now(periods: int, longest: int) -> Stretches:
    """Stretches that reach to the last period, 1 to `longest` long: a prospective scan."""
    _check_length(periods, longest)
    lengths = np.arange(1, longest + 1)
    return Stretches(periods - lengths, np.full(longest, periods), periods)


def any_time(periods: int, longest: int) -> Stretches:
    """Every stretch of 1 to `longest` periods: a retrospective scan."""
    _check_length(periods, longest)
    pairs = [(stop - length, stop) for length in range(1, longest + 1) for stop in range(length, periods + 1)]
    starts, stops = np.array(pairs).T
    return Stretches(starts, stops, periods)


def _check_length(periods: int, longest: int) -> None:
    if not 1 <= longest < periods:
        raise BadWindows(f"With {periods} periods a window may be 1 to {periods - 1} long, not {longest}.")
