"""`tutela forecast`: cases of places in, what to expect out, or one clear line for each mistake."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela import cli
from tutela.engines.forecasts import Difference
from tutela.operations.forecast.predicting import Score

START = date(2022, 1, 3)
WEEKS = 200
FILES = ("report.html", "forecast.csv", "scores.csv", "result.json")
PLACES = ("Harbour", "Market", "Station", "Village")
MEANS = (9.0, 6.0, 12.0, 0.4)


def written(path: Path, heads: str, lines: Iterable[Iterable[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads.split())
        writer.writerows(lines)
    return path


def week(number: int) -> date:
    return START + timedelta(7 * number)


def counts(weeks: int = WEEKS, *, own: float = 0.4, seed: int = 1) -> np.ndarray:
    """Invented counts of four places that follow their own last week, with a season."""
    chance = np.random.default_rng(seed)
    found = np.zeros((4, weeks))
    for at in range(weeks):
        usual = (1 - own) * np.array(MEANS) * np.exp(0.4 * np.cos(2 * np.pi * at / 52))
        mean = usual + (own * found[:, at - 1] if at else 0)
        found[:, at] = chance.poisson(mean)
    return found


def lines(table: np.ndarray, *, zeros: bool = False) -> list[tuple[date, str, int]]:
    return [
        (week(at), PLACES[place], int(table[place, at]))
        for at in range(table.shape[1])
        for place in range(len(table))
        if zeros or table[place, at]
    ]


@pytest.fixture
def table(tmp_path) -> Path:
    return written(tmp_path / "cases.csv", "date place cases", lines(counts()))


@pytest.fixture
def links(tmp_path) -> Path:
    return written(tmp_path / "links.csv", "place other", [("Harbour", "Market"), ("Market", "Station")])


def run(*words: object) -> int:
    return cli.main(["forecast", *map(str, words)])


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def answer(folder: Path) -> dict:
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def refused(capsys, *words: object) -> str:
    capsys.readouterr()
    assert run(*words) == 1
    return capsys.readouterr().err


# ---------------------------------------------------------------- what comes out
def test_places_get_numbers_near_what_they_have_with_intervals(table, links, tmp_path):
    out = tmp_path / "out"
    assert run(table, "--links", links, "--out", out) == 0
    found = {line["place"]: line for line in answer(out)["places"]}
    station = found["Station"]
    assert station["low_95"] <= station["low_80"] < station["expected"] < station["high_80"]
    assert 25 < station["expected"] < 80
    assert station["when"] == f"{week(WEEKS - 1) + timedelta(1)} to {week(WEEKS - 1) + timedelta(28)}"
    assert len(rows(out / "forecast.csv")) == 4 * 4
    said = page(out)
    assert re.search(r"about \d+ cases are expected in all 4 places together", said)
    assert "never about a person" in said
    assert "the places beside it" in said


def test_it_is_tried_on_a_year_it_has_not_seen_and_says_how_it_did(table, tmp_path):
    out = tmp_path / "out"
    assert run(table, "--out", out) == 0
    scores = rows(out / "scores.csv")
    assert [(one["way"], one["periods_ahead"]) for one in scores[:3]] == [
        ("this forecast", "1"),
        ("same as last year", "1"),
        ("the mean of this season in all years", "1"),
    ]
    ours, last = (float(one["logarithmic"]) for one in scores[:2])
    assert float(scores[1]["difference"]) == pytest.approx(ours - last, abs=2e-4)
    assert float(scores[1]["p"]) < 0.05
    assert 0.8 <= float(scores[0]["within_80"]) <= 1
    assert "One week ahead it was better than “same as last year” (once in" in page(out)


def test_where_last_year_is_as_good_the_page_says_so(tmp_path):
    """Nothing to learn: every week has the same mean as last year's."""
    flat = np.random.default_rng(5).poisson(8, (1, WEEKS)).astype(float)
    out = tmp_path / "out"
    same = np.tile(flat[:, :52], 4)[:, :WEEKS]
    assert run(written(tmp_path / "c.csv", "date place cases", lines(same)), "--out", out) == 0
    first = rows(out / "scores.csv")
    assert float(first[1]["difference"]) > -0.1
    assert re.search(r"only as good as “|worse than “", page(out))


