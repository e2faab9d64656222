"""What somebody asks of a release: the records, the public lists of codes, the budget, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tutela.engines.synthesis import DELTA


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line, read.

    `year`: of registration; None where the population is released once, whole. `person`: the column that
    tells people apart, "" where each line is somebody else; `most`: lines that are counted of one person.
    `test_seed`: noise that can be taken off again, to try things out with invented records.
    """

    file: Path
    codes: Path
    ledger: Path
    out: Path
    population: str
    epsilon: float
    delta: float = DELTA
    year: int | None = None
    year_column: str = ""
    order: int = 3
    person: str = ""
    most: int = 1
    shape: str = "own"
    says: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    wanted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    test_seed: int | None = None
    dry_run: bool = False
