"""The law as data: instruments, whom they bind, and the provisions that give a person something."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tutela.engines.rights.conditions import ALWAYS, Condition
from tutela.engines.rights.limits import Counting, Texts, TimeLimit


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


PERSONAL = frozenset({Kind.ENTITLEMENT, Kind.DUTY, Kind.SAFEGUARD})
"""What somebody can give to a person, or refuse: each belongs to one right."""


class Level(StrEnum):
    INTERNATIONAL = "international"
    COUNCIL_OF_EUROPE = "council_of_europe"
    EUROPEAN_UNION = "european_union"
    NATIONAL = "national"


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
class Origin:
    """Where the text that was read lies, so that a change there can be noticed."""

    repository: str
    path: str
    read_on: date
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """Which lawyer has reviewed an entry, and when."""

    by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A treaty, a directive, or the law of one state (then `state` names it, as an ISO 3166-1 code).

    `is_binding` is false for principles and recommendations, which bind nobody. `territory` are the parts of
    the state (ISO 3166-2) in which it applies, where it does not apply everywhere. `counting` is None where
    nobody has verified how this legal order counts.
    """

    id: str
    level: Level
    short: Texts
    name: Texts
    source: str
    in_force: InForce
    state: str | None = None
    note: str = ""
    is_binding: bool = True
    territory: tuple[str, ...] = ()
    counting: Counting | None = None
    origin: Origin | None = None
    reviewed: Reviewed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What a state said of these provisions, or of all of them (None), until it withdraws it.

    A reservation in the strict sense takes them away: they do not bind that state. A declaration that only
    says how the state reads or applies them (`takes_away` is false) leaves the right and stands beside it.
    """

    text: Texts
    source: str
    provisions: frozenset[str] | None = None
    takes_away: bool = True
    certainty: Certainty = Certainty.SECONDARY
    made_on: date | None = None
    withdrawn_on: date | None = None

    def covers(self, provision: str, at: date) -> bool:
        stands = self.withdrawn_on is None or at < self.withdrawn_on
        return stands and (self.provisions is None or provision in self.provisions)


STALE_AFTER_YEARS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """That an instrument binds a state from one day to another (inclusive), and how we know.

    `as_of` is the day of the status list that says so; `territory` as in Instrument.
    """

    instrument: str
    state: str
    start: date
    end: date | None
    certainty: Certainty
    source: str
    note: str = ""
    as_of: date | None = None
    deposited: date | None = None
    territory: tuple[str, ...] = ()
    reservations: tuple[Reservation, ...] = ()

    def covers(self, at: date) -> bool:
        return self.start <= at and (self.end is None or at <= self.end)

    def is_stale(self, at: date) -> bool:
        """Whether the status list is older than three years, so that much may have changed since."""
        if self.as_of is None:
            return False
        return (at.year - self.as_of.year, at.month, at.day) > (
            STALE_AFTER_YEARS,
            self.as_of.month,
            self.as_of.day,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What to do when a right is refused, before whom, and by when (None and empty: nothing is known)."""

    text: Texts
    to: str = ""
    time_limit: TimeLimit | None = None
    article: str = ""
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One right, duty, definition, safeguard or limit. Text is for people; conditions are computed with.

    `right` is the right of which it is a basis. `exception_to` names the rights or entries that a limit can
    touch, and `replaces` the entry whose place it takes. `fulfilled_when` shows that it has been given.
    """

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
    right: str = ""
    fulfilled_when: Condition | None = None
    exception_to: tuple[str, ...] = ()
    replaces: str = ""
    addressed_to: Addressee = Addressee.PERSON
    time_limit: TimeLimit | None = None
    cooperation: Cooperation = Cooperation.NO
    remedy: Remedy | None = None
    in_force: InForce = field(default_factory=InForce)
    territory: tuple[str, ...] = ()
    note: str = ""
    origin: Origin | None = None
    reviewed: Reviewed | None = None
