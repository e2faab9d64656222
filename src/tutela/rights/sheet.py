"""The sheet that a person holds or reads on a phone: their rights, in plain words, in their language.

On paper it is a tagged PDF (PDF/UA-1, ISO 14289-1). The words reach its template as data, never as source."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from tutela.people.models import Person
from tutela.rights import board, words
from tutela.rights.cards import Card, When
from tutela.rights.models import RightStatus

_HERE: Final = Path(__file__).resolve().parent
FONTS: Final = _HERE / "fonts"
TEMPLATE: Final = _HERE / "sheet.typ"


@dataclass(frozen=True, slots=True)
class SheetRight:
    """One right as the person reads it; `rows` are a label and its words each."""

    title: str
    detail: str
    rows: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SheetDate:
    """A day that matters: what happens, and on which day."""

    day: str
    title: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that is said to the person, in one language. It names the pseudonym, never the person."""

    language: str
    rtl: bool
    day: tuple[int, int, int]
    title: str
    whom: str
    place: str
    lead: str
    none: str
    dates_title: str
    dates: list[SheetDate]
    cards: list[SheetRight]
    may_title: str
    may_lead: str
    may: list[tuple[str, str]]
    changed_title: str
    changed: list[tuple[str, str]]
    checking_lead: str
    checking: list[str]
    given_title: str
    given: list[str]
    advice: list[tuple[str, list[str]]]
    call_title: str
    call: str
    danger: str
    foot: str
    colon: str


def sheet_of(person: Person, *, language: str, at: datetime) -> Sheet:
    """The words of the sheet. Paper and phones are found by others: no name is on it."""
    with translation.override(language):
        return _sheet(person, board.board_of(person, at=at), language)


def rights_pdf(sheet: Sheet, *, at: datetime, large: bool = False) -> bytes:
    """The sheet as a tagged PDF, in ordinary or in large print."""
    data = {**asdict(sheet), "large": large}
    pdf: bytes = typst.compile(
        input=TEMPLATE,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        font_paths=[FONTS],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    return pdf


def _sheet(person: Person, shown: board.Board, language: str) -> Sheet:
    found, place = shown.found, words.country(shown.found.country)
    followed = [*shown.due, *shown.taken_up]
    owed = [one for one in followed if one.status != RightStatus.DELIVERED]
    return Sheet(
        language=language,
        rtl=translation.get_language_bidi(),
        day=(found.day.year, found.day.month, found.day.day),
        title=_("Your rights"),
        whom=_("For %(pseudonym)s") % {"pseudonym": person.pseudonym},
        place=_("Country: %(country)s. Day: %(day)s") % {"country": place, "day": words.day(found.day)},
        lead=_("This is what the law gives you. Keep it in a safe place, and show it to somebody you trust."),
        none=""
        if followed or shown.possible or shown.rows
        else _("We do not know enough yet to say what you have a right to. Ask the person who helps you."),
        dates_title=_("Days to remember"),
        dates=[SheetDate(words.day(line.when.due), line.title, line.what) for line in shown.dates],
        cards=[_card(one) for one in owed],
        may_title=_("What you can also ask for"),
        may_lead=_("The answer to these can be yes or no."),
        may=[(one.title, one.plain) for one in shown.possible if one.status == RightStatus.DUE],
        changed_title=_("What has changed"),
        changed=[(one.title, one.label) for one in (*shown.suspended, *shown.over)],
        checking_lead=_("We are checking whether these are still yours. Until then they stay."),
        checking=[one.title for one in shown.lapsed],
        given_title=_("What you have received"),
        given=[one.title for one in followed if one.status == RightStatus.DELIVERED],
        advice=_advice(person.organisation.name),
        call_title=_("Whom to ask"),
        call=_("%(organisation)s keeps your file and can explain every line of this sheet.")
        % {"organisation": person.organisation.name},
        danger=_("In danger now? Call the emergency number of the country you are in."),
        foot=_("This is information, not legal advice."),
        colon=_(": "),
    )


def _advice(organisation: str) -> list[tuple[str, list[str]]]:
    """What to do if nothing comes or somebody says no, and what the person decides."""
    late = [
        _("Tell the person who helps you, on the same day if you can. They write it down and ask why."),
        _("You do not have to wait until somebody asks you."),
    ]
    refused = [
        _("Ask for the answer on paper, with the reason and the date."),
        _("Tell the person who helps you. Together you can ask for the decision to be looked at again."),
        _("Keep this sheet and every letter in a safe place."),
    ]
    choice = [
        _("You can ask for any of these rights, in your own words and in your own language."),
        _("You can say no to help, and change your mind later. Nobody may punish you for that."),
        _("You can ask %(organisation)s at any time what is in your file, who looked at it, and to stop.")
        % {"organisation": organisation},
    ]
    return [
        (_("If something does not come in time"), late),
        (_("If somebody says no"), refused),
        (_("You decide"), choice),
    ]


def _card(one: Card) -> SheetRight:
    rows = [(_("Who must give it"), one.best.duty_bearer)]
    if until := _until(one):
        rows.append((_("Until when"), until))
    if one.status != RightStatus.DUE or one.is_late:
        late = [_("Not given in time")] if one.is_late else []
        rows.append((_("How far it has come"), _(", ").join([one.status_label, *late])))
    if one.challenge:
        rows.append((_("You can challenge the refusal until"), words.day(one.challenge.due)))
    remedies = [basis.remedy for basis in one.bases if basis.remedy]
    if remedies:
        rows.append((_("If it is refused"), remedies[0]))
    if one.to_be_confirmed:
        rows.append((_("How sure we are"), _("To be confirmed by a lawyer")))
    rows.append((_("Where it is written"), one.best.citation_in_full))
    return SheetRight(title=one.title, detail=one.plain, rows=rows)


def _until(one: Card) -> str:
    """The words of the law, and the days on which its clocks end."""
    told = [one.best.limit]
    if one.deadline:
        told.append(_day(_("By %(day)s"), one.deadline))
    if one.lasts:
        told.append(
            _day(_("At least until %(day)s") if one.lasts_at_least else _("Until %(day)s"), one.lasts)
        )
    if not one.deadline and not one.lasts:
        told.append(one.best.until)
    return " – ".join(part for part in told if part)


def _day(words_for: str, when: When) -> str:
    return words_for % {"day": words.day(when.due)}
