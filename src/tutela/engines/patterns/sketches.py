"""MinHash: 64 numbers per text, of which two texts share about as many as their shingles overlap.

Broder (1997); multiply-shift hashing after Dietzfelbinger and others (1997).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutela.engines.patterns.mixing import multipliers
from tutela.engines.patterns.shingles import Frequencies, chunks, shingles, telling

VALUES = 64
ROWS = 2
BANDS = VALUES // ROWS
EMPTY = np.uint32(0xFFFFFFFF)
_MULTIPLIERS = multipliers(VALUES)


def sketch(hashes: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """The MinHash values, shape (texts, 64), of shingles given flat; a row of EMPTY where there is none."""
    found = np.full((VALUES, len(starts) - 1), EMPTY, dtype=np.uint32)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        begins = starts[:-1][filled]
        for row, multiplier in zip(found, _MULTIPLIERS, strict=True):
            value = ((hashes * multiplier) >> np.uint64(32)).astype(np.uint32)
            row[filled] = np.minimum.reduceat(value, begins)
    return np.ascontiguousarray(found.T)


def sketch_one(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The MinHash values of one text, shape (64,): as `sketch`, quicker for one."""
    if len(hashes) == 0:
        return np.full(VALUES, EMPTY, dtype=np.uint32)
    least = (hashes * _MULTIPLIERS[:, None] >> np.uint64(32)).min(axis=1)
    return np.asarray(least.astype(np.uint32))


def sketches(
    flat: NDArray[np.uint32], offsets: NDArray[np.int64], frequencies: Frequencies | None
) -> NDArray[np.uint32]:
    """The sketches of texts, of their telling shingles alone where frequencies are given."""
    found = np.empty((len(offsets) - 1, VALUES), dtype=np.uint32)
    done = 0
    for some, part in chunks(flat, offsets, 2_000):
        hashes, starts = shingles(some, part)
        if frequencies is not None:
            kept = telling(hashes, starts, frequencies)
            total = np.concatenate(([0], np.cumsum(kept)))
            hashes, starts = hashes[kept], total[starts]
        found[done : done + len(part) - 1] = sketch(hashes, starts)
        done += len(part) - 1
    return found


def band_keys(sketched: NDArray[np.uint32], band: int) -> NDArray[np.uint64]:
    """The key of one band (two values put together) of each text; equal keys make a bucket."""
    pair = sketched[:, ROWS * band : ROWS * (band + 1)].astype(np.uint64)
    return np.asarray((pair[:, 0] << np.uint64(32)) | pair[:, 1])


def agreement(
    sketched: NDArray[np.uint32], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.int64]:
    """In how many of 64 values the texts of each pair agree."""
    found = np.empty(len(first), dtype=np.int64)
    for start in range(0, len(first), 20_000):
        some = slice(start, start + 20_000)
        found[some] = (sketched[first[some]] == sketched[second[some]]).sum(axis=1)
    return found
