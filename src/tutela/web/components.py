"""The shapes that page components read: a view hands one of these, or anything with the same attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Tone(StrEnum):
    """What a colour means; every component says the same in words."""

    NEUTRAL = "neutral"
    CALM = "calm"
    GOOD = "good"
    WARN = "warn"
    DANGER = "danger"


class DeadlineState(StrEnum):
    """The states of a stored clock (`foundation.clocks.models.State`)."""

    RUNNING = "running"
    WARNED = "warned"
    PAUSED = "paused"
    BREACHED = "breached"
    MET = "met"
    MET_LATE = "met_late"
    CANCELLED = "cancelled"
    RAN_OUT = "ran_out"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date as a page shows it: `days` and `working_days` say what is left, negative once late."""

    due: date
    state: DeadlineState
    days: int
    working_days: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One doorway of the pathway; `state` is done, now or later; `note` says when or why."""

    label: str
    state: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    at: datetime | date
    what: str
    who: str = ""
    detail: str = ""
    tone: Tone = Tone.NEUTRAL
    url: str = ""


@dataclass(frozen=True, slots=True)
class RightCard:
    """One right of one person; `confirmed` is false where a lawyer has still to check the law."""

    title: str
    meaning: str
    article: str
    instrument: str
    duty_bearer: str
    status: str
    tone: Tone = Tone.NEUTRAL
    source_url: str = ""
    deadline: Deadline | None = None
    confirmed: bool = True
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: object
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    value: object
    label: str
    note: str = ""
    tone: Tone = Tone.NEUTRAL
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool = False
    count: int | None = None
