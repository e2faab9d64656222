"""What of the counts and of what is expected may leave: small numbers stay behind."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.engines.forecasts import Expected
from tutela.operations.forecast.predicting import LEVELS, Findings, Floats
from tutela.operations.forecast.reading import Study

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Whole numbers of one place and time. None: too small to be shown; the ends of intervals by level."""

    place: str
    when: str
    expected: int | None
    low: dict[float, int | None]
    high: dict[float, int | None]
    rival: int | None


def line(place: str, when: str, expected: Expected, rival: Expected, *, least: int) -> Line:
    """Of one expected count (no dimensions). Means are rounded: with decimals they would tell the last
    count.
    """
    ends = {level: expected.interval(level) for level in LEVELS[1:]}
    return Line(
        place=place,
        when=when,
        expected=_whole(float(expected.mean), least),
        low={level: _whole(float(low), least) for level, (low, _high) in ends.items()},
        high={level: _whole(float(high), least) for level, (_low, high) in ends.items()},
        rival=_whole(float(rival.mean), least),
    )


def by_place(study: Study, found: Findings, *, least: int) -> list[Line]:
    """All periods to come of each place together, the most first."""
    steps = found.ahead.each.mean.shape[1]
    when = study.periods.label(study.periods.number, study.periods.number + steps)
    summed = _summed(found.simple, axis=1)
    lines = [
        line(name, when, found.ahead.by_place[at], summed[at], least=least)
        for at, name in enumerate(study.names)
    ]
    means = found.ahead.by_place.mean
    order = sorted(range(len(lines)), key=lambda at: (-round(float(means[at])), study.names[at]))
    return [lines[at] for at in order]


def each(study: Study, found: Findings, *, least: int) -> list[Line]:
    """Every place and period to come."""
    number = study.periods.number
    return [
        line(name, study.periods.label(number + step, number + step + 1), found.ahead.each[at, step],
             found.simple[at, step], least=least)
        for at, name in enumerate(study.names)
        for step in range(found.ahead.each.mean.shape[1])
    ]  # fmt: skip


def by_step(study: Study, found: Findings, *, least: int) -> list[Line]:
    """All places together, period by period."""
    number, summed = study.periods.number, _summed(found.simple, axis=0)
    return [
        line("", study.periods.label(number + step, number + step + 1), found.ahead.by_step[step],
        summed[step], least=least) for step in range(found.ahead.each.mean.shape[1]) ]  # fmt: skip


def whole(study: Study, found: Findings, *, least: int) -> Line:
    steps = found.ahead.each.mean.shape[1]
    when = study.periods.label(study.periods.number, study.periods.number + steps)
    return line("", when, found.ahead.whole, _summed(_summed(found.simple, axis=1), axis=0), least=least)


def counts_shown(study: Study, *, least: int) -> tuple[Flags, Flags]:
    """Which counts (places, periods) and which sums over places (periods,) may be seen.

    A sum is hidden where it would give away the one place that is hidden in it, or few cases of several.
    """
    may = study.counts >= least
    hidden = np.where(may, 0.0, study.counts).sum(axis=0)
    number = (~may).sum(axis=0)
    sums = (number == 0) | ((number >= 2) & (hidden >= least))
    return may, np.asarray(sums & (study.counts.sum(axis=0) >= least))


def say(number: int | None, least: int) -> str:
    return f"fewer than {least}" if number is None else f"{number:,}"


def between(told: Line, level: float, least: int) -> str:
    """An interval in words: 8 to 15, up to 9, fewer than 5 (with the least 5)."""
    low, high = told.low[level], told.high[level]
    if high is None:
        return f"fewer than {least}"
    return f"up to {high:,}" if low is None else f"{low:,} to {high:,}"


def _whole(number: float, least: int) -> int | None:
    found = math.floor(number + 0.5)
    return found if found >= least else None


def _summed(expected: Expected, *, axis: int) -> Expected:
    """Sums whose parts do not depend on each other: enough for a mean, which is all that is shown of it."""
    return Expected(np.asarray(expected.mean.sum(axis=axis)), np.asarray(expected.variance.sum(axis=axis)))


def held_sums(found: Findings) -> tuple[Floats, Floats, Floats]:
    """The forecasts one step ahead of all places together, in the time that was held back: ends and mean."""
    forecasts, _seen = found.held.at(1)
    total = _summed(forecasts["model"], axis=0)
    low, high = total.interval(LEVELS[1])
    return low, high, total.mean
