"""How much it says that two people share keys, and how many they must share before a file opens.

Learnt by logistic regression on invented people (benchmarks/matching_people.py), never on those that the
results are measured on. Real files err in other ways: learn again from a pilot in which people agreed to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tutela.engines.matching.keys import Recipe

__all__ = [
    "FALSE_YES",
    "LEARNT_WITH",
    "LEAST_SCORE",
    "LEAST_YES",
    "RATES",
    "Rates",
    "advised_threshold",
    "rates",
    "score",
]

LEARNT_WITH = 10_000
"""Records in the files that were learnt with, a fifth of whom were in both."""
FALSE_YES = 10.0
"""False yes per 1,000 people whom the other side does not know: more is not advised."""
LEAST_SCORE = 0.0
"""From here on two people are the same more often than not; of all from here on about 95 in 100 are."""
LEAST_YES = 1.0
"""What opens and scores less is no yes: the asking side drops it, and commits to nothing."""
_START = -4.06
WEIGHTS = {
    Recipe.NAMES_YEAR: (1.96, 2.26),
    Recipe.NAMES_DAY: (4.11, 1.36),
    Recipe.NAMES_BAND: (0.49, 1.24),
    Recipe.NAMES_FINE: (0.36, 0.00),
    Recipe.NAMES_SEX: (0.97, 2.34),
    Recipe.NAME_DATE: (3.67, -2.13),
    Recipe.NAME_MONTH: (1.22, 0.80),
    Recipe.NAME_YEAR: (0.38, -0.04),
    Recipe.NAME_DAY: (-0.08, -0.75),
    Recipe.LETTERS_DATE: (1.95, 0.00),
    Recipe.BEGINNING_DATE: (1.60, 0.23),
}
"""Of the first key of a recipe, and of each further one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What a threshold does: parts of people found, and false yes per 1,000 unknown people."""

    recall: float
    false_yes: float

    def precision(self, known: float) -> float:
        """Of a yes, where the part `known` of those asked about is known to the other side."""
        right, wrong = known * self.recall, (1 - known) * self.false_yes / 1000
        return right / (right + wrong) if right + wrong else 0.0


RATES = {
    3: Rates(recall=0.555, false_yes=2.7),
    4: Rates(recall=0.541, false_yes=2.1),
    5: Rates(recall=0.485, false_yes=1.5),
    6: Rates(recall=0.450, false_yes=0.96),
    7: Rates(recall=0.352, false_yes=0.75),
    8: Rates(recall=0.316, false_yes=0.17),
    9: Rates(recall=0.304, false_yes=0.13),
    10: Rates(recall=0.267, false_yes=0.08),
}
"""Measured with LEARNT_WITH records on both sides, by threshold, where a yes scores LEAST_YES too."""


def score(recipes: Mapping[Recipe, int]) -> float:
    """The logarithm of the odds that two people are the same, given how many keys of each recipe they
    share.
    """
    return _START + sum(
        first + further * (recipes[recipe] - 1)
        for recipe, (first, further) in WEIGHTS.items()
        if recipes.get(recipe)
    )


def rates(threshold: int, *, records: int) -> Rates:
    """What a threshold does with so many records: false yes grow with them, the part found does not."""
    known = RATES[min(max(threshold, min(RATES)), max(RATES))]
    return Rates(recall=known.recall, false_yes=min(1000.0, known.false_yes * max(records, 1) / LEARNT_WITH))


def advised_threshold(records: int) -> int:
    """The lowest threshold from 4 on with no more than FALSE_YES: below 4 too little opens a file."""
    fit = [one for one in RATES if one >= 4 and rates(one, records=records).false_yes <= FALSE_YES]
    return min(fit, default=max(RATES))
