"""A table that gives an answer to every key, so that a key in it cannot be told from one that is not.

An oblivious key-value store (garbled Bloom filter with three places a key, solved by peeling as in Garimella
and others, CRYPTO 2021): the value of a key is the exclusive or of its three cells, and a mask that the
oblivious function gives for it. Cells that no key needs are random. The table has several lanes, and a lane
holds each key at most once, so that a key that several records share is found in several lanes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tutela.engines.matching.sharing import WIDTH, Bytes

__all__ = ["LANES", "CannotBuild", "Table", "build", "cells_for", "lanes_of", "look_up"]

LANES = 16
"""How many records may share a key and all be found by it."""
_PLACES, _EXTRA, _SLACK, _TRIES = 3, 1.3, 60, 20
Numbers = npt.NDArray[np.int64]


class CannotBuild(ValueError):
    """More keys than the room that was set for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells of all lanes (LANES × cells × WIDTH), and the public salt of their places."""

    salt: bytes
    cells: Bytes


def cells_for(records: int, *, keys: int) -> int:
    """Cells of a lane in a table with room for so many records: what its size tells is this room alone."""
    entries = -(-records // LANES) * keys * 1.02
    return _PLACES * (int(entries * _EXTRA / _PLACES) + _SLACK)


def lanes_of(keys: Sequence[Sequence[int]], *, room: int) -> tuple[list[int], list[list[int]]]:
    """A lane for each record, given the numbers of its keys, and which of its keys (by place) had to go.

    Records that share a key stand in different lanes where that can be; `room` records at most in one lane.
    """
    taken: dict[int, int] = {}
    load = [0] * LANES
    lanes, gone = [], []
    for mine in keys:
        together = 0
        for key in mine:
            together |= taken.get(key, 0)
        open_lanes = [lane for lane in range(LANES) if load[lane] < room]
        if not open_lanes:
            raise CannotBuild("There are more records than the table has room for.")
        free = [lane for lane in open_lanes if not together >> lane & 1] or open_lanes
        lane = min(
            free, key=lambda one: (sum(taken.get(key, 0) >> one & 1 for key in mine), load[one])
        ) if together else min(free, key=load.__getitem__)  # fmt: skip
        lost = [place for place, key in enumerate(mine) if taken.get(key, 0) >> lane & 1]
        for place, key in enumerate(mine):
            if place not in lost:
                taken[key] = taken.get(key, 0) | 1 << lane
        load[lane] += 1
        lanes.append(lane)
        gone.append(lost)
    return lanes, gone


def build(
    outputs: Sequence[bytes], values: Bytes, lanes: npt.NDArray[np.intp], *, cells: int,
    source: Callable[[int], bytes],
) -> Table:  # fmt: skip
    """A table of what the oblivious function gave for each entry's key, the entry's value, and its lane.

    No key twice in a lane. Raises CannotBuild where there are too many for `cells`.
    """
    for _ in range(_TRIES):
        salt = source(16)
        places, masks = _drawn(outputs, lanes, salt, cells)
        table = (
            np.frombuffer(source(LANES * cells * WIDTH), dtype=np.uint8).reshape(LANES, cells, WIDTH).copy()
        )
        if all(
            _filled(table[lane], places[lanes == lane], (values ^ masks)[lanes == lane])
            for lane in range(LANES)
        ):
            return Table(salt=salt, cells=table)
    raise CannotBuild("There are more keys than the table has room for.")


def look_up(table: Table, outputs: Sequence[bytes]) -> Bytes:
    """What each lane gives for each key (LANES × keys × WIDTH): shares of records, or random bytes."""
    cells = table.cells.shape[1]
    found = np.empty((LANES, len(outputs), WIDTH), dtype=np.uint8)
    for place, output in enumerate(outputs):
        at, masks = _where(output, table.salt, cells)
        found[:, place] = masks ^ table.cells[:, at[0]] ^ table.cells[:, at[1]] ^ table.cells[:, at[2]]
    return found


def _where(output: bytes, salt: bytes, cells: int) -> tuple[tuple[int, int, int], Bytes]:
    """The three cells of a key, one in each third, and the masks of all lanes."""
    stream = hashlib.shake_256(b"tutela-store" + salt + output).digest(8 * _PLACES + LANES * WIDTH)
    third = cells // _PLACES
    one, two, three = (int.from_bytes(stream[8 * n : 8 * n + 8], "little") % third for n in range(_PLACES))
    masks = np.frombuffer(stream, dtype=np.uint8, offset=8 * _PLACES).reshape(LANES, WIDTH)
    return (one, third + two, 2 * third + three), masks


def _drawn(
    outputs: Sequence[bytes], lanes: npt.NDArray[np.intp], salt: bytes, cells: int
) -> tuple[Numbers, Bytes]:
    places = np.empty((len(outputs), _PLACES), dtype=np.int64)
    masks = np.empty((len(outputs), WIDTH), dtype=np.uint8)
    for entry, (output, lane) in enumerate(zip(outputs, lanes, strict=True)):
        places[entry], all_masks = _where(output, salt, cells)
        masks[entry] = all_masks[lane]
    return places, masks


def _filled(cells: Bytes, places: Numbers, values: Bytes) -> bool:
    """Writes one lane so that each entry's three cells give its value; False where that cannot be.

    Entries are peeled in rounds: one that has a cell to itself can be settled after all others.
    """
    left = np.arange(len(places))
    rounds: list[tuple[npt.NDArray[np.intp], Numbers]] = []
    while len(left):
        mine = places[left]
        alone = np.bincount(mine.ravel(), minlength=len(cells))[mine] == 1
        peeled = alone.any(axis=1)
        if not peeled.any():
            return False
        own = mine[np.arange(len(left)), alone.argmax(axis=1)]
        rounds.append((left[peeled], own[peeled]))
        left = left[~peeled]
    for entries, own in reversed(rounds):
        three = places[entries]
        others = np.where((three == own[:, None])[..., None], np.uint8(0), cells[three])
        cells[own] = values[entries] ^ np.bitwise_xor.reduce(others, axis=1)
    return True
