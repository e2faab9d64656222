"""Tables of any size are counted alike by DuckDB, by Spark and by hand, and told where they are wrong."""

from __future__ import annotations

import csv
import io
import warnings
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools import machine
from tutela import cli
from tutela.operations.prevalence.asked import Asked as Lists
from tutela.operations.prevalence.reading import read as lists
from tutela.operations.reading import Engine, aggregate, by_duckdb, by_hand, counted, files, grouping, opened
from tutela.operations.reading.files import look
from tutela.operations.refusals import Refused
from tutela.operations.reports import tables
from tutela.operations.reports.tables import Table

NO_JAVA = f"no Java 17. To enable: {machine.how_to_install('java')}"


@pytest.fixture(scope="module")
def spark():
    """A Spark that runs on this machine for all tests here: it takes seconds to start."""
    if not machine.has_java():
        pytest.skip(NO_JAVA)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sql = pytest.importorskip("pyspark.sql", reason="no Spark. To enable: ./run add spark")
        session = (
            sql.SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.log.level", "ERROR")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "3")
            .config("spark.sql.files.maxPartitionBytes", "4096")
            .getOrCreate()
        )
    yield session
    session.stop()


@pytest.fixture
def write(tmp_path: Path):
    def written(content: str | bytes, name: str = "cases.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def parquet(path: Path, question: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"copy ({question}) to '{path}' (format parquet)")
    return path


def refusal(run) -> str:
    with pytest.raises(Refused) as told:
        run()
    return str(told.value)


EVENTS = """select 'Ville d’' || chr(65 + (i * 7 % 5)::int) as place,
    date '2026-01-01' + (i * i % 40)::int as date,
    case i % 3 when 0 then 'f' when 1 then 'm' end as sex, i % 4 as cases, i as id from range(3000) t(i)"""


def as_text(path: Path) -> Path:
    """The same table as CSV, with a name and cells that need care."""
    text = path.parent / "équipe de nuit.csv"
    duckdb.sql(f"copy (from '{path}') to '{text}' (header, delimiter ';', force_quote (place))")
    return text


# ---------------------------------------------------------------- counting
def test_equal_lines_are_counted_in_the_order_in_which_they_first_stand(write):
    found = aggregate([write("place,date\nB,2026-01-02\nA,2026-01-01\nB,2026-01-02\n , \n")], ["place"])
    assert found.lines() == [(("B",), 2), (("A",), 1)]


def test_text_and_parquet_say_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(by_hand, "count", lambda *_: pytest.fail("DuckDB reads what is in good order"))
    rows = parquet(tmp_path / "events.parquet", EVENTS)
    wanted = ["date", "place", "sex"]
    by_rows = aggregate([rows], wanted)
    assert by_rows.times.sum() == 3000
    assert by_rows.lines() == aggregate([as_text(rows)], wanted).lines()


def test_types_of_parquet_become_the_words_that_text_would_have(tmp_path):
    path = parquet(
        tmp_path / "types.parquet",
        """select timestamp '2026-05-06 23:30:00' as a, timestamptz '2026-05-06 23:30:00-04' as b,
        5.0::double as c, 0.5::double as d, true as e, null::varchar as f, 12::bigint as g, ' x ' as h,
        date '0987-01-02' as i""",
    )
    [(cells, times)] = aggregate([path]).lines()
    assert cells == ("2026-05-06", "2026-05-07", "5", "0.5", "true", "", "12", "x", "0987-01-02")
    assert times == 1


def test_files_and_folders_are_read_in_one_order(write):
    last = write("place\nC\n", "z.csv")
    first, second = write("place\nA\n", "all/1.csv"), write("place\nB\nA\n", "all/more/2.csv")
    write("no table", "all/README.txt")
    write("", "all/_SUCCESS.csv")
    found = aggregate([last, first.parent])
    assert found.lines() == [(("A",), 2), (("B",), 1), (("C",), 1)]
    assert set(found.source.digests) == {"1.csv", "2.csv", "z.csv"}
    assert aggregate([second, last, first, first]).lines() == found.lines()


def test_many_files_are_named_as_one(write):
    for number in range(files.MOST_NAMED + 1):
        path = write("place\nA\n", f"all/{number}.csv")
    one = look(files.files_of([path.parent])).digests
    assert list(one) == ["21 files"]
    write("place\nB\n", "all/7.csv")
    assert look(files.files_of([path.parent])).digests != one


def test_memory_that_does_not_suffice_goes_on_on_disk(tmp_path):
    path = parquet(tmp_path / "big.parquet", "select hash(i)::varchar as place from range(1500000) t(i)")
    tight = sum(1 for _ in by_duckdb.count(look([path]), ("place",), memory_mb=120))
    assert tight == 1_500_000


def test_more_different_lines_than_can_be_held_are_refused(write, monkeypatch):
    monkeypatch.setattr(grouping, "MOST_GROUPS", 3)
    path = write("id\n1\n2\n3\n3\n")
    assert aggregate([path]).times.tolist() == [1, 1, 2]
    assert "Count them by place and day first" in refusal(lambda: aggregate([write("id\n1\n2\n3\n4\n")]))


CELLS = st.text(alphabet='ab é,;"\n\r\u00a0\u4e2d', max_size=4)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=12), delimiter=st.sampled_from(",;\t"))
def test_whatever_csv_writes_is_counted_as_csv_reads_it(tmp_path, rows, delimiter):
    into = io.StringIO(newline="")
    csv.writer(into, delimiter=delimiter).writerows([["one", "two"], *rows])
    path = tmp_path / "any.csv"
    path.write_bytes(into.getvalue().encode())
    source = look([path])
    by_lines = grouping.gathered(source, source.heading, by_hand.count(source, source.heading))
    assert aggregate([path]).lines() == by_lines.lines()
    assert by_lines.times.sum() == len(Table(path))


