"""Cuts outlines: at a half-plane, at the edges of a frame, and long edges into short ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

LONGEST = 2.5
"""Degrees between two points of an outline: a longer edge would be straight where it should be curved."""


def clipped(points: Floats, inside: Floats) -> Floats:
    """The part of a closed outline where `inside` >= 0 (Sutherland and Hodgman 1974, Communications of the
    ACM 17: 32).

    `points`: (n, k); `inside`: (n,), linear along each edge. What lay outside is replaced by the straight
    line between where the outline leaves and where it comes back.
    """
    keeps = inside >= 0
    if keeps.all():
        return points
    following, after = np.roll(points, -1, axis=0), np.roll(inside, -1)
    crosses = keeps != (after >= 0)
    part = np.divide(inside, inside - after, out=np.zeros_like(inside), where=crosses)
    slots = np.stack([points, points + part[:, None] * (following - points)], axis=1)
    taken = np.stack([keeps, crosses], axis=1)
    return np.asarray(slots[taken])


def framed(points: Floats, low: tuple[float, float], high: tuple[float, float]) -> Floats:
    """The part of a closed outline (n, 2) within a frame."""
    for axis in (0, 1):
        points = clipped(points, points[:, axis] - low[axis])
        points = clipped(points, high[axis] - points[:, axis])
    return points


def refined(points: Floats, start: Whole, *, closed: bool, longest: float = LONGEST) -> tuple[Floats, Whole]:
    """Lines (n, 2) in degrees with points put into edges longer than `longest`, and where each begins now.

    `start` (lines + 1,): where each line begins; a closed one has an edge from its last point to its first.
    """
    following = np.roll(points, -1, axis=0)
    ends = start[1:] - 1
    following[ends] = points[start[:-1]] if closed else points[ends]
    edge = following - points
    pieces = np.maximum(np.ceil(np.abs(edge).max(axis=1) / longest), 1).astype(np.int64)
    if int(pieces.max(initial=1)) == 1:
        return points, start
    before = np.concatenate([[0], np.cumsum(pieces)])
    of = np.repeat(np.arange(len(points)), pieces)
    part = (np.arange(before[-1]) - before[of]) / pieces[of]
    return points[of] + part[:, None] * edge[of], before[start]


def areas(points: Floats, start: Whole) -> Floats:
    """Signed area of each closed outline (n, 2): above 0 where it runs against the clock, y upwards."""
    following = np.roll(points, -1, axis=0)
    following[start[1:] - 1] = points[start[:-1]]
    cross = points[:, 0] * following[:, 1] - points[:, 1] * following[:, 0]
    return np.asarray(np.add.reduceat(cross, start[:-1]) / 2)
