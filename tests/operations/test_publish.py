"""`tutela publish`: charged once, drawn once, written whole or not at all, and nothing told of a person."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.guards.scan import ROOT

from tutela import cli
from tutela.engines.synthesis import building, epsilon_of, rho_of
from tutela.operations import publishing
from tutela.operations.publishing import codes, keeping, making, release, words
from tutela.operations.publishing.ledger import Kind, Ledger
from tutela.operations.refusals import Refused

CODES = """
source: invented
columns:
  sex: {codes: [female, male], empty: yes, ctdc: gender, htcds: {field: prs_Gender, female: Feminine}}
  form: {codes: [labour, sexual, other], htcds: {field: vic_TypeOfExploitation}}
  age: {codes: 0..2}
  country: {codes: [KHM, "NO", VNM]}
impossible:
  - {sex: male, age: 2}
"""
FILES = {
    "manifest.json",
    "noisy-parts.npz",
    "records.csv",
    "report.html",
    "tables-1.csv",
    "tables-2.csv",
    "tables-3.csv",
}
HEAD, ONE = "year,sex,form,age,country", "2024,male,labour,1,NO"
SECRET = "Amina-the-only-one"


def people(number: int = 400, *, years: tuple[int, ...] = (2024,), seed: int = 3) -> str:
    chance = np.random.default_rng(seed)
    lines = ["id,year,sex,form,age,country"]
    for place in range(number):
        sex = chance.choice(["female", "male", ""], p=[0.6, 0.3, 0.1])
        age = chance.choice(3 if sex != "male" else 2)
        form, country = chance.choice(["labour", "sexual", "other"]), chance.choice(["KHM", "NO", "VNM"])
        lines.append(f"p{place},{chance.choice(years)},{sex},{form},{age},{country}")
    return "\n".join(lines)


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    (tmp_path / "codes.yaml").write_text(CODES, encoding="utf-8")
    (tmp_path / "people.csv").write_text(people(years=(2023, 2024)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ledger("open", "--population", "assisted", "--epsilon", "8", "--years-apart")
    return tmp_path


def ledger(word: str, *more: str) -> int:
    return cli.main(["ledger", word, "ledger.jsonl", *more])


def publish(
    *more: str, year: int = 2024, epsilon: float = 2.0, out: str = "out", file: str = "people.csv"
) -> int:
    given = ["--codes", "codes.yaml", "--ledger", "ledger.jsonl", "--population", "assisted"]
    given += ["--epsilon", str(epsilon), "--year", str(year), "--year-column", "year", "--out", out]
    return cli.main(["publish", file, *given, *more])


def manifest(folder: str = "out") -> dict:
    return json.loads(Path(folder, "manifest.json").read_text(encoding="utf-8"))


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def whole(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---------------------------------------------------------------- what leaves
def test_a_release_is_whole_charged_and_says_what_it_is(here, capsys):
    assert publish("--person", "id") == 0
    assert {path.name for path in (here / "out").iterdir()} == FILES
    found = manifest()
    assert found["privacy"]["epsilon"] == pytest.approx(2.0, abs=1e-3)
    assert found["privacy"]["rho"] == rho_of(epsilon=2.0, delta=1e-9)
    assert found["privacy"]["unit"] == "a person, with at most 1 record"
    assert found["randomness"] == {"source": "operating system", "seed": None}
    for name, digest in found["files"].items():
        assert sha256((here / "out" / name).read_bytes()).hexdigest() == digest
    account = Ledger(here / "ledger.jsonl").read()
    assert [one.rho for one in account.charges] == [found["privacy"]["rho"]]
    assert ledger("verify", "--manifest", "out/manifest.json") == 0
    assert "that line 2 released" in capsys.readouterr().out
    assert {path.name for path in here.iterdir()} == {
        "codes.yaml", "people.csv", "out", "ledger.jsonl", "ledger.jsonl.head", "ledger.jsonl.drawn",
    }  # fmt: skip
    assert list((here / "ledger.jsonl.drawn").iterdir()) == []


def test_every_cell_has_its_error_and_interval_and_tables_agree(here):
    assert publish() == 0
    wholes = {
        row["code_1"]: float(row["people"]) for row in rows("out/tables-1.csv") if row["column_1"] == "form"
    }
    pairs = [
        row for row in rows("out/tables-2.csv") if (row["column_1"], row["column_2"]) == ("form", "country")
    ]
    for form, people in wholes.items():
        assert sum(float(row["people"]) for row in pairs if row["code_1"] == form) == pytest.approx(
            people, abs=0.3
        )
    for row in rows("out/tables-3.csv"):
        error, value = float(row["standard_error"]), float(row["people"])
        assert float(row["high_95"]) - value == pytest.approx(1.96 * error, abs=0.11)
        assert value - float(row["low_95"]) == pytest.approx(1.96 * error, abs=0.11)
        assert max(0.0, value - 6 * error) <= float(row["likely"]) <= max(0.0, value + 6 * error) + 0.1
    assert len(rows("out/tables-3.csv")) == 4 * 3 * 3 * 3


def test_what_cannot_be_is_zero_and_in_no_record(here):
    assert publish() == 0
    never = [
        row for row in rows("out/tables-2.csv")
        if (row["column_1"], row["code_1"], row["column_2"], row["code_2"]) == ("sex", "male", "age", "2")
    ]  # fmt: skip
    assert [(row["people"], row["high_95"]) for row in never] == [("0", "0")]
    assert not [row for row in rows("out/records.csv") if (row["sex"], row["age"]) == ("male", "2")]


@pytest.mark.parametrize(
    ("shape", "heads"),
    [
        ("own", ["sex", "form", "age", "country"]),
        ("ctdc", ["gender", "form", "age", "country"]),
        ("htcds", ["prs_Gender", "vic_TypeOfExploitation", "age", "country"]),
    ],
)
def test_records_have_the_headings_and_words_that_were_asked_for(here, shape, heads):
    assert publish("--shape", shape) == 0
    found = rows("out/records.csv")
    assert list(found[0]) == heads
    assert {row[heads[0]] for row in found} <= {"", "male", "Feminine" if shape == "htcds" else "female"}
    assert len(found) == manifest()["synthetic"]["records"]


def test_tables_that_no_spreadsheet_could_open_are_compressed(here, monkeypatch):
    monkeypatch.setattr(release, "MOST_LINES", 60)
    assert publish() == 0
    assert (here / "out" / "tables-2.csv").exists()
    with gzip.open(here / "out" / "tables-3.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        assert len(list(csv.DictReader(lines))) == 4 * 3 * 3 * 3
    assert "tables-3.csv.gz" in manifest()["files"]


def test_the_page_stands_alone_and_says_pictures_first_what_it_means(here):
    assert publish() == 0
    page = (here / "out" / "report.html").read_text(encoding="utf-8")
    assert page.index("<svg") < page.index("<h2")
    assert "<script" not in page
    assert page.count("http") == page.count("http-equiv") + page.count("http://www.w3.org/2000/svg")
    share = words.guesses(rho_of(epsilon=2.0, delta=1e-9))
    assert f"at most {share} of 100" in page
    assert "What must not be done with it" in page
    assert words.TEST not in page


def test_a_test_with_a_seed_says_so_everywhere_and_gives_the_same_bytes(here, capsys):
    assert publish("--test-seed", "7") == 0
    assert manifest()["randomness"]["seed"] == 7
    assert words.TEST in (here / "out" / "report.html").read_text(encoding="utf-8")
    ledger("show")
    assert "protects nobody" in capsys.readouterr().out
    first = whole(here / "out")
    for path in (here / "ledger.jsonl", here / "ledger.jsonl.head"):
        path.unlink()
    ledger("open", "--population", "assisted", "--epsilon", "8", "--years-apart")
    assert publish("--test-seed", "7", out="again") == 0
    again = whole(here / "again")
    assert first.keys() == again.keys()
    assert all(first[name] == again[name] for name in FILES - {"manifest.json", "report.html"})
    assert publish("--test-seed", "8", year=2023, out="other") == 0
    assert whole(here / "other")["noisy-parts.npz"] != first["noisy-parts.npz"]


def test_counts_and_each_person_are_read_as_told(here):
    (here / "counts.csv").write_text(
        "sex,form,age,country,n,year\nfemale,labour,1,NO,250,2024\n", encoding="utf-8"
    )
    assert publish(file="counts.csv", epsilon=4.0) == 0
    assert manifest()["people"]["about"] == pytest.approx(250, abs=60)
    twice = people(300, years=(2023,)).splitlines()
    (here / "twice.csv").write_text("\n".join([*twice, *twice[1:]]), encoding="utf-8")
    assert publish("--person", "id", file="twice.csv", epsilon=4.0, year=2023, out="two") == 0
    assert manifest("two")["people"]["about"] == pytest.approx(300, abs=60)


def test_lines_of_other_years_are_left_out_and_told(here, capsys):
    assert publish("--dry-run") == 0
    told = capsys.readouterr()
    kept = people(years=(2023, 2024)).count(",2024,")
    assert f"Read 400 lines; {kept} people are counted" in told.err
    assert f"{400 - kept} lines are of other years" in told.err


def test_a_dry_run_charges_and_writes_nothing(here, capsys):
    before = whole(here)
    assert publish("--dry-run") == 0
    assert "Nothing was charged or written" in capsys.readouterr().out
    assert whole(here) == before


def test_the_errors_that_a_dry_run_tells_are_those_of_the_tables(here):
    found = making.plan(asked(), codes.read(here / "codes.yaml").domain)
    assert publish() == 0
    told = manifest()["tables"]["standard_errors"]
    for size, (least, most) in found.errors.items():
        printed = [
            float(row["standard_error"]) for row in rows(f"out/tables-{size}.csv") if row["high_95"] != "0"
        ]
        assert (min(printed), max(printed)) == pytest.approx((least, most), abs=0.01)
        assert told[str(size)] == {
            "least": pytest.approx(least, abs=0.01),
            "most": pytest.approx(most, abs=0.01),
        }


def asked(**more: object) -> publishing.Asked:
    settled = {"file": Path("people.csv"), "codes": Path("codes.yaml"), "ledger": Path("ledger.jsonl")}
    settled |= {
        "out": Path("out"),
        "population": "assisted",
        "epsilon": 2.0,
        "year": 2024,
        "year_column": "year",
    }
    return publishing.Asked(**(settled | more))  # type: ignore[arg-type]


# ---------------------------------------------------------------- once
def test_a_past_year_gets_no_fresh_noise_and_the_erratum_is_offered(here, capsys):
    assert publish() == 0
    before = whole(here)
    assert publish(out="second") == 1
    said = capsys.readouterr().err
    assert "A second draw of noise would undo the first" in said
    assert "tutela ledger erratum ledger.jsonl --line 2" in said
    assert whole(here) == before
    assert ledger("erratum", "--line", "2", "--says", "Some of “other” belong to “labour”.") == 0
    ledger("show")
    assert "erratum, " in capsys.readouterr().out


def test_a_spent_budget_is_refused_and_said_before_anything_is_drawn(here, capsys):
    assert (
        ledger(
            "charge", "--population", "assisted", "--epsilon", "7.5", "--kind", "dashboard", "--says", "map"
        )
        == 0
    )
    assert publish(epsilon=6.0) == 1
    said = capsys.readouterr().err
    assert "does not allow this" in said
    assert "dashboard of all years" in said
    assert not (here / "out").exists()
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1
    assert publish("--dry-run", epsilon=6.0) == 0
    assert "It is not enough" in capsys.readouterr().err


def test_another_folder_is_not_written_over(here, capsys):
    (here / "out").mkdir()
    (here / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    assert publish() == 1
    assert "is there already" in capsys.readouterr().err
    assert Ledger(here / "ledger.jsonl").read().charges == ()


def test_a_release_of_another_ledger_is_not_written_over(here, monkeypatch, capsys):
    assert publish() == 0
    theirs = whole(here / "out")
    assert (
        ledger_at("other.jsonl", "open", "--population", "assisted", "--epsilon", "8", "--years-apart") == 0
    )
    with monkeypatch.context() as broken:
        broken.setattr(release.Path, "rename", full)
        assert publish("--ledger", "other.jsonl", out="mine") == 1
    assert publish("--ledger", "other.jsonl") == 1
    assert "is there already" in capsys.readouterr().err
    assert whole(here / "out") == theirs
    assert compare("--ledger", "other.jsonl") == 1
    assert "is not the manifest of a release in this ledger" in capsys.readouterr().err


def ledger_at(path: str, word: str, *more: str) -> int:
    return cli.main(["ledger", word, path, *more])


# ---------------------------------------------------------------- years together
def test_years_add_up_at_no_cost(here, capsys):
    for year in (2023, 2024):
        assert publish(year=year, out=str(year)) == 0
    before = (here / "ledger.jsonl").read_bytes()
    assert cli.main(["add-releases", "2023", "2024", "--ledger", "ledger.jsonl", "--out", "both"]) == 0
    assert (here / "ledger.jsonl").read_bytes() == before
    single = [
        {tuple(list(row.values())[:4]): float(row["people"]) for row in rows(f"{year}/tables-2.csv")}
        for year in (2023, 2024)
    ]
    for row in rows("both/tables-2.csv"):
        key = tuple(list(row.values())[:4])
        assert float(row["people"]) == pytest.approx(single[0][key] + single[1][key], abs=0.16)
    assert manifest("both")["privacy"]["rho"] == manifest("2023")["privacy"]["rho"]
    assert manifest("both")["years"] == [2023, 2024]
    capsys.readouterr()
    assert cli.main(["add-releases", "2023", "2023", "--ledger", "ledger.jsonl", "--out", "x"]) == 1
    assert "each of another year" in capsys.readouterr().err


def test_where_people_are_in_several_years_the_costs_of_years_add_up(here):
    ledger("open", "--population", "returning", "--epsilon", "8")
    for year in (2023, 2024):
        assert publish("--population", "returning", year=year, out=str(year)) == 0
    assert cli.main(["add-releases", "2023", "2024", "--ledger", "ledger.jsonl", "--out", "both"]) == 0
    assert manifest("both")["privacy"]["rho"] == pytest.approx(2 * manifest("2023")["privacy"]["rho"])


def test_a_release_that_was_changed_is_not_added(here, capsys):
    for year in (2023, 2024):
        assert publish(year=year, out=str(year)) == 0
    content = (here / "2023" / "noisy-parts.npz").read_bytes()
    (here / "2023" / "noisy-parts.npz").write_bytes(content[:-1])
    assert cli.main(["add-releases", "2023", "2024", "--ledger", "ledger.jsonl", "--out", "both"]) == 1
    assert "is not the file that the manifest speaks of" in capsys.readouterr().err
    changed = manifest("2023")
    changed["files"]["noisy-parts.npz"] = sha256(content[:-1]).hexdigest()
    (here / "2023" / "manifest.json").write_text(json.dumps(changed), encoding="utf-8")
    assert cli.main(["add-releases", "2023", "2024", "--ledger", "ledger.jsonl", "--out", "both"]) == 1
    assert not (here / "both").exists()


# ---------------------------------------------------------------- beside the real records
def compare(*more: str, epsilon: str = "0.5", out: str = "quality") -> int:
    given = ["--ledger", "ledger.jsonl", "--epsilon", epsilon, "--year-column", "year", "--out", out]
    return cli.main(["compare", "out", "people.csv", *given, *more])


def test_a_look_at_the_real_records_is_charged_and_has_noise(here, capsys):
    assert publish(epsilon=6.0) == 0
    before = whole(here)
    assert compare("--dry-run") == 0
    assert whole(here) == before
    assert compare() == 0
    found = json.loads((here / "quality" / "quality.json").read_text(encoding="utf-8"))
    assert found["ledger"]["line"] == Ledger(here / "ledger.jsonl").read().charges[1].number
    assert Ledger(here / "ledger.jsonl").read().charges[1].what == "quality report"
    assert set(found["share_misplaced"]) == {"1", "2", "3"}
    assert all(0 < one["standard_error"] < 1 for one in found["share_misplaced"].values())
    assert (here / "quality" / "report.html").exists()
    assert {path.name for path in here.iterdir() if path.name.startswith(".")} == set()
    assert compare() == 1
    assert "is there already" in capsys.readouterr().err


def test_records_that_come_out_otherwise_are_not_compared(here, capsys, monkeypatch):
    """Another version of the engine would compare records that nobody published."""
    assert publish(epsilon=6.0) == 0
    monkeypatch.setattr(building, "SWEEPS", building.SWEEPS + 1)
    assert compare() == 1
    assert "cannot be made again here" in capsys.readouterr().err
    assert not (here / "quality").exists()
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1


def test_a_release_without_records_is_not_compared(here, capsys):
    """So much noise that nobody seems to be there: to say so must cost nothing."""
    (here / "people.csv").write_text(f"{HEAD}\n{ONE}\n", encoding="utf-8")
    assert publish("--test-seed", "3", epsilon=0.5) == 0
    assert manifest()["synthetic"]["records"] == 0
    assert compare() == 1
    assert "there is nothing to compare" in capsys.readouterr().err
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1


def test_a_look_that_the_budget_does_not_allow_is_refused(here, capsys):
    assert publish(epsilon=6.0) == 0
    assert compare(epsilon="7.5") == 1
    assert "does not allow this" in capsys.readouterr().err
    assert not (here / "quality").exists()
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1


# ---------------------------------------------------------------- the books at the terminal
def test_other_things_are_charged_and_noted_at_the_terminal(here, capsys):
    say = ["--population", "assisted", "--says", "how many are known to both"]
    assert ledger("charge", *say, "--kind", "match count", "--laplace", "0.1", "--year", "2024") == 0
    assert ledger("unprotected", "--says", "annual table, exact") == 0
    assert ledger("show") == 0
    told = capsys.readouterr().out
    assert "match count of 2024" in told
    assert "how many are known to both" in told
    assert "without formal protection, " in told
    (charge,) = Ledger(here / "ledger.jsonl").read().charges
    assert charge.rho == pytest.approx(0.005)


@pytest.mark.parametrize(
    ("word", "more", "says"),
    [
        ("open", ["--population", "x"], "--epsilon"),
        ("open", ["--population", "x", "--epsilon", "0"], "above zero"),
        ("charge", ["--population", "assisted", "--says", "x"], "--epsilon (Gaussian noise"),
        ("charge", ["--population", "assisted", "--epsilon", "1"], "Say what is charged"),
        ("charge", ["--population", "assisted", "--epsilon", "nan", "--says", "x"], "a number"),
        (
            "charge",
            ["--population", "assisted", "--epsilon", "1", "--kind", "release"],
            "by tutela publish itself",
        ),
        ("erratum", ["--says", "x"], "Give --line"),
        ("erratum", ["--line", "9", "--says", "x"], "Line 9 of the ledger is no charge"),
        ("withdraw", ["--line", "9", "--says", "x"], "Line 9 of the ledger is no charge"),
        ("unprotected", [], "Say why"),
        ("verify", ["--manifest", "people.csv"], "no manifest"),
    ],
)
def test_what_the_ledger_cannot_be_told_is_refused(here, capsys, word, more, says):
    before = whole(here)
    assert ledger(word, *more) == 1
    assert says in capsys.readouterr().err
    assert whole(here) == before


def test_a_manifest_that_was_changed_is_not_of_this_ledger(here, capsys):
    assert publish() == 0
    path = here / "out" / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"about"', '"around"'), encoding="utf-8")
    assert ledger("verify", "--manifest", "out/manifest.json") == 1
    assert "is not the manifest of a release in this ledger" in capsys.readouterr().err


# ---------------------------------------------------------------- killed, full, two at once
KILLED = """
import os, sys
from tutela.operations import publishing
from tutela.operations.publishing import keeping, making, release
from tutela import cli
def kill(*_, **__): os.kill(os.getpid(), 9)
where = sys.argv.pop(1)
if where == "before the noise": making.measure = kill
if where == "before it is kept": keeping.write_whole = kill
if where == "before it is noted": making._note_drawn = kill
if where == "before it is written": release.write = kill
if where == "before it is out":
    release.Path.rename = kill
