"""A series over time as plain SVG: bars of cases, the bound above them, and what is an alarm."""

from __future__ import annotations

from html import escape

import numpy as np

from tutela.operations.early_warning import shown
from tutela.operations.early_warning.reading import Study
from tutela.operations.early_warning.watching import Findings
from tutela.operations.early_warning.words import series_name
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, number
from tutela.operations.reports.axes import LEFT, RIGHT, WIDTH, Axes

HEIGHT, TOP, BOTTOM = 200, 20, 26
STYLE = """
svg text { font: 12px system-ui, sans-serif; fill: var(--soft); }
svg .tick { text-anchor: end; } svg .last { text-anchor: end; } svg .middle { text-anchor: middle; }
svg .grid { stroke: var(--line); } svg .cases { fill: var(--other); fill-opacity: .65; }
svg .alarm { fill: var(--mark); } svg .bound { fill: none; stroke: var(--ink); stroke-width: 1.5; }
svg .few { fill: var(--line); } svg .paused { fill: var(--line); fill-opacity: .5; }
svg .come { fill: none; stroke: var(--other); stroke-width: 1.2; stroke-dasharray: 3 2; }
figure { max-inline-size: 48rem; flex-basis: 30rem; overflow-x: auto; }
figure svg { min-inline-size: 30rem; } td.number { white-space: nowrap; }
"""


def _box(axes: Axes, kind: str, at: int, cases: float) -> str:
    top = axes.y(cases)
    gap = min(1.0, axes.wide / 6)
    return (
        f'<rect class="{kind}" x="{axes.x(at) + gap:.1f}" y="{top:.1f}" width="{axes.wide - 2 * gap:.1f}"'
        f' height="{axes.foot - top:.1f}"/>'
    )


def series(study: Study, found: Findings, place: int, *, least: int) -> str:
    """The watched periods of one series; a small count is drawn as high as the smallest that is shown."""
    may = shown.shown(study, found, least=least)
    counts, bounds = found.counts[place], found.watched.upper[place]
    whole = np.where(may.bounds[place], np.floor(np.where(may.bounds[place], bounds, 0) + 1e-9), 0)
    come = found.nowcast.mean[place] if found.nowcast else counts
    tall = [counts.max(), whole.max(), float(least), *come[may.counts[place]]]
    axes = Axes(found.watch, float(max(tall)), HEIGHT, TOP, BOTTOM)
    parts = axes.lines()
    for at in range(found.watch):
        parts += _period(found, may, axes, place, at, least)
    parts += _bound(axes, whole, may.bounds[place])
    parts += _when(study, found)
    says = _("{series}. Periods: {periods}. With an alarm: {alarms}.").format(
        series=isolated(series_name(study.names[place])),
        periods=number(found.watch),
        alarms=number(int(found.alarms[place].sum())),
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(says)}"><title>{escape(says)}</title>' + "".join(parts) + "</svg>"
    )


def _period(found: Findings, may: shown.Shown, axes: Axes, place: int, at: int, least: int) -> list[str]:
    parts = []
    if found.paused[place, at]:
        parts.append(_box(axes, "paused", at, axes.end))
    alarm = bool(found.alarms[place, at])
    seen = bool(may.counts[place, at])
    cases = float(found.counts[place, at]) if seen else float(least)
    parts.append(_box(axes, "alarm" if alarm else "cases" if seen else "few", at, cases))
    if found.nowcast is not None and seen and found.known[at] < 1:
        parts.append(_box(axes, "come", at, float(found.nowcast.mean[place, at])))
    if alarm:
        middle, top = axes.x(at + 0.5), max(axes.y(cases) - 4, 10)
        parts.append(f'<path class="alarm" d="M{middle - 4:.1f} {top - 8:.1f}h8l-4 7z"/>')
    return parts


def _bound(axes: Axes, bounds: np.ndarray, may: np.ndarray) -> list[str]:
    """A stair at each bound that may be seen, in pieces."""
    path = ""
    for at in range(len(bounds)):
        if may[at]:
            begins = "L" if at and may[at - 1] else "M"
            y = f"{axes.y(float(bounds[at])):.1f}"
            path += f"{begins}{axes.x(at):.1f} {y}H{axes.x(at + 1):.1f}"
    return [f'<path class="bound" d="{path}"/>'] if path else []


def _when(study: Study, found: Findings) -> list[str]:
    """The first and the last period in words."""
    first, last = found.watched.first, found.watched.first + found.watch - 1
    y = HEIGHT - 8
    return [
        f'<text x="{LEFT}" y="{y}">{escape(study.periods.begins(first))}</text>',
        f'<text class="last" x="{WIDTH - RIGHT}" y="{y}">{escape(study.periods.ends(last))}</text>',
    ]
