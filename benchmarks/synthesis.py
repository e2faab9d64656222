"""Publishes people beside pac-synth, the tool behind CTDC, counts errors, attacks the records, and times
both."""

from __future__ import annotations

import csv
import gzip
import json
import os
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import log
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from benchmarks.installation import machine
from benchmarks.synthesis_population import DOMAIN, population
from tools.install import peers
from tools.places import ROOT
from tools.table import table

from tutela.engines.synthesis import Column, Domain, Records, discrete_gaussian, measure, rho_of, synthesise
from tutela.engines.synthesis.measuring import counts

FILE = ROOT.parent / "shared" / "data" / "ctdc_global_kanon_2020_recoded_14k.csv.gz"
PEERS = ROOT / "benchmarks" / "peers"
SEEDS = int(os.environ.get("BENCH_SEEDS", "5"))
SMALL = int(os.environ.get("BENCH_SMALL", "20000"))
"""People of the generated file on which both are compared: pac-synth needs more than in proportion for
more."""
SMALL_SEEDS = int(os.environ.get("BENCH_SMALL_SEEDS", "3"))
LARGE = int(os.environ.get("BENCH_LARGE", "250000"))
PATIENCE = int(os.environ.get("BENCH_PATIENCE", "900"))
"""Seconds for which pac-synth may work on the large file; 0 leaves it out."""
EPSILON = 4.0


@dataclass(frozen=True, slots=True)
class Run:
    """One release: errors over all tables of three columns, and what it took."""

    distance: float
    """Mean total variation distance of the synthetic records from the real ones, "not stated" included."""
    error: float
    """Mean error of the synthetic counts of combinations that are stated and exist, in people."""
    aggregate: float
    """The same of the published tables, negatives cut."""
    lost: float
    """Share of those combinations that no synthetic record has."""
    made_up: float
    """Share of the combinations of the synthetic records that nobody has."""
    covered: float
    """Share of all cells whose printed interval holds the real count."""
    cpu: float
    megabytes: float


def main() -> None:
    print(f"{machine()}\n")
    print(f"A draw of noise: {_sampler():.2f} microseconds")
    if FILE.exists():
        domain, records = _ctdc()
        _compare("CTDC 2020, 14,299 × 10", domain, records, SEEDS)
        _attacks(domain, records)
    else:
        print("\nThe file of CTDC is not beside the project: its comparison and the attacks are left out.")
    _compare(f"invented, {SMALL:,} × 27", DOMAIN, population(SMALL, np.random.default_rng(2026)), SMALL_SEEDS)
    _large()


# ---------------------------------------------------------------- side by side
def _compare(title: str, domain: Domain, records: Records, seeds: int) -> None:
    print(f"\n{title}: epsilon {EPSILON:g}, delta {_delta(len(records)):.2g}, median of {seeds}", flush=True)
    ours = _median([_alone(_release, domain, records, seed) for seed in range(seeds)])
    better = _median([_peer(domain, records, "yes") for _ in range(seeds)])
    usual = _median([_peer(domain, records, "no") for _ in range(seeds)])
    rows = [
        ("distance of tables of three", 4, "distance", ".4f"),
        ("error of synthetic counts of three", 2, "error", ".2f"),
        ("error of the published tables of three", 1.7, "aggregate", ".2f"),
        ("combinations lost", None, "lost", ".1%"),
        ("combinations made up", None, "made_up", ".1%"),
        ("intervals that hold the count", None, "covered", ".2%"),
        ("CPU s", 1, "cpu", ".1f"),
        ("MB", None, "megabytes", ".0f"),
    ]
    lines = []
    for name, target, field, how in rows:
        values = [getattr(one, field) for one in (ours, better, usual)]
        times = "" if target is None else f"{values[1] / values[0]:.1f}"
        shown = ["–" if value != value else format(value, how) for value in values]
        lines.append((name, *shown, times, "" if target is None else f"{target:g}"))
    print(
        table(("", "Tutela", "pac-synth", "pac-synth as it comes", "times better", "target"), lines),
        flush=True,
    )


def _delta(people: int) -> float:
    """What pac-synth takes by itself; the same for both."""
    return 1 / (people * log(people))


