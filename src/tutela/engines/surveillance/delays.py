"""Reports that arrive late: how many cases of the last periods are still to come, and imports in bulk.

Lawless 1994, Canadian Journal of Statistics 22: 15-31 (delays seen only up to now); the gamma prior of
Jeffreys for the number of cases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import nbinom

from tutela.engines.surveillance.series import BadSeries, Flags, Floats, Places

LEAST_RECORDS = 50
"""From fewer reports no delay is learned."""
BULK = 20
_LATE = 0.95
_HALF = 0.5
_PRIOR = 0.5


@dataclass(frozen=True, slots=True)
class Delays:
    """`reached` (longest + 1,): the part of a period's cases received within 0, 1, … periods after it."""

    reached: Floats
    records: int

    def known(self, watch: int) -> Floats:
        """The part expected to be known of each of the last `watch` periods, oldest first."""
        age = np.arange(watch - 1, -1, -1)
        return np.asarray(self.reached[np.minimum(age, len(self.reached) - 1)])


@dataclass(frozen=True, slots=True)
class Nowcast:
    """How many cases the last periods will have had (series, periods): mean, and ends of an interval."""

    mean: Floats
    low: Floats
    high: Floats


def delays_of(
    events: ArrayLike, received: ArrayLike, cases: ArrayLike, *, now: int, longest: int, recent: int = 52
) -> Delays:
    """Learns delays from reports: the periods of event and of receipt, and the cases of each (reports,).

    `now` is the last period; delays are learned from events of the `recent` periods before it, and those
    above `longest` are counted as complete. A delay of d can be seen only of events d or more periods ago;
    the product of the parts not received with delay d, from the longest down, allows for that. Raises
    BadSeries.
    """
    event, arrival, number = _checked(events, received, cases)
    delay = arrival - event
    used = (event > now - recent - longest) & (arrival <= now) & (delay <= longest)
    event, delay, number = event[used], delay[used], number[used]
    if number.sum() < LEAST_RECORDS:
        raise BadSeries(f"Delays cannot be learned from fewer than {LEAST_RECORDS} cases with both dates.")
    reached = np.ones(longest + 1)
    for d in range(longest, 0, -1):
        could = event <= now - d
        base = number[could & (delay <= d)].sum()
        late = number[could & (delay == d)].sum() / base if base else 0.0
        reached[d - 1] = reached[d] * (1 - late)
    return Delays(np.maximum(reached, 1 / (2 * number.sum())), int(number.sum()))


def nowcast(seen: ArrayLike, known: ArrayLike, *, level: float = 0.95) -> Nowcast:
    """What the last periods will come to: `seen` (series, periods), of which a part `known` has come.

    What is still to come is negative binomial with size seen + 1/2 and probability known. What the delays
    themselves are unsure of is not in the interval, nor a change in how fast people report.
    """
    table, part = np.atleast_2d(np.asarray(seen, dtype=float)), np.asarray(known, dtype=float)
    if ((part <= 0) | (part > 1)).any() or not 0 < level < 1:
        raise BadSeries("What is known of a period is a part above 0 and up to 1, a level between 0 and 1.")
    size = table + _PRIOR
    ends = [
        table + np.where(part < 1, nbinom.ppf(at, size, np.minimum(part, 1 - 1e-12)), 0.0)
        for at in ((1 - level) / 2, (1 + level) / 2)
    ]
    return Nowcast(table + size * (1 - part) / part, ends[0], ends[1])


def bulk_imports(events: ArrayLike, received: ArrayLike, cases: ArrayLike, *, least: int = BULK) -> Flags:
    """Which reports (reports,) are old cases that were received with many others at once.

    Old: later than 95 of 100 cases usually come, by the median of what each period of receipt shows. At once:
    `least` old cases or more in one period of receipt, and half of all received in it. A real outbreak brings
    new cases, so it is no import.
    """
    event, arrival, number = _checked(events, received, cases)
    if not len(event):
        return np.zeros(0, dtype=bool)
    delay = arrival - event
    old = delay > _usual_delay(delay, arrival, number)
    period, place = np.unique(arrival, return_inverse=True)
    all_cases = np.bincount(place, number, minlength=len(period))
    old_cases = np.bincount(place[old], number[old], minlength=len(period))
    bulk = (old_cases >= least) & (old_cases >= _HALF * all_cases)
    return np.asarray(old & bulk[place])


def suspended(imports: ArrayLike, *, periods: int, rest: int) -> Flags:
    """Periods (periods,) without alarms: those in which an import was received and `rest` after each."""
    found = np.zeros(periods, dtype=bool)
    for period in np.unique(np.asarray(imports, dtype=np.int64)):
        found[period : period + rest + 1] = True
    return found


def _usual_delay(delay: Places, arrival: Places, number: Floats) -> float:
    """The median over periods of receipt of the delay that 95 of 100 of their cases do not pass."""
    found = []
    for period in np.unique(arrival):
        chosen = arrival == period
        order = np.argsort(delay[chosen], kind="stable")
        share = np.cumsum(number[chosen][order])
        if share[-1] > 0:
            found.append(delay[chosen][order][np.searchsorted(share, _LATE * share[-1])])
    return float(np.median(found)) if found else 0.0


def _checked(events: ArrayLike, received: ArrayLike, cases: ArrayLike) -> tuple[Places, Places, Floats]:
    event, arrival = np.asarray(events, dtype=np.int64), np.asarray(received, dtype=np.int64)
    number = np.asarray(cases, dtype=float)
    if not event.shape == arrival.shape == number.shape or event.ndim != 1:
        raise BadSeries("Each report has one period of its event, one of its receipt, and its cases.")
    if (arrival < event).any():
        raise BadSeries("A case cannot be received before it happened.")
    return event, arrival, number
