"""`tutela check-tables`: a table in, one that may be published out, or one clear line for each mistake."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines import disclosure_attacker as attacker

from tutela import cli
from tutela.operations.language import speaking
from tutela.operations.refusals import Refused
from tutela.operations.safe_tables import Asked, Method, run
from tutela.operations.safe_tables.reading import read

FORMS = ("labour", "sexual", "domestic", "organs")
REGIONS = {"KHM": "Asia", "VNM": "Asia", "NGA": "Africa", "GHA": "Africa", "UKR": "Europe"}
SECRET = b"not a real secret, for tests"


def people(number: int = 300, *, seed: int = 4) -> list[str]:
    """Lines of invented people."""
    chance = np.random.default_rng(seed)
    lines = ["id,country,region,form,sex,wage,employer"]
    for place in range(number):
        country = str(chance.choice(list(REGIONS), p=[0.4, 0.25, 0.2, 0.1, 0.05]))
        form = str(chance.choice(FORMS, p=[0.5, 0.3, 0.18, 0.02]))
        sex, wage = chance.choice(["female", "male"]), chance.gamma(1.0, 300.0)
        lines.append(f"{place},{country},{REGIONS[country]},{form},{sex},{wage:.2f},{place % 9}")
    return lines


@pytest.fixture
def file(tmp_path) -> Path:
    return written(tmp_path, *people())


def written(folder: Path, *lines: str, name: str = "people.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def asked(file: Path, *by: str, **more: object) -> Asked:
    return Asked(file=file, out=file.parent / "out", by=by or ("country", "form"), **more)  # type: ignore[arg-type]


def refused(file: Path, *by: str, **more: object) -> str:
    with pytest.raises(Refused) as refusal:
        run(asked(file, *by, **more))
    assert [one.name for one in file.parent.iterdir() if one.name not in (file.name, "secret")] == []
    return str(refusal.value)


def table_of(folder: Path) -> dict[tuple[str, ...], str]:
    with (folder / "table.csv").open(encoding="utf-8") as rows:
        return {tuple(row[:-1]): row[-1] for row in list(csv.reader(rows))[1:]}


# ---------------------------------------------------------------- what leaves
def test_nobody_can_work_out_what_the_published_table_holds_back(file):
    assert run(asked(file)) == 0
    table = read(asked(file)).table
    shown = table_of(file.parent / "out")
    assert len(shown) == table.values.size
    hidden = np.zeros(table.shape, dtype=bool)
    for cell in np.ndindex(*table.shape):
        value = shown[tuple(axis.labels[code] for axis, code in zip(table.axes, cell, strict=True))]
        hidden[cell] = value == "c"
        assert hidden[cell] or int(value) == table.values[cell]
        assert hidden[cell] or not 0 < table.values[cell] < 5
    assert hidden.any()
    for cell in map(tuple, np.argwhere(hidden)):
        low, high = attacker.bounds(table, hidden, cell, floor=0.0)
        assert low < high
        assert not 0 < table.values[cell] < 5 or high >= 5


def test_nothing_that_is_written_tells_what_is_held_back_or_why(file):
    assert run(asked(file)) == 0
    manifest = json.loads((file.parent / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["protected"]["counts shown from"] == 5
    assert manifest["held_back"] == list(table_of(file.parent / "out").values()).count("c")
    text = json.dumps(manifest) + (file.parent / "out" / "report.html").read_text(encoding="utf-8")
    assert "too few" not in text
    assert "sha" not in text.lower()
    assert "seed" not in text.lower()


def test_what_is_unsafe_is_said_at_the_terminal_with_its_reason(file, capsys):
    assert run(asked(file, dry_run=True)) == 0
    told = capsys.readouterr()
    assert "organs" in told.out
    assert "people: too few" in told.out
    assert "More to protect them: 7." in told.err
    assert not (file.parent / "out").exists()


def test_the_same_file_gives_the_same_bytes_and_leaves_nothing_else(file):
    for out in ("out", "again"):
        assert run(Asked(file=file, out=file.parent / out, by=("country", "sex"))) == 0
    for name in ("report.html", "table.csv", "manifest.json"):
        assert (file.parent / "out" / name).read_bytes() == (file.parent / "again" / name).read_bytes()
    assert sorted(one.name for one in file.parent.iterdir()) == ["again", "out", "people.csv"]


def test_the_page_stands_alone_and_marks_what_is_held_back(file):
    assert run(asked(file, "country", "form", "sex")) == 0
    page = (file.parent / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<table") == len(REGIONS) + 1 + 1  # each country, all of them, settings
    assert '<td class="number">c</td>' in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_long_first_column_goes_down_where_its_tables_would_be_too_many(tmp_path):
    lines = ["a,b,c,count", *(f"a{n},{b},{c},{9 + n}" for n in range(20) for b in "xy" for c in "pqr")]
    assert run(asked(written(tmp_path, *lines), "a", "b", "c", sensitive=())) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<table") == 3 + 1  # b: x, y and both, and the settings
    assert page.count("<td>a7</td>") == 3
    assert '<th scope="col">a</th>' in page


def test_a_table_too_large_for_a_page_is_in_its_file(tmp_path):
    lines = ["a,b,count", *(f"a{n % 40},b{n},9" for n in range(80))]
    assert run(asked(written(tmp_path, *lines), "a", "b", sensitive=())) == 0
    assert "too large for a page" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert len(table_of(tmp_path / "out")) == 41 * 81


def test_margins_that_are_not_published_are_not_written(file):
    assert run(asked(file, margins=("form",))) == 0
    shown = table_of(file.parent / "out")
    assert ("KHM", "Total") in shown
    assert ("Total", "labour") not in shown


def test_groups_have_their_sums(file):
    assert run(asked(file, within={"country": "region"}, sensitive=())) == 0
    shown = table_of(file.parent / "out")
    asia = [one for one in people()[1:] if ",Asia," in one]
    assert shown["Asia", "Total"] == str(len(asia))


def test_a_table_with_its_totals_is_read_as_its_records_are(tmp_path, file):
    table = read(asked(file)).table
    lines = ["country,form,count"]
    for cell in np.ndindex(*table.shape):
        names = [axis.labels[code] for axis, code in zip(table.axes, cell, strict=True)]
        lines.append(f"{','.join(names)},{table.values[cell]:.0f}")
    again = read(asked(written(tmp_path, *lines, name="table.csv")))
    assert np.array_equal(again.table.values, table.values)
    assert not again.are_people


def test_rounded_tables_add_up_and_the_same_seed_gives_the_same_one(file):
    found = []
    for seed in (7, 7, 8):
        assert run(asked(file, method=Method.ROUND, base=3, seed=seed)) == 0
        found.append(table_of(file.parent / "out"))
    assert found[0] == found[1] != found[2]
    assert not any(int(value) % 3 for value in found[0].values())
    for country in REGIONS:
        assert sum(int(found[0][country, form]) for form in FORMS) == int(found[0][country, "Total"])


def test_rounding_says_what_it_protects_and_as_much_as_it_is_asked_for(file, capsys):
    assert run(asked(file, method=Method.ROUND, base=3)) == 0
    protected = json.loads((file.parent / "out" / "manifest.json").read_text(encoding="utf-8"))["protected"]
    assert "counts shown from" not in protected  # a three may stand for one person
    assert protected["unsafe counts, below"] == 5
    assert protected["unsafe counts stay uncertain over"] == 2
    with pytest.raises(Refused, match="Use a larger base"):
        run(asked(file, method=Method.ROUND, base=3, protection=9))
    assert run(asked(file, method=Method.ROUND, base=10, protection=9)) == 0


@pytest.mark.parametrize("method", [Method.SUPPRESS, Method.ROUND])
def test_one_person_in_several_lines_is_not_several_people(tmp_path, capsys, method):
    """Five lines of one person are no five people: told where it is not known, refused where it is."""
    lines = ["id,a,b", *(f"p{n},{'xy'[n % 2]},{'pq'[n // 30]}" for n in range(60)), *["same,x,q"] * 5]
    file = written(tmp_path, *lines)
    assert "same id stands in two lines" in refused(file, "a", "b", method=method, identity="id")
    capsys.readouterr()
    assert run(asked(file, "a", "b", method=method)) == 0
    assert "Each line was taken for one person" in capsys.readouterr().err
    assert run(asked(written(tmp_path, *lines[:-4]), "a", "b", method=method, identity="id")) == 0
    assert "Each line was taken" not in capsys.readouterr().err


def test_noise_by_keys_promises_no_width(file, capsys):
    words = ["--by", "country,form", "--method", "keys", "--protection", "5"]
    assert cli.main(["check-tables", str(file), *words]) == 1
    assert "--protection is for numbers that are held back or rounded" in capsys.readouterr().err


def test_without_a_seed_nobody_can_guess_how_it_was_rounded(file, capsys):
    seeds = []
    for _ in range(2):
        run(asked(file, method=Method.ROUND, dry_run=True))
        seeds.append(capsys.readouterr().err.split("Seed ")[1].split(":")[0])
    assert seeds[0] != seeds[1]


def test_the_same_people_get_the_same_noise_in_two_tables(file):
    (file.parent / "secret").write_bytes(SECRET)
    keyed = {"method": Method.KEYS, "identity": "id", "secret": file.parent / "secret"}
    assert run(asked(file, "country", "form", **keyed)) == 0
    one = table_of(file.parent / "out")
    assert run(asked(file, "country", **keyed)) == 0
    assert all(
        one[country, "Total"] == value
        for (country,), value in table_of(file.parent / "out").items()
        if country != "Total"
    )
    assert not any(0 < int(value) < 5 for value in one.values())


def test_amounts_are_held_back_by_their_own_rules_whose_numbers_are_not_told(file, capsys):
    rules = {"value": "wage", "contributor": "employer", "dominance": (2, 50.0), "percent": 15.0}
    assert run(asked(file, **rules)) == 0
    assert "a few contributors make nearly all of it" in capsys.readouterr().out
    assert "c" in table_of(file.parent / "out").values()
    manifest = json.loads((file.parent / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["protected"] == {"method": "suppress", "totals published of": "every column"}


def test_a_published_table_with_hidden_counts_is_read_as_it_is_told(tmp_path):
    lines = ["a,b,year,count", "x,p,2020,<5", "x,p,2021,50", "x,Total,2020,9", "x,q,2020,40", "z,q,2020,30"]
    only = {"wanted": {"year": ("2020",), "b": ("p", "q")}, "meanings": {"<5": "2"}}
    found = read(asked(written(tmp_path, *lines), "a", "b", **only)).table
    assert found.values.tolist() == [[2, 40, 42], [0, 30, 30], [2, 70, 72]]
    with pytest.raises(Refused, match="--where"):
        read(asked(tmp_path / "people.csv", "a", "b", wanted={"year": ("1999",)}))


def test_no_cell_of_the_csv_is_a_formula(tmp_path):
    lines = ["a,b,count", *(f"{name},{b},20" for name in ("=1+1", "x") for b in "pq")]
    assert run(asked(written(tmp_path, *lines), "a", "b")) == 0
    assert ("'=1+1", "p") in table_of(tmp_path / "out")


# ---------------------------------------------------------------- what is refused
@pytest.mark.parametrize(
    ("lines", "by", "more", "says"),
    [
        (["a,b"], "ab", {}, "nothing under it"),
        (["a,b", "x,y"], "az", {}, "no column “z”. It has: a, b"),
        (["a,b", "x,"], "ab", {}, ":2: b: is empty. Where it is not known write a word"),
        (["a,b,count", "x,y,<5"], "ab", {}, ":2: count: “<5” is no number"),
        (["a,b,count", "x,y,2.5"], "ab", {}, "no whole number"),
        (["a,b,count", "x,y,3"], "ab", {}, "Fewer than 5 people"),
        (
            ["a,b,count", "x,y,9", "x,Total,8"],
            "ab",
            {},
            ":3: the total says 8, the lines that it adds up make 9",
        ),
        (["a,b,count", "x,y,9", "z,Total,8"], "ab", {}, "no line of its own: z, Total"),
        (["a,b,count", "Total,Total,9"], "ab", {}, "nothing but totals"),
        (["a,b,c,d", "1,2,3,4"], "abcd", {}, "1 to 3 columns, not 4"),
        (["a,b,g", "x,y,1", "x,y,2"], "ab", {"within": {"a": "g"}}, ":3: x lies in 2 here, and in 1 above"),
        (["a,b,g", "x,y,"], "ab", {"within": {"a": "g"}}, ":2: g: is empty"),
        (["a,b,g", *["x,y,x"] * 9], "ab", {"within": {"a": "g"}}, "one name: x"),
        (["a,b", *["x,y"] * 9], "ab", {"sensitive": ("c",)}, "no column c"),
        (["a,b", *["x,y"] * 9], "ab", {"margins": ("c",)}, "no column c"),
        (["a,b", *["x,y"] * 9], "ab", {"least_k": 10}, "k is 9, less than 10"),
        (["a,b,s", *["x,y,z"] * 9], "ab", {"diverse": ("s", 2)}, "l of s is 1, less than 2"),
        (["a,b,n", "x,y,9"], "ab", {"least_k": 3}, "one person a line"),
        (["a,b", *["x,y"] * 9], "ab", {"method": Method.KEYS}, "--id"),
        (["a,b,n", "x,y,9"], "ab", {"method": Method.KEYS}, "not for counts"),
    ],
)
def test_each_mistake_gets_one_clear_line_and_nothing_is_written(tmp_path, lines, by, more, says):
    assert says in refused(written(tmp_path, *lines), *by, **more)


@pytest.mark.parametrize(
    ("secret", "ids", "says"),
    [(None, "ab", "cannot be read"), (b"short", "ab", "too short"), (SECRET, "aa", "two lines")],
)
def test_keys_need_a_secret_and_people_who_can_be_told_apart(tmp_path, secret, ids, says):
    if secret is not None:
        (tmp_path / "secret").write_bytes(secret)
    file = written(tmp_path, "id,a", *(f"{one},x" for one in ids * 5 if True), *(f"{n},x" for n in range(9)))
    if ids == "ab":
        file = written(tmp_path, "id,a", *(f"{n},x" for n in range(9)))
    keyed = {"method": Method.KEYS, "identity": "id", "secret": tmp_path / "secret"}
    assert says in refused(file, "a", **keyed)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "--by A,B"),
        (["--by", "a,a"], "twice"),
        (["--by", "a", "--threshold", "1"], "--threshold is 2 or more"),
        (["--by", "a", "--base", "4"], "--base is one of 3, 5, 10"),
        (["--by", "a", "--within", "b=c"], "--within b=c"),
        (["--by", "a", "--dominance", "2"], "as 2,85"),
        (["--by", "a", "--diverse", "b"], "as form=2"),
        (["--by", "a", "--value", "b", "--method", "round"], "are not rounded"),
    ],
)
def test_what_the_command_cannot_be_told_is_refused(tmp_path, capsys, words, says):
    file = written(tmp_path, "a,b", *["x,1"] * 9)
    assert cli.main(["check-tables", str(file), *words, "--out", str(tmp_path / "out")]) == 1
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_command_writes_what_it_says(file, capsys):
    out = file.parent / "out"
    words = ["--by", "country,form", "--sensitive", "form", "--margins", "none", "--out", str(out)]
    assert cli.main(["check-tables", str(file), *words]) == 0
    assert str(out / "manifest.json") in capsys.readouterr().out
    assert ("KHM", "Total") not in table_of(out)


def test_a_place_that_cannot_be_written_to_is_said(file):
    (file.parent / "out").write_text("in the way", encoding="utf-8")
    with pytest.raises(Refused, match="cannot be written"):
        run(asked(file))
    assert sorted(one.name for one in file.parent.iterdir()) == ["out", "people.csv"]


def test_a_file_in_the_way_of_the_folder_is_said(file):
    with pytest.raises(Refused, match="cannot be written"):
        run(Asked(file=file, out=file / "out", by=("country", "form")))


def test_a_table_never_stands_beside_the_page_of_another_one(file, monkeypatch):
    """Two ways of protecting the same people undo each other: a disk that fails must not mix them."""
    assert run(asked(file, "country", "form")) == 0
    before = {one.name: one.read_bytes() for one in (file.parent / "out").iterdir()}
    moved = []

    def fails(path: Path, target: Path) -> Path:
        moved.append(path)
        if len(moved) == 2:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    for name in ("replace", "rename"):
        rename = getattr(Path, name)
        monkeypatch.setattr(Path, name, fails)
    with pytest.raises(Refused, match="No space left"):
        run(asked(file, "country", "sex"))
    monkeypatch.undo()
    assert {one.name: one.read_bytes() for one in (file.parent / "out").iterdir()} == before
    assert sorted(one.name for one in file.parent.iterdir()) == ["out", "people.csv"]
    assert run(asked(file, "country", "sex")) == 0
    assert ("KHM", "Total") in table_of(file.parent / "out")


def test_what_others_keep_in_the_folder_is_left_alone(file):
    (file.parent / "out").mkdir()
    (file.parent / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="holds other files"):
        run(asked(file))
    assert [one.name for one in (file.parent / "out").iterdir()] == ["notes.txt"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_whatever_a_file_holds_it_is_read_or_refused_in_words(tmp_path, content):
    file = tmp_path / "any.csv"
    file.write_bytes(("a,b,count\n" + content).encode("utf-8", "surrogatepass"))
    said = "read"
    try:
        run(asked(file, "a", "b", dry_run=True))
    except Refused as refusal:
        said = str(refusal)
    assert said


# ---------------------------------------------------------------- in other languages
def test_what_is_unsafe_is_said_in_the_language_and_counted_as_it_counts(file, capsys):
    with speaking("ar"):
        assert run(asked(file, dry_run=True)) == 0
    told = capsys.readouterr().out
    assert "شخصان: عدد قليل جدًّا" in told
    assert "{" not in told


def test_our_word_for_a_total_is_translated_on_the_page_and_theirs_is_not(file):
    for total, shown in (("Total", "المجموع"), ("Everybody", "Everybody")):
        with speaking("ar"):
            assert run(asked(file, total=total)) == 0
        page = (file.parent / "out" / "report.html").read_text(encoding="utf-8")
        assert f"<td><bdi>{shown}</bdi></td>" in page
        assert ("KHM", total) in table_of(file.parent / "out")


def test_a_refusal_of_a_line_is_in_the_language(tmp_path):
    with speaking("fr"), pytest.raises(Refused, match="le total dit 8, les lignes qu’il additionne font 9"):
        run(asked(written(tmp_path, "a,b,count", "x,y,9", "x,Total,8"), "a", "b"))
