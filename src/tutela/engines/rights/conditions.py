"""Conditions over typed facts in Kleene's strong three-valued logic: yes, no, or not known yet.

A condition is a tree of "all", "any" and "not" over tests of single facts. Unknown is not false: an "all"
with one false part is false and an "any" with one true part is true, whatever else is unknown. It follows
that learning an unknown fact never changes an answer that was already decided (Kleene 1952, section 64).
The price, known and accepted, is that "x or not x" stays unknown while x is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

Value = str | bool | date
Facts = Mapping[str, Value | None]
"""What is known of a person. A fact that is absent, or None, is unknown."""

Truth = bool | None


@dataclass(frozen=True, slots=True)
class FactIs:
    """The fact has one of these values, or none of them when `wanted` is false."""

    fact: str
    values: frozenset[Value]
    wanted: bool = True

    def truth(self, facts: Facts) -> Truth:
        value = facts.get(self.fact)
        return None if value is None else (value in self.values) is self.wanted


@dataclass(frozen=True, slots=True)
class FactSince:
    """The fact is a date on this day or later, or before it when `wanted` is false.

    `day` is None for the day from which the law binds the state; a library puts that day in.
    """

    fact: str
    day: date | None
    wanted: bool = True

    def truth(self, facts: Facts) -> Truth:
        value = facts.get(self.fact)
        if self.day is None or not isinstance(value, date):
            return None
        return (value >= self.day) is self.wanted


Test = FactIs | FactSince
"""What is asked of one fact."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every part holds; an empty one always does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part holds; an empty one never does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: Condition


Condition = Test | AllOf | AnyOf | Not

ALWAYS = AllOf(())


def with_binding_day(condition: Condition, day: date | None) -> Condition:
    """The same condition, with `day` wherever it speaks of the day from which the law binds the state."""
    match condition:
        case FactSince(fact, None, wanted):
            return FactSince(fact, day, wanted)
        case FactIs() | FactSince():
            return condition
        case Not(part):
            return Not(with_binding_day(part, day))
    return type(condition)(tuple(with_binding_day(part, day) for part in condition.parts))


def facts_in(condition: Condition) -> frozenset[str]:
    """The facts that a condition asks about."""
    match condition:
        case FactIs() | FactSince():
            return frozenset({condition.fact})
        case Not(part):
            return facts_in(part)
    return frozenset[str]().union(*map(facts_in, condition.parts))


@dataclass(frozen=True, slots=True)
class Reasons:
    """Which tests carry an answer: those that held, those that failed, and those that wait for a fact."""

    truth: Truth
    held: tuple[Test, ...]
    failed: tuple[Test, ...]
    open: tuple[Test, ...]

    @property
    def asks(self) -> tuple[str, ...]:
        """The unknown facts that could still change the answer."""
        return tuple(dict.fromkeys(test.fact for test in self.open))


_REMEMBERED = 4096
"""Answers kept for each condition; people whose facts look alike to it share one."""


class CompiledConditions:
    """Many conditions read once, so that each distinct test is put to a person's facts only once."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._tests: dict[Test, int] = {}
        self._conditions: dict[Condition, int] = {}
        self._compiled: list[_Compiled] = []
        for condition in conditions:
            if condition not in self._conditions:
                self._conditions[condition] = len(self._compiled)
                self._compiled.append(_Compiled(self._compile(without_negation(condition))))

    def place(self, condition: Condition) -> int:
        """Where the reasons of this condition stand in the list that `reader` reads."""
        return self._conditions[condition]

    def reader(self, facts: Facts) -> Callable[[int], Reasons]:
        """A function from a condition's place to its reasons."""
        truths = [test.truth(facts) for test in self._tests]
        compiled = self._compiled
        return lambda place: compiled[place].reasons(truths)

    def _compile(self, condition: Condition) -> _Node:
        if isinstance(condition, FactIs | FactSince):
            return _Leaf(condition, self._tests.setdefault(condition, len(self._tests)))
        assert isinstance(condition, AllOf | AnyOf)
        parts = tuple(self._compile(part) for part in condition.parts)
        return _Branch(parts, decided_by=isinstance(condition, AnyOf))


class _Compiled:
    """One condition, with the reasons for each row of answers to its tests that was met before."""

    def __init__(self, node: _Node) -> None:
        self._node = node
        self._places = tuple(dict.fromkeys(node.places()))
        self._met: dict[tuple[Truth, ...], Reasons] = {}

    def reasons(self, truths: Sequence[Truth]) -> Reasons:
        row = tuple([truths[place] for place in self._places])
        found = self._met.get(row)
        if found is None:
            if len(self._met) >= _REMEMBERED:
                self._met.clear()
            found = self._met[row] = _reasons(self._node, truths)
        return found


def without_negation(condition: Condition, *, wanted: bool = True) -> Condition:
    """The same condition with every "not" pushed down into the tests (De Morgan holds in Kleene's logic)."""
    if isinstance(condition, Not):
        return without_negation(condition.part, wanted=not wanted)
    if isinstance(condition, FactIs | FactSince):
        return condition if wanted else replace(condition, wanted=not condition.wanted)
    parts = tuple(without_negation(part, wanted=wanted) for part in condition.parts)
    return AllOf(parts) if isinstance(condition, AllOf) is wanted else AnyOf(parts)


@dataclass(frozen=True, slots=True)
class _Leaf:
    test: Test
    place: int

    def places(self) -> Iterator[int]:
        yield self.place

    def truth(self, truths: Sequence[Truth]) -> Truth:
        return truths[self.place]

    def collect(self, truths: Sequence[Truth], into: dict[Truth, dict[Test, None]]) -> None:
        into[truths[self.place]][self.test] = None


@dataclass(frozen=True, slots=True)
class _Branch:
    """An "all" (decided by one false part) or an "any" (decided by one true part)."""

    parts: tuple[_Node, ...]
    decided_by: bool

    def places(self) -> Iterator[int]:
        for part in self.parts:
            yield from part.places()

    def truth(self, truths: Sequence[Truth]) -> Truth:
        answer: Truth = not self.decided_by
        for part in self.parts:
            truth = part.truth(truths)
            if truth is self.decided_by:
                return truth
            if truth is None:
                answer = None
        return answer

    def collect(self, truths: Sequence[Truth], into: dict[Truth, dict[Test, None]]) -> None:
        """Gather the tests that carry the answer: where one part decides, only the parts that decide."""
        decided = self.truth(truths) is self.decided_by
        for part in self.parts:
            if not decided or part.truth(truths) is self.decided_by:
                part.collect(truths, into)


_Node = _Leaf | _Branch


def _reasons(node: _Node, truths: Sequence[Truth]) -> Reasons:
    found: dict[Truth, dict[Test, None]] = {True: {}, False: {}, None: {}}
    node.collect(truths, found)
    return Reasons(node.truth(truths), tuple(found[True]), tuple(found[False]), tuple(found[None]))
