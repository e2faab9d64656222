"""The list of cases: filtered, counted up to a cap, cut by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value

from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Assignment, BreakGlass, Section
from tutela.foundation.access.prepared import (
    Among,
    Prepared,
    anybody,
    blank_id,
    blank_moment,
    blank_word,
    who,
)
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.roles import Permission
from tutela.people import queries as people
from tutela.people.keyset import MOST_COUNTED, Cursor, Page
from tutela.people.models import Person
from tutela.protection.models import Case, CaseStatus, Danger, Exploitation, Stage, Task
from tutela.protection.references import as_reference

PAGE = 25
MOST_FOUND = 2000
UNSETTLED = (State.RUNNING, State.WARNED, State.BREACHED)
EXACT = ("status", "stage", "danger", "exploitation")
_COLUMNS = (
    "id",
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
    given = {**who(actor, at=at), **_kept(actor, wanted)}
    parts = _parts(actor, wanted, at=at)
    page = {**given, "after_at": after.at, "after_id": after.id} if after else given
    found = {part: _newest(part, actor, page, ids=ids, most=size + 1) for part, ids in parts.items()}
    rows = sorted(chain(*found.values()), key=lambda row: (row.opened_at, row.pk), reverse=True)
    shown, more = rows[:size], len(rows) > size
    following = str(Cursor(shown[-1].opened_at, shown[-1].pk)) if more else ""
    # A part that came whole has been counted.
    whole = {part for part, lines in found.items() if after is None and len(lines) <= size}
    count = sum(
        len(found[part]) if part in whole else _count(part, actor, given, ids=ids)
        for part, ids in parts.items()
    )
    return CaseList(Page([row.line for row in shown], following), count)


def case_row(actor: Actor, person_id: UUID, *, at: datetime) -> CaseRow | None:
    """The line of one file that is already open."""
    rows = _newest(Part.ANY, actor, who(actor, at=at), ids=[person_id], most=1)
    return rows[0].line if rows else None


class Part(StrEnum):
    """What is asked for apart. All but the first start from ids, so that an index leads to the few."""

    WHOLE_ORGANISATION = "whole organisation"
    WORKED_ON = "worked on"
    SHARED = "shared"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class _Found:
    opened_at: datetime
    pk: UUID
    line: CaseRow


def _parts(actor: Actor, wanted: CaseFilter, *, at: datetime) -> dict[Part, list[UUID]]:
    if wanted.mine:
        return {Part.WORKED_ON: worked_on(actor, at=at, assigned_only=True)}
    mine, granted = _within_reach(actor, at=at)
    whole = actor.may(Permission.CASE_READ_ALL)
    parts = {Part.WHOLE_ORGANISATION: []} if whole else {Part.WORKED_ON: mine}
    if granted:
        parts[Part.SHARED] = granted
    return parts


def worked_on(actor: Actor, *, at: datetime, assigned_only: bool = False) -> list[UUID]:
    """The people whose files are assigned to `actor`, or open to them in an emergency."""
    mine = _assigned(actor.user_id).values_list("person_id")
    if not assigned_only:
        mine = mine.union(_broken(actor.user_id, at=at).values_list("person_id"))
    return [row[0] for row in mine]


def _within_reach(actor: Actor, *, at: datetime) -> tuple[list[UUID], list[UUID]]:
    """Ids from which lists start: own files worked on, and granted ones.

    What may be seen of them is decided by `door.visible` all the same."""
    reached = _reach(actor.may(Permission.CASE_READ_ALL)).ask(**who(actor, at=at))
    mine = [person_id for how, person_id in reached if how == "mine"]
    return mine, [person_id for how, person_id in reached if how == "granted"]


@cache
def _reach(whole_organisation: bool) -> Prepared:
    user, organisation, at = blank_id("user"), blank_id("organisation"), blank_moment("at")
    grants = door.running_grants(organisation, at=at).values_list(Value("granted"), "person_id")
    if whole_organisation:
        return Prepared(grants.distinct())
    mine = (_assigned(user), _broken(user, at=at))
    return Prepared(grants.union(*(rows.values_list(Value("mine"), "person_id") for rows in mine)))


def _assigned(user_id: UUID) -> QuerySet[Assignment]:
    return Assignment.objects.filter(user_id=user_id, until__isnull=True)


def _broken(user_id: UUID, *, at: datetime) -> QuerySet[BreakGlass]:
    return BreakGlass.objects.filter(user_id=user_id, expires_at__gt=at)


def _kept(actor: Actor, wanted: CaseFilter) -> dict[str, Any]:
    """The values that a list is kept to, by column; `named`: the people that the words find."""
    kept: dict[str, Any] = {name: value for name in EXACT if (value := getattr(wanted, name, ""))}
    if reference := as_reference(wanted.text):
        kept["reference"] = reference
    elif wanted.text:
        kept["named"] = people.found(actor, wanted.text, most=MOST_FOUND)
    return kept


def _newest(
    part: Part, actor: Actor, given: dict[str, Any], *, ids: Sequence[UUID], most: int
) -> list[_Found]:
    if part is not Part.WHOLE_ORGANISATION and not ids:
        return []
    prepared = _lines(part, actor.compartment, actor.permissions, frozenset(given), most)
    return [_found(row) for row in prepared.ask(**given, ids=ids)]


def _count(part: Part, actor: Actor, given: dict[str, Any], *, ids: Sequence[UUID]) -> int:
    prepared = _counted(part, actor.compartment, actor.permissions, frozenset(given))
    return prepared.count(**given, ids=ids)


def _found(row: tuple[Any, ...]) -> _Found:
    pk, person_id, reference, status, stage, danger, exploitation, opened_at, *rest = row
    is_own, pseudonym, lead, clock, task = rest
    days = [day for day in (clock and clock.date(), task) if day is not None] if is_own else []
    line = CaseRow(
        person_id=person_id,
        reference=reference,
        pseudonym=pseudonym,
        status=CaseStatus(status),
        stage=Stage(stage),
        danger=Danger(danger),
        exploitation=Exploitation(exploitation),
        opened_at=opened_at,
        lead=lead or "",
        next_on=min(days, default=None),
        is_shared=not is_own,
    )
    return _Found(opened_at, pk, line)


@lru_cache(maxsize=256)
def _lines(
    part: Part, compartment: Compartment, permissions: frozenset[Permission], given: frozenset[str], most: int
) -> Prepared:
    rows = _asked_for(part, compartment, permissions, given)
    if "after_at" in given:
        at, pk = blank_moment("after_at"), blank_id("after_id")
        rows = rows.filter(Q(opened_at__lt=at) | Q(opened_at=at, id__lt=pk))
    # No join: PostgreSQL would read every person before it sorts. These are asked for each line shown.
    of_line = {"person_id": OuterRef("person_id")}
    lead = Assignment.objects.filter(**of_line, until__isnull=True, is_lead=True)
    clock = Clock.objects.filter(**of_line, state__in=UNSETTLED).order_by("due_at")
    task = Task.objects.filter(**of_line, done_at__isnull=True).order_by("due_on")
    columns = rows.values_list(
        *_COLUMNS,
        ExpressionWrapper(Q(organisation_id=blank_id("organisation")), BooleanField()),
        Subquery(Person.objects.filter(pk=OuterRef("person_id")).values("pseudonym")[:1]),
        Subquery(lead.values("user__display_name")[:1]),
        Subquery(clock.values("due_at")[:1]),
        Subquery(task.values("due_on")[:1]),
    )
    return Prepared(columns.order_by("-opened_at", "-id")[:most])


@lru_cache(maxsize=256)
def _counted(
    part: Part, compartment: Compartment, permissions: frozenset[Permission], given: frozenset[str]
) -> Prepared:
    rows = _asked_for(part, compartment, permissions, given)
    return Prepared(rows.order_by().values_list(Value(1))[: MOST_COUNTED + 1])


def _asked_for(
    part: Part, compartment: Compartment, permissions: frozenset[Permission], given: frozenset[str]
) -> QuerySet[Case]:
    """What may be seen, of one part, kept to the columns in `given`, all values still blank."""
    actor = anybody(compartment, permissions)
    rows = Case.objects.filter(door.visible(actor, Section.CASE, at=blank_moment("at")))
    rows = rows.filter(**{name: blank_word(name) for name in (*EXACT, "reference") if name in given})
    if "named" in given:
        rows = rows.filter(Among("person_id", "named"))
    if part in {Part.WHOLE_ORGANISATION, Part.WORKED_ON}:
        rows = rows.filter(organisation_id=actor.organisation_id)
    if part is Part.SHARED:
        rows = rows.exclude(organisation_id=actor.organisation_id)
    return rows if part is Part.WHOLE_ORGANISATION else rows.filter(Among("person_id", "ids"))
