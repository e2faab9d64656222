"""The rights of one person, and the library of law, for other programs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from ninja import Router, Schema

from tutela.engines.rights import Provision
from tutela.foundation.access.api import needs
from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people.access import file_for
from tutela.rights import assess, cards, queries, shelf, words
from tutela.rights.law import load_law

router = Router(tags=["rights"])


class RightOut(Schema):
    """One right as it stands for one person."""

    entry: str
    title: str
    detail: str
    instrument: str
    article: str
    duty_bearer: str
    strength: str
    certainty: str
    to_be_confirmed: bool
    is_duty: bool
    status: str
    time_limit: str
    due: date | None


class RightsOut(Schema):
    """What is due to one person, and what it would take to know more."""

    country: str
    region: str
    day: date
    rights: list[RightOut]
    depends: list[str]
    questions: list[str]


class EntryOut(Schema):
    """One entry of the library. `titles` and `details` are by language."""

    entry: str
    instrument: str
    article: str
    kind: str
    category: str
    strength: str
    certainty: str
    duty_bearer: str
    titles: dict[str, str]
    details: dict[str, str]
    source: str


@router.get(
    "/files/{uuid:person_id}/rights",
    auth=needs(Permission.CASE_READ),
    response=RightsOut,
    summary="What is due to one person",
)
def rights_of_person(request: StaffRequest, person_id: UUID) -> RightsOut:
    file = file_for(
        request.actor,
        person_id,
        Permission.CASE_READ,
        section=Section.RIGHTS,
        purpose=Purpose.CARE,
        at=request.at,
    )
    found = assess.assess(file.person, at=request.at)
    followed = queries.rights_of(file.person, country=found.country)
    return RightsOut(
        country=found.country,
        region=found.region,
        day=found.day,
        rights=[_right(card, found) for card in cards.due_cards(found, followed)],
        depends=[one.provision.id for one in found.depends],
        questions=found.questions(),
    )


def _right(card: cards.Card, found: assess.Assessment) -> RightOut:
    provision = load_law().provisions[card.entry]
    ends = assess.ends_on(provision.time_limit, found.facts, country=found.country)
    clock = card.deadline
    return RightOut(
        entry=card.entry,
        title=card.title,
        detail=card.detail,
        instrument=provision.instrument,
        article=card.article,
        duty_bearer=provision.duty_bearer,
        strength=provision.strength.value,
        certainty=card.certainty,
        to_be_confirmed=card.to_be_confirmed,
        is_duty=card.is_duty,
        status=card.status,
        time_limit=card.limit,
        due=clock.due_at.date() if clock else ends.day if ends else None,
    )


@router.get(
    "/library/entries",
    auth=needs(Permission.LIBRARY_READ),
    response=list[EntryOut],
    summary="Entries of the library of law",
)
def library_entries(request: StaffRequest, state: str = "", group: str = "") -> list[EntryOut]:
    """All entries, or those in force in a state (ISO 3166-1), or of one group of rights."""
    found = shelf.entries(at=request.at.date(), state=state.upper(), group=group)
    return [_entry(provision) for provision in found]


def _entry(provision: Provision) -> EntryOut:
    instrument = load_law().library.instruments[provision.instrument]
    return EntryOut(
        entry=provision.id,
        instrument=provision.instrument,
        article=provision.article,
        kind=provision.kind.value,
        category=provision.category,
        strength=provision.strength.value,
        certainty=provision.certainty.value,
        duty_bearer=words.duty_bearer(provision.duty_bearer, "en"),
        titles=dict(provision.title),
        details=dict(provision.detail),
        source=provision.source or instrument.source,
    )
