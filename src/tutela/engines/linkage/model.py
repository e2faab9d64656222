"""How much each level of agreement says about two records being one person, learnt without any answers.

Fellegi and Sunter, A Theory for Record Linkage (JASA 1969): a level seen with probability m among pairs of
one person and u among other pairs is worth log2(m/u) bits. m and the share of matches come from
expectation-maximisation (Winkler 1988); u from all pairs: the candidates, and a random draw that stands for
the rest, so that the u of a rare agreement is counted and not extrapolated. A field may depend on another
(nationality on name: who shares a name often shares a country); it then has one m and u for each group of the
other's levels (Winkler, Improved Decision Rules in the Fellegi-Sunter Model, 1993). While learning, a
record's chance is shared out among its candidates, as if it had one partner at most (the constraint of
Sadinle, Bayesian Estimation of Bipartite Matchings for Record Linkage, JASA 2017, used here as a weight):
without it learning drifts from "the same person" to "the same name, sex and country".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MISSING", "Compared", "Field", "LinkageError", "Model", "Weights", "fit"]

MISSING = 255
"""The level of a comparison that says nothing, for one side is empty."""
Levels = NDArray[np.uint8]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_START_TOP = 0.6
_SMOOTH_M = 20.0
_MOST_ROUNDS = 100
_STILL = 1e-4
_MOST_BITS = 60.0


class LinkageError(ValueError):
    """A model that cannot be learnt from these pairs, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What is compared, and its levels in words, the weakest first."""

    name: str
    levels: tuple[str, ...]
    given: int | None = None
    """Position of the field that this one depends on."""
    groups: tuple[int, ...] = ()
    """For each level of that field: the group that it belongs to, from 0. No value on one side is group 0."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of records (positions), their levels (pairs, fields), and bits for rarity (pairs, fields)."""

    left: Ints
    right: Ints
    levels: Levels
    rarity: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """Of one field: m and u, both (groups, levels)."""

    m: Floats
    u: Floats

    @property
    def bits(self) -> Floats:
        """log2(m/u), (groups, levels)."""
        result: Floats = np.log2(self.m / self.u)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What was learnt; `share` is that of matches among all pairs, `rounds` those that learning took."""

    fields: tuple[Field, ...]
    weights: tuple[Weights, ...]
    share: float
    rounds: int

    @property
    def prior_bits(self) -> float:
        """Where every pair starts before anything is compared: log2 of the odds."""
        return float(np.log2(self.share / (1 - self.share)))

    def bits(self, compared: Compared) -> Floats:
        """What each field of each pair gives (pairs, fields), with its rarity."""
        return self._level_bits(compared.levels) + compared.rarity

    def chances(self, compared: Compared, *, one_to_one: bool) -> Floats:
        """The chance that each pair is one person; `one_to_one`: a record has one partner at most."""
        total = self.bits(compared).sum(axis=1) + self.prior_bits
        return _chances(total, compared, one_to_one=one_to_one)

    def _level_bits(self, levels: Levels) -> Floats:
        found = np.zeros(levels.shape)
        for place, (field, weights) in enumerate(zip(self.fields, self.weights, strict=True)):
            known = levels[:, place] != MISSING
            groups = _groups(field, levels)
            found[known, place] = weights.bits[groups[known], levels[known, place]]
        return found


def fit(
    fields: Sequence[Field],
    compared: Compared,
    others: Levels,
    *,
    all_pairs: int,
    start_share: float,
) -> Model:
    """Learn a model from candidates and from a random draw of the pairs that are none.

    others: levels of the draw, (k, fields); all_pairs: how many pairs there are in all; start_share: of
    them that are one person, a first guess. Raises LinkageError where there is nothing to learn from.
    """
    if len(compared.levels) == 0:
        raise LinkageError("no two records agree enough to be compared")
    scale = max(all_pairs - len(compared.levels), 0) / max(len(others), 1)
    outside = [table * scale for table in _tables(fields, others, np.ones(len(others)))]
    patterns, back = _patterns(compared.levels)
    counts = np.bincount(back, minlength=len(patterns)).astype(float)
    rarity = compared.rarity.sum(axis=1, dtype=float)
    model = _start(fields, _tables(fields, patterns, counts), outside, start_share)
    for _ in range(_MOST_ROUNDS):
        total = model._level_bits(patterns).sum(axis=1)[back] + rarity + model.prior_bits
        chance = _chances(total, compared, one_to_one=True)
        by_pattern = np.bincount(back, weights=chance, minlength=len(patterns)).astype(float)
        before, model = model, _learnt(model, patterns, by_pattern, counts, outside, all_pairs)
        if _moved(before, model) < _STILL:
            break
    return model


def _patterns(levels: Levels) -> tuple[Levels, Ints]:
    """The different rows of `levels`, and for each row which of them it is."""
    codes = np.zeros(len(levels), dtype=np.int64)
    for place in range(levels.shape[1]):
        values, inverse = np.unique(levels[:, place], return_inverse=True)
        _, codes = np.unique(codes * len(values) + inverse, return_inverse=True)
    _, first = np.unique(codes, return_index=True)
    return levels[first], codes.astype(np.int64)


def _chances(bits: Floats, compared: Compared, *, one_to_one: bool) -> Floats:
    odds = np.exp2(np.clip(bits, -500, _MOST_BITS))
    rivals = np.zeros(len(odds))
    if one_to_one:
        for side in (compared.left, compared.right):
            rivals += np.maximum(np.bincount(side, weights=odds)[side] - odds, 0)
    result: Floats = odds / (1 + odds + rivals)
    return result


def _start(fields: Sequence[Field], inside: list[Floats], outside: list[Floats], share: float) -> Model:
    weights = []
    for here, there in zip(inside, outside, strict=True):
        rising = np.arange(here.shape[1], dtype=float) ** 2 + 0.2
        rising[:-1] *= (1 - _START_TOP) / max(rising[:-1].sum(), 1e-9)
        rising[-1] = _START_TOP
        m = np.tile(rising / rising.sum(), (len(here), 1))
        weights.append(Weights(m, _shares(here + there)))
    return Model(fields=tuple(fields), weights=tuple(weights), share=share, rounds=0)


def _learnt(
    model: Model, patterns: Levels, chance: Floats, counts: Floats, outside: list[Floats], all_pairs: int
) -> Model:
    """One round: m from the pairs weighted by their chance, u from all other pairs there are."""
    matched = _tables(model.fields, patterns, chance)
    unmatched = _tables(model.fields, patterns, counts - chance)
    weights = tuple(
        Weights(_drawn_together(same), _shares(different + beside))
        for same, different, beside in zip(matched, unmatched, outside, strict=True)
    )
    share = min(max(float(chance.sum()) / all_pairs, 1e-15), 0.5)
    return Model(fields=model.fields, weights=weights, share=share, rounds=model.rounds + 1)


def _moved(before: Model, after: Model) -> float:
    return max(float(np.abs(a.m - b.m).max()) for a, b in zip(before.weights, after.weights, strict=True))


def _tables(fields: Sequence[Field], levels: Levels, weight: Floats) -> list[Floats]:
    """Weighted counts of each field's levels, (groups, levels)."""
    tables: list[Floats] = []
    for place, field in enumerate(fields):
        count, groups = len(field.levels), max(field.groups, default=0) + 1
        known = levels[:, place] != MISSING
        cells = _groups(field, levels)[known] * count + levels[known, place]
        counted = np.bincount(cells, weights=weight[known], minlength=groups * count)
        tables.append(counted.reshape(groups, count).astype(float))
    return tables


def _groups(field: Field, levels: Levels) -> Ints:
    if field.given is None:
        return np.zeros(len(levels), dtype=np.int64)
    of_level = np.zeros(MISSING + 1, dtype=np.int64)
    of_level[: len(field.groups)] = field.groups
    return of_level[levels[:, field.given]]


def _shares(counts: Floats) -> Floats:
    """Shares along the last axis; half a pair is added to each, so that nothing is impossible."""
    result: Floats = (counts + 0.5) / (counts.sum(axis=-1, keepdims=True) + 0.5 * counts.shape[-1])
    return result


def _drawn_together(counts: Floats) -> Floats:
    """Shares in each group, drawn towards those of all groups by `_SMOOTH_M` imagined pairs."""
    together = _shares(counts.sum(axis=0))
    result: Floats = (counts + _SMOOTH_M * together) / (counts.sum(axis=-1, keepdims=True) + _SMOOTH_M)
    return result
