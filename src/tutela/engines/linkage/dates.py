"""How far two dates of birth agree: digits slip, day and month change places, and many are guesses."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["DateLevel", "date_levels", "is_guess"]

_PLACES = 8  # YYYYMMDD
_NEAR = 3


class DateLevel(IntEnum):
    """Eleven levels of agreement of two dates, the weakest first; MISSING says nothing."""

    FAR = 0
    NEAR = 1
    """One to three years apart."""
    NEAR_GUESSED = 2
    """One to three years apart, and one of them is a guess."""
    DAY_AND_MONTH = 3
    """The same day and month, another year."""
    YEAR = 4
    YEAR_GUESSED = 5
    """The same year, and one of them is a guess."""
    YEAR_AND_MONTH = 6
    ONE_SLIP = 7
    """One digit differs, or two neighbours have changed places."""
    SWAPPED = 8
    """Day and month have changed places."""
    SAME_GUESS = 9
    """The same date, and it is one that clerks write when they only know the year."""
    SAME = 10
    MISSING = 255


def is_guess(dates: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which dates (YYYYMMDD) stand for a year only: 1 January, or no month or day at all."""
    month_day = dates % 10_000
    result: NDArray[np.bool_] = (month_day == 101) | (month_day // 100 == 0) | (month_day % 100 == 0)
    return result & (dates > 0)


def date_levels(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Compare dates pair by pair, each YYYYMMDD with 00 for a month or day that is not known, 0 for no
    date.
    """
    apart = np.abs(left // 10_000 - right // 10_000)
    guessed = is_guess(left) | is_guess(right)
    near = (apart >= 1) & (apart <= _NEAR)
    same_day = (left % 10_000 == right % 10_000) & ~guessed
    steps: list[tuple[NDArray[np.bool_], DateLevel]] = [
        (near, DateLevel.NEAR),
        (near & guessed, DateLevel.NEAR_GUESSED),
        (same_day, DateLevel.DAY_AND_MONTH),
        (apart == 0, DateLevel.YEAR),
        ((apart == 0) & guessed, DateLevel.YEAR_GUESSED),
        ((left // 100 == right // 100) & ~guessed, DateLevel.YEAR_AND_MONTH),
        (_one_slip(left, right) & ~guessed, DateLevel.ONE_SLIP),
        (_swapped(left) == right, DateLevel.SWAPPED),
        (left == right, DateLevel.SAME),
        ((left == right) & guessed, DateLevel.SAME_GUESS),
        ((left <= 0) | (right <= 0), DateLevel.MISSING),
    ]
    levels = np.full(left.shape, DateLevel.FAR, dtype=np.uint8)
    for holds, level in steps:
        levels[holds] = level
    return levels


def _swapped(dates: NDArray[np.int64]) -> NDArray[np.int64]:
    """The date with day and month exchanged; itself where that is no date."""
    year, month, day = dates // 10_000, dates // 100 % 100, dates % 100
    swapped = year * 10_000 + day * 100 + month
    return np.where((day >= 1) & (day <= 12) & (day != month), swapped, -1)


def _one_slip(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    powers = 10 ** np.arange(_PLACES - 1, -1, -1, dtype=np.int64)
    one, other = left[:, None] // powers % 10, right[:, None] // powers % 10
    differs = one != other
    how_many = differs.sum(axis=1)
    exchanged = (
        differs[:, :-1] & differs[:, 1:] & (one[:, :-1] == other[:, 1:]) & (one[:, 1:] == other[:, :-1])
    ).any(axis=1)
    result: NDArray[np.bool_] = (how_many == 1) | ((how_many == 2) & exchanged)
    return result
