"""The words of `tutela link`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tutela.engines.linkage import Band, DateLevel
from tutela.engines.names import WordLevel

WORD_LEVELS: Final[Mapping[WordLevel, str]] = {
    WordLevel.DIFFERENT: "different",
    WordLevel.A_LITTLE: "a little alike",
    WordLevel.ROUGHLY: "roughly alike",
    WordLevel.NEARLY: "nearly the same",
    WordLevel.ALIKE: "sound the same",
    WordLevel.SAME: "the same",
}
DATE_LEVELS: Final[Mapping[DateLevel, str]] = {
    DateLevel.FAR: "more than three years apart",
    DateLevel.NEAR: "one to three years apart",
    DateLevel.NEAR_GUESSED: "one to three years apart, one is a guess",
    DateLevel.DAY_AND_MONTH: "the same day and month, another year",
    DateLevel.YEAR: "the same year",
    DateLevel.YEAR_GUESSED: "the same year, one is a guess",
    DateLevel.YEAR_AND_MONTH: "the same year and month",
    DateLevel.ONE_SLIP: "one slip of the pen apart",
    DateLevel.SWAPPED: "day and month exchanged",
    DateLevel.SAME_GUESS: "the same guess (1 January, or a year alone)",
    DateLevel.SAME: "the same day",
}


def name_level(best: int, second: int) -> str:
    """Two words of a name, as “the same, and sound the same”."""
    first = WORD_LEVELS[WordLevel(best)]
    if second >= len(WordLevel):
        return f"one word: {first}"
    return f"{first}, and {WORD_LEVELS[WordLevel(second)]}"


BANDS: Final[Mapping[Band, tuple[str, str]]] = {
    Band.SAME: ("the same person", "Look at a few of them before you use them."),
    Band.ASK: ("ask a person", "Somebody who knows the cases has to decide."),
    Band.DIFFERENT: ("different people", "Left alone. Some of them are one person all the same."),
}
"""What a band is called, and what is done with it."""

ONE_FILE: Final = (
    "Where a person may be in a file more than once, the chances are too high: on simulated files 1 in 20 of "
    "the pairs called the same was not, where 1 in 100 was asked for. Look at all of them."
)
"""Said where no record is taken to have one partner at most."""

SEXES: Final[Mapping[str, str]] = {"f": "female", "m": "male", "": "not known"}

LIMITS: Final = (
    "No record was changed or merged. A pair is a question about two files, never a decision about a person.",
    "The chances are worked out by a model from these files alone, without anybody's answers. They "
    "are right on "
    "average where the files are like those that it was measured with, and nobody knows that of "
    "yours: have at "
    "least 50 pairs of each band looked at, and give the answers back with --review.",
    "Relatives, twins and people who share a common name look alike. The more people two files hold, "
    "the more "
    "strangers agree by chance.",
    "A pair that shares no name, date or number in any spelling known here was never compared, and "
    "is missing.",
    "Names in some scripts are found less often than others: docs/explanation/linkage.md has the "
    "measured shares.",
)
