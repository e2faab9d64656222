"""Whose borders a report draws, and what countries are called in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tutela.operations.refusals import Refused
from tutela.operations.reports.maps import POLICY, atlases, country_names


def owner(atlas, name: str) -> str:
    return next(one.code for one in atlas.shapes if one.name == name)


def test_names_are_those_of_the_language():
    assert country_names()["DE"] == "Germany"
    assert country_names("fr")["DE"] == "Allemagne"
    assert country_names("ar")["EG"] == "مصر"
    assert country_names("es")["XK"] == "Kosovo"
    assert all(len(code) == 2 for code in country_names())


def test_every_country_of_the_atlas_has_a_name_in_every_language_of_the_product():
    for language in ("en", "fr", "es", "ar"):
        assert atlases(None).part.codes() <= set(country_names(language))


def test_without_a_file_the_borders_are_natural_earths_and_say_so():
    found = atlases(None)
    assert found.note == POLICY
    assert not found.files
    assert owner(found.world, "Kosovo") == ""


def test_a_table_moves_shapes_on_both_maps_and_small_ones_on_the_finer(tmp_path: Path):
    file = tmp_path / "borders.csv"
    file.write_text("shape;country\nSomaliland;SOM\nSiachen Glacier;\nMT;IT\nTW;\n", encoding="utf-8")
    found = atlases(file)
    for atlas in (found.world, found.part):
        assert owner(atlas, "Somaliland") == "SO"
        assert owner(atlas, "Taiwan") == ""
    assert owner(found.part, "Malta") == "IT"
    assert list(found.files) == ["borders.csv"]
    assert len(found.files["borders.csv"]) == 64


def test_the_line_between_two_shapes_of_one_country_is_not_drawn(tmp_path: Path):
    file = tmp_path / "borders.csv"
    file.write_text("shape,country\nSomaliland,SO\n", encoding="utf-8")
    plain, moved = atlases(None).world, atlases(file).world
    assert len(moved.borders) == len(plain.borders) - 1


def test_a_topology_takes_the_place_of_both_and_keeps_our_spots(tmp_path: Path):
    box = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    shapes = [
        {"type": "Polygon", "arcs": [[0]], "id": identifier, "properties": {"name": identifier}}
        for identifier in ("250", "FR", "FRA", "-99")
    ]
    made = {"type": "Topology", "arcs": [box], "objects": {"x": {"geometries": shapes}}}
    file = tmp_path / "mine.topojson"
    file.write_text(json.dumps(made), encoding="utf-8")
    found = atlases(file)
    assert found.world is found.part
    assert [one.code for one in found.world.shapes] == ["FR", "FR", "FR", ""]
    assert "VN" in found.world.spots
    assert "mine.topojson" in found.note


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("b.csv", b"\xff\xfe", "no text in UTF-8|not a text in UTF-8"),
        ("b.json", b"\xff\xfe", "not a text in UTF-8"),
        ("b.json", b"[1, 2]", "no TopoJSON"),
        ("b.csv", b"shape,country\n,FR\n", "shape: is empty"),
        ("b.csv", b"shape,country\nMalta,Italy\n", "no code of a country"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, name: str, content: bytes, why: str):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(Refused, match=why):
        atlases(file)
