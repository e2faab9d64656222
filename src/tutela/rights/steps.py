"""Writes one step of a right down: where it stands, what happened, the log and the line in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from tutela.foundation.access.decision import Actor, Purpose, System
from tutela.foundation.audit.record import record
from tutela.foundation.changes import save_if_unchanged
from tutela.foundation.vault import fields
from tutela.people import timeline
from tutela.rights import life
from tutela.rights.models import Right, RightStep, StepKind

QUIET: Final = frozenset({StepKind.DUE, StepKind.FOUNDED, StepKind.MOVED, StepKind.CLOSED})
"""Many at once, when rights are worked out: one line and one event tell of all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody says about a step. `on_day` is that of a decision, or to which something lasts."""

    note: str = ""
    reason: str = ""
    on_day: date | None = None
    document_id: UUID | None = None


NOTHING: Final = Given()


def record_event(
    right: Right,
    kind: StepKind,
    *,
    by: Actor | System,
    at: datetime,
    version: int | None = None,
    given: Given = NOTHING,
    changes: Mapping[str, object] = MappingProxyType({}),
) -> RightStep:
    """Saves `changes` on the right, and the step. Raises ChangedMeanwhile if it is past `version`.

    Wherever it leads: where nothing is waited for any more, what was not given in time is settled, and stays
    on record."""
    for name, value in changes.items():
        setattr(right, name, value)
    if changes or version is not None:
        seen = right.version if version is None else version
        save_if_unchanged(right, version=seen, fields=list(changes))
    if right.status in life.SETTLED:
        right.breaches.filter(settled_at__isnull=True).update(settled_at=at)
    step = RightStep(
        id=timeline.next_id(),
        organisation_id=right.organisation_id,
        person=right.person,
        right=right,
        kind=kind,
        status=right.status,
        reason=given.reason,
        on_day=given.on_day,
        document_id=given.document_id,
        at=at,
        by_id=by.user_id,
    )
    if given.note:
        fields.seal(step, note=given.note)
    step.save(force_insert=True)
    if kind not in QUIET:
        _tell(right, kind, by=by, at=at)
    return step


def _tell(right: Right, kind: StepKind, *, by: Actor | System, at: datetime) -> None:
    person = isinstance(by, Actor)
    record(
        f"right.{kind}",
        by=by,
        at=at,
        kind="right",
        object_id=right.pk,
        person_id=right.person_id,
        organisation_id=right.organisation_id,
        purpose=Purpose.CARE if person else "",
        basis=right.right,
        details={"entries": [str(entry) for entry in right.bases]},
    )
    timeline.happened(
        f"right.{kind}",
        person=right.person,
        by=by if isinstance(by, Actor) else None,
        at=at,
        object_id=right.pk,
    )
