"""Ranges of flat arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers starts[0], starts[0] + 1, … of each range, one range after the other."""
    total = np.cumsum(lengths)
    if len(total) == 0:
        return np.zeros(0, dtype=np.int64)
    return np.asarray(np.arange(total[-1], dtype=np.int64) + np.repeat(starts - (total - lengths), lengths))


def sums(marks: NDArray[np.bool_], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many marks each range holds."""
    total = np.concatenate(([0], np.cumsum(marks)))
    return np.asarray(total[offsets[1:]] - total[offsets[:-1]])
