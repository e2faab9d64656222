"""One right as people read it: what is owed, by whom, until when, on what ground, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tutela.engines.clocks import working_days_between
from tutela.engines.rights import (
    Entitlement,
    Limitation,
    MergedRight,
    Standing,
)
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.clocks.places import calendar_of, zone_of
from tutela.rights import life, timing, words
from tutela.rights.assess import DUTIES, Assessment
from tutela.rights.law import load_law
from tutela.rights.models import Right, RightStatus

TONES: Final[Mapping[str, str]] = {
    RightStatus.DUE: "warn",
    RightStatus.REQUESTED: "calm",
    RightStatus.GRANTED: "calm",
    RightStatus.DELIVERED: "good",
    RightStatus.REFUSED: "danger",
    RightStatus.CHALLENGED: "calm",
    RightStatus.SUSPENDED: "warn",
    RightStatus.BREACHED: "danger",
    RightStatus.ENDED: "neutral",
    RightStatus.NOT_DUE: "neutral",
}

_STANDINGS: Final[Mapping[Standing, Promise]] = {
    Standing.DUE: _("Gives the right now"),
    Standing.FULFILLED: _("Gave the right, and was kept"),
    Standing.DEPENDS: _("Depends on what is not known yet"),
    Standing.RESERVED: _("Not accepted by this country"),
    Standing.NOT_DUE: _("Does not apply now"),
}
_EXCEPTIONS: Final[Mapping[Standing, Promise]] = {
    Standing.DUE: _("Applies, as far as is known"),
    Standing.DEPENDS: _("Could apply: not known yet"),
    Standing.NOT_DUE: _("Does not apply"),
}


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """A limit that the law names to a right. It takes nothing away by itself."""

    entry: str
    title: str
    detail: str
    citation: str
    standing: Standing
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One entry of the law behind a right, every text in the active language."""

    entry: str
    detail: str
    citation: str
    citation_in_full: str
    source: str
    note: str
    duty_bearer: str
    force: str
    is_duty: bool
    trust: str
    to_be_confirmed: bool
    helping_police: str
    territory: str
    limit: str
    until: str
    counting: str
    counting_source: str
    remedy: str
    standing_label: str
    held: tuple[str, ...]
    failed: tuple[str, ...]
    asks: tuple[str, ...]
    exceptions: tuple[ExceptionLine, ...]
    reservation: str


