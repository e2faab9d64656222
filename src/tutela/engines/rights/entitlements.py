"""What the law in force gives one person in one state on one day: due, given, not due, or depending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tutela.engines.rights.conditions import Facts, Reasons, Test, Truth
from tutela.engines.rights.library import CERTAINTIES, Library, Rule
from tutela.engines.rights.limits import NOT_VERIFIED, Count, Counting, Ends, ends_of
from tutela.engines.rights.provisions import Binding, Certainty, Provision, Reservation


class Standing(StrEnum):
    """How an entry stands. `fulfilled`: facts show that it was given; `reserved`: the state refused it."""

    DUE = "due"
    FULFILLED = "fulfilled"
    DEPENDS = "depends"
    RESERVED = "reserved"
    NOT_DUE = "not_due"


_STANDINGS = {True: Standing.DUE, False: Standing.NOT_DUE, None: Standing.DEPENDS}


@dataclass(frozen=True, slots=True)
class Limitation:
    """A limit of the law that names this right as its exception: it applies (due), could apply, or does not.

    It never takes the right away: a person reads it and decides.
    """

    provision: Provision
    standing: Standing
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One provision as it stands for one person.

    `held` and `failed` are the tests that carry the answer. `asks` are the unknown facts that could still
    change it (empty once it is decided); `dates_needed` are those without which the time limit has no day.
    `binding` is None for a state's own law. `ends` is None without a day, or where nothing counted it.
    `extension` tells whether the limit can be lengthened, and is None where the law foresees no extension.
    `order` is how its legal order counts.
    """

    provision: Provision
    binding: Binding | None
    standing: Standing
    held: tuple[Test, ...]
    failed: tuple[Test, ...]
    asks: tuple[str, ...]
    dates_needed: tuple[str, ...]
    ends: Ends | None = None
    extension: Standing | None = None
    exceptions: tuple[Limitation, ...] = ()
    reservation: Reservation | None = None
    order: Counting = NOT_VERIFIED

    @property
    def counting(self) -> Counting:
        """How its limit is counted: as the legal order does, or by a rule of its own."""
        limit = self.provision.time_limit
        return limit.counted_by(self.order) if limit else self.order

    @property
    def certainty(self) -> Certainty:
        """The weaker of two certainties: what the provision says, and that it binds this state."""
        if self.binding is None:
            return self.provision.certainty
        return max(self.provision.certainty, self.binding.certainty, key=CERTAINTIES.__getitem__)

    @property
    def to_be_confirmed(self) -> bool:
        """Whether this rests on general knowledge, so that a lawyer must confirm it first."""
        return self.certainty is Certainty.GENERAL

    @property
    def fulfilled(self) -> bool:
        return self.standing is Standing.FULFILLED


def entitlements(
    facts: Facts, library: Library, *, state: str, at: date, count: Count | None = None
) -> list[Entitlement]:
    """Every provision binding `state` (ISO 3166-1 alpha-2) on day `at`, and how it stands for this person.

    Ordered by the library's categories, then strongest first, then by id. Several bases of a right stay
    apart; `merged` brings them together. `count` is the arithmetic of the place's calendar, without which no
    limit has a day.
    """
    law = library.applying(state, at)
    read = law.conditions.reader(facts)
    limitations = {rule.provision.id: _limitation(rule, read) for rule in law.exceptions}
    return [_entitlement(rule, facts, read, limitations, count=count) for rule in law.rules]


def remedy_ends(one: Entitlement, facts: Facts, *, count: Count) -> Ends | None:
    """By when a refusal must be challenged. Where it is counted from the refusal, `facts` hold REFUSED_ON."""
    remedy = one.provision.remedy
    if remedy is None or remedy.time_limit is None:
        return None
    return ends_of(remedy.time_limit, facts, count=count, order=one.order)


_Read = Callable[[int], Reasons]


def _entitlement(
    rule: Rule, facts: Facts, read: _Read, limitations: dict[str, Limitation], *, count: Count | None
) -> Entitlement:
    reasons = read(rule.place)
    provision, limit = rule.provision, rule.provision.time_limit
    extends: Truth = None
    if rule.extension_place is not None:
        extends = read(rule.extension_place).truth
    standing = _standing(rule, reasons.truth, read)
    return Entitlement(
        provision=provision,
        binding=rule.binding,
        standing=standing,
        held=reasons.held,
        failed=reasons.failed,
        asks=() if standing is Standing.FULFILLED else reasons.asks,
        dates_needed=tuple([e for e in limit.events if facts.get(e) is None]) if limit else (),
        ends=ends_of(limit, facts, count=count, order=rule.order, extends=extends)
        if limit and count
        else None,
        extension=_STANDINGS[extends] if limit and limit.extension else None,
        exceptions=tuple([limitations[name] for name in rule.exceptions]),
        reservation=rule.reservation,
        order=rule.order,
    )


def _standing(rule: Rule, truth: Truth, read: _Read) -> Standing:
    if rule.reservation is not None and rule.reservation.takes_away and truth is not False:
        return Standing.RESERVED
    if rule.fulfilled_place is not None and read(rule.fulfilled_place).truth is True:
        return Standing.FULFILLED
    return _STANDINGS[truth]


def _limitation(rule: Rule, read: _Read) -> Limitation:
    reasons = read(rule.place)
    return Limitation(rule.provision, _STANDINGS[reasons.truth], reasons.asks)


def states_of(library: Library) -> Iterator[str]:
    """Every state of which the library says something, in order."""
    bound = {binding.state for binding in library.bindings}
    own = {instrument.state for instrument in library.instruments.values() if instrument.state}
    yield from sorted(bound | own)
