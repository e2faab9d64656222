"""Lists of rights: those of one person, what happened to one, what was not given in time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Section
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.vault.fields import reveal_many
from tutela.people.models import Document, Person
from tutela.rights import timing, waits, words
from tutela.rights.law import load_law
from tutela.rights.models import Right, RightBreach, RightsLook, RightStep, StepKind

NEWS: Final = frozenset(
    {
        StepKind.DUE,
        StepKind.FULFILLED,
        StepKind.MOVED,
        StepKind.LAPSED,
        StepKind.FOUNDED,
        StepKind.BREACHED,
        StepKind.RAN_OUT,
        StepKind.EXTENDED,
        StepKind.REFUSED,
        StepKind.SUSPENDED,
        StepKind.ENDED,
        StepKind.CONFIRMED,
    }
)
"""Steps that whoever was away should hear of."""

NEWS_BEFORE_A_FIRST_LOOK: Final = timedelta(days=30)
MOST_NEWS: Final = 60


def rights_of(person: Person, *, country: str) -> dict[str, Right]:
    """The followed rights of one person in one state, by right."""
    rows = Right.objects.filter(person=person, country=country)
    return {row.right: row for row in rows}


def rows_of(person: Person) -> list[Right]:
    """Every right that was ever followed for one person, in whatever state."""
    return list(Right.objects.select_related("person").filter(person=person).order_by("right", "country"))


def clocks(person: Person) -> timing.Clocks:
    """The clocks of the rights of one person, also those that later stages keep."""
    rows = Clock.objects.filter(person_id=person.pk, kind__in=timing.KINDS)
    return timing.sorted_out(rows.order_by("started_at", "due_at", "id"), waits.kept(person))


def extensible(right: Right, of: timing.Clocks) -> Clock | None:
    """The clock whose end can be moved: that of the protection, also where it ran out, or the deadline."""
    protection = of.latest(right, timing.PROTECTION)
    if protection is not None and protection.state in {State.RUNNING, State.WARNED, State.RAN_OUT}:
        return protection
    deadline = of.live(right, timing.DEADLINE)
    return deadline if deadline is not None and deadline.state != State.BREACHED else None


def title_of(right: str, language: str = "") -> str:
    """What a right is called: its own words, those of its entry, or its id if the library lost it."""
    law = load_law()
    if right in law.rights:
        return words.text(law.rights[right].label, language)
    return words.text(law.provisions[right].title, language) if right in law.provisions else right


def titles_of(right_ids: Collection[UUID]) -> dict[UUID, str]:
    """What these rights are, by the words that the library of today has."""
    rows = Right.objects.filter(pk__in=right_ids).values_list("pk", "right")
    return {pk: title_of(right) for pk, right in rows}


def steps_of(right: Right) -> list[tuple[RightStep, str]]:
    """What happened to a right, newest first, each with its note in the clear."""
    rows = list(
        RightStep.objects.select_related("person", "by").filter(right=right).order_by("-at", "-id")[:100]
    )
    return list(zip(rows, (found["note"] for found in reveal_many(rows, ["note"])), strict=True))


def papers_of(person: Person) -> list[tuple[str, str]]:
    """Ids and titles of the documents that can serve as evidence, newest first."""
    rows = list(
        Document.objects.select_related("person").filter(person=person).order_by("-added_at", "-id")[:200]
    )
    titles = (found["title"] for found in reveal_many(rows, ["title"]))
    return [(str(row.pk), title) for row, title in zip(rows, titles, strict=True)]


# ---------------------------------------------------------------- what changed
def last_look(person: Person, actor: Actor) -> datetime | None:
    """When `actor` last went through what had changed."""
    rows = RightsLook.objects.filter(person=person, user_id=actor.user_id)
    return rows.values_list("at", flat=True).first()


def news_for(person: Person, actor: Actor, *, at: datetime) -> list[RightStep]:
    """What others, the law and the sweep did since `actor` last looked, newest first."""
    since = last_look(person, actor) or at - NEWS_BEFORE_A_FIRST_LOOK
    rows = RightStep.objects.select_related("right", "by").filter(person=person, kind__in=NEWS, at__gt=since)
    others = rows.filter(Q(by__isnull=True) | ~Q(by_id=actor.user_id))
    return list(others.order_by("-at", "-id")[:MOST_NEWS])


# ---------------------------------------------------------------- not given in time
@dataclass(frozen=True, slots=True)
class BreachLine:
    """A right that was not given in time, with the pseudonym of its person."""

    breach: RightBreach
    pseudonym: str
    title: str

    @property
    def is_unseen(self) -> bool:
        return self.breach.seen_at is None


def breaches_of(person: Person) -> list[RightBreach]:
    """Those that are open or that nobody has seen, the longest ago first."""
    rows = RightBreach.objects.select_related("right", "clock").filter(_waiting(), person=person)
    return list(rows.order_by("missed_at", "id"))


def breaches_for(
    actor: Actor, *, at: datetime, most: int, persons: Iterable[UUID] | None = None
) -> list[BreachLine]:
    """In the organisation of `actor`, or of these people; whether their case is open or closed."""
    rows = _breaches(actor, at=at)
    if persons is not None:
        rows = rows.filter(person_id__in=list(persons))
    rows = rows.select_related("right", "person", "clock").order_by("missed_at", "id")[:most]
    return [BreachLine(row, row.person.pseudonym, title_of(row.right.right)) for row in rows]


def count_breaches(actor: Actor, *, at: datetime, most: int) -> int:
    """How many wait in the organisation of `actor`, up to `most`."""
    return _breaches(actor, at=at)[:most].count()


def has_its_breach() -> Exists:
    """Of clocks: those whose missed day already stands among the rights that were not given in time."""
    return Exists(RightBreach.objects.filter(_waiting(), clock_id=OuterRef("pk")))


def _breaches(actor: Actor, *, at: datetime) -> QuerySet[RightBreach]:
    seen = door.visible(actor, Section.RIGHTS, at=at)
    rows = RightBreach.objects.filter(seen, _waiting(), organisation_id=actor.organisation_id)
    return rows.filter(person__erased_at__isnull=True)


def _waiting() -> Q:
    return Q(seen_at__isnull=True) | Q(settled_at__isnull=True)
