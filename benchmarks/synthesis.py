"""Publishes people beside pac-synth, the tool behind CTDC, counts errors, attacks the records, and times
both."""

from __future__ import annotations

import csv
import gzip
import hashlib
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
from dataclasses import asdict, dataclass
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

from tutela.engines.synthesis import (
    Column,
    Domain,
    Records,
    discrete_gaussian,
    estimate,
    measure,
    rho_of,
    synthesise,
)
from tutela.engines.synthesis.measuring import counts

FILE = ROOT.parent / "shared" / "data" / "ctdc_global_kanon_2020_recoded_14k.csv.gz"
PEERS = ROOT / "benchmarks" / "peers"
SEEDS = int(os.environ.get("BENCH_SEEDS", "5"))
LARGE = int(os.environ.get("BENCH_LARGE", "250000"))
"""Invented people with 27 columns."""
LARGE_SEEDS = int(os.environ.get("BENCH_LARGE_SEEDS", "5"))
KEPT = ROOT / "var" / "bench" / "pac_synth"
"""What pac-synth answered on the invented file, a quarter of an hour each: not asked for again while the
question and the lock of the peers are the same."""
EPSILON = 4.0


@dataclass(frozen=True, slots=True)
class Run:
    """One release: errors over all tables of three columns, and what it took."""

    distance: float
    """Mean total variation distance of the synthetic records from the real ones, "not stated" included."""
    error: float
    """Mean error of the synthetic counts of combinations that are stated and exist, in people."""
    aggregate: float
    """The same of the published tables: of ours the likeliest counts, of pac-synth's the aggregates."""
    unbiased: float
    """The same of our published numbers with intervals, negatives cut."""
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
        _compare("CTDC 2020, 14,299 × 10", domain, records, SEEDS, as_it_comes=True)
        _attacks(domain, records)
    else:
        print("\nThe file of CTDC is not beside the project: its comparison and the attacks are left out.")
    people = population(LARGE, np.random.default_rng(2026))
    _narrow(np.ascontiguousarray(people[:50_000, :7]))
    _compare(f"invented, {LARGE:,} × 27", DOMAIN, people, LARGE_SEEDS, keep=True)


# ---------------------------------------------------------------- side by side
def _compare(
    title: str, domain: Domain, records: Records, seeds: int, *, as_it_comes: bool = False, keep: bool = False
) -> None:
    """`as_it_comes`: beside pac-synth with its usual setting too; `keep`: do not ask pac-synth twice."""
    print(f"\n{title}: epsilon {EPSILON:g}, delta {_delta(len(records)):.2g}, median of {seeds}", flush=True)
    every = {"Tutela": _median([_alone(_release, domain, records, seed) for seed in range(seeds)])}
    kept = KEPT if keep else None
    every["pac-synth"] = _median([_peer(domain, records, "yes", number, kept) for number in range(seeds)])
    if as_it_comes:
        every["pac-synth as it comes"] = _median(
            [_peer(domain, records, "no", number, kept) for number in range(seeds)]
        )
    rows = [
        ("distance of tables of three", 4, "distance", ".4f"),
        ("error of synthetic counts of three", 2, "error", ".2f"),
        ("error of the published tables of three", 1.7, "aggregate", ".2f"),
        ("the same, unbiased numbers", None, "unbiased", ".2f"),
        ("combinations lost", None, "lost", ".1%"),
        ("combinations made up", None, "made_up", ".1%"),
        ("intervals that hold the count", None, "covered", ".2%"),
        ("CPU s", 1, "cpu", ".1f"),
        ("MB", None, "megabytes", ".0f"),
    ]
    lines = []
    for name, target, field, how in rows:
        values = [getattr(one, field) for one in every.values()]
        times = "" if target is None else f"{values[1] / values[0]:.1f}"
        shown = ["–" if value != value else format(value, how) for value in values]
        lines.append((name, *shown, times, "" if target is None else f"{target:g}"))
    print(table(("", *every, "times better", "target"), lines), flush=True)


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
    estimated = estimate(measured)
    made = synthesise(estimated, people=round(measured.people), generator=np.random.default_rng(seed))
    cpu, megabytes = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    held = np.ascontiguousarray(records.T)
    likely = unbiased = cells = missed = total = 0.0
    for noisy in measured.tables((3,)):
        real = counts(held, domain, noisy.places)
        seen = _stated(domain, noisy.places) & (real > 0)
        likely += float(np.abs(estimated.tables[noisy.places] - real)[seen].sum())
        unbiased += float(np.abs(np.maximum(noisy.values, 0) - real)[seen].sum())
        cells += int(seen.sum())
        missed += int(((real < noisy.low) | (real > noisy.high)).sum())
        total += real.size
    return Run(
        **_judged(domain, records, made),
        aggregate=likely / cells,
        unbiased=unbiased / cells,
        covered=1 - missed / total,
        cpu=cpu,
        megabytes=megabytes,
    )


