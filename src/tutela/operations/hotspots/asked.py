"""What somebody asks of a scan: the files, the model, the windows, and what may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tutela.engines.hotspots import RUNS
from tutela.engines.hotspots.local import NEIGHBOURS
from tutela.operations.reading import Engine


class Kind(StrEnum):
    """Which null model."""

    PERMUTATION = "permutation"
    POISSON = "poisson"
    BERNOULLI = "bernoulli"


class Unit(StrEnum):
    """How long a period is; NONE scans in space alone."""

    NONE = "none"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Shape(StrEnum):
    CIRCLE = "circle"
    ELLIPSE = "ellipse"
    NETWORK = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line, read. `model` None: by what is there; `longest` None: half of time; `local`: look at
    every place with its `neighbours` too."""

    file: Path
    more: tuple[Path, ...] = ()
    engine: Engine = Engine.DUCKDB
    out: Path
    places: Path | None = None
    population: Path | None = None
    links: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    strata: tuple[str, ...] = ()
    model: Kind | None = None
    unit: Unit = Unit.MONTH
    first: str = ""
    last: str = ""
    prospective: bool = False
    longest: int | None = None
    share: float = 0.5
    radius: float | None = None
    flat: bool = False
    shape: Shape = Shape.CIRCLE
    runs: int = RUNS
    stop_after: int | None = None
    seed: int = 1
    analyses: int = 1
    local: bool = False
    neighbours: int = NEIGHBOURS
    least_shown: int = 5
    borders: Path | None = None
    dry_run: bool = False
