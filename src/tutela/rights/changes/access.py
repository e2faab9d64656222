"""Who sees which change of law: keepers all of them, supervisors what waits or is in use."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from tutela.foundation.access.decision import Actor, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.roles import KEEPS_LAW, Permission
from tutela.people.access import PersonFile
from tutela.rights.changes.models import ChangeStatus, LawChange, LawEffect

SHOWN_TO_SUPERVISORS = (ChangeStatus.PROPOSED, ChangeStatus.PUBLISHED)


def keeps_law(actor: Actor) -> bool:
    return bool(actor.permissions & KEEPS_LAW)


def changes_for(actor: Actor) -> QuerySet[LawChange]:
    """Changes with who drafted and who decided them."""
    rows = LawChange.objects.select_related("drafted_by__organisation", "decided_by", "edition")
    return rows if keeps_law(actor) else rows.filter(status__in=SHOWN_TO_SUPERVISORS)


def change_for(actor: Actor, change_id: UUID) -> LawChange:
    """Raises AccessDenied: absent or not yours alike."""
    found = changes_for(actor).filter(pk=change_id).first()
    if found is None:
        raise AccessDenied(reason=Reason.NO_PERMISSION, permission=Permission.LAW_PROPOSE)
    return found


def effect_in(file: PersonFile, change_id: UUID) -> LawEffect:
    """What a change in use does in an opened file. Raises AccessDenied."""
    rows = LawEffect.objects.select_related("change", "person", "seen_by")
    rows = rows.filter(person=file.person, change_id=change_id, change__status=ChangeStatus.PUBLISHED)
    found = rows.first()
    if found is None:
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=Permission.CASE_READ)
    return found


def has_drafted(actor: Actor, change_id: UUID) -> bool:
    """Whether a form that makes this change was sent before, by the same person."""
    return LawChange.objects.filter(pk=change_id, drafted_by_id=actor.user_id).exists()
