"""What somebody asks of a table that is to be published: its columns, its rules, and how it is protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

TOTAL = "Total"
"""What the line of a sum is called, unless somebody says otherwise."""


class Method(StrEnum):
    """How unsafe cells are protected."""

    SUPPRESS = "suppress"
    ROUND = "round"
    KEYS = "keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line, read.

    `within`: column and the column of its groups; `margins`, `sensitive`: None means every column; `value`:
    amounts are added up instead of people; `identity` and `secret`: whose key a record has, for noise;
    `wanted`: the values that a line must have to be read; `meanings`: what a cell is taken for;
    `seed`: of rounding, None for one that nobody can guess.
    """

    file: Path
    out: Path
    by: tuple[str, ...]
    within: Mapping[str, str] = field(default_factory=dict)
    margins: tuple[str, ...] | None = None
    sensitive: tuple[str, ...] | None = None
    threshold: int = 5
    protection: int | None = None
    zeros: bool = False
    value: str = ""
    contributor: str = ""
    percent: float = 10.0
    dominance: tuple[int, float] | None = None
    method: Method = Method.SUPPRESS
    base: int = 5
    identity: str = ""
    secret: Path | None = None
    least_k: int = 1
    diverse: tuple[str, int] | None = None
    total: str = TOTAL
    columns: Mapping[str, str] = field(default_factory=dict)
    wanted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    dry_run: bool = False

    @property
    def width(self) -> int:
        """Over how many people an unsafe count stays uncertain; rounding to small bases cannot do much."""
        if self.protection is not None:
            return self.protection
        return 2 if self.method is Method.ROUND else self.threshold
