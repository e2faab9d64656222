"""A change of law as people read it: entry by entry, old beside new, in the active language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tutela.engines.rights import Binding, Change, InForce, Instrument, Provision
from tutela.foundation.tables import Column, Name, Table
from tutela.rights import shelf, words
from tutela.rights.changes.candidate import Sides
from tutela.rights.changes.models import ChangeStatus
from tutela.rights.changes.touched import BindingTurn, EntryTurn, InstrumentTurn
from tutela.rights.changes.uploads import Wrong
from tutela.rights.changes.work import GAINS, LOSES, OTHERWISE
from tutela.rights.law import Law, load_law
from tutela.rights.law.in_use import holding
from tutela.rights.library.lines import in_force, places

TONES: Final[Mapping[str, str]] = {
    ChangeStatus.DRAFT: "warn",
    ChangeStatus.CHECKED: "calm",
    ChangeStatus.PROPOSED: "warn",
    ChangeStatus.PUBLISHED: "good",
    ChangeStatus.WITHDRAWN: "neutral",
    ChangeStatus.REFUSED: "danger",
}
WAYS: Final[Mapping[str, tuple[Promise, str]]] = {
    LOSES: (_("Would end"), "danger"),
    GAINS: (_("New"), "good"),
    OTHERWISE: (_("Reads otherwise"), "calm"),
}
CHANGES: Final[Mapping[Change, Promise]] = {
    Change.GAINED: _("It is due now"),
    Change.LOST: _("It is no longer due"),
    Change.STANDING: _("It stands otherwise"),
    Change.DAY: _("It has another last day"),
    Change.LIMIT: _("Its time is another"),
    Change.STRENGTH: _("It binds otherwise"),
    Change.CERTAINTY: _("How sure it is has changed"),
    Change.TEXT: _("Its words are others"),
}
WRONG: Final[Mapping[Wrong, Promise]] = {
    Wrong.NOT_YAML_NAME: _("its name does not end in .yaml"),
    Wrong.NAME: _("its name may have small letters, digits and hyphens only"),
    Wrong.TOO_LARGE: _("it is larger than 512 kB"),
    Wrong.TOO_MANY: _("there are more than twelve files"),
    Wrong.TWICE: _("two files have the same place in the library"),
    Wrong.NOT_TEXT: _("it is no text in UTF-8"),
    Wrong.NOT_YAML: _("it cannot be read as YAML"),
    Wrong.REFERENCES: _("it uses anchors or aliases, which the library does not know"),
    Wrong.TOO_DEEP: _("it is nested too deeply"),
    Wrong.NO_KIND: _(
        "it is no file of an instrument, of the states it binds, of invented people, of rights or of terms"
    ),
}


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that reads otherwise; empty where it was not there."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One entry, instrument or binding: what it is, and all that differs."""

    code: str
    title: str
    under: str
    word: str
    tone: str
    aspects: tuple[Aspect, ...]


def told(sides: Sides) -> list[Told]:
    """Instruments first, then entries in the order of their ids, then who is bound."""
    found = sides.difference
    instruments = [_instrument(one, sides) for one in found.instruments]
    entries = [_entry(one, sides) for one in found.entries]
    return [*instruments, *entries, *(_binding(one, sides) for one in found.bindings)]


def _entry(one: EntryTurn, sides: Sides) -> Told:
    with holding(sides.after if one.after else sides.before):
        title, under = words.text(one.one.title), words.citation(one.one)
    return _told(one.entry, title, under, _both(one.before, one.after, sides, _rows))


def _instrument(one: InstrumentTurn, sides: Sides) -> Told:
    known = one.after or one.before
    assert known is not None, "an instrument stands on one side at least"
    rows = _both(one.before, one.after, sides, _rows_of_instrument)
    return _told(one.instrument, words.text(known.short), words.text(known.name), rows)


def _binding(one: BindingTurn, sides: Sides) -> Told:
    with holding(sides.after if one.after else sides.before):
        name = words.text(load_law().library.instruments[one.instrument].short)
    rows = _both(one.before, one.after, sides, _rows_of_binding)
    return _told(one.state, words.country(one.state), name, rows)


def _told(code: str, title: str, under: str, rows: tuple[dict[str, str], dict[str, str]]) -> Told:
    before, after = rows
    word, tone = _("Changed"), "calm"
    if not before:
        word, tone = _("New"), "good"
    elif not after:
        word, tone = _("Gone"), "danger"
    labels = dict.fromkeys([*before, *after])
    aspects = (Aspect(label, before.get(label, ""), after.get(label, "")) for label in labels)
    return Told(
        code=code,
        title=title,
        under=under,
        word=str(word),
        tone=tone,
        aspects=tuple(one for one in aspects if one.before != one.after),
    )


