"""The difference between two days as people read it: what turned, for which right, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tutela.engines.rights import Cell
from tutela.rights import words
from tutela.rights.law import load_law
from tutela.rights.library.days import Aspect, EntryChange, Given, RightChange, Turn
from tutela.rights.library.lines import in_force
from tutela.rights.library.matrix import LOOKS

TURNS: Final[Mapping[Turn, tuple[Promise, str]]] = {
    Turn.APPEARED: (_("New"), "good"),
    Turn.GONE: (_("Gone"), "danger"),
    Turn.CHANGED: (_("Changed"), "calm"),
}
_OF_ENTRIES: Final[Mapping[Turn, Promise]] = {
    Turn.APPEARED: _("Applies now"),
    Turn.GONE: _("Applies no longer"),
    Turn.CHANGED: _("Reads otherwise"),
}
ASPECTS: Final[Mapping[Aspect, Promise]] = {
    Aspect.STRENGTH: _("How strong it is"),
    Aspect.LIMIT: _("Time"),
    Aspect.CONDITION: _("When it applies"),
    Aspect.TEXT: _("What it says"),
    Aspect.DUTY_BEARER: _("Who owes it"),
    Aspect.REMEDY: _("If it is refused"),
    Aspect.RESERVED: _("No longer accepted by this country"),
    Aspect.ACCEPTED: _("Accepted by this country now"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """An entry on one of the days."""

    entry: str
    title: str
    detail: str
    citation: str
    force: str
    limit: str
    days: str


@dataclass(frozen=True, slots=True)
class EntryTurn:
    turn: Turn
    label: str
    before: Side | None
    after: Side | None
    aspects: tuple[str, ...]

    @property
    def only(self) -> Side | None:
        """The one side where there are not two different ones."""
        if self.before and self.after and self.before.entry != self.after.entry:
            return None
        return self.after or self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class RightTurn:
    """`before` and `after` say what was found of it; empty for limits and definitions."""

    right: str
    label: str
    turn: Turn
    word: str
    tone: str
    before: str
    after: str
    entries: tuple[EntryTurn, ...]


def told(changes: Iterable[RightChange]) -> list[RightTurn]:
    """Changes in the active language, in the order given."""
    return [_right(one) for one in changes]


def _right(one: RightChange) -> RightTurn:
    known = load_law().rights.get(one.right)
    word, tone = TURNS[one.turn]
    return RightTurn(
        right=one.right,
        label=words.text(known.label) if known else gettext("Limits and meanings of words"),
        turn=one.turn,
        word=str(word),
        tone=tone,
        before=_verdict(one.before),
        after=_verdict(one.after),
        entries=tuple(_entry(each) for each in one.entries),
    )


def _verdict(cell: Cell | None) -> str:
    return f"{LOOKS[cell.verdict].sign} {LOOKS[cell.verdict].word}" if cell else ""


def _entry(one: EntryChange) -> EntryTurn:
    aspects = tuple(str(ASPECTS[aspect]) for aspect in one.aspects)
    return EntryTurn(one.turn, str(_OF_ENTRIES[one.turn]), _side(one.before), _side(one.after), aspects)


def _side(one: Given | None) -> Side | None:
    if one is None:
        return None
    provision = one.provision
    return Side(
        entry=provision.id,
        title=words.text(provision.title),
        detail=words.text(provision.detail),
        citation=words.citation(provision),
        force=str(words.FORCE[provision.strength]),
        limit=words.text(provision.time_limit.text) if provision.time_limit else "",
        days=in_force(one.in_force),
    )
