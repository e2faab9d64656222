"""Same, ask a person, different: where the lines are drawn, and how many errors to expect on each side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["Band", "Bands", "banded", "bands", "one_to_one"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SURE, UNSURE, WORTH_ASKING = 0.9, 0.5, 0.05
"""Below the first nothing is called the same, from the second on nothing different, whatever error is
borne. Below the third nobody is asked, for they would look at twenty pairs to find one.
"""


class Band(StrEnum):
    """What is said of a pair. Nothing is ever merged because of it."""

    SAME = "same"
    ASK = "ask a person"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """The two lines, as chances of being one person, and what the model expects of them."""

    same_from: float
    ask_from: float
    wrong_among_same: float
    """Share of the pairs called the same that are not one person, by the model."""
    lost_as_different: float
    """Share of all pairs of one person among the candidates that are called different, by the model."""
    expected_matches: float


def bands(chances: Floats, *, wrong: float, lost: float) -> Bands:
    """Draw the lines so that at most `wrong` of the same are not, and at most `lost` of the matches are
    missed.

    Nothing below SURE is called the same, nothing from UNSURE on different; below WORTH_ASKING nobody is
    asked, even where more is lost than was wanted.

    Fellegi and Sunter's optimal rule (1969, theorem 1), its error rates taken from the model's own chances.
    """
    order = np.sort(chances)[::-1]
    total = float(order.sum())
    places = np.arange(1, len(order) + 1)
    error = np.cumsum(1 - order) / places
    surest, unsure, askable = (
        int(np.searchsorted(-order, -chance, "right")) for chance in (SURE, UNSURE, WORTH_ASKING)
    )
    ends = np.append(order[:-1] > order[1:], True)[: len(order)]  # equal chances fall on one side
    allowed = np.nonzero(ends & (error <= wrong) & (places <= surest))[0]
    same = int(allowed[-1]) + 1 if len(allowed) else 0
    missed = np.append(np.cumsum(order[:0:-1])[::-1], 0.0)[: len(order)] / max(total, 1e-12)
    ask = max(same, unsure, min(askable, int(np.argmax(missed <= lost)) + 1) if len(order) else 0)
    return Bands(
        same_from=_at(order, same),
        ask_from=_at(order, ask),
        wrong_among_same=float(error[same - 1]) if same else 0.0,
        lost_as_different=float(max(missed[ask - 1], 0.0)) if ask else 0.0,
        expected_matches=total,
    )


def _at(falling: Floats, count: int) -> float:
    """The chance that the first `count` have at least; more than certain where there are none."""
    return float(falling[count - 1]) if count else 2.0


def banded(chances: Floats, lines: Bands) -> NDArray[np.str_]:
    """The band of each pair."""
    return np.where(
        chances >= lines.same_from,
        Band.SAME.value,
        np.where(chances >= lines.ask_from, Band.ASK.value, Band.DIFFERENT.value),
    )


def one_to_one(left: Ints, right: Ints, bits: Floats) -> NDArray[np.bool_]:
    """Keep each record in one pair at most: the best pair first, then the best of what is left.

    Equal scores are settled by position, so the answer depends on nothing else.
    """
    kept = np.zeros(len(left), dtype=bool)
    rank = np.empty(len(left), dtype=np.int64)
    rank[np.lexsort((right, left, -bits))] = np.arange(len(left))
    open_ = np.arange(len(left))
    while len(open_):
        best_left = np.full(int(left.max()) + 1, len(left), dtype=np.int64)
        best_right = np.full(int(right.max()) + 1, len(left), dtype=np.int64)
        np.minimum.at(best_left, left[open_], rank[open_])
        np.minimum.at(best_right, right[open_], rank[open_])
        mutual = open_[(best_left[left[open_]] == rank[open_]) & (best_right[right[open_]] == rank[open_])]
        kept[mutual] = True
        open_ = open_[~np.isin(left[open_], left[mutual]) & ~np.isin(right[open_], right[mutual])]
    return kept
