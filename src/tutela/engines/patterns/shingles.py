"""Pairs of neighbouring words, and how many adverts hold each: too rare or too common says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tutela.engines.patterns.mixing import GOLDEN, mix
from tutela.engines.patterns.pieces import CHARACTER, KIND

CHUNK = 20_000
"""Adverts worked on at once: their shingles fit the cache of a processor."""
SHARE = 0.01
"""A shingle in more than this part of all texts, or twice it (see `cap`), is boilerplate."""
LEAST_CAP = 200
"""In a small corpus nothing below this count is boilerplate."""
FEWEST_KEPT = 6
"""A text of which fewer shingles are left keeps the common ones too."""
_SEEN_LIMIT = np.uint16(np.iinfo(np.uint16).max)


def shingles(
    flat: NDArray[np.uint32], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The hashes (uint64) of all shingles of some texts, one text after the other, and where each begins.

    A shingle is two words, or four characters of a script without blanks; a text of one token has one.
    """
    lengths = np.diff(offsets)
    count = np.maximum(lengths - 1, np.minimum(lengths, 1))
    starts = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    if len(flat) == 0:
        return np.zeros(0, dtype=np.uint64), starts
    token = flat.astype(np.uint64)
    following = np.concatenate((token[1:], token[-1:]))
    pair = mix(token * GOLDEN + (following << np.uint64(32)))
    wide = (flat & KIND) == CHARACTER
    if wide.any():
        pair = _of_characters(pair, wide)
    last = offsets[1:][lengths > 1] - 1
    kept = np.ones(len(flat), dtype=bool)
    kept[last] = False
    return pair[kept], starts


def _of_characters(pair: NDArray[np.uint64], wide: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pairs two places apart are put together where characters stand: four characters in a row."""
    later = np.concatenate((pair[2:], pair[-1:], pair[-1:]))[: len(pair)]
    after = np.concatenate((wide[3:], np.zeros(3, dtype=bool)))[: len(wide)]
    return np.where(wide & after, mix(pair + GOLDEN * later), pair)


@dataclass(slots=True)
class Frequencies:
    """In how many texts a shingle stands, in cells (uint16) that shingles share by chance of their hash."""

    cells: NDArray[np.uint16]
    texts: int = 0
    _shift: np.uint64 = field(init=False)

    def __post_init__(self) -> None:
        self._shift = np.uint64(64 - (len(self.cells).bit_length() - 1))

    @classmethod
    def for_size(cls, shingles: int) -> Frequencies:
        """Cells enough for so many shingles, 512 MB at most."""
        bits = min(max((4 * shingles).bit_length(), 16), 28)
        return cls(np.zeros(1 << bits, dtype=np.uint16))

    def add(self, hashes: NDArray[np.uint64], texts: int) -> None:
        """Count the shingles of `texts` more texts."""
        place, count = np.unique(hashes >> self._shift, return_counts=True)
        self.cells[place] = np.minimum(self.cells[place] + count, _SEEN_LIMIT).astype(np.uint16)
        self.texts += texts

    def merge(self, other: Frequencies) -> None:
        """Add what was counted elsewhere, in as many cells. Raises ValueError where they are not as many."""
        if len(self.cells) != len(other.cells):
            raise ValueError(f"{len(self.cells)} cells and {len(other.cells)} cannot be put together.")
        total = self.cells.astype(np.uint32) + other.cells
        self.cells[:] = np.minimum(total, _SEEN_LIMIT)
        self.texts += other.texts

    def of(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint16]:
        """How often each shingle was counted."""
        return np.asarray(self.cells[hashes >> self._shift])

    @property
    def cap(self) -> int:
        """Above this a shingle is boilerplate; it grows by powers of two, so that one text moves nothing."""
        return max(LEAST_CAP, int(SHARE * (1 << max(self.texts, 1).bit_length())))


def counted(flat: NDArray[np.uint32], offsets: NDArray[np.int64], *, size: int | None = None) -> Frequencies:
    """The frequencies of some texts; `size` counts the tokens of the whole corpus where these are a part."""
    found = Frequencies.for_size(len(flat) if size is None else size)
    for some, part in chunks(flat, offsets):
        hashes, _ = shingles(some, part)
        found.add(hashes, len(part) - 1)
    return found


def telling(
    hashes: NDArray[np.uint64], starts: NDArray[np.int64], frequencies: Frequencies
) -> NDArray[np.bool_]:
    """Which shingles are worth a comparison: in two texts at least, and no boilerplate.

    A text with few such shingles keeps the common ones, so that a template of nothing but common words,
    or one that makes up much of the corpus, is found too.
    """
    often = frequencies.of(hashes)
    again = often > 1
    rare = again & (often <= frequencies.cap)
    total = np.concatenate(([0], np.cumsum(rare)))
    poor = total[starts[1:]] - total[starts[:-1]] < FEWEST_KEPT
    return np.asarray(rare | (again & np.repeat(poor, np.diff(starts))))


def chunks(
    flat: NDArray[np.uint32], offsets: NDArray[np.int64], size: int = CHUNK
) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.int64]]]:
    """The texts in parts of `size`, each with its own offsets."""
    for start in range(0, len(offsets) - 1, size):
        part = offsets[start : start + size + 1]
        yield flat[part[0] : part[-1]], part - part[0]
