"""What of the counts and of what is expected may leave: small numbers stay behind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.engines.forecasts import MODEL, Expected
from tutela.operations.forecast.predicting import LEVELS, Findings, Floats
from tutela.operations.forecast.reading import Study
from tutela.operations.hotspots.shown import few
from tutela.operations.language import gettext as _
from tutela.operations.language import number as written

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Whole numbers of one place and time. None: too small to be shown; the ends of intervals by level."""

    place: str
    when: str
    expected: int | None
    low: dict[float, int | None]
    high: dict[float, int | None]
    rivals: dict[str, int | None]


def line(
    place: str, when: str, expected: Expected, rivals: Mapping[str, float | None], *, least: int
) -> Line:
    """Of one expected count (no dimensions). Means are rounded: decimals would tell the last count."""
    ends = {level: expected.interval(level) for level in LEVELS[1:]}
    return Line(
        place=place,
        when=when,
        expected=_whole(float(expected.mean), least),
        low={level: _whole(float(low), least) for level, (low, _high) in ends.items()},
        high={level: _whole(float(high), least) for level, (_low, high) in ends.items()},
        rivals={name: None if mean is None else _whole(mean, least) for name, mean in rivals.items()},
    )


def by_place(study: Study, found: Findings, *, least: int) -> list[Line]:
    """All periods to come of each place together, the most first."""
    lines = [
        line(
            name, _all_to_come(study, found), found.ahead.by_place[at], _rivals(found, at, least), least=least
        )
        for at, name in enumerate(study.names)
    ]
    means = found.ahead.by_place.mean
    order = sorted(range(len(lines)), key=lambda at: (-round(float(means[at])), study.names[at]))
    return [lines[at] for at in order]


def each(study: Study, found: Findings, *, least: int) -> list[Line]:
    """Every place and period to come."""
    when = _to_come(study, found)
    return [
        line(name, label, found.ahead.each[at, step], _rivals(found, (at, step), least), least=least)
        for at, name in enumerate(study.names)
        for step, label in enumerate(when)
    ]


def by_step(study: Study, found: Findings, *, least: int) -> list[Line]:
    """All places together, period by period."""
    everywhere = slice(None)
    return [
        line("", label, found.ahead.by_step[step], _rivals(found, (everywhere, step), least), least=least)
        for step, label in enumerate(_to_come(study, found))
    ]


def whole(study: Study, found: Findings, *, least: int) -> Line:
    """All places and periods together."""
    rivals = _rivals(found, slice(None), least)
    return line("", _all_to_come(study, found), found.ahead.whole, rivals, least=least)


def _to_come(study: Study, found: Findings) -> list[str]:
    number, steps = study.periods.number, found.ahead.each.mean.shape[1]
    return [study.periods.label(at, at + 1) for at in range(number, number + steps)]


def _all_to_come(study: Study, found: Findings) -> str:
    number, steps = study.periods.number, found.ahead.each.mean.shape[1]
    return study.periods.label(number, number + steps)


def _rivals(found: Findings, part: Any, least: int) -> dict[str, float | None]:
    """What the simpler ways expect of some places and periods together: means of counts that were."""
    return {name: _sum(np.asarray(means[part]), least) for name, means in found.simple.items()}


def _sum(cells: Floats, least: int) -> float | None:
    """A sum of one, some (n,), or a table of numbers; None where it would give away one that is hidden."""
    parts = [cells, cells.sum(axis=0), cells.sum(axis=1)] if cells.ndim == 2 else [cells]
    safe = cells.ndim == 0 or all(tells_none(one.ravel(), least) for one in parts)
    return float(cells.sum()) if safe else None


def tells_none(cells: Floats, least: int) -> bool:
    """No number is hidden, or two and more that are not few together."""
    hidden = cells[np.floor(cells + 0.5) < least]
    return not len(hidden) or (len(hidden) >= 2 and float(hidden.sum()) >= least)


def counts_shown(study: Study, *, least: int) -> tuple[Flags, Flags]:
    """Which counts (places, periods) and which sums over places (periods,) may be seen.

    A sum is hidden where it would give away the one place that is hidden in it, or few cases of several.
    """
    may = study.counts >= least
    hidden = np.where(may, 0.0, study.counts).sum(axis=0)
    number = (~may).sum(axis=0)
    sums = (number == 0) | ((number >= 2) & (hidden >= least))
    return may, np.asarray(sums & (study.counts.sum(axis=0) >= least))


def between(told: Line, level: float, least: int) -> str:
    """An interval in words: 8 to 15, up to 9, fewer than 5 (with the least 5)."""
    low, high = told.low[level], told.high[level]
    if high is None:
        return few(None, least)
    if low is None:
        return _("up to {number}").format(number=written(high))
    return _("{low} to {high}").format(low=written(low), high=written(high))


def _whole(number: float, least: int) -> int | None:
    found = math.floor(number + 0.5)
    return found if found >= least else None


def held_sums(found: Findings) -> tuple[Floats, Floats, Floats]:
    """The forecasts one step ahead of all places together, in the last year held back: ends and mean."""
    made = found.held.at(1)[0][MODEL][:, found.last_year]
    total = Expected(made.mean.sum(axis=0), made.variance.sum(axis=0))
    low, high = total.interval(LEVELS[1])
    return low, high, total.mean
