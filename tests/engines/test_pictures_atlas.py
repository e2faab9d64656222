"""Outlines of countries: packed and unpacked without loss, wound and holed as they should be, cut where the
map is cut."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools import atlas as packing
from tutela.engines.pictures import (
    Atlas,
    BadAtlas,
    World,
    country_of,
    from_topology,
    part_around,
    part_of,
    read_atlas,
    written,
)
from tutela.engines.pictures.cutting import areas, clipped, framed, refined
from tutela.engines.pictures.projections import azimuthal, circle, degrees, equal_earth, on_globe
from tutela.engines.pictures.views import FINE, _cut

GEOGRAPHY = Path(__file__).resolve().parents[2] / "library" / "geography"
SQUARE = {
    "type": "Topology",
    "objects": {
        "countries": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1], [3]], "id": "A", "properties": {"name": "West"}},
                {"type": "Polygon", "arcs": [[2, -1]], "id": "B", "properties": {"name": "East"}},
                {"type": "MultiPolygon", "arcs": [[[-4]]], "properties": {"name": "Inside"}},
            ],
        }
    },
    "arcs": [
        [[10, 0], [10, 10]],
        [[10, 10], [0, 10], [0, 0], [10, 0]],
        [[10, 0], [20, 0], [20, 10], [10, 10]],
        [[2, 2], [2, 4], [4, 4], [4, 2], [2, 2]],
    ],
}
"""Two squares side by side, a third as a hole in the first."""


def squares() -> Atlas:
    return from_topology(json.dumps(SQUARE), codes={"A": "AA", "B": "BB"})


@cache
def world(name: str) -> Atlas:
    return read_atlas((GEOGRAPHY / f"world-{name}.json").read_text(encoding="utf-8"))


def path_area(path: str) -> float:
    """Square units of a path of relative lines: the sum over its rings, holes the other way round."""
    found = 0.0
    for ring in re.findall(r"M(-?\d+) (-?\d+)l([^z]*)z", path):
        steps = np.array(re.findall(r"-?\d+", ring[2]), dtype=float).reshape(-1, 2)
        points = np.vstack([[0, 0], np.cumsum(steps, axis=0)]) / FINE
        found += float(areas(points, np.array([0, len(points)]))[0])
    return found


# ---------------------------------------------------------------- the files
def test_our_form_is_made_from_the_published_file_byte_for_byte():
    file = GEOGRAPHY / "countries-110m.json"
    packed = packing.packed(
        packing.atlas(file, "110m"), file.read_text(encoding="utf-8"), dict(world("50m").spots)
    )
    assert packed == (GEOGRAPHY / "world-110m.json").read_text(encoding="utf-8")


def test_the_published_file_is_the_one_that_is_named():
    listed = json.loads((GEOGRAPHY / "VENDOR.json").read_text(encoding="utf-8"))
    entry = next(one for one in listed if one["file"] == "world-110m.json")
    published = (GEOGRAPHY / entry["path"]).read_bytes()
    assert hashlib.sha256(published).hexdigest() == entry["path_sha256"]


@pytest.mark.parametrize(("name", "shapes", "nameless"), [("110m", 177, 3), ("50m", 241, 5)])
def test_every_shape_is_there_and_those_without_a_code_are_known(name, shapes, nameless):
    atlas = world(name)
    assert len(atlas.shapes) == shapes
    without = {one.name for one in atlas.shapes if not one.code}
    assert {"Kosovo", "Somaliland", "N. Cyprus"} <= without
    assert len(without) == nameless
    assert atlas.codes() <= set(atlas.spots)
    assert atlas.source.startswith("Natural Earth 4.1.0")


@pytest.mark.parametrize("name", ["110m", "50m"])
def test_a_spot_lies_in_its_country(name):
    atlas, view = world("50m"), World(width=4000)
    for code in ("FR", "US", "RU", "FJ", "NO", "ID", "CL", "VN"):
        east, north = world(name).spots[code]
        x, y = view.at(np.array([east]), np.array([north]))
        number = next(n for n, one in enumerate(atlas.shapes) if one.code == code)
        rings = re.findall(r"M(-?\d+) (-?\d+)l([^z]*)z", view.drawn(atlas).shapes[number])
        assert sum(_holds(ring, float(x[0]) * FINE, float(y[0]) * FINE) for ring in rings) % 2 == 1, code


def _holds(ring: tuple[str, str, str], x: float, y: float) -> bool:
    steps = np.array(re.findall(r"-?\d+", ring[2]), dtype=float).reshape(-1, 2)
    points = np.array([float(ring[0]), float(ring[1])]) + np.vstack([[0, 0], np.cumsum(steps, axis=0)])
    other = np.roll(points, -1, axis=0)
    over = (points[:, 1] > y) != (other[:, 1] > y)
    rise = np.where(over, other[:, 1] - points[:, 1], 1)
    crossing = points[:, 0] + (y - points[:, 1]) * (other[:, 0] - points[:, 0]) / rise
    return bool((over & (x < crossing)).sum() % 2)


# ---------------------------------------------------------------- the form
def test_packed_and_unpacked_is_the_same():
    atlas = world("110m")
    grid = json.loads((GEOGRAPHY / "world-110m.json").read_text(encoding="utf-8"))
    again = read_atlas(written(atlas, scale=grid["scale"], corner=grid["corner"]))
    assert np.array_equal(again.arcs.points, atlas.arcs.points)
    assert (again.rings, again.shapes, again.spots) == (atlas.rings, atlas.shapes, atlas.spots)
    assert np.array_equal(again.part, atlas.part)


@given(st.lists(st.tuples(st.integers(-9000, 9000), st.integers(-9000, 9000)), min_size=3, max_size=30))
def test_any_line_on_the_grid_comes_back_as_it_was(points):
    atlas = squares()
    arcs = type(atlas.arcs)(np.array(points, dtype=float) / 100, np.array([0, len(points)]))
    made = Atlas(
        shapes=atlas.shapes[:1], arcs=arcs, rings=((0,),), owner=np.array([0]), part=np.array([0]), spots={}
    )
    again = read_atlas(written(made, scale=(0.01, 0.01), corner=(-90.0, -90.0)))
    assert again.arcs.points == pytest.approx(arcs.points, abs=1e-9)


@settings(deadline=None)
@given(st.integers(0, 50_000), st.binary(min_size=1, max_size=4), st.sampled_from(["110m", "topology"]))
def test_a_damaged_file_is_refused_or_read(at, junk, name):
    whole = (GEOGRAPHY / "world-110m.json").read_bytes() if name == "110m" else json.dumps(SQUARE).encode()
    at %= len(whole)
    text = (whole[:at] + junk + whole[at + len(junk) :]).decode("utf-8", "replace")
    try:
        made = read_atlas(text) if name == "110m" else from_topology(text, codes={})
        told = f"{len(made.rings)} rings"
    except BadAtlas as problem:
        told = str(problem)
    assert told
    assert "\n" not in told


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form": 2}', "null", '{"type":"Topology"}'])
def test_what_is_no_atlas_is_refused_in_one_line(text):
    for read in (read_atlas, lambda one: from_topology(one, codes={})):
        with pytest.raises(BadAtlas) as refusal:
            read(text)
        assert "\n" not in str(refusal.value)


# ---------------------------------------------------------------- winding, holes, borders
def test_holes_run_the_other_way_than_the_island_they_are_in():
    for name in ("110m", "50m"):
        atlas = world(name)
        area = areas(atlas.outlines.points, atlas.outlines.start)
        plain = atlas.turns == 0
        for ring in np.flatnonzero(plain):
            first = int(atlas.part[ring])
            if ring != first and plain[first]:
                assert area[ring] * area[first] < 0, (name, atlas.shapes[atlas.owner[ring]].name)


def test_lesotho_is_a_hole_in_south_africa():
    atlas = world("110m")
    number = {one.code: n for n, one in enumerate(atlas.shapes)}
    south = np.flatnonzero(atlas.owner == number["ZA"])
    assert [int(atlas.part[ring]) for ring in south].count(int(south[0])) == 2
    drawn = World().drawn(atlas)
    whole, hole = (abs(path_area(drawn.shapes[number[code]])) for code in ("ZA", "LS"))
    assert drawn.shapes[number["ZA"]].count("M") == 2
    assert 0.01 < hole / whole < 0.05, "1.22 million square kilometres and 30 thousand"


def test_a_border_is_a_line_of_two_shapes_and_a_coast_of_one():
    atlas = squares()
    assert atlas.borders.line(0)[0].tolist() == [10, 0]
    assert len(atlas.borders) == 2, "between west and east, and around the inner one"
    assert len(atlas.coasts) == 2


def test_a_claim_moves_a_shape_under_a_code_and_takes_the_border_away():
    claimed = squares().claimed({"Inside": "AA"})
    assert [one.code for one in claimed.shapes] == ["AA", "BB", "AA"]
    assert len(claimed.borders) == 1
    assert [one.code for one in squares().claimed({"AA": ""}).shapes] == ["", "BB", ""]
    with pytest.raises(BadAtlas, match="No shape is called Atlantis"):
        squares().claimed({"Atlantis": "AA"})


# ---------------------------------------------------------------- projections
def test_equal_earth_is_as_published():
    """Half width and height of the map in Šavrič, Patterson and Jenny, and what their own code gives."""
    x, y = equal_earth(np.array([180.0, 0.0, 90.0]), np.array([0.0, 90.0, 45.0]))
    assert x[0] == pytest.approx(2.7066299836960748, abs=1e-12)
    assert y[1] == pytest.approx(1.3173627591574133, abs=1e-12)
    assert x[0] / y[1] == pytest.approx(2.05458, abs=1e-5)


boxes = st.tuples(st.floats(-179, 170), st.floats(-85, 80), st.floats(1, 9), st.floats(1, 5))


@given(boxes)
def test_both_projections_keep_areas(box):
    west, south, wide, high = box
    corners = np.array(
        [[west, south], [west + wide, south], [west + wide, south + high], [west, south + high]]
    )
    points, start = refined(corners, np.array([0, 4]), closed=True, longest=0.02)
    true = np.radians(wide) * (np.sin(np.radians(south + high)) - np.sin(np.radians(south)))
    for x, y in (
        equal_earth(points[:, 0], points[:, 1]),
        azimuthal(points[:, 0], points[:, 1], (west - 20, south / 2)),
    ):
        assert float(areas(np.stack([x, y], axis=1), start)[0]) == pytest.approx(true, rel=2e-4)


@given(st.floats(-180, 180), st.floats(-80, 80), st.floats(1, 3000))
def test_a_circle_keeps_its_distance(east, north, kilometres):
    there = on_globe(*circle(east, north, kilometres))
    here = on_globe(np.array([east]), np.array([north]))[0]
    away = 2 * np.arcsin(np.linalg.norm(there - here, axis=1) / 2) * 6371.0088
    assert away == pytest.approx(np.full(72, kilometres), rel=1e-6)


@given(st.floats(-180, 180), st.floats(-89, 89))
def test_degrees_come_back_from_the_globe(east, north):
    back = degrees(3 * on_globe(np.array([east]), np.array([north])))
    assert back[1][0] == pytest.approx(north, abs=1e-9)
    assert (back[0][0] - east + 180) % 360 - 180 == pytest.approx(0, abs=1e-9)


# ---------------------------------------------------------------- cutting
@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=3, max_size=20))
def test_what_is_framed_lies_in_the_frame_and_cutting_twice_is_cutting_once(points):
    made = framed(np.array(points), (-10.0, -10.0), (10.0, 10.0))
    assert (np.abs(made) <= 10 + 1e-9).all()
    if len(made):
        assert framed(made, (-10.1, -10.1), (10.1, 10.1)) == pytest.approx(made)


def test_two_halves_make_the_whole():
    chance = np.random.default_rng(5)
    turn = np.sort(chance.uniform(0, 2 * np.pi, 40))
    star = np.stack([np.cos(turn), np.sin(turn)], axis=1) * chance.uniform(0.3, 1, 40)[:, None]
    halves = [clipped(star, star[:, 0]), clipped(star, -star[:, 0])]
    whole, *parts = (float(areas(one, np.array([0, len(one)]))[0]) for one in (star, *halves))
    assert sum(parts) == pytest.approx(whole)


@pytest.mark.parametrize("name", ["110m", "50m"])
@pytest.mark.parametrize("centre", [0.0, 11.0, 150.0, 180.0, -100.0, -33.3])
def test_wherever_the_map_is_cut_no_edge_crosses_it_and_no_area_is_lost(name, centre):
    """Russia, Fiji and Antarctica among them: what is drawn has the area of the globe's shape."""
    atlas = world(name)
    points, start, owner = _cut(atlas, centre, -90.0)
    assert np.abs(points[:, 0]).max() <= 180 + 1e-6
    inner = np.ones(len(points), dtype=bool)
    inner[start[1:] - 1] = False
    assert np.abs(np.diff(points[:, 0]))[inner[:-1]].max() < 10
    x, y = equal_earth(points[:, 0], points[:, 1])
    flat = areas(np.stack([x, y], axis=1), start)
    reference, at, whose = _cut(atlas, 11.0, -90.0)
    there = areas(np.stack(equal_earth(reference[:, 0], reference[:, 1]), axis=1), at)
    for code, true in (("RU", 16.9), ("FJ", 0.018), ("AQ", 12.4), ("FR", 0.64), ("US", 9.46)):
        number = next(n for n, one in enumerate(atlas.shapes) if one.code == code)
        size = abs(float(flat[owner == number].sum()))
        assert size == pytest.approx(abs(float(there[whose == number].sum())), rel=5e-3)
        assert size * 6.371**2 == pytest.approx(true, rel=0.12), f"{code}, million square kilometres"


