"""What happens to the estimate when a list is left out, or two are taken for one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np

from tutela.engines.prevalence.models import TooManyModels, design, hierarchical_models
from tutela.engines.prevalence.selection import ranked, stepwise
from tutela.engines.prevalence.tables import BadTable, Table, merged, without


class Change(StrEnum):
    """What was done to the lists."""

    NONE = "none"
    WITHOUT = "without"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Variant:
    """One change and the totals it gives, None where there is no estimate."""

    change: Change
    lists: tuple[str, ...]
    observed: int
    stepwise: float | None
    lowest_bic: float | None


def variants(table: Table) -> Iterator[Variant]:
    """The table as it is, without each list, and with each two lists made one; always two lists or more."""
    yield _estimated(Change.NONE, (), table)
    if len(table.lists) < 3:
        return
    for name in table.lists:
        try:
            yield _estimated(Change.WITHOUT, (name,), without(table, name))
        except BadTable:
            continue  # everybody was on that list alone
    for pair in combinations(table.lists, 2):
        yield _estimated(Change.MERGED, pair, merged(table, pair))


def _estimated(change: Change, names: tuple[str, ...], table: Table) -> Variant:
    whole, counts = design(len(table.lists)), table.counts.astype(float)
    hidden = float(stepwise(whole, counts[None]).hidden[0])
    step = table.observed + hidden if np.isfinite(hidden) else None
    try:
        fits, _, order = ranked(whole, hierarchical_models(len(table.lists), 2), counts)
        best = table.observed + float(fits.hidden[order[0]]) if order.size else None
    except TooManyModels:
        best = None
    return Variant(change, names, table.observed, step, best)
