"""`tutela warn`: cases over time in, what rose out, or one clear line for each mistake."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from tutela import cli

START = date(2021, 1, 4)
WEEKS = 300
LAST = START + timedelta(7 * WEEKS - 1)
FILES = ("report.html", "series.csv", "alarms.csv", "result.json")


def written(path: Path, heads: str, lines: Iterable[Iterable[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads.split())
        writer.writerows(lines)
    return path


def week(number: int) -> date:
    return START + timedelta(7 * number)


def weekly(mean: float, *, seed: int, risen: dict[int, int] | None = None) -> list[int]:
    """Invented counts around a mean, with some weeks set."""
    counts = np.random.default_rng(seed).poisson(mean, WEEKS).tolist()
    for place, value in (risen or {}).items():
        counts[place] = value
    return counts


@pytest.fixture
def table(tmp_path) -> Path:
    """Three series; the hotline rises in the last week, embassies hardly know anybody."""
    series = {
        "Hotline": ("north", weekly(9, seed=1, risen={WEEKS - 1: 41})),
        "Shelters": ("north", weekly(12, seed=2)),
        "Embassies": ("south", weekly(0.4, seed=3, risen={WEEKS - 1: 2})),
    }
    lines = [
        (week(n), name, group, cases)
        for name, (group, counts) in series.items()
        for n, cases in enumerate(counts)
    ]
    return written(tmp_path / "cases.csv", "date series group cases", lines)


def run(*words: object) -> int:
    return cli.main(["warn", *map(str, words)])


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def answer(folder: Path) -> dict:
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


def refused(capsys, *words: object) -> str:
    capsys.readouterr()
    assert run(*words) == 1
    return capsys.readouterr().err


# ---------------------------------------------------------------- what comes out
def test_the_series_that_rose_is_named_and_stands_out(table, tmp_path):
    out = tmp_path / "out"
    assert run(table, "--out", out) == 0
    first, *others = rows(out / "series.csv")
    assert (first["series"], first["cases"], first["state"], first["stands_out"]) == (
        "Hotline",
        "41",
        "alarm",
        "True",
    )
    assert all(line["stands_out"] == "False" for line in others)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert re.search(r"1 of 3 series is above its bound: Hotline\.", page)
    assert "measure the work of police" in page
    assert answer(out)["asked"]["Method"] == "noufaily"
    assert rows(out / "alarms.csv")[0]["when"] == f"{week(WEEKS - 1) - timedelta(6)} to {week(WEEKS - 1)}"


def test_the_budget_is_chosen_first_and_sets_the_bound(table, tmp_path):
    bounds = {}
    for budget in (1, 50):
        assert run(table, "--out", tmp_path / str(budget), "--alarms-a-year", budget) == 0
        found = answer(tmp_path / str(budget))
        assert found["alpha"] == pytest.approx(min(budget / (3 * 52), 0.05), rel=1e-4)
        bounds[budget] = {line["series"]: line["bound"] for line in found["series"]}
    assert bounds[1]["Shelters"] > bounds[50]["Shelters"]


@pytest.mark.parametrize("method", ["noufaily", "farrington", "cusum", "change-point", "c1", "c2", "c3"])
def test_every_method_sees_it_and_names_its_source(table, tmp_path, method):
    assert run(table, "--method", method, "--out", tmp_path / "out") == 0
    found = {line["series"]: line for line in answer(tmp_path / "out")["series"]}
    assert found["Hotline"]["state"] == "alarm"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert re.search(r"Source: \w+", page)
    assert ("Stands out" in page) == (method not in {"cusum", "c3"})


def test_short_series_are_watched_by_change_points(tmp_path):
    lines = [(week(n), 6 + n % 3) for n in range(40)] + [(week(40), 40)]
    file = written(tmp_path / "short.csv", "date cases", lines)
    assert run(file, "--out", tmp_path / "out") == 0
    found = answer(tmp_path / "out")
    assert found["asked"]["Method"] == "change-point"
    assert found["series"][0]["state"] == "alarm"
    assert "the series is above its bound" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_days_are_watched_by_c2(tmp_path):
    lines = [(START + timedelta(n), 10 + n % 4) for n in range(60)]
    file = written(tmp_path / "days.csv", "date cases", lines)
    assert run(file, "--time", "day", "--out", tmp_path / "out") == 0
    assert answer(tmp_path / "out")["asked"]["Method"] == "c2"
    assert "Rare counts are not normal" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_as_of_an_earlier_day_nothing_later_is_known(table, tmp_path):
    day = week(WEEKS - 2) + timedelta(6)
    assert run(table, "--to", day, "--out", tmp_path / "out") == 0
    found = answer(tmp_path / "out")["series"]
    assert all(line["when"].endswith(str(day)) for line in found)
    assert {line["series"]: line["state"] for line in found}["Hotline"] == "usual"


def test_the_same_file_and_seed_give_the_same_bytes(table, tmp_path):
    for name in ("one", "two"):
        assert run(table, "--method", "cusum", "--out", tmp_path / name) == 0
    for file in FILES:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_the_order_of_lines_does_not_matter(table, tmp_path):
    head, *lines = table.read_text(encoding="utf-8").splitlines()
    turned = tmp_path / "turned" / "cases.csv"
    turned.parent.mkdir()
    turned.write_text("\n".join([head, *reversed(lines)]), encoding="utf-8")
    assert run(table, "--out", tmp_path / "one") == 0
    assert run(turned, "--out", tmp_path / "two") == 0
    assert (tmp_path / "one" / "series.csv").read_bytes() == (tmp_path / "two" / "series.csv").read_bytes()


def test_the_page_fetches_nothing_runs_nothing_and_is_well_formed(table, tmp_path):
    assert run(table, "--out", tmp_path / "out") == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|<img|\bon\w+=|@import|url\(", page)
    assert not re.search(r'(?:href|src)="', page)
    assert "default-src 'none'" in page
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 3
    for drawing in drawings:
        assert ElementTree.fromstring(drawing).find("{http://www.w3.org/2000/svg}title") is not None


def test_names_cannot_break_out_of_the_page_or_into_a_spreadsheet(tmp_path):
    lines = [(week(n), "<b>=1</b>", 9) for n in range(30)] + [(week(n), "=1", 9) for n in range(30)]
    file = written(tmp_path / "cases.csv", "date series cases", lines)
    assert run(file, "--out", tmp_path / "out") == 0
    assert "<b>" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert all(not row["series"].startswith("=") for row in rows(tmp_path / "out" / "series.csv"))


def test_a_dry_run_writes_nothing(table, tmp_path, capsys):
    assert run(table, "--dry-run", "--out", tmp_path / "out") == 0
    assert "dry run" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- small counts
def test_small_counts_leave_nothing_to_work_them_out_from(table, tmp_path):
    assert run(table, "--out", tmp_path / "out") == 0
    (line,) = (one for one in answer(tmp_path / "out")["series"] if one["series"] == "Embassies")
    assert [line[name] for name in ("cases", "expected", "p", "complete")] == [None] * 4
    assert "fewer than 5" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_bound_made_of_a_few_small_counts_is_hidden_with_them(tmp_path):
    """Mean and spread of seven counts, week after week, would tell each of them."""
    counts = [9] * 20 + [2] + [9] * 9
    file = written(tmp_path / "few.csv", "date cases", [(week(n), c) for n, c in enumerate(counts)])
    for method in ("c1", "change-point"):
        out = tmp_path / method
        assert run(file, "--method", method, "--out", out) == 0
        (line,) = answer(out)["series"]
        assert (line["cases"], line["bound"], line["expected"], line["p"]) == (9, None, None, None)
        page = (out / "report.html").read_text(encoding="utf-8")
        (path,) = re.findall(r'class="bound" d="([^"]*)"', page) or [""]
        assert path.count("H") < len(counts) - 9
    assert run(file, "--method", "c1", "--least-shown", 0, "--out", tmp_path / "all") == 0
    assert answer(tmp_path / "all")["series"][0]["bound"] is not None


def test_two_tables_that_differ_in_a_hidden_count_look_the_same(tmp_path):
    pages = []
    for number, small in enumerate((0, 4)):
        counts = [*weekly(30, seed=9), small]
        file = written(tmp_path / "t.csv", "date cases", [(week(n), c) for n, c in enumerate(counts)])
        assert run(file, "--out", tmp_path / str(number)) == 0
        page = (tmp_path / str(number) / "report.html").read_text(encoding="utf-8")
        pages.append(re.sub(r"[0-9a-f]{64}", "", page))
    assert pages[0] == pages[1]


# ---------------------------------------------------------------- late reports
def late(periods: int = WEEKS) -> list[tuple[date, date]]:
    """Twelve cases a week, half of them received a week late; those not received yet are missing."""
    lines = []
    for n in range(periods):
        for one in range(12):
            received = week(n) + timedelta(7 * (one % 2))
            if received <= LAST:
                lines.append((week(n), received))
    return lines


def test_a_week_of_which_half_is_known_is_held_against_half(tmp_path):
    file = written(tmp_path / "late.csv", "date received", late())
    assert run(file, "--out", tmp_path / "out", "--to", LAST) == 0
    found = answer(tmp_path / "out")
    assert found["known"][-1] == pytest.approx(0.5, abs=0.01)
    (line,) = found["series"]
    assert (line["cases"], line["state"]) == (6, "usual")
    assert line["expected"] == pytest.approx(6, abs=0.2)
    assert line["complete_low"] <= 12 <= line["complete_high"]
    assert 'class="come"' in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_method_that_cannot_allow_for_late_reports_waits(tmp_path):
    file = written(tmp_path / "late.csv", "date received", late())
    assert run(file, "--method", "change-point", "--to", LAST, "--out", tmp_path / "out") == 0
    assert answer(tmp_path / "out")["series"][0]["state"] == "too early"


def test_after_an_import_in_bulk_alarms_are_paused(tmp_path):
    old = [(week(WEEKS - 20 + n % 5), week(WEEKS - 2)) for n in range(200)]
    file = written(tmp_path / "bulk.csv", "date received", [*late(), *old])
    assert run(file, "--to", LAST, "--out", tmp_path / "out") == 0
    found = answer(tmp_path / "out")
    assert found["imports"] == 1
    assert found["series"][0]["state"] == "paused"
    assert found["alarms"] == []
    assert "Imports in bulk: 1" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_too_few_reports_teach_no_delay_and_the_page_says_so(tmp_path):
    lines = [(week(n), week(n)) for n in range(30)]
    file = written(tmp_path / "few.csv", "date received", lines)
    assert run(file, "--out", tmp_path / "out") == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "fewer than 50 cases" in page
    assert "Late reports are not allowed for" in page


# ---------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("heads", "lines", "options", "says"),
    [
        ("day cases", [("2026-01-01", 1)], (), "no column “date”"),
        ("date", [], (), "no lines"),
        ("date", [("2026-02-30",)], (), "no calendar has"),
        ("date", [("soon",)], (), "no date"),
        ("date", [("2026-01",), ("2026-01-20",)], (), "says no day"),
        ("date cases", [("2026-01-01", -1)], (), "whole number"),
        ("date cases", [("2026-01-01", "many")], (), "no number"),
        ("date series", [("2026-01-01", ""), ("2026-02-01", "A")], (), "is empty"),
        ("date received", [("2026-01-09", "2026-01-02")], (), "received before"),
        ("date series group", [("2026-01-01", "A", "x"), ("2026-02-01", "A", "y")], (), "another group"),
        ("date", [("2026-01-01",), ("2026-01-20",)], (), "more than 8 periods"),
        ("date", [("2026-01-01",), ("2026-06-20",)], ("--method", "noufaily"), "needs three years"),
        ("date", [("2020-01-01",), ("2026-06-20",)], ("--method", "noufaily", "--time", "day"), "for weeks"),
        ("date", [("2020-01-01",)], (), "one week"),
        ("date", [("2020-01-01",)], ("--watch", 0), "--watch"),
        ("date", [("2020-01-01",)], ("--alarms-a-year", 0), "--alarms-a-year"),
        ("date", [("2020-01-01",)], ("--false-among", 1), "--false-among"),
        ("date", [("2020-01-01",)], ("--column", "date"), "--column"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(tmp_path, capsys, heads, lines, options, says):
    file = written(tmp_path / "cases.csv", heads, lines)
    said = refused(capsys, file, *options, "--out", tmp_path / "out")
    assert says in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_a_column_may_have_another_name(tmp_path):
    file = written(tmp_path / "t.csv", "Datum", [(week(n // 9),) for n in range(270)])
    assert run(file, "--column", "date=Datum", "--out", tmp_path / "out") == 0
    assert answer(tmp_path / "out")["series"][0]["cases"] == 9


def test_every_line_that_cannot_be_used_is_told_in_the_language_of_the_reader(tmp_path, capsys):
    lines = [("2026-01-01", "A", "x", 1), ("2026-02-01", "A", "y", -2)]
    file = written(tmp_path / "t.csv", "date series group cases", lines)
    assert refused(capsys, file, "--language", "fr").replace("\xa0", " ").splitlines() == [
        "t.csv:3: la série « A » est dans un autre groupe à une ligne précédente.",
        "t.csv:3: cases: « -2 » n’est pas un nombre entier positif ou nul.",
    ]


def test_a_chance_beyond_belief_is_not_written_out(table, tmp_path):
    assert run(table, "--out", tmp_path / "out") == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'class="number">below 0.0001<' in page
    assert 0 < answer(tmp_path / "out")["series"][0]["p"] < 1e-6, "the files have all of it"
