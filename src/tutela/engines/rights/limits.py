"""Time limits as the law states them, and the days to which they come once the events are known.

How long a month or a working day is, only a calendar tells: the caller brings one (`Count`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from tutela.engines.rights.conditions import Condition, Facts, Truth

Texts = Mapping[str, str]
"""Words by language code."""

REFUSED_ON = "refused_on"
"""The day on which one right was refused: an event of the life of that right, not a fact of the person."""


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"


class Bound(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACT = "exact"


class Measure(StrEnum):
    """What a time limit measures: until when somebody must act, or how long a protection lasts."""

    DEADLINE = "deadline"
    DURATION = "duration"


class Pace(StrEnum):
    """Speed that the law demands in words, without a number."""

    AT_ONCE = "at_once"
    WITHOUT_DELAY = "without_delay"
    REASONABLE_TIME = "reasonable_time"


class FirstDay(StrEnum):
    """Whether the day of the event is day one."""

    EXCLUDED = "excluded"
    INCLUDED = "included"


class LastDay(StrEnum):
    """What happens when the last day is not a working day."""

    AS_IT_FALLS = "as_it_falls"
    NEXT_WORKING_DAY = "next_working_day"
    PREVIOUS_WORKING_DAY = "previous_working_day"


@dataclass(frozen=True, slots=True)
class Length:
    """How long: 5 working days. A month is never 30 days."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How a legal order counts. Without a source nobody has verified it, and pages say so."""

    first_day: FirstDay = FirstDay.EXCLUDED
    last_day: LastDay = LastDay.AS_IT_FALLS
    source: str = ""

    @property
    def is_verified(self) -> bool:
        return bool(self.source)


NOT_VERIFIED = Counting()
"""What is assumed of an order of which nobody has looked up how it counts."""


