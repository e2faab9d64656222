"""Brings the followed rights into line with the law. What the law would take waits for a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from tutela.engines.rights import MergedRight, Standing
from tutela.foundation.access.decision import Actor, System
from tutela.foundation.audit.record import record
from tutela.foundation.clocks.actions import meet_clock
from tutela.people import timeline
from tutela.people.models import Person
from tutela.rights import assess, life, queries, steps, timing, wanted
from tutela.rights.models import Lapse, Right, RightsLook, RightStatus, StepKind


@transaction.atomic
def sync_rights(
    *, person: Person, by: Actor | System, at: datetime, changed_entries: Collection[str] = ()
) -> list[Right]:
    """New rights are due, given ones are delivered, clocks follow the days that the law counts.

    A right that the law no longer gives stays as it stands until somebody has confirmed it.
    `changed_entries` are those that a change of law touches just now. Returns what changed."""
    # One at a time: two colleagues at once would write the same right down twice.
    Person.objects.select_for_update().only("pk").get(pk=person.pk)
    found = assess.assess(person, at=at)
    work = _Work(person, found, queries.clocks(person), frozenset(changed_entries), by=by, at=at)
    rows = {(row.right, row.country): row for row in queries.rows_of(person)}
    moved = []
    for one in found.rights():
        row = rows.pop((one.right, found.country), None)
        moved += [work.bring(one, row)]
    moved += [work.leave(row, work.why(row)) for row in rows.values()]
    changed = [row for row in moved if row is not None]
    record(
        "rights.compute",
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        basis=f"law of {found.country}",
        details={"changed": sorted(row.right for row in changed)},
    )
    if changed:
        timeline.happened("rights.computed", person=person, by=by if isinstance(by, Actor) else None, at=at)
    return changed


@dataclass(frozen=True, slots=True)
class _Work:
    """One working out: whose rights, by what law, and the clocks that run."""

    person: Person
    found: assess.Assessment
    clocks: timing.Clocks
    changed_entries: frozenset[str]
    by: Actor | System
    at: datetime

    def bring(self, one: MergedRight, row: Right | None) -> Right | None:
        """One right as the law has it now. None: no change."""
        match one.standing:
            case Standing.DUE:
                return self._due(one, row)
            case Standing.FULFILLED:
                return self._fulfilled(one, row)
        return self.leave(row, self.why(row)) if row else None

    def _due(self, one: MergedRight, row: Right | None) -> Right | None:
        bases = [base.provision.id for base in one.due]
        is_changed = True
        if row is None:
            row = self._written(one, RightStatus.DUE, bases)
            self._step(row, StepKind.DUE)
        elif row.lapse:
            self._step(row, StepKind.FOUNDED, {"lapse": "", "lapsed_on": None, "bases": bases})
        elif row.status == RightStatus.NOT_DUE or (row.status == RightStatus.DELIVERED and row.by_facts):
            due = {"status": RightStatus.DUE, "due_since": self.found.day, "by_facts": False, "bases": bases}
            self._step(row, StepKind.DUE, due)
        else:
            is_changed = False
            if row.bases != bases:
                row.bases = bases
                row.save(update_fields=["bases"])
        is_moved = wanted.keep_time(
            row, one=one, found=self.found, clocks=self.clocks, by=self.by, at=self.at
        )
        return row if is_moved or is_changed else None

    def _fulfilled(self, one: MergedRight, row: Right | None) -> Right | None:
        if row is None:
            row = self._written(one, RightStatus.DELIVERED, [one.best.provision.id], by_facts=True)
            self._step(row, StepKind.FULFILLED)
            return row
        if StepKind.FULFILLED not in life.MOVES[RightStatus(row.status)] and not row.lapse:
            return None
        given = {
            "status": RightStatus.DELIVERED,
            "by_facts": True,
            "lapse": "",
            "lapsed_on": None,
            "look": "",
        }
        self._step(row, StepKind.FULFILLED, given)
        deadline = self.clocks.live(row, timing.DEADLINE)
        if deadline is not None:
            meet_clock(deadline, by=self.by, at=self.at)
        for kind in (timing.PROTECTION, timing.REMEDY, timing.SUSPENSION):
            timing.cancel(self.clocks.live(row, kind), by=self.by, at=self.at)
        return row

    def why(self, row: Right) -> Lapse:
        """Why the law would no longer give it."""
        if row.country != self.found.country:
            return Lapse.PLACE
        known = {one.provision.id for one in self.found.entitlements} - self.changed_entries
        return Lapse.FACTS if known.intersection(row.bases) else Lapse.LAW

    def leave(self, row: Right, why: Lapse) -> Right | None:
        """The law does not give it now: a person looks before anything is taken away."""
        if row.lapse or row.status in life.OVER:
            return None
        self._step(row, StepKind.LAPSED, {"lapse": why, "lapsed_on": self.found.day})
        return row

    def _written(
        self, one: MergedRight, status: RightStatus, bases: list[str], *, by_facts: bool = False
    ) -> Right:
        row = Right(
            id=uuid4(),
            organisation_id=self.person.organisation_id,
            person=self.person,
            right=one.right,
            country=self.found.country,
            status=status,
            bases=bases,
            due_since=self.found.day,
            by_facts=by_facts,
        )
        row.save(force_insert=True)
        return row

    def _step(self, row: Right, kind: StepKind, changes: Mapping[str, object] | None = None) -> None:
        steps.record_event(row, kind, by=self.by, at=self.at, changes=changes or {})


@transaction.atomic
def sync_at_milestone(person: Person, *, by: Actor | System, at: datetime) -> None:
    """What follows in this stage from a milestone of the pathway."""
    sync_rights(person=person, by=by, at=at)


@transaction.atomic
def end_at_erasure(person: Person, *, by: Actor | System, at: datetime) -> None:
    """Nobody is left to give anything to: every right ends, and no clock runs on."""
    clocks = queries.clocks(person)
    rows = [row for row in queries.rows_of(person) if row.status != RightStatus.NOT_DUE]
    for row in rows:
        for kind in timing.KINDS:
            timing.cancel(clocks.live(row, kind), by=by, at=at)
        closed = {"status": RightStatus.NOT_DUE, "lapse": "", "lapsed_on": None, "look": ""}
        steps.record_event(row, StepKind.CLOSED, by=by, at=at, changes=closed)
    record(
        "rights.end",
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        details={"ended": sorted(row.right for row in rows)},
    )


@transaction.atomic
def look_through(*, person: Person, by: Actor, at: datetime) -> None:
    """A colleague has gone through what changed: from now on, what is new is what comes after."""
    found, is_new = RightsLook.objects.get_or_create(
        person=person,
        user_id=by.user_id,
        defaults={"id": uuid4(), "organisation_id": person.organisation_id, "at": at},
    )
    if not is_new:
        found.at = at
        found.save(update_fields=["at"])
    record(
        "rights.look_through",
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
    )
