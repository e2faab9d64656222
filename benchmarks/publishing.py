"""Times `tutela publish` as a whole, from a file with the columns of the CTDC to the folder that leaves."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from benchmarks.installation import machine
from tools.places import ROOT
from tools.table import table

from tutela.engines.synthesis import Domain
from tutela.operations.publishing import codes

PEOPLE = tuple(int(number) for number in os.environ.get("BENCH_PEOPLE", "250000").split())
LISTS = ROOT / "library" / "releases" / "ctdc.yaml"
ONE_RUN = """
import resource, sys
from tutela import cli
ledger = ["--ledger", "ledger.jsonl", "--population", "people"]
cli.main(["ledger", "open", "ledger.jsonl", "--population", "people", "--epsilon", "8"])
started = resource.getrusage(resource.RUSAGE_SELF)
given = ["--codes", sys.argv[1], "--epsilon", "4", "--shape", "ctdc", *ledger]
done = cli.main(["publish", "people.csv", *given])
used = resource.getrusage(resource.RUSAGE_SELF)
assert done == 0
print("used", used.ru_utime + used.ru_stime - started.ru_utime - started.ru_stime, used.ru_maxrss / 1024)
"""


def main() -> None:
    print(machine())
    print(
        table(("people", "columns", "numbers", "CPU s", "MB", "MB written"), [_once(one) for one in PEOPLE])
    )


def _once(people: int) -> tuple[object, ...]:
    domain = codes.read(LISTS).domain
    with tempfile.TemporaryDirectory() as folder:
        _invent(Path(folder, "people.csv"), domain, people)
        done = subprocess.run(
            [sys.executable, "-c", ONE_RUN, str(LISTS)],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        cpu, megabytes = done.stdout.partition("used ")[2].split()
        written = sum(path.stat().st_size for path in Path(folder, "release").iterdir())
    numbers = sum(int(np.prod(domain.shape(places))) for places in domain.subsets(3))
    return (
        people,
        len(domain.columns),
        numbers,
        f"{float(cpu):.0f}",
        f"{float(megabytes):.0f}",
        f"{written / 1e6:.0f}",
    )


def _invent(path: Path, domain: Domain, people: int) -> None:
    """People of five kinds: flags hang together through them, and few codes of a long list are common."""
    chance = np.random.default_rng(1)
    kind = chance.integers(0, 5, people)
    columns = []
    for at, column in enumerate(domain.columns):
        size = len(column.codes)
        if size == 2:
            place = (chance.random(people) < np.array([0.05, 0.2, 0.4, 0.6, 0.3])[(kind + at) % 5]).astype(
                int
            )
        else:
            place = np.minimum(size - 1, (chance.pareto(1.0, people) * size / 12 + kind).astype(int))
        columns.append(np.array(column.codes, dtype=object)[place])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(domain.names)
        writer.writerows(zip(*columns, strict=True))


if __name__ == "__main__":
    main()
