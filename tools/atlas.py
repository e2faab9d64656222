"""Packs the countries of Natural Earth, as the npm package world-atlas has them, for our maps.

`PYTHONPATH=src .venv/bin/python -m tools.atlas FOLDER`, where FOLDER holds countries-110m.json and
countries-50m.json of that package (`npm pack world-atlas@2.0.2`). Writes world-110m.json and world-50m.json
into library/geography, the same bytes each time. Lines and shapes stay as they are; ids become codes of two
letters; spots for marks are added.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pycountry

from tools.places import ROOT
from tutela.engines.pictures import Atlas, from_topology, written
from tutela.engines.pictures.cutting import Floats

GEOGRAPHY = ROOT / "library" / "geography"
SOURCE = "Natural Earth 4.1.0, Admin 0 countries, 1:{scale}, public domain"
SCALES = {"110m": "110 million", "50m": "50 million"}
WITHOUT_CODE = {"Kosovo": "XK"}
"""A shape without a code of ISO that records can name: it has a spot for marks, and stays without a code."""
GRID = 40


def main(folder: Path) -> None:
    read = {name: atlas(folder / f"countries-{name}.json", name) for name in SCALES}
    spots = spots_of(read["50m"])
    for name, one in read.items():
        text = packed(one, (folder / f"countries-{name}.json").read_text(encoding="utf-8"), spots)
        (GEOGRAPHY / f"world-{name}.json").write_text(text, encoding="utf-8")
        print(GEOGRAPHY / f"world-{name}.json")


def atlas(file: Path, name: str) -> Atlas:
    codes = {str(one.numeric): str(one.alpha_2) for one in pycountry.countries}
    text = file.read_text(encoding="utf-8")
    return from_topology(text, codes=codes, source=SOURCE.format(scale=SCALES[name]))


def packed(one: Atlas, published: str, spots: dict[str, tuple[float, float]]) -> str:
    """On the grid of the published file, so that no point moves."""
    grid = json.loads(published)["transform"]
    return written(replace(one, spots=spots), scale=grid["scale"], corner=grid["translate"])


def spots_of(one: Atlas) -> dict[str, tuple[float, float]]:
    """For each code a point within its largest part, far from its edge, to two decimals."""
    spots: dict[str, tuple[float, float]] = {}
    largest: dict[str, float] = {}
    for ring in range(len(one.outlines)):
        shape = one.shapes[one.owner[ring]]
        code = shape.code or WITHOUT_CODE.get(shape.name, "")
        if not code or one.part[ring] != ring or one.turns[ring]:
            continue
        points = one.outlines.line(ring)
        flat = points * np.array([np.cos(np.radians(points[:, 1].mean())), 1.0])
        following = np.roll(flat, -1, axis=0)
        size = abs(float((flat[:, 0] * following[:, 1] - flat[:, 1] * following[:, 0]).sum() / 2))
        if size > largest.get(code, -1.0):
            largest[code] = size
            east, north = _inmost(points)
            spots[code] = (round((east + 180) % 360 - 180, 2), round(north, 2))
    return spots | {"AQ": (0.0, -82.0)}


def _inmost(ring: Floats) -> tuple[float, float]:
    """Of a grid of points within the ring, the one farthest from it."""
    narrow = np.cos(np.radians(ring[:, 1].mean()))
    xs, ys = (np.linspace(ring[:, axis].min(), ring[:, axis].max(), GRID + 2)[1:-1] for axis in (0, 1))
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    a, b = ring, np.roll(ring, -1, axis=0)
    over = (a[:, 1] > grid[:, 1:2]) != (b[:, 1] > grid[:, 1:2])
    rise = np.where(b[:, 1] == a[:, 1], 1.0, b[:, 1] - a[:, 1])
    crossing = a[:, 0] + (grid[:, 1:2] - a[:, 1]) * (b[:, 0] - a[:, 0]) / rise
    inside = ((over & (grid[:, :1] < crossing)).sum(axis=1) % 2).astype(bool)
    if not inside.any():
        return float(ring[:, 0].mean()), float(ring[:, 1].mean())
    spots = grid[inside]
    away = ((spots[:, None, :] - ring[None]) * np.array([narrow, 1.0])) ** 2
    best = spots[int(away.sum(axis=2).min(axis=1).argmax())]
    return float(best[0]), float(best[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
