"""Plain text tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows under heads in columns; whole numbers to the end of their column, everything else to its start."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(line[column]) for line in [list(heads), *cells]) for column in range(len(heads))]
    numeric = [
        bool(rows) and all(isinstance(row[column], int) for row in rows) for column in range(len(heads))
    ]

    def line(texts: Sequence[str]) -> str:
        columns = zip(texts, widths, numeric, strict=True)
        return "  ".join(
            text.rjust(width) if number else text.ljust(width) for text, width, number in columns
        ).rstrip()

    return "\n".join([line(heads), line(["-" * width for width in widths]), *map(line, cells)])
