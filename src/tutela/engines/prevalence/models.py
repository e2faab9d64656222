"""Which lists depend on each other: hierarchical log-linear models, and the columns they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations

import numpy as np

from tutela.engines.prevalence.tables import BadTable, Flags, Floats, Whole

MOST_MODELS = 40_000
"""So many models are looked through at most: all models of pairs of six lists are 32,768."""


class TooManyModels(BadTable):
    """There are more models than can be looked through; the message says what would help."""


@dataclass(frozen=True, slots=True)
class Design:
    """The columns of a log-linear model of k lists, up to interactions of `order` lists.

    `terms` (p,): sets of lists as bits; 0 is the intercept, then the lists, then pairs, and so on. `columns`
    (histories, p): 1 where a history holds the whole term; the history without any list comes first where the
    design is `complete`, and is missing otherwise. `products` (histories, p * p): the products of each two
    columns, from which the matrices of normal equations of many fits come by one multiplication.

    With several `strata` the histories of each stand one after another. Each stratum has its own intercept
    and its own effect of each list; the interactions are shared.
    """

    lists: int
    order: int
    complete: bool
    strata: int
    terms: Whole
    columns: Floats
    products: Floats

    @property
    def key(self) -> tuple[int, int, bool, int]:
        """What `design` makes it again from."""
        return self.lists, self.order, self.complete, self.strata

    @property
    def main(self) -> Flags:
        """The model in which the lists are independent: intercept and lists (p,)."""
        return self.sizes <= 1

    @property
    def sizes(self) -> Whole:
        """How many lists each term holds (p,)."""
        return np.array([int(term).bit_count() for term in self.terms])


@lru_cache(maxsize=32)
def design(lists: int, order: int = 2, complete: bool = False, strata: int = 1) -> Design:
    """The columns for so many lists; made once."""
    own = [0, *_terms(lists, 1)]
    shared = [term for size in range(2, min(order, lists) + 1) for term in _terms(lists, size)]
    numbers = np.arange(0 if complete else 1, 2**lists)
    columns = np.hstack(
        [
            np.kron(np.eye(strata), (numbers[:, None] & own) == own),
            np.tile((numbers[:, None] & np.array(shared, dtype=int)) == shared, (strata, 1)),
        ]
    )
    products = (columns[:, :, None] * columns[:, None, :]).reshape(len(columns), -1)
    return Design(lists, order, complete, strata, np.array(own * strata + shared), columns, products)


def model(whole: Design, interactions: Iterable[int]) -> Flags:
    """The flags (p,) of the smallest hierarchical model with these interactions, sets of lists as bits."""
    asked = list(interactions)
    if unknown := [term for term in asked if term not in whole.terms]:
        raise BadTable(f"An interaction of {unknown[0].bit_count()} lists is beyond order {whole.order}.")
    held = np.array([any((int(term) & one) == term for one in asked) for term in whole.terms], dtype=bool)
    return held | whole.main


def notation(terms: Iterable[int], names: Sequence[str]) -> tuple[str, ...]:
    """Terms in words, as LA:NG."""
    return tuple(
        ":".join(name for position, name in enumerate(names) if term >> position & 1) for term in terms
    )


@lru_cache(maxsize=8)
def hierarchical_models(lists: int, order: int) -> Flags:
    """Every hierarchical model with all lists in it and interactions of at most `order` lists: (models, p).

    A term stands in a model only with all that it is made of. Raises TooManyModels beyond MOST_MODELS.
    """
    whole = design(lists, order)
    found = list(_grown(frozenset(), lists, 2, order))
    position = {int(term): place for place, term in enumerate(whole.terms)}
    flags = np.tile(whole.main, (len(found), 1))
    for row, terms in enumerate(found):
        flags[row, [position[term] for term in terms]] = True
    return flags


def _grown(held: frozenset[int], lists: int, size: int, order: int) -> Iterator[frozenset[int]]:
    """All models that have the terms `held` and any further terms of `size` lists or more."""
    _refuse_too_many(lists, order)
    if size > min(order, lists - 1):
        yield held
        return
    possible = [term for term in _terms(lists, size) if size == 2 or _parts(term) <= held]
    for chosen in chain.from_iterable(combinations(possible, number) for number in range(len(possible) + 1)):
        if chosen:
            yield from _grown(held | set(chosen), lists, size + 1, order)
        else:
            yield held


def _refuse_too_many(lists: int, order: int) -> None:
    if 2 ** (lists * (lists - 1) // 2) > MOST_MODELS or (lists > 5 and order > 2):
        raise TooManyModels(
            f"{lists} lists with interactions of up to {order} make too many models to look through."
            " Up to five lists can have any order, six lists order 2."
        )


def _terms(lists: int, size: int) -> list[int]:
    return [sum(1 << one for one in some) for some in combinations(range(lists), size)]


def _parts(term: int) -> set[int]:
    return {term & ~(1 << one) for one in range(term.bit_length()) if term >> one & 1}