def _median(runs: list[Run]) -> Run:
    return Run(*(statistics.median(getattr(one, name) for one in runs) for name in Run.__dataclass_fields__))


def _alone(work: Callable[..., Run], *given: object) -> Run:
    """Work in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _release(domain: Domain, records: Records, seed: int) -> Run:
    started = time.process_time()
    rho = rho_of(epsilon=EPSILON, delta=_delta(len(records)))
    measured = measure(records, domain, rho=rho, source=secrets.token_bytes)
    made = synthesise(measured, people=round(measured.people), generator=np.random.default_rng(seed))
    cpu, megabytes = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    held = np.ascontiguousarray(records.T)
    wrong = cells = missed = total = 0.0
    for noisy in measured.tables((3,)):
        real = counts(held, domain, noisy.places)
        seen = _stated(domain, noisy.places) & (real > 0)
        wrong += float(np.abs(np.maximum(noisy.values, 0) - real)[seen].sum())
        cells += int(seen.sum())
        missed += int(((real < noisy.low) | (real > noisy.high)).sum())
        total += real.size
    return Run(*_judged(domain, records, made, wrong / cells), 1 - missed / total, cpu, megabytes)


def _judged(domain: Domain, records: Records, made: Records, aggregate: float) -> tuple[float, ...]:
    """Distance, error, error of the published tables, lost, made up."""
    real, other = np.ascontiguousarray(records.T), np.ascontiguousarray(made.T)
    distances = []
    wrong = exist = lost = there = new = 0.0
    for places in combinations(range(len(domain.columns)), 3):
        first, second = counts(real, domain, places), counts(other, domain, places)
        distances.append(float(np.abs(first / len(records) - second / max(len(made), 1)).sum()) / 2)
        stated = _stated(domain, places)
        first, second = first[stated], second[stated]
        seen = first > 0
        wrong += float(np.abs(first - second)[seen].sum())
        exist, lost = exist + int(seen.sum()), lost + int((seen & (second == 0)).sum())
        there, new = there + int((second > 0).sum()), new + int((~seen & (second > 0)).sum())
    return statistics.mean(distances), wrong / exist, aggregate, lost / exist, new / max(there, 1)


def _stated(domain: Domain, places: Iterable[int]) -> np.ndarray:
    """The cells of a table whose codes all say something."""
    marks = [np.array([code != "" for code in domain.columns[place].codes]) for place in places]
    return marks[0][:, None, None] & marks[1][None, :, None] & marks[2][None, None, :]


# ---------------------------------------------------------------- pac-synth
def _peer(domain: Domain, records: Records, synthetic_counts: str, patience: int | None = None) -> Run:
    """Raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder, "in.csv"), Path(folder, "out")
        _write(given, domain, records)
        asked = (given, out, EPSILON, _delta(len(records)), synthetic_counts)
        _run("pac_synth", *asked, patience=patience)
        answer = json.loads(Path(f"{out}.json").read_text(encoding="utf-8"))
        with Path(f"{out}.csv").open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
    made = domain.encode([dict(zip(head, row, strict=True))[name] for name in domain.names] for row in rows)
    wrong = _aggregate_error(domain, records, answer["aggregates"])
    return Run(*_judged(domain, records, made, wrong), float("nan"), answer["cpu"], answer["megabytes"])


def _aggregate_error(domain: Domain, records: Records, aggregates: dict[str, int]) -> float:
    """Mean error of the aggregates of three over combinations that exist; the others count as 0."""
    place = {name: at for at, name in enumerate(domain.names)}
    code = [{text: at for at, text in enumerate(column.codes)} for column in domain.columns]
    reported: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    for text, count in aggregates.items():
        pairs = sorted(
            (place[name], value) for name, _, value in (one.partition(":") for one in text.split(";"))
        )
        places = tuple(at for at, _ in pairs)
        reported.setdefault(places, {})[tuple(code[at][value] for at, value in pairs)] = count
    held = np.ascontiguousarray(records.T)
    wrong = cells = 0.0
    for places in combinations(range(len(domain.columns)), 3):
        real = counts(held, domain, places)
        said = np.zeros_like(real)
        for cell, count in reported.get(places, {}).items():
            said[cell] = count
        seen = _stated(domain, places) & (real > 0)
        wrong, cells = wrong + float(np.abs(real - said)[seen].sum()), cells + int(seen.sum())
    return wrong / cells


