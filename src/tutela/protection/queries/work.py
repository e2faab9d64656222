"""Needs, tasks, deadlines and colleagues of one file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tutela.foundation.access.models import Assignment, Conflict
from tutela.foundation.access.prepared import Prepared, blank_id
from tutela.foundation.clocks.models import Clock
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import Permission
from tutela.foundation.vault.fields import reveal_many
from tutela.people.models import Person
from tutela.protection.models import Need, Task
from tutela.protection.queries.cases import UNSETTLED

MOST = 200


@dataclass(frozen=True, slots=True)
class NeedLine:
    need: Need
    note: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    task: Task
    note: str


def needs_of(person: Person, *, with_notes: bool = False) -> list[NeedLine]:
    """Open ones first, the urgent before the others, then what was met, the newest first."""
    rows = list(
        Need.objects.select_related("person", "met_by")
        .filter(person=person)
        .order_by("met_at", "-urgent", "-noted_at", "-id")[:MOST]
    )
    rows.sort(key=lambda need: (need.met_at is not None, not need.urgent))
    return [NeedLine(row, note) for row, note in zip(rows, _notes(rows, with_notes), strict=True)]


def open_needs(person: Person) -> list[Need]:
    return _open_needs().ask(person=person.pk)


@cache
def _open_needs() -> Prepared:
    rows = Need.objects.filter(person_id=blank_id("person"), met_at__isnull=True)
    return Prepared(rows.order_by("-urgent", "noted_at", "id")[:MOST])


def tasks_of(person: Person, *, with_notes: bool = False) -> list[TaskLine]:
    """Open ones by date, then what was done, the latest first."""
    rows = list(
        Task.objects.select_related("person", "assigned_to", "done_by")
        .filter(person=person)
        .order_by("due_on", "id")[:MOST]
    )
    waiting = [task for task in rows if task.done_at is None]
    done = [task for task in reversed(rows) if task.done_at is not None]
    ordered = waiting + done
    return [TaskLine(row, note) for row, note in zip(ordered, _notes(ordered, with_notes), strict=True)]


def open_tasks(person: Person) -> list[Task]:
    return _open_tasks().ask(person=person.pk)


@cache
def _open_tasks() -> Prepared:
    rows = Task.objects.select_related("assigned_to")
    rows = rows.filter(person_id=blank_id("person"), done_at__isnull=True)
    return Prepared(rows.order_by("due_on", "id")[:MOST])


def deadlines_of(person: Person) -> list[Clock]:
    """The legal deadlines that run for this person, the nearest first."""
    return _live_clocks().ask(person=person.pk)


@cache
def _live_clocks() -> Prepared:
    rows = Clock.objects.filter(person_id=blank_id("person"), state__in=UNSETTLED)
    return Prepared(rows.order_by("due_at", "id")[:MOST])


def team_of(person: Person) -> list[Assignment]:
    """Who works on the file, the lead first."""
    rows = Assignment.objects.select_related("user").filter(person_id=person.pk, until__isnull=True)
    return list(rows.order_by("-is_lead", "since", "id"))


def conflicts_of(person: Person) -> list[Conflict]:
    rows = Conflict.objects.select_related("user").filter(person_id=person.pk)
    return list(rows.order_by("declared_at", "id"))


def colleagues(person: Person) -> list[User]:
    """Everybody in the organisation of the file who may work on files and has no conflict with this one."""
    away = Conflict.objects.filter(person_id=person.pk).values("user_id")
    rows = User.objects.filter(organisation_id=person.organisation_id, is_active=True).exclude(pk__in=away)
    return [user for user in rows.order_by("display_name", "id") if user.may(Permission.CASE_READ)]


def _notes(rows: list[Need] | list[Task], with_notes: bool) -> list[str]:
    if not with_notes or not any(row.note for row in rows):
        return [""] * len(rows)
    return [plain["note"] for plain in reveal_many(rows, ["note"])]
