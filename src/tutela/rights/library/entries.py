"""One entry of the library whole: its law, its time, its limits, where it was read, and its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from tutela.engines.rights import NOT_VERIFIED, Provision, Remedy
from tutela.rights import shelf, words
from tutela.rights.law import load_law
from tutela.rights.library.days import aspects
from tutela.rights.library.index import index
from tutela.rights.library.lines import EntryLine, Row, entry_line, in_force, origin, places, review
from tutela.rights.library.turns import ASPECTS


@dataclass(frozen=True, slots=True)
class Written:
    """The texts of an entry in one language."""

    code: str
    language: str
    is_rtl: bool
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One entry of a history. `changes` say in what it differs from the one before it."""

    line: EntryLine
    is_this: bool
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    line: EntryLine
    detail: str
    instrument: str
    instrument_name: str
    instrument_short: str
    right: str
    right_label: str
    condition: shelf.Line | None
    rows: tuple[Row, ...]
    history: tuple[Stage, ...]
    limits: tuple[EntryLine, ...]
    touches: tuple[EntryLine, ...]
    texts: tuple[Written, ...]
    successor: str


def entry_page(one: Provision) -> EntryPage:
    law, instrument = load_law(), load_law().library.instruments[one.instrument]
    right = law.rights.get(one.right)
    return EntryPage(
        line=entry_line(one),
        detail=words.text(one.detail),
        instrument=instrument.id,
        instrument_name=words.text(instrument.name),
        instrument_short=words.text(instrument.short),
        right=one.right,
        right_label=words.text(right.label) if right else "",
        condition=shelf.in_words(one.condition),
        rows=tuple(row for row in _rows(one) if row.text),
        history=_history(one),
        limits=_lines(_limits_of(one)),
        touches=_lines(_touched_by(one)),
        texts=_texts(one),
        successor=index().replaced_by.get(one.id, ""),
    )


def _rows(one: Provision) -> list[Row]:
    limit = one.time_limit
    instrument = load_law().library.instruments[one.instrument]
    rule = limit.counted_by(instrument.counting or NOT_VERIFIED) if limit and limit.length else None
    return [
        Row(_("Who owes it"), words.duty_bearer(one.duty_bearer)),
        Row(_("How strong it is"), str(words.FORCE[one.strength])),
        Row(_("Time"), words.text(limit.text) if limit else ""),
        Row(_("Can be extended"), words.text(limit.extension.text) if limit and limit.extension else ""),
        Row(_("How days are counted"), words.counting(rule) if rule else ""),
        Row(_("Where that is written"), rule.source if rule else "", True),
        Row(_("Helping the police"), str(words.HELPING_POLICE[one.cooperation])),
        *_remedy(one.remedy),
        Row(_("In force"), in_force(one.in_force) or in_force(instrument.in_force)),
        Row(_("Only in"), places(one.territory or instrument.territory)),
        Row(_("How sure we are"), str(words.TRUST[one.certainty])),
        Row(_("Review by a lawyer"), review(one.reviewed)),
        Row(_("Source"), one.source or instrument.source, True),
        Row(_("Text that was read"), origin(one.origin or instrument.origin), True),
        Row(_("Note"), one.note, True),
        Row(_("About the instrument"), instrument.note, True),
    ]


def _remedy(remedy: Remedy | None) -> list[Row]:
    if remedy is None:
        return []
    limit = remedy.time_limit
    return [
        Row(_("If it is refused"), words.text(remedy.text)),
        Row(_("Time to challenge"), words.text(limit.text) if limit else ""),
        Row(_("Before whom"), words.duty_bearer(remedy.to) if remedy.to else ""),
    ]


def _history(one: Provision) -> tuple[Stage, ...]:
    """The chain of entries in which this one stands, oldest first; nothing where it stands alone."""
    chain = load_law().history(one.id)
    if len(chain) == 1:
        return ()
    before = [None, *chain[:-1]]
    return tuple(
        Stage(
            entry_line(each),
            each.id == one.id,
            tuple(str(ASPECTS[aspect]) for aspect in aspects(last, each)) if last else (),
        )
        for last, each in zip(before, chain, strict=True)
    )


def _limits_of(one: Provision) -> list[Provision]:
    """Limits that can touch it: those that name it, and those of its own law that name its right."""
    named = index().limits_of.get(one.id, [])
    of_right = index().limits_of.get(one.right, []) if one.right else []
    same = [limit for limit in of_right if limit.instrument == one.instrument and limit.id != one.id]
    return [*named, *(limit for limit in same if limit not in named)]


def _touched_by(one: Provision) -> list[Provision]:
    law = load_law()
    found = []
    for name in one.exception_to:
        if name in law.provisions:
            found.append(law.provisions[name])
        else:
            found += [each for each in index().by_right.get(name, []) if each.instrument == one.instrument]
    return [each for each in found if each.id != one.id]


def _lines(found: Iterable[Provision]) -> tuple[EntryLine, ...]:
    return tuple(entry_line(one) for one in found)


def _texts(one: Provision) -> tuple[Written, ...]:
    return tuple(
        Written(code, language, code in settings.LANGUAGES_BIDI, one.title.get(code, ""), one.detail[code])
        for code, language in settings.LANGUAGES
        if code in one.detail
    )
