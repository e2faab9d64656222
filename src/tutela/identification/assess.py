"""From sealed answers to what the rules of the indicator set make of them, in words and never a number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tutela.engines import indicators
from tutela.engines.indicators import Answer, DimensionState, Indicator, Pack
from tutela.foundation.vault.fields import reveal
from tutela.identification.models import Screening
from tutela.identification.packs import packs
from tutela.rights.words import text


@dataclass(frozen=True, slots=True)
class DimensionShown:
    """One dimension in words: where it stands, the rule that fired and why, or what is still open."""

    title: str
    state: DimensionState
    rule: str
    because: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The whole result in words. `strength` colours it; `cautions` stand beside every result."""

    title: str
    explanation: str
    strength: str
    is_settled: bool
    could_become: tuple[str, ...]
    dimensions: tuple[DimensionShown, ...]
    cautions: tuple[str, ...]
    unverified: str
    answered: int
    asked: int


def answers_of(screening: Screening) -> dict[str, Answer]:
    """The answers in the clear. Raises keyring.Erased."""
    sealed = reveal(screening, "answers")
    return {name: Answer(value) for name, value in json.loads(sealed or "{}").items()}


def sealed_form(answers: Mapping[str, Answer]) -> str:
    """What is sealed: only what was asked."""
    asked = {name: answer.value for name, answer in answers.items() if answer is not Answer.NOT_ASKED}
    return json.dumps(asked, sort_keys=True)


def pack_of(screening: Screening) -> Pack | None:
    """The set that it was made with; None once the library has another version of it, or none."""
    pack = packs().get(screening.pack)
    return pack if pack and pack.version == screening.pack_version else None


def result_of(screening: Screening) -> Result | None:
    """What the answers say by the rules that they were given under; None where these are gone."""
    pack = pack_of(screening)
    return result(pack, answers_of(screening)) if pack else None


def result(pack: Pack, answers: Mapping[str, Answer]) -> Result:
    found = indicators.assess(pack, answers)
    named = {one.id: one for one in pack.indicators}
    rules = {rule.id: text(rule.title) for rule in pack.dimension_rules}
    combined = {rule.id: text(rule.title) for rule in pack.combination_rules}
    titles = {dimension.id: text(dimension.title) for dimension in pack.dimensions}
    return Result(
        title=text(found.finding.title),
        explanation=text(found.finding.explanation),
        strength=found.finding.strength.value,
        is_settled=found.finding.is_settled,
        could_become=tuple(combined[name] for name in found.finding.could_become),
        dimensions=tuple(
            DimensionShown(
                title=titles[one.dimension],
                state=one.state,
                rule=rules.get(one.rule, ""),
                because=_texts(one.because, named),
                missing=_texts(one.missing, named),
            )
            for one in found.dimensions
        ),
        cautions=tuple(text(caution.text) for caution in pack.cautions if caution.id in found.cautions),
        unverified=text(pack.unverified),
        answered=sum(answer in {Answer.YES, Answer.NO} for answer in answers.values()),
        asked=len(pack.indicators),
    )


def _texts(names: tuple[str, ...], named: Mapping[str, Indicator]) -> tuple[str, ...]:
    return tuple(text(named[name].text) for name in names)
