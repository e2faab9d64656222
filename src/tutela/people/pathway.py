"""The small registry through which later stages of the pathway appear on a person's file and move with it.

An earlier stage never imports a later one. It says that a milestone was reached; a later stage, when the
application starts, says what follows. Everything registered runs in the caller's transaction, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.utils.functional import Promise

from tutela.foundation.access.decision import Actor, Purpose
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people.models import Person


class Milestone(StrEnum):
    CONSENTED = "consented"
    # Which consent, the follower asks people.queries.consent_is_given.
    CONSENT_WITHDRAWN = "consent withdrawn"
    SCREENED = "screened"
    DECISION_REQUESTED = "decision requested"
    GROUNDS_POSITIVE = "grounds positive"
    GROUNDS_NEGATIVE = "grounds negative"
    ERASED = "erased"


class Follows(Protocol):
    """What a later stage does when a milestone is reached."""

    def __call__(self, person: Person, *, by: Actor, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class FileTab:
    """One page of a person's file. `url_name` takes the person's id."""

    key: str
    label: Promise
    url_name: str
    section: Section
    permission: Permission
    purpose: Purpose
    order: int


@dataclass(frozen=True, slots=True)
class HeaderFact:
    """A word or two beside the pseudonym on every page of the file; `tone` is one of the page components'."""

    label: Promise | str
    value: Promise | str
    tone: str = "neutral"


_follows: dict[Milestone, list[Follows]] = defaultdict(list)
_tabs: dict[str, FileTab] = {}
_columns: dict[str, Callable[[], Any]] = {}
_headers: dict[Callable[[Person], Iterable[HeaderFact]], tuple[int, Section]] = {}


def when(milestone: Milestone, follows: Follows) -> None:
    """Called from AppConfig.ready of the stage that follows."""
    if follows not in _follows[milestone]:
        _follows[milestone].append(follows)


def reached(milestone: Milestone, person: Person, *, by: Actor, at: datetime) -> None:
    for follows in _follows[milestone]:
        follows(person, by=by, at=at)


def offer_tab(tab: FileTab) -> None:
    _tabs[tab.key] = tab


def tabs() -> list[FileTab]:
    return sorted(_tabs.values(), key=lambda tab: (tab.order, tab.key))


def offer_column(name: str, expression: Callable[[], Any]) -> None:
    """What a later stage says of a person in one value: asked for with the person of an opened file, and kept
    there as `name`. The expression speaks of the person as OuterRef("pk")."""
    _columns[name] = expression


def columns() -> dict[str, Any]:
    return {name: expression() for name, expression in _columns.items()}


def offer_header(
    facts: Callable[[Person], Iterable[HeaderFact]], *, section: Section, order: int = 50
) -> None:
    """`section` is the part of the file that they belong to, for whom only parts are shared with."""
    _headers[facts] = (order, section)


def header_facts(person: Person, *, sections: Collection[str]) -> list[HeaderFact]:
    """For whom may read `sections`; what is said in the same words already is not said again."""
    said: dict[tuple[str, str], HeaderFact] = {}
    for offered, (_order, section) in sorted(_headers.items(), key=lambda one: one[1][0]):
        for fact in offered(person) if section in sections else ():
            # A plain value needs its label ("Lead: Bea"); one with a colour speaks for itself.
            label = str(fact.label) if fact.tone == "neutral" else ""
            said.setdefault((label, str(fact.value)), fact)
    return list(said.values())
