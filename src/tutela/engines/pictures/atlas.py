"""An atlas: outlines of countries on the globe, the borders between them, and where to put a mark."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from tutela.engines.pictures.cutting import Floats, Whole, refined

FORM = 1


class BadAtlas(ValueError):
    """A file that holds no outlines of countries, with one clear line."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One outline's owner: `code` of ISO 3166-1 in two letters, empty where it has none."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Points (n, 2) in degrees east and north, and where each line begins (lines + 1,)."""

    points: Floats
    start: Whole

    def __len__(self) -> int:
        return len(self.start) - 1

    def line(self, number: int) -> Floats:
        return self.points[self.start[number] : self.start[number + 1]]


@dataclass(frozen=True)
class Atlas:
    """What a map is drawn from.

    `arcs`: lines that outlines are made of, each drawn once; `rings`: for each outline its arcs in order,
    `~n` for arc n backwards; `owner`: the shape of each ring (rings,); `part`: rings with the same number
    are one island and its holes, the island first; `spots`: where a mark for a code stands.
    """

    shapes: tuple[Shape, ...]
    arcs: Lines
    rings: tuple[tuple[int, ...], ...]
    owner: Whole
    part: Whole
    spots: Mapping[str, tuple[float, float]]
    source: str = ""

    @cached_property
    def outlines(self) -> Lines:
        """Rings as points, without the first repeated at the end; longitude runs on past 180 degrees where a
        ring crosses the date line, so that no edge jumps."""
        points, start = _joined(self.arcs, self.rings)
        points[:, 0] = _run_on(points[:, 0], start)
        turn = _turns(points, start)
        kept, begins = refined(
            _without_jump(points, start, turn), start + np.arange(len(start)), closed=False
        )
        # The point that a ring closes with came along only to refine its last edge.
        last = begins[1:] - 1
        return Lines(np.delete(kept, last, axis=0), begins - np.arange(len(begins)))

    @cached_property
    def turns(self) -> Whole:
        """For each ring how often it goes round the globe: 1 or -1 around a pole, else 0."""
        return _turns(self.outlines.points, self.outlines.start)

    @cached_property
    def borders(self) -> Lines:
        """Lines that two shapes share, each once; none between two shapes with one code."""
        return self._lines(shared=True)

    @cached_property
    def coasts(self) -> Lines:
        """Lines that belong to one shape alone."""
        return self._lines(shared=False)

    def codes(self) -> set[str]:
        return {shape.code for shape in self.shapes} - {""}

    def with_spots(self, spots: Mapping[str, tuple[float, float]]) -> Atlas:
        """With other spots for marks."""
        return replace(self, spots=spots)

    def claimed(self, owners: Mapping[str, str]) -> Atlas:
        """With shapes, named by code or name, counted under the codes of `owners`; empty: under none.

        Raises BadAtlas for a name that no shape has.
        """
        known = {shape.name for shape in self.shapes} | self.codes()
        if absent := sorted(set(owners) - known):
            raise BadAtlas(f"No shape is called {', '.join(absent)}.")
        shapes = tuple(
            Shape(owners.get(one.name, owners.get(one.code, one.code) if one.code else ""), one.name)
            for one in self.shapes
        )
        return replace(self, shapes=shapes)

    def _lines(self, *, shared: bool) -> Lines:
        owners: dict[int, set[str]] = {}
        for ring, owner in zip(self.rings, self.owner.tolist(), strict=True):
            shape = self.shapes[owner]
            for arc in ring:
                owners.setdefault(max(arc, ~arc), set()).add(shape.code or f" {shape.name}")
        chosen = [(arc,) for arc, who in sorted(owners.items()) if (len(who) > 1) == shared]
        points, start = _joined(self.arcs, chosen, closed=False)
        points[:, 0] = _run_on(points[:, 0], start)
        return Lines(*refined(points, start, closed=False))


# ---------------------------------------------------------------- our own compact form
def read_atlas(text: str) -> Atlas:
    """An atlas in the compact form that `written` gives. Raises BadAtlas."""
    try:
        made = json.loads(text)
        if made["form"] != FORM:
            raise BadAtlas(f"An atlas of form {made['form']}: this reads form {FORM}.")
        numbers = _numbers(base64.b64decode(made["points"]))
        start = np.concatenate([[0], np.cumsum(made["lengths"])]).astype(np.int64)
        steps = numbers.reshape(-1, 2)
        begun = np.cumsum(steps, axis=0)
        begun -= np.repeat(np.vstack([[0, 0], begun])[start[:-1]], np.diff(start), axis=0)
        points = begun * np.array(made["scale"]) + np.array(made["corner"])
        spots = {code: (float(east), float(north)) for code, (east, north) in made["spots"].items()}
        return _assembled(made["shapes"], Lines(points, start), spots, str(made["source"]))
    except BadAtlas:
        raise
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as problem:
        raise BadAtlas("This is no atlas, or a damaged one.") from problem


def written(atlas: Atlas, *, scale: Sequence[float], corner: Sequence[float]) -> str:
    """The compact form: whole steps on a grid, seven bits a byte, small ones first, as base64 in JSON.

    `scale`, `corner`: degrees of a step and of the grid's corner, east and north. What lies on the grid
    comes back as it was.
    """
    on_grid = np.rint((atlas.arcs.points - np.array(corner)) / np.array(scale)).astype(np.int64)
    steps = np.diff(on_grid, axis=0, prepend=0)
    steps[atlas.arcs.start[:-1]] = on_grid[atlas.arcs.start[:-1]]
    shapes: list[list[Any]] = [[one.code, one.name, []] for one in atlas.shapes]
    for number, (ring, owner) in enumerate(zip(atlas.rings, atlas.owner.tolist(), strict=True)):
        begins_part = number == 0 or atlas.part[number] != atlas.part[number - 1]
        if begins_part:
            shapes[owner][2].append([])
        shapes[owner][2][-1].append(list(ring))
    made = {
        "form": FORM,
        "source": atlas.source,
        "scale": list(scale),
        "corner": list(corner),
        "spots": {code: list(spot) for code, spot in sorted(atlas.spots.items())},
        "lengths": np.diff(atlas.arcs.start).tolist(),
        "points": base64.b64encode(_bytes(steps.ravel())).decode("ascii"),
        "shapes": shapes,
    }
    lines = [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for key, value in made.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _bytes(numbers: Whole) -> bytes:
    folded = np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)
    found = bytearray()
    for one in folded.tolist():
        while one > 127:
            found.append(one & 127 | 128)
            one >>= 7
        found.append(one)
    return bytes(found)


def _numbers(packed: bytes) -> Whole:
    bits = np.frombuffer(packed, dtype=np.uint8).astype(np.int64)
    ends = np.flatnonzero(bits < 128)
    begins = np.concatenate([[0], ends[:-1] + 1])
    place = np.arange(len(bits)) - np.repeat(begins, ends - begins + 1)
    folded = np.add.reduceat((bits & 127) << (7 * place), begins)
    return np.where(folded & 1, -(folded + 1) // 2, folded // 2)


# ---------------------------------------------------------------- TopoJSON
def from_topology(text: str, *, codes: Mapping[str, str], source: str = "") -> Atlas:
    """An atlas from TopoJSON: its first object, whose shapes have a name in `properties`.

    `codes`: from the ids in the file to two letters. Raises BadAtlas.
    """
    try:
        made = json.loads(text)
        transform = made.get("transform")
        shift = np.array(transform["translate"] if transform else (0.0, 0.0))
        scale = np.array(transform["scale"] if transform else (1.0, 1.0))
        lines = [np.array([point[:2] for point in arc], dtype=np.float64) for arc in made["arcs"]]
        points = np.vstack([np.cumsum(arc, axis=0) if transform else arc for arc in lines]) * scale + shift
        start = np.concatenate([[0], np.cumsum([len(arc) for arc in lines])]).astype(np.int64)
        shapes = [
            [codes.get(str(one.get("id", "")), ""), str(one.get("properties", {}).get("name", "")), kept]
            for one in next(iter(made["objects"].values()))["geometries"]
            if (kept := _polygons(one))
        ]
        return _assembled(shapes, Lines(points, start), {}, source)
    except BadAtlas:
        raise
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, StopIteration) as problem:
        raise BadAtlas("This is no TopoJSON of countries, or a damaged one.") from problem


def _polygons(shape: Mapping[str, Any]) -> list[list[list[int]]]:
    if shape["type"] == "Polygon":
        return [shape["arcs"]]
    return list(shape["arcs"]) if shape["type"] == "MultiPolygon" else []


def _assembled(
    shapes: Sequence[Sequence[Any]], arcs: Lines, spots: Mapping[str, tuple[float, float]], source: str
) -> Atlas:
    rings: list[tuple[int, ...]] = []
    owner: list[int] = []
    part: list[int] = []
    for number, (_code, _name, polygons) in enumerate(shapes):
        for polygon in polygons:
            at = len(rings)
            for ring in polygon:
                rings.append(tuple(int(arc) for arc in ring))
                owner.append(number)
                part.append(at)
    used = [max(arc, ~arc) for ring in rings for arc in ring]
    if not rings or max(used) >= len(arcs) or not np.isfinite(arcs.points).all():
        raise BadAtlas("Its outlines name lines that are not there.")
    if np.abs(arcs.points).max() > 360 or min(map(len, rings)) == 0:
        raise BadAtlas("Its lines are not in degrees.")
    return Atlas(
        shapes=tuple(Shape(str(code), str(name)) for code, name, _ in shapes),
        arcs=arcs,
        rings=tuple(rings),
        owner=np.array(owner, dtype=np.int64),
        part=np.array(part, dtype=np.int64),
        spots=spots,
        source=source,
    )


# ---------------------------------------------------------------- joining lines
def _joined(arcs: Lines, rings: Sequence[Sequence[int]], *, closed: bool = True) -> tuple[Floats, Whole]:
    """Points of each ring: its arcs one after the other, the point that two of them share once."""
    drop = 1 if closed else 0
    index, lengths = [], []
    begins = arcs.start.tolist()
    for ring in rings:
        number = 0
        for arc in ring:
            first, stop = begins[max(arc, ~arc)], begins[max(arc, ~arc) + 1]
            index.append(
                np.arange(first, stop - drop) if arc >= 0 else np.arange(stop - 1, first - 1 + drop, -1)
            )
            number += stop - first - drop
        lengths.append(number)
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return arcs.points[np.concatenate(index)] if index else np.zeros((0, 2)), start


def _run_on(longitude: Floats, start: Whole) -> Floats:
    """Longitudes without jumps of more than half the globe within a line."""
    step = np.diff(longitude, prepend=longitude[:1])
    step[start[:-1]] = 0.0
    more = np.cumsum(np.where(step > 180, -360.0, np.where(step < -180, 360.0, 0.0)))
    return np.asarray(longitude + more - np.repeat(more[start[:-1]], np.diff(start)))


def _turns(points: Floats, start: Whole) -> Whole:
    return np.asarray(np.rint((points[start[1:] - 1, 0] - points[start[:-1], 0]) / 360), dtype=np.int64)


def _without_jump(points: Floats, start: Whole, turn: Whole) -> Floats:
    """Each ring with its first point again at its end, a turn further round."""
    closing = points[start[:-1]].copy()
    closing[:, 0] += 360.0 * turn
    return np.insert(points, start[1:], closing, axis=0)
