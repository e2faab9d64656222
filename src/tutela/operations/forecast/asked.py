"""What somebody asks of a forecast: the file, how far ahead, and what may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutela.operations.hotspots.asked import Unit
from tutela.operations.reading import Engine

YEAR = {Unit.WEEK: 52, Unit.MONTH: 12}
AHEAD = {Unit.WEEK: 4, Unit.MONTH: 3}
"""How far, unless told."""
FURTHEST = {Unit.WEEK: 26, Unit.MONTH: 6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line, read. `unit`: week or month; `ahead`: periods to forecast."""

    file: Path
    out: Path
    more: tuple[Path, ...] = ()
    engine: Engine = Engine.DUCKDB
    links: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    unit: Unit = Unit.WEEK
    ahead: int = AHEAD[Unit.WEEK]
    first: str = ""
    last: str = ""
    least_shown: int = 5
    dry_run: bool = False

    @property
    def year(self) -> int:
        """Periods in one, as they are counted here."""
        return YEAR[self.unit]
