"""Adds a paper to a person's file."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from tutela.foundation.access.decision import Actor
from tutela.foundation.audit.record import record
from tutela.foundation.vault.fields import seal
from tutela.people import attachments
from tutela.people.models import Document, Person
from tutela.people.timeline import happened


@transaction.atomic
def add_document(
    *, person: Person, title: str, content: bytes, by: Actor, at: datetime, document_id: UUID | None = None
) -> Document:
    """Seals `content` into the file. Raises attachments.KindNotAllowed and attachments.TooLarge."""
    if len(content) > settings.ATTACHMENT_MAX_BYTES:
        raise attachments.TooLarge
    document = Document(
        id=document_id or uuid4(),
        organisation_id=person.organisation_id,
        person=person,
        media_type=attachments.media_type_of(content),
        size=len(content),
        added_at=at,
        added_by_id=by.user_id,
    )
    seal(document, title=title)
    document.save(force_insert=True)
    attachments.write(document, [content])
    record(
        "document.add",
        by=by,
        at=at,
        kind="document",
        object_id=document.pk,
        person_id=person.pk,
        organisation_id=person.organisation_id,
        details={"media_type": document.media_type, "size": document.size},
    )
    happened("document.added", person=person, by=by, at=at, object_id=document.pk)
    return document