@pytest.mark.parametrize(
    "text",
    ["a,b\n1\n1,2,3\n1,2\n", "a,b\r\n1,2\r\n\r\n,\r\n1,2", 'a,b\n1,x"y\n1,"x""y"\n', "a,b\n", "a,a\n1,2\n"],
    ids=["ragged", "blank", "quotes", "nothing", "twice the same heading"],
)
def test_uneven_text_is_read_as_it_was_before(write, text):
    path = write(text)
    source = look([path])
    wanted = tuple(dict.fromkeys(source.heading))
    by_lines = grouping.gathered(source, wanted, by_hand.count(source, wanted))
    assert aggregate([path]).lines() == by_lines.lines()
    assert by_lines.times.sum() == len(Table(path))


# ---------------------------------------------------------------- Spark
def test_spark_gives_the_same_answer(tmp_path, spark):
    rows = parquet(tmp_path / "events.parquet", EVENTS)
    text = as_text(rows)
    assert text.stat().st_size > 20 * 4096, "one part alone would prove nothing of their order"
    plain = tmp_path / "plain.csv"
    duckdb.sql(f"copy (from '{rows}') to '{plain}' (header)")
    wanted = ["place", "sex", "date"]
    for path in (rows, text, plain):
        by_spark = aggregate([path], wanted, engine=Engine.SPARK)
        assert by_spark.lines() == aggregate([path], wanted).lines()
        assert by_spark.times.sum() == 3000


def test_spark_reads_folders_in_the_same_order(tmp_path, spark):
    for number in range(4):
        parquet(tmp_path / "all" / f"month {number} é.parquet", f"{EVENTS} where i % 4 = {number}")
    wanted = ["id"]
    assert (
        aggregate([tmp_path / "all"], wanted, engine=Engine.SPARK).lines()
        == aggregate([tmp_path / "all"], wanted).lines()
    )


def test_spark_reads_types_and_cells_as_duckdb_does(tmp_path, spark, write):
    path = parquet(
        tmp_path / "types.parquet",
        """select timestamp '2026-05-06 23:30:00' as "a `b`", timestamptz '2026-05-06 23:30:00-04' as b,
        5.0::double as c, 0.5::double as d, true as e, null::varchar as f, 12::bigint as g, ' x ' as h,
        1.50::decimal(9, 2) as i""",
    )
    assert aggregate([path], engine=Engine.SPARK).lines() == aggregate([path]).lines()
    text = write('\ufeffone,two\r\n"a, ""b""\r\nc",1\r\n"",\r\n short\r\n\u00a0é ,"2"\r\n')
    assert aggregate([text], engine=Engine.SPARK).lines() == aggregate([text]).lines()


