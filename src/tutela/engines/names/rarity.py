"""How much it says that two names share a word: a bit for each halving of the people who have it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tutela.engines.names.skeletons import WordKind, skeletons

__all__ = ["Rarity", "count_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rarity:
    """How many of `people` have a word, by its skeleton; the caller's table, coarse or fine."""

    counts: Mapping[str, int]
    people: int

    def bits(self, skeleton: str) -> float:
        """Bits that a shared word is worth: log2 of one over its share, with one imagined bearer added.

        So a word that the table does not know is as rare as the table can tell, and never endlessly so.
        """
        return math.log2((self.people + 2) / (self.counts.get(skeleton, 0) + 1))


def count_words(names: Iterable[str], *, coarse: bool = False) -> Rarity:
    """Count in how many of these names each word is, particles left out. One name is one person."""
    counts: Counter[str] = Counter()
    people = 0
    for name in names:
        people += 1
        counts.update(
            {
                word.coarse if coarse else word.fine
                for word in skeletons(name)
                if word.kind != WordKind.PARTICLE
            }
        )
    return Rarity(counts=dict(counts), people=people)
