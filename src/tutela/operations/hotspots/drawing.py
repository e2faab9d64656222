"""Maps of clusters and of reporting effort: places on the ground that they lie on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.engines import pictures
from tutela.engines.hotspots import Cluster, GreatCircle, Network, Plane, Stretched
from tutela.engines.pictures import Key, Labels, Part, World, short, tag, told
from tutela.operations.hotspots.reading import Study
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, rtl, short_number
from tutela.operations.language import number as written
from tutela.operations.reports.maps import Atlases

WIDTH, EDGE, WORLD = 480.0, 30.0, 600.0
SMALLEST = 7.0
"""Radius of the ring around a window of one place, in units of the drawing."""
COARSE_KM = 150.0
"""A map narrower than this has no outlines: those of 1 to 50 million would lie in the wrong street."""
MOST_ASKED = 200
"""About how many of many places are asked which country they lie in."""
FAR = 55.0
"""Degrees from their middle: places further apart than this are shown on a map of the world."""
_STEPS = (2.2, 4.0, 6.2, 9.0)
_EFFORT = (gettext_noop("Least"), gettext_noop("Little"), gettext_noop("Much"), gettext_noop("Most"))
_DEGREE_KM = float(np.radians(1.0)) * 6371.0088
STYLE = (
    pictures.STYLE
    + """
