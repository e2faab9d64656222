"""Ten million events counted by place and day: by DuckDB in bounded memory, by Spark with the same call."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from benchmarks.installation import machine
from tools.machine import has_java
from tools.places import ROOT, surroundings
from tools.table import table

from tutela.operations.hotspots.asked import Asked, Unit
from tutela.operations.hotspots.reading import read
from tutela.operations.reading import Engine, aggregate

EVENTS = int(os.environ.get("BENCH_EVENTS", "10000000"))
PLACES, DAYS = 500, 2_190
_MADE = """
    copy (
        select 'place-' || lpad((hash(i) % {places})::varchar, 3, '0') as place,
            (date '2020-01-01' + (hash(i * 7 + 1) % {days})::int)::date as date,
            case hash(i * 13) % 2 when 0 then 'f' else 'm' end as sex,
            1 as cases, 'note ' || i::varchar as note
        from range({events}) t(i)
    ) to '{path}' ({how})
"""
_WHERE = """
    copy (
        select 'place-' || lpad(i::varchar, 3, '0') as place, 40 + (i % 25) / 5 as lat,
            1 + (i // 25) / 5 as lon
        from range({places}) t(i)
    ) to '{path}' (header)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one reading took, in a process of its own: `cpu` with all that it started."""

    lines: int
    groups: int
    wall: float
    cpu: float
    peak_mb: float


def main() -> None:
    print(machine())
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        text, rows, places = (Path(folder) / name for name in ("events.csv", "events.parquet", "places.csv"))
        _make(text, rows, places)
        sizes = [f"{path.stat().st_size / 1e6:,.0f} MB as {path.suffix[1:]}" for path in (text, rows)]
        print(f"{EVENTS:,} events at {PLACES} places on {DAYS:,} days: {', '.join(sizes)}")
        heads = ("what", "lines", "different", "wall s", "CPU s", "peak MB")
        print(table(heads, list(_measured(text, rows, places))))


def _make(text: Path, rows: Path, places: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        for path, how in ((text, "header"), (rows, "format parquet")):
            connection.execute(_MADE.format(places=PLACES, days=DAYS, events=EVENTS, path=path, how=how))
        connection.execute(_WHERE.format(places=PLACES, path=places))


def _measured(text: Path, rows: Path, places: Path) -> Iterator[tuple[str, ...]]:
    engines = [Engine.DUCKDB]
    if importlib.util.find_spec("pyspark") and has_java():
        engines.append(Engine.SPARK)
    else:
        print("Spark is not measured: ./run add spark, and Java 17 or newer.")
    for engine in engines:
        for path in (text, rows):
            yield _row(f"counted by {engine}, {path.suffix[1:]}", _apart("count", path, engine))
    for path in (text, rows):
        yield _row(f"read for a scan, {path.suffix[1:]}", _apart("scan", path, places))


def _row(what: str, cost: Cost) -> tuple[str, ...]:
    counts = (f"{cost.lines:,}", f"{cost.groups:,}")
    return (what, *counts, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak_mb:,.0f}")


def _apart(*words: object) -> Cost:
    """The cost of one reading in a fresh process, as it measures itself."""
    command = [sys.executable, "-m", "benchmarks.aggregation", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=surroundings(), capture_output=True, text=True, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


# ---------------------------------------------------------------- in the process of its own
def _alone(what: str, path: Path, other: str) -> None:
    started = time.perf_counter()
    used, done = [_used()], threading.Event()
    watch = threading.Thread(target=_watch, args=(used, done), daemon=True)
    watch.start()
    if what == "count":
        found = aggregate([path], ["place", "date", "cases"], engine=Engine(other))
        lines, groups = int(found.times.sum()), len(found.times)
    else:
        study = read(Asked(file=path, places=Path(other), out=path.parent, unit=Unit.DAY))
        lines, groups = int(study.cases.sum()), int((study.cases > 0).sum())
    wall = time.perf_counter() - started
    done.set()
    watch.join()
    cpu, peak = (max(each) for each in zip(*used, strict=True))
    print(json.dumps(asdict(Cost(lines, groups, wall, cpu, peak))))


def _watch(used: list[tuple[float, float]], done: threading.Event) -> None:
    while not done.wait(0.2):
        used.append(_used())
    used.append(_used())


def _used() -> tuple[float, float]:
    """CPU seconds of this process and those below it that run (Java), and their peaks in MB."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    cpu, peak = mine.ru_utime + mine.ru_stime, mine.ru_maxrss / 1024
    for pid in _below(os.getpid()):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        except OSError:  # ended meanwhile
            continue
        cpu += (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
        peak += int(status.get("VmHWM", "0 kB").split()[0]) / 1024
    return cpu, peak


def _below(pid: int) -> Iterator[int]:
    try:
        listed = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # ended meanwhile
        return
    for child in map(int, " ".join(listed).split()):
        yield child
        yield from _below(child)


if __name__ == "__main__":
    _alone(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
