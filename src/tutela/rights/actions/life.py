"""The steps that people take with one right: asked for, promised, given, refused, challenged, ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction

from tutela.engines.rights import Standing
from tutela.foundation.access.decision import Actor
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.clocks.actions import extend_clock, meet_clock, pause_clock, resume_clock
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.clocks.places import zone_of
from tutela.people.models import Document, Person
from tutela.rights import assess, life, queries, steps, timing, wanted
from tutela.rights.models import Look, Right, RightStep, StepKind
from tutela.rights.steps import Given

K = StepKind


class ReasonMissing(Exception):
    """What takes a right away, or undoes that, cannot be understood or challenged without its reason."""


class DayMissing(Exception):
    """A time limit runs from the day of this step."""


class NotInThisFile(Exception):
    """The document named as evidence is not one of this person's."""


class BeyondTheLaw(Exception):
    """The law does not let this deadline be extended, or not so far."""


@transaction.atomic
def follow_right(
    *, right: Right, kind: StepKind, version: int, by: Actor, at: datetime, given: Given = steps.NOTHING
) -> RightStep:
    """One step on the way of a right, with its evidence. What has lapsed waits for a look first.

    Raises NotPossible, ReasonMissing, DayMissing, NotInThisFile, ChangedMeanwhile."""
    if right.version != version:
        raise ChangedMeanwhile
    if kind in life.BY_LAW or right.lapse:
        raise life.NotPossible
    status = life.after(right.status, kind, before=right.before)
    _check(right, kind, given)
    was = right.status
    values: dict[str, object] = {"status": status, "by_facts": False}
    if kind in {K.SUSPENDED, K.CHALLENGED}:
        values["before"] = was
    if kind in {K.REFUSED, K.ENDED}:
        values["decided_on"] = given.on_day
    if kind in {K.RESUMED, K.CHALLENGED, K.ENDED, K.WON}:
        values["look"] = ""
    step = steps.record_event(right, kind, by=by, at=at, version=version, given=given, changes=values)
    _follow_with_clocks(right, kind, given, by=by, at=at)
    return step


def _check(right: Right, kind: StepKind, given: Given) -> None:
    if kind in life.NEEDS_A_NOTE and not given.note.strip():
        raise ReasonMissing
    if kind in life.NEEDS_A_REASON and not given.reason:
        raise ReasonMissing
    if kind in life.NEEDS_A_DAY and given.on_day is None:
        raise DayMissing
    _check_paper(right, given)


def _check_paper(right: Right, given: Given) -> None:
    if given.document_id is None:
        return
    if not Document.objects.filter(pk=given.document_id, person_id=right.person_id).exists():
        raise NotInThisFile


def _follow_with_clocks(right: Right, kind: StepKind, given: Given, *, by: Actor, at: datetime) -> None:
    """Giving meets the deadline; a refusal or an end takes it away; a promise lets it run."""
    match kind:
        case K.DELIVERED:
            _meet(right, timing.DEADLINE, given, by=by, at=at)
            _stop(right, timing.REMEDY, timing.SUSPENSION, by=by, at=at)
        case K.REFUSED | K.ENDED:
            _stop(right, *timing.KINDS, by=by, at=at)
            _time_to_challenge(right, given, by=by, at=at)
        case K.CHALLENGED:
            _meet(right, timing.REMEDY, given, by=by, at=at)
        case K.SUSPENDED:
            _stand_still(right, given, by=by, at=at)
        case K.RESUMED:
            _go_on(right, by=by, at=at)
        case K.GRANTED:
            _stop(right, timing.REMEDY, by=by, at=at)
    found = assess.assess(right.person, at=at)
    one = found.right(right.right) if found.country == right.country else None
    if one is not None and one.standing is Standing.DUE:
        wanted.keep_time(right, one=one, found=found, clocks=queries.clocks(right.person), by=by, at=at)


def _stop(right: Right, *kinds: str, by: Actor, at: datetime) -> None:
    clocks = queries.clocks(right.person)
    for kind in kinds:
        timing.cancel(clocks.live(right, kind), by=by, at=at)


def _meet(right: Right, kind: str, given: Given, *, by: Actor, at: datetime) -> None:
    clock = queries.clocks(right.person).live(right, kind)
    if clock is not None:
        meet_clock(clock, by=by, at=at, done_at=_moment(given.on_day, right, at=at))


