"""How far the rights of cases in bulk have come: in every status, and some not given in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID, uuid4

from tutela.demo.tables import Tables
from tutela.foundation.clocks.models import State
from tutela.rights.models import RightStatus
from tutela.rights.timing import DEADLINE

RIGHTS_A_PERSON: Final = 3
DAYS_TO_GIVE: Final = 10

S = RightStatus
OF_A_HUNDRED: Final[Mapping[RightStatus, int]] = {
    S.DUE: 30,
    S.DELIVERED: 30,
    S.REQUESTED: 12,
    S.GRANTED: 6,
    S.REFUSED: 6,
    S.BREACHED: 4,
    S.NOT_DUE: 4,
    S.CHALLENGED: 3,
    S.ENDED: 3,
    S.SUSPENDED: 2,
}
_BEFORE: Final = {S.CHALLENGED: S.REFUSED, S.SUSPENDED: S.GRANTED}
_DECIDED: Final = frozenset({S.REFUSED, S.CHALLENGED, S.ENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Whose rights: the organisation, the person, who leads, where, and since when."""

    body: UUID
    person_id: UUID
    lead: UUID
    country: str
    since: datetime


def write_rights(
    tables: Tables, of: Followed, given: Mapping[str, Sequence[str]], *, now: datetime, chance: Random
) -> None:
    """Some of the rights that are `given`, each with its entries of the law, in a status drawn by lot."""
    rights = chance.sample(sorted(given), k=RIGHTS_A_PERSON)
    statuses = chance.choices(list(OF_A_HUNDRED), list(OF_A_HUNDRED.values()), k=RIGHTS_A_PERSON)
    for right, status in zip(rights, statuses, strict=True):
        right_id, bases = uuid4(), list(given[right])
        tables.rights.add(
            right_id, of.body, of.person_id, right, of.country, str(status), bases, of.since.date(),
            str(_BEFORE.get(status, "")), of.since.date() if status in _DECIDED else None, False, "", None,
            "", 1,
        )  # fmt: skip
        if status is S.BREACHED:
            _write_breach(tables, of, right_id, bases, now=now, is_seen=chance.random() < 0.5)


def _write_breach(
    tables: Tables, of: Followed, right_id: UUID, bases: Sequence[str], *, now: datetime, is_seen: bool
) -> None:
    clock_id, due = uuid4(), of.since + timedelta(days=DAYS_TO_GIVE)
    tables.clocks.add(
        clock_id, of.body, of.person_id, DEADLINE, right_id, bases[0], of.country, "", DAYS_TO_GIVE, "days",
        False, "as_it_falls", False, of.since, due, due - timedelta(days=2), None, None,
        str(State.BREACHED), None,
    )  # fmt: skip
    tables.breaches.add(
        uuid4(), of.body, of.person_id, right_id, clock_id, due, due, now if is_seen else None,
        of.lead if is_seen else None, None,
    )  # fmt: skip