def _judged(domain: Domain, records: Records, made: Records) -> dict[str, float]:
    """What there is to say of synthetic records beside the real ones: fields of Run."""
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
    return {
        "distance": statistics.mean(distances),
        "error": wrong / exist,
        "lost": lost / exist,
        "made_up": new / max(there, 1),
    }


def _stated(domain: Domain, places: Iterable[int]) -> np.ndarray:
    """The cells of a table whose codes all say something."""
    marks = [np.array([code != "" for code in domain.columns[place].codes]) for place in places]
    return marks[0][:, None, None] & marks[1][None, :, None] & marks[2][None, None, :]


# ---------------------------------------------------------------- pac-synth
def _peer(domain: Domain, records: Records, synthetic_counts: str, number: int, kept: Path | None) -> Run:
    """The answer to one question; `kept`: a folder where it is looked for, and put."""
    asked = (EPSILON, _delta(len(records)), synthetic_counts)
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder, "in.csv"), Path(folder, "out")
        _write(given, domain, records)
        version = (ROOT / "requirements" / "peers.lock").read_bytes()
        question = hashlib.sha256(given.read_bytes() + repr(asked).encode() + version).hexdigest()
        before = kept / f"{question[:16]}-{number}.json" if kept else None
        if before and before.exists():
            print(f"pac-synth: answer {number + 1} is of an earlier run on this machine", flush=True)
            return Run(**json.loads(before.read_text(encoding="utf-8")))
        _run("pac_synth", given, out, *asked)
        found = _answer(domain, records, out)
    if before:
        before.parent.mkdir(parents=True, exist_ok=True)
        before.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


def _answer(domain: Domain, records: Records, out: Path) -> Run:
    """What lies in OUT.csv and OUT.json, judged."""
    answer = json.loads(Path(f"{out}.json").read_text(encoding="utf-8"))
    with Path(f"{out}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    made = domain.encode([dict(zip(head, row, strict=True))[name] for name in domain.names] for row in rows)
    return Run(
        **_judged(domain, records, made),
        aggregate=_aggregate_error(domain, records, answer["aggregates"]),
        unbiased=float("nan"),
        covered=float("nan"),
        cpu=answer["cpu"],
        megabytes=answer["megabytes"],
    )


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


def _run(name: str, *given: object) -> None:
    subprocess.run([_python(), str(PEERS / f"{name}.py"), *map(str, given)], check=True)


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
    made = synthesise(estimate(measured), people=round(measured.people), generator=chance)
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


def _narrow(people: Records) -> None:
    """50,000 people with seven columns: how long it takes."""
    run = _alone(_release, Domain(DOMAIN.columns[: people.shape[1]]), people, 1)
    print(
        f"\ninvented, {len(people):,} × {people.shape[1]}: {run.cpu:.1f} CPU s (target 20),"
        f" {run.megabytes:.0f} MB, distance {run.distance:.4f}, synthetic error {run.error:.2f}, table error"
        f" {run.aggregate:.2f}, intervals hold {run.covered:.2%}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