class Count(Protocol):
    """A calendar's arithmetic: the last day of a length from a day on, or the first day of one before it."""

    def __call__(self, length: Length, counting: Counting, day: date, *, backwards: bool = False) -> date: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """That a limit may be lengthened, up to `times` times, where `when` holds (None: where it is granted)."""

    length: Length
    text: Texts
    times: int = 1
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """A limit as the law states it. Event fields name facts of type date; no day is kept here.

    Several `from_events` mean the latest of them, or the earliest where `from_earliest` is set. `minimum`
    and `maximum` are the ends of a range. `later_of` is an event: the period lasts to the later of the
    counted day and that event. `until_event` leaves the end open until the event. `before_event` counts
    backwards from the event. `each_year_by` and `each_year_latest` are month and day, as MM-DD. `target`
    marks a target of guidance that is no legal limit. `first_day` and `last_day` override how the legal
    order counts.
    """

    measures: Measure
    text: Texts
    amount: int | None = None
    unit: Unit | None = None
    bound: Bound | None = None
    minimum: Length | None = None
    maximum: Length | None = None
    extension: Extension | None = None
    pace: Pace | None = None
    from_events: tuple[str, ...] = ()
    from_earliest: bool = False
    before_event: str | None = None
    later_of: str | None = None
    until_event: str | None = None
    by: date | None = None
    each_year_by: str | None = None
    each_year_latest: str | None = None
    target: bool = False
    first_day: FirstDay | None = None
    last_day: LastDay | None = None

    def __post_init__(self) -> None:
        counted = (self.amount is None, self.unit is None, self.bound is None)
        if any(counted) and not all(counted):
            raise ValueError("amount, unit and bound of a time limit stand together or not at all")

    @property
    def from_event(self) -> str | None:
        """The event from which it is counted, or the first of several."""
        return self.from_events[0] if self.from_events else None

    @property
    def length(self) -> Length | None:
        """The number that the law gives; of a range the least, or else the most."""
        if self.amount is not None and self.unit is not None:
            return Length(self.amount, self.unit)
        return self.minimum or self.maximum

    @property
    def events(self) -> tuple[str, ...]:
        """The date facts without which this limit cannot be put on a calendar."""
        named = (*self.from_events, self.before_event, self.later_of, self.until_event)
        return tuple(event for event in named if event is not None)

    def counted_by(self, order: Counting) -> Counting:
        """How this limit is counted in a legal order; its own rule comes first."""
        if self.first_day is None and self.last_day is None:
            return order
        return Counting(
            first_day=self.first_day or order.first_day,
            last_day=self.last_day or order.last_day,
            source=order.source,
        )

    def start(self, facts: Facts) -> tuple[str, date] | None:
        """The event that sets it running, and its day; None while that is not known.

        The latest of several needs all of them; the earliest is that of those that are known.
        """
        days = {event: day for event in self.from_events if isinstance(day := facts.get(event), date)}
        if not days or (len(days) < len(set(self.from_events)) and not self.from_earliest):
            return None
        choose = min if self.from_earliest else max
        event = choose(days, key=lambda one: (days[one], one))
        return event, days[event]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The day to which a limit comes.

    `at_least`: it may be later, and the law does not say how much. `at_most`: it may be sooner. `latest` is
    the furthest day that the law allows, by its maximum or by an extension. `event` is the fact from which it
    is counted.
    """

    day: date
    at_least: bool = False
    at_most: bool = False
    latest: date | None = None
    event: str | None = None


def ends_of(
    limit: TimeLimit, facts: Facts, *, count: Count, order: Counting = NOT_VERIFIED, extends: Truth = None
) -> Ends | None:
    """The day on which a limit ends, as far as the facts tell.

    `extends` is whether the condition of its extension holds; one that fails leaves the extension out.
    """
    if limit.until_event:
        return _at_event(limit.until_event, facts)
    counting = limit.counted_by(order)
    if limit.before_event:
        day = facts.get(limit.before_event)
        if not isinstance(day, date) or limit.length is None:
            return None
        first = count(limit.length, counting, day, backwards=True)
        return Ends(day=first, event=limit.before_event)
    if limit.length is None:
        return Ends(day=limit.by) if limit.by else None
    start = limit.start(facts)
    if start is None:
        return None
    event, day = start
    counted = count(limit.length, counting, day)
    found = Ends(
        day=counted,
        at_least=limit.bound is Bound.AT_LEAST or (limit.bound is None and limit.minimum is not None),
        at_most=limit.bound is Bound.AT_MOST or (limit.bound is None and limit.minimum is None),
        latest=_latest(limit, day, counted, count=count, counting=counting, extends=extends),
        event=event,
    )
    return _to_the_later(found, limit, facts) if limit.later_of else found


def _at_event(event: str, facts: Facts) -> Ends | None:
    day = facts.get(event)
    return Ends(day=day, event=event) if isinstance(day, date) else None


def _latest(
    limit: TimeLimit, start: date, counted: date, *, count: Count, counting: Counting, extends: Truth
) -> date | None:
    days = list(_furthest(limit, start, counted, count=count, counting=counting, extends=extends))
    return min(days) if days else None


def _furthest(
    limit: TimeLimit, start: date, counted: date, *, count: Count, counting: Counting, extends: Truth
) -> Iterator[date]:
    """The maximum that the law names, and the end with every extension; both bind, so the sooner counts."""
    if limit.maximum:
        yield count(limit.maximum, counting, start)
    if limit.extension and extends is not False:
        day = counted
        for _ in range(limit.extension.times):
            day = count(limit.extension.length, Counting(last_day=counting.last_day), day)
        yield day


def _to_the_later(found: Ends, limit: TimeLimit, facts: Facts) -> Ends:
    """The later of the counted day and the event; while that is unknown, at least the counted day."""
    day = facts.get(limit.later_of or "")
    if not isinstance(day, date):
        return Ends(day=found.day, at_least=True, latest=found.latest, event=found.event)
    if day <= found.day:
        return found
    return Ends(day=day, at_least=found.at_least, event=limit.later_of)