def test_without_java_spark_says_so(write, monkeypatch):
    pytest.importorskip("pyspark", reason="no Spark. To enable: ./run add spark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert "Java 17" in refusal(lambda: aggregate([write("a\n1\n")], engine=Engine.SPARK))


def test_without_spark_the_command_that_adds_it_is_named(write, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    assert "./run add spark" in refusal(lambda: aggregate([write("a\n1\n")], engine=Engine.SPARK))


# ---------------------------------------------------------------- what is told
@pytest.fixture
def large(monkeypatch):
    """Every file counts as a large one."""
    monkeypatch.setattr(counted, "WHOLE_BYTES", 0)


def test_a_small_text_keeps_its_lines(write):
    assert type(opened([write("place\nA\nA\n")])) is Table


def test_a_wrong_value_is_told_once_with_its_first_line_and_how_often(write, large):
    table = opened([write("place,cases\nA,1\nB,x\nC,x\nD,-1\n")])
    assert table.values("cases", tables.count) == [1, None, None, None]
    assert refusal(table.refuse_wrong).splitlines() == [
        "cases.csv:3: cases: “x” is no number. So in 2 lines.",
        "cases.csv:5: cases: “-1” is no whole number of zero or more.",
    ]


def test_a_wrong_row_of_parquet_is_told_by_its_number(tmp_path):
    path = parquet(tmp_path / "cases.parquet", "select 'A' as place, i - 2 as cases from range(3) t(i)")
    table = opened([path])
    table.values("cases", tables.count)
    assert refusal(table.refuse_wrong).splitlines() == [
        "cases.parquet, row 1: cases: “-2” is no whole number of zero or more.",
        "cases.parquet, row 2: cases: “-1” is no whole number of zero or more.",
    ]


def test_many_wrong_values_are_counted(write, large):
    table = opened([write("cases\n" + "".join(f"x{n}\nx{n}\n" for n in range(20)))])
    table.values("cases", tables.count)
    lines = refusal(table.refuse_wrong).splitlines()
    assert len(lines) == tables.MOST_LINES_TOLD + 1
    assert lines[-1] == "… and 24 more like these."


def test_columns_go_by_the_name_that_the_file_gives_them(write, large):
    table = opened(
        [write("zip,n,note\n1,2,a\n1,2,b\n")], {"place": "zip", "cases": "n"}, wanted=["place", "cases"]
    )
    assert table.times == [2]
    assert table.values("place", tables.text) == ["1"]
    assert table.has("cases")
    assert "“day”" in refusal(lambda: table.need(["day"]))


def test_a_missing_column_is_named_with_those_that_are_there(write, large):
    table = opened([write("town,cases\nA,2\n")], wanted=["place", "cases"])
    told = refusal(lambda: table.need(["place"]))
    assert "town, cases" in told
    assert "--column place=NAME" in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"place\n\xff\n", "UTF-8"),
        (b"", "no heading"),
        (b"\n\nA\n", "no heading"),
        (b"PAR1xxxx", "no Parquet file"),
    ],
)
def test_what_is_no_table_is_told(write, large, content, told):
    assert told in refusal(lambda: opened([write(content)]))


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert "cannot be read" in refusal(lambda: opened([tmp_path / "nothing.csv"]))


def test_an_empty_folder_is_told(tmp_path):
    assert "without a CSV or Parquet file" in refusal(lambda: opened([tmp_path]))


def test_files_that_are_unlike_each_other_are_told(write, tmp_path):
    one, other = write("place\nA\n", "one.csv"), write("town\nA\n", "two.csv")
    assert "two.csv has other columns than" in refusal(lambda: opened([one, other]))
    rows = parquet(tmp_path / "rows.parquet", "select 'A' as place")
    assert "give files of one kind" in refusal(lambda: opened([one, rows]))


def test_a_name_that_reads_as_a_pattern_is_told(write):
    assert "call it something" in refusal(lambda: aggregate([write("place\nA\n", "cases[1].csv")]))


@pytest.mark.parametrize("day", ["date '2026-03-04'", "timestamptz '2026-03-04 05:06:00+00'"])
def test_a_day_of_parquet_is_read_as_a_date(tmp_path, day):
    path = parquet(tmp_path / "days.parquet", f"select {day} as date")
    assert opened([path]).values("date", tables.partial_date) == [tables.Partial(2026, 3, 4)]


