"""`tutela hotspots --local`: every place with its neighbours, told without giving a small count away."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from tutela import cli
from tutela.operations.hotspots import local

pytest.importorskip("esda", reason="no PySAL. To enable: ./run add places")

SIDE = 9
OPTIONS = ("--time", "none", "--runs", 19, "--local")


def grid(folder: Path, *, small: bool = False, people: bool = True) -> Path:
    """81 invented places in rows, a hot corner of nine; `small`: one of its neighbours has three cases."""
    chance = np.random.default_rng(5)
    path = folder / "cases.csv"
    heads = "place lat lon cases" + (" population" if people else " controls")
    with path.open("w", encoding="utf-8", newline="") as into:
        writer = csv.writer(into)
        writer.writerow(heads.split())
        for n in range(SIDE**2):
            up, right = divmod(n, SIDE)
            cases = 10 + int(chance.poisson(5)) + (25 if up < 3 and right < 3 else 0)
            writer.writerow([f"P{n}", 50 + up / 10, 4 + right / 7, 3 if small and n == 40 else cases, 1000])
    return path


def run(*words: object) -> int:
    return cli.main(["hotspots", *map(str, words)])


def rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["place"]: row for row in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def reported(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("local")
    file = grid(folder)
    for name in ("out", "again"):
        assert run(file, *OPTIONS, "--out", folder / name) == 0
    return folder


def test_a_hot_corner_stands_out_on_the_page_and_for_other_programs(reported):
    found = rows(reported / "out" / "local.csv")
    assert len(found) == SIDE**2
    assert found["P10"]["stands_out"] == "1"
    assert found["P10"]["among"] == "many among many"
    assert float(found["P10"]["gi_star"]) > 3
    assert float(found["P10"]["q"]) <= 0.05 < float(found["P10"]["q_any_dependence"]) * 5
    result = json.loads((reported / "out" / "result.json").read_text(encoding="utf-8"))["local"]
    assert result["runs"] == 9_999
    assert result["rates"] is True
    assert result["places"][10]["gi_star"] == float(found["P10"]["gi_star"])
    page = (reported / "out" / "report.html").read_text(encoding="utf-8")
    assert "one alone cannot stand out" not in page
    assert "Places that stand out with their neighbours" in page
    number = sum(row["stands_out"] == "1" for row in found.values())
    assert f"{number} of 81 places stand out" in page
    drawing = page[page.index("<svg", page.index("stand out with their")) :]
    ElementTree.fromstring(drawing[: drawing.index("</svg>") + 6])


def test_the_same_file_and_seed_give_the_same_bytes(reported):
    for name in ("report.html", "local.csv", "result.json"):
        assert (reported / "out" / name).read_bytes() == (reported / "again" / name).read_bytes()


def test_without_asking_there_is_nothing_of_it(tmp_path):
    assert run(grid(tmp_path), "--time", "none", "--runs", 19, "--out", tmp_path / "out") == 0
    assert not (tmp_path / "out" / "local.csv").exists()
    assert "with their neighbours" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_small_count_hides_every_number_that_it_is_part_of(tmp_path):
    assert run(grid(tmp_path, small=True), *OPTIONS, "--out", tmp_path / "out") == 0
    found = rows(tmp_path / "out" / "local.csv")
    numbers = ("gi_star", "moran", "p", "q", "q_any_dependence")
    assert found["P40"]["cases"] == ""
    beside = ["P40", "P39", "P41", "P31", "P49"]
    assert all(found[name][number] == "" for name in beside for number in numbers)
    assert found["P0"]["gi_star"] != ""
    told = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["local"]["places"]
    assert all(told[40][number] is None for number in ("cases", *numbers))
    assert told[39]["gi_star"] is None
    assert found["P39"]["cases"] != ""


def test_controls_make_rates_too(tmp_path):
    options = (*OPTIONS, "--model", "bernoulli", "--out", tmp_path / "out")
    assert run(grid(tmp_path, people=False), *options) == 0
    assert rows(tmp_path / "out" / "local.csv")["P10"]["stands_out"] == "1"
    assert "Rates, not counts" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_cases_alone_are_counts_and_the_page_says_so(tmp_path):
    lines = [f"P{n % 30},{50 + n % 30 % 5},{4 + n % 30 // 5},2026-0{1 + n % 6}-03" for n in range(300)]
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(["place,lat,lon,date", *lines, *lines[:1] * 80]), encoding="utf-8")
    assert run(path, "--local", "--runs", 19, "--neighbours", 4, "--out", tmp_path / "out") == 0
    assert "Counts are compared, not rates" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_links_make_neighbours_and_who_has_none_is_counted(tmp_path):
    links = tmp_path / "links.csv"
    links.write_text("place,other\n" + "".join(f"P{n},P{n + 1}\n" for n in range(70)), encoding="utf-8")
    options = (*OPTIONS, "--shape", "network", "--links", links, "--out", tmp_path / "out")
    assert run(grid(tmp_path), *options) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Left out, without neighbours or without people: 10 of" in page
    assert rows(tmp_path / "out" / "local.csv")["P80"]["among"] == ""


def test_too_few_deals_for_one_place_alone_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "runs_for", lambda _number: 999)
    assert run(grid(tmp_path), *OPTIONS, "--out", tmp_path / "out") == 0
    assert "one alone cannot stand out" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_place_where_nobody_lives_is_left_out(tmp_path):
    path = grid(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "Sea,52,4,0,0\n", encoding="utf-8")
    assert run(path, *OPTIONS, "--out", tmp_path / "out") == 0
    assert "Sea" not in rows(tmp_path / "out" / "local.csv")
    assert "without people: 1 of" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--neighbours", 81), "81 neighbours each need more than 81 places: 81."),
        (("--neighbours", 0), "--neighbours is 1 or more."),
    ],
)
def test_a_number_of_neighbours_that_cannot_be_is_told(tmp_path, capsys, options, told):
    assert run(grid(tmp_path), *OPTIONS, *options, "--out", tmp_path / "out") == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_where_pysal_is_missing_the_command_that_adds_it_is_named(tmp_path, capsys, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "esda" else find(name))
    assert run(grid(tmp_path), *OPTIONS, "--out", tmp_path / "out") == 1
    said = capsys.readouterr().err.splitlines()
    assert said == ["--local needs PySAL, which is not installed: ./run add places."]
    assert not (tmp_path / "out").exists()
