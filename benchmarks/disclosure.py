"""Times the protection of tables, checks it with an attacker, and sets k and l beside pycanon's."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from benchmarks.installation import machine
from tools.install import peers
from tools.places import ROOT
from tools.table import table

from tutela.engines.disclosure import (
    CountRules,
    Table,
    anonymity,
    counted,
    exposed,
    flat,
    of_counts,
    suppress,
    with_margins,
)

CELLS = tuple(int(number) for number in os.environ.get("BENCH_CELLS", "100 1000 10000").split())
DATA = ROOT.parent / "shared" / "data"
VICTIMS = DATA / "unodc_glotip_2025-04-14.csv.gz"
RECORDS = DATA / "ctdc_global_kanon_2020_recoded_14k.csv.gz"
WANTED = {
    "Indicator": {"Detected trafficking victims"},
    "Dimension": {"by form of exploitation"},
    "Sex": {"Female", "Male", "Other"},
    "Age": {"0 to 17 years", "18 years or over"},
}
ASKED = ("Country", "Category", "Year"), ("Subregion", "Category", "Sex")
PEER = ROOT / "benchmarks" / "peers" / "pycanon.py"


def main() -> None:
    print(machine())
    rows = [_protect(f"invented, {cells:,} cells", _invented(cells)) for cells in CELLS]
    if VICTIMS.exists():
        lines = _lines(VICTIMS)
        rows += [_protect(f"UNODC, {' × '.join(columns)}", _victims(lines, columns)) for columns in ASKED]
    heads = ("table", "cells", "unsafe", "could be worked out", "held back more", "people not shown")
    print(table((*heads, "beside whole rows", "CPU s", "after it"), rows))
    print()
    print(table(("records", "columns", "k", "l", "pycanon k", "l", "CPU ms", "pycanon ms"), _gates()))


def _protect(name: str, whole: Table) -> tuple[object, ...]:
    """One line: what is unsafe, what an attacker could work out before and after, and what it costs."""
    started = time.process_time()
    needs = of_counts(whole, CountRules(sensitive=()))
    pattern = suppress(whole, needs)
    spent = time.process_time() - started
    before = exposed(whole, needs.unsafe, needs.floor, needs.low, needs.high)
    after = exposed(whole, pattern.hidden, needs.floor, needs.low, needs.high)
    inner = tuple(slice(axis.parts) for axis in whole.axes)
    people = whole.inner.sum()
    lost = whole.inner[pattern.hidden[inner]].sum() / people
    in_rows = needs.unsafe[inner].any(axis=-1, keepdims=True) & np.ones(whole.inner.shape, dtype=bool)
    return (
        name,
        whole.values.size,
        int(needs.unsafe.sum()),
        int(before.sum()),
        int(pattern.complements.sum()),
        f"{lost:.1%}",
        f"{whole.inner[in_rows].sum() / people:.1%}",
        f"{spent:.2f}",
        int((after & needs.unsafe).sum()),
    )


def _invented(cells: int) -> Table:
    """A table as of countries by forms: few cells hold most people."""
    rows = max(2, round(cells**0.5 * 2))
    columns = max(2, cells // rows)
    chance = np.random.default_rng(cells)
    expected = 2_000 / np.outer(np.arange(1, rows + 1), np.arange(1, columns + 1)) ** 0.9
    axes = [flat("a", [f"a{n}" for n in range(rows)]), flat("b", [f"b{n}" for n in range(columns)])]
    return with_margins(axes, chance.poisson(expected))


def _lines(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _victims(lines: list[dict[str, str]], columns: tuple[str, ...]) -> Table:
    """Counts below 5 are published as <5; they are taken for 2."""
    kept = [
        line
        for line in lines
        if all(line[name] in values for name, values in WANTED.items())
        and ("Year" in columns or line["Year"] == "2020")
    ]
    labels = [sorted({line[name] for line in kept}) for name in columns]
    codes = np.array(
        [[places.index(line[name]) for places, name in zip(labels, columns, strict=True)] for line in kept]
    )
    counts = [2 if line["txtVALUE"] == "<5" else int(line["txtVALUE"].replace(",", "")) for line in kept]
    return counted(
        [flat(name, places) for name, places in zip(columns, labels, strict=True)], codes, np.array(counts)
    )


def _gates() -> list[tuple[object, ...]]:
    """k and l of the same files, by both; they must be the same."""
    found = [_gate("invented, 50,000", _people(50_000), ("a", "b", "c"), "s")]
    if RECORDS.exists():
        columns = ("yearOfRegistration", "gender", "citizenship")
        found.append(_gate("CTDC 2020, 14,299", _lines(RECORDS), columns, "ExploitType"))
    return found


def _people(number: int) -> list[dict[str, str]]:
    chance = np.random.default_rng(5)
    held = {
        name: chance.integers(0, size, number) for name, size in (("a", 6), ("b", 9), ("c", 12), ("s", 7))
    }
    return [{name: str(values[at]) for name, values in held.items()} for at in range(number)]


def _gate(
    name: str, lines: list[dict[str, str]], columns: tuple[str, ...], secret: str
) -> tuple[object, ...]:
    codes = np.array(
        [np.unique([line[name] for line in lines], return_inverse=True)[1] for name in (*columns, secret)]
    ).T
    started = time.process_time()
    ours = anonymity(codes[:, :-1], codes[:, -1])
    spent = time.process_time() - started
    theirs = _pycanon(lines, columns, secret)
    assert (ours.k, ours.l) == (theirs["k"], theirs["l"])
    return (
        name,
        ", ".join(columns),
        ours.k,
        ours.l,
        int(theirs["k"]),
        int(theirs["l"]),
        f"{1000 * spent:.0f}",
        f"{1000 * theirs['cpu']:.0f}",
    )


def _pycanon(lines: list[dict[str, str]], columns: tuple[str, ...], secret: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "records.csv")
        into = io.StringIO()
        writer = csv.DictWriter(into, [*columns, secret], extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
        path.write_text(into.getvalue(), encoding="utf-8")
        command = [str(peers()), str(PEER), str(path), ",".join(columns), secret]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
