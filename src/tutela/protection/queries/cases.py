"""The list of cases: filtered, counted up to a cap, cut by key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery, Value

from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Assignment, BreakGlass, Grant, Section
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.roles import Permission
from tutela.people import queries as people
from tutela.people.keyset import Cursor, Page
from tutela.people.models import Person
from tutela.protection.models import Case, CaseStatus, Danger, Exploitation, Stage, Task
from tutela.protection.references import as_reference

PAGE = 25
MOST_COUNTED = 1000
MOST_FOUND = 2000
LIVE = (State.RUNNING, State.WARNED, State.BREACHED)
_COLUMNS = (
    "organisation_id",
    "person_id",
    "reference",
    "status",
    "stage",
    "danger",
    "exploitation",
    "opened_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What a list is kept to; an empty value keeps everything."""

    text: str = ""
    stage: str = ""
    danger: str = ""
    exploitation: str = ""
    status: str = CaseStatus.OPEN
    mine: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list. `next_on` is the nearest running deadline or open task."""

    person_id: UUID
    reference: str
    pseudonym: str
    status: CaseStatus
    stage: Stage
    danger: Danger
    exploitation: Exploitation
    opened_at: datetime
    lead: str
    next_on: date | None
    is_shared: bool


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page, and how many there are in all: exactly, or more than MOST_COUNTED."""

    page: Page[CaseRow]
    count: int

    @property
    def is_more(self) -> bool:
        return self.count > MOST_COUNTED


def case_list(
    actor: Actor, wanted: CaseFilter, *, at: datetime, after: Cursor | None = None, size: int = PAGE
) -> CaseList:
    """The newest first. Own files and shared ones are asked for apart, each by its index, and merged."""
    parts = _parts(actor, wanted, at=at)
    rows = [row for part in parts for row in _newest(part, after, size + 1)]
    rows.sort(key=lambda row: (row.opened_at, row.pk), reverse=True)
    shown, more = rows[:size], len(rows) > size
    following = str(Cursor(shown[-1].opened_at, shown[-1].pk)) if more else ""
    everything = after is None and not more
    return CaseList(Page(_lines(actor, shown), following), len(rows) if everything else _count(parts))


def case_row(actor: Actor, person_id: UUID, *, at: datetime) -> CaseRow | None:
    """The line of one file that is already open."""
    rows = Case.objects.filter(door.visible(actor, Section.SUMMARY, at=at), person_id=person_id)
    return next(iter(_lines(actor, _newest(rows, None, 1))), None)


def _parts(actor: Actor, wanted: CaseFilter, *, at: datetime) -> list[QuerySet[Case]]:
    seen = Case.objects.filter(door.visible(actor, Section.SUMMARY, at=at), _kept(actor, wanted))
    own = seen.filter(organisation_id=actor.organisation_id)
    if wanted.mine:
        return [own.filter(person_id__in=worked_on(actor, at=at, assigned_only=True))]
    mine, granted = _within_reach(actor, at=at)
    parts = [own] if actor.may(Permission.CASE_READ_ALL) else [own.filter(person_id__in=mine)]
    if granted:
        parts.append(seen.exclude(organisation_id=actor.organisation_id).filter(person_id__in=granted))
    return parts


def worked_on(actor: Actor, *, at: datetime, assigned_only: bool = False) -> list[UUID]:
    """The people whose files are assigned to `actor`, or open to them in an emergency."""
    mine = _assigned(actor).values_list("person_id")
    if not assigned_only:
        mine = mine.union(_broken(actor, at=at).values_list("person_id"))
    return [row[0] for row in mine]


def _within_reach(actor: Actor, *, at: datetime) -> tuple[list[UUID], list[UUID]]:
    """Ids from which lists start, so that an index leads to the few: own files worked on, and granted ones.

    What may be seen of them is decided by `door.visible` all the same."""
    grants = Grant.objects.filter(
        to_organisation_id=actor.organisation_id, granted_at__lte=at, expires_at__gt=at, ended_at__isnull=True
    )
    parts: list[Any] = [grants.values_list(Value("granted"), "person_id")]
    if not actor.may(Permission.CASE_READ_ALL):
        parts += [
            rows.values_list(Value("mine"), "person_id") for rows in (_assigned(actor), _broken(actor, at=at))
        ]
    reached = list(parts[-1].union(*parts[:-1])) if len(parts) > 1 else list(parts[0])
    mine = [person_id for how, person_id in reached if how == "mine"]
    return mine, [person_id for how, person_id in reached if how == "granted"]


def _assigned(actor: Actor) -> QuerySet[Assignment]:
    return Assignment.objects.filter(user_id=actor.user_id, until__isnull=True)


def _broken(actor: Actor, *, at: datetime) -> QuerySet[BreakGlass]:
    return BreakGlass.objects.filter(user_id=actor.user_id, expires_at__gt=at)


def _kept(actor: Actor, wanted: CaseFilter) -> Q:
    exact = {
        name: value
        for name in ("status", "stage", "danger", "exploitation")
        if (value := getattr(wanted, name))
    }
    kept = Q(**exact)
    if reference := as_reference(wanted.text):
        return kept & Q(reference=reference)
    if wanted.text:
        return kept & Q(person_id__in=people.found(actor, wanted.text, most=MOST_FOUND))
    return kept


def _newest(rows: QuerySet[Case], after: Cursor | None, size: int) -> Sequence[Case]:
    if after is not None:
        rows = rows.filter(Q(opened_at__lt=after.at) | Q(opened_at=after.at, id__lt=after.id))
    lead = Assignment.objects.filter(person_id=OuterRef("person_id"), until__isnull=True, is_lead=True)
    # No join: PostgreSQL would read every person before it sorts. These two are asked for each line shown.
    person = Person.objects.filter(pk=OuterRef("person_id"))
    annotated = rows.annotate(
        lead_name=Subquery(lead.values("user__display_name")[:1]),
        pseudonym=Subquery(person.values("pseudonym")[:1]),
    )
    return list(annotated.only(*_COLUMNS).order_by("-opened_at", "-id")[:size])


def _count(parts: Iterable[QuerySet[Case]]) -> int:
    return sum(part.order_by()[: MOST_COUNTED + 1].count() for part in parts)


def _lines(actor: Actor, rows: Sequence[Any]) -> list[CaseRow]:
    own = [row.person_id for row in rows if row.organisation_id == actor.organisation_id]
    dates = next_dates(own) if own else {}
    return [
        CaseRow(
            person_id=row.person_id,
            reference=row.reference,
            pseudonym=row.pseudonym,
            status=CaseStatus(row.status),
            stage=Stage(row.stage),
            danger=Danger(row.danger),
            exploitation=Exploitation(row.exploitation),
            opened_at=row.opened_at,
            lead=row.lead_name or "",
            next_on=dates.get(row.person_id),
            is_shared=row.organisation_id != actor.organisation_id,
        )
        for row in rows
    ]


def next_dates(person_ids: Sequence[UUID]) -> dict[UUID, date]:
    """The nearest running deadline or open task of each person who has one."""
    clocks = Clock.objects.filter(person_id__in=person_ids, state__in=LIVE)
    tasks = Task.objects.filter(person_id__in=person_ids, done_at__isnull=True)
    due = {
        person: moment.date()
        for person, moment in clocks.order_by().values_list("person_id").annotate(Min("due_at"))
    }
    for person, day in tasks.order_by().values_list("person_id").annotate(Min("due_on")):
        due[person] = min(day, due.get(person, day))
    return due
