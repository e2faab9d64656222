"""The sheet that a person holds in their hand: their rights, on paper, in their language, readable aloud.

It is a tagged PDF (PDF/UA-1, ISO 14289-1). The words reach the template as data, never as source."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from tutela.people.models import Person
from tutela.rights import assess, words
from tutela.rights.cards import Card, due_cards
from tutela.rights.models import Right, RightStatus

_HERE: Final = Path(__file__).resolve().parent
FONTS: Final = _HERE / "fonts"
TEMPLATE: Final = _HERE / "sheet.typ"


def rights_sheet(
    *, person: Person, found: assess.Assessment, rights: dict[str, Right], language: str, at: datetime
) -> bytes:
    """The PDF. It names the pseudonym, never the person: paper is found by others."""
    with translation.override(language):
        cards = [
            one
            for one in due_cards(found, rights, language=language)
            if one.is_followed and one.is_duty and one.status != RightStatus.ENDED
        ]
        data = _content(person, found, cards, language=language)
    pdf: bytes = typst.compile(
        input=TEMPLATE,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        font_paths=[FONTS],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    return pdf


def _content(person: Person, found: assess.Assessment, cards: list[Card], *, language: str) -> dict[str, Any]:
    place = words.country(found.country, language)
    return {
        "language": language,
        "rtl": translation.get_language_bidi(),
        "day": [found.day.year, found.day.month, found.day.day],
        "title": _("Your rights"),
        "for": _("For %(pseudonym)s") % {"pseudonym": person.pseudonym},
        "place": _("Country: %(country)s. Day: %(day)s")
        % {"country": place, "day": words.day(found.day, language)},
        "lead": _(
            "This is what the law gives you. Keep it in a safe place, and show it to somebody you trust."
        ),
        "none": _("We do not know enough yet to say what you have a right to. Ask the person who helps you."),
        "cards": [_card(one) for one in cards],
        "refused_title": _("If somebody says no"),
        "refused": [
            _("Ask for the answer on paper, with the reason and the date."),
            _("Tell the person who helps you. Together you can ask for the decision to be looked at again."),
            _("Keep this sheet and every letter in a safe place."),
        ],
        "call_title": _("Whom to call"),
        "call": _("%(organisation)s keeps your file and can explain every line of this sheet.")
        % {"organisation": person.organisation.name},
        "danger": _("In danger now? Call the emergency number of the country you are in."),
        "foot": _("This is information, not legal advice."),
        "star": _("Entries marked * are to be confirmed by a lawyer."),
    }


def _card(one: Card) -> dict[str, Any]:
    rows = [(_("Who must give it"), one.duty_bearer)]
    if one.until or one.limit:
        rows.append((_("Until when"), " – ".join(part for part in (one.limit, one.until) if part)))
    if one.remedy:
        rows.append((_("If it is refused"), one.remedy))
    rows.append((_("Where it is written"), _(", ").join((one.instrument_name, one.article))))
    return {
        "title": one.title + (" *" if one.to_be_confirmed else ""),
        "detail": one.detail,
        "rows": rows,
    }
