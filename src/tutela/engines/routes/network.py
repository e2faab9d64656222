"""Places and the links from one to another, each with how much was recorded on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


class BadNetwork(ValueError):
    """Links or routes that nothing can be worked out from; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """`places` numbered from 0, and m links in the order of their ends: `source`, `target`, `weight` (m,).

    No link stands twice, none leads back to its own place, every weight is above zero.
    """

    places: int
    source: Whole
    target: Whole
    weight: Floats

    def __len__(self) -> int:
        return len(self.source)

    def only(self, chosen: Flags) -> Network:
        """The same places with some of the links (m,)."""
        return Network(
            places=self.places,
            source=self.source[chosen],
            target=self.target[chosen],
            weight=self.weight[chosen],
        )


def network(places: int, source: ArrayLike, target: ArrayLike, weight: ArrayLike) -> Network:
    """Links that stand several times are added up; a link from a place to itself, or of zero, is left out.

    Raises BadNetwork where a link ends at no place, or a weight is no number of zero or more.
    """
    ends = [np.asarray(one, dtype=np.int64) for one in (source, target)]
    weights = np.asarray(weight, dtype=np.float64)
    if not (ends[0].shape == ends[1].shape == weights.shape) or weights.ndim != 1:
        raise BadNetwork("Each link has one start, one end and one weight.")
    if weights.size and (min(one.min() for one in ends) < 0 or max(one.max() for one in ends) >= places):
        raise BadNetwork("A link starts or ends at a place that is none.")
    if not np.all(np.isfinite(weights) & (weights >= 0)):
        raise BadNetwork("A weight is a number of zero or more.")
    kept = (ends[0] != ends[1]) & (weights > 0)
    keys, member = np.unique(ends[0][kept] * places + ends[1][kept], return_inverse=True)
    together = np.bincount(member, weights=weights[kept], minlength=len(keys)).astype(np.float64)
    return Network(
        places=places, source=keys // max(places, 1), target=keys % max(places, 1), weight=together
    )
