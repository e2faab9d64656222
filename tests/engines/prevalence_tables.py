"""Tables of overlaps for the tests: published ones beside the project, and ones drawn from a known truth."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tutela.engines import prevalence

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data"


def published(name: str) -> prevalence.Table:
    """A published table; the test is skipped where the folder of reference tables is absent."""
    file = PUBLISHED / f"mse_{name}.csv"
    if not file.exists():
        pytest.skip(f"{file.name} is not there: the reference tables lie beside the project, not in it")
    heading, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    return prevalence.table(
        heading[:-1], [[int(cell) for cell in row[:-1]] for row in rows], [int(row[-1]) for row in rows]
    )


def drawn(
    people: int, chances: Sequence[float], *, seed: int = 1, together: tuple[int, int] | None = None
) -> prevalence.Table:
    """So many people come on each list by chance; of `together` the second follows the first."""
    chance = np.random.default_rng(seed)
    on = (chance.random((people, len(chances))) < chances).astype(int)
    if together:
        first, second = together
        on[:, second] |= on[:, first] & (chance.random(people) < 0.5)
    seen = on[on.any(axis=1)]
    return prevalence.table([f"L{place}" for place in range(len(chances))], seen, [1] * len(seen))


def counts_of(table: prevalence.Table) -> np.ndarray:
    return table.counts[None].astype(float)
