"""Bounds what one person adds to a release, because the person is what is protected and not the row."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from tutela.engines.synthesis.domain import Records


def bounded(records: Records, person_ids: Sequence[Hashable], *, most: int = 1) -> Records:
    """At most `most` records of each person: the first ones in the order of their codes.

    Which of a person's records stay depends on that person's records alone, never on their place in the file
    or on anybody else: otherwise one person could move the records of another, and the protection would not
    hold. The records come back in the order of their codes. Raises ValueError.
    """
    if most < 1:
        raise ValueError("Each person must be allowed at least one record.")
    if len(records) != len(person_ids):
        raise ValueError("There must be one person id for each record.")
    if not len(records):
        return records
    numbers: dict[Hashable, int] = {}
    people = np.array([numbers.setdefault(person, len(numbers)) for person in person_ids])
    order = np.lexsort((*records.T[::-1], people))
    owners = people[order]
    starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    kept = records[order[rank < most]]
    return np.ascontiguousarray(kept[np.lexsort(kept.T[::-1])])
