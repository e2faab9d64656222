"""`tutela link`: what people filled in is never written over, and no chance is certainty."""

from __future__ import annotations

import csv
import json

import pytest
from tests.operations.test_linking import HEADING, STRICT, invented, written

from tutela.operations.linking import Asked, run
from tutela.operations.refusals import Refused


@pytest.fixture
def asked(tmp_path) -> Asked:
    first, second, _ = invented(300)
    return Asked(
        file=written(tmp_path, HEADING, *first, name="shelter.csv"),
        other=written(tmp_path, HEADING, *second, name="hotline.csv"),
        out=tmp_path / "out",
        **STRICT,
    )


@pytest.mark.parametrize(
    "filled",
    [
        b"left,right,answer,why\na1,b1,same,\n",
        b"left;right;answer;why\na1;b1;same;\n",
        b"left,right,Answer\na1,b1,same\n",
        "left,right,answer,note\na1,b1,,café\n".encode("cp1252"),
        b"left,right,answer\na1,b1,,same\n",
        "left\tright\tanswer\na1\tb1\tsame\n".encode("utf-16"),
    ],
)
def test_answers_that_a_spreadsheet_saved_in_its_own_way_are_never_written_over(asked, filled):
    run(asked)
    path = asked.out / "review.csv"
    path.write_bytes(filled)
    with pytest.raises(Refused, match="holds answers, or is no longer as it was written"):
        run(asked)
    assert path.read_bytes() == filled


def test_what_nobody_filled_in_is_written_anew(asked):
    run(asked)
    before = (asked.out / "review.csv").read_bytes()
    run(asked)
    assert (asked.out / "review.csv").read_bytes() == before


def test_no_chance_is_certainty_in_any_file(asked):
    """Rounded to 1.0000 it would be read as proof."""
    run(asked)
    for name in ("pairs.csv", "review.csv"):
        with (asked.out / name).open(encoding="utf-8-sig", newline="") as file:
            chances = [float(row["chance"]) for row in csv.DictReader(file)]
        assert chances
        assert max(chances) < 1
    result = json.loads((asked.out / "result.json").read_text())
    assert 0 < result["ask_from"] <= result["same_from"] < 1
