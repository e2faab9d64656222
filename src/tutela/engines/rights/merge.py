"""One right, several bases: what different laws give for the same thing, brought together and all cited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tutela.engines.rights.entitlements import Entitlement, Standing
from tutela.engines.rights.library import CERTAINTIES, STRENGTHS, Library
from tutela.engines.rights.limits import Ends, Measure, Pace, TimeLimit, Unit
from tutela.engines.rights.provisions import PERSONAL, Certainty, Strength

_STANDINGS = {standing: rank for rank, standing in enumerate(Standing)}
_DAYS = {Unit.HOURS: 1 / 24, Unit.DAYS: 1.0, Unit.WORKING_DAYS: 1.4, Unit.MONTHS: 30.44, Unit.YEARS: 365.24}
_PACES = {Pace.AT_ONCE: 0.0, Pace.WITHOUT_DELAY: 1e6, Pace.REASONABLE_TIME: 1e7}
_OPEN = 1e9


@dataclass(frozen=True, slots=True)
class MergedRight:
    """One right of one person with all its bases, the best first.

    `right` is the id of a right of the library, or that of the entry itself where it belongs to none.
    """

    right: str
    bases: tuple[Entitlement, ...]

    @property
    def best(self) -> Entitlement:
        return self.bases[0]

    @property
    def standing(self) -> Standing:
        return self.best.standing

    @property
    def strength(self) -> Strength:
        return self.best.provision.strength

    @property
    def certainty(self) -> Certainty:
        return self.best.certainty

    @property
    def due(self) -> tuple[Entitlement, ...]:
        return tuple(base for base in self.bases if base.standing is Standing.DUE)

    @property
    def asks(self) -> tuple[str, ...]:
        """Facts that could make it due, or due on a further basis."""
        return tuple(dict.fromkeys(fact for base in self.bases for fact in base.asks))

    @property
    def deadline(self) -> Ends | None:
        """The first day by which somebody must act; a target of guidance only where no law sets a day."""
        return min(self._ends(Measure.DEADLINE), key=lambda ends: ends.day, default=None)

    @property
    def lasts(self) -> Ends | None:
        """The longest protection that any basis gives."""
        return max(self._ends(Measure.DURATION), key=lambda ends: (ends.day, ends.at_least), default=None)

    def _ends(self, measure: Measure) -> list[Ends]:
        limits = [
            (base.ends, base.provision.time_limit.target)
            for base in self.due
            if base.ends and base.provision.time_limit and base.provision.time_limit.measures is measure
        ]
        legal = [ends for ends, target in limits if not target]
        return legal or [ends for ends, _ in limits]


def merged(entitlements: Iterable[Entitlement], library: Library) -> list[MergedRight]:
    """One of each right, in the order of the library; entries that belong to no right stand alone, last.

    Bases are ordered: due, fulfilled, depends, reserved, not due; strongest; most favourable limit (shortest
    deadline, longest protection); surest; then by id. None is left out. Definitions and limits are no rights.
    """
    bases: dict[str, list[Entitlement]] = {}
    for one in entitlements:
        if one.provision.kind in PERSONAL:
            bases.setdefault(one.provision.right or one.provision.id, []).append(one)
    found = [MergedRight(right, tuple(sorted(of, key=_favour))) for right, of in bases.items()]
    last = len(library.rights)
    return sorted(found, key=lambda one: (library.rights.get(one.right, last), one.right))


def _favour(one: Entitlement) -> tuple[int, int, float, int, str]:
    return (
        _STANDINGS[one.standing],
        STRENGTHS[one.provision.strength],
        favour(one.provision.time_limit),
        CERTAINTIES[one.certainty],
        one.provision.id,
    )


def favour(limit: TimeLimit | None) -> float:
    """How favourable a limit is to the person, best first; only limits of one kind are truly comparable.

    Months and years are taken at their mean here, to compare, never to count. No limit comes last: it
    promises no day. A protection that lasts until an event that is open comes before one that is counted.
    """
    if limit is None:
        return _OPEN
    days = limit.length.amount * _DAYS[limit.length.unit] if limit.length else None
    if limit.measures is Measure.DURATION:
        if limit.until_event:
            return -_OPEN
        return -days if days is not None else _OPEN / 2
    if days is not None:
        return days
    return _PACES[limit.pace] if limit.pace else _OPEN / 2