# ---------------------------------------------------------------- the commands
def in_every_form(tmp_path: Path, question: str) -> dict[str, list[Path]]:
    """The same lines as one text, as Parquet, and as a folder of two texts."""
    rows = parquet(tmp_path / "rows" / "cases.parquet", question)
    one = tmp_path / "one.csv"
    duckdb.sql(f"copy (from '{rows}') to '{one}' (header)")
    heading, *lines = one.read_text(encoding="utf-8").splitlines(keepends=True)
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "1.csv").write_text(heading + "".join(lines[:700]), encoding="utf-8")
    (folder / "2.csv").write_text(heading + "".join(lines[700:]), encoding="utf-8")
    return {"one": [one], "rows": [rows], "parts": [folder], "both": [folder / "2.csv", folder / "1.csv"]}


CASES = """select 'Town ' || (i * 7919 % 17)::varchar as place, 50 + 0.1 * (i * 7919 % 17) as lat,
    4 + 0.2 * ((i * 7919 % 17) % 5) as lon, 900 as population, 1 + (i % 40 = 0)::int as cases,
    date '2026-01-01' + (i * i % 80)::int as date, 'note ' || i::varchar as note from range(2000) t(i)"""
REPORTS = {
    "hotspots": (CASES, ("--time", "week", "--runs", 49), "clusters.csv"),
    "warn": (
        CASES.replace("place,", "series,", 1),
        ("--time", "day", "--method", "c2", "--watch", 20),
        "series.csv",
    ),
    "routes": (
        """select case i % 3 when 0 then 'Nigeria' else 'Viet Nam' end as origin, 'Italy' as destination,
        2019 + i % 4 as year from range(2000) t(i)""",
        ("--runs", 99),
        "routes.csv",
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_does_not_depend_on_how_its_lines_came(name, tmp_path):
    question, options, written = REPORTS[name]
    forms = in_every_form(tmp_path, question)
    for form, given_files in forms.items():
        words = [name, *given_files, *options, "--out", tmp_path / form]
        assert cli.main([str(word) for word in words]) == 0
    found = {(tmp_path / form / written).read_bytes() for form in forms}
    assert len(found) == 1
    assert len(found.pop().splitlines()) > 1


def test_spark_makes_the_same_report(tmp_path, spark):
    question, options, written = REPORTS["hotspots"]
    folder = in_every_form(tmp_path, question)["parts"][0]
    for engine in Engine:
        words = ["hotspots", folder, *options, "--engine", engine.value, "--out", tmp_path / engine.value]
        assert cli.main([str(word) for word in words]) == 0
    assert (tmp_path / "spark" / written).read_bytes() == (tmp_path / "duckdb" / written).read_bytes()
    pages = [(tmp_path / engine / "report.html").read_bytes() for engine in Engine]
    assert pages[0] == pages[1]


def test_people_on_lists_are_counted_whatever_form_they_come_in(tmp_path):
    question = "select i % 2 as a, (i % 3 = 0)::int as b, (i % 5 < 3)::int as c, i from range(2000) t(i)"
    forms = in_every_form(tmp_path, f"{question} where a + b + c > 0")
    tables_read = [
        lists(Lists(file=one[0], more=tuple(one[1:]), out=tmp_path, lists=("a", "b", "c"))).whole
        for one in forms.values()
    ]
    assert tables_read[0].observed > 1000
    assert all(str(one) == str(tables_read[0]) for one in tables_read)


def test_impossible_days_and_places_are_told_with_their_lines(tmp_path, large, capsys):
    path = tmp_path / "cases.csv"
    text = "place,lat,lon,date\nA,50,4,2026-01-01\n" + "B,50,5,2026-02-30\n" * 2
    text += "C,4,150,2026-01-09\nC,150,4,1.2.26\n"
    path.write_text(text, encoding="utf-8")
    assert cli.main(["hotspots", str(path), "--out", str(tmp_path / "out")]) == 1
    assert "cases.csv:6: “C” stands at other coordinates in an earlier line." in capsys.readouterr().err
    path.write_text(text.replace("C,4,150", "C,150,4"), encoding="utf-8")
    assert cli.main(["hotspots", str(path), "--out", str(tmp_path / "out")]) == 1
    assert "cases.csv:5: latitude 150 and longitude 4 look swapped." in capsys.readouterr().err
    path.write_text("\n".join(text.splitlines()[:4]), encoding="utf-8")
    assert cli.main(["hotspots", str(path), "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    assert "cases.csv:3: date: “2026-02-30” is a day that no calendar has. So in 2 lines." in told
