"""Arrays that grow at the end."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T", bound=np.generic)


class Column(Generic[_T]):
    """Rows of one kind; `array` is what is filled so far, and writing to it writes to the column."""

    def __init__(self, kind: type[_T], width: int = 0) -> None:
        self._room: NDArray[_T] = np.empty((16, width) if width else 16, dtype=kind)
        self._filled = 0

    def __len__(self) -> int:
        return self._filled

    @property
    def array(self) -> NDArray[_T]:
        return self._room[: self._filled]

    def append(self, row: int | NDArray[_T]) -> None:
        """Add one row."""
        self._grow(1)
        self._room[self._filled] = row
        self._filled += 1

    def extend(self, rows: NDArray[_T]) -> None:
        """Add many."""
        self._grow(len(rows))
        self._room[self._filled : self._filled + len(rows)] = rows
        self._filled += len(rows)

    def _grow(self, more: int) -> None:
        needed = self._filled + more
        if needed > len(self._room):
            larger = np.empty(
                (max(needed, len(self._room) * 3 // 2), *self._room.shape[1:]), self._room.dtype
            )
            larger[: self._filled] = self.array
            self._room = larger


class Texts:
    """Token arrays of texts, one behind the other."""

    def __init__(self) -> None:
        self.flat: Column[np.uint32] = Column(np.uint32)
        self.offsets: Column[np.int64] = Column(np.int64)
        self.offsets.append(0)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def append(self, flat: NDArray[np.uint32]) -> None:
        """Add one text."""
        self.flat.extend(flat)
        self.offsets.append(len(self.flat))

    def of(self, text: int) -> NDArray[np.uint32]:
        """The tokens of one text."""
        start, end = self.offsets.array[text : text + 2]
        return self.flat.array[start:end]
