"""Integers scattered evenly over 64 bits, the same on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): one to one, every bit depends on every bit."""
    values = values ^ (values >> np.uint64(30))
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


def multipliers(count: int) -> NDArray[np.uint64]:
    """`count` odd numbers that look drawn by chance and never change."""
    return mix(GOLDEN * np.arange(1, count + 1, dtype=np.uint64)) | np.uint64(1)
