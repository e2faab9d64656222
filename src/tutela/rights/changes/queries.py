"""Lists of changes of law, and whom each one touches: own files by pseudonym, those of others in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Section
from tutela.foundation.organisations.models import Organisation
from tutela.people.keyset import Cursor, Page, page_of
from tutela.people.models import Person
from tutela.rights.changes.access import changes_for
from tutela.rights.changes.models import ChangeStatus, LawChange, LawEffect, LawPass, PassKind
from tutela.rights.changes.work import ways

PAGE = 25
FEWEST = 5
"""A smaller number of another organisation's files could tell who is meant."""
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Reach:
    """How many open files a change touches, as one reader may know it.

    `rights`: by right, how many gain, lose, or see it otherwise. `few` are organisations with fewer than five
    files, whose number only they know; then every number by right is rounded to fives."""

    finished: bool
    files: int
    organisations: tuple[tuple[str, int], ...]
    few: tuple[str, ...]
    rights: tuple[tuple[str, Mapping[str, int]], ...]

    @property
    def is_rounded(self) -> bool:
        return bool(self.few)


def changes_page(actor: Actor, *, after: Cursor | None) -> Page[LawChange]:
    """The newest first."""
    return page_of(changes_for(actor), by="drafted_at", after=after, size=PAGE, shown=lambda row: row)


def change_titles(change_ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(LawChange.objects.filter(pk__in=change_ids).values_list("pk", "title"))


def pass_of(change: LawChange, kind: PassKind) -> LawPass | None:
    """The pass that counts, or the one that brings into line: that which still works, or else the last."""
    rows = list(change.passes.filter(kind=kind).order_by("day", "id"))
    return next((row for row in rows if row.finished_at is None), rows[-1] if rows else None)


def reach_of(counting: LawPass, actor: Actor) -> Reach:
    """What `actor` may know of all organisations."""
    names = dict(Organisation.objects.filter(pk__in=list(counting.totals)).values_list("pk", "name"))
    shown: list[tuple[str, int]] = []
    few: list[str] = []
    rights: dict[str, Counter[str]] = {}
    for key, own in counting.totals.items():
        name = names.get(UUID(key), "")
        if own["files"] >= FEWEST or UUID(key) == actor.organisation_id:
            shown.append((name, own["files"]))
        else:
            few.append(name)
        for right, counts in own["rights"].items():
            rights.setdefault(right, Counter()).update(counts)
    told = {right: _told(counts, rounded=bool(few)) for right, counts in sorted(rights.items())}
    return Reach(
        finished=counting.finished_at is not None,
        files=sum(count for _, count in shown),
        organisations=tuple(sorted(shown)),
        few=tuple(sorted(few)),
        rights=tuple(told.items()),
    )


def _told(counts: Counter[str], *, rounded: bool) -> dict[str, int]:
    """Never zero where there is one: a small number becomes five."""
    return {way: max(FEWEST, FEWEST * round(n / FEWEST)) if rounded else n for way, n in counts.items()}


@dataclass(frozen=True, slots=True)
class TouchedFile:
    """One file of the own organisation, and how its rights come out."""

    person: Person
    effect: LawEffect
    ways: Mapping[str, str]


def own_files(
    change: LawChange, actor: Actor, *, at: datetime, after: UUID | None = None
) -> tuple[list[TouchedFile], UUID | None]:
    """Files of the actor's own organisation that the actor may open, and where to go on."""
    rows = _own(actor, at=at).filter(change=change).select_related("person").order_by("id")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows[: PAGE + 1])
    shown = [TouchedFile(row.person, row, ways(row.turns)) for row in found[:PAGE]]
    return shown, found[PAGE - 1].pk if len(found) > PAGE else None


def _own(actor: Actor, *, at: datetime) -> QuerySet[LawEffect]:
    """Of the own organisation, but not those that a conflict of interest closes."""
    rows = LawEffect.objects.filter(door.visible(actor, Section.RIGHTS, at=at))
    return rows.filter(organisation_id=actor.organisation_id, person__erased_at__isnull=True)


def count_own_files(change: LawChange, actor: Actor, *, at: datetime) -> int:
    rows = _own(actor, at=at).filter(change=change)
    return rows[: MOST_COUNTED + 1].count()


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change that is in use, and how many files of the organisation nobody has looked at since."""

    change: LawChange
    files: int


def waiting_for(actor: Actor, *, at: datetime) -> list[WaitingChange]:
    """For supervisors: changes in use with files that nobody has looked at, the newest first."""
    counts: Counter[UUID] = Counter(
        _unseen(actor, at=at).order_by().values_list("change_id", flat=True)[: MOST_COUNTED + 1]
    )
    if not counts:
        return []
    changes = LawChange.objects.filter(pk__in=list(counts)).order_by("-decided_at", "-id")
    return [WaitingChange(change, counts[change.pk]) for change in changes]


def _unseen(actor: Actor, *, at: datetime) -> QuerySet[LawEffect]:
    return _own(actor, at=at).filter(seen_at__isnull=True, change__status=ChangeStatus.PUBLISHED)


def unseen_effects(person: Person) -> list[LawEffect]:
    """Changes in use that nobody has looked at in this file."""
    rows = LawEffect.objects.select_related("change").filter(
        person=person, seen_at__isnull=True, change__status=ChangeStatus.PUBLISHED
    )
    return list(rows.order_by("change__decided_at", "id"))