@dataclass(frozen=True, slots=True)
class When:
    """A day as the component for deadlines reads it; `working_days` only where people count so."""

    due: date
    state: str
    days: int
    working_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A right of one person. `best` is its strongest basis; `others` are all further ones."""

    right: str
    title: str
    plain: str
    best: Basis
    others: tuple[Basis, ...]
    is_duty: bool
    to_be_confirmed: bool
    status: str
    status_label: str
    tone: str
    is_late: bool
    look: str
    deadline: When | None
    lasts: When | None
    lasts_at_least: bool
    challenge: When | None

    @property
    def bases(self) -> tuple[Basis, ...]:
        return (self.best, *self.others)

    @property
    def exceptions(self) -> list[ExceptionLine]:
        """Those that apply as far as is known, each once."""
        return self._exceptions(Standing.DUE)

    @property
    def possible_exceptions(self) -> list[ExceptionLine]:
        """Those of which nobody knows yet whether they apply, each once."""
        return self._exceptions(Standing.DEPENDS)

    def _exceptions(self, standing: Standing) -> list[ExceptionLine]:
        every = [one for basis in self.bases for one in basis.exceptions if one.standing is standing]
        return list({one.entry: one for one in every}.values())


@dataclass(frozen=True, slots=True)
class NextDate:
    """One line of what comes next: what, when, and who has to do it."""

    right: str
    title: str
    what: str
    who: str
    when: When


@dataclass(frozen=True, slots=True)
class Group:
    """The rights of one kind."""

    key: str
    label: str
    cards: list[Card]


def card(
    one: MergedRight,
    row: Right | None,
    found: Assessment,
    *,
    clocks: timing.Clocks,
    at: datetime,
    late: Iterable[object] = (),
) -> Card:
    """`late` are the keys of the followed rights with an open breach."""
    bases = [basis(base, found) for base in one.bases]
    status, is_duty = _status(one, row), bases[0].is_duty
    # What the state may do is nothing that it owes: it can be asked for.
    can_be_asked = status is RightStatus.DUE and not is_duty
    return Card(
        right=one.right,
        title=words.right_label(one),
        plain=words.right_in_plain_words(one),
        best=bases[0],
        others=tuple(bases[1:]),
        is_duty=is_duty,
        to_be_confirmed=one.best.to_be_confirmed,
        status=status.value,
        status_label=gettext("Can be asked for") if can_be_asked else str(status.label),
        tone="calm" if can_be_asked else TONES[status],
        is_late=row is not None and row.pk in set(late) and status is not RightStatus.BREACHED,
        look=row.get_look_display() if row and row.look else "",
        deadline=when(clocks.deadline(row) if row else None, at=at),
        lasts=when(clocks.latest(row, timing.PROTECTION) if row else None, at=at, working=False),
        lasts_at_least=bool(one.lasts and one.lasts.at_least),
        challenge=when(clocks.live(row, timing.REMEDY) if row else None, at=at),
    )


def _status(one: MergedRight, row: Right | None) -> RightStatus:
    if row is not None:
        return RightStatus(row.status)
    return RightStatus.DELIVERED if one.standing is Standing.FULFILLED else RightStatus.DUE


def basis(one: Entitlement, found: Assessment) -> Basis:
    """One entry in words, with what held, what failed and what nobody knows."""
    provision = one.provision
    instrument = load_law().library.instruments[provision.instrument]
    limit = provision.time_limit
    return Basis(
        entry=provision.id,
        detail=words.text(provision.detail),
        citation=words.citation(provision),
        citation_in_full=words.citation(provision, in_full=True),
        source=provision.source or instrument.source,
        note=provision.note,
        duty_bearer=words.duty_bearer(provision.duty_bearer),
        force=str(words.FORCE[provision.strength]),
        is_duty=provision.strength in DUTIES,
        trust=str(words.TRUST[one.certainty]),
        to_be_confirmed=one.to_be_confirmed,
        helping_police=str(words.HELPING_POLICE[provision.cooperation]),
        territory=gettext(", ").join(words.region(code) for code in provision.territory),
        limit=words.text(limit.text) if limit else "",
        until=words.until(limit, one.ends) if limit and one.ends else "",
        counting=words.counting(one.counting) if limit and limit.length else "",
        counting_source=(one.counting.source or "") if limit and limit.length else "",
        remedy=words.text(provision.remedy.text) if provision.remedy else "",
        standing_label=str(_STANDINGS[one.standing]),
        held=tuple(words.condition(test) for test in one.held),
        failed=tuple(words.condition(test) for test in one.failed),
        asks=tuple(words.question(fact) for fact in dict.fromkeys((*one.asks, *one.dates_needed))),
        exceptions=tuple(_exception(limitation) for limitation in one.exceptions),
        reservation=words.reservation(one.reservation),
    )


def _exception(one: Limitation) -> ExceptionLine:
    return ExceptionLine(
        entry=one.provision.id,
        title=words.text(one.provision.title),
        detail=words.text(one.provision.detail),
        citation=words.citation(one.provision),
        standing=one.standing,
        label=str(_EXCEPTIONS.get(one.standing, _EXCEPTIONS[Standing.DEPENDS])),
    )


def when(clock: Clock | None, *, at: datetime, working: bool = True) -> When | None:
    """What is left of a clock, in working days of the place where that is how people count."""
    if clock is None:
        return None
    zone = zone_of(clock.country)
    today, due = at.astimezone(zone).date(), clock.due_at.astimezone(zone).date()
    counted = None
    if working:
        first, last = sorted((today, due))
        counted = working_days_between(first, last, calendar=calendar_of(clock.country, clock.region))
        counted = counted if due >= today else -counted
    return When(due=due, state=_state(clock, at), days=(due - today).days, working_days=counted)


def _state(clock: Clock, at: datetime) -> str:
    """What the next sweep will store."""
    if clock.state not in {State.RUNNING, State.WARNED} or at <= clock.due_at:
        return str(clock.state)
    return str(State.RAN_OUT if clock.is_term else State.BREACHED)


def groups(cards: Iterable[Card]) -> list[Group]:
    """The cards under the library's groups, in its order, what waits before what was given."""
    law = load_law()
    sorted_in: dict[str, list[Card]] = {}
    for one in sorted(cards, key=lambda each: each.status == RightStatus.DELIVERED):
        known = law.rights.get(one.right)
        category = known.category if known else law.provisions[one.best.entry].category
        sorted_in.setdefault(law.group_of[category].id, []).append(one)
    return [
        Group(key=group.id, label=words.text(group.label), cards=sorted_in[group.id])
        for group in law.groups
        if group.id in sorted_in
    ]


def next_dates(cards: Iterable[Card]) -> list[NextDate]:
    """Every day that is still ahead or was missed, the nearest first."""
    lines = [line for one in cards for line in _dates_of(one)]
    return sorted(lines, key=lambda line: (line.when.due, line.title))


_AHEAD: Final = frozenset({State.RUNNING, State.WARNED, State.BREACHED, State.PAUSED})


def _dates_of(one: Card) -> list[NextDate]:
    waits = RightStatus(one.status) in {*life.WAITING, RightStatus.BREACHED, RightStatus.SUSPENDED}
    lines = []
    if one.deadline and waits and one.deadline.state in _AHEAD:
        what = gettext("Must be given by then")
        lines.append(NextDate(one.right, one.title, what, one.best.duty_bearer, one.deadline))
    if one.lasts and one.lasts.state in _AHEAD:
        what = gettext("Lasts at least until then") if one.lasts_at_least else gettext("Lasts until then")
        lines.append(NextDate(one.right, one.title, what, one.best.duty_bearer, one.lasts))
    if one.challenge and one.challenge.state in _AHEAD:
        who = gettext("The person, with help")
        lines.append(NextDate(one.right, one.title, gettext("Last day to challenge"), who, one.challenge))
    return lines
