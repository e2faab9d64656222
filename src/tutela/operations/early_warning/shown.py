"""What of each count may leave: small counts, and all from which they could be worked out, stay behind."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tutela.operations.early_warning.reading import Floats, Study
from tutela.operations.early_warning.watching import Findings, Flags

_REMEMBERED = 11
"""The longest baseline of the methods whose bound is made of a few counts just before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One period of one series as the report tells it. None: too small to be shown, or not to be had."""

    series: str
    group: str
    when: str
    cases: int | None
    expected: float | None
    bound: int | None
    p: float | None
    state: str
    stands_out: bool | None
    to_come: tuple[int, int, int] | None
    """With those still to come: mean, and ends of the 95 % interval."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Which counts, expectations and bounds of the watched periods may be seen, each (series, watched)."""

    counts: Flags
    expected: Flags
    bounds: Flags


def shown(study: Study, found: Findings, *, least: int) -> Shown:
    """A count of `least` or more, and with it what it was expected to be. A bound from `least` on; where the
    bound is made of the few counts just before, only with all of those."""
    counts = found.counts >= least
    bounds = np.isfinite(found.watched.upper) & (found.watched.upper >= least - 1)
    expected = counts.copy()
    if found.rule is None:
        clear = _all_before(study.counts >= least, found.watched.first)
        bounds, expected = bounds & clear, expected & clear
    return Shown(counts, expected, bounds)


def _all_before(large: Flags, first: int) -> Flags:
    """Whether all counts of the periods just before, as far as any baseline reaches, are large."""
    return np.array(
        [large[:, max(0, at - _REMEMBERED) : at].all(axis=1) for at in range(first, large.shape[1])]
    ).T


def now(study: Study, found: Findings, *, least: int) -> list[Line]:
    """The last period of every series: alarms first, then the rarest."""
    may = shown(study, found, least=least)
    last = found.watch - 1
    told = [_line(study, found, may, place, last, now=True) for place in range(len(study.names))]
    rare = np.nan_to_num(found.watched.p[:, last], nan=1.0)
    order = sorted(range(len(told)), key=lambda n: (not found.alarms[n, last], rare[n], study.names[n]))
    return [told[place] for place in order]


def alarms(study: Study, found: Findings, *, least: int) -> list[Line]:
    """All alarms of the watched periods, the latest first."""
    may = shown(study, found, least=least)
    places = sorted(
        zip(*np.nonzero(found.alarms), strict=True), key=lambda one: (-one[1], study.names[one[0]])
    )
    return [_line(study, found, may, int(place), int(at), now=False) for place, at in places]


def state(found: Findings, place: int, at: int) -> str:
    """One word for what the period of a series is."""
    if found.paused[place, at]:
        return "paused"
    if not found.judged[place, at]:
        return "too early"
    return "alarm" if found.alarms[place, at] else "usual"


def bound_shown(upper: float) -> int:
    """The highest count that is no alarm, whole."""
    return max(0, math.floor(upper + 1e-9))


def _line(study: Study, found: Findings, may: Shown, place: int, at: int, *, now: bool) -> Line:
    start = found.watched.first + at
    seen = bool(may.counts[place, at])
    p = float(found.watched.p[place, at])
    return Line(
        series=study.names[place],
        group=study.groups[place],
        when=study.periods.label(start, start + 1),
        cases=int(found.counts[place, at]) if seen else None,
        expected=round(float(found.watched.expected[place, at]), 1) if may.expected[place, at] else None,
        bound=bound_shown(float(found.watched.upper[place, at])) if may.bounds[place, at] else None,
        p=float(f"{p:.2g}") if may.expected[place, at] and not math.isnan(p) else None,
        state=state(found, place, at),
        stands_out=bool(found.stands_out[place]) if now and found.method.has_p else None,
        to_come=_to_come(found, place, at) if seen else None,
    )


def _to_come(found: Findings, place: int, at: int) -> tuple[int, int, int] | None:
    if found.nowcast is None or found.known[at] >= 1:
        return None
    each: tuple[Floats, ...] = (found.nowcast.mean, found.nowcast.low, found.nowcast.high)
    mean, low, high = (round(float(one[place, at])) for one in each)
    return mean, low, high
