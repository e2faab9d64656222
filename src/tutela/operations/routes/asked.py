"""What somebody asks of routes: the file, its places, which years to compare, and what may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutela.operations.reading import Engine

LEVEL = 0.05
FALSE_AMONG = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line, read.

    `before`, `after`: first and last year, None for the earlier and the later half of all; `origins` and
    `destinations`: the two sets between which outreach points are looked for; `level`: of the backbone;
    `false_among`: the part of false findings borne among changes.
    """

    file: Path
    more: tuple[Path, ...] = ()
    engine: Engine = Engine.DUCKDB
    out: Path
    places: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    regions: bool = True
    origins: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    before: tuple[int, int] | None = None
    after: tuple[int, int] | None = None
    level: float = LEVEL
    false_among: float = FALSE_AMONG
    runs: int = 999
    seed: int = 1
    least_shown: int = 5
    borders: Path | None = None
    dry_run: bool = False
