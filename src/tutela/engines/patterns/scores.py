"""Why a template is worth a look: signs that add up, each with what triggered it and how sure it is.

The unit is a template or a network, never a person. Points order the work of people; they say nothing about
anybody, and nothing is decided by them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache


class Grade(StrEnum):
    """How well a sign is founded."""

    TESTED = "A"
    """Compared with what came out in known cases."""
    EXPERTS = "B"
    """On a list that experts agreed on."""
    IDEA = "C"
    """Likely, and not tested."""


class BadSign(Exception):
    """A sign that cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: looked for in words (`patterns`, by language) or in a fact of a template (from `least`).

    `points` may be less than zero: a sign that was found to speak against. `protected` signs name a trait of
    people that must not weigh (origin, skin, religion): they are kept so that it can be shown that they are
    off, and never count.
    """

    id: str
    title: str
    grade: Grade
    points: int
    why: str
    source: str
    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fact: str = ""
    least: float = 1
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A sign that was found: `spans` are places in the text, `measured` what a fact came to."""

    sign: Sign
    spans: tuple[tuple[int, int], ...] = ()
    measured: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of the points of its reasons, heaviest first."""

    points: int
    reasons: tuple[Reason, ...]


def score(text: str, facts: Mapping[str, float], signs: Iterable[Sign]) -> Score:
    """Weighs one template: its constant `text`, and its `facts` by name (phones, places, weeks …)."""
    reasons = [reason for sign in signs if not sign.protected and (reason := _reason(sign, text, facts))]
    reasons.sort(key=lambda one: (-abs(one.sign.points), one.sign.id))
    return Score(sum(one.sign.points for one in reasons), tuple(reasons))


def _reason(sign: Sign, text: str, facts: Mapping[str, float]) -> Reason | None:
    if sign.fact:
        measured = facts.get(sign.fact)
        return Reason(sign, measured=measured) if measured is not None and measured >= sign.least else None
    spans = tuple(found.span() for found in _compiled(sign.id, _alternatives(sign)).finditer(text))
    return Reason(sign, spans=spans) if len(spans) >= sign.least else None


def _alternatives(sign: Sign) -> tuple[str, ...]:
    return tuple(pattern for language in sorted(sign.patterns) for pattern in sign.patterns[language])


@cache
def _compiled(name: str, alternatives: tuple[str, ...]) -> re.Pattern[str]:
    try:
        return re.compile("|".join(f"(?:{one})" for one in alternatives), re.IGNORECASE)
    except re.error as problem:
        raise BadSign(f"The words of the sign {name} cannot be read: {problem}.") from problem


def check(signs: Sequence[Sign], *, facts: Sequence[str]) -> list[str]:
    """What is wrong with a list of signs, a sentence each: nothing, when it can be used."""
    tests: list[tuple[Callable[[Sign], bool], str]] = [
        (lambda one: bool(one.fact) == bool(one.patterns), "needs either words or a fact, not both"),
        (lambda one: bool(one.fact) and one.fact not in facts, "asks for a fact that is not known"),
        (lambda one: not one.source.strip(), "names no source"),
        (lambda one: one.points == 0 and not one.protected, "has no points"),
    ]
    wrong = [f"{one.id} {problem}." for one in signs for is_wrong, problem in tests if is_wrong(one)]
    names = [one.id for one in signs]
    wrong += [f"{name} stands twice." for name in sorted({one for one in names if names.count(one) > 1})]
    for one in signs:
        try:
            _compiled(one.id, _alternatives(one))
        except BadSign as problem:
            wrong.append(str(problem))
    return wrong