if where == "before that is noted": making.done = kill
cli.main(sys.argv[1:])
"""
MOMENTS = {
    "before the noise": False,
    "before it is kept": False,
    "before it is noted": True,
    "before it is written": True,
    "before it is out": True,
    "before that is noted": True,
}


@pytest.mark.parametrize(("where", "kept"), MOMENTS.items())
def test_killed_at_any_moment_it_is_finished_with_one_charge_and_one_noise(here, where, kept):
    command = ["publish", "people.csv", "--codes", "codes.yaml", "--ledger", "ledger.jsonl", "--year", "2024"]
    command += ["--population", "assisted", "--epsilon", "2.0", "--year-column", "year", "--out", "out"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, where, *command], env=surroundings, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    drawn = here / "ledger.jsonl.drawn" / "2.npz"
    assert drawn.exists() == kept
    noise = drawn.read_bytes() if kept else None
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1
    assert publish() == 0
    account = Ledger(here / "ledger.jsonl").read()
    assert len(account.charges) == 1
    assert account.note_of(2, Kind.RELEASED)
    assert {path.name for path in (here / "out").iterdir()} == FILES
    content = (here / "out" / "noisy-parts.npz").read_bytes()
    assert account.note_of(2, Kind.DRAWN).says == keeping.digest(content)
    if noise:
        assert content == noise
    assert ledger("verify", "--manifest", "out/manifest.json") == 0


def test_what_a_killed_process_left_of_a_release_that_is_out_is_tidied_away(here, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(making.Path, "unlink", lambda *_, **__: None)
        assert publish() == 0
    folder = here / "ledger.jsonl.drawn"
    assert {path.name for path in folder.iterdir()} == {"2.npz", "2.lock"}
    assert publish(year=2023, out="other") == 0
    assert list(folder.iterdir()) == []


def begun(monkeypatch) -> None:
    """A release whose noise is drawn, and that could not be written."""
    with monkeypatch.context() as broken:
        broken.setattr(release.Path, "rename", full)
        assert publish() == 1


def full(*_: object, **__: object) -> None:
    raise OSError(28, os.strerror(28))


def test_where_the_disk_is_full_the_same_command_finishes_it(here, monkeypatch, capsys):
    begun(monkeypatch)
    assert "No space left on device" in capsys.readouterr().err
    assert not [path for path in here.iterdir() if path.name.startswith((".release", "out"))]
    noise = (here / "ledger.jsonl.drawn" / "2.npz").read_bytes()
    assert publish() == 0
    assert (here / "out" / "noisy-parts.npz").read_bytes() == noise
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1


def test_where_the_noise_cannot_be_kept_the_charge_stands_and_is_used_again(here, monkeypatch, capsys):
    with monkeypatch.context() as broken:
        broken.setattr(keeping.Path, "replace", full)
        broken.setattr("tutela.operations.publishing.journal.Journal.note", lambda *_: None)
        assert publish() == 1
    assert "The charge stands (line 2)" in capsys.readouterr().err
    Ledger(here / "ledger.jsonl").note(
        Kind.UNPROTECTED, charge=None, says="x", at=publishing.datetime.now(publishing.UTC)
    )
    assert publish() == 0
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1


def test_lost_or_changed_noise_is_never_drawn_again(here, monkeypatch, capsys):
    begun(monkeypatch)
    path = here / "ledger.jsonl.drawn" / "2.npz"
    noise = path.read_bytes()
    path.write_bytes(noise[:-1] + b"x")
    assert publish() == 1
    assert "is not what was drawn" in capsys.readouterr().err
    path.unlink()
    assert publish() == 1
    assert "It must not be drawn again" in capsys.readouterr().err
    path.write_bytes(noise)
    assert publish() == 0


def test_what_was_begun_is_finished_with_its_own_settings_or_withdrawn_undrawn(here, monkeypatch, capsys):
    with monkeypatch.context() as broken:
        broken.setattr(making, "measure", full)
        assert publish() == 1
    assert publish(epsilon=1.0) == 1
    assert "begun with other settings (line 2" in capsys.readouterr().err
    assert ledger("withdraw", "--line", "2", "--says", "too much") == 0
    begun(monkeypatch)
    assert ledger("withdraw", "--line", "4", "--says", "too much") == 1
    assert "can only be finished" in capsys.readouterr().err
    assert publish() == 0
    assert len(Ledger(here / "ledger.jsonl").read().odometer("assisted", 2024).spent) == 2


def test_two_at_once_make_one_release(here, capsys):
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "tutela", "publish", "people.csv", "--codes", "codes.yaml", "--ledger"]
    command += [
        "ledger.jsonl",
        "--population",
        "assisted",
        "--epsilon",
        "2",
        "--year",
        "2024",
        "--year-column",
        "year",
    ]
    both = [
        subprocess.Popen(
            [*command, "--out", out],
            env=surroundings,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        for out in ("one", "two")
    ]
    said = [one.communicate(timeout=60)[1] for one in both]
    assert sorted(one.returncode for one in both) == [0, 1]
    lost = said[0] if both[0].returncode else said[1]
    assert "being made by another process" in lost or "was released on" in lost
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1
    assert [path.name in ("one", "two") for path in here.iterdir()].count(True) == 1


# ---------------------------------------------------------------- what is refused
@pytest.mark.parametrize(
    ("lines", "more", "says"),
    [
        ([HEAD], [], "has no line to read"),
        (["year,sex,form,age", "2024,male,labour,1"], [], "no column “country”"),
        ([HEAD, "2023,male,labour,1,NO"], [], "No line of people.csv has the year 2024"),
        ([HEAD, f"2024,{SECRET},labour,1,NO"], [], "sex: 1 line"),
        ([HEAD, "2024,male,labour,2,NO"], [], "call impossible. Look at 2"),
        ([HEAD + ",n", "2024,male,labour,1,NO,x"], [], "n: is no whole number"),
        ([HEAD + ",n", "2024,male,labour,1,NO,2"], ["--person", "year"], "be of one person"),
        ([HEAD + ",n", "2024,male,labour,1,NO,99999999"], [], "More than 10,000,000"),
        ([HEAD, ONE], ["--population", "x"], "knows no “x”"),
        ([HEAD, ONE], ["--epsilon", "-1"], "not negative"),
        ([HEAD, ONE], ["--epsilon", "0"], "off by more than 100,000 people"),
        ([HEAD, ONE], ["--epsilon", "nan"], "a number"),
        ([HEAD, ONE], ["--delta", "1"], "between 0 and 1"),
        ([HEAD, ONE], ["--order", "4"], "--order is 1, 2 or 3"),
        ([HEAD, ONE], ["--most", "2"], "--most needs --person"),
        ([HEAD, ONE], ["--codes", "none.yaml"], "cannot be read"),
        ([HEAD, ONE], ["--ledger", "none"], "There is no ledger"),
    ],
)  # fmt: skip
def test_each_mistake_gets_one_clear_line_and_costs_nothing(here, capsys, lines, more, says):
    (here / "people.csv").write_text("\n".join(lines), encoding="utf-8")
    before = whole(here)
    assert publish(*more) == 1
    assert says in (said := capsys.readouterr().err)
    assert SECRET not in said
    assert whole(here) == before


def test_a_year_apart_must_be_named(here, capsys):
    words_of = [
        "--codes",
        "codes.yaml",
        "--ledger",
        "ledger.jsonl",
        "--population",
        "assisted",
        "--epsilon",
        "1",
    ]
    assert cli.main(["publish", "people.csv", *words_of, "--out", "out"]) == 1
    assert "a year at a time: give --year" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("columns: [", "no YAML"),
        ("a: b", "write “columns:”"),
        ("columns: {}", "at least one column"),
        ("columns: {a: 1}", "a: it needs “codes:”"),
        ("columns: {a: {codes: x}}", "not “x”"),
        ("columns: {a: {codes: 9..2}}", "not “9..2”"),
        ("columns: {a: {codes: [x], empty: maybe}}", "empty is yes or no"),
        ("columns: {a: {codes: [[x]]}}", "a code is a word"),
        ("columns: {a: {codes: [x, x]}}", "a code twice"),
        ("columns: {a: {codes: [x], colour: red}}", "“colour” is not known here"),
        ("columns: {a: {codes: [x], ctdc: [b]}}", "a field’s name"),
        ("columns: {a: {codes: [x]}}\nmore: x", "“more” is not known"),
        ("columns: {a: {codes: [x]}}\nimpossible: [x]", "a list of combinations"),
        ("columns: {a: {codes: [x]}}\nimpossible: [{a: y}]", "not in the lists"),
        ("columns: {a: {codes: [x], ctdc: b}, b: {codes: [x]}}", "the same name in CTDC"),
    ],
)
def test_mistakes_in_the_lists_are_told(tmp_path, content, says):
    (tmp_path / "codes.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=r".") as refusal:
        codes.read(tmp_path / "codes.yaml")
    assert says in str(refusal.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.text(max_size=80))
def test_whatever_the_lists_hold_they_are_read_or_refused(tmp_path, content):
    (tmp_path / "codes.yaml").write_bytes(("columns:" + content).encode("utf-8", "surrogatepass"))
    said = "read"
    try:
        codes.read(tmp_path / "codes.yaml")
    except Refused as refusal:
        said = str(refusal)
    assert said


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300))
def test_whatever_is_given_for_noisy_parts_is_refused(content):
    with pytest.raises(Refused, match="does not hold"):
        keeping.from_bytes(content, named="x")


def test_codes_are_words_even_where_yaml_would_make_something_else_of_them(here):
    lists = codes.read(here / "codes.yaml")
    assert lists.domain.columns[3].codes == ("KHM", "NO", "VNM")
    assert lists.domain.columns[2].codes == ("0", "1", "2")


def test_the_list_of_ctdc_has_its_27_columns():
    lists = codes.read(ROOT / "library" / "releases" / "ctdc.yaml")
    assert len(lists.domain.columns) == 27
    assert len({heading.field for heading in lists.headings["ctdc"].values()}) == 27
    assert lists.domain.sizes[3] > 240


def test_no_cell_of_a_file_is_a_formula(here):
    (here / "codes.yaml").write_text(
        "columns: {a: {codes: ['=1+1', '-x']}, b: {codes: [y, z]}}", encoding="utf-8"
    )
    (here / "people.csv").write_text("a,b,n,year\n=1+1,y,90,2024\n-x,z,90,2024\n", encoding="utf-8")
    assert publish() == 0
    assert {row["a"] for row in rows("out/records.csv")} == {"'=1+1", "'-x"}
    assert {row["code_1"] for row in rows("out/tables-2.csv")} == {"'=1+1", "'-x"}


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 4.0, 20.0])
def test_the_guesses_that_are_promised_hold_for_the_noise_that_is_drawn(epsilon):
    """Of two normal curves as far apart as rho allows, the best guess is right less often than is said."""
    from scipy.stats import norm

    rho = rho_of(epsilon=epsilon, delta=1e-9)
    best = 100 * norm.cdf(np.sqrt(2 * rho) / 2)
    assert best <= words.guesses(rho) <= 100
    assert words.guesses(rho) >= 50
    assert epsilon_of(rho=rho, delta=1e-9) == pytest.approx(epsilon, rel=1e-6)
