"""What the law gives somebody of whom certain facts are known: a calculator that needs no person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pycountry

from tutela.engines.rights import (
    Entitlement,
    MergedRight,
    Standing,
    Value,
    entitlements,
    merged,
    states_of,
)
from tutela.rights.counting import count_for
from tutela.rights.law import load_law
from tutela.rights.law.answers import EARLIEST, LATEST


class NoSuchState(ValueError):
    """This is no code of a state (ISO 3166-1)."""


class NoSuchDay(ValueError):
    """No calendar here counts that far."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """What the law of one state gave on one day. `rights` has each right once, with all its bases."""

    state: str
    day: date
    entitlements: tuple[Entitlement, ...]
    rights: tuple[MergedRight, ...]

    @property
    def is_known(self) -> bool:
        """Whether the library says anything of this state at all. What is missing here may be law there."""
        return self.state in set(states_of(load_law().library))

    def questions(self) -> list[str]:
        return questions_of(self.entitlements)


def calculate(facts: Mapping[str, Value], *, state: str, day: date) -> Calculation:
    """`state` is ISO 3166-1 alpha-2, in any case. Raises NoSuchState, NoSuchDay."""
    code = state.upper()
    if pycountry.countries.get(alpha_2=code) is None:
        raise NoSuchState(state)
    if not EARLIEST <= day <= LATEST:
        raise NoSuchDay(day)
    library = load_law().library
    found = entitlements(facts, library, state=code, at=day, count=count_for(facts, country=code))
    return Calculation(code, day, tuple(found), tuple(merged(found, library)))


def questions_of(found: Iterable[Entitlement]) -> list[str]:
    """The unknown facts that decide most entries first, then the dates that put a limit on a calendar."""
    asked: Counter[str] = Counter()
    dates: Counter[str] = Counter()
    for one in found:
        if one.standing is Standing.DEPENDS:
            asked.update(one.asks)
        elif one.standing is Standing.DUE:
            dates.update(one.dates_needed)
    order = sorted(asked, key=lambda fact: (-asked[fact], fact))
    return order + sorted(set(dates) - set(asked), key=lambda fact: (-dates[fact], fact))
