"""When adverts of a template or network grow faster than they did, or come to a country for the first time.

Each has a count a week. What the weeks before lead us to expect of the last one is the predictive
distribution of a Poisson rate about which only those counts are known (Jeffreys' prior): a negative binomial.
Counts of adverts swing more than Poisson; the swing is measured over all templates together and widens every
expectation. Over many templates, the false among the alerts are held to a share (Benjamini, Hochberg 1995).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEAST_WEEKS = 4
"""Weeks before the last one that an alert about growth needs."""
LEAST_ADVERTS = 3
LASTS = dt.timedelta(days=14)
"""An alert that nobody confirms by then is over."""

Floats = NDArray[np.float64]


class Why(StrEnum):
    GROWTH = "growth"
    NEW_COUNTRY = "new country"


@dataclass(frozen=True, slots=True)
class Series:
    """Adverts of one template or network: the day of each, and its country (ISO 3166-1) or ""."""

    name: str
    days: tuple[dt.date, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert: what came in the week that begins on `week`, and what was expected of it.

    `p` is the chance of as many or more when nothing changed; None where that is not what it is about.
    """

    name: str
    why: Why
    week: dt.date
    count: int
    expected: float | None
    p: float | None
    until: dt.date
    detail: str = ""


def week_of(day: dt.date) -> dt.date:
    """The Monday of its week."""
    return day - dt.timedelta(days=day.weekday())


def weekly(days: Iterable[dt.date], first: dt.date, last: dt.date) -> list[int]:
    """Adverts in each week from that of `first` to that of `last`."""
    counted = Counter(week_of(day) for day in days)
    weeks = (week_of(last) - week_of(first)).days // 7 + 1
    return [counted[week_of(first) + dt.timedelta(weeks=place)] for place in range(weeks)]


def alerts(series: Sequence[Series], *, until: dt.date, false_among: float = 0.1) -> list[Alert]:
    """Alerts about the last whole week before the day after `until`, surest first.

    `false_among`: the share of alerts about growth that may be false.
    """
    last = week_of(until + dt.timedelta(days=1)) - dt.timedelta(weeks=1)
    found = [*_growth(series, last, false_among), *_new_countries(series, last)]
    return sorted(found, key=lambda one: (one.p if one.p is not None else 1.0, one.name))


def _growth(series: Sequence[Series], last: dt.date, false_among: float) -> list[Alert]:
    counts = {one.name: weekly(_up_to(one.days, last), min(one.days), last) for one in series if one.days}
    known = {name: weeks for name, weeks in counts.items() if len(weeks) > LEAST_WEEKS}
    swing = dispersion([weeks[:-1] for weeks in known.values()])
    names = sorted(known)
    p = np.array([tail(known[name][:-1], known[name][-1], swing) for name in names])
    called = _false_discoveries(p, false_among)
    return [
        Alert(
            name, Why.GROWTH, last, known[name][-1], float(np.mean(known[name][:-1])), float(p[place]),
            last + dt.timedelta(days=6) + LASTS,
        )
        for place, name in enumerate(names)
        if called[place] and known[name][-1] >= LEAST_ADVERTS
    ]  # fmt: skip


def _up_to(days: Iterable[dt.date], last: dt.date) -> list[dt.date]:
    return [day for day in days if week_of(day) <= last]


def dispersion(histories: Sequence[Sequence[int]]) -> float:
    """Variance over mean of weekly counts, over all series together (Pearson); 1 or more."""
    above, freedom = 0.0, 0
    for weeks in histories:
        mean = float(np.mean(weeks)) if len(weeks) > 1 else 0.0
        if mean > 0:
            above += float(((np.asarray(weeks) - mean) ** 2).sum()) / mean
            freedom += len(weeks) - 1
    return max(1.0, above / freedom) if freedom else 1.0


def tail(before: Sequence[int], now: int, swing: float = 1.0) -> float:
    """The chance of `now` or more adverts after these weeks, if nothing changed.

    With Jeffreys' prior the next count is negative binomial with size (sum + 1/2) and mean
    (sum + 1/2) / weeks; a `swing` (variance over mean) above 1 lowers the size, so that the variance grows.
    """
    weeks = len(before)
    size = sum(before) + 0.5
    mean = size / weeks
    variance = (mean + mean**2 / size) * swing
    size = mean**2 / (variance - mean)
    return float(stats.nbinom.sf(now - 1, size, size / (size + mean)))


def _false_discoveries(p: Floats, share: float) -> NDArray[np.bool_]:
    """Which are called when `share` of the called may be false (Benjamini and Hochberg)."""
    if not p.size:
        return np.zeros(0, dtype=bool)
    ordered = np.sort(p)
    below = np.flatnonzero(ordered <= share * np.arange(1, p.size + 1) / p.size)
    return p <= ordered[below[-1]] if below.size else np.zeros(p.size, dtype=bool)


def _new_countries(series: Sequence[Series], last: dt.date) -> list[Alert]:
    found = []
    for one in series:
        first: dict[str, dt.date] = {}
        for day, country in sorted(zip(one.days, one.countries, strict=True)):
            first.setdefault(country, week_of(day))
        first.pop("", None)
        fresh = sorted(country for country, week in first.items() if week == last)
        if fresh and any(week < last for week in first.values()):
            count = _count(one, fresh, last)
            end = last + dt.timedelta(days=6) + LASTS
            found.append(Alert(one.name, Why.NEW_COUNTRY, last, count, None, None, end, ", ".join(fresh)))
    return found


def _count(one: Series, countries: Sequence[str], week: dt.date) -> int:
    pairs = zip(one.days, one.countries, strict=True)
    return sum(country in countries and week_of(day) == week for day, country in pairs)


def confirmed(found: Iterable[Alert], *, at: dt.date, by: Mapping[str, dt.date]) -> list[Alert]:
    """Alerts that still stand on the day `at`: in time, or confirmed by somebody after their week began."""
    return [one for one in found if at <= one.until or by.get(one.name, dt.date.min) >= one.week]
