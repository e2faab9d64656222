"""What a supervisor watches: who carries how much, what is due, what is breached, and where cases stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Assignment, BreakGlass, Section
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.vault.fields import reveal_many
from tutela.people.models import Person
from tutela.protection.models import Case, CaseStatus, Danger, Exploitation, Stage, Task
from tutela.protection.queries.day import DueLine, unreviewed, with_pseudonyms
from tutela.rights.queries import BreachLine, breaches_for, count_breaches, has_its_breach

MOST_SHOWN = 12
MONTHS = 12


@dataclass(frozen=True, slots=True)
class ColleagueLoad:
    user_id: UUID
    name: str
    leads: int
    in_high_danger: int
    overdue_tasks: int


@dataclass(frozen=True, slots=True)
class Opening:
    """An emergency opening that waits for its review."""

    glass: BreakGlass
    pseudonym: str
    justification: str


@dataclass(frozen=True, slots=True)
class Caseload:
    """`months` are (first day of the month, cases opened in it), the oldest first."""

    colleagues: list[ColleagueLoad]
    due_this_week: list[DueLine]
    breached: list[DueLine]
    breached_count: int
    late_rights: list[BreachLine]
    late_rights_count: int
    waiting: list[Case]
    emergencies: list[Opening]
    unassigned: int
    stages: list[tuple[Stage, int]]
    exploitation: list[tuple[Exploitation, int]]
    months: list[tuple[datetime, int]]

    @property
    def open_cases(self) -> int:
        return sum(count for _stage, count in self.stages)


def caseload_of(actor: Actor, *, at: datetime) -> Caseload:
    """Of the actor's whole organisation."""
    opened = Case.objects.filter(organisation_id=actor.organisation_id, status=CaseStatus.OPEN)
    clocks = Clock.objects.filter(
        door.visible(actor, Section.SUMMARY, at=at), organisation_id=actor.organisation_id
    )
    # Rights stand apart: what was not given in time stays there until somebody has seen it, also once closed.
    breached = clocks.filter(~has_its_breach(), state=State.BREACHED)
    soon = clocks.filter(state__in=[State.RUNNING, State.WARNED], due_at__lt=at + timedelta(days=7))
    stages = dict(opened.order_by().values_list("stage").annotate(Count("id")))
    kinds = dict(opened.order_by().values_list("exploitation").annotate(Count("id")))
    return Caseload(
        colleagues=_colleagues(actor, at=at),
        due_this_week=with_pseudonyms(soon.order_by("due_at", "id")[:MOST_SHOWN]),
        breached=with_pseudonyms(breached.order_by("due_at", "id")[:MOST_SHOWN]),
        breached_count=breached[:1001].count(),
        late_rights=breaches_for(actor, at=at, most=MOST_SHOWN),
        late_rights_count=count_breaches(actor, at=at, most=1001),
        waiting=_waiting(actor, at=at),
        emergencies=emergencies_of(actor),
        unassigned=_unassigned(actor),
        stages=[(stage, stages.get(stage, 0)) for stage in Stage if stage is not Stage.CLOSED],
        exploitation=sorted(
            ((Exploitation(kind), count) for kind, count in kinds.items()), key=lambda pair: -pair[1]
        ),
        months=_months(actor, at=at),
    )


def emergencies_of(actor: Actor) -> list[Opening]:
    """Openings by colleagues that nobody has reviewed, the oldest first."""
    rows = list(unreviewed(actor).select_related("user", "data_key").order_by("opened_at", "id")[:50])
    names = dict(Person.objects.filter(pk__in={row.person_id for row in rows}).values_list("pk", "pseudonym"))
    readable = [row for row in rows if row.data_key.destroyed_at is None]
    reasons = dict(zip(readable, reveal_many(readable, ["justification"]), strict=True)) if readable else {}
    return [
        Opening(row, names.get(row.person_id, ""), reasons.get(row, {}).get("justification", ""))
        for row in rows
    ]


def _colleagues(actor: Actor, *, at: datetime) -> list[ColleagueLoad]:
    opened = Case.objects.filter(organisation_id=actor.organisation_id, status=CaseStatus.OPEN)
    leading = Assignment.objects.filter(
        organisation_id=actor.organisation_id, until__isnull=True, is_lead=True
    )
    danger = Q(person_id__in=opened.filter(danger=Danger.HIGH).values("person_id"))
    counted = (
        leading.filter(person_id__in=opened.values("person_id"))
        .order_by()
        .values("user_id", "user__display_name")
        .annotate(leads=Count("id"), high=Count("id", filter=danger))
    )
    late = Task.objects.filter(
        organisation_id=actor.organisation_id, done_at__isnull=True, due_on__lt=at.date()
    )
    overdue = dict(late.order_by().values_list("assigned_to_id").annotate(Count("id")))
    loads = [
        ColleagueLoad(
            row["user_id"],
            row["user__display_name"],
            row["leads"],
            row["high"],
            overdue.get(row["user_id"], 0),
        )
        for row in counted
    ]
    return sorted(loads, key=lambda load: (-load.leads, load.name))


def _waiting(actor: Actor, *, at: datetime) -> list[Case]:
    seen = door.visible(actor, Section.SUMMARY, at=at)
    rows = Case.objects.filter(
        seen, organisation_id=actor.organisation_id, status=CaseStatus.OPEN, stage=Stage.WAITING
    )
    return list(rows.select_related("person").order_by("opened_at", "id")[:MOST_SHOWN])


def _unassigned(actor: Actor) -> int:
    led = Assignment.objects.filter(
        organisation_id=actor.organisation_id, until__isnull=True, is_lead=True
    ).values("person_id")
    rows = Case.objects.filter(organisation_id=actor.organisation_id, status=CaseStatus.OPEN)
    return rows.exclude(person_id__in=led).count()


def _months(actor: Actor, *, at: datetime) -> list[tuple[datetime, int]]:
    """Ranges rather than a function of the date, so that the index by date is used."""
    starts = [_months_before(at, back) for back in range(MONTHS - 1, -1, -1)]
    ends = [*starts[1:], at]
    counts = {
        f"m{number}": Count("id", filter=Q(opened_at__gte=start, opened_at__lt=end))
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    }
    rows = Case.objects.filter(organisation_id=actor.organisation_id, opened_at__gte=starts[0])
    found = rows.aggregate(**counts)
    return [(start, found[f"m{number}"]) for number, start in enumerate(starts)]


def _months_before(at: datetime, back: int) -> datetime:
    count = at.year * 12 + at.month - 1 - back
    return at.replace(
        year=count // 12, month=count % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
