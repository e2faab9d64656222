"""What somebody asks of linking: which files, which columns, and which errors are borne."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class DateOrder(StrEnum):
    """Which part of a date stands first."""

    YEAR = "ymd"
    DAY = "dmy"
    MONTH = "mdy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line, read.

    `columns` and `other_columns`: under which headings ours stand in the first and in the other file;
    `wrong`: part of the pairs called the same that are not; `lost`: part of the pairs of one person called
    different; `several`: a person may be in each file more than once; `review`: answers of people, read
    back.
    """

    file: Path
    other: Path | None = None
    out: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    other_columns: Mapping[str, str] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    dates: DateOrder = DateOrder.YEAR
    wrong: float = 0.01
    lost: float = 0.05
    several: bool = False
    seed: int = 1
    least_shown: int = 5
    show_names: bool = False
    review: Path | None = None
    dry_run: bool = False
