"""States beside each other: for each right what they promised, what their own law says, and the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.engines.rights import Cell, Certainty, Source, Verdict, compare
from tutela.rights import words
from tutela.rights.law import load_law
from tutela.rights.library.days import span
from tutela.rights.library.lines import in_force

MOST_STATES: Final = 8


@dataclass(frozen=True, slots=True)
class Look:
    """How a verdict is shown: never by its colour or its sign alone."""

    sign: str
    word: Promise
    meaning: Promise
    tone: str


LOOKS: Final[Mapping[Verdict, Look]] = {
    Verdict.STRONGER: Look(
        "▲",
        _("National law stronger"),
        _("The state’s own law binds more firmly than the treaties, or sets a better time limit."),
        "good",
    ),
    Verdict.SAME: Look(
        "=",
        _("National law the same"),
        _("The state’s own law binds as firmly as the treaties, with no worse time limit."),
        "good",
    ),
    Verdict.NATIONAL: Look(
        "◆",
        _("National law alone"),
        _("The state’s own law gives it. No treaty that binds the state does, as far as the library knows."),
        "calm",
    ),
    Verdict.WEAKER: Look(
        "▼",
        _("National law weaker"),
        _(
            "The state’s own law binds less firmly than the treaties, sets a worse time limit, or asks for "
            "help to the police."
        ),
        "warn",
    ),
    Verdict.PROMISED: Look(
        "◇",
        _("Promised by treaty"),
        _("A treaty or directive promises it. No law of the state to carry it out was found here."),
        "neutral",
    ),
    Verdict.MISSING: Look(
        "–",
        _("Nothing found"),
        _("Nothing was found in this library. That does not mean that there is no law."),
        "neutral",
    ),
}

LIMITS: Final[Sequence[Promise]] = (
    _("Nothing found in this library does not mean that there is no law: it may not have been entered yet."),
    _(
        "National law is held against treaties by its firmest entry, then by its time limits where both set "
        "one of the same kind. For whom a right is, and when, is compared in one thing alone, help to the "
        "police: read the sources."
    ),
    _("What the law says is shown, not what is done."),
    _("Who is bound by a treaty is known as of the day of its list of states, shown with each source."),
    _("What rests on general knowledge must be confirmed by a lawyer. It is information, not legal advice."),
)
"""What the comparison cannot tell. It stands on the page and in every file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One entry behind a cell. `kind`: treaty, national or reserved."""

    entry: str
    kind: str
    kind_label: str
    citation: str
    title: str
    force: str
    limit: str
    trust: str
    is_unsure: bool
    since: str
    as_of: str
    is_old: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLine:
    """One right in one state, in words."""

    right: str
    state: str
    state_name: str
    verdict: Verdict
    sign: str
    word: str
    tone: str
    is_unsure: bool
    is_reserved: bool
    cell: Cell
    day: date

    @property
    def sources(self) -> list[SourceLine]:
        """The state's own law first, then the treaties, each the best first; last what it did not accept."""
        kinds = (
            ("national", _("National law"), self.cell.national),
            ("treaty", _("Treaty or directive"), self.cell.treaty),
            ("reserved", _("Treaty, not accepted by this state"), self.cell.reserved),
        )
        return [_source(one, kind, str(label), self.day) for kind, label, found in kinds for one in found]


@dataclass(frozen=True, slots=True)
class Row:
    right: str
    label: str
    plain: str
    cells: tuple[CellLine, ...]


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rights by group, and a cell of each for every state. `states` are codes with their names."""

    day: date
    states: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    def count(self, state: str) -> Counter[Verdict]:
        """How many rights come to each verdict in a state."""
        return Counter(cell.verdict for row in self.rows for cell in row.cells if cell.state == state)


def matrix(states: Iterable[str], *, day: date, group: str = "", right: str = "") -> Matrix:
    """`states` are ISO 3166-1 codes; of one group of rights or one right alone where it is named."""
    codes = tuple(dict.fromkeys(states))
    law = load_law()
    cells = compare(law.library, codes, day)
    named = [name for name in law.library.rights if right in ("", name)]
    groups = []
    for one in law.groups:
        if group in ("", one.id):
            mine = [name for name in named if law.rights[name].category in one.categories]
            rows = tuple(_row(name, [cells[name, code] for code in codes], day) for name in mine)
            groups.append(Group(words.text(one.label), rows))
    return Matrix(
        day, tuple((code, words.country(code)) for code in codes), tuple(g for g in groups if g.rows)
    )


def _row(right: str, cells: Iterable[Cell], day: date) -> Row:
    known = load_law().rights[right]
    return Row(
        right, words.text(known.label), words.text(known.plain), tuple(_cell(one, day) for one in cells)
    )


def _cell(one: Cell, day: date) -> CellLine:
    look = LOOKS[one.verdict]
    decisive = [*one.treaty[:1], *one.national[:1]]
    return CellLine(
        right=one.right,
        state=one.state,
        state_name=words.country(one.state),
        verdict=one.verdict,
        sign=look.sign,
        word=str(look.word),
        tone=look.tone,
        is_unsure=any(certainty_of(source) is Certainty.GENERAL for source in decisive),
        is_reserved=bool(one.reserved),
        cell=one,
        day=day,
    )


def _source(one: Source, kind: str, label: str, day: date) -> SourceLine:
    provision, binding = one.provision, one.binding
    instrument = load_law().library.instruments[provision.instrument]
    certainty = certainty_of(one)
    return SourceLine(
        entry=provision.id,
        kind=kind,
        kind_label=label,
        citation=words.citation(provision),
        title=words.text(provision.title),
        force=str(words.FORCE[provision.strength]),
        limit=words.text(provision.time_limit.text) if provision.time_limit else "",
        trust=str(words.TRUST[certainty]),
        is_unsure=certainty is Certainty.GENERAL,
        since=in_force(span(provision, instrument, binding)),
        as_of=words.day(binding.as_of) if binding and binding.as_of else "",
        is_old=bool(binding and binding.is_stale(day)),
        source=provision.source or instrument.source,
    )


def certainty_of(one: Source) -> Certainty:
    """The weaker of two: what the provision says, and that it binds this state."""
    found = [one.provision.certainty, *([one.binding.certainty] if one.binding else [])]
    return max(found, key=list(Certainty).index)
