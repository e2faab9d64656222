"""What somebody asks of adverts: the files, their columns, the folder that is kept, and the report."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tutela.engines.patterns import Settings
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.patterns.reading import COLUMNS
from tutela.operations.refusals import Refused

WORKERS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line, read. `regions`: ISO 3166-1 codes whose telephone numbers are tried."""

    files: tuple[Path, ...]
    report: Path
    keep: Path
    today: date
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    basis: str = ""
    purpose: str = ""
    decisions: Path | None = None
    signs: str = "adverts"
    settings: Settings = field(default_factory=Settings)
    most: int = 100
    """Templates that the page shows; the tables hold all."""
    workers: int = WORKERS
    dry_run: bool = False


def columns_of(given: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """--column text=title+body, again and again. Raises Refused."""
    found: dict[str, tuple[str, ...]] = {}
    for one in given:
        ours, equals, theirs = one.partition("=")
        names = tuple(name.strip() for name in theirs.split("+") if name.strip())
        if ours not in COLUMNS or not (equals and names):
            raise Refused(
                _("{option}: write one of {known}, an equals sign, and the name in the file.").format(
                    option=isolated(f"--column {one}"), known=isolated(", ".join(COLUMNS))
                )
            )
        found[ours] = names
    return found
