"""Steps of a change of law: drafted, proposed, and published or refused by a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tutela.foundation.access.decision import Actor
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit.record import record
from tutela.foundation.changes import save_if_unchanged
from tutela.people.models import Person
from tutela.rights.changes import edition
from tutela.rights.changes.candidate import files_with, sides_of
from tutela.rights.changes.checking import problems_of
from tutela.rights.changes.folder import digest_of, shipped_text
from tutela.rights.changes.models import (
    OPEN,
    ChangeStatus,
    LawChange,
    LawEdition,
    LawEffect,
    LawFile,
    LawPass,
    PassKind,
)
from tutela.rights.changes.touched import days_of
from tutela.rights.law import BrokenLaw


class NothingNew(Exception):
    """Every file says what is in use already."""


class NotNow(Exception):
    """A change in this state does not go this way."""


class NotYours(Exception):
    """Who drafted a change proposes it and never decides it."""


class BaseMoved(Exception):
    """Another change was published since this one was held against the law."""


class SameFile(Exception):
    """The change that was published meanwhile has the same file: somebody has to bring both together."""


class NotCounted(Exception):
    """It is not yet known whose rights would change."""


class NoEarlierText(Exception):
    """A file that came with this change has no earlier text to go back to."""


@transaction.atomic
def draft_change(
    *,
    change_id: UUID,
    title: str,
    reason: str,
    source: str,
    files: Mapping[str, str],
    listed: Sequence[Mapping[str, Any]] = (),
    by: Actor,
    at: datetime,
) -> LawChange:
    """Keeps the files that say something else than the law in use, and what the check says of them.

    `files` are texts by path, `listed` the lines of a status list. Raises NothingNew."""
    base = edition.newest_number()
    published = edition.files_of(base)
    new = {path: text for path, text in files.items() if text != edition.text_in_use(path, published)}
    if not new:
        raise NothingNew
    change = LawChange(
        id=change_id,
        title=title,
        reason=reason,
        source=source,
        base=base,
        listed=list(listed),
        drafted_at=at,
        drafted_by_id=by.user_id,
    )
    _look_over(change, published | new)
    change.save(force_insert=True)
    LawFile.objects.bulk_create(
        LawFile(
            change=change,
            path=path,
            text=text,
            digest=digest_of(text),
            replaces=edition.digest_or_nothing(edition.text_in_use(path, published)),
            shipped=edition.digest_or_nothing(shipped_text(path)),
        )
        for path, text in sorted(new.items())
    )
    _count_anew(change, at=at)
    _record("law.draft", change, by=by, at=at, files=sorted(new), problems=len(change.problems))
    return change


def _look_over(change: LawChange, files: Mapping[str, str]) -> None:
    change.problems = problems_of(files, base=change.base)
    change.status = ChangeStatus.DRAFT if change.problems else ChangeStatus.CHECKED


def _count_anew(change: LawChange, *, at: datetime) -> None:
    if change.status == ChangeStatus.CHECKED:
        LawPass.objects.create(change=change, kind=PassKind.COUNT, day=at.date())


@transaction.atomic
def propose_change(*, change: LawChange, version: int, by: Actor, at: datetime) -> None:
    """Asks a second person. Raises NotYours, NotNow, BaseMoved, ChangedMeanwhile."""
    _only_by_its_author(change, by)
    _only_in(change, ChangeStatus.CHECKED)
    _on_its_base(change)
    change.status = ChangeStatus.PROPOSED
    save_if_unchanged(change, version=version, fields=["status"])
    _record("law.propose", change, by=by, at=at)


@transaction.atomic
def withdraw_change(*, change: LawChange, version: int, by: Actor, at: datetime) -> None:
    """Its author takes it back. Raises NotYours, NotNow, ChangedMeanwhile."""
    _only_by_its_author(change, by)
    _only_in(change, *OPEN)
    change.status = ChangeStatus.WITHDRAWN
    save_if_unchanged(change, version=version, fields=["status"])
    _forget_effects(change)
    _record("law.withdraw", change, by=by, at=at)


@transaction.atomic
def renew_change(*, change: LawChange, version: int, by: Actor, at: datetime) -> None:
    """Holds the same files against the law as it is in use now. Raises NotYours, NotNow, SameFile,
    ChangedMeanwhile."""
    _only_by_its_author(change, by)
    _only_in(change, *OPEN)
    newest = edition.newest_number()
    own = set(change.files.values_list("path", flat=True))
    since = LawFile.objects.filter(change__edition__number__gt=change.base, path__in=own)
    if since.exists():
        raise SameFile
    change.base = newest
    _look_over(change, files_with(change))
    save_if_unchanged(change, version=version, fields=["base", "status", "problems"])
    _forget_effects(change)
    _count_anew(change, at=at)
    _record("law.renew", change, by=by, at=at, base=newest)


@transaction.atomic
def refuse_change(*, change: LawChange, version: int, reason: str, by: Actor, at: datetime) -> None:
    """A second person says no, and why. Raises NotYours, NotNow, ChangedMeanwhile."""
    _never_by_its_author(change, by)
    _only_in(change, ChangeStatus.PROPOSED)
    _decide(change, ChangeStatus.REFUSED, version=version, note=reason, by=by, at=at)
    _forget_effects(change)
    _record("law.refuse", change, by=by, at=at)


@transaction.atomic
def publish_change(*, change: LawChange, version: int, note: str, by: Actor, at: datetime) -> LawEdition:
    """A second person puts the files in use, for everybody at once.

    Raises NotYours, NotNow, NotCounted, BaseMoved, ChangedMeanwhile."""
    _never_by_its_author(change, by)
    _only_in(change, ChangeStatus.PROPOSED)
    if not _is_counted(change):
        raise NotCounted
    _on_its_base(change)
    _loads(change)
    _decide(change, ChangeStatus.PUBLISHED, version=version, note=note, by=by, at=at)
    published = _edition(change, by=by, at=at)
    for day in days_of(sides_of(change).difference, today=at.date()):
        LawPass.objects.create(change=change, kind=PassKind.CARRY, day=day)
    _record("law.publish", change, by=by, at=at, edition=published.number)
    transaction.on_commit(lambda: edition.look_for_news(within=0))
    return published


def _edition(change: LawChange, *, by: Actor, at: datetime) -> LawEdition:
    """Two at one moment would have the same number, which is the key of the table."""
    row = LawEdition(number=change.base + 1, change=change, published_at=at, published_by_id=by.user_id)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as taken:
        raise BaseMoved from taken
    return row


def _loads(change: LawChange) -> None:
    """What was checked when it was drafted is checked again: a release may have come in between."""
    try:
        broken = problems_of(files_with(change), base=change.base)
        sides_of(change)
    except BrokenLaw as unreadable:
        raise NotNow from unreadable
    if broken:
        raise NotNow


def _decide(
    change: LawChange, status: ChangeStatus, *, version: int, note: str, by: Actor, at: datetime
) -> None:
    change.status, change.decision_note = status, note
    change.decided_at, change.decided_by_id = at, by.user_id
    save_if_unchanged(change, version=version, fields=["status", "decision_note", "decided_at", "decided_by"])


def _is_counted(change: LawChange) -> bool:
    return change.passes.filter(kind=PassKind.COUNT, finished_at__isnull=False).exists()


def _forget_effects(change: LawChange) -> None:
    """Of every organisation: what was only thought of leaves no trace in anybody's file."""
    with within(Scope(system=True)):
        LawEffect.objects.filter(change=change).delete()
    change.passes.all().delete()


