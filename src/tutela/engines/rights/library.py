"""The library of law, compiled once for each state and each stretch of days without a change of law."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from tutela.engines.rights.conditions import (
    ALWAYS,
    AllOf,
    CompiledConditions,
    Condition,
    FactIs,
    with_binding_day,
)
from tutela.engines.rights.limits import NOT_VERIFIED, Counting
from tutela.engines.rights.provisions import (
    Addressee,
    Binding,
    Certainty,
    InForce,
    Instrument,
    Kind,
    Provision,
    Reservation,
    Strength,
)

STRENGTHS = {strength: rank for rank, strength in enumerate(Strength)}
CERTAINTIES = {certainty: rank for rank, certainty in enumerate(Certainty)}

REGION = "region"
"""The fact that says in which part of the state a person is, as an ISO 3166-2 code."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A provision as it applies in one state: on what ground, how it is counted, what can touch it.

    Places are those of its conditions among the compiled ones.
    """

    provision: Provision
    binding: Binding | None
    reservation: Reservation | None
    order: Counting
    place: int
    fulfilled_place: int | None
    extension_place: int | None
    exceptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LawInForce:
    """The rules of one state in order, those among them that are exceptions, and all their conditions."""

    rules: tuple[Rule, ...]
    exceptions: tuple[Rule, ...]
    conditions: CompiledConditions


class Library:
    """Provisions, instruments and bindings. `categories` and `rights` give the order of answers."""

    def __init__(
        self,
        *,
        provisions: Iterable[Provision],
        instruments: Iterable[Instrument],
        bindings: Iterable[Binding] = (),
        categories: Iterable[str] = (),
        rights: Iterable[str] = (),
    ) -> None:
        self._order = {category: place for place, category in enumerate(categories)}
        self.rights = {right: place for place, right in enumerate(rights)}
        self.provisions = tuple(sorted(provisions, key=self._sort_key))
        self.instruments = {instrument.id: instrument for instrument in instruments}
        self.bindings = tuple(sorted(bindings, key=lambda b: (b.instrument, b.state, b.start)))
        self._changes = sorted(set(self._days_of_change()))
        self._compiled = lru_cache(maxsize=1024)(self._compile)

    def applying(self, state: str, at: date) -> LawInForce:
        """What is addressed to a person and in force in this state on this day."""
        return self._compiled(state, bisect_right(self._changes, at))

    def bound(self, state: str, at: date) -> dict[str, Binding | None]:
        """The instruments in force in a state on a day, each with its binding (None: the state's own law)."""
        in_force = {i.id: i for i in self.instruments.values() if i.is_binding and i.in_force.covers(at)}
        found: dict[str, Binding | None] = {i.id: None for i in in_force.values() if i.state == state}
        for binding in self.bindings:
            if binding.state == state and binding.instrument in in_force and binding.covers(at):
                found[binding.instrument] = binding
        return found

    def _sort_key(self, provision: Provision) -> tuple[int, int, str]:
        place = self._order.get(provision.category, len(self._order))
        return place, STRENGTHS[provision.strength], provision.id

    def _days_of_change(self) -> Iterator[date]:
        """Every day on which something begins, or has ended the day before."""
        spans = [provision.in_force for provision in self.provisions]
        spans += [instrument.in_force for instrument in self.instruments.values()]
        spans += [InForce(start=binding.start, end=binding.end) for binding in self.bindings]
        for span in spans:
            yield from _first_days(span)
        for binding in self.bindings:
            yield from (r.withdrawn_on for r in binding.reservations if r.withdrawn_on)

    def _compile(self, state: str, stretch: int) -> LawInForce:
        at = self._changes[stretch - 1] if stretch else date.min
        bound = self.bound(state, at)
        applying = [
            (provision, bound[provision.instrument])
            for provision in self.provisions
            if provision.addressed_to is Addressee.PERSON
            and provision.instrument in bound
            and provision.in_force.covers(at)
        ]
        conditions = {p.id: self._conditions(p, binding) for p, binding in applying}
        compiled = CompiledConditions(
            one for all_of in conditions.values() for one in all_of if one is not None
        )
        exceptions = [p for p, _ in applying if p.kind is Kind.LIMIT and p.exception_to]
        rules = tuple(
            Rule(
                provision=provision,
                binding=binding,
                reservation=_reservation(provision, binding, at),
                order=self.instruments[provision.instrument].counting or NOT_VERIFIED,
                place=compiled.place(conditions[provision.id][0]),
                fulfilled_place=_place(compiled, conditions[provision.id][1]),
                extension_place=_place(compiled, conditions[provision.id][2]),
                exceptions=tuple(one.id for one in exceptions if _touches(one, provision)),
            )
            for provision, binding in applying
        )
        named = {one.id for one in exceptions}
        return LawInForce(rules, tuple(rule for rule in rules if rule.provision.id in named), compiled)

    def _conditions(
        self, provision: Provision, binding: Binding | None
    ) -> tuple[Condition, Condition | None, Condition | None]:
        """To whom it is owed, when it was given, and when it can be extended, as read in this state."""
        instrument = self.instruments[provision.instrument]
        days = (binding.start if binding else instrument.in_force.start, provision.in_force.start)
        first = max((day for day in days if day), default=None)
        places = [part for part in (instrument.territory, binding.territory if binding else ()) if part]
        inside = tuple(FactIs(REGION, frozenset(part)) for part in places)
        fulfilled = provision.fulfilled_when
        if fulfilled is not None:
            own = (FactIs(REGION, frozenset(provision.territory)),) if provision.territory else ()
            fulfilled = AllOf((with_binding_day(fulfilled, first), *inside, *own))
        extension = provision.time_limit.extension if provision.time_limit else None
        extends = with_binding_day(extension.when or ALWAYS, first) if extension else None
        return AllOf((with_binding_day(provision.condition, first), *inside)), fulfilled, extends


def _first_days(in_force: InForce) -> Iterator[date]:
    if in_force.start:
        yield in_force.start
    if in_force.end and in_force.end < date.max:
        yield in_force.end + _DAY


def _reservation(provision: Provision, binding: Binding | None, at: date) -> Reservation | None:
    """The one that takes the provision away, or else the first declaration about it."""
    standing = [one for one in binding.reservations if one.covers(provision.id, at)] if binding else []
    return next((one for one in standing if one.takes_away), standing[0] if standing else None)


def _touches(exception: Provision, provision: Provision) -> bool:
    """An entry that is named, or any basis of a named right in the same instrument; never itself."""
    if provision.id in exception.exception_to:
        return True
    same = provision.instrument == exception.instrument and provision.id != exception.id
    return same and provision.right != "" and provision.right in exception.exception_to


def _place(compiled: CompiledConditions, condition: Condition | None) -> int | None:
    return None if condition is None else compiled.place(condition)
