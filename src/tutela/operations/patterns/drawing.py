"""Pictures of templates: weeks, places, and who shares a contact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import networkx
import numpy as np

from tutela.engines import pictures
from tutela.engines.patterns.alerts import week_of, weekly
from tutela.engines.patterns.networks import Network
from tutela.engines.pictures import Key, Labels, View, World, safe, tag, told
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, listed, number, rtl
from tutela.operations.patterns import words
from tutela.operations.reports.maps import atlases

WIDTH = 640.0
_LARGEST = 16.0
STYLE = (
    pictures.STYLE
    + """
.weeks { inline-size: auto; max-inline-size: 100%; block-size: auto; background: none; }
.weeks rect { fill: var(--other); } .weeks line { stroke: var(--line); }
.weeks text { font: 500 11px system-ui, sans-serif; fill: var(--soft); }
.tie { stroke: var(--rim); } .node { fill: var(--flow); stroke: var(--ground); stroke-width: 1.5; }
.hop { fill: none; stroke: var(--mark); stroke-width: 1.4; }
.spot { fill: var(--flow); fill-opacity: .65; stroke: var(--ground); }
"""
)


def weeks(days: Sequence[date], *, name: str) -> str:
    """Adverts a week as bars, from the first week to the last."""
    first, last = min(days), max(days)
    counts = weekly(days, first, last)
    step = min(24.0, 460.0 / len(counts))
    most = max(counts)
    bars = [
        tag(
            "rect",
            {"x": 30 + step * place, "y": 52 - 44 * count / most, "width": max(step - 1, 1.0),
             "height": 44 * count / most},
            told(f"{isolated(str(week_of(first) + timedelta(weeks=place)))}: {number(count)}"),
        )
        for place, count in enumerate(counts)
        if count
    ]  # fmt: skip
    wide = 30 + step * len(counts)
    ends = (
        f'<text x="30" y="66">{week_of(first)}</text>'
        f'<text x="26" y="14" text-anchor="end">{number(most)}</text>'
        f'<line x1="30" x2="{wide:.0f}" y1="52" y2="52"/>'
    )
    wide = max(wide, 120.0)
    label = _("Adverts a week. Weeks: {weeks}, from {day}. Most in one week: {most}.").format(
        weeks=number(len(counts)), day=isolated(str(week_of(first))), most=number(most)
    )
    return (
        f'<svg class="weeks" xmlns="http://www.w3.org/2000/svg" role="img" direction="ltr" '
        f'width="{wide:.0f}" height="70" viewBox="0 0 {wide:.0f} 70" aria-label="{safe(label)}" id="{name}">'
        f"{ends}{''.join(bars)}</svg>"
    )


# ---------------------------------------------------------------- places
def places(
    counts: Mapping[str, int],
    where: Mapping[str, tuple[float, float]],
    hops: Sequence[tuple[str, str]],
    *,
    name: str,
) -> str:
    """Towns as circles, their area as their adverts; `hops` are lines from one to the next."""
    known = {place: count for place, count in counts.items() if place in where}
    east = np.array([where[place][1] for place in known])
    north = np.array([where[place][0] for place in known])
    view = _view(east, north)
    atlas = atlases(None).world if isinstance(view, World) else atlases(None).part
    x, y = view.at(east, north)
    spots = dict(zip(known, zip(x.tolist(), y.tolist(), strict=True), strict=True))
    most = max(known.values())
    labels = Labels(view.width, view.height)
    marks, names = _hops(spots, hops), []
    for place, count in sorted(known.items(), key=lambda one: (-one[1], one[0])):
        radius = max(3.0, _LARGEST * float(np.sqrt(count / most)))
        at = spots[place]
        said = told(f"{isolated(place)}: {number(count)}")
        marks.append(tag("circle", {"class": "spot", "cx": at[0], "cy": at[1], "r": radius}, said))
        names.append(labels.beside(*at, place.rpartition(",")[0] or place, away=radius + 3))
    base = pictures.base(atlas, view, view.drawn(atlas), {}, {}, name=name)
    return pictures.mapped(
        view, [*base, *marks, *names], _place_keys(most, hops), title=_("Places of adverts"),
        description=_("Places: {places}. The table has the same numbers.").format(places=number(len(known))),
        name=name, rtl=rtl(),
    )  # fmt: skip


def _place_keys(most: int, hops: Sequence[tuple[str, str]]) -> list[Key]:
    size = 2 * _LARGEST + 2
    circle = tag("circle", {"class": "spot", "cx": size / 2, "cy": size / 2, "r": _LARGEST})
    line = tag("line", {"class": "hop", "x1": 0.0, "x2": 24.0, "y1": 7.0, "y2": 7.0})
    found = [Key(circle, words.adverts(most), (size, size))]
    return [*found, Key(line, _("From one to the next"))] if hops else found


def _view(east: np.ndarray, north: np.ndarray) -> View:
    part = pictures.part_around(east, north, width=WIDTH, edge=60.0)
    spread = np.ptp(np.radians(east)) * np.cos(np.radians(north.mean()))
    return part if spread < 1.4 and part.height < 900 else World(width=WIDTH, south=-57.0)


def _hops(spots: Mapping[str, tuple[float, float]], hops: Sequence[tuple[str, str]]) -> list[str]:
    counted = Counter(pair for pair in hops if pair[0] in spots and pair[1] in spots)
    found = []
    for (one, other), times in sorted(counted.items()):
        (x, y), (to_x, to_y) = spots[one], spots[other]
        over_x, over_y = (x + to_x) / 2 + (y - to_y) * 0.15, (y + to_y) / 2 + (to_x - x) * 0.15
        path = f"M{x:.1f} {y:.1f}Q{over_x:.1f} {over_y:.1f} {to_x:.1f} {to_y:.1f}"
        found.append(f'<path class="hop" d="{path}">{_hop(one, other, times)}</path>')
    return found


def _hop(one: str, other: str, times: int) -> str:
    says = _("{place} to {other}: {count}")
    return told(says.format(place=isolated(one), other=isolated(other), count=number(times)))


# ---------------------------------------------------------------- contacts
def ties(network: Network, keys: Mapping[int, str], adverts: Mapping[int, int], *, name: str) -> str:
    """Templates as circles, as large as their adverts; a line as wide as the contacts that two share."""
    graph = networkx.Graph()
    graph.add_nodes_from(network.templates)
    graph.add_weighted_edges_from((one.first, one.second, one.weight) for one in network.ties)
    laid = networkx.spring_layout(graph, seed=1, weight="weight", iterations=80)
    height = 120.0 if len(network.templates) < 3 else 360.0
    spots = {
        node: (60 + (at[0] + 1) / 2 * (WIDTH - 120), 40 + (at[1] + 1) / 2 * (height - 80))
        for node, at in laid.items()
    }
    most = max(adverts[one] for one in network.templates)
    labels = Labels(WIDTH, height)
    parts = [_tie(one.first, one.second, len(one.contacts), spots, keys) for one in network.ties]
    names: list[str] = []
    for node in sorted(network.templates, key=lambda one: -adverts[one]):
        radius = max(5.0, _LARGEST * (adverts[node] / most) ** 0.5)
        x, y = (float(value) for value in spots[node])
        said = told(f"{isolated(keys[node])}: {words.adverts(adverts[node])}")
        parts.append(tag("circle", {"class": "node", "cx": x, "cy": y, "r": radius}, said))
        labels.keep_free(x, y, radius)
        names.append(labels.beside(x, y, keys[node], away=radius + 3) if len(names) < 25 else "")
    description = _("Templates: {templates}. Ties: {ties}. The table has them too.").format(
        templates=number(len(network.templates)), ties=number(len(network.ties))
    )
    return pictures.picture(
        name=name, title=_("Templates that share a contact"), description=description, width=WIDTH,
        height=height, parts=[*parts, *names],
    )  # fmt: skip


def _tie(
    first: int, second: int, contacts: int, spots: Mapping[int, tuple[float, float]], keys: Mapping[int, str]
) -> str:
    (x, y), (to_x, to_y) = spots[first], spots[second]
    facts: dict[str, str | float] = {
        "class": "tie", "x1": float(x), "y1": float(y), "x2": float(to_x), "y2": float(to_y),
        "stroke-width": min(1.0 + contacts, 6.0),
    }  # fmt: skip
    says = _("{names}: {count} shared").format(
        names=listed([isolated(keys[first]), isolated(keys[second])]), count=number(contacts)
    )
    return tag("line", facts, told(says))
