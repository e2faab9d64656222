"""Builds synthetic records whose small tables look like the estimated ones: from these alone, so it costs
nothing.

It begins with a network of columns (`starting`) and then goes over the records again and again, a part of
them at a time. Column by column each record of the part is offered another code. The offer is good if all
tables with this column together, by the sum of squared differences from the estimates, come closer. The best
offers are taken: as many as do not overshoot, which is learnt from what the last ones did. A cell with a
fraction of a person expected takes a record only if other tables gain by it, so few combinations are made
up. This replaced moves from table to table (the idea of PrivSyn's GUM, Zhang et al., USENIX Security 2021),
where what helps one table harms hundreds of others: docs/explanation/synthetic-data.md tells what each gave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tutela.engines.synthesis.domain import Records
from tutela.engines.synthesis.estimating import Counts, Estimated
from tutela.engines.synthesis.measuring import Places
from tutela.engines.synthesis.starting import CannotSynthesise, Real, Whole, cells_of, start

SWEEPS = 5
_PARTS = 20
"""A sweep goes over the records in at least so many parts."""
_MOST_AT_ONCE = 20_000
_FIRST_RATE, _LEAST_RATE, _MOST_RATE = 0.02, 0.0005, 0.3
"""The share of a part whose code may change at once."""
_CAUTION = 0.6
"""Of the share at which the records that change code would just not overshoot, so much is taken."""
_RARE, _RELUCTANCE = 3.0, np.float32(30)
"""A cell with fewer people estimated is held to have so many records too many. Measured: without it half of
the combinations of three were made up, with it a third, and tables came closer on the whole."""


def synthesise(estimated: Estimated, *, people: int, generator: np.random.Generator) -> Records:
    """`people` synthetic records: people × columns, in random order; no impossible one among them.

    Only what `estimated` holds is used, so the records cost no one anything. `generator` may be seeded: it
    hides nothing, and the same seed gives the same records. Raises CannotSynthesise.
    """
    if people < 0:
        raise CannotSynthesise("The number of people must not be negative.")
    domain = estimated.domain
    if people == 0:
        return np.empty((0, len(domain.columns)), dtype=np.int32)
    held = start(estimated, people=people, generator=generator)
    if min(estimated.order, len(domain.columns)) > 1:
        _Fitting(estimated, held, generator).run()
    return np.ascontiguousarray(held.T[generator.permutation(people)])


@dataclass(slots=True)
class _Part:
    """Some of the records: their codes by column, and their cells in all tables of two columns."""

    who: Whole
    codes: list[Whole]
    pairs: dict[Places, Whole]


class _Fitting:
    """Brings records closer to all tables of two columns and more, in place."""

    def __init__(self, estimated: Estimated, held: Records, generator: np.random.Generator) -> None:
        """`held`: columns × people."""
        self.domain = estimated.domain
        self.held = held
        self.generator = generator
        columns = range(len(self.domain.columns))
        self.pairs: list[Places] = list(combinations(columns, 2))
        self.too_many = _differences(estimated, held)
        self.rates = np.full(len(columns), _FIRST_RATE)
        self.chances = {
            (place, given): _summed(estimated.tables[pair] if given == pair[0] else estimated.tables[pair].T)
            for pair in self.pairs
            for place, given in (pair, pair[::-1])
            if self.domain.sizes[place] > 2
        }

    def run(self) -> None:
        people = self.held.shape[1]
        size = max(1, min(_MOST_AT_ONCE, people // _PARTS))
        for _ in range(SWEEPS):
            order = self.generator.permutation(people)
            for first in range(0, people, size):
                part = self._part(order[first : first + size])
                for place in self.generator.permutation(len(self.domain.columns)):
                    self._change(part, int(place))

    def _part(self, who: Whole) -> _Part:
        codes: list[Whole] = [np.asarray(column[who], dtype=np.int32) for column in self.held]
        pairs = {pair: self._pair(codes, pair) for pair in self.pairs}
        return _Part(who, codes, pairs)

    def _pair(self, codes: list[Whole], pair: Places) -> Whole:
        return codes[pair[0]] * np.int32(self.domain.sizes[pair[1]]) + codes[pair[1]]

    def _change(self, part: _Part, place: int) -> None:
        """Gives the records of a part that gain most by it another code in one column."""
        old = part.codes[place]
        new = self._offer(part, place)
        gains = np.zeros(len(old), dtype=np.float32)
        cells = []
        for too_many, step, base in self._tables_with(part, place):
            left, taken = base + old * step, base + new * step
            gains += too_many[left]
            gains -= too_many[taken]
            cells.append((too_many, left, taken))
        gains -= len(cells)
        chosen = self._chosen(gains, place)
        chosen = chosen[self._allowed(part, chosen, place, new)]
        if not len(chosen):
            return
        self._learn(place, [(counts, left[chosen], taken[chosen]) for counts, left, taken in cells])
        part.codes[place] = old.copy()
        part.codes[place][chosen] = new[chosen]
        self.held[place, part.who[chosen]] = new[chosen]
        for pair in self.pairs:
            if place in pair:
                part.pairs[pair] = self._pair(part.codes, pair)

    def _offer(self, part: _Part, place: int) -> Whole:
        """Another code for each record: the other of two, or one that goes with its code in some column."""
        size = self.domain.sizes[place]
        if size <= 2:
            return (size - 1) - part.codes[place]
        others = [other for other in range(len(self.domain.columns)) if other != place]
        given = int(self.generator.choice(others))
        row = part.codes[given]
        drawn = np.searchsorted(
            self.chances[place, given], row + self.generator.random(len(row)), side="right"
        )
        offered: Whole = np.clip(drawn - row * size, 0, size - 1).astype(np.int32)
        return offered

    def _tables_with(self, part: _Part, place: int) -> Iterator[tuple[Real, np.int32, Whole]]:
        """For each table with a column: what it holds too many, flat; how far apart two codes of the column
        lie in it; and the cell of each record as if it had the first code."""
        sizes = self.domain.sizes
        for pair, cell in part.pairs.items():
            first, second = pair
            if place == first:
                yield self.too_many[pair], np.int32(sizes[second]), part.codes[second]
            elif place == second:
                yield self.too_many[pair], np.int32(1), part.codes[first] * np.int32(sizes[place])
            if place in pair:
                continue
            table = self.too_many.get(tuple(sorted((*pair, place))))
            if table is None:
                continue
            if place < first:
                yield table, np.int32(sizes[first] * sizes[second]), cell
            elif place > second:
                yield table, np.int32(1), cell * np.int32(sizes[place])
            else:
                wider = np.int32((sizes[place] - 1) * sizes[second])
                yield table, np.int32(sizes[second]), cell + part.codes[first] * wider

    def _chosen(self, gains: Real, place: int) -> Whole:
        """The records that gain most, at most the share that this column may change at once."""
        most = max(1, int(self.rates[place] * len(gains)))
        gaining = np.flatnonzero(gains > 0)
        if len(gaining) <= most:
            return gaining
        best: Whole = gaining[np.argpartition(gains[gaining], -most)[-most:]]
        return best

    def _allowed(self, part: _Part, chosen: Whole, place: int, new: Whole) -> np.ndarray:
        """Which of the chosen records would still be possible ones."""
        if not self.domain.forbidden:
            return np.ones(len(chosen), dtype=bool)
        would = np.stack([codes[chosen] for codes in part.codes], axis=1).astype(np.int32)
        would[:, place] = new[chosen]
        return ~self.domain.is_impossible(would)

    def _learn(self, place: int, cells: list[tuple[Real, Whole, Whole]]) -> None:
        """Moves records from cells to cells, and sets the share that may move next time.

        What the cells left held too many, less what the cells taken did, falls as records move. Where it
        would reach zero the moves just do not overshoot.
        """
        before = after = 0.0
        for too_many, left, taken in cells:
            before += float(too_many[left].sum() - too_many[taken].sum())
            np.add.at(too_many, left, -1)
            np.add.at(too_many, taken, 1)
            after += float(too_many[left].sum() - too_many[taken].sum())
        rate = self.rates[place]
        best = _CAUTION * rate * before / (before - after) if before > after else 2 * rate
        self.rates[place] = np.clip(np.clip(best, rate / 2, rate * 2), _LEAST_RATE, _MOST_RATE)


def _differences(estimated: Estimated, held: Records) -> Mapping[Places, Real]:
    """How many records too many there are in each cell of each table of two columns and more, flat.

    In the widest tables records in rare cells count as more than they are.
    """
    domain = estimated.domain
    scale = np.float32(held.shape[1] / estimated.people)
    widest = max(map(len, estimated.tables))
    found = {}
    for places, cells in estimated.tables.items():
        if len(places) > 1:
            counts = np.bincount(cells_of(held, domain, places), minlength=cells.size).astype(np.float32)
            found[places] = counts - cells.ravel() * scale
            if len(places) == widest:
                found[places] += _RELUCTANCE * (cells.ravel() < _RARE)
    return found


def _summed(table: Counts) -> Real:
    """For each row of a table of two the chances of its columns, summed, one row after the other."""
    sums = np.cumsum(table.astype(float) + 1e-9, axis=1)
    sums /= sums[:, -1:]
    return (sums + np.arange(len(sums))[:, None]).ravel()
