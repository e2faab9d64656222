"""One instrument whole: what it is, whom it binds, and how old that is. And one state: all that binds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tutela.engines.rights import Instrument, Level, Verdict
from tutela.rights import words
from tutela.rights.law import load_law
from tutela.rights.library.index import index
from tutela.rights.library.lines import (
    BindingLine,
    EntryLine,
    Row,
    binding_lines,
    entry_line,
    in_force,
    level_and_name,
    origin,
    places,
    review,
)
from tutela.rights.library.matrix import CellLine, matrix

LEVELS: Final[Mapping[Level, Promise]] = {
    Level.INTERNATIONAL: _("Treaties of the world and its regions"),
    Level.COUNCIL_OF_EUROPE: _("Council of Europe"),
    Level.EUROPEAN_UNION: _("European Union"),
    Level.NATIONAL: _("National law"),
}


@dataclass(frozen=True, slots=True)
class InstrumentLine:
    """An instrument in a list; `entries` counts those that the library has of it."""

    instrument: str
    name: str
    full_name: str
    state: str
    days: str
    is_binding: bool
    entries: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """The instruments of one level."""

    label: str
    lines: tuple[InstrumentLine, ...]


@dataclass(frozen=True, slots=True)
class OptedOut:
    """That a state takes no part in an instrument."""

    instrument: str
    instrument_name: str
    state_name: str
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentPage:
    """`old_status` is the day of its list of states where that list is older than three years."""

    line: InstrumentLine
    level: str
    rows: tuple[Row, ...]
    old_status: str
    bound: tuple[BindingLine, ...]
    bound_now: int
    opted_out: tuple[OptedOut, ...]
    entries: tuple[EntryLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePage:
    """`old` counts the lists of states behind it that are older than three years."""

    state: str
    name: str
    own: tuple[InstrumentLine, ...]
    bound: tuple[BindingLine, ...]
    opted_out: tuple[OptedOut, ...]
    found: tuple[tuple[CellLine, str], ...]
    missing: tuple[tuple[str, str], ...]
    old: int


def shelves() -> list[Shelf]:
    """Every instrument, by level."""
    found = sorted(load_law().library.instruments.values(), key=level_and_name)
    by_level = {level: tuple(_line(one) for one in found if one.level is level) for level in Level}
    return [Shelf(str(LEVELS[level]), lines) for level, lines in by_level.items() if lines]


def _line(one: Instrument) -> InstrumentLine:
    return InstrumentLine(
        instrument=one.id,
        name=words.text(one.short),
        full_name=words.text(one.name),
        state=one.state or "",
        days=in_force(one.in_force),
        is_binding=one.is_binding,
        entries=len(index().by_instrument.get(one.id, ())),
    )


def instrument_page(one: Instrument, *, on: date) -> InstrumentPage:
    status = load_law().statuses.get(one.id)
    bindings = index().bindings_of.get(one.id, [])
    bound = sorted(binding_lines(bindings, on=on), key=lambda line: (not line.is_in_force, line.state_name))
    old = status is not None and any(binding.is_stale(on) for binding in bindings)
    return InstrumentPage(
        line=_line(one),
        level=str(LEVELS[one.level]),
        rows=tuple(row for row in _rows(one) if row.text),
        old_status=words.day(status.as_of) if status and old else "",
        bound=tuple(bound),
        bound_now=sum(line.is_in_force for line in bound),
        opted_out=tuple(_opted_out(instrument=one.id)),
        entries=tuple(entry_line(each) for each in index().by_instrument.get(one.id, ())),
    )


def _rows(one: Instrument) -> list[Row]:
    status = load_law().statuses.get(one.id)
    rule = one.counting
    return [
        Row(gettext("Country"), words.country(one.state) if one.state else ""),
        Row(gettext("In force"), in_force(one.in_force)),
        Row(gettext("Only in"), places(one.territory)),
        Row(
            gettext("How days are counted"),
            words.counting(rule) if rule else str(words.COUNTING_NOT_VERIFIED),
        ),
        Row(gettext("Where that is written"), rule.source if rule else "", True),
        Row(gettext("Review by a lawyer"), review(one.reviewed)),
        Row(gettext("Source"), one.source, True),
        Row(gettext("Text that was read"), origin(one.origin), True),
        Row(gettext("List of states"), status.source if status else "", True),
        Row(gettext("About that list"), status.note if status else "", True),
        Row(gettext("Note"), one.note, True),
    ]


def state_page(state: str, *, on: date) -> StatePage:
    """What binds a state on a day, what its own law is, and for which rights nothing was found."""
    library = load_law().library
    own = [one for one in library.instruments.values() if one.state == state]
    bindings = [one for one in library.bindings if one.state == state]
    rows = matrix([state], day=on).rows
    return StatePage(
        state=state,
        name=words.country(state),
        own=tuple(_line(one) for one in sorted(own, key=level_and_name)),
        bound=tuple(binding_lines(bindings, on=on)),
        opted_out=tuple(_opted_out(state=state)),
        found=tuple((row.cells[0], row.label) for row in rows if row.cells[0].verdict is not Verdict.MISSING),
        missing=tuple((row.right, row.label) for row in rows if row.cells[0].verdict is Verdict.MISSING),
        old=sum(one.is_stale(on) for one in bindings if one.covers(on)),
    )


def _opted_out(*, instrument: str = "", state: str = "") -> Iterator[OptedOut]:
    for name, status in load_law().statuses.items():
        for code, out in status.opted_out.items():
            if instrument in ("", name) and state in ("", code):
                short = words.text(load_law().library.instruments[name].short)
                yield OptedOut(name, short, words.country(code), words.text(out.text), out.source)
