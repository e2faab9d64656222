"""The rights of one person, a calculator that needs none, and the library of law, for other programs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from ninja import Router, Schema
from ninja.errors import ValidationError
from pydantic import Field

from tutela.engines.rights import Ends, Entitlement, MergedRight, Provision, Value
from tutela.foundation.access.api import needs
from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people.access import file_for
from tutela.rights import assess, board, cards, library_api, words
from tutela.rights.calculator import Calculation, NoSuchDay, NoSuchState, calculate
from tutela.rights.law import load_law
from tutela.rights.law.answers import WrongFact, read_answers
from tutela.rights.models import RightStatus

router = Router(tags=["rights"])
router.add_router("", library_api.router)


class EndsOut(Schema):
    """The day of a limit. `at_least`: it may be later; `at_most`: sooner; `latest`: no later than this."""

    day: date
    at_least: bool
    at_most: bool
    latest: date | None


class ExceptionOut(Schema):
    """A limit of the law that may touch a right, and never takes it away by itself."""

    entry: str
    title: str
    standing: str


class BasisOut(Schema):
    """One law that gives a right. `counting_verified`: somebody looked up how its order counts."""

    entry: str
    instrument: str
    citation: str
    standing: str
    strength: str
    certainty: str
    to_be_confirmed: bool
    title: str
    detail: str
    duty_bearer: str
    time_limit: str
    ends: EndsOut | None
    is_target: bool
    counting_verified: bool
    status_is_old: bool
    exceptions: list[ExceptionOut]
    reservation: str
    remedy: str
    source: str
    asks: list[str]
    dates_needed: list[str]


class MergedOut(Schema):
    """One right with all its bases, the best first. `standing` is that of the best."""

    right: str
    label: str
    plain: str
    standing: str
    is_duty: bool
    to_be_confirmed: bool
    deadline: EndsOut | None
    lasts: EndsOut | None
    bases: list[BasisOut]


class CalculatedOut(Schema):
    """`is_known`: the library says something of this state; where it says nothing there may still be law."""

    state: str
    day: date
    is_known: bool
    rights: list[MergedOut]
    questions: list[str]


class CalculationIn(Schema):
    """`facts` by their names in the library; what is left out, or null, is unknown. No `day` means today."""

    state: str = Field(min_length=2, max_length=2)
    day: date | None = None
    facts: dict[str, str | bool | None] = Field(default_factory=dict, max_length=500)


class RightOut(Schema):
    """One right as it stands for one person. `bases` are all entries behind it, the strongest first.

    `due` is the day by which it must be given, `lasts_until` the last day of a protection, `challenge_until`
    the last day to challenge a refusal."""

    right: str
    title: str
    detail: str
    is_duty: bool
    status: str
    is_late: bool
    needs_a_look: bool
    due: date | None
    lasts_until: date | None
    challenge_until: date | None
    bases: list[BasisOut]


class RightsOut(Schema):
    """What is due to one person, and what it would take to know more."""

    country: str
    region: str
    day: date
    rights: list[RightOut]
    depends: list[str]
    questions: list[str]


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
    shown = board.board_of(file.person, at=request.at)
    return RightsOut(
        country=shown.found.country,
        region=shown.found.region,
        day=shown.found.day,
        rights=[_right(card, shown.found) for card in (*shown.due, *shown.possible)],
        depends=[card.right for card in shown.depends],
        questions=shown.found.questions(),
    )


def _right(card: cards.Card, found: assess.Assessment) -> RightOut:
    one = found.right(card.right)
    return RightOut(
        right=card.right,
        title=card.title,
        detail=card.plain,
        is_duty=card.is_duty,
        status=card.status,
        is_late=card.is_late or card.status == RightStatus.BREACHED,
        needs_a_look=bool(card.look),
        due=card.deadline.due if card.deadline else None,
        lasts_until=card.lasts.due if card.lasts else None,
        challenge_until=card.challenge.due if card.challenge else None,
        bases=[_basis(base, found.day) for base in one.bases] if one else [],
    )


@router.post(
    "/rights/evaluate",
    auth=needs(Permission.LIBRARY_READ),
    response=CalculatedOut,
    summary="What the law gives somebody of whom these facts are known; no person is needed or kept",
)
def evaluate(request: StaffRequest, asked: CalculationIn) -> CalculatedOut:
    facts, wrong = read_answers(asked.facts, load_law().facts)
    if wrong:
        raise _unusable([_wrong(one) for one in wrong])
    return calculated(_calculation(facts, asked, today=request.at.date()))


def _calculation(facts: dict[str, Value], asked: CalculationIn, *, today: date) -> Calculation:
    try:
        return calculate(facts, state=asked.state, day=asked.day or today)
    except NoSuchState as error:
        raise _unusable([("state", "This is no state: write the two letters of ISO 3166-1.")]) from error
    except NoSuchDay as error:
        raise _unusable([("day", "No calendar here counts that far.")]) from error


def _wrong(one: WrongFact) -> tuple[str, str]:
    """The field and what can be written there; what was sent is not repeated."""
    if one.fact in load_law().facts:
        return f"facts.{one.fact}", one.hint
    return "facts", f"There is no fact of this name. {one.hint}".strip()


def _unusable(problems: list[tuple[str, str]]) -> ValidationError:
    return ValidationError([{"loc": ["body", where], "msg": message} for where, message in problems])


def calculated(found: Calculation) -> CalculatedOut:
    """A calculation as other programs get it, in the active language."""
    return CalculatedOut(
        state=found.state,
        day=found.day,
        is_known=found.is_known,
        rights=[_merged(one, found.day) for one in found.rights],
        questions=found.questions(),
    )


def _merged(one: MergedRight, day: date) -> MergedOut:
    return MergedOut(
        right=one.right,
        label=words.right_label(one),
        plain=words.right_in_plain_words(one),
        standing=one.standing.value,
        is_duty=one.strength in assess.DUTIES,
        to_be_confirmed=one.best.to_be_confirmed,
        deadline=_ends(one.deadline),
        lasts=_ends(one.lasts),
        bases=[_basis(base, day) for base in one.bases],
    )


def _basis(one: Entitlement, day: date) -> BasisOut:
    provision, limit = one.provision, one.provision.time_limit
    instrument = load_law().library.instruments[provision.instrument]
    return BasisOut(
        entry=provision.id,
        instrument=provision.instrument,
        citation=words.citation(provision),
        standing=one.standing.value,
        strength=provision.strength.value,
        certainty=one.certainty.value,
        to_be_confirmed=one.to_be_confirmed,
        title=words.text(provision.title),
        detail=words.text(provision.detail),
        duty_bearer=words.duty_bearer(provision.duty_bearer),
        time_limit=words.text(limit.text) if limit else "",
        ends=_ends(one.ends),
        is_target=bool(limit and limit.target),
        counting_verified=one.counting.is_verified,
        status_is_old=bool(one.binding and one.binding.is_stale(day)),
        exceptions=[_exception(limitation.provision, limitation.standing) for limitation in one.exceptions],
        reservation=words.reservation(one.reservation),
        remedy=words.text(provision.remedy.text) if provision.remedy else "",
        source=provision.source or instrument.source,
        asks=list(one.asks),
        dates_needed=list(one.dates_needed),
    )


def _exception(provision: Provision, standing: str) -> ExceptionOut:
    return ExceptionOut(entry=provision.id, title=words.text(provision.title), standing=str(standing))


def _ends(ends: Ends | None) -> EndsOut | None:
    if ends is None:
        return None
    return EndsOut(day=ends.day, at_least=ends.at_least, at_most=ends.at_most, latest=ends.latest)
