"""Adverts read in batches and kept as flat arrays, every text once: copies only count."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tutela.engines.patterns.flat import ranges
from tutela.engines.patterns.mixing import GOLDEN, mix
from tutela.engines.patterns.normalising import Tokens, tokens

_T = TypeVar("_T", bound=np.generic)
IN_MEMORY = 128 << 20
"""Bytes of tokens above which they are kept in a file that is mapped into memory."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts that differ, in the order of their digests, so that the order of the file changes nothing.

    `flat[offsets[u]:offsets[u + 1]]` are the tokens (uint32) of unique text u; `digests` (uint64) ascend.
    `unique_of` (int32) gives for each advert of the caller its unique text, -1 where it has no word.
    `copies` (int64) counts the adverts of each unique text, `first` (int64) is the first such advert.
    `signs` (uint8) are the Sign flags of each advert.
    """

    flat: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    digests: NDArray[np.uint64]
    unique_of: NDArray[np.int32]
    copies: NDArray[np.int64]
    first: NDArray[np.int64]
    signs: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.digests)

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.offsets)


def digests(flat: NDArray[np.uint32], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A 64-bit digest of each advert's tokens in their order; zero where there is none."""
    if len(flat) == 0:
        return np.zeros(len(offsets) - 1, dtype=np.uint64)
    place = np.arange(len(flat), dtype=np.int64) - np.repeat(offsets[:-1], np.diff(offsets))
    mixed = mix(flat.astype(np.uint64) + GOLDEN * (place.astype(np.uint64) + np.uint64(1)))
    total = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(mixed, dtype=np.uint64)))
    summed = total[offsets[1:]] - total[offsets[:-1]]
    return np.where(np.diff(offsets) > 0, mix(summed) | np.uint64(1), np.uint64(0))


class Reading:
    """Takes adverts batch by batch and forgets the text of each.

    Tokens of texts already seen are dropped at once. `folder` is where the file of a large corpus is made;
    the system's own place for passing files where none is given.
    """

    def __init__(self, *, folder: Path | None = None, longest: int = 1_000) -> None:
        self._folder, self._longest = folder, longest
        self._seen: set[int] = set()
        self._pieces: list[NDArray[np.uint32]] = []
        self._bytes = 0
        self._lengths: list[NDArray[np.int64]] = []
        self._kept: list[NDArray[np.uint64]] = []
        self._all: list[NDArray[np.uint64]] = []
        self._signs: list[NDArray[np.uint8]] = []

    def add(self, texts: Sequence[str]) -> None:
        """Read a batch; ten thousand at once is a good measure."""
        if texts:
            self.add_tokens(tokens(texts, longest=self._longest))

    def add_tokens(self, read: Tokens) -> None:
        """Take a batch that was normalised elsewhere."""
        digest = digests(read.flat, read.offsets)
        self._all.append(digest)
        self._signs.append(read.signs)
        _, first = np.unique(digest, return_index=True)
        first.sort()
        new = np.array([i for i in first if digest[i] and int(digest[i]) not in self._seen], dtype=np.int64)
        self._seen.update(digest[new].tolist())
        lengths = np.diff(read.offsets)
        keep = np.zeros(len(read), dtype=bool)
        keep[new] = True
        flat = read.flat[np.repeat(keep, lengths)]
        self._pieces.append(flat)
        self._bytes += flat.nbytes
        self._lengths.append(lengths[new])
        self._kept.append(digest[new])

    def corpus(self) -> Corpus:
        """All that was read, texts in the order of their digests."""
        self._seen.clear()
        digest = _joined(self._kept, np.uint64)
        lengths = _joined(self._lengths, np.int64)
        order = np.argsort(digest, kind="stable")
        flat, offsets = self._ordered(order, lengths)
        ascending = digest[order]
        everything = _joined(self._all, np.uint64)
        unique_of = np.searchsorted(ascending, everything).astype(np.int32)
        unique_of[everything == 0] = -1
        copies, first = _counted(unique_of, len(ascending))
        signs = _joined(self._signs, np.uint8)
        return Corpus(flat, offsets, ascending, unique_of, copies, first, signs)

    def _ordered(
        self, order: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        old = _joined(self._pieces, np.uint32)
        self._pieces.clear()
        starts = np.cumsum(lengths) - lengths
        offsets = np.concatenate(([0], np.cumsum(lengths[order]))).astype(np.int64)
        flat = self._room(len(old))
        for begin in range(0, len(order), 50_000):
            some = order[begin : begin + 50_000]
            flat[offsets[begin] : offsets[begin + len(some)]] = old[ranges(starts[some], lengths[some])]
        return flat, offsets

    def _room(self, size: int) -> NDArray[np.uint32]:
        """An array of `size`, in a file without a name where it is large."""
        if size * 4 < IN_MEMORY:
            return np.empty(size, dtype=np.uint32)
        with tempfile.TemporaryFile(dir=self._folder) as file:
            return np.memmap(file, dtype=np.uint32, mode="w+", shape=(size,))


def read(texts: Sequence[str], *, longest: int = 1_000) -> Corpus:
    """A corpus of texts that are already in memory."""
    reading = Reading(longest=longest)
    for start in range(0, len(texts), 10_000):
        reading.add(texts[start : start + 10_000])
    return reading.corpus()


def _joined(parts: list[NDArray[_T]], kind: type[_T]) -> NDArray[_T]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _counted(unique_of: NDArray[np.int32], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    real = np.flatnonzero(unique_of >= 0)
    copies = np.bincount(unique_of[real], minlength=count)
    first = np.full(count, len(unique_of), dtype=np.int64)
    np.minimum.at(first, unique_of[real], real)
    return copies, first
