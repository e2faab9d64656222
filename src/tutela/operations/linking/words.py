"""The words of `tutela link`: what a field, a level of agreement and a band are called, and the limits.

What stands in files for other programs is the English of the constants; pages and the terminal ask the
functions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from tutela.engines.linkage import Band, DateLevel
from tutela.engines.names import NAME_LEVELS, WordLevel
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, isolated, number, percent, pgettext

WORD_LEVELS: Final[Mapping[WordLevel, str]] = {
    WordLevel.DIFFERENT: "different",
    WordLevel.A_LITTLE: "a little alike",
    WordLevel.ROUGHLY: "roughly alike",
    WordLevel.NEARLY: "nearly the same",
    WordLevel.ALIKE: "sound the same",
    WordLevel.SAME: "the same",
}
DATE_LEVELS: Final[Mapping[DateLevel, str]] = {
    DateLevel.FAR: gettext_noop("more than three years apart"),
    DateLevel.NEAR: gettext_noop("one to three years apart"),
    DateLevel.NEAR_GUESSED: gettext_noop("one to three years apart, one is a guess"),
    DateLevel.DAY_AND_MONTH: gettext_noop("the same day and month, another year"),
    DateLevel.YEAR: gettext_noop("the same year"),
    DateLevel.YEAR_GUESSED: gettext_noop("the same year, one is a guess"),
    DateLevel.YEAR_AND_MONTH: gettext_noop("the same year and month"),
    DateLevel.ONE_SLIP: gettext_noop("one slip of the pen apart"),
    DateLevel.SWAPPED: gettext_noop("day and month exchanged"),
    DateLevel.SAME_GUESS: gettext_noop("the same guess (1 January, or a year alone)"),
    DateLevel.SAME: gettext_noop("the same day"),
}


def name_level(best: int, second: int) -> str:
    """Two words of a name, as “the same, and sound the same”: for files."""
    first = WORD_LEVELS[WordLevel(best)]
    if second >= len(WordLevel):
        return f"one word: {first}"
    return f"{first}, and {WORD_LEVELS[WordLevel(second)]}"


_OF_TWO_WORDS = {name_level(best, second): (best, second) for best, second in NAME_LEVELS}


def level(english: str) -> str:
    """A level of any field, as files have it, in the language that is spoken."""
    if english not in _OF_TWO_WORDS:
        return _agreement(english)
    best, second = _OF_TWO_WORDS[english]
    first = _agreement(WORD_LEVELS[WordLevel(best)])
    if second >= len(WordLevel):
        return _("one word: {level}").format(level=first)
    return _("{first}, and {second}").format(first=first, second=_agreement(WORD_LEVELS[WordLevel(second)]))


def _agreement(english: str) -> str:
    """How far two words, codes, numbers or dates agree."""
    short = {
        "different": pgettext("agreement", "different"),
        "a little alike": pgettext("agreement", "a little alike"),
        "roughly alike": pgettext("agreement", "roughly alike"),
        "alike": pgettext("agreement", "alike"),
        "nearly the same": pgettext("agreement", "nearly the same"),
        "sound the same": pgettext("agreement", "sound the same"),
        "two slips apart": pgettext("agreement", "two slips apart"),
        "one slip apart": pgettext("agreement", "one slip apart"),
        "the same": pgettext("agreement", "the same"),
    }
    return short.get(english) or _(english)


def field(name: str) -> str:
    """What is compared: ours by our name, a column of the file by its own."""
    ours = {
        "name": pgettext("field", "name"),
        "further name": pgettext("field", "further name"),
        "born": pgettext("field", "born"),
        "sex": pgettext("field", "sex"),
        "nationality": pgettext("field", "nationality"),
    }
    return ours.get(name) or isolated(name)


_BANDS: Final[Mapping[Band, str]] = {
    Band.SAME: gettext_noop("Look at a few of them before you use them."),
    Band.ASK: gettext_noop("Somebody who knows the cases has to decide."),
    Band.DIFFERENT: gettext_noop("Left alone. Some of them are one person all the same."),
}


def band(value: Band) -> str:
    return {
        Band.SAME: pgettext("band", "the same person"),
        Band.ASK: pgettext("band", "ask a person"),
        Band.DIFFERENT: pgettext("band", "different people"),
    }[value]


def band_in_picture(value: Band) -> str:
    return {
        Band.SAME: pgettext("band", "same"),
        Band.ASK: pgettext("band", "ask a person"),
        Band.DIFFERENT: pgettext("band", "different"),
    }[value]


def todo(value: Band) -> str:
    """What is done with the pairs of a band."""
    return _(_BANDS[value])


def sex(code: str) -> str:
    return {
        "f": pgettext("sex", "female"),
        "m": pgettext("sex", "male"),
        "": pgettext("sex", "not known"),
    }.get(code) or isolated(code)


def borne(part: float) -> str:
    """A part of one that somebody put up with: never rounded to nothing, as 1.0% or 0.01%."""
    return percent(part, max(1, -math.floor(math.log10(part * 100))))


def signed(bits: float, decimals: int = 1) -> str:
    """Bits with their sign, as −1.5 or +12.3."""
    return isolated(("−" if f"{bits:.{decimals}f}".startswith("-") else "+") + number(abs(bits), decimals))


ONE_FILE: Final = gettext_noop(
    "Where a person may be in a file more than once, the chances are too high: on simulated files 1 in 20 of "
    "the pairs called the same was not, where 1 in 100 was asked for. Look at all of them."
)
"""Said where no record is taken to have one partner at most."""

LIMITS: Final = (
    gettext_noop(
        "No record was changed or merged. A pair is a question about two files, never a decision about a "
        "person."
    ),
    gettext_noop(
        "The chances are worked out by a model from these files alone, without anybody's answers. They are "
        "right on average where the files are like those that it was measured with, and nobody knows that of "
        "yours: have at least 50 pairs of each band looked at, and give the answers back with --review."
    ),
    gettext_noop(
        "Relatives, twins and people who share a common name look alike. The more people two files hold, the "
        "more strangers agree by chance."
    ),
    gettext_noop(
        "A pair that shares no name, date or number in any spelling known here was never compared, and is "
        "missing."
    ),
    gettext_noop(
        "Names in some scripts are found less often than others: docs/explanation/linkage.md has the "
        "measured shares."
    ),
)
