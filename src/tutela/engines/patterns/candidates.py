"""Pairs of texts that may be of one template: those that share a bucket, a few for each, never all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 6


def pairs(keys: NDArray[np.uint64], *, empty: np.uint64 | None = None) -> NDArray[np.int64]:
    """Pairs (smaller, larger) of places in `keys`, shape (n, 2), that have an equal key.

    Each member of a bucket is paired with the first of it and with the six before it, so a bucket of n texts
    gives at most 7 n pairs and stays connected. `empty` is a key that makes no bucket.
    """
    if len(keys) == 0:
        return np.zeros((0, 2), dtype=np.int64)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    if empty is not None:
        same &= ordered[1:] != empty
    member = np.concatenate((same, [False])) | np.concatenate(([False], same))
    order, ordered = order[member], ordered[member]
    if len(order) == 0:
        return np.zeros((0, 2), dtype=np.int64)
    begins = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    place = np.arange(len(order)) - np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    found = []
    for back in range(1, NEIGHBOURS + 1):
        later = np.flatnonzero(place >= back)
        found.append(np.stack((order[later - back], order[later]), axis=1))
    far = np.flatnonzero(place > NEIGHBOURS)
    found.append(np.stack((order[far - place[far]], order[far]), axis=1))
    return np.concatenate(found)
