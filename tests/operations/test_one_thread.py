"""What is made again must come out the same, however many processors the machine has."""

from __future__ import annotations

import os

import pytest

from tutela import cli

NOTHING = {
    "publish": ["none.csv", "--codes", "none.yaml", "--population", "assisted", "--epsilon", "1"],
    "add-releases": ["none", "nor-this"],
    "compare": ["none", "none.csv", "--epsilon", "1"],
}


@pytest.mark.parametrize("word", NOTHING)
def test_noisy_tables_are_worked_with_on_one_thread(word, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "")  # put back as it was when the test ends
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    assert cli.main([word, *NOTHING[word], "--ledger", "none.jsonl", "--out", "out"]) == 1
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
