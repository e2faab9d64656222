"""Where each invented person stands on the pathway, and when they got there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TypeVar

from tutela.demo.shares import Profile, allocate, profiles
from tutela.demo.world import plan

Key = TypeVar("Key", bound=StrEnum)


class Situation(StrEnum):
    """Every state of the pathway in which a newcomer finds something to do or to see."""

    ARRIVED = "arrived"
    OVERDUE = "overdue"
    SCREENING_DRAFT = "screening draft"
    SCREENED = "screened"
    WAITING = "waiting"
    WAITING_SHORT = "waiting, little time left"
    WAITING_BREACHED = "waiting, time is over"
    WITHDRAWN = "request withdrawn"
    RECOVERY = "recovery"
    NOT_TOLD = "recovery, not told yet"
    REFUSED_GROUNDS = "no grounds"
    SUPPORT = "support"
    CONSENT_WITHDRAWN = "consent withdrawn"
    CLOSED = "closed"


SHARE: Mapping[Situation, int] = {
    Situation.ARRIVED: 9,
    Situation.OVERDUE: 4,
    Situation.SCREENING_DRAFT: 5,
    Situation.SCREENED: 8,
    Situation.WAITING: 5,
    Situation.WAITING_SHORT: 4,
    Situation.WAITING_BREACHED: 4,
    Situation.WITHDRAWN: 2,
    Situation.RECOVERY: 25,
    Situation.NOT_TOLD: 3,
    Situation.REFUSED_GROUNDS: 4,
    Situation.SUPPORT: 7,
    Situation.CONSENT_WITHDRAWN: 3,
    Situation.CLOSED: 17,
}
"""In percent."""

# How many days ago the case was opened (from, to), and how many days before today the authority was asked.
OPENED: Mapping[Situation, tuple[int, int]] = {
    Situation.ARRIVED: (0, 3),
    Situation.OVERDUE: (14, 30),
    Situation.SCREENING_DRAFT: (2, 10),
    Situation.SCREENED: (5, 20),
    Situation.WAITING: (6, 14),
    Situation.WAITING_SHORT: (10, 20),
    Situation.WAITING_BREACHED: (25, 50),
    Situation.WITHDRAWN: (30, 60),
    Situation.RECOVERY: (20, 60),
    Situation.NOT_TOLD: (12, 20),
    Situation.REFUSED_GROUNDS: (40, 120),
    Situation.SUPPORT: (60, 300),
    Situation.CONSENT_WITHDRAWN: (20, 80),
    Situation.CLOSED: (120, 390),
}
ASKED: Mapping[Situation, tuple[int, int]] = {
    Situation.WAITING: (0, 1),
    Situation.WAITING_SHORT: (6, 7),
    Situation.WAITING_BREACHED: (10, 16),
    Situation.WITHDRAWN: (10, 20),
}
AT_FIRST_CONTACT = frozenset(
    {Situation.ARRIVED, Situation.OVERDUE, Situation.CONSENT_WITHDRAWN, Situation.CLOSED}
)
"""What can become of a case at a hotline, which neither screens nor asks for decisions."""


class Referred(StrEnum):
    """What became of a referral."""

    NO = "no"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    REVOKED = "revoked"
    EXPIRED = "expired"


REFERRED: Mapping[Referred, int] = {
    Referred.NO: 55,
    Referred.SENT: 12,
    Referred.ACCEPTED: 13,
    Referred.DECLINED: 5,
    Referred.DONE: 9,
    Referred.REVOKED: 3,
    Referred.EXPIRED: 3,
}


@dataclass(frozen=True, slots=True)
class Life:
    """What happened to one invented person so far; days count back from today."""

    profile: Profile
    holder: str
    region: str
    situation: Situation
    referred: Referred
    opened_days_ago: int
    asked_days_ago: int


def lives(cases: int, *, seed: int) -> Iterator[Life]:
    """As many lives as `cases`; always the same ones for the same `seed`."""
    chance = Random(seed)  # noqa: S311 (nothing secret is drawn: the people are invented)
    by_holder: dict[str, list[Profile]] = {}
    people = profiles(cases, chance=chance)
    for country, holders in plan()["holders"].items():
        local = iter([one for one in people if one.country == country])
        total = sum(one.country == country for one in people)
        for holder, places in allocate(holders, total).items():
            by_holder[holder] = [next(local) for _ in range(places)]
    for holder, held in by_holder.items():
        yield from _at(holder, held, chance)


def _at(holder: str, held: list[Profile], chance: Random) -> Iterator[Life]:
    hotline = plan()["organisations"][holder]["kind"] == "hotline"
    possible = {one: share for one, share in SHARE.items() if not hotline or one in AT_FIRST_CONTACT}
    situations = _mixed(possible, len(held), chance)
    referred = _mixed(REFERRED, len(held), chance)
    for profile, situation, referral in zip(held, situations, referred, strict=True):
        opened = chance.randint(*OPENED[situation])
        asked = chance.randint(*ASKED.get(situation, (opened * 2 // 3, opened * 3 // 4)))
        region = chance.choice(plan()["regions"][profile.country])
        yield Life(profile, holder, region, situation, referral, opened, min(asked, opened))


def _mixed(weights: Mapping[Key, int], places: int, chance: Random) -> list[Key]:
    """The first of each kind first, then the rest by lot: few cases show as much as many do."""
    given = allocate(weights, places)
    rest = [key for key, count in given.items() for _ in range(count - 1)]
    chance.shuffle(rest)
    return [key for key, count in given.items() if count] + rest
