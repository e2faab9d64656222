"""How far many pairs of names agree, word by word, whatever the order of their words.

Every word of one name is compared with every word of the other; the best two (then three) that do not share a
word are kept. Words are compared once however many pairs they occur in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from tutela.engines.names.skeletons import Skeleton, WordKind, skeletons

__all__ = ["NAME_LEVELS", "NO_WORD", "NameTable", "NamesCompared", "WordLevel", "compare_names", "name_level"]

WORDS_COMPARED = 4
NO_WORD = -1
MISSING = 255


class WordLevel(IntEnum):
    """How far two words agree."""

    DIFFERENT = 0
    A_LITTLE = 1
    """Jaro-Winkler 0.75, or the one is the other's initial."""
    ROUGHLY = 2
    """The same coarse skeleton, or Jaro-Winkler 0.85."""
    NEARLY = 3
    """Jaro-Winkler 0.92, or the same coarse skeleton and 0.75."""
    ALIKE = 4
    """The same sounds."""
    SAME = 5


_LITTLE, _ROUGH, _NEAR = 0.75, 0.85, 0.92
_ONE_WORD = len(WordLevel)  # the second word is compared with nothing: one of the names has a single word


def name_level(best: int, second: int | None) -> int:
    """The level of two names whose words agree so far at best, and so far beside it; None: there is no
    second.
    """
    beside = _ONE_WORD if second is None else second
    return NAME_LEVELS.index((best, beside))


