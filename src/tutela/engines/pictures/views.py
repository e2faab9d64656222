"""What a map shows: the whole world, or a part of it, and how outlines become paths of the drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tutela.engines.pictures.atlas import Atlas, Lines
from tutela.engines.pictures.cutting import Floats, Whole, areas, clipped, framed, refined
from tutela.engines.pictures.projections import EARTH_RADIUS_KM, azimuthal, degrees, equal_earth, on_globe

FINE = 5
"""Steps of a path in one unit of the drawing: a fifth of a pixel."""
FARTHEST = 100.0
"""Degrees from the middle of a part of the world that are drawn: beyond, shapes turn inside out."""
_EDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Drawn:
    """An atlas as a view shows it, in steps of 1/FINE: a path for each shape ("" where none of it is seen),
    the borders, and the larger side of the frame around each shape in units of the drawing."""

    shapes: tuple[str, ...]
    borders: str
    sizes: tuple[float, ...]


class Frame(Protocol):
    """`width` by `height` units; y grows downwards."""

    @property
    def width(self) -> float: ...

    @property
    def height(self) -> float: ...

    def ground(self) -> str:
        """The path of all that can be seen, in steps of 1/FINE."""


class View(Frame, Protocol):
    """A frame that shows the globe or a part of it."""

    def at(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        """Where places stand; NaN where they are not on the map."""

    def drawn(self, atlas: Atlas) -> Drawn: ...


# ---------------------------------------------------------------- the world
@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Equal Earth, cut opposite to `centre` (degrees east); `south`: the last parallel that is shown."""

    width: float = 960.0
    centre: float = 11.0
    south: float = -90.0

    @property
    def scale(self) -> float:
        return float(self.width / (2 * equal_earth(np.array(180.0), np.array(0.0))[0]))

    @property
    def top(self) -> float:
        return float(equal_earth(np.array(0.0), np.array(90.0))[1])

    @property
    def height(self) -> float:
        return float((self.top - equal_earth(np.array(0.0), np.array(self.south))[1]) * self.scale)

    def at(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        turned = (np.asarray(east, dtype=np.float64) - self.centre + 180) % 360 - 180
        x, y = self._flat(turned, np.asarray(north, dtype=np.float64))
        seen = np.asarray(north) >= self.south
        return np.where(seen, x, np.nan), np.where(seen, y, np.nan)

    def ground(self) -> str:
        up = np.linspace(self.south, 90, 37)
        edge = np.concatenate([np.full(37, 180.0), np.full(37, -180.0)])
        x, y = self._flat(edge, np.concatenate([up, up[::-1]]))
        return _paths(np.stack([x, y], axis=1), np.array([0, 74]), np.array([0]), 1)[0][0]

    def drawn(self, atlas: Atlas) -> Drawn:
        points, start, owner = _cut(atlas, self.centre, self.south)
        x, y = self._flat(points[:, 0], points[:, 1])
        paths, sizes = _paths(np.stack([x, y], axis=1), start, owner, len(atlas.shapes))
        return Drawn(tuple(paths), self._line(atlas.borders), sizes)

    def _line(self, lines: Lines) -> str:
        """Open lines; broken where they leave at one edge and come back at the other."""
        turned = (lines.points[:, 0] - self.centre + 180) % 360 - 180
        breaks = np.flatnonzero(np.abs(np.diff(turned)) > 180) + 1
        start = np.unique(np.concatenate([lines.start, breaks]))
        x, y = self._flat(turned, lines.points[:, 1])
        kept = np.repeat(np.maximum.reduceat(lines.points[:, 1], start[:-1]) >= self.south, np.diff(start))
        return _open(np.stack([x, y], axis=1), start, kept)

    def _flat(self, turned: Floats, north: Floats) -> tuple[Floats, Floats]:
        x, y = equal_earth(turned, north)
        return x * self.scale + self.width / 2, (self.top - y) * self.scale


def world_around(east: Floats, *, width: float = 960.0, south: float = -57.0) -> World:
    """The world cut where the fewest of these places stand within 15 degrees: in the Pacific, in the Atlantic
    or in Asia; in the Pacific where it is all the same."""

    def near_the_cut(centre: float) -> int:
        turned = np.abs((np.asarray(east, dtype=np.float64) - centre + 180) % 360 - 180)
        return int((turned > 165).sum())

    return World(width=width, centre=min((11.0, 150.0, -80.0), key=near_the_cut), south=south)


def _cut(atlas: Atlas, centre: float, south: float) -> tuple[Floats, Whole, Whole]:
    """Outlines between -180 and 180 degrees from the centre, where each begins, and whose it is."""
    lines, turns = atlas.outlines, atlas.turns
    points = lines.points - np.array([centre, 0.0])
    west = np.minimum.reduceat(points[:, 0], lines.start[:-1])
    east = np.maximum.reduceat(points[:, 0], lines.start[:-1])
    low = np.minimum.reduceat(points[:, 1], lines.start[:-1])
    first = np.floor((west + 180 + _EDGE) / 360).astype(np.int64)
    last = np.ceil((east + 180 - _EDGE) / 360).astype(np.int64) - 1
    whole = (first >= last) & (turns == 0) & (low >= south)
    points[:, 0] -= 360.0 * np.repeat(first, np.diff(lines.start))
    pieces = [points[np.repeat(whole, np.diff(lines.start))]]
    lengths = np.diff(lines.start)[whole].tolist()
    owners = atlas.owner[whole].tolist()
    for ring in np.flatnonzero(~whole):
        ringed = _over_the_pole(points[lines.start[ring] : lines.start[ring + 1]], int(turns[ring]))
        for piece in _strips(clipped(ringed, ringed[:, 1] - south)):
            pieces.append(piece)
            lengths.append(len(piece))
            owners.append(int(atlas.owner[ring]))
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return np.vstack(pieces), start, np.array(owners, dtype=np.int64)


def _over_the_pole(ring: Floats, turn: int) -> Floats:
    """A ring around a pole, closed along the edges of the map that meet there."""
    if turn == 0:
        return ring
    pole = 90.0 if ring[:, 1].mean() > 0 else -90.0
    first = ring[0]
    further = first[0] + 360.0 * turn
    closing = np.array([[further, first[1]], [further, pole], [first[0], pole]])
    return np.vstack([ring, closing])


def _strips(ring: Floats) -> Iterable[Floats]:
    """The parts of a ring in each turn round the globe, moved into the first."""
    if len(ring) < 3:
        return
    first = int(np.floor((ring[:, 0].min() + 180 + _EDGE) / 360))
    last = int(np.ceil((ring[:, 0].max() + 180 - _EDGE) / 360))
    for turn in range(first, last):
        moved = ring - np.array([360.0 * turn, 0.0])
        kept = clipped(moved, moved[:, 0] + 180)
        kept = clipped(kept, 180 - kept[:, 0])
        if len(kept) > 2:
            yield refined(kept, np.array([0, len(kept)]), closed=True)[0]


# ---------------------------------------------------------------- a part of the world
@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Lambert's azimuthal equal-area around `middle` (degrees east, north); `corner`: left and top of the
    frame and `scale`: units of the drawing, on a globe of radius 1."""

    width: float
    height: float
    middle: tuple[float, float]
    corner: tuple[float, float]
    scale: float

    @property
    def kilometre(self) -> float:
        """Its length in units of the drawing, in the middle."""
        return self.scale / EARTH_RADIUS_KM

    def at(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        x, y = azimuthal(np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64), self.middle)
        return (x - self.corner[0]) * self.scale, (self.corner[1] - y) * self.scale

    def ground(self) -> str:
        wide, high = round(self.width * FINE), round(self.height * FINE)
        return f"M0 0h{wide}v{high}h{-wide}z"

    def drawn(self, atlas: Atlas) -> Drawn:
        lines, owner = atlas.outlines, atlas.owner
        pieces, lengths, owners = [], [], []
        globe = on_globe(lines.points[:, 0], lines.points[:, 1])
        seen = globe @ self._above() - np.cos(np.radians(FARTHEST))
        nearest = np.maximum.reduceat(seen, lines.start[:-1])
        for ring in np.flatnonzero(nearest > 0):
            span = slice(lines.start[ring], lines.start[ring + 1])
            kept = clipped(globe[span], seen[span])
            flat = np.stack(self.at(*degrees(kept)), axis=1)
            flat = framed(flat, (-4.0, -4.0), (self.width + 4.0, self.height + 4.0))
            if len(flat) > 2:
                pieces.append(flat)
                lengths.append(len(flat))
                owners.append(int(owner[ring]))
        start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        points = np.vstack(pieces) if pieces else np.zeros((0, 2))
        paths, sizes = _paths(points, start, np.array(owners, dtype=np.int64), len(atlas.shapes))
        return Drawn(tuple(paths), self._line(atlas.borders), sizes)

    def _above(self) -> Floats:
        return np.asarray(on_globe(np.array([self.middle[0]]), np.array([self.middle[1]]))[0])

    def _line(self, lines: Lines) -> str:
        points = np.stack(self.at(lines.points[:, 0], lines.points[:, 1]), axis=1)
        seen = on_globe(lines.points[:, 0], lines.points[:, 1]) @ self._above()
        within = (seen > np.cos(np.radians(FARTHEST))) & ((points > -40) & (points < self._beyond())).all(
            axis=1
        )
        near = within | np.roll(within, 1) | np.roll(within, -1)
        breaks = np.flatnonzero(np.diff(near.astype(np.int8))) + 1
        start = np.unique(np.concatenate([lines.start, breaks]))
        return _open(np.clip(points, -1e4, 1e4), start, near)

    def _beyond(self) -> Floats:
        return np.array([self.width + 40, self.height + 40])


def part_around(
    east: Floats, north: Floats, *, width: float = 480.0, height: float = 0.0, edge: float = 24.0
) -> Part:
    """The part of the world that holds these places, with `edge` units around them; without a `height` it
    is as high as they need, between three fifths and one and a quarter of its width."""
    places = np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)
    above, up = degrees(on_globe(*places).sum(axis=0, keepdims=True))
    middle = float(above[0]), float(up[0])
    x, y = azimuthal(*places, middle)
    least = 2.0 / EARTH_RADIUS_KM
    wide, high = max(float(np.ptp(x)), least), max(float(np.ptp(y)), least)
    fits = min(max(high / wide, 0.6), 1.25)
    frame = height or (width - 2 * edge) * fits + 2 * edge
    scale = min((width - 2 * edge) / wide, (frame - 2 * edge) / high)
    across, along = float(x.max() + x.min()) / 2, float(y.max() + y.min()) / 2
    corner = across - width / 2 / scale, along + frame / 2 / scale
    return Part(width=width, height=frame, middle=middle, corner=corner, scale=scale)


def part_of(atlas: Atlas, code: str, *, width: float = 480.0, edge: float = 24.0) -> tuple[Part, int]:
    """A country's largest part with all near it, and how many of its parts lie outside the frame.

    Near: no further from what is shown than this is large. Raises KeyError for a code without a shape.
    """
    lines = atlas.outlines
    mine = [
        n
        for n, one in enumerate(atlas.owner.tolist())
        if atlas.shapes[one].code == code and atlas.part[n] == n
    ]
    if not mine:
        raise KeyError(code)
    size = np.abs(_true_areas(atlas)[mine])
    order = np.argsort(-size, kind="stable").tolist()
    shown = lines.line(mine[order[0]])
    left_out, waiting = 0, [lines.line(mine[n]) for n in order[1:]]
    for one in waiting:
        if _apart(shown, one) <= max(_across(shown), 2.0):
            shown = np.vstack([shown, one])
        else:
            left_out += 1
    return part_around(shown[:, 0], shown[:, 1], width=width, edge=edge), left_out


def country_of(atlas: Atlas, east: Floats, north: Floats) -> str:
    """The code of the one shape that all these places lie in; empty where there is none. Places in the sea
    beside a coarse coast do not count."""
    lines = atlas.outlines
    low = np.minimum.reduceat(lines.points, lines.start[:-1], axis=0)
    high = np.maximum.reduceat(lines.points, lines.start[:-1], axis=0)
    places = np.stack([np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)], axis=1)
    inside = np.zeros((len(atlas.shapes), len(places)), dtype=bool)
    for turn in (-360.0, 0.0, 360.0):
        moved = places + np.array([turn, 0.0])
        near = ((low <= moved.max(axis=0)) & (high >= moved.min(axis=0))).all(axis=1)
        for ring in np.flatnonzero(near & (atlas.turns == 0)):
            inside[atlas.owner[ring]] ^= _around(lines.line(int(ring)), moved)
    codes = {atlas.shapes[shape].code for shape in np.flatnonzero(inside.any(axis=1))}
    return codes.pop() if len(codes) == 1 else ""


def _around(ring: Floats, places: Floats) -> NDArray[np.bool_]:
    """Which places a ring runs around: those with an odd number of its edges to their east."""
    one, other = ring[:, None], np.roll(ring, -1, axis=0)[:, None]
    over = (one[..., 1] > places[:, 1]) != (other[..., 1] > places[:, 1])
    rise = np.where(over, other[..., 1] - one[..., 1], 1.0)
    crossing = one[..., 0] + (places[:, 1] - one[..., 1]) * (other[..., 0] - one[..., 0]) / rise
    return np.asarray((over & (places[:, 0] < crossing)).sum(axis=0) % 2 == 1)


def _true_areas(atlas: Atlas) -> Floats:
    lines = atlas.outlines
    x, y = equal_earth(lines.points[:, 0], lines.points[:, 1])
    return areas(np.stack([x, y], axis=1), lines.start)


def _across(points: Floats) -> float:
    globe = on_globe(points[:, 0], points[:, 1])
    middle = globe.sum(axis=0)
    middle /= np.linalg.norm(middle)
    return float(2 * np.degrees(np.arccos(np.clip((globe @ middle).min(), -1, 1))))


def _apart(some: Floats, others: Floats) -> float:
    """Degrees between the nearest two points, of every few of many."""
    one, other = (
        on_globe(a[:: max(len(a) // 200, 1), 0], a[:: max(len(a) // 200, 1), 1]) for a in (some, others)
    )
    return float(np.degrees(np.arccos(np.clip((one @ other.T).max(), -1, 1))))


# ---------------------------------------------------------------- paths
def _paths(points: Floats, start: Whole, owner: Whole, shapes: int) -> tuple[list[str], tuple[float, ...]]:
    """A path for each shape and the larger side of its frame; rings too small to be seen are left out,
    unless a shape has no other."""
    paths, sizes = [""] * shapes, [0.0] * shapes
    if not len(points):
        return paths, tuple(sizes)
    steps = np.rint(points * FINE).astype(np.int64)
    kept = np.ones(len(steps), dtype=bool)
    kept[1:] = (np.diff(steps, axis=0) != 0).any(axis=1)
    kept[start[:-1]] = True
    begins = np.concatenate([[0], np.cumsum(kept)])[start]
    steps = steps[kept]
    moves = np.diff(steps, axis=0, prepend=0)
    firsts = steps[begins[:-1]].tolist()
    low, high = np.minimum.reduceat(steps, begins[:-1]), np.maximum.reduceat(steps, begins[:-1])
    side = (high - low).max(axis=1).tolist()
    numbers = moves.ravel().tolist()
    bounds = (2 * begins).tolist()
    found: list[list[str]] = [[] for _ in range(shapes)]
    for ring, whose in enumerate(owner.tolist()):
        sizes[whose] = max(sizes[whose], side[ring] / FINE)
        if bounds[ring + 1] - bounds[ring] > 4 and side[ring] > FINE:
            x, y = firsts[ring]
            found[whose].append(f"M{x} {y}l{_spaced(numbers[bounds[ring] + 2 : bounds[ring + 1]])}z")
    return ["".join(one) for one in found], tuple(sizes)


def _open(points: Floats, start: Whole, kept: np.ndarray) -> str:
    """Lines that do not close, as one path; `kept`: which points are drawn."""
    parts = []
    steps = np.rint(points * FINE).astype(np.int64)
    for first, stop in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        if stop - first < 2 or not kept[first]:
            continue
        line = steps[first:stop]
        moves = np.diff(line, axis=0)
        moves = moves[(moves != 0).any(axis=1)]
        if len(moves):
            parts.append(f"M{line[0, 0]} {line[0, 1]}l{_spaced(moves.ravel().tolist())}")
    return "".join(parts)


def _spaced(numbers: Sequence[int]) -> str:
    """Numbers of a path; a minus sign parts them as well as a space."""
    return " ".join(map(str, numbers)).replace(" -", "-")
