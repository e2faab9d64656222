"""What one colleague finds in the morning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import BreakGlass, Section
from tutela.foundation.clocks.models import Clock
from tutela.foundation.roles import Permission
from tutela.people.models import Person
from tutela.protection.access import openings_by_others
from tutela.protection.models import Task
from tutela.protection.queries.cases import UNSETTLED, worked_on
from tutela.reporting.models import Report, ReportStatus
from tutela.rights.changes.queries import WaitingChange, waiting_for
from tutela.rights.queries import BreachLine, breaches_for, has_its_breach

MOST_SHOWN = 15
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class DueLine:
    """A deadline with the pseudonym of its person."""

    clock: Clock
    pseudonym: str


@dataclass(frozen=True, slots=True)
class Day:
    """Counts are None where the colleague has nothing to do with it."""

    tasks: list[Task]
    deadlines: list[DueLine]
    late_rights: list[BreachLine]
    files: int | None
    new_reports: int | None
    emergencies: int | None
    law_changes: list[WaitingChange]


def day_of(actor: Actor, *, at: datetime) -> Day:
    """Tasks, deadlines and counts of `actor` at that moment."""
    works_on_files = actor.may(Permission.CASE_READ)
    mine = worked_on(actor, at=at) if works_on_files else []
    return Day(
        tasks=_tasks(actor, at=at) if works_on_files else [],
        deadlines=_deadlines(actor, mine, at=at) if mine else [],
        late_rights=breaches_for(actor, at=at, most=MOST_SHOWN, persons=mine) if mine else [],
        files=len(mine) if works_on_files else None,
        new_reports=_new_reports(actor) if actor.may(Permission.REPORT_READ) else None,
        emergencies=_emergencies(actor) if actor.may(Permission.BREAK_GLASS_REVIEW) else None,
        law_changes=waiting_for(actor, at=at) if actor.may(Permission.SUPERVISE) else [],
    )


def with_pseudonyms(clocks: Iterable[Clock]) -> list[DueLine]:
    """Clocks know a person's id only; this adds what people call the file."""
    clocks = list(clocks)
    names = dict(
        Person.objects.filter(
            pk__in={clock.person_id for clock in clocks}, erased_at__isnull=True
        ).values_list("pk", "pseudonym")
    )
    return [DueLine(clock, names[clock.person_id]) for clock in clocks if clock.person_id in names]


def _tasks(actor: Actor, *, at: datetime) -> list[Task]:
    seen = door.visible(actor, Section.SUMMARY, at=at)
    rows = Task.objects.filter(seen, assigned_to_id=actor.user_id, done_at__isnull=True)
    return list(rows.select_related("person").order_by("due_on", "id")[:MOST_SHOWN])


def _deadlines(actor: Actor, mine: list[UUID], *, at: datetime) -> list[DueLine]:
    seen = door.visible(actor, Section.SUMMARY, at=at)
    rows = Clock.objects.filter(seen, ~has_its_breach(), person_id__in=mine, state__in=UNSETTLED)
    return with_pseudonyms(rows.order_by("due_at", "id")[:MOST_SHOWN])


def _new_reports(actor: Actor) -> int:
    rows = Report.objects.filter(organisation_id=actor.organisation_id, status=ReportStatus.NEW)
    return rows[: MOST_COUNTED + 1].count()


def _emergencies(actor: Actor) -> int:
    return unreviewed(actor)[: MOST_COUNTED + 1].count()


def unreviewed(actor: Actor) -> QuerySet[BreakGlass]:
    """Emergency openings of colleagues that nobody has reviewed."""
    return openings_by_others(actor).filter(reviewed_at__isnull=True)
