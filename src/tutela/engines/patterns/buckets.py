"""A table from band keys to the few texts that had them: of fixed size, quick to ask and to forget from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutela.engines.patterns.mixing import GOLDEN, mix
from tutela.engines.patterns.sketches import BANDS, EMPTY

WAYS = 4
EMPTY_CELL = np.int32(-1)
_BAND = GOLDEN * np.arange(1, BANDS + 1, dtype=np.uint64)


class Buckets:
    """Cells of four texts each: the first that came, and the last three. Two keys may share a cell by chance.

    What a cell names is only a candidate: its sketch is compared before anything is believed.
    """

    def __init__(self, cells: NDArray[np.int32]) -> None:
        self.cells = cells
        self._mask = np.uint64(len(cells) - 1)

    @classmethod
    def for_texts(cls, count: int) -> Buckets:
        """Room for so many texts: one cell for two of their band keys at least, 256 to 512 bytes a text."""
        size = 1 << max(BANDS * count // 2, 1 << 12).bit_length()
        return cls(np.full((size, WAYS), EMPTY_CELL, dtype=np.int32))

    @property
    def room(self) -> int:
        """Texts that fit before the table should be made anew."""
        return 2 * len(self.cells) // BANDS

    def places(self, sketch: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The cells of one sketch, one for each band; none for the sketch of an empty text."""
        if sketch[0] == EMPTY:
            return np.zeros(0, dtype=np.int64)
        pair = sketch.astype(np.uint64)
        keys = mix(((pair[0::2] << np.uint64(32)) | pair[1::2]) ^ _BAND)
        return (keys & self._mask).astype(np.int64)

    def ask(self, places: NDArray[np.int64]) -> NDArray[np.int32]:
        """The texts that stand in these cells, each once, ascending."""
        found = np.unique(self.cells[places])
        return np.asarray(found[found != EMPTY_CELL])

    def put(self, places: NDArray[np.int64], text: int) -> None:
        """Note `text` in these cells; the first comer stays, of the others the oldest goes."""
        rows = self.cells[places]
        fresh = rows[:, 0] == EMPTY_CELL
        rows[:, 3] = np.where(fresh, rows[:, 3], rows[:, 2])
        rows[:, 2] = np.where(fresh, rows[:, 2], rows[:, 1])
        rows[:, 1] = np.where(fresh, rows[:, 1], text)
        rows[:, 0] = np.where(fresh, text, rows[:, 0])
        self.cells[places] = rows

    def forget(self, places: NDArray[np.int64], text: int) -> None:
        """Take `text` out of these cells."""
        rows = self.cells[places]
        rows[rows == text] = EMPTY_CELL
        self.cells[places] = rows
