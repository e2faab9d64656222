"""The law as data: instruments, whom they bind, and the provisions that give a person something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tutela.engines.rights.conditions import ALWAYS, Condition

Texts = Mapping[str, str]
"""Words by language code."""


class Kind(StrEnum):
    ENTITLEMENT = "entitlement"
    DUTY = "duty"
    DEFINITION = "definition"
    SAFEGUARD = "safeguard"
    LIMIT = "limit"


class Strength(StrEnum):
    """How firmly the law binds, strongest first."""

    SHALL = "shall"
    SHALL_LAW = "shall_law"
    ENDEAVOUR = "endeavour"
    CONSIDER = "consider"
    RECOMMEND = "recommend"
    GUIDANCE = "guidance"
    MAY = "may"
    LIMIT = "limit"
    RISK = "risk"


class Certainty(StrEnum):
    """How far our reading can be trusted, surest first: text read, secondary source, general knowledge."""

    READ = "V"
    SECONDARY = "S"
    GENERAL = "G"


class Cooperation(StrEnum):
    """Whether the right asks the person to co-operate with a criminal case."""

    NO = "no"
    YES = "yes"
    ALTERNATIVE = "alternative"


class Addressee(StrEnum):
    PERSON = "person"
    STATE = "state"


class Level(StrEnum):
    INTERNATIONAL = "international"
    COUNCIL_OF_EUROPE = "council_of_europe"
    EUROPEAN_UNION = "european_union"
    NATIONAL = "national"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """A limit as the law states it. Event fields name facts of type date; no day is ever computed here.

    `later_of` is an event: the period lasts to the later of the counted day and that event. `until_event`
    leaves the end open until the event. `before_event` counts backwards from the event. `each_year_by` and
    `each_year_latest` are month and day, as MM-DD.
    """

    measures: Measure
    text: Texts
    amount: int | None = None
    unit: Unit | None = None
    bound: Bound | None = None
    pace: Pace | None = None
    from_event: str | None = None
    before_event: str | None = None
    later_of: str | None = None
    until_event: str | None = None
    by: date | None = None
    each_year_by: str | None = None
    each_year_latest: str | None = None

    def __post_init__(self) -> None:
        counted = (self.amount is None, self.unit is None, self.bound is None)
        if any(counted) and not all(counted):
            raise ValueError("amount, unit and bound of a time limit stand together or not at all")

    @property
    def events(self) -> tuple[str, ...]:
        """The date facts without which this limit cannot be put on a calendar."""
        named = (self.from_event, self.before_event, self.later_of, self.until_event)
        return tuple(event for event in named if event is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """First and last day of force. A text that is enacted but has not begun is never applied."""

    start: date | None = None
    end: date | None = None
    commenced: bool = True

    def covers(self, at: date) -> bool:
        after_start = self.start is None or self.start <= at
        return self.commenced and after_start and (self.end is None or at <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A treaty, a directive, or the law of one state (then `state` names it, as an ISO 3166-1 code)."""

    id: str
    level: Level
    short: Texts
    name: Texts
    source: str
    in_force: InForce
    state: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """That an instrument binds a state from one day to another (inclusive), and how we know."""

    instrument: str
    state: str
    start: date
    end: date | None
    certainty: Certainty
    source: str
    note: str = ""

    def covers(self, at: date) -> bool:
        return self.start <= at and (self.end is None or at <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One right, duty, definition, safeguard or limit. Text is for people; `condition` is computed with."""

    id: str
    instrument: str
    article: str
    kind: Kind
    category: str
    strength: Strength
    holder: str
    duty_bearer: str
    certainty: Certainty
    source: str
    title: Texts
    detail: Texts
    condition: Condition = ALWAYS
    addressed_to: Addressee = Addressee.PERSON
    time_limit: TimeLimit | None = None
    cooperation: Cooperation = Cooperation.NO
    remedy: Texts = field(default_factory=dict)
    in_force: InForce = field(default_factory=InForce)
    territory: tuple[str, ...] = ()
    note: str = ""
