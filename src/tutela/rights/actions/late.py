"""What the sweep of clocks finds: rights that were not given in time, and times that are over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from tutela.foundation.access.decision import Actor, System
from tutela.foundation.clocks.models import Clock, State
from tutela.rights import life, steps, timing, waits
from tutela.rights.models import Look, Right, RightBreach, RightStatus, RightStep, StepKind

LOOKS = {
    timing.PROTECTION: Look.PROTECTION,
    timing.SUSPENSION: Look.SUSPENSION,
    timing.REMEDY: Look.REMEDY,
}


@transaction.atomic
def mark_breached(right_ids: Iterable[UUID], *, by: System, at: datetime) -> None:
    """The sweep found these not given in time, by their own clock or by that of a later stage.

    Each breach is written down for good."""
    rights = {
        right.pk: right for right in Right.objects.select_related("person").filter(pk__in=list(right_ids))
    }
    clocks = Clock.objects.filter(object_id__in=rights, kind=timing.DEADLINE, state=State.BREACHED)
    own = {clock.object_id: clock for clock in clocks}
    late = [(right, own.get(right.pk) or _kept(right)) for right in rights.values()]
    _write_down([(right, clock) for right, clock in late if clock is not None], by=by, at=at)


def _kept(right: Right) -> Clock | None:
    kept = waits.kept(right.person)
    clocks = (kept[entry] for entry in right.bases if entry in kept)
    return next((clock for clock in clocks if clock.state == State.BREACHED), None)


def _write_down(late: list[tuple[Right, Clock]], *, by: System, at: datetime) -> None:
    """A last day that was missed is one breach, also where it was settled and is waited for again."""
    before = RightBreach.objects.filter(right__in=[right for right, _ in late])
    known = {(one.right_id, one.missed_at): one for one in before}
    for right, clock in late:
        breach = known.get((right.pk, clock.due_at))
        is_waiting = right.status in life.WAITING
        if breach is None:
            _new_breach(right, clock, at=at).save(force_insert=True)
        elif is_waiting:
            breach.settled_at = None
            breach.save(update_fields=["settled_at"])
        else:
            continue
        values = {"status": RightStatus.BREACHED} if is_waiting else {}
        steps.record_event(right, StepKind.BREACHED, by=by, at=at, changes=values)


def _new_breach(right: Right, clock: Clock, *, at: datetime) -> RightBreach:
    return RightBreach(
        id=uuid4(),
        organisation_id=right.organisation_id,
        person=right.person,
        right=right,
        clock=clock,
        missed_at=clock.due_at,
        found_at=at,
    )


@transaction.atomic
def mark_run_out(right_ids: Iterable[UUID], *, by: System, at: datetime) -> None:
    """A protection, a suspension or the time to challenge has come to its end: somebody has to look."""
    ids = list(right_ids)
    rights = {right.pk: right for right in Right.objects.select_related("person").filter(pk__in=ids)}
    ended = Clock.objects.filter(object_id__in=ids, kind__in=LOOKS, state=State.RAN_OUT, ended_at=at)
    for clock in ended.order_by("due_at", "id"):
        right = rights.get(clock.object_id) if clock.object_id else None
        if right is not None and right.look != LOOKS[clock.kind]:
            steps.record_event(right, StepKind.RAN_OUT, by=by, at=at, changes={"look": LOOKS[clock.kind]})


@transaction.atomic
def see_breaches(*, right: Right, version: int, by: Actor, at: datetime, note: str = "") -> RightStep:
    """Somebody has seen that this was not given in time. It stays open until it is given or refused.

    Raises NotPossible, ChangedMeanwhile."""
    unseen = RightBreach.objects.filter(right=right, seen_at__isnull=True)
    step = steps.record_event(
        right, StepKind.SEEN, by=by, at=at, version=version, given=steps.Given(note=note)
    )
    if not unseen.update(seen_at=at, seen_by_id=by.user_id):
        raise life.NotPossible
    return step
