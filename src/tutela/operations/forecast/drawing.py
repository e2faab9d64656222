"""A place over time as plain SVG: what was, what had been forecast of it, and what is to come with its
bands.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from tutela.engines import pictures
from tutela.engines.forecasts import MODEL, Expected
from tutela.operations.forecast.predicting import LEVELS, Findings, Floats
from tutela.operations.forecast.reading import Study
from tutela.operations.forecast.shown import Flags, counts_shown, held_sums, tells_none
from tutela.operations.forecast.words import place_name
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, number, rtl
from tutela.operations.reports.axes import LEFT, WIDTH, Axes

HEIGHT, TOP, BOTTOM = 210, 14, 28
STYLE = """
svg text { font: 12px system-ui, sans-serif; fill: var(--soft); }
svg .tick { text-anchor: end; } svg .grid { stroke: var(--line); }
svg .cases { fill: var(--other); fill-opacity: .75; }
svg .few { fill: var(--line); fill-opacity: .8; } svg .wide { fill: var(--mark); fill-opacity: .18; }
svg .near { fill: var(--mark); fill-opacity: .3; } svg .near, svg .wide { shape-rendering: crispEdges; }
svg .mean { fill: none; stroke: var(--mark); stroke-width: 1.8; }
svg .rival { fill: none; stroke: var(--ink); stroke-width: 1.3; stroke-dasharray: 2 3; }
svg .now { stroke: var(--soft); stroke-dasharray: 4 3; }
figure { max-inline-size: 48rem; flex-basis: 30rem; overflow-x: auto; }
figure.small { flex: 0 1 22rem; } figure svg { min-inline-size: 30rem; }
figure.small svg { min-inline-size: 0; } td.number { white-space: nowrap; } td { min-inline-size: 4.5rem; }
td:first-child { min-inline-size: 6.5rem; } td.number, th.number { padding-inline: .5rem; }
div.note { max-inline-size: 46rem; }
div.note > * { margin-block: .25rem; } div.note ul { padding-inline-start: 1.25rem; }
"""


@dataclass(frozen=True, slots=True)
class Course:
    """One picture: counts of the last year held back and which may be seen; forecasts of it one step
    ahead, and which of them tell no small count; what is to come; and the same periods by the simpler way.
    """

    title: str
    counts: Floats
    may: Flags
    held: tuple[Floats, Floats, Floats]
    clear: Flags
    ahead: Expected
    rival: Floats


def all_places(study: Study, found: Findings, *, least: int) -> str:
    """The sums over all places."""
    first = _first(study, found)
    course = Course(
        title=_("All places together"),
        counts=study.counts[:, first:].sum(axis=0),
        may=counts_shown(study, least=least)[1][first:],
        held=held_sums(found),
        clear=np.ones(study.counts.shape[1] - first, dtype=bool),
        ahead=found.ahead.by_step,
        rival=_rival_sums(found, least),
    )
    return _drawn(study, found, course, least=least)


def one_place(study: Study, found: Findings, place: int, *, least: int) -> str:
    first, may = _first(study, found), counts_shown(study, least=least)[0][place]
    forecast = found.held.at(1)[0][MODEL][place, found.last_year]
    course = Course(
        title=isolated(place_name(study.names[place])),
        counts=study.counts[place, first:],
        may=may[first:],
        held=(*forecast.interval(LEVELS[1]), forecast.mean),
        clear=may[first - 1 : -1],
        ahead=found.ahead.each[place],
        rival=_rivals(found)[place],
    )
    return _drawn(study, found, course, least=least)


def _first(study: Study, found: Findings) -> int:
    """The first period that is drawn: what was held back, of the last year at most."""
    return max(found.held.first, study.periods.number - found.plan.shape.year)


def _rivals(found: Findings) -> Floats:
    """The simpler way over the last year held back, one step ahead, and what is to come (places, periods)."""
    past = found.held.at(1)[0][found.first_rival.value].mean[:, found.last_year]
    return np.hstack([past, found.simple[found.first_rival.value]])


def _rival_sums(found: Findings, least: int) -> Floats:
    """Of all places together; NaN where a sum would give away a place that is hidden."""
    each = _rivals(found)
    safe = [tells_none(each[:, at], least) for at in range(each.shape[1])]
    return np.where(safe, each.sum(axis=0), np.nan)


def _drawn(study: Study, found: Findings, course: Course, *, least: int) -> str:
    """Nothing is drawn lower than the smallest count that may be seen."""
    past, steps = len(course.counts), len(course.ahead.mean)
    near, wide = (course.ahead.interval(level) for level in LEVELS[1:])
    tall = [float(course.counts.max()), float(wide[1].max()), float(course.held[1].max()), float(least)]
    axes = Axes(past + steps, max(tall), HEIGHT, TOP, BOTTOM)
    clear = np.concatenate([course.clear, np.ones(steps, dtype=bool)])

    def floor(values: Floats) -> Floats:
        return np.maximum(np.floor(values + 0.5), least)

    parts = axes.lines()
    parts += _band(axes, "near", 0, floor(course.held[0]), floor(course.held[1]), course.clear)
    for kind, (low, high) in (("wide", wide), ("near", near)):
        parts += _band(axes, kind, past, floor(low), floor(high), clear[past:])
    parts += [_bar(axes, at, course, least) for at in range(past)]
    parts.append(_stairs(axes, "rival", floor(course.rival), ~np.isnan(course.rival)))
    parts.append(_stairs(axes, "mean", floor(np.concatenate([course.held[2], course.ahead.mean])), clear))
    x = axes.x(past)
    parts.append(f'<line class="now" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{axes.foot}"/>')
    parts += _when(study, found, past, axes)
    says = _("{title}. Periods that were: {past}. To come, with their intervals: {steps}.").format(
        title=course.title, past=number(past), steps=number(steps)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(says)}"><title>{escape(says)}</title>' + "".join(parts) + "</svg>"
    )


def _bar(axes: Axes, at: int, course: Course, least: int) -> str:
    seen = bool(course.may[at])
    top = axes.y(float(course.counts[at]) if seen else float(least))
    gap = axes.wide / 5
    return (
        f'<rect class="{"cases" if seen else "few"}" x="{axes.x(at) + gap:.1f}" y="{top:.1f}"'
        f' width="{axes.wide - 2 * gap:.1f}" height="{axes.foot - top:.1f}"/>'
    )


def _band(axes: Axes, kind: str, start: int, low: Floats, high: Floats, clear: Flags) -> list[str]:
    """From the low end to the high one, both within, where it may be seen."""
    return [
        f'<rect class="{kind}" x="{axes.x(start + at):.1f}" y="{axes.y(top):.1f}"'
        f' width="{axes.wide:.1f}" height="{axes.y(end) - axes.y(top):.1f}"/>'
        for at, (end, top, seen) in enumerate(zip(low.tolist(), high.tolist(), clear, strict=True))
        if seen and top > end
    ]


def _stairs(axes: Axes, kind: str, heights: Floats, clear: Flags) -> str:
    """A step for each period that may be seen, in pieces."""
    path = ""
    for at, height in enumerate(heights.tolist()):
        if clear[at]:
            begins = "L" if at and clear[at - 1] else "M"
            path += f"{begins}{axes.x(at):.1f} {axes.y(height):.1f}H{axes.x(at + 1):.1f}"
    return f'<path class="{kind}" d="{path}"/>' if path else ""


def _when(study: Study, found: Findings, past: int, axes: Axes) -> list[str]:
    """The first period, and where what is to come begins."""
    first, y = _first(study, found), HEIGHT - 9
    known = _("known until {when}").format(when=study.periods.ends(first + past - 1))
    return [
        pictures.text(LEFT, y, study.periods.ends(first)),
        pictures.text(axes.x(past), y, known, anchor="end", rtl=rtl()),
    ]


def calibration(heights: Floats) -> str:
    """Ten bars that are equally high where intervals are right."""
    wide, high, left, bottom, top = 360, 150, 10, 26, 10
    most = max(2.0, float(heights.max()))
    room = high - bottom - top
    step = (wide - 2 * left) / len(heights)
    bars = [
        f'<rect class="cases" x="{left + at * step + 1:.1f}" y="{high - bottom - room * height / most:.1f}"'
        f' width="{step - 2:.1f}" height="{room * height / most:.1f}"/>'
        for at, height in enumerate(heights.tolist())
    ]
    even = high - bottom - room / most
    each = in_a_row([number(float(height), decimals=1) for height in heights])
    says = escape(_("Where in its forecast each count fell: {heights}.").format(heights=each))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" aria-label="{says}">'
        f"<title>{says}</title>{''.join(bars)}"
        f'<line class="rival" x1="{left}" x2="{wide - left}" y1="{even:.1f}" y2="{even:.1f}"/>'
        + pictures.text(left, high - 8, _("lower than forecast"), rtl=rtl())
        + pictures.text(wide - left, high - 8, _("higher"), anchor="end", rtl=rtl())
        + "</svg>"
    )
