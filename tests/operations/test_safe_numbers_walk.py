"""The walk-through of safe numbers, command for command, on the public table that it names."""

from __future__ import annotations

import gzip
import re
import shlex
from pathlib import Path

import pytest
from tests.guards.scan import ROOT

from tutela import cli

PAGE = (ROOT / "docs" / "howto" / "publish-safe-numbers.md").read_text(encoding="utf-8")
DATA = ROOT.parent / "shared" / "data" / "unodc_glotip_2025-04-14.csv.gz"
LINES = re.search(r"^lines=\((.*?)\)$", PAGE, re.MULTILINE | re.DOTALL)
RELEASE = re.search(r"^release=\((.*?)\)$", PAGE, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    """What the page has people type, after its two lists of words are put in."""
    assert LINES
    assert RELEASE
    found = []
    for line in re.findall(r"^tutela (.*)$", PAGE, re.MULTILINE):
        whole = line.replace('"${lines[@]}"', LINES[1]).replace('"${release[@]}"', RELEASE[1])
        found.append(shlex.split(whole))
    return found


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    if not DATA.exists():
        pytest.skip(f"{DATA.name} is not here: it belongs to the UNODC and is not ours to copy.")
    (tmp_path / "glotip.csv").write_bytes(gzip.decompress(DATA.read_bytes()))
    codes = re.search(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert codes
    (tmp_path / "codes.yaml").write_text(codes[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.reference
def test_the_walk_gives_what_the_page_shows(here, capsys):
    told = ""
    for words in commands():
        assert cli.main(words) == 0, words
        both = capsys.readouterr()
        told += both.err + both.out
    shown = [
        line
        for block in re.findall(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
        if not re.search(r"…|Digest|\d{4}-\d\d-\d\d|other\.csv|Category: 369|Look at lines", line)
    ]
    told += (here / "2020" / "tables-2.csv").read_text(encoding="utf-8")
    assert len(shown) > 20
    assert [line for line in shown if line not in told.splitlines()] == []


@pytest.mark.reference
def test_a_second_draw_of_the_year_is_refused_as_the_page_says(here, capsys):
    first, *_ = [words for words in commands() if words[0] == "publish" and "--dry-run" not in words]
    assert cli.main(next(words for words in commands() if words[:2] == ["ledger", "open"])) == 0
    assert cli.main(first) == 0
    assert cli.main([*first, "--test-seed", "3", "--out", "again"]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert re.sub(r"\d{4}-\d\d-\d\d", "DAY", said) in re.sub(r"\d{4}-\d\d-\d\d", "DAY", PAGE)
