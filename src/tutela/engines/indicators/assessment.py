"""What answers to an indicator set say: each dimension, the finding, the reasons, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tutela.engines.indicators.packs import (
    CombinationRule,
    Dimension,
    DimensionRule,
    Indicator,
    Pack,
    Strength,
    Words,
)

__all__ = [
    "Answer",
    "Assessment",
    "DimensionResult",
    "DimensionState",
    "Finding",
    "UnknownIndicator",
    "assess",
]


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


class DimensionState(StrEnum):
    """Undetermined: open questions (unknown or not asked) could still make the dimension positive."""

    POSITIVE = "positive"
    NOT_POSITIVE = "not_positive"
    UNDETERMINED = "undetermined"


class UnknownIndicator(LookupError):
    """An answer names an indicator that the set does not have."""


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """One dimension: its state, the rule that fired and the answers that fired it.

    ``rule`` is empty unless the dimension is positive. ``missing`` are the open indicators that could
    still make it positive, ``open_rules`` the rules that could still fire; both are empty unless it is
    undetermined.
    """

    dimension: str
    state: DimensionState
    rule: str
    because: tuple[str, ...]
    missing: tuple[str, ...]
    open_rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the dimensions say together: at least this much.

    ``because`` are the positive dimensions that the rule rests on. ``could_become`` are rules above it that
    open questions could still make apply; while there are any the finding is not settled.
    """

    rule: str
    strength: Strength
    title: Words
    explanation: Words
    because: tuple[str, ...]
    could_become: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        return not self.could_become


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole result. ``cautions`` are codes, with their text in the set, to be shown with every result."""

    pack: str
    version: str
    dimensions: tuple[DimensionResult, ...]
    finding: Finding
    cautions: tuple[str, ...]


def assess(pack: Pack, answers: Mapping[str, Answer]) -> Assessment:
    """Return what the answers say by the rules of the set; an indicator without an answer was not asked.

    Raises ``UnknownIndicator`` for an answer to an indicator that is not in the set.
    """
    known = {indicator.id for indicator in pack.indicators}
    for indicator in answers:
        if indicator not in known:
            raise UnknownIndicator(indicator)
    dimensions = tuple(
        _assess_dimension(dimension, pack.dimension_rules, answers) for dimension in pack.dimensions
    )
    return Assessment(
        pack=pack.id,
        version=pack.version,
        dimensions=dimensions,
        finding=_find(pack, {result.dimension: result.state for result in dimensions}),
        cautions=tuple(caution.id for caution in pack.cautions),
    )


def _assess_dimension(
    dimension: Dimension, rules: tuple[DimensionRule, ...], answers: Mapping[str, Answer]
) -> DimensionResult:
    yes = [one for one in dimension.indicators if answers.get(one.id) is Answer.YES]
    still_open = [one for one in dimension.indicators if _is_open(answers.get(one.id, Answer.NOT_ASKED))]
    for rule in rules:
        if _holds(rule, yes):
            because = _ids(one for one in yes if any(one.weight in need.of for need in rule.needs))
            return DimensionResult(dimension.id, DimensionState.POSITIVE, rule.id, because, (), ())
    open_rules = [rule for rule in rules if _holds(rule, [*yes, *still_open])]
    if not open_rules:
        return DimensionResult(dimension.id, DimensionState.NOT_POSITIVE, "", (), (), ())
    weights = {weight for rule in open_rules for need in rule.needs for weight in need.of}
    missing = _ids(one for one in still_open if one.weight in weights)
    open_ids = tuple(rule.id for rule in open_rules)
    return DimensionResult(dimension.id, DimensionState.UNDETERMINED, "", (), missing, open_ids)


def _is_open(answer: Answer) -> bool:
    return answer in {Answer.UNKNOWN, Answer.NOT_ASKED}


def _holds(rule: DimensionRule, indicators: list[Indicator]) -> bool:
    """Say whether the indicators meet every need; needs of one rule share no weight, so each counts once."""
    return all(sum(one.weight in need.of for one in indicators) >= need.at_least for need in rule.needs)


def _ids(indicators: Iterable[Indicator]) -> tuple[str, ...]:
    return tuple(one.id for one in indicators)


def _find(pack: Pack, states: Mapping[str, DimensionState]) -> Finding:
    could_become: list[str] = []
    for rule in pack.combination_rules:
        state = _rule_state(rule, states)
        if state is DimensionState.POSITIVE:
            because = tuple(
                dimension.id
                for dimension in pack.dimensions
                if states[dimension.id] is DimensionState.POSITIVE
                and any(dimension.id in need for need in rule.needs)
            )
            return Finding(rule.id, rule.strength, rule.title, rule.explanation, because, tuple(could_become))
        if state is DimensionState.UNDETERMINED:
            could_become.append(rule.id)
    outcome, strength = (
        (pack.unknown, Strength.NOT_ENOUGH_KNOWN) if could_become else (pack.otherwise, Strength.NONE_SO_FAR)
    )
    return Finding(outcome.id, strength, outcome.title, outcome.explanation, (), tuple(could_become))


def _rule_state(rule: CombinationRule, states: Mapping[str, DimensionState]) -> DimensionState:
    """Join by three-valued logic: a need is as good as its best dimension, a rule as its worst need."""
    best = [min((states[dimension] for dimension in need), key=_ORDER.index) for need in rule.needs]
    return max(best, key=_ORDER.index)


_ORDER = (DimensionState.POSITIVE, DimensionState.UNDETERMINED, DimensionState.NOT_POSITIVE)
