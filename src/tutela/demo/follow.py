"""Goes some way with the rights of an invented person, each in one of the ways that there are."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tutela.demo.tales import words
from tutela.foundation.access.decision import Actor
from tutela.people.models import Person
from tutela.rights.actions import Given, confirm_lapsed, extend_right, follow_right
from tutela.rights.life import NEEDS_A_DAY, OVER, choices
from tutela.rights.models import Reason, Right, StepKind
from tutela.rights.queries import clocks, extensible, rows_of

K = StepKind


def confirm_all(person: Person, *, by: Actor, at: datetime) -> None:
    """After a no, some have looked at what the law no longer gives; others have that before them."""
    seen = [(row.pk, row.version) for row in rows_of(person) if row.lapse]
    confirm_lapsed(person=person, seen=seen, by=by, at=at)


WAYS: tuple[tuple[StepKind, ...], ...] = (
    (K.REQUESTED,),
    (K.DELIVERED,),
    (K.REQUESTED, K.GRANTED, K.DELIVERED),
    (K.REFUSED,),
    (K.REQUESTED, K.GRANTED),
    (K.REQUESTED, K.REFUSED, K.CHALLENGED),
    (K.REFUSED, K.CHALLENGED, K.WON),
    (K.GRANTED, K.SUSPENDED),
    (K.DELIVERED, K.ENDED),
    (K.REFUSED, K.CHALLENGED, K.LOST),
)
"""How far rights have come in the demonstration: every way there is, for a newcomer to see."""


def follow_rights(person: Person, *, since: datetime, now: datetime, by: Actor, chance: Random) -> None:
    """Each of some rights goes one of the ways; others wait, and the sweep finds what waited too long."""
    rights = Right.objects.select_related("person").filter(person=person, lapse="").exclude(status__in=OVER)
    chosen = list(rights.order_by("right"))
    ways = chance.sample(WAYS, k=7)
    for right, way in zip(chance.sample(chosen, k=min(len(chosen), 7)), ways, strict=False):
        for place, kind in enumerate(way):
            if kind not in choices(right.status):
                break
            at = min(since + timedelta(days=2 + place), now)
            given = _given(kind, at, chance)
            follow_right(right=right, kind=kind, version=right.version, given=given, by=by, at=at)
    _give_more_time(person, by=by, at=min(since + timedelta(days=6), now), chance=chance)


def _give_more_time(person: Person, *, by: Actor, at: datetime, chance: Random) -> None:
    """Somebody is not well: the recovery period of some is extended."""
    right = Right.objects.select_related("person").filter(person=person, right="recovery-period").first()
    if right is None or chance.random() > 0.3:
        return
    clock = extensible(right, clocks(person))
    if clock is not None and clock.is_term:
        until = max(clock.due_at, at).date() + timedelta(days=15)
        note = Given(note=words("notes", chance=chance))
        extend_right(right=right, until=until, version=right.version, given=note, by=by, at=at)


def _given(kind: StepKind, at: datetime, chance: Random) -> Given:
    """What goes with a step: a reason where one is needed, and its day."""
    tales = {K.REFUSED: "refusals", K.DELIVERED: "delivered", K.SUSPENDED: "refusals", K.ENDED: "notes"}
    return Given(
        note=words(tales[kind], chance=chance) if kind in tales else "",
        reason=_reason(kind, chance),
        on_day=at.date() if kind in NEEDS_A_DAY else None,
    )


def _reason(kind: StepKind, chance: Random) -> str:
    if kind is K.ENDED:
        return chance.choice((Reason.OWN_WISH, Reason.LEFT))
    return Reason.OTHER if kind is K.SUSPENDED else ""