@cache
def _python() -> str:
    return str(peers())


def _run(name: str, *given: object, patience: int | None = None) -> None:
    subprocess.run([_python(), str(PEERS / f"{name}.py"), *map(str, given)], check=True, timeout=patience)


def _write(path: Path, domain: Domain, records: Records) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(domain.names)
        writer.writerows(domain.decode(records))


def _ctdc() -> tuple[Domain, Records]:
    """The file, its code lists taken from it: for a comparison only. pac-synth reads 0 as not stated; so do
    we."""
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    rows = [["" if value == "0" else value for value in row] for row in rows]
    lists = [tuple(sorted({"", *(row[at] for row in rows)})) for at in range(len(head))]
    domain = Domain(tuple(Column(name, codes) for name, codes in zip(head, lists, strict=True)))
    return domain, domain.encode(rows)


# ---------------------------------------------------------------- attacks
def _attacks(domain: Domain, records: Records) -> None:
    """Of the real people 10,000 are published and attacked; the others show what succeeds without a leak."""
    chance = np.random.default_rng(1)
    mixed = records[chance.permutation(len(records))]
    published, control = mixed[:10_000], mixed[10_000:]
    measured = measure(published, domain, rho=rho_of(epsilon=EPSILON), source=secrets.token_bytes)
    made = synthesise(measured, people=round(measured.people), generator=chance)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{name}.csv") for name in ("real", "synthetic", "control")]
        for path, some in zip(files, (published, made, control), strict=True):
            _write(path, domain, some)
        _run("anonymeter", *files, Path(folder, "out.json"), 1)
        answer: dict[str, Any] = json.loads(Path(folder, "out.json").read_text(encoding="utf-8"))
    print(f"\nAttacks by anonymeter, 500 each, epsilon {EPSILON:g}, delta 1e-9: share that succeeded")
    risks = ("risk", "low", "high")
    heads = ("attack", "published people", "people left out", "risk", "95 % from", "to")
    rows = [
        (name, *(f"{one[key]:.1%}" for key in ("real", "control")), *(f"{one[key]:.3f}" for key in risks))
        for name, one in answer["attacks"]
    ]
    print(table(heads, rows), flush=True)


# ---------------------------------------------------------------- size
def _sampler() -> float:
    started = time.process_time()
    discrete_gaussian(1000, 1_000_000, secrets.token_bytes)
    return time.process_time() - started


def _large() -> None:
    people = population(LARGE, np.random.default_rng(2026))
    seven = Domain(DOMAIN.columns[:7])
    narrow = _alone(_release, seven, np.ascontiguousarray(people[:50_000, :7]), 1)
    wide = _alone(_release, DOMAIN, people, 1)
    rows = [
        ("50,000 × 7", f"{narrow.cpu:.0f}", f"{narrow.megabytes:.0f}", *_errors(narrow), "20 s"),
        (
            f"{LARGE:,} × 27",
            f"{wide.cpu:.0f}",
            f"{wide.megabytes:.0f}",
            *_errors(wide),
            "180 s, 1,000 MB",
        ),
    ]
    heads = ("invented", "CPU s", "MB", "distance", "synthetic error", "table error", "covered", "target")
    print(f"\nSize, once each\n{table(heads, rows)}", flush=True)
    if PATIENCE:
        try:
            slow = _peer(DOMAIN, people, "yes", PATIENCE)
            took = f"{slow.cpu:.0f} CPU s, {slow.megabytes:.0f} MB, distance {slow.distance:.4f}"
            print(f"pac-synth, {LARGE:,} × 27: {took}")
        except subprocess.TimeoutExpired:
            print(f"pac-synth, {LARGE:,} × 27: stopped after {PATIENCE} s without an answer")


def _errors(run: Run) -> tuple[str, ...]:
    return f"{run.distance:.4f}", f"{run.error:.2f}", f"{run.aggregate:.2f}", f"{run.covered:.2%}"


if __name__ == "__main__":
    sys.exit(main())
