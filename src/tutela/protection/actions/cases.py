"""Opens, changes, closes and reopens a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F

from tutela.foundation.access.decision import Actor
from tutela.foundation.audit.record import record
from tutela.foundation.changes import ChangedMeanwhile, save_if_unchanged
from tutela.foundation.organisations.models import Organisation, User
from tutela.people import actions as people
from tutela.people.actions import ConsentAnswer, PersonDetails
from tutela.people.choices import regions_of
from tutela.people.models import ConsentScope
from tutela.people.timeline import happened
from tutela.protection.actions.team import assign
from tutela.protection.actions.work import note_need
from tutela.protection.models import Case, CaseStatus, Danger, Exploitation, Stage
from tutela.protection.references import new_reference

MOST_DRAWS = 20


class ConsentMissing(Exception):
    """Nobody agreed that a file is kept, and the person is not a child."""


class CaseIsClosed(Exception):
    """A closed case is reopened first."""


class CaseIsOpen(Exception):
    """Only a closed case can be reopened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What is known about the situation, in codes. Raises ValueError for a region of another country."""

    country: str
    region: str = ""
    danger: str = Danger.UNKNOWN
    exploitation: str = Exploitation.UNKNOWN

    def __post_init__(self) -> None:
        if self.region and self.region not in regions_of(self.country):
            raise ValueError("a region lies in its country")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """All that a first conversation gives."""

    details: PersonDetails
    consents: Mapping[ConsentScope, ConsentAnswer]
    facts: CaseFacts
    needs: tuple[str, ...] = ()
    urgent_needs: bool = False
    report_id: UUID | None = None
    lead: User | None = field(default=None)


FACTS = tuple(one.name for one in fields(CaseFacts))


@transaction.atomic
def open_case(
    *, organisation: Organisation, intake: Intake, by: Actor, at: datetime, person_id: UUID | None = None
) -> Case:
    """The whole beginning or nothing of it: person, consents, case, lead, needs. The opener leads unless told
    otherwise. Raises ConsentMissing, people.actions.NotForAnAdult."""
    keep = intake.consents.get(ConsentScope.KEEP_FILE)
    if keep is None or not keep.given:
        raise ConsentMissing
    person = people.open_person(
        organisation=organisation, details=intake.details, by=by, at=at, person_id=person_id
    )
    case = Case(
        id=uuid4(),
        organisation=organisation,
        person=person,
        report_id=intake.report_id,
        opened_at=at,
        opened_by_id=by.user_id,
        **{name: getattr(intake.facts, name) for name in FACTS},
    )
    _save_under_new_reference(case, at=at)
    details = {"report": str(intake.report_id)} if intake.report_id else {}
    _record("case.open", case, by=by, at=at, details=details)
    happened("case.opened", person=person, by=by, at=at, object_id=case.pk)
    lead = intake.lead or User.objects.get(pk=by.user_id)
    assign(person=person, user=lead, is_lead=True, by=by, at=at)
    for scope, answer in intake.consents.items():
        people.record_consent(person=person, scope=scope, answer=answer, by=by, at=at)
    for kind in intake.needs:
        note_need(person=person, kind=kind, urgent=intake.urgent_needs, by=by, at=at)
    return case


@transaction.atomic
def change_case(*, case: Case, facts: CaseFacts, version: int, by: Actor, at: datetime) -> list[str]:
    """Returns the names of what changed. Raises ChangedMeanwhile, CaseIsClosed."""
    if case.status == CaseStatus.CLOSED:
        raise CaseIsClosed
    changed = [name for name in FACTS if getattr(case, name) != getattr(facts, name)]
    for name in FACTS:
        setattr(case, name, getattr(facts, name))
    save_if_unchanged(case, version=version, fields=list(FACTS))
    _record("case.change", case, by=by, at=at, details={"changed": changed})
    happened("case.changed", person=case.person, by=by, at=at)
    return changed


@transaction.atomic
def close_case(*, case: Case, reason: str, note: str, version: int, by: Actor, at: datetime) -> None:
    """The file stays, locked as before; work on it ends. Raises CaseIsClosed, ChangedMeanwhile."""
    if case.status == CaseStatus.CLOSED:
        raise CaseIsClosed
    case.status, case.stage, case.closure_reason = CaseStatus.CLOSED, Stage.CLOSED, reason
    case.closed_at, case.closed_by_id = at, by.user_id
    changed = ["status", "stage", "closure_reason", "closed_at", "closed_by_id"]
    save_if_unchanged(case, version=version, fields=changed)
    _record("case.close", case, by=by, at=at, details={"reason": reason})
    happened("case.closed", person=case.person, by=by, at=at, note=note)


@transaction.atomic
def reopen_case(*, case: Case, note: str, by: Actor, at: datetime) -> None:
    """Work goes on, in support: what came before is not repeated. Raises CaseIsOpen, ChangedMeanwhile."""
    if case.status == CaseStatus.OPEN:
        raise CaseIsOpen
    rows = Case.objects.filter(pk=case.pk, version=case.version)
    reopened = {"status": CaseStatus.OPEN, "stage": Stage.SUPPORT, "closure_reason": ""}
    if not rows.update(**reopened, closed_at=None, closed_by=None, version=F("version") + 1):
        raise ChangedMeanwhile
    case.refresh_from_db()
    _record("case.reopen", case, by=by, at=at)
    happened("case.reopened", person=case.person, by=by, at=at, note=note)


def _save_under_new_reference(case: Case, *, at: datetime) -> None:
    for _draw in range(MOST_DRAWS):
        case.reference = new_reference(at)
        if Case.objects.filter(reference=case.reference).exists():
            continue
        try:
            with transaction.atomic():
                case.save(force_insert=True)
            return
        except IntegrityError:  # somebody drew the same one a moment ago, perhaps in another organisation
            if Case.objects.filter(person_id=case.person_id).exists():
                raise  # not the reference: this person has a case already
    raise RuntimeError("no free reference was drawn")


def _record(
    verb: str, case: Case, *, by: Actor, at: datetime, details: Mapping[str, str | list[str]] | None = None
) -> None:
    record(
        verb,
        by=by,
        at=at,
        kind="case",
        object_id=case.pk,
        person_id=case.person_id,
        organisation_id=case.organisation_id,
        details=dict(details or {}),
    )
