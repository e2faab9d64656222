"""Begins, continues and finishes a screening."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from tutela.engines import indicators
from tutela.engines.indicators import Answer, Pack
from tutela.foundation.access.decision import Actor, Purpose
from tutela.foundation.audit.record import record
from tutela.foundation.changes import ChangedMeanwhile, save_if_unchanged
from tutela.foundation.vault.fields import seal
from tutela.identification.assess import pack_of, sealed_form
from tutela.identification.models import Screening
from tutela.people import pathway
from tutela.people.models import Person
from tutela.people.timeline import happened


class AlreadyFinished(Exception):
    """A finished screening stays as it is: a change of mind is a new screening."""


class NothingAnswered(Exception):
    """A screening in which nothing was answered says nothing."""


class DraftThere(Exception):
    """A colleague began the same screening a moment ago: there is one draft at a time."""


class PackGone(Exception):
    """The library has another version of the set than the one that this draft was begun with."""


@transaction.atomic
def begin_screening(
    *,
    screening_id: UUID,
    person: Person,
    pack: Pack,
    answers: Mapping[str, Answer],
    finish: bool,
    by: Actor,
    at: datetime,
) -> Screening:
    """A new screening, kept as a draft unless it is finished at once. Raises NothingAnswered, DraftThere."""
    if Screening.objects.filter(person=person, pack=pack.id, finished_at__isnull=True).exists():
        raise DraftThere
    screening = Screening(
        id=screening_id,
        organisation_id=person.organisation_id,
        person=person,
        pack=pack.id,
        pack_version=pack.version,
        at=at,
        by_id=by.user_id,
    )
    seal(screening, answers=sealed_form(answers))
    if finish:
        _settle(screening, pack, answers, at=at)
    try:
        with transaction.atomic():
            screening.save(force_insert=True)
    except IntegrityError as clash:  # a colleague began it at the same moment
        raise DraftThere from clash
    _record("screening.begin", screening, by=by, at=at)
    if finish:
        _follow(screening, by=by, at=at)
    return screening


@transaction.atomic
def continue_screening(
    *,
    screening: Screening,
    answers: Mapping[str, Answer],
    finish: bool,
    version: int,
    by: Actor,
    at: datetime,
) -> Screening:
    """Keeps the answers of a draft, and finishes it. Raises AlreadyFinished, NothingAnswered, PackGone,
    ChangedMeanwhile."""
    if not screening.is_draft:
        raise AlreadyFinished
    if screening.version != version:
        raise ChangedMeanwhile
    pack = pack_of(screening)
    if pack is None:
        raise PackGone
    seal(screening, answers=sealed_form(answers))
    fields = ["answers"]
    if finish:
        _settle(screening, pack, answers, at=at)
        fields += ["finding", "strength", "dimensions", "finished_at"]
    save_if_unchanged(screening, version=version, fields=fields)
    _record("screening.change", screening, by=by, at=at)
    if finish:
        _follow(screening, by=by, at=at)
    return screening


def _settle(screening: Screening, pack: Pack, answers: Mapping[str, Answer], *, at: datetime) -> None:
    if not any(answer is not Answer.NOT_ASKED for answer in answers.values()):
        raise NothingAnswered
    found = indicators.assess(pack, answers)
    screening.finding = found.finding.rule
    screening.strength = found.finding.strength.value
    screening.dimensions = {one.dimension: one.state.value for one in found.dimensions}
    screening.finished_at = at


def _follow(screening: Screening, *, by: Actor, at: datetime) -> None:
    _record("screening.finish", screening, by=by, at=at)
    happened("screening.done", person=screening.person, by=by, at=at, object_id=screening.pk)
    pathway.reached(pathway.Milestone.SCREENED, screening.person, by=by, at=at)


def _record(verb: str, screening: Screening, *, by: Actor, at: datetime) -> None:
    record(
        verb,
        by=by,
        at=at,
        kind="screening",
        object_id=screening.pk,
        person_id=screening.person_id,
        organisation_id=screening.organisation_id,
        purpose=Purpose.IDENTIFICATION,
        details={"pack": screening.pack, "version": screening.pack_version},
    )
