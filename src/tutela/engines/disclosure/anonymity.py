"""Two gates for records: how many people share a combination, and how varied its secret is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutela.engines.disclosure.tables import BadTable, Ints


@dataclass(frozen=True, slots=True)
class Anonymity:
    """k: people in the smallest group (Sweeney 2002). l: values of the secret in the least varied one
    (Machanavajjhala and others 2007, distinct l-diversity); None where there is no secret."""

    k: int
    l: int | None  # noqa: E741 - the field's own letter
    groups: int


def anonymity(codes: Ints, secret: Ints | None = None) -> Anonymity:
    """Of records: `codes` (records, columns that others may know), `secret` one value a record. Raises
    BadTable."""
    if codes.ndim != 2 or not len(codes):
        raise BadTable("There are no records to look at.")
    _, group, sizes = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    diversity = None
    if secret is not None:
        pairs = np.unique(np.stack([group.ravel(), secret]), axis=1)
        diversity = int(np.bincount(pairs[0]).min())
    return Anonymity(int(sizes.min()), diversity, len(sizes))
