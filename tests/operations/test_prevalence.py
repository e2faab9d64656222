"""`tutela prevalence`: lists in, every method side by side out, or one clear line for each mistake."""

from __future__ import annotations

import ast
import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela import cli
from tutela.engines import prevalence as engine
from tutela.engines.prevalence import Interval
from tutela.operations.language import speaking
from tutela.operations.prevalence import Asked, run, shown
from tutela.operations.prevalence.reading import read
from tutela.operations.prevalence.reasons import said
from tutela.operations.prevalence.words import STEPS
from tutela.operations.refusals import Refused

HEADS = "police,ngo,hotline,sex,form,year"


def people(number: int = 900, *, seed: int = 4) -> list[str]:
    """Lines of invented people: whoever is on no list is not there."""
    chance = np.random.default_rng(seed)
    lines = []
    for place in range(number):
        sex = "female" if place % 3 else "male"
        on = (chance.random(3) < (0.3, 0.35 if sex == "female" else 0.2, 0.25)).astype(int)
        form = "organs" if place in {5, 7, 8} else "labour" if place % 2 else "sexual"
        if on.any():
            lines.append(",".join([*map(str, on), sex, form, str(2024 + place % 2)]))
    return lines


@pytest.fixture(scope="module")
def reported(tmp_path_factory) -> Path:
    """A report of invented people, written twice."""
    folder = tmp_path_factory.mktemp("prevalence")
    file, population = folder / "lists.csv", folder / "population.csv"
    file.write_text("\n".join([HEADS, *people()]), encoding="utf-8")
    population.write_text("dimension,value,population\nall,,100000\nsex,female,50000\n", encoding="utf-8")
    for name in ("out", "again"):
        asked = Asked(file=file, population=population, out=folder / name, replicates=100, samples=200)
        assert run(asked) == 0
    return folder / "out"


