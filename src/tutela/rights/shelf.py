"""The library of law as a reader browses it: entries by state and kind, and their conditions in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from tutela.engines.rights import (
    REGION,
    AllOf,
    AnyOf,
    Condition,
    FactIs,
    FactSince,
    Not,
    Provision,
    Test,
    states_of,
)
from tutela.rights import words
from tutela.rights.law import load_law


class NoSuchEntry(Exception):
    """The library has no entry of this name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a condition in words; `parts` are set under it."""

    text: str
    parts: tuple[Line, ...] = ()


def entry(name: str) -> Provision:
    """Raises NoSuchEntry."""
    try:
        return load_law().provisions[name]
    except KeyError as missing:
        raise NoSuchEntry from missing


def states() -> list[str]:
    """Every state that the library says something about: bound by a treaty, or with law of its own."""
    return list(states_of(load_law().library))


def entries(*, at: date, state: str = "", group: str = "") -> list[Provision]:
    """Entries in force in a state, or the whole library when none is given; of one group, or of all."""
    library = load_law().library
    wanted = _categories(group)
    instruments = library.bound(state, at) if state else library.instruments
    return [
        provision
        for provision in library.provisions
        if provision.instrument in instruments
        and (not wanted or provision.category in wanted)
        and (not state or provision.in_force.covers(at))
    ]


def _categories(group: str) -> frozenset[str]:
    return frozenset(name for one in load_law().groups if one.id == group for name in one.categories)


def regions_of(state: str, *, at: date) -> list[str]:
    """The parts of a state that its law tells apart."""
    found: set[str] = set()
    for provision in entries(at=at, state=state):
        found |= {code for code in provision.territory if "-" in code}
        for test in tests_in(provision.condition):
            if isinstance(test, FactIs) and test.fact == REGION:
                found |= {str(value) for value in test.values}
    return sorted(code for code in found if code.startswith(f"{state}-"))


def tests_in(condition: Condition) -> Iterator[Test]:
    match condition:
        case FactIs() | FactSince():
            yield condition
        case Not():
            yield from tests_in(condition.part)
        case _:
            for part in condition.parts:
                yield from tests_in(part)


def in_words(condition: Condition) -> Line | None:
    """A condition as lines that a person can read; None when it asks for nothing."""
    match condition:
        case FactIs() | FactSince():
            return Line(words.condition(condition))
        case Not():
            part = in_words(condition.part)
            return Line(gettext("None of this:"), (part,)) if part else None
        case AllOf() if len(condition.parts) == 1:
            return in_words(condition.parts[0])
        case AllOf():
            return _several(gettext("All of these:"), condition)
        case AnyOf() if len(condition.parts) == 1:
            return in_words(condition.parts[0])
    return _several(gettext("At least one of these:"), condition)


def _several(heading: str, condition: AllOf | AnyOf) -> Line | None:
    lines = tuple(line for line in map(in_words, condition.parts) if line)
    return Line(heading, lines) if lines else None
