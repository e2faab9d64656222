"""What somebody asks of an early warning: the file, the method, the false alarms, what may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tutela.operations.hotspots.asked import Unit
from tutela.operations.reading import Engine


class Method(StrEnum):
    """How a count is held against what was usual."""

    NOUFAILY = "noufaily"
    FARRINGTON = "farrington"
    CUSUM = "cusum"
    CHANGE_POINT = "change-point"
    C1 = "c1"
    C2 = "c2"
    C3 = "c3"

    @property
    def looks_years_back(self) -> bool:
        return self in {Method.NOUFAILY, Method.FARRINGTON, Method.CUSUM}

    @property
    def has_p(self) -> bool:
        return self not in {Method.CUSUM, Method.C3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line, read.

    `method` None: by how long the series are; `alarms_a_year`: false ones over all series; `level`: part of
    false ones among the series that stand out; `pause`: periods without alarms after an import in bulk.
    """

    file: Path
    more: tuple[Path, ...] = ()
    engine: Engine = Engine.DUCKDB
    out: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    unit: Unit = Unit.WEEK
    first: str = ""
    last: str = ""
    method: Method | None = None
    watch: int = 52
    alarms_a_year: float = 12.0
    level: float = 0.1
    pause: int = 4
    seed: int = 1
    least_shown: int = 5
    dry_run: bool = False