def written(folder: Path, *lines: str, name: str = "lists.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def refused(file: Path, **asked: object) -> str:
    with pytest.raises(Refused) as refusal:
        run(Asked(file=file, out=file.parent / "out", replicates=100, samples=200, **asked))  # type: ignore[arg-type]
    assert not (file.parent / "out").exists()
    return str(refusal.value)


def test_the_report_shows_every_method_and_what_speaks_against_it(reported):
    page = (reported / "report.html").read_text(encoding="utf-8")
    methods = ("Independent lists", "Step by step (Poisson)", "Lowest BIC", "Average over graphs", "Latent")
    assert all(method in page for method in methods)
    assert "What it assumes" in page
    assert "Whitehead" in page
    assert "By sex" in page
    assert "Years are not added up" in page
    assert "Sum of the parts" in page


def test_the_report_fetches_nothing_and_runs_nothing(reported):
    page = (reported / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")


def test_each_picture_tells_what_it_shows_and_has_its_numbers_at_hand(reported):
    page = (reported / "report.html").read_text(encoding="utf-8")
    drawn = [ElementTree.fromstring(one) for one in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]
    svg = "{http://www.w3.org/2000/svg}"
    assert [one.findtext(f"{svg}title") for one in drawn] == [
        "Every method, side by side", "Models that fit as well"
    ]  # fmt: skip
    result = json.loads((reported / "result.json").read_text(encoding="utf-8"))
    told = [one.findtext(f"{svg}title") for one in drawn[0].iter(f"{svg}circle")]
    assert len(told) == sum(one["total"] is not None for one in result["answers"])
    best = [one for one in drawn[1].iter(f"{svg}circle") if one.get("class") == "model lowest"]
    assert len(best) == 1
    assert "BIC 0.00 above lowest" in str(best[0].findtext(f"{svg}title"))


def test_the_same_file_and_seed_give_the_same_bytes(reported):
    for name in ("report.html", "result.json", "estimates.csv", "parts.csv"):
        assert (reported / name).read_bytes() == (reported.parent / "again" / name).read_bytes(), name


def test_the_numbers_are_near_the_truth_and_the_same_everywhere(reported):
    result = json.loads((reported / "result.json").read_text(encoding="utf-8"))
    by_method = {one["method"]: one for one in result["answers"]}
    assert by_method["stepwise"]["low_95"] < 900 < by_method["stepwise"]["high_95"]
    with (reported / "estimates.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["method"]: row for row in csv.DictReader(file)}
    assert rows["stepwise"]["total"] == str(by_method["stepwise"]["total"])
    assert f"{by_method['stepwise']['total']:,}" in (reported / "report.html").read_text(encoding="utf-8")
    assert result["asked"]["Seed"] == "1"
    assert set(result["files"]) == {"lists.csv", "population.csv"}


def test_parts_have_their_rate_where_the_population_is_known(reported):
    with (reported / "parts.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["dimension"], row["value"]): row for row in csv.DictReader(file)}
    female = rows["sex", "female"]
    assert float(female["detected_per_100000"]) == pytest.approx(int(female["observed"]) * 2)
    assert float(female["estimated_per_100000"]) == pytest.approx(int(female["total"]) * 2, abs=2)
    assert rows["sex", "male"]["detected_per_100000"] == ""


def test_small_parts_are_held_back_with_one_more_from_which_they_could_be_told(reported):
    with (reported / "parts.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["value"]: row for row in csv.DictReader(file) if row["dimension"] == "form"}
    assert rows["organs"]["observed"] == ""
    assert rows["organs"]["total"] == ""
    assert [row["observed"] for row in rows.values()].count("") == 2


def test_no_count_of_one_to_four_leaves(tmp_path):
    """Every number of people in the file for other programs is none, zero, or at least five."""
    file = written(tmp_path, "A,B,C,n", "1,0,0,40", "0,1,0,30", "0,0,1,25", "1,1,0,3", "1,0,1,9", "0,1,1,8")
    assert run(Asked(file=file, out=tmp_path / "out", replicates=100, samples=200)) == 0
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    shared = {(one["first"], one["second"]): one["people"] for one in result["overlaps"]}
    assert shared["A", "B"] is None
    assert shared["A", "C"] == 9
    assert "&lt;5" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_lists_that_share_nobody_are_refused_on_the_page(tmp_path, capsys):
    file = written(tmp_path, "A,B,C,n", "1,0,0,40", "0,1,0,30", "0,0,1,25")
    assert run(Asked(file=file, out=tmp_path / "out", replicates=100, samples=200)) == 1
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "No estimate. No two lists share anybody." in page
    assert "What the lists share" in page
    assert "No estimate" in capsys.readouterr().err


def test_rows_of_people_and_rows_of_counts_are_one_table(tmp_path):
    counted = written(tmp_path, "A,B,count", "1,0,3", "1,1,2", name="counts.csv")
    each = written(tmp_path, "A,B", "yes,no", "x,", "1,0", "true,1", "1,1", name="people.csv")
    first, second = (read(Asked(file=file, out=tmp_path)) for file in (counted, each))
    assert list(first.whole.counts) == list(second.whole.counts) == [3, 0, 2]


def test_columns_can_have_other_names_and_lists_can_be_merged(tmp_path):
    file = written(
        tmp_path, "PF;NCA;GO;number;Geschlecht", "1;0;0;9;f", "0;1;1;8;m", "1;1;0;7;f", "0;0;1;6;m"
    )
    lists = read(
        Asked(
            file=file,
            out=tmp_path,
            columns={"count": "number", "sex": "Geschlecht"},
            merge=(("PF", "NCA"),),
        )
    )
    assert lists.whole.lists == ("PF+NCA", "GO")
    assert lists.whole.observed == 30
    assert [name for name, _ in next(iter(lists.parts.values()))] == ["f", "m"]


@pytest.mark.parametrize(
    ("lines", "asked", "why"),
    [
        (("A,B,n", "1,2,4"), {"lists": ("A", "B")}, "lists.csv:2: B: “2” says neither yes nor no"),
        (("A,B,n", "1,0,-4"), {}, "lists.csv:2: n: “-4” is no whole number of zero or more."),
        (("A,B,n", "1,0,x"), {}, "lists.csv:2: n: “x” is no number."),
        (("A,B,n", "1,0,4", "0,0,9"), {}, "lists.csv:3: nobody's list"),
        (("A,B,sex,n", "1,0,,4"), {}, "lists.csv:2: sex: is empty"),
        (("A,B,year,n", "1,0,24,4"), {}, "lists.csv:2: year: “24” is no year"),
        (("A,B,n", "1,0,4"), {"lists": ("A", "X")}, "has no column “X”. It has: A, B, n."),
        (("A,n", "1,4"), {}, "Give 2 to 10 lists: there are 1."),
        (("A,B,n", "1,1,6"), {"merge": (("A", "X"),)}, "There is no list 'X'."),
        (("A,B,n",), {}, "has a heading and nothing under it"),
        (("A,B,n", "1,1,3"), {}, "Fewer than 5 people"),
    ],
)
def test_each_mistake_gets_a_clear_line(tmp_path, lines, asked, why):
    assert why in refused(written(tmp_path, *lines), **asked)


def test_a_population_of_nobody_and_one_nobody_belongs_to_are_named(tmp_path):
    file = written(tmp_path, "A,B,sex,n", "1,0,f,9", "1,1,m,8")
    population = written(
        tmp_path, "dimension,value,population", "sex,x,10", "sex,f,0", "all,,5", name="population.csv"
    )
    said = refused(file, population=population)
    assert "population.csv:2: nobody in lists.csv has sex “x”." in said
    assert "population.csv:3: population: a rate needs somebody to count by." in said


def test_a_dry_run_reads_everything_and_writes_nothing(tmp_path, capsys):
    file = written(tmp_path, HEADS, *people(200))
    command = ["prevalence", str(file), "--out", str(tmp_path / "out"), "--dry-run"]
    assert cli.main(command) == 0
    told = capsys.readouterr()
    assert "3 lists: police, ngo, hotline" in told.err
    assert "sex, form, year" in told.err
    assert "dry run" in told.out
    assert not (tmp_path / "out").exists()


def test_options_that_cannot_be_are_refused(tmp_path, capsys):
    file = written(tmp_path, "A,B,n", "1,1,6")
    assert cli.main(["prevalence", str(file), "--replicates", "5"]) == 1
    assert "--replicates and --samples are 100 or more" in capsys.readouterr().err


CELLS = st.sampled_from(["1", "0", "", "yes", "2", "x", "f", "2026", "-1", "é"])
HEADINGS = st.sampled_from(["A", "B", "n", "sex", "year", ""])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, max_size=5), max_size=6), st.lists(HEADINGS, min_size=1, max_size=5))
def test_whatever_the_file_holds_it_is_read_or_refused_in_words(tmp_path, rows, heads):
    file = written(tmp_path, ",".join(heads), *(",".join(row) for row in rows))
    said = ""
    try:
        observed = read(Asked(file=file, out=tmp_path / "out")).whole.observed
    except Refused as refusal:
        observed, said = 0, str(refusal)
    assert observed > 0 or said


def test_an_interval_without_an_end_says_so():
    assert shown.span(Interval(0.95, 2_734.2, float("inf"))) == "2,734 or more"
    assert shown.span(Interval(0.95, 2_734.2, 3_000.6)) == "2,734–3,001"
    assert shown.span(None) == "–"


def test_two_lists_with_any_name_make_a_page_without_a_picture_of_models(tmp_path):
    file = written(tmp_path, "<b>&,=A,n", "1,0,200", "0,1,300", "1,1,50")
    assert run(Asked(file=file, out=tmp_path / "out", replicates=100, samples=200)) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;" in page
    assert "There are two lists only" in page
    assert "Models that fit as well" not in page


def test_the_page_of_a_refusal_has_no_number_but_those_seen(tmp_path):
    file = written(tmp_path, "A,B,n", "1,0,200", "0,1,300", "1,1,3")
    assert run(Asked(file=file, out=tmp_path / "out", replicates=100, samples=200)) == 1
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "No estimate. Fewer than 5 people are on more than one list" in page
    assert "503 people are on at least one of 2 lists" in page
    assert "203" not in page.partition("SHA-256")[0]  # the sizes of the lists would tell the overlap
    assert "Every method" not in page


# ---------------------------------------------------------------- in other languages
def _sentences_of_the_engine() -> list[str]:
    """Whatever the engine says in whole sentences, with a 7 wherever it fills something in."""
    found = []
    for path in sorted(Path(engine.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.JoinedStr | ast.Expr):
                found += [_said_in(part) for part in ast.iter_child_nodes(node)]
    return [text for text in found if re.fullmatch(r"[A-Z7].*\w[.]", text)]


def _said_in(node: ast.AST) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in parts)


BEFORE_ANY_TABLE = (
    "An interaction of 7 lists is beyond order 7.",
    "The parts by 7 do not have the same lists.",
    "Whether a person is on a list is 0 or 1.",
    "A history without any list has people in it: those nobody saw cannot be counted.",
    "7 lists have 7 histories.",
)
"""What this command never gives the engine cause to say."""


def test_every_sentence_of_the_engine_that_a_report_can_tell_is_translated():
    told = set(_sentences_of_the_engine()) - {*BEFORE_ANY_TABLE}
    assert len(told) > 15
    with speaking("fr"):
        assert [one for one in told if said(one) == one] == []


def test_what_the_engine_fills_in_is_written_as_the_language_writes_it():
    peaks = "The posterior has 2 peaks, near 12,345 and 99: the data tell more than one story."
    chains = "The chains do not agree (R-hat 1.50): read it with doubt."
    assert said(peaks) == peaks
    assert said("Something else.") == "Something else."
    with speaking("es"):
        assert "12.345 y 99:" in said(peaks)
        assert "1,50" in said(chains)
        assert said("Nobody is on the list here and there: leave it out.").count("here and there") == 1


def test_each_step_that_the_engine_tells_of_has_a_sentence(tmp_path, capsys):
    file = written(tmp_path, HEADS, *people(200))
    asked = ["prevalence", str(file), "--replicates", "100", "--samples", "200", "--language", "ar"]
    assert cli.main([*asked, "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().err
    with speaking("ar"):
        assert all(engine_step not in told for engine_step in STEPS)
    assert "Working" not in told


def test_a_page_without_an_estimate_says_why_in_the_language(tmp_path, capsys):
    file = written(tmp_path, "A,B,n", "1,0,200", "0,1,300", "1,1,3")
    asked = ["prevalence", str(file), "--replicates", "100", "--samples", "200", "--language", "fr"]
    assert cli.main([*asked, "--out", str(tmp_path / "out")]) == 1
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    why = "Moins de 5 personnes sont sur plus d’une liste"
    assert why in page
    assert why in capsys.readouterr().err
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert result["refusal"].startswith("Fewer than 5 people")


def test_a_mistake_is_told_in_the_language(tmp_path, capsys):
    file = written(tmp_path, "A,B,sex,n", "1,2,,4", "0,0,f,9")
    assert cli.main(["prevalence", str(file), "--lists", "A,B", "--language", "es"]) == 1
    told = capsys.readouterr().err
    assert "no dice ni sí ni no" in told
    assert "está vacío" in told or "en ninguna lista" in told
