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
from tutela.engines.matching.keys import Key, Recipe

__all__ = ["PLACES", "Group", "blinded", "blinded_again", "discrete_laplace", "in_common", "shuffled"]

_MOST_OF = {
    Recipe.NAMES_YEAR: 3,
    Recipe.NAMES_DAY: 3,
    Recipe.NAMES_BAND: 2,
    Recipe.NAMES_FINE: 1,
    Recipe.NAMES_SEX: 3,
    Recipe.NAME_DATE: 3,
    Recipe.NAME_MONTH: 3,
    Recipe.NAME_YEAR: 2,
    Recipe.NAME_DAY: 3,
    Recipe.LETTERS_DATE: 1,
    Recipe.BEGINNING_DATE: 2,
}
PLACES = tuple(recipe for recipe in Recipe for _ in range(_MOST_OF[recipe]))
"""The recipes of a person's places: the same for all. Which keys somebody has would else say how many names
they have, and whether their date is a guess, and tell people apart.
"""
Group = tuple[tuple[Recipe, bytes], ...]
"""A person: an element for each of PLACES; a random one where there is no such key."""
_ORDER = {recipe: place for place, recipe in enumerate(Recipe)}


def blinded(people: Sequence[Sequence[Key]], *, secret: int, source: Callable[[int], bytes]) -> list[Group]:
    """Each person's keys under one secret, filled up so that all have the same ones."""
    found = []
    for keys in people:
        by: dict[Recipe, list[bytes]] = defaultdict(list)
        for key in keys:
            by[key.recipe] += oprf.evaluate_blinded(secret, [oprf.hash_to_group(key.content)])
        for recipe, most in _MOST_OF.items():
            by[recipe] += [oprf.hash_to_group(source(32)) for _ in range(most - len(by[recipe]))]
        found.append(tuple((recipe, element) for recipe in Recipe for element in by[recipe]))
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
        tuple(sorted(groups[place], key=lambda pair: (_ORDER[pair[0]], pair[1])))
        for place in sorted(by, key=by.__getitem__)
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
