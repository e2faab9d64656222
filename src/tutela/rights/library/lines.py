"""Entries, and what binds a state, as lines of a list: every text in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tutela.engines.rights import Binding, Certainty, InForce, Instrument, Origin, Provision, Reviewed
from tutela.rights import words
from tutela.rights.law import load_law


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """An entry of the library in a list."""

    entry: str
    article: str
    citation: str
    law: str
    title: str
    limit: str
    force: str
    trust: str
    is_unsure: bool
    in_force: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the facts. `is_english`: as its source is written, in every language of the page."""

    label: str
    text: str
    is_english: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingLine:
    """That an instrument binds a state, or did, or will. `is_old`: its list is older than three years."""

    instrument: str
    instrument_name: str
    state: str
    state_name: str
    days: str
    is_in_force: bool
    as_of: str
    is_old: bool
    trust: str
    is_unsure: bool
    territory: str
    reservations: tuple[str, ...]
    source: str


def entry_line(one: Provision) -> EntryLine:
    return EntryLine(
        entry=one.id,
        article=words.article(one.article),
        citation=words.citation(one),
        law=words.text(load_law().library.instruments[one.instrument].short),
        title=words.text(one.title),
        limit=words.text(one.time_limit.text) if one.time_limit else "",
        force=str(words.FORCE[one.strength]),
        trust=str(words.TRUST[one.certainty]),
        is_unsure=one.certainty is Certainty.GENERAL,
        in_force=in_force(one.in_force),
    )


def binding_lines(bindings: Iterable[Binding], *, on: date) -> list[BindingLine]:
    """What binds on day `on` first, then what does so no longer or not yet; otherwise in the order given."""
    return sorted((_binding_line(one, on) for one in bindings), key=lambda line: not line.is_in_force)


def _binding_line(one: Binding, on: date) -> BindingLine:
    instrument = load_law().library.instruments[one.instrument]
    return BindingLine(
        instrument=one.instrument,
        instrument_name=words.text(instrument.short),
        state=one.state,
        state_name=words.country(one.state),
        days=in_force(InForce(start=one.start, end=one.end)),
        is_in_force=one.covers(on) and instrument.in_force.covers(on),
        as_of=words.day(one.as_of) if one.as_of else "",
        is_old=one.is_stale(on),
        trust=str(words.TRUST[one.certainty]),
        is_unsure=one.certainty is Certainty.GENERAL,
        territory=places(one.territory),
        reservations=tuple(
            words.reservation(each) for each in one.reservations if _stands(each.withdrawn_on, on)
        ),
        source=one.source,
    )


def _stands(withdrawn_on: date | None, on: date) -> bool:
    return withdrawn_on is None or on < withdrawn_on


def in_force(days: InForce) -> str:
    """From when to when, in words; nothing where no day is known."""
    if not days.commenced:
        return _("Enacted, but it has not begun")
    told = {
        "first": words.day(days.start) if days.start else "",
        "last": words.day(days.end) if days.end else "",
    }
    if days.start and days.end:
        return _("From %(first)s to %(last)s") % told
    if days.start:
        return _("Since %(first)s") % told
    return _("Until %(last)s") % told if days.end else ""


def places(codes: Iterable[str]) -> str:
    """Parts of a state by their names."""
    return _(", ").join(words.region(code) for code in codes)


def review(reviewed: Reviewed | None) -> str:
    """Which lawyer has reviewed it, or that none has."""
    if reviewed is None:
        return _("Not reviewed yet")
    return _(", ").join((reviewed.by, words.day(reviewed.on)))


def origin(read: Origin | None) -> str:
    """Where the text that was read lies, and when it was read."""
    if read is None:
        return ""
    return " · ".join(filter(None, (read.repository, read.path, read.commit, read.read_on.isoformat())))


def level_and_name(one: Instrument) -> tuple[int, str]:
    """The order in which instruments are shown: the whole world first, then by name."""
    return list(type(one.level)).index(one.level), words.text(one.short).casefold()
