"""All rights of one person as pages and papers show them: what comes next, what is due, what stands apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tutela.engines.rights import Standing
from tutela.people.models import Person
from tutela.rights import cards, life, queries, timing, words
from tutela.rights.assess import Assessment, assess
from tutela.rights.cards import Card, Group, NextDate
from tutela.rights.law import load_law
from tutela.rights.models import Lapse, Right, RightBreach, RightStatus

_ORDER: Final = (
    RightStatus.BREACHED,
    RightStatus.REFUSED,
    RightStatus.CHALLENGED,
    RightStatus.DUE,
    RightStatus.REQUESTED,
    RightStatus.GRANTED,
    RightStatus.DELIVERED,
)


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A right that the law no longer gives, as far as is known: what was, what is, and why."""

    row: Right
    title: str
    why: str
    since: date
    status: str
    before: list[str]
    failed: list[str]
    asks: list[str]

    @property
    def key(self) -> str:
        """The right with the version that was shown."""
        return f"{self.row.pk}:{self.row.version}"


@dataclass(frozen=True, slots=True)
class Apart:
    """A right that stands apart: suspended, ended, no longer due, or not accepted by the country."""

    right: str
    title: str
    label: str
    tone: str
    detail: str = ""
    until: cards.When | None = None
    elsewhere: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What one page shows. `due` are duties; `possible` is what the state may do, or has to consider."""

    found: Assessment
    rows: Mapping[str, Right]
    due: list[Card]
    possible: list[Card]
    depends: list[Card]
    lapsed: list[Lapsed]
    suspended: list[Apart]
    over: list[Apart]
    reserved: list[Apart]
    breaches: list[RightBreach] = field(default_factory=list)

    @property
    def groups(self) -> list[Group]:
        return cards.groups(self.due)

    @property
    def possible_groups(self) -> list[Group]:
        return cards.groups(self.possible)

    @property
    def depends_groups(self) -> list[Group]:
        return cards.groups(self.depends)

    @property
    def dates(self) -> list[NextDate]:
        return cards.next_dates([*self.due, *self.possible])

    @property
    def taken_up(self) -> list[Card]:
        """What is no duty, and was asked for, given, refused, or not given in time."""
        return [one for one in self.possible if one.status != RightStatus.DUE]

    @property
    def to_look_at(self) -> list[Card]:
        return [one for one in (*self.due, *self.possible) if one.look]

    @property
    def is_stale(self) -> bool:
        """Whether the law gives something that nobody has written down yet, or no longer gives what is."""
        gives = {one.right for one in self.found.rights() if one.standing is Standing.DUE}
        given = {one.right for one in self.found.rights() if one.standing is Standing.FULFILLED}
        ended = {name for name, row in self.rows.items() if row.status == RightStatus.ENDED}
        active = {name for name, row in self.rows.items() if row.status not in life.OVER and not row.lapse}
        return bool(gives - active - ended or active - gives - given)

    @property
    def tally(self) -> list[tuple[str, str, int]]:
        """How many stand where: label, tone and number, the worst first.

        What is no duty counts once somebody has taken a step with it."""
        counted = Counter(one.status for one in (*self.due, *self.taken_up))
        return [(str(step.label), cards.TONES[step], counted[step]) for step in _ORDER if counted[step]]


def board_of(person: Person, *, at: datetime) -> Board:
    """Everything that pages and papers show of a person's rights at one moment."""
    found = assess(person, at=at)
    every = queries.rows_of(person)
    rows = {row.right: row for row in every if row.country == found.country}
    clocks = queries.clocks(person)
    breaches = queries.breaches_of(person)
    open_ones = {one.right_id for one in breaches if one.settled_at is None}
    shown: dict[Standing, list[Card]] = {standing: [] for standing in Standing}
    for one in found.rights():
        row = rows.get(one.right)
        drawn = cards.card(one, row, found, clocks=clocks, at=at, late=open_ones)
        if row is None or row.status == RightStatus.NOT_DUE:
            shown[one.standing].append(drawn)
        elif not row.lapse and row.status not in {RightStatus.SUSPENDED, RightStatus.ENDED}:
            shown[Standing.DUE].append(drawn)
    current = [*shown[Standing.DUE], *shown[Standing.FULFILLED]]
    return Board(
        found=found,
        rows=rows,
        due=[one for one in current if one.is_duty],
        possible=[one for one in current if not one.is_duty],
        depends=shown[Standing.DEPENDS],
        lapsed=[lapsed(row, found) for row in every if row.lapse],
        suspended=[
            _suspended(row, clocks, at=at) for row in rows.values() if row.status == RightStatus.SUSPENDED
        ],
        over=[_over(row, found) for row in every if row.status in life.OVER],
        reserved=[
            Apart(one.right, one.title, one.best.standing_label, "warn", one.best.reservation)
            for one in shown[Standing.RESERVED]
        ],
        breaches=breaches,
    )


def lapsed(row: Right, found: Assessment) -> Lapsed:
    """What was, what is now, and why: of the entries that gave it, not of others that never did."""
    law = load_law()
    here = row.country == found.country
    bases = [base for entry in row.bases if here and (base := found.of(entry)) is not None]
    failed = dict.fromkeys(words.condition(test) for base in bases for test in base.failed)
    asks = dict.fromkeys(words.question(fact) for base in bases for fact in base.asks)
    return Lapsed(
        row=row,
        title=queries.title_of(row.right),
        why=_why(row),
        since=row.lapsed_on or found.day,
        status=row.get_status_display(),
        before=[words.citation(law.provisions[entry]) for entry in row.bases if entry in law.provisions],
        failed=list(failed),
        asks=list(asks),
    )


def _why(row: Right) -> str:
    label = str(Lapse(row.lapse).label)
    return f"{label}: {words.country(row.country)}" if row.lapse == Lapse.PLACE else label


def _suspended(row: Right, clocks: timing.Clocks, *, at: datetime) -> Apart:
    until = cards.when(clocks.live(row, timing.SUSPENSION), at=at, working=False)
    return Apart(
        row.right,
        queries.title_of(row.right),
        row.get_status_display(),
        "warn",
        row.get_look_display(),
        until,
    )


def _over(row: Right, found: Assessment) -> Apart:
    here = row.country == found.country
    detail = "" if here else words.country(row.country)
    title = queries.title_of(row.right)
    return Apart(
        row.right, title, row.get_status_display(), "neutral", detail, elsewhere="" if here else row.country
    )


def keys_of(posted: list[str]) -> list[tuple[UUID, int]]:
    """Rights with the versions that were shown, as a form sends them; what cannot be read is left out."""
    found = []
    for key in posted:
        name, _colon, version = key.partition(":")
        try:
            found.append((UUID(name), int(version)))
        except ValueError:
            continue
    return found
