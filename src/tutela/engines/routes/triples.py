"""Origin, transit and destination of what was recorded, and the ways that can only be guessed from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tutela.engines.routes.network import BadNetwork, Flags, Network, Whole, network

UNKNOWN = -1
"""Stands where a record does not say the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """n different triples of places (numbers from 0, or UNKNOWN) in order, each with its records (n,)."""

    places: int
    origin: Whole
    transit: Whole
    destination: Whole
    records: Whole

    def __len__(self) -> int:
        return len(self.records)

    def only(self, chosen: Flags) -> Routes:
        """Some of the triples (n,)."""
        return Routes(
            places=self.places,
            origin=self.origin[chosen],
            transit=self.transit[chosen],
            destination=self.destination[chosen],
            records=self.records[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A way that no record tells: two halves from different records that meet in `transit`.

    At most `at_most` records can have gone it: as many as the rarer half has.
    """

    origin: int
    transit: int
    destination: int
    at_most: int


def routes(
    places: int, origin: ArrayLike, transit: ArrayLike, destination: ArrayLike, records: ArrayLike
) -> Routes:
    """Triples that stand several times are added up; those of no record are left out.

    Raises BadNetwork where a place is none, where fewer than two places of a triple are known, or where
    records are below zero.
    """
    stages = [np.asarray(one, dtype=np.int64) for one in (origin, transit, destination)]
    counts = np.asarray(records, dtype=np.int64)
    if len({one.shape for one in (*stages, counts)}) != 1 or counts.ndim != 1:
        raise BadNetwork("Each route has an origin, a transit, a destination and a number of records.")
    table = np.stack(stages, axis=1)
    if np.any((table < UNKNOWN) | (table >= places)):
        raise BadNetwork("A route names a place that is none.")
    if np.any((table != UNKNOWN).sum(axis=1) < 2):
        raise BadNetwork("A route needs two places that are known.")
    if np.any(counts < 0):
        raise BadNetwork("Records are zero or more.")
    found, member = np.unique(table[counts > 0], axis=0, return_inverse=True)
    added = np.bincount(member.ravel(), weights=counts[counts > 0], minlength=len(found)).astype(np.int64)
    return Routes(
        places=places, origin=found[:, 0], transit=found[:, 1], destination=found[:, 2], records=added
    )


def legs(told: Routes) -> Network:
    """What was recorded from one place straight to the next: by way of the transit where it is known."""
    steps = [
        (told.origin, told.transit),
        (told.transit, told.destination),
        (
            told.origin,
            np.where(told.transit == UNKNOWN, told.destination, UNKNOWN),
        ),
    ]
    return _links(told, steps)


def pairs(told: Routes) -> Network:
    """Origin to destination, whatever lies between."""
    return _links(told, [(told.origin, told.destination)])


def on_the_way(told: Routes, sources: Iterable[int], targets: Iterable[int]) -> Whole:
    """Records by place of transit (places,), of routes from one of the sources to one of the targets."""
    chosen = (
        np.isin(told.origin, list(sources))
        & np.isin(told.destination, list(targets))
        & (told.transit != UNKNOWN)
    )
    return np.bincount(told.transit[chosen], weights=told.records[chosen], minlength=told.places).astype(
        np.int64
    )


def guesses(told: Routes) -> list[Guess]:
    """Joins records that know no destination with those that know no origin, where they meet.

    Left out: ways that some record tells whole, and those that come back to where they began. The most
    possible first, then in the order of places.
    """
    begun: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    ended: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    whole = set()
    triples = zip(told.origin, told.transit, told.destination, told.records, strict=True)
    for origin, transit, destination, records in (tuple(map(int, one)) for one in triples):
        if transit == UNKNOWN:
            continue
        if destination == UNKNOWN:
            begun[transit].append((origin, records))
        elif origin == UNKNOWN:
            ended[transit].append((destination, records))
        else:
            whole.add((origin, transit, destination))
    found = [
        Guess(origin=origin, transit=transit, destination=destination, at_most=min(first, second))
        for transit, halves in begun.items()
        for origin, first in halves
        for destination, second in ended[transit]
        if len({origin, transit, destination}) == 3 and (origin, transit, destination) not in whole
    ]
    return sorted(found, key=lambda one: (-one.at_most, one.origin, one.transit, one.destination))


def _links(told: Routes, steps: list[tuple[Whole, Whole]]) -> Network:
    source = np.concatenate([one for one, _ in steps])
    target = np.concatenate([one for _, one in steps])
    known = (source != UNKNOWN) & (target != UNKNOWN)
    records = np.tile(told.records, len(steps))
    return network(told.places, source[known], target[known], records[known])
