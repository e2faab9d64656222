"""Tables that others made are read under their own headings; what cannot be used is told line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.operations.refusals import Refused
from tutela.operations.reports import tables
from tutela.operations.reports.tables import Partial, Table, Unusable, columns_of


@pytest.fixture
def write(tmp_path: Path):
    def written(content: str | bytes, name: str = "cases.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def refusal(run) -> str:
    with pytest.raises(Refused) as told:
        run()
    return str(told.value)


@pytest.mark.parametrize(
    "content", ["place,cases\nA,2\n", "place;cases\nA;2\n", "\ufeffplace\tcases\r\nA\t2\r\n"]
)
def test_commas_semicolons_tabs_and_a_byte_order_mark_are_read(write, content):
    table = Table(write(content))
    assert table.values("place", tables.text) == ["A"]
    assert table.values("cases", tables.count) == [2]


def test_a_column_is_found_under_the_name_that_the_file_gives_it(write):
    table = Table(write("zip,n\n1,2\n"), columns_of(["place=zip"]))
    assert table.values("place", tables.text) == ["1"]
    assert table.has("place")
    assert not table.has("cases")


def test_a_name_for_one_file_does_no_harm_in_another(write):
    assert Table(write("place\n1\n"), {"place": "zip"}).values("place", tables.text) == ["1"]


def test_a_missing_column_is_named_with_those_that_are_there(write):
    table = Table(write("town,cases\nA,2\n"))
    told = refusal(lambda: table.need(["place"]))
    assert "“place”" in told
    assert "town, cases" in told
    assert "--column place=NAME" in told


def test_each_wrong_value_is_told_with_its_line_and_many_are_counted(write):
    table = Table(write("cases\n" + "x\n" * 20))
    assert table.values("cases", tables.count) == [None] * 20
    lines = refusal(table.refuse_wrong).splitlines()
    assert lines[0] == "cases.csv:2: cases: “x” is no number."
    assert len(lines) == tables.MOST_LINES_TOLD + 1
    assert "12 more" in lines[-1]


def test_a_quoted_cell_may_hold_a_line_break(write):
    table = Table(write('place,cases\n"A\nB",1\nC,-1\n'))
    table.values("cases", tables.count)
    assert refusal(table.refuse_wrong).startswith("cases.csv:4:")


def test_a_short_line_and_an_empty_one(write):
    table = Table(write("place,cases\nA\n\nB,1\n"))
    assert len(table) == 2
    table.values("cases", tables.count)
    assert "is no number" in refusal(table.refuse_wrong)


def test_what_is_no_text_or_not_there_is_refused(write, tmp_path):
    assert "UTF-8" in refusal(lambda: Table(write("place\nZürich\n".encode("latin-1"))))
    assert "cannot be read" in refusal(lambda: Table(tmp_path / "none.csv"))
    assert "no heading" in refusal(lambda: Table(write("")))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-25", Partial(2026, 11, 25)),
        ("2001/11/2", Partial(2001, 11, 2)),
        ("2026-11", Partial(2026, 11)),
        ("1999", Partial(1999)),
    ],
)
def test_dates_may_be_whole_or_partial(written, read):
    assert tables.partial_date(written) == read


@pytest.mark.parametrize("written", ["2026-13-01", "2026-02-30", "25.11.2026", "", "0000", "12/11/2026"])
def test_impossible_and_doubtful_dates_are_no_dates(written):
    with pytest.raises(Unusable):
        tables.partial_date(written)


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (tables.count, "1.5"),
        (tables.count, "-1"),
        (tables.amount, "-0.1"),
        (tables.number, "nan"),
        (tables.number, "inf"),
        (tables.text, ""),
    ],
)
def test_numbers_keep_to_what_they_count(read, written):
    with pytest.raises(Unusable):
        read(written)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(written):
    for read in (tables.text, tables.number, tables.count, tables.amount, tables.partial_date):
        try:
            read(written)
        except Unusable as problem:
            assert str(problem).endswith(".")  # noqa: PT017


@pytest.mark.parametrize("given", ["place", "=zip", "place="])
def test_a_mapping_says_both_names(given):
    assert "equals sign" in refusal(lambda: columns_of([given]))


def test_only_the_rows_that_are_wanted_stay_and_cells_are_taken_for_what_they_mean(write):
    table = Table(write("Sex,Count\nFemale,<5\nTotal,9\nMale,\n"))
    table.read_as({"<5": "2", "": "0"})
    table.keep(tables.wanted_of(["Sex=Female|Male"]))
    assert table.values("Count", tables.count) == [2, 0]
    assert [line for line, _ in table.rows] == [2, 4]
    assert len(table.times) == 2
    with pytest.raises(Refused, match="no column “Age”"):
        table.keep({"Age": ("1",)})


@pytest.mark.parametrize(
    ("read", "given"), [("wanted_of", "Sex"), ("wanted_of", "=x"), ("meanings_of", "<5")]
)
def test_a_filter_says_both_sides(read, given):
    with pytest.raises(Refused, match=given):
        getattr(tables, read)([given])


@pytest.mark.parametrize(("written", "read"), [("1,615", 1615), ("1,234,567", 1234567), ("12", 12)])
def test_counts_may_have_commas_between_thousands(written, read):
    assert tables.count(written) == read


@pytest.mark.parametrize("written", ["1,6", "1615,000", ",615", "1,61 5", "1.5"])
def test_other_commas_are_no_counts(written):
    with pytest.raises(Unusable):
        tables.count(written)