def _only_by_its_author(change: LawChange, by: Actor) -> None:
    if change.drafted_by_id != by.user_id:
        raise NotYours


def _never_by_its_author(change: LawChange, by: Actor) -> None:
    if change.drafted_by_id == by.user_id:
        raise NotYours


def _only_in(change: LawChange, *statuses: ChangeStatus) -> None:
    if change.status not in statuses:
        raise NotNow


def _on_its_base(change: LawChange) -> None:
    if change.base != edition.newest_number():
        raise BaseMoved


@transaction.atomic
def draft_return(*, change: LawChange, change_id: UUID, title: str, by: Actor, at: datetime) -> LawChange:
    """A new change with the texts that were in use before a published one. Raises NotNow, NoEarlierText,
    NothingNew."""
    _only_in(change, ChangeStatus.PUBLISHED)
    before = edition.files_of(change.edition.number - 1)
    texts = {path: edition.text_in_use(path, before) for path in change.files.values_list("path", flat=True)}
    files = {path: text for path, text in texts.items() if text is not None}
    if len(files) < len(texts):
        raise NoEarlierText
    return draft_change(
        change_id=change_id,
        title=title,
        reason=change.reason,
        source=change.source,
        files=files,
        by=by,
        at=at,
    )


@transaction.atomic
def see_effect(*, effect: LawEffect, by: Actor, at: datetime) -> None:
    """A colleague has looked at what a change of law does in this file."""
    if effect.seen_at is None:
        effect.seen_at, effect.seen_by_id = at, by.user_id
        effect.save(update_fields=["seen_at", "seen_by"])
    record(
        "law.see",
        by=by,
        at=at,
        kind="person",
        object_id=effect.change_id,
        person_id=effect.person_id,
        organisation_id=effect.organisation_id,
    )


@transaction.atomic
def forget_person(person: Person, *, by: Actor, at: datetime) -> None:
    """The person was erased: what changes of law meant for them goes too."""
    gone, _each = LawEffect.objects.filter(person=person).delete()
    record(
        "law.forget",
        by=by,
        at=at,
        kind="person",
        object_id=person.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        details={"effects": gone},
    )


def _record(
    verb: str, change: LawChange, *, by: Actor, at: datetime, **details: str | int | list[str]
) -> None:
    record(verb, by=by, at=at, kind="law change", object_id=change.pk, details=details)
