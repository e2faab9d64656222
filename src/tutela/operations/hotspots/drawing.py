"""Maps of clusters and of reporting effort as plain SVG, drawn without a browser or a library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from tutela.engines.hotspots import Cluster, GreatCircle, Network, Stretched, flattened
from tutela.operations.hotspots.reading import Study

SIZE, EDGE = 480, 26
SMALLEST = 7.0
"""Radius of the ring around a window of one place, in units of the drawing."""
_STEPS = (2.2, 4.0, 6.2, 9.0)
STYLE = """
svg text { font: 600 13px system-ui, sans-serif; fill: var(--ink); }
.place { fill: var(--line); } .inside { fill: var(--ink); } .effort { fill: var(--other); fill-opacity: .55; }
.ring { fill: none; stroke: var(--other); stroke-width: 2; stroke-dasharray: 5 4; }
.ring.rare { stroke: var(--mark); stroke-width: 3; stroke-dasharray: none; }
.link { stroke: var(--line); stroke-width: 1; } .scale { stroke: var(--ink); stroke-width: 2; }
.label { paint-order: stroke; stroke: var(--tint); stroke-width: 4px; }
"""
"""Colours of the page; a rare cluster differs by its unbroken line too, and every one by its number."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The map laid flat and fitted into the drawing: `x` and `y` of places, and units of the drawing per km
    (or per unit of a flat map)."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    scale: float
    height: float
    in_km: bool


def cluster_map(study: Study, clusters: Sequence[Cluster], rare: Sequence[bool]) -> str:
    """Every place as a dot, every cluster as a numbered ring: unbroken where chance hardly explains it."""
    sheet = _sheet(study)
    members = {place for cluster in clusters for place in cluster.places}
    parts = _links(study, sheet)
    for place in range(len(sheet.x)):
        kind, radius = ("inside", 3.2) if place in members else ("place", 2.4)
        parts.append(_dot(kind, sheet.x[place], sheet.y[place], radius))
    for number, (cluster, is_rare) in enumerate(zip(clusters, rare, strict=True), start=1):
        parts.append(_ring(study, sheet, cluster, "ring rare" if is_rare else "ring"))
        parts.append(_label(study, sheet, cluster, number))
    return _drawing("Clusters", f"Map of {len(sheet.x)} places with {len(clusters)} clusters", parts, sheet)


def effort_map(study: Study, effort: NDArray[np.float64]) -> str:
    """Each place as large as its part in the reporting effort, in four steps: a quarter of places each."""
    sheet = _sheet(study)
    steps = np.searchsorted(np.quantile(effort, [0.25, 0.5, 0.75]), effort, side="left")
    parts = [
        _dot("effort", sheet.x[place], sheet.y[place], _STEPS[steps[place]])
        for place in np.argsort(-effort, kind="stable").tolist()
    ]
    return _drawing("Reporting effort", f"Map of the effort at {len(sheet.x)} places", parts, sheet)


# ---------------------------------------------------------------- laying flat
def _sheet(study: Study) -> Sheet:
    ground = study.places.ground
    plane = flattened(_off_the_date_line(ground)) if isinstance(ground, GreatCircle) else ground
    wide, high = float(np.ptp(plane.x)), float(np.ptp(plane.y))
    room = SIZE - 2 * EDGE
    scale = room / max(wide, high, 1e-9) if max(wide, high) > 0 else 1.0
    return Sheet(
        EDGE + (plane.x - plane.x.min()) * scale + (room - wide * scale) / 2,
        EDGE + (plane.y.max() - plane.y) * scale,
        scale,
        high * scale + 2 * EDGE + 18,
        isinstance(ground, GreatCircle),
    )


def _off_the_date_line(ground: GreatCircle) -> GreatCircle:
    """Places on both sides of the date line stand side by side, not at the two ends of the map."""
    if np.ptp(ground.longitude) <= 180:
        return ground
    turned = np.where(ground.longitude < 0, ground.longitude + 180, ground.longitude - 180)
    return GreatCircle(ground.latitude, turned)


# ---------------------------------------------------------------- marks
def _ring(study: Study, sheet: Sheet, cluster: Cluster, kind: str) -> str:
    geometry = study.geometries[cluster.geometry]
    if isinstance(geometry, Network):
        inside = set(cluster.places)
        within = [pair for pair in _pairs(study) if inside.issuperset(pair)]
        dots = [_dot(kind, sheet.x[place], sheet.y[place], SMALLEST) for place in cluster.places]
        return "".join([*(_line(kind, sheet, *pair) for pair in within), *dots])
    x, y = sheet.x[cluster.centre], sheet.y[cluster.centre]
    if isinstance(geometry, Stretched):
        long = max(cluster.radius * sheet.scale, SMALLEST)
        short = max(cluster.radius * sheet.scale / geometry.ratio, SMALLEST)
        turned = -float(np.degrees(geometry.angle))
        return (
            f'<ellipse class="{kind}" cx="{x:.1f}" cy="{y:.1f}" rx="{long:.1f}" ry="{short:.1f}" '
            f'transform="rotate({turned:.1f} {x:.1f} {y:.1f})"/>'
        )
    return _dot(kind, x, y, max(cluster.radius * sheet.scale, SMALLEST))


def _label(study: Study, sheet: Sheet, cluster: Cluster, number: int) -> str:
    """The number beside the ring, to its upper right; beside the short axis of an ellipse."""
    geometry = study.geometries[cluster.geometry]
    reach = 0.0 if isinstance(geometry, Network) else cluster.radius * sheet.scale
    away = max(reach / getattr(geometry, "ratio", 1.0), SMALLEST) * 0.71 + 3
    x = min(sheet.x[cluster.centre] + away, SIZE - 20)
    y = max(sheet.y[cluster.centre] - away, 16)
    return f'<text class="label" x="{x:.1f}" y="{y:.1f}">{number}</text>'


def _links(study: Study, sheet: Sheet) -> list[str]:
    return [_line("link", sheet, *pair) for pair in _pairs(study)]


def _pairs(study: Study) -> list[tuple[int, int]]:
    """Each two places with a link between them, once."""
    links = study.links.tolist() if study.links is not None else []
    return sorted({(min(pair), max(pair)) for pair in links})


def _line(kind: str, sheet: Sheet, one: int, other: int) -> str:
    return (
        f'<line class="{kind}" x1="{sheet.x[one]:.1f}" y1="{sheet.y[one]:.1f}" '
        f'x2="{sheet.x[other]:.1f}" y2="{sheet.y[other]:.1f}"/>'
    )


def _dot(kind: str, x: float, y: float, radius: float) -> str:
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def _drawing(title: str, description: str, parts: Sequence[str], sheet: Sheet) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {SIZE} {sheet.height:.0f}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        f"{''.join(parts)}{_scale_bar(sheet)}</svg>"
    )


def _scale_bar(sheet: Sheet) -> str:
    """A length of 1, 2 or 5 times a power of ten, about a fifth of the map."""
    wanted = SIZE / 5 / sheet.scale
    power = 10.0 ** np.floor(np.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    end, low = EDGE + length * sheet.scale, sheet.height - 12
    unit = " km" if sheet.in_km else ""
    return (
        f'<line class="scale" x1="{EDGE}" y1="{low:.1f}" x2="{end:.1f}" y2="{low:.1f}"/>'
        f'<text x="{end + 6:.1f}" y="{low + 4:.1f}">{length:g}{unit}</text>'
    )
