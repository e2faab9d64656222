"""Comparing columns of plain text, numbers of documents and codes, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

__all__ = [
    "CODE_LEVELS",
    "NUMBER_LEVELS",
    "TEXT_LEVELS",
    "Column",
    "code_levels",
    "number_levels",
    "rarity",
    "text_levels",
]

Ints = NDArray[np.int64]
MISSING = 255
CODE_LEVELS = ("different", "the same")
NUMBER_LEVELS = ("different", "two slips apart", "one slip apart", "the same")
TEXT_LEVELS = ("different", "a little alike", "alike", "nearly the same", "the same")
_TEXT_STEPS = (0.75, 0.85, 0.92)
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Column:
    """The values of both files as numbers, -1 where there is none; `values[number]` is the text."""

    codes: Ints
    values: tuple[str, ...]

    @classmethod
    def of(cls, values: Sequence[str]) -> Column:
        """Number the values in the order of their first appearance; empty ones are no value."""
        numbers: dict[str, int] = {}
        codes = [numbers.setdefault(value, len(numbers)) if value else -1 for value in values]
        return cls(np.array(codes, dtype=np.int64), tuple(numbers))


def code_levels(column: Column, left: Ints, right: Ints) -> NDArray[np.uint8]:
    """The same or not."""
    return _with_missing(column, left, right, column.codes[left] == column.codes[right])


def number_levels(column: Column, left: Ints, right: Ints) -> NDArray[np.uint8]:
    """The same, or so many slips apart: a character wrong, lost, added, or exchanged with its neighbour."""
    slips = _of_pairs(column, left, right, scorer=OSA.distance)
    level = np.where(slips <= _ROUNDING, 3, np.where(slips <= 1.5, 2, np.where(slips <= 2.5, 1, 0)))
    return _with_missing(column, left, right, level)


def text_levels(column: Column, left: Ints, right: Ints) -> NDArray[np.uint8]:
    """The same, or alike by Jaro-Winkler (1990): from 0.92, 0.85, 0.75."""
    alike = _of_pairs(column, left, right, scorer=JaroWinkler.normalized_similarity)
    level = np.searchsorted(_TEXT_STEPS, alike + _ROUNDING, "right")
    level = np.where(column.codes[left] == column.codes[right], len(_TEXT_STEPS) + 1, level)
    return _with_missing(column, left, right, level)


def rarity(column: Column, left: Ints, right: Ints) -> NDArray[np.float32]:
    """Bits by which a shared value is rarer than the values that agree by chance; 0 where none is shared.

    Term-frequency weights: Winkler, Frequency-Based Matching in the Fellegi-Sunter Model (1989).
    """
    known = column.codes[column.codes >= 0]
    bits = np.zeros(len(left), dtype=np.float32)
    if not len(known):
        return bits
    shares = np.bincount(known, minlength=len(column.values)) / len(known)
    by_chance = float((shares**3).sum() / (shares**2).sum())
    same = (column.codes[left] == column.codes[right]) & (column.codes[left] >= 0)
    bits[same] = np.log2(by_chance / shares[column.codes[left][same]])
    return bits


def _with_missing(column: Column, left: Ints, right: Ints, level: NDArray[np.generic]) -> NDArray[np.uint8]:
    missing = (column.codes[left] < 0) | (column.codes[right] < 0)
    return np.where(missing, MISSING, level).astype(np.uint8)


def _of_pairs(column: Column, left: Ints, right: Ints, *, scorer: object) -> NDArray[np.float32]:
    """Score each different pair of values once."""
    one, other = column.codes[left], column.codes[right]
    known = (one >= 0) & (other >= 0)
    scores = np.zeros(len(left), dtype=np.float32)
    width = max(len(column.values), 1)
    codes, back = np.unique(one[known] * width + other[known], return_inverse=True)
    if not len(codes):
        return scores
    values = np.array(column.values, dtype=object)
    ones, others = values[codes // width].tolist(), values[codes % width].tolist()
    found = cpdist(ones, others, scorer=scorer, dtype=np.float32)  # type: ignore[arg-type]
    scores[known] = found[back.reshape(-1)]
    return scores
