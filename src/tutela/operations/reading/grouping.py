"""Counts equal lines of tables of any size: on this machine in bounded memory, or on Spark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.language import number as written
from tutela.operations.reading.files import Source, files_of, look, tidied
from tutela.operations.refusals import Refused

MEMORY_MB = 1_000
"""What counting may hold before it goes on on disk."""
MOST_GROUPS = 5_000_000
Whole = NDArray[np.int64]


class Engine(StrEnum):
    """What counts: the same call, the same answer."""

    DUCKDB = "duckdb"
    SPARK = "spark"


@dataclass(frozen=True, slots=True)
class Grouped:
    """Lines that say the same, once each, in the order in which they first stand in the files.

    `levels` of each column: its different cells; `codes` (columns, groups): which of them; `times`
    (groups,): how many lines say so. `source`: the files.
    """

    source: Source
    headings: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: Whole
    times: Whole

    def cells(self, group: int) -> tuple[str, ...]:
        return tuple(levels[code] for levels, code in zip(self.levels, self.codes[:, group], strict=True))

    def lines(self) -> list[tuple[tuple[str, ...], int]]:
        """Each different line and how often it stands there."""
        return [(self.cells(group), times) for group, times in enumerate(self.times.tolist())]


def aggregate(
    files: Sequence[Path],
    headings: Sequence[str] | None = None,
    *,
    engine: Engine = Engine.DUCKDB,
    memory_mb: int = MEMORY_MB,
) -> Grouped:
    """How many lines of CSV or Parquet files say the same under these headings (all, where none are named).

    Cells are texts without space around them, days as 2026-11-25. Raises Refused where a file cannot be read.
    """
    source = look(files_of(files))
    wanted = tuple(dict.fromkeys(source.heading if headings is None else headings))
    return grouped(source, wanted, engine=engine, memory_mb=memory_mb)


def grouped(
    source: Source, headings: tuple[str, ...], *, engine: Engine, memory_mb: int = MEMORY_MB
) -> Grouped:
    """The same for files that were looked at. All `headings` are there."""
    if engine is Engine.SPARK:
        from tutela.operations.reading import by_spark

        with closing(by_spark.count(source, headings)) as lines:
            return gathered(source, headings, lines)
    from tutela.operations.reading import by_duckdb, by_hand

    try:
        with closing(by_duckdb.count(source, headings, memory_mb=memory_mb)) as lines:
            return gathered(source, headings, lines)
    except by_duckdb.CannotRead:
        return gathered(source, headings, by_hand.count(source, headings))


def gathered(source: Source, headings: tuple[str, ...], lines: Iterable[Sequence[str | int]]) -> Grouped:
    """Numbers the cells of lines that end with how often they stand there; raises Refused for too many."""
    numbers: list[dict[str, int]] = [{} for _ in headings]
    position: dict[tuple[int, ...], int] = {}
    times: list[int] = []
    for *cells, number in lines:
        key = tuple(
            seen.setdefault(tidied(str(cell)), len(seen)) for seen, cell in zip(numbers, cells, strict=True)
        )
        group = position.setdefault(key, len(times))
        if group < len(times):
            times[group] += int(number)
            continue
        times.append(int(number))
        if len(times) > MOST_GROUPS:
            raise Refused(
                _(
                    "{file}: more than {most} lines that all differ. Count them by place and day first, or "
                    "leave out what tells single cases apart."
                ).format(file=isolated(str(source.paths[0])), most=written(MOST_GROUPS))
            )
    codes = np.array(list(position), dtype=np.int64).reshape(len(times), len(headings)).T
    return Grouped(source, headings, tuple(map(tuple, numbers)), codes, np.array(times, dtype=np.int64))
