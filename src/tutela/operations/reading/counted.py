"""A table of which equal lines were counted, read as any other table: each line with how often it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tutela.operations.language import isolated, ngettext
from tutela.operations.language import number as written
from tutela.operations.reading import by_hand
from tutela.operations.reading.files import Source, files_of, is_parquet, look
from tutela.operations.reading.grouping import Engine, Grouped, grouped
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import MOST_LINES_TOLD, Table, Unusable, more_like_these

WHOLE_BYTES = 32_000_000
"""A single CSV up to this size is read line by line: seconds, and at most a few hundred MB of memory."""
_Value = TypeVar("_Value")


def opened(
    files: Sequence[Path],
    columns: Mapping[str, str] | None = None,
    *,
    wanted: Iterable[str] | None = None,
    engine: Engine = Engine.DUCKDB,
) -> Table:
    """The table in CSV or Parquet files. `columns`: under which heading a column of ours stands there;
    `wanted`: ours that will be read (all that there are, where None), so that equal lines can be counted.

    Raises Refused where a file cannot be read.
    """
    paths = files_of(files)
    if engine is Engine.DUCKDB and len(paths) == 1 and _is_small(paths[0]):
        return Table(paths[0], columns)
    return CountedTable(look(paths), columns or {}, wanted=wanted, engine=engine)


def _is_small(path: Path) -> bool:
    return not is_parquet(path) and path.stat().st_size <= WHOLE_BYTES


class CountedTable(Table):
    """Tables of any size as their different lines. `times`: how many lines of the files each of them is."""

    def __init__(
        self, source: Source, columns: Mapping[str, str], *, wanted: Iterable[str] | None, engine: Engine
    ) -> None:
        """Raises Refused where the lines cannot be read."""
        self.path = source.paths[0]
        self.heading = list(source.heading)
        self.digests = source.digests
        self._renamed = dict(columns)
        self._wrong_groups: list[tuple[int, int, str]] = []
        names = self.heading if wanted is None else map(self._heading_of, wanted)
        headings = tuple(dict.fromkeys(name for name in names if name in self.heading))
        self._lines: Grouped = grouped(source, headings, engine=engine)
        self.times = self._lines.times.tolist()

    def __len__(self) -> int:
        return len(self.times)

    def values(self, column: str, read: Callable[[str], _Value]) -> list[_Value | None]:
        """A column, each different value read once; None where it cannot be, which `refuse_wrong` tells."""
        heading = self._heading_of(column)
        place = self._lines.headings.index(heading)
        codes = self._lines.codes[place]
        found: list[_Value | None] = []
        for code, cell in enumerate(self._lines.levels[place]):
            try:
                found.append(read(cell))
            except Unusable as problem:
                found.append(None)
                having = (codes == code).nonzero()[0]
                lines = int(self._lines.times[having].sum())
                self._wrong_groups.append((int(having[0]), lines, f"{heading}: {problem}"))
        return [found[code] for code in codes.tolist()]

    def wrong_at(self, row: int, sentence: str) -> None:
        """Notes that one of the different lines cannot be used."""
        self._wrong_groups.append((row, self.times[row], sentence))

    def refuse_wrong(self) -> None:
        """Raises Refused: what cannot be used, where it first stands, and how many lines are like that."""
        if not self._wrong_groups:
            return
        told = self._wrong_groups[:MOST_LINES_TOLD]
        where = self._first_lines({group for group, _, _ in told})
        sentences = [
            f"{isolated(where[group])}: {sentence}" + (f" {_so_in(number)}" if number > 1 else "")
            for group, number, sentence in told
        ]
        more = sum(number for _, number, _ in self._wrong_groups[MOST_LINES_TOLD:])
        if more:
            sentences.append(more_like_these(more))
        raise Refused("\n".join(sentences))

    def _first_lines(self, groups: set[int]) -> dict[int, str]:
        """Where each of these first stands: the files are gone through once more, until all are found."""
        pending = {self._lines.cells(group): group for group in groups}
        found = {}
        for where, cells in by_hand.lines(self._lines.source, self._lines.headings):
            if cells in pending:
                found[pending.pop(cells)] = where
                if not pending:
                    break
        return found


def _so_in(lines: int) -> str:
    return ngettext("So in {count} line.", "So in {count} lines.", lines).format(count=written(lines))
