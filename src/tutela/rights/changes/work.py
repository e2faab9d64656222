"""The work of a change of law: whose rights it would change; once in use, rights brought into line.

A walk over all open files in batches. Each batch is one transaction with its place in the walk: whoever is
killed in the middle goes on where the last batch ended, and the result is the same."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Q

from tutela.engines.rights import Change
from tutela.foundation.access.decision import System
from tutela.foundation.access.scope import Scope, within
from tutela.people import timeline
from tutela.people.models import Person
from tutela.rights.actions import sync_rights
from tutela.rights.changes import edition
from tutela.rights.changes.candidate import sides_of
from tutela.rights.changes.models import LawChange, LawEffect, LawPass, PassKind
from tutela.rights.changes.open_files import open_files
from tutela.rights.changes.touched import Scales, Turn, days_of
from tutela.rights.facts import COUNTRY, known_with, offered_of_many
from tutela.rights.law.in_use import holding
from tutela.rights.models import Right

BATCH: Final[dict[PassKind, int]] = {PassKind.COUNT: 1000, PassKind.CARRY: 50}
"""Whoever is brought into line is written to; the rest is only read."""

GAINS, LOSES, OTHERWISE = "gains", "loses", "otherwise"


@dataclass(frozen=True, slots=True)
class Weighing:
    """One pass: both laws, and the days on which they are held against each other."""

    scales: Scales
    days: tuple[date, ...]
    changed: frozenset[str]

    def turns(self, persons: Sequence[Person]) -> Iterator[tuple[Person, list[Turn]]]:
        """Each person with what would be otherwise, the earliest day of each turn."""
        for person, stages in offered_of_many(persons):
            country = str(stages.get(COUNTRY) or person.organisation.country)
            known = known_with(person, stages, country=country)
            facts = {name: one.value for name, one in known.items()}
            found: dict[tuple[object, ...], Turn] = {}
            for day in self.days:
                for turn in self.scales.turns(facts, state=country, day=day):
                    found.setdefault((turn.entry, turn.changes, turn.was, turn.will), turn)
            yield person, list(found.values())


@lru_cache(maxsize=3)
def weighing(change_id: UUID, base: int, today: date) -> Weighing:
    """Made once for all batches of a pass. Raises BrokenLaw."""
    sides = sides_of(LawChange(pk=change_id, base=base))
    found = sides.difference
    whole = {one.instrument for one in found.instruments} | {one.instrument for one in found.bindings}
    changed = {one.entry for one in found.entries}
    changed |= {one.id for one in sides.after.library.provisions if one.instrument in whole}
    days = tuple(days_of(found, today=today))
    return Weighing(Scales(sides.before, sides.after, found), days, frozenset(changed))


def go_on(*, by: System, at: datetime, seconds: float) -> bool:
    """Works for about so long on what waits. Returns whether something is left. Opens its own scopes."""
    until = time.monotonic() + seconds
    edition.look_for_news(within=0)
    for pass_id in _waiting(at=at):
        while time.monotonic() < until:
            if not step(pass_id, by=by, at=at):
                break
        else:
            return True
    return False


def _waiting(*, at: datetime) -> list[UUID]:
    """What is in use comes before what is only proposed."""
    with within(Scope(system=True), reading=True):
        rows = LawPass.objects.filter(finished_at__isnull=True)
        rows = rows.filter(Q(kind=PassKind.COUNT) | Q(day__lte=at.date()))
        return list(rows.order_by("kind", "day", "id").values_list("pk", flat=True))


def step(pass_id: UUID, *, by: System, at: datetime) -> bool:
    """One batch in one transaction. Returns whether there is more."""
    with within(Scope(system=True)):
        rows = LawPass.objects.select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked, of=("self",)
        )
        one = rows.select_related("change").filter(pk=pass_id, finished_at__isnull=True).first()
        if one is None or not _works_with_it(one):
            return False
        if one.started_at is None:
            one.started_at, one.total = at, open_files().count()
        persons = list(_after(one)[: BATCH[PassKind(one.kind)]])
        if persons:
            weigh = weighing(one.change_id, one.change.base, _first_day(one))
            if one.kind == PassKind.COUNT:
                _count(one, weigh, persons)
            else:
                _carry(one, weigh, persons, by=by, at=at)
            one.after, one.done = persons[-1].pk, one.done + len(persons)
        is_over = len(persons) < BATCH[PassKind(one.kind)]
        if is_over:
            one.finished_at, one.total = at, one.done
        one.save()
        return not is_over


def _works_with_it(one: LawPass) -> bool:
    """Rights follow the law in use: a process that does not know this edition brings nobody into line."""
    if one.kind == PassKind.COUNT or edition.edition_in_use() >= one.change.base + 1:
        return True
    edition.look_for_news(within=0)
    return edition.edition_in_use() >= one.change.base + 1


def _after(one: LawPass) -> Any:
    rows = open_files().order_by("pk")
    return rows.filter(pk__gt=one.after) if one.after else rows


def _first_day(one: LawPass) -> date:
    """Passes that bring into line, one for each day on which a part begins, weigh alike."""
    days = one.change.passes.filter(kind=one.kind).order_by("day").values_list("day", flat=True)
    return days[0]


def _count(one: LawPass, weigh: Weighing, persons: Sequence[Person]) -> None:
    touched = [(person, turns) for person, turns in weigh.turns(persons) if turns]
    _keep(one, touched)
    for person, turns in touched:
        own = one.totals.setdefault(str(person.organisation_id), {"files": 0, "rights": {}})
        own["files"] += 1
        for right, way in ways(turn.stored() for turn in turns).items():
            counts = own["rights"].setdefault(right, {})
            counts[way] = counts.get(way, 0) + 1


def _keep(one: LawPass, touched: Iterable[tuple[Person, list[Turn]]]) -> None:
    LawEffect.objects.bulk_create(
        [
            LawEffect(
                id=uuid4(),
                organisation_id=person.organisation_id,
                person=person,
                change=one.change,
                turns=[turn.stored() for turn in turns],
            )
            for person, turns in touched
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["change", "person"],
        update_fields=["turns"],
    )


def _carry(one: LawPass, weigh: Weighing, persons: Sequence[Person], *, by: System, at: datetime) -> None:
    """Those whom this day touches: their rights follow, and their files say so. What the law would take waits
    for a person (Lapse.LAW)."""
    touched = [(person, turns) for person, turns in weigh.turns(persons) if turns]
    now = [(person, turns) for person, turns in touched if any(turn.day == one.day for turn in turns)]
    gone = LawEffect.objects.filter(change=one.change, person__in=persons)
    gone.exclude(person__in=[person for person, _ in touched]).delete()
    _keep(one, touched)
    followed = set(
        Right.objects.filter(person__in=[person for person, _ in now]).values_list("person_id", flat=True)
    )
    with holding():
        for person, _turns in now:
            if person.pk in followed:
                sync_rights(person=person, by=by, at=at, changed_entries=weigh.changed)
            timeline.happened("law.changed", person=person, by=None, at=at, object_id=one.change_id)


def ways(turns: Iterable[dict[str, Any]]) -> dict[str, str]:
    """How each right comes out: lost where any basis is, gained where one is; else it reads otherwise."""
    found: dict[str, str] = {}
    for turn in turns:
        name = turn["right"] or turn["entry"]
        if Change.LOST in turn["changes"]:
            found[name] = LOSES
        elif Change.GAINED in turn["changes"] and found.get(name) != LOSES:
            found[name] = GAINS
        else:
            found.setdefault(name, OTHERWISE)
    return found