def test_with_five_years_two_are_held_back(tmp_path):
    path = written(tmp_path / "c.csv", "date place cases", lines(counts(262)))
    assert run(path, "--out", tmp_path / "out") == 0
    assert "tried on 104 weeks" in page(tmp_path / "out")
    assert answer(tmp_path / "out")["asked"]["Held back"] == "104 weeks"


def test_the_same_file_gives_the_same_bytes(table, links, tmp_path):
    for name in ("one", "two"):
        assert run(table, "--links", links, "--out", tmp_path / name) == 0
    for file in FILES:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_other_names_and_another_order_change_no_number(tmp_path, links):
    told = lines(counts())
    other = {"Harbour": "Zeta", "Market": "Beta", "Station": "Alpha", "Village": "Omega"}
    pairs = [("Zeta", "Beta"), ("Beta", "Alpha")]
    first = written(tmp_path / "a.csv", "date place cases", told)
    second = written(
        tmp_path / "b.csv", "date place cases", [(day, other[name], n) for day, name, n in reversed(told)]
    )
    assert run(first, "--links", links, "--out", tmp_path / "a") == 0
    renamed = written(tmp_path / "l2.csv", "place other", pairs)
    assert run(second, "--links", renamed, "--out", tmp_path / "b") == 0
    one = {line["place"]: line["expected"] for line in answer(tmp_path / "a")["places"]}
    two = {line["place"]: line["expected"] for line in answer(tmp_path / "b")["places"]}
    assert {other[name]: number for name, number in one.items()} == two


def test_months_too(tmp_path):
    chance = np.random.default_rng(2)
    told = [
        (f"{2019 + at // 12}-{at % 12 + 1:02}", place, int(chance.poisson(mean)))
        for at in range(72)
        for place, mean in (("North", 30), ("South", 14))
    ]
    out = tmp_path / "out"
    assert run(written(tmp_path / "c.csv", "date place cases", told), "--time", "month", "--out", out) == 0
    first = rows(out / "forecast.csv")[0]
    assert (first["place"], first["when"]) == ("North", "2025-01")
    assert 22 < int(first["expected"]) < 38
    assert "next 3 months" in page(out)


def test_one_series_without_places(tmp_path):
    told = [(week(at), int(n)) for at, n in enumerate(counts()[2])]
    out = tmp_path / "out"
    assert run(written(tmp_path / "c.csv", "date cases", told), "--ahead", 1, "--out", out) == 0
    assert "next week" in page(out)
    assert "places together" not in page(out)
    assert len(rows(out / "forecast.csv")) == 1


def test_the_page_stands_alone_and_its_pictures_are_well_formed(table, links, tmp_path):
    assert run(table, "--links", links, "--out", tmp_path / "out") == 0
    said = page(tmp_path / "out")
    assert not re.search(r"<script|src=|href=|url\(", said)
    drawings = re.findall(r"<svg.*?</svg>", said, re.DOTALL)
    assert len(drawings) >= 4
    for drawing in drawings:
        assert ElementTree.fromstring(drawing).get("role") == "img"


