"""Pairs of texts that may be of one template: those that share a bucket, a few for each, never all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 6


def in_turn(
    keys: NDArray[np.uint64], *, empty: np.uint64 | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (smaller, larger) of places in `keys` that have an equal key, in two parts, each of shape (n, 2).

    Each member of a bucket is paired with the first of it (the first part) and with the six before it (the
    second), so a bucket of n texts gives at most 7 n pairs and stays connected. Whoever joins the first part
    before looking at the second need not look at most of it. `empty` is a key that makes no bucket.
    """
    nothing = np.zeros((0, 2), dtype=np.int64)
    if len(keys) == 0:
        return nothing, nothing
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    if empty is not None:
        same &= ordered[1:] != empty
    member = np.concatenate((same, [False])) | np.concatenate(([False], same))
    order, ordered = order[member], ordered[member]
    if len(order) == 0:
        return nothing, nothing
    begins = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    place = np.arange(len(order)) - np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    later = np.flatnonzero(place > 0)
    with_first = np.stack((order[later - place[later]], order[later]), axis=1)
    near = [nothing]
    for back in range(1, NEIGHBOURS + 1):
        later = np.flatnonzero(place > back)
        near.append(np.stack((order[later - back], order[later]), axis=1))
    return with_first, np.concatenate(near)
