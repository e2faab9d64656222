"""What of two records is compared, and which pairs of records are: names, date of birth, sex and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tutela.engines import linkage, names
from tutela.engines.linkage import Column, Compared, DateLevel, Field
from tutela.engines.names import NAME_LEVELS, NameTable, WordLevel
from tutela.operations.linking import keys, words

Ints = NDArray[np.int64]

NAME, THIRD = "name", "further name"
RARE_WORD = 40
"""A word that no more people have is a key of its own."""
_NO_SECOND = len(WordLevel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Both files, one under the other (or one file alone): the same number of values in each column.

    `born`: YYYYMMDD, 00 for what is not known, 0 for nothing; `codes`, `numbers`, `texts`: further columns
    by name, empty where nothing is known. `split`: how many records the first file has; None where there is
    one file.
    """

    names: Sequence[str]
    born: Ints | None = None
    codes: Mapping[str, Sequence[str]]
    numbers: Mapping[str, Sequence[str]]
    texts: Mapping[str, Sequence[str]]
    split: int | None = None

    @property
    def total(self) -> int:
        return len(self.names)

    @property
    def sizes(self) -> tuple[int, int]:
        if self.split is None:
            return self.total, self.total
        return self.split, self.total - self.split

    @property
    def all_pairs(self) -> int:
        left, right = self.sizes
        return left * (left - 1) // 2 if self.split is None else left * right


@dataclass(frozen=True, slots=True)
class _Part:
    """One comparison: its field, and what it says of pairs of records."""

    field: Field
    levels: Callable[[Ints, Ints], NDArray[np.uint8]]
    rarity: Callable[[Ints, Ints], NDArray[np.float32]] | None = None


class Comparer:
    """Compares records that it has numbered once."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.table = NameTable.of(records.names)
        self.codes = {name: Column.of(values) for name, values in records.codes.items()}
        self.numbers = {name: Column.of(values) for name, values in records.numbers.items()}
        self.texts = {name: Column.of(values) for name, values in records.texts.items()}
        self._parts = list(self._further())
        self.fields = (*_name_fields(), *(part.field for part in self._parts))

    def compare(self, left: Ints, right: Ints) -> Compared:
        """Pairs of positions in the first and the second file (or twice in the one)."""
        right_rows = right + (self.records.split or 0)
        found = names.compare_names(self.table, left, right_rows)
        levels = [found.level, found.third]
        bits = [found.rarity, np.zeros(len(left), dtype=np.float32)]
        for part in self._parts:
            levels.append(part.levels(left, right_rows))
            bits.append(
                part.rarity(left, right_rows) if part.rarity else np.zeros(len(left), dtype=np.float32)
            )
        return Compared(left, right, np.stack(levels, axis=1), np.stack(bits, axis=1))

    def passes(self) -> Iterator[linkage.Pass]:
        """Ways of finding pairs, each forgiving what another needs."""
        table = self.table
        word = np.where(table.words >= 0, table.coarse[table.words] if len(table.coarse) else -1, -1)
        columns = [word[:, place].astype(np.int64) for place in range(word.shape[1])]
        pairs = [_both(one, other) for one, other in combinations(columns, 2)]
        yield self._pass(keys.TWO_NAMES, pairs)
        yield self._pass(keys.RARE_NAME, self._rare(columns))
        date, year, day = self._dates()
        yield self._pass(keys.NAME_AND_YEAR, [linkage.combine(one, year) for one in columns])
        yield self._pass(keys.NAME_AND_DAY, [linkage.combine(one, day) for one in columns])
        yield self._pass(keys.DATE, [date])
        codes = [self.codes[name].codes for name in sorted(self.codes)]
        if codes:
            yield self._pass(keys.NAME_AND_CODES, [linkage.combine(one, *codes) for one in columns])
        others = {**self.numbers, **self.texts}
        for name, column in self.numbers.items():
            yield self._pass(name, [column.codes])
        for name, column in others.items():
            yield self._pass(keys.name_and(name), [linkage.combine(one, column.codes) for one in columns])
        for (one, first), (other, second) in combinations(others.items(), 2):
            yield self._pass(keys.both(one, other), [linkage.combine(first.codes, second.codes)])

    def _further(self) -> Iterator[_Part]:
        born = self.records.born
        if born is not None:
            field = Field(
                name="born", levels=tuple(words.DATE_LEVELS[level] for level in DateLevel if level < 255)
            )
            yield _Part(field, lambda left, right: linkage.date_levels(born[left], born[right]))
        for name, column in self.codes.items():
            field = Field(name=name, levels=linkage.CODE_LEVELS, given=0, groups=_BY_NAME)
            yield _part(field, column, linkage.code_levels)
        for name, column in self.numbers.items():
            yield _part(Field(name=name, levels=linkage.NUMBER_LEVELS), column, linkage.number_levels)
        for name, column in self.texts.items():
            yield _part(Field(name=name, levels=linkage.TEXT_LEVELS), column, linkage.text_levels)

    def _pass(self, name: str, keys: Sequence[Ints]) -> linkage.Pass:
        split = self.records.split
        if split is None:
            return linkage.Pass(name, linkage.side_of(keys))
        left, right = [key[:split] for key in keys], [key[split:] for key in keys]
        return linkage.Pass(name, linkage.side_of(left), linkage.side_of(right))

    def _rare(self, columns: Sequence[Ints]) -> list[Ints]:
        known = np.concatenate(columns)
        counts = np.bincount(known[known >= 0], minlength=1)
        return [np.where((one >= 0) & (counts[one] <= RARE_WORD), one, -1) for one in columns]

    def _dates(self) -> tuple[Ints, Ints, Ints]:
        """Whole date, year, and month and day in the order of their size; -1 where not known, or guessed."""
        born = self.records.born
        if born is None:
            nothing = np.full(self.records.total, -1, dtype=np.int64)
            return nothing, nothing, nothing
        certain = (born > 0) & ~linkage.is_guess(born)
        month, day = born // 100 % 100, born % 100
        both = np.minimum(month, day) * 100 + np.maximum(month, day)
        year = np.where(born > 0, born // 10_000, -1)
        return np.where(certain, born, -1), year, np.where(certain, both, -1)


def _part(field: Field, column: Column, levels: Callable[[Column, Ints, Ints], NDArray[np.uint8]]) -> _Part:
    return _Part(
        field,
        lambda left, right: levels(column, left, right),
        lambda left, right: linkage.rarity(column, left, right),
    )


def _both(one: Ints, other: Ints) -> Ints:
    """A key of two words whatever their order."""
    there = (one >= 0) & (other >= 0)
    return linkage.combine(
        np.where(there, np.minimum(one, other), -1), np.where(there, np.maximum(one, other), -1)
    )


def _name_fields() -> tuple[Field, Field]:
    name = Field(name=NAME, levels=tuple(words.name_level(best, second) for best, second in NAME_LEVELS))
    third = Field(
        name=THIRD, levels=tuple(words.WORD_LEVELS[level] for level in WordLevel), given=0, groups=_BY_SECOND
    )
    return name, third


def _by_name(best: int, second: int) -> int:
    """Among different people who share one name, or two, nationality and sex agree more often than else."""
    if best < WordLevel.NEARLY:
        return 0
    return 2 if WordLevel.NEARLY <= second < _NO_SECOND else 1


_BY_NAME = tuple(_by_name(best, second) for best, second in NAME_LEVELS)
_BY_SECOND = tuple(0 if second == _NO_SECOND else min(second, WordLevel.ALIKE) for _, second in NAME_LEVELS)