def _stand_still(right: Right, given: Given, *, by: Actor, at: datetime) -> None:
    deadline = queries.clocks(right.person).live(right, timing.DEADLINE)
    if deadline is not None and deadline.state in {State.RUNNING, State.WARNED}:
        pause_clock(deadline, reason="suspended", by=by, at=at)
    if given.on_day is not None:
        timing.start_to_day(timing.SUSPENSION, given.on_day, right, by=by, at=at)


def _go_on(right: Right, *, by: Actor, at: datetime) -> None:
    deadline = queries.clocks(right.person).live(right, timing.DEADLINE)
    if deadline is not None and deadline.state == State.PAUSED:
        resume_clock(deadline, by=by, at=at)
    _stop(right, timing.SUSPENSION, by=by, at=at)


def _moment(day: date | None, right: Right, *, at: datetime) -> datetime:
    """When something was done that is only written down now: noon of its day, or this moment."""
    zone = zone_of(right.country)
    is_earlier = day is not None and day < at.astimezone(zone).date()
    return datetime.combine(day, time(12), tzinfo=zone) if is_earlier and day else at


def _time_to_challenge(right: Right, given: Given, *, by: Actor, at: datetime) -> None:
    """The person's own time limit begins with the day of the decision."""
    if given.on_day is None or given.reason in life.NOT_THE_STATES:
        return
    found = assess.assess(right.person, at=at)
    bases = [base for entry in right.bases if (base := found.of(entry)) is not None]
    limit = wanted.remedy_for(bases, found, refused_on=given.on_day)
    if limit is not None and found.country == right.country:
        wanted.start(timing.REMEDY, limit, right, by=by, at=at, is_term=True)


@transaction.atomic
def extend_right(
    *, right: Right, until: date, version: int, by: Actor, at: datetime, given: Given = steps.NOTHING
) -> RightStep:
    """The protection lasts longer, or the duty bearer has more time where the law says so.

    Raises ReasonMissing, NotInThisFile, NotPossible, BeyondTheLaw, NoExtension, ChangedMeanwhile."""
    if not given.note.strip():
        raise ReasonMissing
    _check_paper(right, given)
    clock = queries.extensible(right, queries.clocks(right.person))
    if clock is None:
        raise life.NotPossible
    if not clock.is_term:
        _check_the_law(right, clock, until, at=at)
    extend_clock(clock, until=until, reason="extended", by=by, at=at)
    look = "" if right.look == Look.PROTECTION else right.look
    told = Given(note=given.note, on_day=until, document_id=given.document_id)
    return steps.record_event(
        right, K.EXTENDED, by=by, at=at, version=version, given=told, changes={"look": look}
    )


def _check_the_law(right: Right, clock: Clock, until: date, *, at: datetime) -> None:
    """More time for whoever owes something takes from the person: only as far as the law says."""
    one = assess.assess(right.person, at=at).of(clock.source)
    if one is None or one.extension in {None, Standing.NOT_DUE}:
        raise BeyondTheLaw
    if one.ends is None or one.ends.latest is None or until > one.ends.latest:
        raise BeyondTheLaw


@transaction.atomic
def look_at_end(*, right: Right, version: int, by: Actor, at: datetime, note: str = "") -> RightStep:
    """Somebody looked at the end of a time that was limited, and leaves it so. Raises NotPossible,
    ChangedMeanwhile."""
    if not right.look:
        raise life.NotPossible
    return steps.record_event(
        right, K.LOOKED, by=by, at=at, version=version, given=Given(note=note), changes={"look": ""}
    )


@transaction.atomic
def confirm_lapsed(
    *, person: Person, seen: Collection[tuple[UUID, int]], by: Actor, at: datetime
) -> list[Right]:
    """A person has looked at what the law no longer gives: only now is it no longer due.

    `seen` are the rights with the versions that were shown. Raises ChangedMeanwhile."""
    versions = dict(seen)
    rows = [row for row in queries.rows_of(person) if row.pk in versions and row.lapse]
    for row in rows:
        status = life.after(row.status, K.CONFIRMED)
        _stop(row, *timing.KINDS, by=by, at=at)
        steps.record_event(
            row,
            K.CONFIRMED,
            by=by,
            at=at,
            version=versions[row.pk],
            changes={"status": status, "lapse": "", "lapsed_on": None, "look": ""},
        )
    return rows
