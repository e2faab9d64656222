"""Cases to expect from a population: between censuses, and adjusted for age, sex and the like."""

from __future__ import annotations

import numpy as np

from tutela.engines.hotspots.geometry import Floats, Whole
from tutela.engines.hotspots.models import BadCounts


def between_censuses(population: Floats, censuses: Floats, periods: Floats) -> Floats:
    """Population at the middle of each period: on a straight line between censuses, flat before and after.

    `population` (places, censuses, strata), `censuses` (censuses,) ascending and `periods` (periods,) in one
    unit of time; gives (places, periods, strata). A census that is dated by its year alone stands for the
    middle of that year, so years are compared with years.
    """
    if len(censuses) != population.shape[1] or np.any(np.diff(censuses) <= 0):
        raise BadCounts("Each census has one date, and they are in order.")
    if len(censuses) == 1:
        return np.repeat(population, len(periods), axis=1)
    at = np.clip(periods, censuses[0], censuses[-1])
    before = np.clip(np.searchsorted(censuses, at, side="right") - 1, 0, len(censuses) - 2)
    share = ((at - censuses[before]) / (censuses[before + 1] - censuses[before]))[None, :, None]
    return np.asarray(population[:, before] * (1 - share) + population[:, before + 1] * share)


def standardised(cases: Whole, population: Floats) -> Floats:
    """Expected cases if each stratum had its own rate everywhere and always (indirect standardisation).

    Both are (places, periods, strata); gives (places, periods), whose sum is that of the cases. The rate of a
    stratum is all its cases over all its population, so what a place has more of only because more of its
    people are of that stratum is expected. Raises BadCounts for a stratum with cases and without people.
    """
    if cases.shape != population.shape:
        raise BadCounts("Cases and population speak of different places, periods or strata.")
    if not np.all(np.isfinite(population) & (population >= 0)):
        raise BadCounts("A population is a number of zero or more.")
    of_stratum, people = cases.sum(axis=(0, 1)), population.sum(axis=(0, 1))
    empty = np.flatnonzero((of_stratum > 0) & (people <= 0))
    if len(empty):
        raise BadCounts(f"There are cases of stratum {empty[0] + 1} of {len(people)}, and no people of it.")
    rate = np.divide(of_stratum, people, out=np.zeros(len(people)), where=people > 0)
    return np.asarray((population * rate).sum(axis=2))
