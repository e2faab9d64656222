"""What the law in force gives one person in one state on one day: due, not due, or what it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from tutela.engines.rights.conditions import CompiledConditions, FactIs, Facts
from tutela.engines.rights.provisions import Addressee, Binding, Certainty, Instrument, Provision, Strength

_STRENGTHS = {strength: rank for rank, strength in enumerate(Strength)}
_CERTAINTIES = {certainty: rank for rank, certainty in enumerate(Certainty)}


class Standing(StrEnum):
    DUE = "due"
    NOT_DUE = "not_due"
    DEPENDS = "depends"


_STANDINGS = {True: Standing.DUE, False: Standing.NOT_DUE, None: Standing.DEPENDS}


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One provision as it stands for one person.

    `held` and `failed` are the tests that carry the answer. `asks` are the unknown facts that could still
    change it (empty once it is decided); `dates_needed` are those without which the time limit has no day.
    `binding` is None for a state's own law.
    """

    provision: Provision
    binding: Binding | None
    standing: Standing
    held: tuple[FactIs, ...]
    failed: tuple[FactIs, ...]
    asks: tuple[str, ...]
    dates_needed: tuple[str, ...]

    @property
    def certainty(self) -> Certainty:
        """The weaker of two certainties: what the provision says, and that it binds this state."""
        if self.binding is None:
            return self.provision.certainty
        return max(self.provision.certainty, self.binding.certainty, key=_CERTAINTIES.__getitem__)

    @property
    def to_be_confirmed(self) -> bool:
        """Whether this rests on general knowledge, so that a lawyer must confirm it first."""
        return self.certainty is Certainty.GENERAL


class Library:
    """Provisions, instruments and bindings, compiled once. `categories` gives the order of the answer."""

    def __init__(
        self,
        *,
        provisions: Iterable[Provision],
        instruments: Iterable[Instrument],
        bindings: Iterable[Binding] = (),
        categories: Iterable[str] = (),
    ) -> None:
        self._order = {category: place for place, category in enumerate(categories)}
        self.provisions = tuple(sorted(provisions, key=self._sort_key))
        self.instruments = {instrument.id: instrument for instrument in instruments}
        self.bindings = tuple(sorted(bindings, key=lambda b: (b.instrument, b.state, b.start)))
        self.conditions = CompiledConditions(provision.condition for provision in self.provisions)
        self.applying = lru_cache(maxsize=256)(self._applying)

    def _sort_key(self, provision: Provision) -> tuple[int, int, str]:
        place = self._order.get(provision.category, len(self._order))
        return place, _STRENGTHS[provision.strength], provision.id

    def _applying(self, state: str, at: date) -> tuple[tuple[Provision, Binding | None, int], ...]:
        """Provisions addressed to a person that are in force in this state on this day, in order."""
        binding_of = dict(self._instruments_binding(state, at))
        return tuple(
            (provision, binding_of[provision.instrument], self.conditions.place(provision.condition))
            for provision in self.provisions
            if provision.addressed_to is Addressee.PERSON
            and provision.instrument in binding_of
            and provision.in_force.covers(at)
        )

    def _instruments_binding(self, state: str, at: date) -> Iterator[tuple[str, Binding | None]]:
        in_force = {i.id: i for i in self.instruments.values() if i.in_force.covers(at)}
        for binding in self.bindings:
            if binding.state == state and binding.instrument in in_force and binding.covers(at):
                yield binding.instrument, binding
        yield from ((i.id, None) for i in in_force.values() if i.state == state)


def entitlements(facts: Facts, library: Library, *, state: str, at: date) -> list[Entitlement]:
    """Every provision binding `state` (ISO 3166-1 alpha-2) on day `at`, and how it stands for this person.

    Ordered by the library's categories, then strongest first, then by id. Several bases of a right stay
    apart.
    """
    read = library.conditions.reader(facts)
    found = []
    for provision, binding, place in library.applying(state, at):
        reasons = read(place)
        limit = provision.time_limit
        found.append(
            Entitlement(
                provision=provision,
                binding=binding,
                standing=_STANDINGS[reasons.truth],
                held=reasons.held,
                failed=reasons.failed,
                asks=tuple(dict.fromkeys(test.fact for test in reasons.open)),
                dates_needed=tuple(e for e in limit.events if facts.get(e) is None) if limit else (),
            )
        )
    return found