# By the best word, then by the second; a missing second word stands between "different" and "a little".
_SECOND_ORDER = (0, _ONE_WORD, 1, 2, 3, 4, 5)
NAME_LEVELS: tuple[tuple[int, int], ...] = tuple(
    (best, second) for best in range(6) for second in _SECOND_ORDER if second == _ONE_WORD or second <= best
)
"""All levels of a name: the best word's level and the second's (6: there is none), the weakest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTable:
    """The words of many names as numbers: (names, WORDS_COMPARED), NO_WORD where there is none."""

    words: NDArray[np.int32]
    latin: tuple[str, ...]
    """Of each number its letters; `fine` and `coarse` the numbers of its skeletons."""
    fine: NDArray[np.int32]
    coarse: NDArray[np.int32]
    holders: NDArray[np.float64]
    """Of each number: the share of names that have a word of the same fine skeleton; at least one name."""
    coarse_holders: NDArray[np.float64]

    @classmethod
    def of(cls, names: Sequence[str]) -> NameTable:
        """Number the words of all names of both files together. Particles are left out."""
        numbers: dict[str, int] = {}
        found: list[Skeleton] = []
        words = np.full((len(names), WORDS_COMPARED), NO_WORD, dtype=np.int32)
        for row, name in enumerate(names):
            for column, word in enumerate(_chosen(skeletons(name))):
                number = numbers.setdefault(word.latin, len(numbers))
                if number == len(found):
                    found.append(word)
                words[row, column] = number
        fine, fine_share = _numbered([word.fine for word in found], words)
        coarse, coarse_share = _numbered([word.coarse for word in found], words)
        return cls(
            words=words,
            latin=tuple(word.latin for word in found),
            fine=fine,
            coarse=coarse,
            holders=fine_share,
            coarse_holders=coarse_share,
        )


@dataclass(frozen=True, slots=True)
class NamesCompared:
    """Of each pair: the level of the two best words (a place in NAME_LEVELS, 255 where a name is empty),
    that of the third (0 to 5, 255 where there is none), and bits for the rarity of the words that agree.
    """

    level: NDArray[np.uint8]
    third: NDArray[np.uint8]
    rarity: NDArray[np.float32]


def compare_names(
    table: NameTable, left: NDArray[np.int64], right: NDArray[np.int64], *, at_once: int = 250_000
) -> NamesCompared:
    """Compare pairs of rows of the table."""
    parts = [
        _compared(table, left[at : at + at_once], right[at : at + at_once])
        for at in range(0, max(len(left), 1), at_once)
    ]
    return NamesCompared(
        np.concatenate([part.level for part in parts]),
        np.concatenate([part.third for part in parts]),
        np.concatenate([part.rarity for part in parts]),
    )


def _chosen(words: Sequence[Skeleton]) -> list[Skeleton]:
    """Names before patronymics, the longest first; particles never."""
    kept = [word for word in words if word.kind != WordKind.PARTICLE]
    kept.sort(key=lambda word: (word.kind, -len(word.fine), word.latin))
    return kept[:WORDS_COMPARED]


def _numbered(
    codes: Sequence[str], words: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    numbers: dict[str, int] = {}
    of_word = np.array([numbers.setdefault(code, len(numbers)) for code in codes], dtype=np.int32)
    if not len(of_word):
        return of_word, np.zeros(0)
    rows, columns = np.nonzero(words >= 0)
    once = np.unique(rows.astype(np.int64) * len(numbers) + of_word[words[rows, columns]])
    counts = np.bincount(once % len(numbers), minlength=len(numbers))
    return of_word, np.maximum(counts[of_word], 1) / max(len(words), 1)


def _compared(table: NameTable, left: NDArray[np.int64], right: NDArray[np.int64]) -> NamesCompared:
    one, other = table.words[left], table.words[right]
    grid = _word_levels(table, one, other)  # (pairs, 4, 4), -1 where there is no word
    pairs = np.arange(len(left))
    best, rarity = [], np.zeros(len(left), dtype=np.float32)
    for _ in range(3):
        cell = grid.reshape(len(left), WORDS_COMPARED**2).argmax(axis=1)
        row, column = cell // WORDS_COMPARED, cell % WORDS_COMPARED
        level = grid[pairs, row, column]
        rarity += _rarity(table, one[pairs, row], other[pairs, column], level)
        best.append(level.copy())
        grid[pairs, row, :] = -1
        grid[pairs, :, column] = -1
    first, second, third = best
    level = _LEVEL_OF[np.maximum(first, 0), np.where(second < 0, _ONE_WORD, second)]
    level = np.where(first < 0, MISSING, level).astype(np.uint8)
    return NamesCompared(level, np.where(third < 0, MISSING, third).astype(np.uint8), rarity)


_LEVEL_OF = np.full((6, 7), MISSING, dtype=np.int16)
for _place, (_best, _second) in enumerate(NAME_LEVELS):
    _LEVEL_OF[_best, _second] = _place


def _word_levels(table: NameTable, one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.int8]:
    shape = (len(one), WORDS_COMPARED, WORDS_COMPARED)
    rows = np.broadcast_to(one[:, :, None], shape)
    columns = np.broadcast_to(other[:, None, :], shape)
    there = (rows >= 0) & (columns >= 0)
    grid = np.full(shape, -1, dtype=np.int8)
    less, more = np.minimum(rows[there], columns[there]), np.maximum(rows[there], columns[there])
    codes, back = np.unique(less.astype(np.int64) * len(table.latin) + more, return_inverse=True)
    if len(codes):
        grid[there] = _levels(table, codes // len(table.latin), codes % len(table.latin))[back.reshape(-1)]
    return grid


def _levels(table: NameTable, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int8]:
    levels = np.zeros(len(one), dtype=np.int8)
    rough = table.coarse[one] == table.coarse[other]
    alike = table.fine[one] == table.fine[other]
    same = one == other
    open_ = np.nonzero(~alike & ~same)[0]
    alikeness = _jaro_winkler(table.latin, one[open_], other[open_])
    levels[open_[alikeness >= _LITTLE]] = WordLevel.A_LITTLE
    levels[open_[(alikeness >= _ROUGH) | rough[open_]]] = WordLevel.ROUGHLY
    near = (alikeness >= _NEAR) | (rough[open_] & (alikeness >= _LITTLE))
    levels[open_[near]] = WordLevel.NEARLY
    levels[alike] = WordLevel.ALIKE
    levels[same] = WordLevel.SAME
    return levels


def _jaro_winkler(
    latin: Sequence[str], one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.float32]:
    words = np.array(latin, dtype=object)
    result: NDArray[np.float32] = cpdist(
        words[one].tolist(), words[other].tolist(), scorer=JaroWinkler.normalized_similarity, dtype=np.float32
    )
    return result


def _rarity(
    table: NameTable, one: NDArray[np.int32], other: NDArray[np.int32], level: NDArray[np.int8]
) -> NDArray[np.float32]:
    """Bits by which this word is rarer than the words that agree by chance; none where it does not agree."""
    bits = np.zeros(len(level), dtype=np.float32)
    for least, holders, codes in (
        (WordLevel.ROUGHLY, table.coarse_holders, table.coarse),
        (WordLevel.ALIKE, table.holders, table.fine),
    ):
        rows = np.nonzero(level >= least)[0]
        rows = rows[codes[one[rows]] == codes[other[rows]]]
        if not len(rows):
            continue
        bits[rows] = np.log2(_mean(holders, codes) / holders[one[rows]])
    return bits


def _mean(holders: NDArray[np.float64], codes: NDArray[np.int32]) -> float:
    """The share of the word that agrees by chance, on average: common words agree more often."""
    _, first = np.unique(codes, return_index=True)
    shares = holders[first]
    return float((shares**3).sum() / (shares**2).sum()) if len(shares) else 1.0
