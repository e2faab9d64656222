"""What somebody asks of an estimate: the file, its lists, how hard to look, and what may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutela.operations.reading import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line, read.

    No `lists`: every column of nothing but yes and no; `merge`: lists made one; `samples`: how many
    each chain of the latent classes takes, after as many that are thrown away.
    """

    file: Path
    more: tuple[Path, ...] = ()
    engine: Engine = Engine.DUCKDB
    out: Path
    lists: tuple[str, ...] = ()
    merge: tuple[tuple[str, ...], ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    population: Path | None = None
    order: int = 2
    replicates: int = 1_000
    samples: int = 10_000
    seed: int = 1
    least_shown: int = 5
    dry_run: bool = False
