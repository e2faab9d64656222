"""Maps of flows: bent arrows between places, as wide as their number, and dashed where they are guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tutela.engines.pictures.atlas import Atlas
from tutela.engines.pictures.cutting import Floats
from tutela.engines.pictures.maps import Key, Wording, base, mapped, said_of, spot
from tutela.engines.pictures.projections import degrees_from
from tutela.engines.pictures.svg import Labels, short, tag, told
from tutela.engines.pictures.views import View, World, part_around, world_around

WIDEST, NARROWEST = 9.0, 1.2
"""Units: the widest arrow, and the narrowest that is still seen."""
BEND = 0.18
"""How far an arrow leans to its left, by its length: there and back are two arrows."""
NEAR = 55.0
"""Degrees: places that all lie this near to their middle are shown on a map of a part of the world."""
_GUESS = 1.6
_SWATCH = (26.0, 14.0)
_TOLD, _GUESSED = ("flow", "head-of-flow"), ("flow guess", "head-of-guess")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """From one code to another. `number` None: guessed, and drawn narrow and dashed whatever it may be; `by`:
    the code that joins the halves of a guess."""

    source: str
    target: str
    number: int | None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowWording(Wording):
    """`way`: said of an arrow, with {source}, {target} and {number}; `guessed`: of a guess, with {source},
    {by} and {target}; `between`: of the mark of a transit; `guess`: of a dashed arrow, and beside it."""

    way: str
    guessed: str
    between: str
    guess: str


def view_of(atlas: Atlas, codes: Sequence[str], *, width: float = 760.0) -> View:
    """A part of the world where all these places lie near one another, else all of it, cut where the fewest
    of the places stand."""
    spots = np.array([atlas.spots[code] for code in codes if code in atlas.spots]).reshape(-1, 2)
    if len(spots):
        part = part_around(spots[:, 0], spots[:, 1], width=width, edge=64.0)
        if float(degrees_from(part.middle, spots[:, 0], spots[:, 1]).max()) <= NEAR:
            return part
    return world_around(spots[:, 0], width=width)


def flow_map(
    atlas: Atlas,
    view: View,
    flows: Sequence[Flow],
    transits: Sequence[str],
    wording: FlowWording,
    *,
    name: str,
) -> str:
    """Flows between places that the atlas has a spot for; ends that are in `transits` are marked by squares.

    An arrow's head shows its direction, so that no colour is needed. What would be shorter over the edge of
    the map leaves there and comes in at the other.
    """
    drawn_flows = [one for one in flows if one.source != one.target and _both(atlas, view, one)]
    most = max((one.number or 0 for one in drawn_flows), default=0)
    order = sorted(drawn_flows, key=lambda one: (-(one.number or 0), one.source, one.target))
    known = [one for one in order if one.number is not None]
    guesses = [one for one in order if one.number is None]
    arrows = [_arrows(atlas, view, one, most, wording) for one in [*known, *guesses]]
    ends = _ends(atlas, view, order, transits, wording)
    seen = [code for code in transits if any(code in (one.source, one.target) for one in order)]
    keys = _keys(order, seen, wording)
    ground = base(atlas, view, view.drawn(atlas), {}, {}, name=name)
    return mapped(view, [*ground, *arrows, *ends], keys, **said_of(wording, name))


def _both(atlas: Atlas, view: View, flow: Flow) -> bool:
    return all(np.isfinite(spot(atlas, view, code)).all() for code in (flow.source, flow.target))


def width_of(number: int | None, most: int) -> float:
    """Of an arrow, in proportion to its number but for the smallest."""
    return _GUESS if number is None else max(WIDEST * number / max(most, 1), NARROWEST)


# ---------------------------------------------------------------- arrows
def _arrows(atlas: Atlas, view: View, flow: Flow, most: int, wording: FlowWording) -> str:
    ends = {"source": flow.source, "target": flow.target, "by": flow.by}
    called = {key: wording.names.get(code, code) for key, code in ends.items()}
    said = wording.guessed if flow.number is None else wording.way
    says = said.format(**called, number=wording.number(flow.number or 0))
    kind = _GUESSED if flow.number is None else _TOLD
    width = width_of(flow.number, most)
    arrows = [arrow(*both, width, kind) for both in _ways(atlas, view, flow)]
    return tag("g", {}, told(says), *arrows)


def _ways(atlas: Atlas, view: View, flow: Flow) -> list[tuple[Floats, Floats]]:
    """The ends of an arrow; of two where it goes over the edge of the map of the world."""
    one, other = (np.array(spot(atlas, view, code)) for code in (flow.source, flow.target))
    if not isinstance(view, World):
        return [(one, other)]
    round_ = [_round(view, atlas.spots[code][1]) for code in (flow.source, flow.target)]
    if abs(other[0] - one[0]) <= sum(round_) / 4:
        return [(one, other)]
    way = 1.0 if other[0] < one[0] else -1.0
    beyond = [np.array([way * length, 0.0]) for length in round_]
    return [(one, other + beyond[1]), (one - beyond[0], other)]


def _round(view: World, north: float) -> float:
    """How long a parallel is on the map."""
    east = np.array([view.centre - 180 + 1e-6, view.centre + 180 - 1e-6])
    x, _ = view.at(east, np.array([north, north]))
    return float(x[1] - x[0])


def arrow(start: Floats, end: Floats, width: float, kind: tuple[str, str], *, gap: float = 4.5) -> str:
    """A bent line (one curve) that ends in a head; `gap`: room left at both ends for their marks."""
    length = float(np.hypot(*(end - start)))
    if length < 1e-6:
        return ""
    gap = min(gap, length / 5)
    head = min(5.0 + 1.1 * width, 0.6 * length)
    lean = _lean(start, end)
    begins, stops = gap / length, 1 - (gap + head * 0.8) / length
    a, c = _on(start, lean, end, begins), _on(start, lean, end, stops)
    b = a + (stops - begins) * (1 - begins) * (lean - start) + (stops - begins) * begins * (end - lean)
    tip = _on(start, lean, end, 1 - gap / length)
    along = (tip - c) / max(float(np.hypot(*(tip - c))), 1e-9)
    across = np.array([-along[1], along[0]]) * (width / 2 + 2.2)
    path = f"M{_point(a)}Q{_point(b)} {_point(c + along * 0.5)}"
    corners = f"M{_point(c + across)}L{_point(tip)} {_point(c - across)}z"
    line = tag("path", {"class": kind[0], "d": path, "stroke-width": width})
    return line + tag("path", {"class": kind[1], "d": corners})


def _lean(start: Floats, end: Floats) -> Floats:
    """The point that the curve leans to: beside its middle, to the left of who goes along it."""
    whole = end - start
    return np.asarray((start + end) / 2 + np.array([whole[1], -whole[0]]) * BEND)


def _on(start: Floats, lean: Floats, end: Floats, part: float) -> Floats:
    return (1 - part) ** 2 * start + 2 * part * (1 - part) * lean + part**2 * end


def _point(point: Floats) -> str:
    return f"{short(float(point[0]))} {short(float(point[1]))}"


# ---------------------------------------------------------------- ends and legend
def _ends(
    atlas: Atlas, view: View, flows: Sequence[Flow], transits: Sequence[str], wording: FlowWording
) -> list[str]:
    """A mark for each place and its name, the busiest first, as far as there is room."""
    busy: Counter[str] = Counter()
    for one in flows:
        busy[one.source] += one.number or 1
        busy[one.target] += one.number or 1
    order = sorted(busy, key=lambda code: (-busy[code], code))
    places = [(code, *spot(atlas, view, code)) for code in order]
    labels = Labels(view.width, view.height)
    for _, x, y in places:
        labels.keep_free(x, y, 4.0)
    for one in flows:
        for start, end in _ways(atlas, view, one):
            for part in (0.08, 0.86, 0.93):
                x, y = _on(start, _lean(start, end), end, part).tolist()
                labels.keep_free(x, y, 2.0)
    marks, words = [], []
    for code, x, y in places:
        called = wording.names.get(code, code)
        marks.append(_mark(x, y, code in transits, called))
        words.append(labels.beside(x, y, called, away=7.0, rtl=wording.rtl))
    for one in flows:
        if one.number is None:
            start, end = _ways(atlas, view, one)[0]
            x, y = _on(start, _lean(start, end), end, 0.5).tolist()
            words.append(labels.beside(x, y, wording.guess, away=5.0, rtl=wording.rtl))
    return marks + words


def _mark(x: float, y: float, between: bool, called: str) -> str:
    if between:
        return tag(
            "rect",
            {"class": "between", "x": x - 3.6, "y": y - 3.6, "width": 7.2, "height": 7.2},
            told(called),
        )
    return tag("circle", {"class": "end", "cx": x, "cy": y, "r": 3.0}, told(called))


def _keys(flows: Sequence[Flow], transits: Sequence[str], wording: FlowWording) -> list[Key]:
    numbers = [one.number for one in flows if one.number is not None]
    most, least = max(numbers, default=0), min(numbers, default=0)
    sizes = dict.fromkeys(one for one in (most, (most + least) // 2, least) if one > 0)
    keys = [Key(_sample(width_of(one, most), _TOLD), wording.number(one), _SWATCH) for one in sizes]
    if transits:
        keys.append(Key(_mark(13.0, 7.0, True, ""), wording.between, _SWATCH))
    if len(numbers) < len(flows):
        keys.append(Key(_sample(_GUESS, _GUESSED), wording.guess, _SWATCH))
    return keys


def _sample(width: float, kind: tuple[str, str]) -> str:
    tip = 4.0 + 0.9 * width
    line = tag("path", {"class": kind[0], "d": f"M0 7H{short(26 - tip)}", "stroke-width": width})
    half = width / 2 + 2.2
    head = f"M{short(25.5 - tip)} {short(7 - half)}L26 7 {short(25.5 - tip)} {short(7 + half)}z"
    return line + tag("path", {"class": kind[1], "d": head})
