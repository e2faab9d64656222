"""`tutela hotspots`: a table in, a report out that stands alone, or one clear line for each mistake."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela import cli
from tutela.operations.hotspots.asked import Unit
from tutela.operations.hotspots.periods import periods_of
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import Partial, Unusable, partial_date

START = date(2026, 1, 1)
TOWNS = {f"Town {n}": (50 + 0.1 * (n % 5), 4 + 0.15 * (n // 5)) for n in range(25)}
"""An invented country of 25 towns on a grid."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(path: Path, heads: str, lines: list[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as into:
        writer = csv.writer(into)
        writer.writerow(heads.split())
        writer.writerows(lines)
    return path


@pytest.fixture
def places(tmp_path: Path) -> Path:
    lines = [(name, *spot, 1000 + 10 * n, n % 7) for n, (name, spot) in enumerate(TOWNS.items())]
    return write(tmp_path / "places.csv", "place lat lon population effort", lines)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Two hundred cases at any time and place, and a dozen more in three towns in the last days."""
    chance = np.random.default_rng(1)
    names = list(TOWNS)
    lines = [(names[chance.integers(25)], START + timedelta(int(chance.integers(40)))) for _ in range(200)]
    lines += [(names[n % 3], START + timedelta(37 + n % 3)) for n in range(12)]
    return write(tmp_path / "cases.csv", "place date", lines)


def run(*arguments: object) -> int:
    return cli.main(["hotspots", *map(str, arguments)])


def told(capsys, *arguments: object) -> str:
    """What is said where it is refused."""
    assert run(*arguments) == 1
    return capsys.readouterr().err


NOW = ("--time", "day", "--prospective", "--longest", "5", "--runs", "99")


# ---------------------------------------------------------------- what comes out
def test_a_report_a_table_and_a_result_are_written(cases, places, tmp_path, capsys):
    assert run(cases, "--places", places, "--out", tmp_path / "out", *NOW) == 0
    said = capsys.readouterr()
    assert said.out.split() == [
        str(tmp_path / "out" / name) for name in ("report.html", "clusters.csv", "result.json")
    ]
    assert "Random runs: 99 of 99" in said.err
    best = rows(tmp_path / "out" / "clusters.csv")[0]
    assert {"Town 0", "Town 1", "Town 2"} <= set(best["places"].split("; "))
    assert best["when"] == "2026-02-07 to 2026-02-09"
    assert float(best["p"]) == 0.01
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert result["clusters"][0]["cases"] == int(best["cases"])
    assert result["asked"]["Model"] == "poisson"
    assert result["cases"] == 212
    assert set(result["files"]) == {"cases.csv", "places.csv"}


def test_the_same_files_and_seed_give_the_same_bytes(cases, places, tmp_path):
    for name in ("one", "two"):
        assert run(cases, "--places", places, "--out", tmp_path / name, *NOW) == 0
    for file in ("report.html", "clusters.csv", "result.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert run(cases, "--places", places, "--out", tmp_path / "three", "--seed", 2, *NOW) == 0
    assert (tmp_path / "one" / "result.json").read_bytes() != (
        tmp_path / "three" / "result.json"
    ).read_bytes()


def test_the_page_fetches_nothing_runs_nothing_and_is_well_formed(cases, places, tmp_path):
    assert run(cases, "--places", places, "--out", tmp_path / "out", *NOW) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|<img|\bon\w+=|@import|url\((?!#)", page)
    assert not re.search(r'(?:href|src)="(?!#)', page)
    assert "default-src 'none'" in page
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 3, "when, where, and the effort"
    for drawing in drawings:
        svg = ElementTree.fromstring(drawing)
        assert svg.find("{http://www.w3.org/2000/svg}title") is not None


def test_the_page_says_what_no_scan_can_know(cases, places, tmp_path):
    assert run(cases, "--places", places, "--out", tmp_path / "out", *NOW) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "measure the work of police" in page
    assert "Reporting effort as given" in page
    assert "No reporting effort was given" not in page


def test_who_looks_often_is_told_what_chance_brings(cases, places, tmp_path):
    assert run(cases, "--places", places, "--out", tmp_path / "out", "--analyses", 60, *NOW) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "one of 60 analyses" in page
    assert "3.0 such alarms" in page


def test_without_reporting_effort_the_page_asks_for_it(cases, tmp_path):
    bare = write(tmp_path / "bare.csv", "place lat lon", [(name, *spot) for name, spot in TOWNS.items()])
    assert run(cases, "--places", bare, "--out", tmp_path / "out", *NOW) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "No reporting effort was given" in page
    assert "Kulldorff, Heffernan" in page  # cases alone: the space-time permutation


def test_a_dry_run_writes_nothing(cases, places, tmp_path, capsys):
    assert run(cases, "--places", places, "--out", tmp_path / "out", "--dry-run", *NOW) == 0
    assert "dry run" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_names_cannot_break_out_of_the_page_or_into_a_spreadsheet(tmp_path):
    lines = [("<b>=1</b>", 50, 4, START), ("<b>=1</b>", 50, 4, START)] + [
        (f"=T{n}", 50 + n, 4, START + timedelta(n)) for n in range(1, 9)
    ]
    file = write(tmp_path / "cases.csv", "place lat lon date", lines)
    assert run(file, "--time", "day", "--runs", 9, "--out", tmp_path / "out") == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<b>" not in page
    assert all(not row["centre"].startswith("=") for row in rows(tmp_path / "out" / "clusters.csv"))


# ---------------------------------------------------------------- small counts
def test_counts_too_small_to_show_leave_nothing_to_work_them_out_from(tmp_path):
    lines = [("A", 50, 4, START + timedelta(9))] * 4
    lines += [(f"P{n % 8}", 51 + n % 8, 5, START + timedelta(n % 9)) for n in range(60)]
    file = write(tmp_path / "cases.csv", "place lat lon date", lines)
    assert (
        run(file, "--time", "day", "--prospective", "--longest", 2, "--runs", 99, "--out", tmp_path / "out")
        == 0
    )
    (best, *_) = rows(tmp_path / "out" / "clusters.csv")
    assert best["centre"] == "A"
    assert [
        best[name] for name in ("cases", "expected", "ratio", "relative_risk", "statistic", "gumbel_p")
    ] == [""] * 6
    assert len(best["p"]) <= 4
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "fewer than 5" in page
    first = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["clusters"][0]
    assert first["cases"] is None
    assert first["statistic"] is None


def test_what_is_small_can_be_set(tmp_path):
    lines = [("A", 50, 4, START + timedelta(9))] * 4
    lines += [(f"P{n % 8}", 51 + n % 8, 5, START + timedelta(n % 9)) for n in range(60)]
    file = write(tmp_path / "cases.csv", "place lat lon date", lines)
    options = ("--time", "day", "--prospective", "--longest", 2, "--runs", 99, "--least-shown", 3)
    assert run(file, *options, "--out", tmp_path / "out") == 0
    assert rows(tmp_path / "out" / "clusters.csv")[0]["cases"] == "4"


# ---------------------------------------------------------------- models and shapes
def test_a_population_with_years_and_strata_adjusts(tmp_path):
    """Old people are taken five times as often; the town of the old is no cluster once age is known."""
    chance = np.random.default_rng(3)
    spots = {"Young": (50, 4), "Old": (50.5, 4), "Mixed": (50, 4.5), "Other": (50.5, 4.5)}
    people = {"Young": (9000, 1000), "Old": (1000, 9000), "Mixed": (5000, 5000), "Other": (5000, 5000)}
    lines, population = [], []
    for town, numbers in people.items():
        for age, number in zip(("young", "old"), numbers, strict=True):
            population += [(town, 2000, age, number), (town, 2010, age, number)]
            expected = number / 1000 * (5 if age == "old" else 1)
            lines += [
                (town, *spots[town], year, age, int(chance.poisson(expected))) for year in range(2001, 2010)
            ]
    file = write(tmp_path / "cases.csv", "place lat lon date age cases", lines)
    census = write(tmp_path / "people.csv", "place year age population", population)
    options = (file, "--time", "year", "--longest", 3, "--runs", 99, "--population", census)
    assert run(*options, "--out", tmp_path / "crude") == 0
    assert run(*options, "--strata", "age", "--out", tmp_path / "fair") == 0
    crude, fair = (rows(tmp_path / name / "clusters.csv")[0] for name in ("crude", "fair"))
    assert crude["centre"] == "Old"
    assert float(crude["p"]) == 0.01
    assert float(fair["p"]) > 0.05


def test_controls_are_what_cases_are_held_against(tmp_path):
    lines = [(name, *spot, 9 if n < 3 else 2, 10) for n, (name, spot) in enumerate(TOWNS.items())]
    file = write(tmp_path / "cases.csv", "place lat lon cases controls", lines)
    options = ("--model", "bernoulli", "--time", "none", "--runs", 99)
    assert run(file, *options, "--out", tmp_path / "out") == 0
    found = rows(tmp_path / "out" / "clusters.csv")[0]["places"].split("; ")
    assert {"Town 0", "Town 1", "Town 2"} <= set(found)


@pytest.mark.parametrize("shape", ["ellipse", "network"])
def test_other_shapes_are_drawn(cases, places, tmp_path, shape):
    names = list(TOWNS)
    links = write(tmp_path / "links.csv", "place other", [(names[n], names[n + 1]) for n in range(24)])
    more = ("--links", links) if shape == "network" else ()
    assert run(cases, "--places", places, "--shape", shape, *more, "--out", tmp_path / "out", *NOW) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert ('class="link"' in page) == (shape == "network")
    assert ('<path class="ring' in page) == (shape == "ellipse")
    assert f"<td>{shape}</td>" in page


def map_of_clusters(folder: Path) -> ElementTree.Element:
    page = (folder / "report.html").read_text(encoding="utf-8")
    drawn = [ElementTree.fromstring(one) for one in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]
    return next(one for one in drawn if one.findtext("{http://www.w3.org/2000/svg}title") == "Clusters")


def rings_and_dots(svg: ElementTree.Element) -> tuple[list[np.ndarray], dict[str, np.ndarray]]:
    """Points of each ring, and of the dots of each kind, without those of the legend."""
    svg_ = "{http://www.w3.org/2000/svg}"
    map_ = next(one for one in svg.iter(f"{svg_}g") if one.get("clip-path"))
    rings = [
        np.array(re.findall(r"-?[\d.]+", one.attrib["d"]), dtype=float).reshape(-1, 2)
        for one in map_.iter(f"{svg_}path")
        if one.get("class", "").startswith("ring")
    ]
    dots = {
        kind: np.array(
            [
                (float(one.attrib["cx"]), float(one.attrib["cy"]))
                for one in map_.iter(f"{svg_}circle")
                if one.get("class") == kind
            ]
        ).reshape(-1, 2)
        for kind in ("inside", "spot")
    }
    return rings, dots


def within(ring: np.ndarray, dot: np.ndarray, room: float) -> bool:
    """Whether a dot lies within a convex ring, grown by `room` units."""
    middle = ring.mean(axis=0)
    away = np.linalg.norm(ring - middle, axis=1, keepdims=True)
    grown = middle + (ring - middle) * (1 + room / away)
    edge, to = np.roll(grown, -1, axis=0) - grown, dot - grown
    turns = edge[:, 0] * to[:, 1] - edge[:, 1] * to[:, 0]
    return bool((turns >= 0).all() or (turns <= 0).all())


@pytest.mark.parametrize(("shape", "turn"), [("circle", 0.0), ("circle", 176.0), ("ellipse", 0.0)])
def test_a_ring_holds_the_places_of_its_cluster_and_no_other(tmp_path, shape, turn):
    """In the Low Countries, and the same on both sides of the date line."""
    towns = {name: (lat, (lon + turn + 180) % 360 - 180) for name, (lat, lon) in TOWNS.items()}
    lines = [
        (name, *towns[name], 40 if name in {"Town 6", "Town 7", "Town 11", "Town 12"} else 4 + n % 3, 1000)
        for n, name in enumerate(towns)
    ]
    file = write(tmp_path / "cases.csv", "place lat lon cases population", lines)
    options = ("--time", "none", "--runs", 99, "--shape", shape)
    assert run(file, *options, "--out", tmp_path / "out") == 0
    best = rows(tmp_path / "out" / "clusters.csv")[0]["places"].split("; ")
    rings, dots = rings_and_dots(map_of_clusters(tmp_path / "out"))
    held = [dot for dot in dots["inside"] if within(rings[0], dot, 1.0)]
    assert len(held) == len(best)
    assert not any(within(rings[0], dot, -1.0) for dot in dots["spot"])


def test_a_bar_lies_where_its_cluster_does_in_time_and_tells_no_count(cases, places, tmp_path):
    assert run(cases, "--places", places, "--out", tmp_path / "out", *NOW) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    drawn = re.search(r"<svg[^>]*aria-labelledby=\"when.*?</svg>", page, re.DOTALL)
    assert drawn is not None
    bars = re.findall(
        r'<rect class="bar-of-time( rare)?" x="([\d.]+)"[^>]*width="([\d.]+)"[^>]*><title>([^<]*)', drawn[0]
    )
    told = rows(tmp_path / "out" / "clusters.csv")
    assert [one[3] for one in bars] == [f"{line['number']}: {line['when']}" for line in told]
    assert [bool(one[0]) for one in bars] == [float(line["p"]) <= 0.05 for line in told]
    across = (720 - 40 - 16) / 40
    assert float(bars[0][1]) == pytest.approx(40 + 37 * across, abs=0.1)
    assert float(bars[0][2]) == pytest.approx(3 * across, abs=0.1)


def test_a_map_has_a_ground_where_outlines_are_fine_enough_for_it(tmp_path):
    for wide, outlined in ((5.0, True), (0.05, False)):
        lines = [(f"T{n}", 45 + n * wide / 20, 1 + n * wide / 9, 20 if n < 2 else 3, 10) for n in range(10)]
        file = write(tmp_path / "cases.csv", "place lat lon cases population", lines)
        assert run(file, "--time", "none", "--runs", 99, "--out", tmp_path / "out") == 0
        page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
        assert ('class="land"' in page) == outlined
        assert ('class="chosen"' in page) == outlined, "all of them lie in France"
        assert ("Borders are those that Natural Earth" in page) == outlined


def test_places_all_over_the_globe_are_shown_on_a_map_of_it(tmp_path):
    spots = [(49, 2), (6, 3), (-12, -77), (28, 77), (35, 139), (-37, 175), (-18, -179.5)]
    lines = [(f"T{n}", *spot, 40 if n > 4 else 4, 10) for n, spot in enumerate(spots)]
    file = write(tmp_path / "cases.csv", "place lat lon cases population", lines)
    assert run(file, "--time", "none", "--runs", 99, "--out", tmp_path / "out") == 0
    svg = map_of_clusters(tmp_path / "out")
    assert svg.attrib["viewBox"].startswith("0 0 600 ")
    assert 'class="scale"' not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_flat_map_has_its_own_columns(tmp_path):
    lines = [(f"T{n}", n % 4, n // 4, 9 if n < 2 else 1, 10) for n in range(16)]
    file = write(tmp_path / "cases.csv", "place x y cases population", lines)
    assert run(file, "--flat", "--time", "none", "--runs", 99, "--out", tmp_path / "out") == 0
    assert {"T0", "T1"} <= set(rows(tmp_path / "out" / "clusters.csv")[0]["places"].split("; "))


def test_borders_have_no_place_on_a_flat_map(cases, tmp_path, capsys):
    assert "--flat is a map of your own" in told(capsys, cases, "--flat", "--borders", tmp_path / "b.csv")


def test_borders_of_a_file_are_drawn_and_named(tmp_path):
    lines = [(f"T{n}", 45 + n / 4, 1 + n / 2, 20 if n < 2 else 3, 10) for n in range(10)]
    file = write(tmp_path / "cases.csv", "place lat lon cases population", lines)
    borders = write(tmp_path / "mine.csv", "shape country", [("Monaco", "FR")])
    options = ("--time", "none", "--runs", 99, "--borders", borders)
    assert run(file, *options, "--out", tmp_path / "out") == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Borders are those of the file mine.csv." in page
    assert page.count("mine.csv") > 1


def test_days_before_and_after_the_time_asked_for_are_left_out(cases, places, tmp_path, capsys):
    options = ("--from", "2026-01-05", "--to", "2026-01-20", "--time", "day", "--runs", 9)
    assert run(cases, "--places", places, *options, "--out", tmp_path / "out") == 0
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    wanted = [row for row in rows(cases) if "2026-01-05" <= row["date"] <= "2026-01-20"]
    assert result["cases"] == len(wanted)
    assert result["asked"]["Periods"] == "16, each a day"
    assert f"Left out: {212 - len(wanted)} lines" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_told(cases, places, tmp_path, capsys):
    taken = tmp_path / "taken"
    taken.write_text("a file")
    assert "cannot be written to" in told(capsys, cases, "--places", places, "--out", taken, *NOW)


# ---------------------------------------------------------------- mistakes
GOOD = [(name, *spot, START + timedelta(n)) for n, (name, spot) in enumerate(TOWNS.items())]
MISTAKES = {
    "a wrong column": ("town lat lon date", GOOD, (), "no column “place”"),
    "an impossible date": (
        "place lat lon date",
        [("A", 50, 4, "2026-02-30")],
        (),
        ":2: date: “2026-02-30” is a day",
    ),
    "no date at all": ("place lat lon date", [("A", 50, 4, "soon")], (), "“soon” is no date"),
    "a year alone": ("place lat lon date", [("A", 50, 4, "2026")], ("--time", "day"), "says no day"),
    "swapped": ("place lat lon date", [("A", 100, 50, START)], (), "look swapped"),
    "off the earth": ("place lat lon date", [("A", 50, 200, START)], (), "no place on earth"),
    "the sea": ("place lat lon date", [("A", 0, 0, START)], (), "coordinates are missing"),
    "two spots": ("place lat lon date", [("A", 50, 4, START), ("A", 51, 4, START)], (), "other coordinates"),
    "no lines": ("place lat lon date", [], (), "no lines"),
    "one period": ("place lat lon date", [("A", 50, 4, START)] * 2, (), "All cases lie in one month"),
    "cases without time": ("place lat lon date", GOOD, ("--time", "none"), "needs time"),
    "now without time": (
        "place lat lon population",
        [("A", 50, 4, 1)],
        ("--time", "none", "--prospective"),
        "asks about now",
    ),
    "no population": (
        "place lat lon date",
        GOOD,
        ("--model", "poisson", "--time", "day"),
        "needs a population",
    ),
    "no controls": (
        "place lat lon cases",
        [("A", 50, 4, 3)],
        ("--model", "bernoulli", "--time", "none"),
        "no column “controls”",
    ),
    "strata alone": ("place lat lon date", GOOD, ("--strata", "age"), "--population"),
    "a network without links": ("place lat lon date", GOOD, ("--shape", "network"), "belong together"),
    "half a share": ("place lat lon date", GOOD, ("--time", "day", "--share", 0.9), "at most half"),
    "too long": ("place lat lon date", GOOD, ("--time", "day", "--longest", 60), "1 to 24 long"),
    "back to front": (
        "place lat lon date",
        GOOD,
        ("--from", "2026-03-01", "--to", "2026-02-01"),
        "before it begins",
    ),
    "nobody there": (
        "place lat lon cases population",
        [("A", 50, 4, 3, 0), ("B", 51, 4, 3, 9)],
        ("--time", "none"),
        "no people at: A.",
    ),
    "a stop at once": ("place lat lon date", GOOD, ("--stop-after", 0), "--stop-after is 1 or more"),
    "windows of no length": ("place lat lon date", GOOD, ("--longest", 0), "--longest is 1 or more"),
    "a seed below zero": ("place lat lon date", GOOD, ("--seed", -1), "0 or more"),
    "no runs": ("place lat lon date", GOOD, ("--runs", 0), "1 or more"),
    "one case": (
        "place lat lon cases population",
        [("A", 50, 4, 1, 9)] * 1,
        ("--time", "none"),
        "fewer than 2",
    ),
}


@pytest.mark.parametrize(("heads", "lines", "options", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_gets_one_clear_line(tmp_path, capsys, heads, lines, options, words):
    file = write(tmp_path / "cases.csv", heads, lines)
    said = told(capsys, file, "--out", tmp_path / "out", *options)
    lines_said = [line for line in said.splitlines() if not line.startswith("Read. ")]
    assert len(lines_said) == 1
    assert words in lines_said[0]
    assert not (tmp_path / "out").exists()


def test_a_case_at_a_place_without_coordinates_is_told(cases, places, tmp_path, capsys):
    extra = write(tmp_path / "more.csv", "place date", [("Nowhere", START), ("Town 1", START + timedelta(9))])
    assert "more.csv:2: place: “Nowhere” is no place" in told(capsys, extra, "--places", places, *NOW)


def test_a_link_to_nowhere_is_told(cases, places, tmp_path, capsys):
    links = write(tmp_path / "links.csv", "place other", [("Town 1", "Nowhere")])
    options = ("--places", places, "--shape", "network", "--links", links)
    assert "links.csv:2: other: “Nowhere”" in told(capsys, cases, *options, *NOW)


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([("Town 0", "old", 5)], "no people of stratum young"),
        ([("Town 0", "old", 5), ("Town 0", "young", 0)], "no people of stratum young"),
        ([("Town 0", "old", -5)], "is below zero"),
    ],
)
def test_an_empty_stratum_is_told(tmp_path, capsys, people, words):
    lines = [("Town 0", 50, 4, "old", 3), ("Town 0", 50, 4, "young", 3)]
    file = write(tmp_path / "cases.csv", "place lat lon age cases", lines)
    census = write(tmp_path / "people.csv", "place age population", people)
    options = ("--time", "none", "--population", census, "--strata", "age")
    assert words in told(capsys, file, *options)


def test_a_census_year_of_two_digits_is_told(tmp_path, capsys):
    file = write(tmp_path / "cases.csv", "place lat lon date", [("A", 50, 4, 1973), ("A", 50, 4, 1980)])
    census = write(tmp_path / "people.csv", "place year population", [("A", 73, 5)])
    assert "“73” is no year" in told(capsys, file, "--time", "year", "--population", census)


JUNK = st.text(max_size=5) | st.sampled_from(["-1", "0", "1e400", "nan", "91", "=1+1"])


def mostly(*values: object) -> st.SearchStrategy[str]:
    """One of these, and now and then anything."""
    return st.integers(0, 29).flatmap(lambda n: st.sampled_from([str(v) for v in values]) if n else JUNK)


TOWN = st.sampled_from([("A", 50, 4), ("B", 50.5, 4), ("C", 50, 5), ("D", 51, 5)])
ROW = st.tuples(
    TOWN,
    mostly("2026-01-02", "2026-01-09", "2026-02-03", "2026-05-30", "2027-01-01"),
    mostly(0, 1, 2, 7),
    mostly(1, 10, 100),
    mostly(1, 5),
).map(lambda row: (*row[0], *row[1:]))
WAYS = st.sampled_from(
    [
        ("--time", "day"),
        ("--time", "week", "--prospective"),
        ("--time", "none", "--model", "poisson"),
        ("--time", "none", "--model", "bernoulli"),
        ("--time", "month", "--shape", "ellipse"),
        ("--time", "day", "--column", "x=lon", "--column", "y=lat", "--flat"),
    ]
)


@given(lines=st.lists(ROW, max_size=12), way=WAYS)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_is_scanned_or_refused_in_words(tmp_path, capsys, lines, way):
    file = write(tmp_path / "cases.csv", "place lat lon date cases population controls", lines)
    code = run(file, *way, "--runs", 3, "--out", tmp_path / "out")
    said = capsys.readouterr()
    assert bool(said.out) == (code == 0)
    assert code == 0 or said.err.strip().endswith(".")


# ---------------------------------------------------------------- periods
DATES = [partial_date("2026-01-05"), partial_date("2026-03-20")]


def test_weeks_are_counted_back_so_that_the_last_is_whole():
    weeks = periods_of(Unit.WEEK, DATES, first="", last="")
    assert weeks.label(weeks.number - 1, weeks.number) == "2026-03-14 to 2026-03-20"
    assert weeks.position(Partial(2026, 3, 14)) == weeks.number - 1
    assert weeks.position(Partial(2026, 1, 5)) == 0


@pytest.mark.parametrize("unit", [Unit.DAY, Unit.WEEK, Unit.MONTH])
def test_every_day_of_the_time_lies_in_a_period_in_order(unit):
    periods = periods_of(unit, DATES, first="", last="")
    days = [date(2026, 1, 5) + timedelta(n) for n in range(75)]
    places = [periods.position(Partial(day.year, day.month, day.day)) for day in days]
    assert places == sorted(places)
    assert set(places) == set(range(periods.number))


@pytest.mark.parametrize(
    ("unit", "name"), [(Unit.MONTH, "2026-01 to 2026-03"), (Unit.DAY, "2026-01-05 to 2026-03-20")]
)
def test_periods_have_the_names_of_the_calendar(unit, name):
    periods = periods_of(unit, DATES, first="", last="")
    assert periods.label(0, periods.number) == name


def test_the_middle_of_a_year_is_the_year_itself():
    """A census dated by its year, and a period that is that year, meet in its middle."""
    years = periods_of(Unit.YEAR, [Partial(1973), Partial(1975)], first="", last="")
    assert years.years() == [1973, 1974, 1975]
    months = periods_of(Unit.MONTH, [Partial(2026, 1), Partial(2026, 12)], first="", last="").years()
    assert sum(months) / 12 == pytest.approx(2026)
    days = periods_of(Unit.DAY, [Partial(2026, 1, 1), Partial(2026, 12, 31)], first="", last="").years()
    assert sum(days) / 365 == pytest.approx(2026, abs=0.01)


def test_too_many_periods_are_refused():
    with pytest.raises(Refused, match="too many"):
        periods_of(Unit.DAY, [Partial(1900, 1, 1), Partial(2026, 1, 1)], first="", last="")


def test_a_month_alone_is_no_day():
    with pytest.raises(Unusable, match="says no day"):
        periods_of(Unit.DAY, DATES, first="", last="").position(Partial(2026, 2))