def test_a_dry_run_writes_nothing(table, tmp_path, capsys):
    assert run(table, "--dry-run", "--out", tmp_path / "out") == 0
    assert "dry run" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_nothing_is_left_half_written(table, tmp_path, capsys):
    (tmp_path / "out").write_text("in the way", encoding="utf-8")
    assert "cannot be written" in refused(capsys, table, "--out", tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.csv", "out"]


# ---------------------------------------------------------------- small numbers
def test_small_numbers_do_not_leave(table, tmp_path):
    out = tmp_path / "out"
    assert run(table, "--out", out, "--least-shown", 10) == 0
    for line in rows(out / "forecast.csv"):
        for name in ("expected", "low_80", "high_80", "low_95", "high_95", "last_year", "season"):
            assert line[name] == "" or int(line[name]) >= 10
    assert next(line for line in answer(out)["places"] if line["place"] == "Village")["expected"] is None
    assert "fewer than 10" in page(out)


def test_a_sum_does_not_give_away_the_one_place_that_is_hidden():
    from tutela.operations.forecast.reading import Study
    from tutela.operations.forecast.shown import counts_shown
    from tutela.operations.hotspots.asked import Unit
    from tutela.operations.hotspots.periods import Periods

    table = np.array([[9.0, 9, 9, 2, 3], [8, 8, 2, 2, 1], [7, 2, 4, 9, 9]])
    study = Study(
        names=("a", "b", "c"), periods=Periods(Unit.WEEK, START, week(5), 5), counts=table, shares=None,
        links=0, files={}, left_out=0, cautions=(),
    )  # fmt: skip
    places, sums = counts_shown(study, least=5)
    assert places.sum(axis=0).tolist() == [3, 2, 1, 1, 1]
    # nothing hidden; one hidden; two hidden with six cases; two with four; two with four
    assert sums.tolist() == [True, False, True, False, False]


def test_last_years_months_do_not_give_away_the_one_that_is_hidden(tmp_path):
    """Of months last year's number is a count that was: all less the others would be the hidden one."""
    chance = np.random.default_rng(3)
    told = [
        (f"{2019 + at // 12}-{at % 12 + 1:02}", place, int(chance.poisson(mean)))
        for at in range(72)
        for place, mean in (("North", 30), ("South", 20), ("West", 1.5))
    ]
    path = written(tmp_path / "c.csv", "date place cases", told)
    assert run(path, "--time", "month", "--out", tmp_path / "out") == 0
    found = answer(tmp_path / "out")
    north = next(line for line in found["each"] if line["place"] == "North" and line["when"] == "2025-01")
    assert north["last_year"] == next(n for when, place, n in told if (when, place) == ("2024-01", "North"))
    assert found["all"]["last_year"] is None
    assert found["all"]["expected"] > 100
    drawn = re.search(r'<svg[^>]*aria-label="All places together.*?</svg>', page(tmp_path / "out"), re.DOTALL)
    assert drawn is not None
    assert 'class="mean"' in drawn[0]
    assert 'class="rival"' not in drawn[0]
    together = re.search(r"All places together\. .*?</table>", page(tmp_path / "out"), re.DOTALL)
    assert together is not None
    assert "–</td>" in together[0]
    assert "fewer than" not in together[0], "it is hidden, and not small"


# ---------------------------------------------------------------- never about a person
@pytest.mark.parametrize("heading", ["person_id", "ID", "Case-ID", "Date of birth", "name", "Passport"])
def test_a_table_of_people_is_refused(tmp_path, capsys, heading):
    told = [[day, place, n, "x"] for day, place, n in lines(counts())]
    path = tmp_path / "c.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["date", "place", "cases", heading], *told])
    said = refused(capsys, path, "--out", tmp_path / "out")
    assert "never about a person" in said
    assert heading in said
    assert not (tmp_path / "out").exists()


def test_a_column_of_places_may_be_called_name(tmp_path):
    path = written(tmp_path / "c.csv", "date name cases", lines(counts()))
    assert run(path, "--column", "place=name", "--dry-run") == 0


def test_series_of_one_case_each_look_like_people(tmp_path, capsys):
    told = [(week(at % WEEKS), f"place {at}", 1) for at in range(WEEKS)]
    said = refused(capsys, written(tmp_path / "c.csv", "date place cases", told))
    assert "looks like people" in said


# ---------------------------------------------------------------- holes, late reports, imports
def test_where_zeros_are_written_a_hole_is_refused(tmp_path, capsys):
    told = lines(counts(), zeros=True)
    del told[41]
    said = refused(capsys, written(tmp_path / "c.csv", "date place cases", told))
    assert f"“Market” has no line for {week(10) - timedelta(6)} to {week(10)}" in said
    assert "--from" in said


def test_where_zeros_are_written_and_none_is_missing_nothing_is_guessed(tmp_path):
    path = written(tmp_path / "c.csv", "date place cases", lines(counts(), zeros=True))
    assert run(path, "--out", tmp_path / "out") == 0
    assert "without a line" not in page(tmp_path / "out")


def test_a_silence_of_all_places_is_told(tmp_path):
    table = counts()
    table[:, 100:104] = 0
    path = written(tmp_path / "c.csv", "date place cases", lines(table))
    assert run(path, "--out", tmp_path / "out") == 0
    assert re.search(
        rf"Nothing at all from {week(100) - timedelta(6)} to {week(103)}", page(tmp_path / "out")
    )


def late(*, bulk: int = 0) -> list[tuple[date, str, date]]:
    """A line a case, received up to two weeks later; perhaps many old ones at once."""
    chance = np.random.default_rng(7)
    found = []
    for day, place, number in lines(counts()):
        for _ in range(number):
            came = day + timedelta(7 * int(chance.choice(3, p=[0.5, 0.3, 0.2])))
            if came <= week(WEEKS - 1):
                found.append((day, place, came))
    old = [(week(int(chance.integers(20, 60))), "Harbour", week(150)) for _ in range(bulk)]
    return found + old


def test_weeks_that_are_not_complete_are_forecast_and_not_read(tmp_path):
    path = written(tmp_path / "c.csv", "date place received", late())
    assert run(path, "--out", tmp_path / "out") == 0
    assert "the last 2 weeks are not complete yet" in page(tmp_path / "out")
    first = rows(tmp_path / "out" / "forecast.csv")[0]
    assert first["when"] == f"{week(WEEKS - 3) + timedelta(1)} to {week(WEEKS - 2)}"


def test_imports_in_bulk_are_left_out(tmp_path):
    path = written(tmp_path / "c.csv", "date place received", late(bulk=400))
    assert run(path, "--out", tmp_path / "out") == 0
    assert "400 old cases" in page(tmp_path / "out")
    plain = written(tmp_path / "p.csv", "date place received", late())
    assert run(plain, "--out", tmp_path / "plain") == 0
    assert rows(tmp_path / "plain" / "forecast.csv") == rows(tmp_path / "out" / "forecast.csv")


def test_a_month_that_had_not_ended_is_not_read(tmp_path):
    told = [(f"{2019 + at // 12}-{at % 12 + 1:02}-27", "North", 20) for at in range(60)]
    told.append(("2024-01-09", "North", 3))
    path = written(tmp_path / "c.csv", "date place cases", told)
    assert run(path, "--time", "month", "--out", tmp_path / "out") == 0
    assert "2024-01 had not ended" in page(tmp_path / "out")
    assert rows(tmp_path / "out" / "forecast.csv")[0]["when"] == "2024-01"


def test_intervals_that_did_not_hold_are_told(tmp_path):
    table = counts()
    table[:, -52:] *= 1 + 3 * np.random.default_rng(1).integers(0, 2, (4, 52))
    path = written(tmp_path / "c.csv", "date place cases", lines(table))
    assert run(path, "--out", tmp_path / "out") == 0
    assert "Take every interval as too narrow" in page(tmp_path / "out")
    steady = written(tmp_path / "s.csv", "date place cases", lines(counts()))
    assert run(steady, "--out", tmp_path / "steady") == 0
    assert "Take every interval" not in page(tmp_path / "steady")


def test_parquet_and_several_files_give_the_same(tmp_path):
    told = lines(counts())
    whole = written(tmp_path / "c.csv", "date place cases", told)
    first = written(tmp_path / "a.csv", "date place cases", told[:300])
    second = written(tmp_path / "b.csv", "date place cases", told[300:])
    parquet = tmp_path / "c.parquet"
    duckdb.sql(f"copy (select * from read_csv('{whole}', all_varchar=true)) to '{parquet}' (format parquet)")
    for name, files in (("one", [whole]), ("two", [first, second]), ("three", [parquet])):
        assert run(*files, "--out", tmp_path / name) == 0
    answers = {(tmp_path / name / "forecast.csv").read_bytes() for name in ("one", "two", "three")}
    assert len(answers) == 1


# ---------------------------------------------------------------- short histories, nothing to learn
def test_a_short_history_has_no_season_and_says_so(tmp_path):
    path = written(tmp_path / "c.csv", "date place cases", lines(counts(60)))
    assert run(path, "--out", tmp_path / "out") == 0
    assert "no season can be learned" in page(tmp_path / "out")
    assert answer(tmp_path / "out")["asked"]["Waves of a season"] == "0"
    assert rows(tmp_path / "out" / "scores.csv")[1]["way"] == "the mean so far"


@pytest.mark.parametrize(
    ("weeks", "words", "says"),
    [
        (30, (), "30 weeks are too few"),
        (WEEKS, ("--ahead", 0), "--ahead is 1 to 26"),
        (WEEKS, ("--ahead", 27), "--ahead is 1 to 26"),
        (WEEKS, ("--time", "month", "--ahead", 7), "--ahead is 1 to 6"),
        (WEEKS, ("--least-shown", -1), "0 or more"),
        (WEEKS, ("--from", "2026-01-01", "--to", "2025-01-01"), "before it begins"),
        (WEEKS, ("--column", "place=Ort"), "--column place=Ort"),
    ],
)
def test_what_cannot_be_asked_gets_a_line(tmp_path, capsys, weeks, words, says):
    path = written(tmp_path / "c.csv", "date place cases", lines(counts(weeks)))
    if "place=Ort" in words:
        path = written(tmp_path / "d.csv", "when place cases", lines(counts(weeks)))
        says = "no column “date”"
    assert says in refused(capsys, path, *words)


def test_nothing_but_zeros_is_no_forecast(tmp_path, capsys):
    path = written(tmp_path / "c.csv", "date place cases", lines(np.zeros((2, 120)), zeros=True))
    assert "no case in any place" in refused(capsys, path)


def test_every_value_that_cannot_be_used_gets_one_line(tmp_path, capsys):
    told = [("2024-02-30", "A", 1), ("2024-03-01", "", 1), ("2024-03-08", "A", -2), ("2024-03", "A", 1)]
    said = refused(capsys, written(tmp_path / "c.csv", "date place cases", told))
    assert len(said.strip().splitlines()) >= 3
    assert all(f"c.csv:{line}:" in said for line in (2, 3, 4))


def test_links_to_places_that_are_not_there_are_told(table, tmp_path, capsys):
    wrong = written(tmp_path / "l.csv", "place other", [("Harbour", "Atlantis")])
    assert "“Atlantis” is no place" in refused(capsys, table, "--links", wrong)
    alone = written(tmp_path / "m.csv", "place other", [("Harbour", "Harbour")])
    assert "links no two places" in refused(capsys, table, "--links", alone)


@given(
    st.lists(
        st.tuples(
            st.one_of(st.dates(date(2022, 1, 1), date(2024, 12, 31)).map(str), st.text(max_size=12)),
            st.one_of(st.sampled_from(PLACES), st.text(max_size=6)),
            st.one_of(st.integers(-1, 30).map(str), st.text(max_size=4)),
        ),
        max_size=40,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_the_file_it_is_read_or_refused(tmp_path, rows_of_anything):
    path = written(tmp_path / "c.csv", "date place cases", rows_of_anything)
    assert run(path, "--dry-run") in {0, 1}


def test_two_years_of_months_are_too_few_to_tell_and_that_is_said(tmp_path):
    chance = np.random.default_rng(4)
    told = [(f"{2022 + at // 12}-{at % 12 + 1:02}", "North", int(chance.poisson(20))) for at in range(26)]
    path = written(tmp_path / "c.csv", "date place cases", told)
    assert run(path, "--time", "month", "--out", tmp_path / "out") == 0
    assert "3 months ahead it was not to be told from “same as last year”" in page(tmp_path / "out")
    assert rows(tmp_path / "out" / "scores.csv")[-1]["p"] == ""


@pytest.mark.parametrize(
    ("mean", "p", "verdict"),
    [(-0.2, 0.01, "better"), (0.2, 0.01, "worse"), (-0.2, 0.06, "alike"), (0.0, float("nan"), "alike")],
)
def test_only_what_chance_hardly_brings_is_called_a_difference(mean, p, verdict):
    one = Score("last year", 1, 2.0, 1.0, 2.0, {}, Difference(mean, p))
    assert one.verdict == verdict


def test_what_is_told_of_late_reports_and_imports_is_english_in_files_alone(tmp_path):
    """Both are found while the file is read, and told on the page and in the file."""
    path = written(tmp_path / "c.csv", "date place received", late(bulk=400))
    assert run(path, "--language", "fr", "--out", tmp_path / "out") == 0
    assert "400 anciens cas" in page(tmp_path / "out")
    assert "400 old cases" not in page(tmp_path / "out")
    assert any("400 old cases" in one for one in answer(tmp_path / "out")["cautions"])
