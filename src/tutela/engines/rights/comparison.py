"""What states owe for each right: promised by treaty, weaker or stronger in national law, or missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tutela.engines.rights.library import STRENGTHS, Library
from tutela.engines.rights.limits import Measure
from tutela.engines.rights.merge import favour
from tutela.engines.rights.provisions import PERSONAL, Addressee, Binding, Cooperation, Provision


class Verdict(StrEnum):
    """What the library knows of one right in one state. `missing`: nothing was found, which is not "no law".

    `promised`: by treaty only; `national`: in national law only; the others hold national law against treaty.
    """

    MISSING = "missing"
    PROMISED = "promised"
    NATIONAL = "national"
    WEAKER = "weaker"
    SAME = "same"
    STRONGER = "stronger"


@dataclass(frozen=True, slots=True)
class Source:
    """One provision behind a cell, and what makes it bind the state (None: its own law)."""

    provision: Provision
    binding: Binding | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One right in one state. `reserved` are treaty provisions that the state did not accept."""

    right: str
    state: str
    verdict: Verdict
    treaty: tuple[Source, ...] = ()
    national: tuple[Source, ...] = ()
    reserved: tuple[Source, ...] = ()


def compare(library: Library, states: Sequence[str], at: date) -> dict[tuple[str, str], Cell]:
    """A cell for every right of the library in each of the states, as their law stood on day `at`.

    National law is held against what the treaties promise: it is weaker where it asks everybody for help to
    the police and they do not; then its best provision counts, by how firmly it binds, and by its time limit
    where both state one of the same kind. Sources are ordered best first.
    """
    return {(cell.right, cell.state): cell for state in states for cell in _cells(library, state, at)}


def _cells(library: Library, state: str, at: date) -> Iterator[Cell]:
    treaty: dict[str, list[Source]] = {}
    national: dict[str, list[Source]] = {}
    reserved: dict[str, list[Source]] = {}
    for rule in library.applying(state, at).rules:
        provision = rule.provision
        if provision.right and provision.kind in PERSONAL and provision.addressed_to is Addressee.PERSON:
            is_reserved = rule.reservation is not None and rule.reservation.takes_away
            into = reserved if is_reserved else treaty if rule.binding else national
            into.setdefault(provision.right, []).append(Source(provision, rule.binding))
    for right in library.rights:
        promised, own = _best_first(treaty.get(right, ())), _best_first(national.get(right, ()))
        yield Cell(right, state, _verdict(promised, own), promised, own, _best_first(reserved.get(right, ())))


def _best_first(sources: Iterable[Source]) -> tuple[Source, ...]:
    return tuple(sorted(sources, key=lambda one: _rank(one.provision)))


def _rank(provision: Provision) -> tuple[int, float, str]:
    return STRENGTHS[provision.strength], favour(provision.time_limit), provision.id


def _verdict(treaty: Sequence[Source], national: Sequence[Source]) -> Verdict:
    if not national:
        return Verdict.PROMISED if treaty else Verdict.MISSING
    if not treaty:
        return Verdict.NATIONAL
    if _only_for_help(national) and not _only_for_help(treaty):
        return Verdict.WEAKER
    promised, own = treaty[0].provision.strength, national[0].provision.strength
    if promised is not own:
        return Verdict.STRONGER if STRENGTHS[own] < STRENGTHS[promised] else Verdict.WEAKER
    return _by_limits(treaty, national)


def _only_for_help(sources: Sequence[Source]) -> bool:
    """Whether nobody has the right who does not help the police."""
    return all(one.provision.cooperation is Cooperation.YES for one in sources)


def _by_limits(treaty: Sequence[Source], national: Sequence[Source]) -> Verdict:
    """A deadline against a deadline, a duration against a duration; a difference of kind says nothing."""
    told = []
    for measure in Measure:
        promised, own = _best_limit(treaty, measure), _best_limit(national, measure)
        if promised is not None and own is not None and promised != own:
            told.append(Verdict.STRONGER if own < promised else Verdict.WEAKER)
    if Verdict.WEAKER in told:
        return Verdict.WEAKER
    return Verdict.STRONGER if told else Verdict.SAME


def _best_limit(sources: Sequence[Source], measure: Measure) -> float | None:
    limits = (one.provision.time_limit for one in sources)
    return min((favour(limit) for limit in limits if limit and limit.measures is measure), default=None)