.spot { fill: var(--rim); } .inside { fill: var(--ink); } .effort { fill: var(--flow); fill-opacity: .6; }
.ring { fill: none; stroke: var(--flow); stroke-width: 2; stroke-dasharray: 5 4; }
.ring.rare { stroke: var(--mark); stroke-width: 3; stroke-dasharray: none; }
.link { stroke: var(--rim); stroke-width: 1; } .scale { stroke: var(--ink); stroke-width: 2; }
.picture .number { font-size: 14px; font-weight: 700; }
figure { overflow-x: auto; } figure .picture { min-inline-size: 26rem; }
"""
)
"""A rare cluster differs by its unbroken line too, and every one by its number."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat map of somebody's own, in any unit: nothing is known of the ground."""

    width: float
    height: float
    corner: tuple[float, float]
    scale: float

    def at(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return (x - self.corner[0]) * self.scale, (self.corner[1] - y) * self.scale

    def ground(self) -> str:
        wide, high = round(self.width * pictures.FINE), round(self.height * pictures.FINE)
        return f"M0 0h{wide}v{high}h{-wide}z"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the places of a study stand, in units of the drawing, and what lies under them."""

    view: Part | World | Flat
    x: Floats
    y: Floats
    ground: tuple[str, ...]
    note: str
    """Whose borders are drawn; empty where there are none."""


def sheet_of(study: Study, atlases: Atlases, *, name: str) -> Sheet:
    """The map that both pictures are drawn on: where all places lie in one country, it is in the tone of the
    page, and its neighbours are pale. `name` keeps the ids of one apart from those of the other."""
    places = study.places.ground
    if not isinstance(places, GreatCircle):
        flat = _flat(places)
        return Sheet(flat, *flat.at(places.x, places.y), (pictures.ground(flat, "sea"),), "")
    view = _view(places)
    atlas = atlases.world if isinstance(view, World) else atlases.part
    outlined = isinstance(view, World) or view.width / view.kilometre >= COARSE_KM
    x, y = view.at(places.longitude, places.latitude)
    if not outlined:
        return Sheet(view, x, y, (pictures.ground(view, "sea"),), "")
    every = max(len(x) // MOST_ASKED, 1)
    country = pictures.country_of(atlas, places.longitude[::every], places.latitude[::every])
    kinds = {country: "chosen"} if country else {}
    ground = pictures.base(atlas, view, view.drawn(atlas), kinds, {}, name=name)
    return Sheet(view, x, y, tuple(ground), atlases.note)


def cluster_map(study: Study, clusters: Sequence[Cluster], rare: Sequence[bool], sheet: Sheet) -> str:
    """Every place as a dot, every cluster as a numbered ring: unbroken where chance hardly explains it."""
    members = {place for cluster in clusters for place in cluster.places}
    parts = [*sheet.ground, *_links(study, sheet)]
    for place in range(len(sheet.x)):
        kind, radius = ("inside", 3.2) if place in members else ("spot", 2.2)
        parts.append(_dot(kind, sheet.x[place], sheet.y[place], radius))
    labels = Labels(sheet.view.width, sheet.view.height, 14)
    for number, (cluster, is_rare) in enumerate(zip(clusters, rare, strict=True), start=1):
        parts.append(_ring(study, sheet, cluster, "ring rare" if is_rare else "ring", str(number)))
        parts.append(_number(study, sheet, cluster, number, labels))
    keys = [
        Key(_dot("inside", 12, 7, 3.2), _("In a cluster")),
        Key(_dot("spot", 12, 7, 2.2), _("Any other place")),
    ]
    if any(rare):
        keys.append(Key(_dot("ring rare", 12, 7, 6), _("At most 1 in 20 by chance")))
    if not all(rare):
        keys.append(Key(_dot("ring", 12, 7, 6), _("More often by chance")))
    says = _("Map. Places: {places}. Clusters: {clusters}. The table has the same.").format(
        places=written(len(sheet.x)), clusters=written(len(clusters))
    )
    parts += _scale_bar(sheet)
    return pictures.mapped(
        sheet.view, parts, keys, title=_("Clusters"), description=says, name="clusters", rtl=rtl()
    )


def effort_map(effort: Floats, sheet: Sheet) -> str:
    """Each place as large as its part in the reporting effort, in four steps: a quarter of places each."""
    steps = np.searchsorted(np.quantile(effort, [0.25, 0.5, 0.75]), effort, side="left")
    parts = [
        _dot("effort", sheet.x[place], sheet.y[place], _STEPS[steps[place]])
        for place in np.argsort(-effort, kind="stable").tolist()
    ]
    used = sorted(set(steps.tolist()))
    keys = [Key(_dot("effort", 12, 9, _STEPS[step]), _(_EFFORT[step]), (24, 18)) for step in used]
    says = _("Map of the effort, in four steps with a quarter of the places each. Places: {places}.").format(
        places=written(len(sheet.x))
    )
    parts = [*sheet.ground, *parts, *_scale_bar(sheet)]
    return pictures.mapped(
        sheet.view, parts, keys, title=_("Reporting effort"), description=says, name="effort", rtl=rtl()
    )


# ---------------------------------------------------------------- laying flat
def _view(places: GreatCircle) -> Part | World:
    part = pictures.part_around(places.longitude, places.latitude, width=WIDTH, edge=EDGE)
    if pictures.degrees_from(part.middle, places.longitude, places.latitude).max() <= FAR:
        return part
    south = -57.0 if places.latitude.min() > -57 else -90.0
    return pictures.world_around(places.longitude, width=WORLD, south=south)


def _flat(places: Plane) -> Flat:
    wide, high = float(np.ptp(places.x)), float(np.ptp(places.y))
    room = WIDTH - 2 * EDGE
    scale = room / max(wide, high) if max(wide, high) > 0 else 1.0
    height = max(high * scale, room / 3) + 2 * EDGE
    across = float(places.x.max() + places.x.min()) / 2 - WIDTH / 2 / scale
    top = float(places.y.max() + places.y.min()) / 2 + height / 2 / scale
    return Flat(WIDTH, height, (across, top), scale)


# ---------------------------------------------------------------- marks
def _ring(study: Study, sheet: Sheet, cluster: Cluster, kind: str, says: str) -> str:
    """The edge of a window as it lies on this map; around places one by one where it follows links."""
    geometry = study.geometries[cluster.geometry]
    if isinstance(geometry, Network):
        inside = set(cluster.places)
        within = [pair for pair in _pairs(study) if inside.issuperset(pair)]
        dots = [_dot(kind, sheet.x[place], sheet.y[place], SMALLEST) for place in cluster.places]
        return "".join([*(_line(kind, sheet, *pair) for pair in within), *dots])
    x, y = _edge(study, sheet, cluster)
    if max(np.ptp(x), np.ptp(y)) < 2 * SMALLEST:
        return _dot(kind, sheet.x[cluster.centre], sheet.y[cluster.centre], SMALLEST)
    jumps = np.hypot(np.diff(x), np.diff(y)) > sheet.view.width / 2
    steps = [
        f"{'M' if place == 0 or jumps[place - 1] else 'L'}{short(float(a))} {short(float(b))}"
        for place, (a, b) in enumerate(zip(x, y, strict=True))
    ]
    close = "" if jumps.any() else "z"
    return tag("path", {"class": kind, "d": "".join(steps) + close}, told(says))


def _edge(study: Study, sheet: Sheet, cluster: Cluster) -> tuple[Floats, Floats]:
    """Points of a window's edge: of a circle on the globe, or of the map that the window was searched on."""
    geometry, places = study.geometries[cluster.geometry], study.places.ground
    radius = max(cluster.radius, 1e-9)
    if isinstance(places, GreatCircle) and not isinstance(geometry, Stretched):
        spot = float(places.longitude[cluster.centre]), float(places.latitude[cluster.centre])
        return sheet.view.at(*pictures.circle(*spot, radius))
    ratio, angle = (geometry.ratio, geometry.angle) if isinstance(geometry, Stretched) else (1.0, 0.0)
    turn = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    long, across = radius * np.cos(turn), radius / ratio * np.sin(turn)
    right = long * np.cos(angle) - across * np.sin(angle)
    up = long * np.sin(angle) + across * np.cos(angle)
    if isinstance(places, GreatCircle):
        middle = np.radians((places.latitude.min() + places.latitude.max()) / 2)
        right, up = right / (_DEGREE_KM * np.cos(middle)), up / _DEGREE_KM
        return sheet.view.at(places.longitude[cluster.centre] + right, places.latitude[cluster.centre] + up)
    return sheet.view.at(places.x[cluster.centre] + right, places.y[cluster.centre] + up)


def _number(study: Study, sheet: Sheet, cluster: Cluster, number: int, labels: Labels) -> str:
    """Beside the ring; on the place in its middle where there is no room beside it."""
    geometry = study.geometries[cluster.geometry]
    away = SMALLEST
    if not isinstance(geometry, Network):
        x, y = _edge(study, sheet, cluster)
        away = max(float(min(np.ptp(x), np.ptp(y))) / 2, SMALLEST)
    at = float(sheet.x[cluster.centre]), float(sheet.y[cluster.centre])
    word = labels.beside(*at, str(number), away=away + 4) or labels.beside(*at, str(number), away=6)
    return word.replace('class="label"', 'class="label number"')


def _links(study: Study, sheet: Sheet) -> list[str]:
    return [_line("link", sheet, *pair) for pair in _pairs(study)]


def _pairs(study: Study) -> list[tuple[int, int]]:
    """Each two places with a link between them, once."""
    links = study.links.tolist() if study.links is not None else []
    return sorted({(min(pair), max(pair)) for pair in links})


def _line(kind: str, sheet: Sheet, one: int, other: int) -> str:
    ends = {"x1": sheet.x[one], "y1": sheet.y[one], "x2": sheet.x[other], "y2": sheet.y[other]}
    return tag("line", {"class": kind} | {key: float(value) for key, value in ends.items()})


def _dot(kind: str, x: float, y: float, radius: float) -> str:
    return tag("circle", {"class": kind, "cx": float(x), "cy": float(y), "r": float(radius)})


def _scale_bar(sheet: Sheet) -> list[str]:
    """A length of 1, 2 or 5 times a power of ten, about a fifth of the map; none on a map of the world, where
    a kilometre is not as long everywhere."""
    if isinstance(sheet.view, World):
        return []
    on_the_globe = isinstance(sheet.view, Part)
    unit_long = sheet.view.kilometre if isinstance(sheet.view, Part) else sheet.view.scale
    wanted = WIDTH / 5 / unit_long
    power = 10.0 ** np.floor(np.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    end, low = 12 + length * unit_long, sheet.view.height - 12
    line: dict[str, str | float] = {"class": "scale", "x1": 12.0, "y1": low, "x2": float(end), "y2": low}
    says = short_number(length)
    if on_the_globe:
        says = _("{length} km").format(length=says)
    return [
        tag("line", line),
        pictures.text(float(end) + 6, low + 4, says, kind="label", rtl=rtl()),
    ]