One = TypeVar("One")
Rows = Callable[[One], Iterable[tuple[object, str]]]


def _both(
    before: One | None, after: One | None, sides: Sides, rows: Rows[One]
) -> tuple[dict[str, str], dict[str, str]]:
    """Each side in the words of its own law."""
    return _under(sides.before, before, rows), _under(sides.after, after, rows)


def _under(law: Law, one: One | None, rows: Rows[One]) -> dict[str, str]:
    if one is None:
        return {}
    with holding(law):
        return {str(label): text for label, text in rows(one) if text}


def _rows(one: Provision) -> Iterable[tuple[object, str]]:
    limit, remedy = one.time_limit, one.remedy
    known = load_law().rights.get(one.right)
    yield _("Title"), words.text(one.title)
    yield _("What it says"), words.text(one.detail)
    yield _("Article"), words.article(one.article)
    yield _("Right"), words.text(known.label) if known else one.right
    yield _("When it applies"), _flat(shelf.in_words(one.condition))
    given = shelf.in_words(one.fulfilled_when) if one.fulfilled_when else None
    yield _("Shows that it was given"), _flat(given) if one.fulfilled_when else ""
    yield _("How strong it is"), str(words.FORCE[one.strength])
    yield _("Who owes it"), words.duty_bearer(one.duty_bearer)
    yield _("Time"), words.text(limit.text) if limit else ""
    yield _("Counted as"), _counted(one)
    yield _("If it is refused"), words.text(remedy.text) if remedy else ""
    yield _("In force"), in_force(one.in_force)
    yield _("Only in"), places(one.territory)
    yield _("How sure we are"), str(words.TRUST[one.certainty])
    yield _("It limits"), ", ".join(one.exception_to)
    yield _("Takes the place of"), one.replaces
    yield _("Source"), one.source
    yield _("Note"), one.note
    yield _("Other languages"), _other_languages(one)


def _counted(one: Provision) -> str:
    """The number behind the words: what clocks count with."""
    limit = one.time_limit
    if limit is None or limit.amount is None:
        return ""
    return f"{limit.amount} {limit.unit or ''}"


def _other_languages(one: Provision) -> str:
    """Titles and texts that the reader does not see, so that a change of them is seen."""
    shown = words.text(one.title)
    return " · ".join(f"{code}: {text}" for code, text in sorted(one.title.items()) if text != shown)


def _flat(line: shelf.Line | None) -> str:
    if line is None:
        return gettext("Always.")
    return f"{line.text} ({'; '.join(map(_flat, line.parts))})" if line.parts else line.text


def _rows_of_instrument(one: Instrument) -> Iterable[tuple[object, str]]:
    yield _("Title"), words.text(one.short)
    yield _("Name"), words.text(one.name)
    yield _("In force"), in_force(one.in_force)
    yield _("Binding"), gettext("Yes") if one.is_binding else gettext("No")
    yield _("Only in"), places(one.territory)
    yield _("How days are counted"), words.counting(one.counting) if one.counting else ""
    yield _("Source"), one.source
    yield _("Note"), one.note


def _rows_of_binding(one: Binding) -> Iterable[tuple[object, str]]:
    yield _("In force"), in_force(InForce(start=one.start, end=one.end))
    yield _("Joined"), words.day(one.deposited) if one.deposited else ""
    yield _("Only in"), places(one.territory)
    yield _("How sure we are"), str(words.TRUST[one.certainty])
    yield _("What the state declared"), " · ".join(map(words.reservation, one.reservations))


def right_name(name: str, law: Law | None = None) -> str:
    """The words of a right; of an entry that is a basis of none, its title."""
    known = (law or load_law()).rights.get(name)
    if known:
        return words.text(known.label)
    entry = (law or load_law()).provisions.get(name)
    return words.text(entry.title) if entry else name


def reach_table(rights: Iterable[tuple[str, Mapping[str, int]]], law: Law) -> Table:
    """How many files each right is new to, would be lost to, or reads otherwise for."""
    return Table(
        label=gettext("Open files by right"),
        columns=[
            Column(gettext("Right")),
            *(Column(str(WAYS[way][0]), number=True) for way in (LOSES, GAINS, OTHERWISE)),
        ],
        rows=[
            (Name(right_name(right, law)), *(counts.get(way) for way in (LOSES, GAINS, OTHERWISE)))
            for right, counts in rights
        ],
    )
