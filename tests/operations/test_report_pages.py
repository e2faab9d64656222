"""A report is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.operations.language import speaking
from tutela.operations.refusals import Refused
from tutela.operations.reports import pages


def test_a_report_takes_the_place_of_the_one_before(tmp_path: Path):
    (tmp_path / "report.html").write_text("old", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pages.whole(tmp_path) as folder:
        (folder / "report.html").write_text("new", encoding="utf-8")
        assert (tmp_path / "report.html").read_text(encoding="utf-8") == "old"
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "new"
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "notes.txt"}


def test_a_report_that_fails_leaves_the_one_before(tmp_path: Path):
    (tmp_path / "report.html").write_text("old", encoding="utf-8")

    def fail() -> None:
        with pages.whole(tmp_path) as folder:
            (folder / "report.html").write_text("half", encoding="utf-8")
            raise OSError("no space left on device")

    with pytest.raises(Refused, match="cannot be written to: no space left on device"):
        fail()
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        "report.html": "old"
    }


def test_a_folder_that_is_not_there_is_made(tmp_path: Path):
    with pages.whole(tmp_path / "a" / "b") as folder:
        (folder / "one.csv").write_text("x", encoding="utf-8")
    assert (tmp_path / "a" / "b" / "one.csv").exists()


def test_in_arabic_a_cell_keeps_its_own_direction():
    """“18 years or over” must not read “years or over 18”."""
    with speaking("ar"):
        assert "<bdi>18 years or over</bdi>" in pages.table(["Age"], [["18 years or over"]], caption="x")
    assert "<td>18 years or over</td>" in pages.table(["Age"], [["18 years or over"]], caption="x")
