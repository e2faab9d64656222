"""One right as people read it: what is owed, by whom, until when, on what ground, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from tutela.engines.rights import Entitlement, Standing
from tutela.foundation.clocks.models import Clock
from tutela.rights import words
from tutela.rights.assess import DUTIES, FOLLOWED, Assessment
from tutela.rights.law import load_law
from tutela.rights.models import Right, RightStatus

TONES: Final[Mapping[str, str]] = {
    RightStatus.DUE: "warn",
    RightStatus.REQUESTED: "calm",
    RightStatus.GRANTED: "calm",
    RightStatus.DELIVERED: "good",
    RightStatus.REFUSED: "danger",
    RightStatus.BREACHED: "danger",
    RightStatus.ENDED: "neutral",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A right of one person, every text in one language."""

    entry: str
    title: str
    detail: str
    duty_bearer: str
    article: str
    instrument: str
    instrument_name: str
    source: str
    note: str
    remedy: str
    force: str
    is_duty: bool
    is_followed: bool
    trust: str
    certainty: str
    to_be_confirmed: bool
    helping_police: str
    territory: str
    limit: str
    until: str
    deadline: Clock | None
    status: str
    status_label: str
    tone: str
    standing: Standing
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The rights of one kind, strongest first."""

    key: str
    label: str
    cards: list[Card]


def card(
    one: Entitlement,
    right: Right | None,
    found: Assessment,
    *,
    language: str = "",
    kept: Mapping[str, Clock] | None = None,
) -> Card:
    """`kept` are running clocks of a later stage by entry, shown where the right has none of its own."""
    provision = one.provision
    instrument = load_law().library.instruments[provision.instrument]
    status = RightStatus(right.status) if right else RightStatus.DUE
    limit = provision.time_limit
    return Card(
        entry=provision.id,
        title=words.text(provision.title, language),
        detail=words.text(provision.detail, language),
        duty_bearer=words.duty_bearer(provision.duty_bearer, language),
        article=words.article(provision.article),
        instrument=words.text(instrument.short, language),
        instrument_name=words.text(instrument.name, language),
        source=provision.source or instrument.source,
        note=provision.note,
        remedy=words.text(provision.remedy.text, language) if provision.remedy else "",
        force=str(words.FORCE[provision.strength]),
        is_duty=provision.strength in DUTIES,
        is_followed=provision.kind in FOLLOWED,
        trust=str(words.TRUST[one.certainty]),
        certainty=one.certainty.value,
        to_be_confirmed=one.to_be_confirmed,
        helping_police=str(words.HELPING_POLICE[provision.cooperation]),
        territory=gettext(", ").join(words.region(code) for code in provision.territory),
        limit=words.text(limit.text, language) if limit else "",
        until=words.until(limit, one.ends, language) if limit and one.ends else "",
        deadline=(right.clock if right else None) or (kept or {}).get(provision.id),
        status=status.value,
        status_label=str(status.label),
        tone=TONES[status],
        standing=one.standing,
        asks=one.asks,
    )


def groups(cards: list[Card]) -> list[Group]:
    """The cards under the library's groups, in its order; groups without cards are left out."""
    law = load_law()
    sorted_in: dict[str, list[Card]] = {}
    for one in cards:
        sorted_in.setdefault(law.group_of[law.provisions[one.entry].category].id, []).append(one)
    return [
        Group(key=group.id, label=words.text(group.label), cards=sorted_in[group.id])
        for group in law.groups
        if group.id in sorted_in
    ]


def due_cards(
    found: Assessment,
    rights: Mapping[str, Right],
    *,
    language: str = "",
    kept: Mapping[str, Clock] | None = None,
) -> list[Card]:
    """What is due now, or was followed until the facts showed it given; in the library's order."""
    shown = [
        one
        for one in found.entitlements
        if one.standing is Standing.DUE or (one.fulfilled and one.provision.id in rights)
    ]
    return [card(one, rights.get(one.provision.id), found, language=language, kept=kept) for one in shown]
