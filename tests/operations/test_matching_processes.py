"""`tutela match`: counting whom both sides know, and two processes of which one is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
import yaml
from tests.operations.matching_sides import (
    HEADING,
    MARIAM,
    PEOPLE,
    Pair,
    begun,
    refused,
    written,
)

from tutela.operations.matching import counting
from tutela.operations.publishing.ledger import Ledger


# ---------------------------------------------------------------- counting
def counted(pair: Pair, step: str, **changes: object) -> int:
    side = "harbour" if step in {"begin", "return"} else "haven"
    asked = counting.Asked(
        step=counting.Step(step), agreement=pair.agreement, secret=pair.folder / f"{side}.secret",
        folder=pair.folder / f"counts-{side}",
    )  # fmt: skip
    return counting.count(replace(asked, **changes), at=pair.at)  # type: ignore[arg-type]


def test_two_agencies_count_whom_they_share_and_the_ledger_is_charged_first(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(counting, "ROUNDED_TO", 8)
    pair = begun(tmp_path)
    mine = written(
        tmp_path, [HEADING, *PEOPLE[:3], ["Z", "Zoltan", "Nagy", "1990-02-03", "M", "HUN", "yes"]], "mine.csv"
    )
    ledger = tmp_path / "ledger.jsonl"
    Ledger(ledger).open(population="assisted", epsilon=20.0, delta=1e-9, years_apart=False, at=pair.at)
    one, two, three = (tmp_path / name for name in ("1.count", "2.count", "3.count"))
    counted(pair, "begin", file=mine, out=one)
    assert "in use" not in refused(lambda: counted(pair, "return", message=one, out=three))
    counted(pair, "answer", file=tmp_path / "records.csv", message=one, out=two)
    assert one.stat().st_size < two.stat().st_size
    assert "was done before" in refused(
        lambda: counted(pair, "answer", file=tmp_path / "records.csv", message=one, out=two)
    )
    counted(pair, "return", message=two, out=three)
    for content in (one.read_bytes(), two.read_bytes(), three.read_bytes()):
        assert b"Diallo" not in content
    assert "charged before" in refused(lambda: counted(pair, "finish", message=three))
    capsys.readouterr()
    finish = {"message": three, "ledger": ledger, "population": "assisted", "epsilon": Fraction(2)}
    monkeypatch.setattr(
        counting, "discrete_laplace", lambda *, scale, source: 7 if scale == Fraction(1, 2) else 0
    )
    counted(pair, "finish", **finish)
    assert capsys.readouterr().out.startswith("People known to both Harbour and Haven: 10."), (
        "3 and the noise"
    )
    (charge,) = Ledger(ledger).read().charges
    assert charge.rho == pytest.approx(2)
    assert "finished before" in refused(lambda: counted(pair, "finish", **finish))


def test_a_count_that_the_ledger_cannot_bear_is_not_made(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(counting, "ROUNDED_TO", 4)
    pair = begun(tmp_path)
    mine = written(tmp_path, [HEADING, *PEOPLE[:2]], "mine.csv")
    ledger = tmp_path / "ledger.jsonl"
    Ledger(ledger).open(population="assisted", epsilon=1.0, delta=1e-9, years_apart=False, at=pair.at)
    one, two, three = (tmp_path / name for name in ("1.count", "2.count", "3.count"))
    counted(pair, "begin", file=mine, out=one)
    counted(pair, "answer", file=mine, message=one, out=two)
    counted(pair, "return", message=two, out=three)
    capsys.readouterr()
    refused(
        lambda: counted(
            pair, "finish", message=three, ledger=ledger, population="assisted", epsilon=Fraction(10)
        )
    )
    assert capsys.readouterr().out == ""
    for broken in (three.read_bytes()[:-1], b"", bytes(100)):
        (tmp_path / "broken").write_bytes(broken)
        assert "was not made by Harbour" in refused(
            lambda: counted(pair, "finish", message=tmp_path / "broken")
        )
    assert "step “return”" in refused(lambda: counted(pair, "finish", message=one))


# ---------------------------------------------------------------- two processes
def run(pair: Pair, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tutela", "match", *arguments], cwd=pair.folder,
        capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )  # fmt: skip


@contextmanager
def server(pair: Pair) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tutela", "match", "serve", "pair", "--agreement", "agreement.yaml",
         "--secret", "haven.secret", "--port", "0"],
        cwd=pair.folder, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert process.stderr is not None
    said = process.stderr.readline()
    try:
        yield process, f"http://127.0.0.1:{re.findall(r':([0-9]+)', said)[-1]}"
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        process.stderr.close()


@pytest.mark.slow
def test_two_processes_ask_answer_and_survive_a_kill(tmp_path):
    pair = begun(tmp_path, replies={"wait": "1 s", "every": "1 s"}, limits={"caseworker_a_day": 2})
    pair.at = datetime.now(UTC)
    pair.change(**{"from": pair.at.date() - timedelta(days=1), "until": pair.at.date() + timedelta(days=40)})
    assert run(pair, "prepare", "records.csv", "--agreement", "agreement.yaml", "--secret", "haven.secret",
               "--out", "pair", "--threshold", "3", "--workers", "1").returncode == 0  # fmt: skip
    (tmp_path / "person.yaml").write_text(yaml.safe_dump(MARIAM))
    common = ("--agreement", "agreement.yaml", "--secret", "harbour.secret")
    until = (pair.at.date() + timedelta(days=30)).isoformat()
    assert run(pair, "consent", "c.json", *common, "--reference", "H-17", "--purpose", "family tracing",
               "--until", until).returncode == 0  # fmt: skip
    ask = ("ask", "--person", "person.yaml", *common, "--consent", "c.json", "--caseworker", "bea")
    with server(pair) as (process, address):
        first = run(pair, *ask, "--address", address)
        assert first.returncode == 0, first.stderr
        assert "Possible: Haven may know this person." in first.stdout
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        gone = run(pair, *ask, "--address", address)
        assert gone.returncode == 1
        assert len(gone.stderr.strip().splitlines()) == 1
        assert "Nothing was found out." in gone.stderr
    with server(pair) as (_, address):
        again = run(pair, *ask, "--address", address)
        assert again.returncode == 1
        assert "90 days" in again.stderr, "what was answered before the kill still counts"
        waiting = run(
            pair, "waiting", "pair", "--agreement", "agreement.yaml", "--secret", "haven.secret"
        ).stdout
        assert "record R1" in waiting
        said = run(
            pair, "reply", "pair", waiting.split()[0], "--secret", "haven.secret", "--say", "Call B. Osei."
        )
        assert said.returncode == 0
        time.sleep(2.1)
        replies = run(pair, "replies", *common, "--address", address)
        assert replies.stdout == "H-17: Call B. Osei.\n"
        assert run(pair, "log", "pair").returncode == 0
        assert run(pair, "stop", "pair").returncode == 0
        (tmp_path / "person.yaml").write_text(yaml.safe_dump(MARIAM | {"reference": "H-18"}))
        run(
            pair,
            "consent",
            "d.json",
            *common,
            "--reference",
            "H-18",
            "--purpose",
            "family tracing",
            "--until",
            until,
        )
        ended = run(pair, *ask[:-3], "d.json", *ask[-2:], "--address", address)
        assert ended.returncode == 1
        assert "the pair was ended" in ended.stderr
