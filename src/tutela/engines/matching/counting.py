"""Counts how many people two agencies both know, and says no more than that number with noise.

Both sides put a secret of their own on every key (Diffie-Hellman on ristretto255), one after the other, and
mix the order of people; then equal keys are equal, and nobody can say whose they are. Of all pairs that score
enough the largest set is counted in which everybody stands once: one person more or less on either side moves
it by one at most, which is what the noise is made for. The noise is the discrete Laplace of Canonne, Kamath
and Steinke (NeurIPS 2020, algorithm 2), exact, in whole numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from tutela.engines.matching import oprf
from tutela.engines.matching.keys import MOST_KEYS, Key, Recipe

__all__ = ["Group", "blinded", "blinded_again", "discrete_laplace", "in_common", "shuffled"]

Group = tuple[tuple[Recipe | None, bytes], ...]
"""A person: MOST_KEYS elements, each with the recipe of its key; None where the place is only filled."""


def blinded(people: Sequence[Sequence[Key]], *, secret: int, source: Callable[[int], bytes]) -> list[Group]:
    """Each person's keys under one secret, filled up so that all have as many."""
    found = []
    for keys in people:
        group: list[tuple[Recipe | None, bytes]] = [
            (key.recipe, oprf.evaluate_blinded(secret, [oprf.hash_to_group(key.content)])[0]) for key in keys
        ]
        group += [(None, oprf.hash_to_group(source(32))) for _ in range(MOST_KEYS - len(group))]
        found.append(tuple(group))
    return found


def blinded_again(groups: Sequence[Group], *, secret: int) -> list[Group]:
    """The other side's people under both secrets. Raises oprf.BadElement."""
    return [
        tuple((recipe, oprf.evaluate_blinded(secret, [element])[0]) for recipe, element in group)
        for group in groups
    ]


def shuffled(groups: Sequence[Group], *, source: Callable[[int], bytes]) -> list[Group]:
    """In an order that tells nothing of people, nor of their keys."""
    by = {place: source(16) for place in range(len(groups))}
    return [
        tuple(sorted(groups[place], key=lambda pair: pair[1])) for place in sorted(by, key=by.__getitem__)
    ]


def in_common(
    mine: Sequence[Group], theirs: Sequence[Group], *, score: Callable[[Mapping[Recipe, int]], bool]
) -> int:
    """People in both: the largest set of pairs that `score` takes, given how many keys of each recipe they
    share.
    """
    holders = defaultdict(list)
    for place, group in enumerate(theirs):
        for recipe, element in group:
            if recipe is not None:
                holders[element].append((place, recipe))
    shared: dict[tuple[int, int], Counter[Recipe]] = defaultdict(Counter)
    for place, group in enumerate(mine):
        for recipe, element in group:
            for other, theirs_by in holders.get(element, ()):
                if recipe is theirs_by:
                    shared[place, other][theirs_by] += 1
    pairs = [pair for pair, recipes in shared.items() if score(recipes)]
    if not pairs:
        return 0
    rows, columns = np.array(pairs).T
    graph = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(mine), len(theirs)))
    return int((maximum_bipartite_matching(graph.tocsr(), perm_type="column") >= 0).sum())


def discrete_laplace(*, scale: Fraction, source: Callable[[int], bytes]) -> int:
    """A whole number, likely as exp(−|x| / scale), drawn without a rounded number anywhere."""
    if scale <= 0:
        raise ValueError("A scale is above zero.")
    over, under = scale.numerator, scale.denominator
    while True:
        part = _below(over, source)
        if not _heads_exp(Fraction(part, over), source):
            continue
        times = 0
        while _heads_exp(Fraction(1), source):
            times += 1
        size = (part + over * times) // under
        negative = _below(2, source)
        if not (negative and size == 0):
            return -size if negative else size


def _below(limit: int, source: Callable[[int], bytes]) -> int:
    """A whole number from 0 to `limit` − 1, each as likely."""
    bits = (limit - 1).bit_length()
    if not bits:
        return 0
    while True:
        found = int.from_bytes(source(-(-bits // 8)), "big") >> (-bits % 8)
        if found < limit:
            return found


def _heads_exp(exponent: Fraction, source: Callable[[int], bytes]) -> bool:
    """True as often as exp(−exponent), for 0 to 1 (algorithm 1)."""
    tries = 1
    while _below(exponent.denominator * tries, source) < exponent.numerator:
        tries += 1
    return tries % 2 == 1