def test_the_last_parallel_cuts_the_map():
    view = World(south=-57.0)
    assert view.height < World().height
    number = next(n for n, one in enumerate(world("110m").shapes) if one.code == "AQ")
    assert view.drawn(world("110m")).shapes[number] == ""
    assert np.isnan(view.at(np.array([0.0]), np.array([-80.0]))[0][0])


@pytest.mark.parametrize("code", ["RU", "FR", "NL", "FJ", "US", "AQ", "CA", "CL", "VN", "KI"])
def test_a_country_fits_its_frame(code):
    atlas = world("50m")
    view, left_out = part_of(atlas, code)
    number = next(n for n, one in enumerate(atlas.shapes) if one.code == code)
    assert view.drawn(atlas).shapes[number]
    assert left_out >= {"FR": 5, "NL": 3}.get(code, 0)
    east, north = atlas.spots[code]
    x, y = view.at(np.array([east]), np.array([north]))
    assert 0 < x[0] < view.width
    assert 0 < y[0] < view.height


@pytest.mark.parametrize(
    ("places", "code"),
    [
        ([(2.3, 48.9), (5.4, 43.4)], "FR"),
        ([(2.3, 48.9), (4.4, 50.8)], ""),
        ([(28.2, -29.6)], "LS"),
        ([(28.2, -29.6), (28.2, -26.2)], ""),
        ([(178.2, -17.8), (-179.95, -16.85)], "FJ"),
        ([(177.4, 64.7), (-175.0, 66.3), (37.6, 55.8)], "RU"),
        ([(-30.0, 40.0)], ""),
    ],
)
def test_places_that_lie_in_one_country_tell_it(places, code):
    east, north = np.array(places).T
    assert country_of(world("50m"), east, north) == code


def test_a_code_without_a_shape_has_no_map():
    with pytest.raises(KeyError):
        part_of(world("110m"), "TV")


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=1, max_size=6),
)
def test_places_lie_within_the_frame_around_them(places):
    east, north = np.array(places).T
    view = part_around(east, north)
    x, y = view.at(east, north)
    if np.linalg.norm(on_globe(east, north).mean(axis=0)) > 0.2:
        assert ((x > 0) & (x < view.width) & (y > 0) & (y < view.height)).all()


def test_the_same_atlas_gives_the_same_bytes():
    text = (GEOGRAPHY / "world-50m.json").read_text(encoding="utf-8")
    assert World().drawn(read_atlas(text)) == World().drawn(read_atlas(text))
