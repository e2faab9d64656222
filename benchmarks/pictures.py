"""Times maps of the world, beside Altair with vl-convert drawing the same in the same run."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from benchmarks.installation import machine
from tools.table import table

from tutela import library_path
from tutela.engines import pictures
from tutela.engines.pictures import Atlas, Flow, FlowWording, World
from tutela.engines.pictures.shading import LIGHT, classed
from tutela.operations.reports.maps import country_names

RUNS = 7
WIDTH = 832.0
SCALES = ("110m", "50m")
TARGETS = {"110m": (0.018, 44), "50m": (0.17, 312)}
"""CPU seconds and kB that a pure Python drawing of these shapes took elsewhere."""


def main() -> None:
    print(machine())
    rows = [_ours(name) for name in SCALES] + [_altair(name) for name in SCALES]
    rows.append(_flows())
    heads = ("what", "first, CPU s", "again, CPU s", "kB", "kB gzipped", "target")
    print(table(heads, rows))


def _ours(name: str) -> tuple[str, ...]:
    """First: the file is read and the map drawn. Again: drawn from shapes that are read already."""
    text = _file(name)
    first, (atlas, svg) = _timed(lambda: _read_and_draw(text))
    again = statistics.median(_timed(lambda: _shaded(atlas))[0] for _ in range(RUNS))
    seconds, size = TARGETS[name]
    return (f"world {name}, ours", *_cells(first, again, svg), f"{seconds} s, {size} kB")


def _file(name: str) -> str:
    return (library_path() / "geography" / f"world-{name}.json").read_text(encoding="utf-8")


def _read_and_draw(text: str) -> tuple[Atlas, str]:
    atlas = pictures.read_atlas(text)
    return atlas, _shaded(atlas)


def _shaded(atlas: Atlas) -> str:
    return pictures.shaded_map(
        atlas, World(width=WIDTH, south=-57.0), _values(atlas), _wording(), name="world"
    )


def _altair(name: str) -> tuple[str, ...]:
    """First: with the engine of JavaScript that it starts; neither with its imports."""
    import altair as alt
    import vl_convert

    atlas = pictures.read_atlas(_file(name))
    shapes = _topology(atlas)

    def draw() -> str:
        make: Any = alt.Data
        data = make(values=shapes, format=alt.TopoDataFormat(type="topojson", feature="countries"))
        steps = [str(step) for step in range(6)]
        colours = alt.Scale(domain=steps, range=["#ffffff", *LIGHT])
        chart = (
            alt.Chart(data)
            .mark_geoshape(stroke="#7b868c", strokeWidth=0.6)
            .encode(color=alt.Color("properties.step:N", legend=None, scale=colours))
            .project("equalEarth")
            .properties(width=WIDTH, height=390)
        )
        return str(vl_convert.vegalite_to_svg(chart.to_dict()))

    first, svg = _timed(draw)
    again = statistics.median(_timed(draw)[0] for _ in range(3))
    return (f"world {name}, Altair", *_cells(first, again, svg), "")


def _flows() -> tuple[str, ...]:
    """Forty arrows between countries that chance picks."""
    atlas = pictures.read_atlas(
        (library_path() / "geography" / "world-110m.json").read_text(encoding="utf-8")
    )
    chance, codes = np.random.default_rng(3), sorted(atlas.codes())
    flows = [
        Flow(source=codes[a], target=codes[b], number=int(n))
        for a, b, n in zip(
            chance.integers(len(codes), size=40),
            chance.integers(len(codes), size=40),
            chance.integers(5, 200, size=40),
            strict=True,
        )
    ]

    def draw() -> str:
        return pictures.flow_map(
            atlas, World(width=WIDTH, south=-57.0), flows, codes[:9], _wording(), name="flows"
        )

    first, svg = _timed(draw)
    again = statistics.median(_timed(draw)[0] for _ in range(RUNS))
    return ("40 arrows on 110m, ours", *_cells(first, again, svg), "")


def _values(atlas: Atlas) -> dict[str, float | None]:
    chance = np.random.default_rng(7)
    return {code: float(chance.integers(5, 900)) for code in sorted(atlas.codes())}


def _wording() -> FlowWording:
    return FlowWording(
        title="World",
        description="Invented numbers.",
        no_figure="No figure",
        few="Fewer than 5",
        up_to=lambda low, high: f"{low:g} to {high:g}",
        number=lambda one: f"{one:g}",
        names=country_names(),
        way="{source} to {target}: {number}",
        guessed="Guess: {source} by {by} to {target}",
        between="Transit",
        guess="Guess",
    )


def _topology(atlas: Atlas) -> dict[str, Any]:
    """The same shapes as TopoJSON, with the class of each."""
    steps = classed({code: value or 0.0 for code, value in _values(atlas).items()}).steps
    polygons: list[dict[int, list[list[int]]]] = [{} for _ in atlas.shapes]
    for ring, owner, part in zip(atlas.rings, atlas.owner.tolist(), atlas.part.tolist(), strict=True):
        polygons[owner].setdefault(part, []).append(list(ring))
    geometries = [
        {
            "type": "MultiPolygon",
            "arcs": list(parts.values()),
            "properties": {"step": str(steps.get(shape.code, 0))},
        }
        for shape, parts in zip(atlas.shapes, polygons, strict=True)
        if shape.code != "AQ"
    ]
    arcs = [atlas.arcs.line(number).tolist() for number in range(len(atlas.arcs))]
    made = {"type": "GeometryCollection", "geometries": geometries}
    return {"type": "Topology", "arcs": arcs, "objects": {"countries": made}}


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def _cells(first: float, again: float, svg: str) -> tuple[str, str, str, str]:
    raw = svg.encode()
    return f"{first:.3f}", f"{again:.3f}", f"{len(raw) / 1000:.0f}", f"{len(gzip.compress(raw)) / 1000:.0f}"


if __name__ == "__main__":
    main()
