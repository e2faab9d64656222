"""Makes, opens, rotates and destroys the keys of organisations and persons."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Model

from tutela.engines import envelopes
from tutela.foundation.vault.master import master_keys
from tutela.foundation.vault.models import DataKey, OrganisationKey, TokenKey


class WrappedRow(Protocol):
    """A row that keeps a secret wrapped by its organisation's key."""

    id: Any
    organisation_id: Any
    organisation_key: Any
    wrapped: Any


# Rows with a wrapped secret, and the word that binds the secret to its kind. Rotation reaches all of them.
_wrapped_kinds: dict[Any, str] = {DataKey: "data key", TokenKey: "token key"}


class Erased(Exception):
    """The key of this person was destroyed: what it sealed can never be read again."""


def _context(kind: str, row: UUID, organisation: UUID) -> bytes:
    return envelopes.field_context(table=kind, column="wrapped", row=str(row), organisation=str(organisation))


def keeps_wrapped(model: type[Model], *, kind: str) -> None:
    """Says at start-up that rows of `model` (a WrappedRow) keep a secret, which is rotated with the rest."""
    _wrapped_kinds[model] = kind


def wrap_secret(row: WrappedRow, secret: bytes) -> None:
    """Puts `secret` on `row` (not saved), wrapped by its organisation's key and bound to the row."""
    row.organisation_key = organisation_key(row.organisation_id)
    row.wrapped = _wrap(secret, kind=_wrapped_kinds[type(row)], row_id=row.id, under=row.organisation_key)


def unwrap_secret(row: WrappedRow) -> bytes:
    """The secret that `wrap_secret` put there."""
    return _unwrap(row, kind=_wrapped_kinds[type(row)])


def new_organisation_key(organisation_id: UUID, *, at: datetime) -> OrganisationKey:
    row = OrganisationKey(id=uuid4(), organisation_id=organisation_id, created_at=at)
    row.wrapped = master_keys().wrap(
        os.urandom(32), context=_context("organisation key", row.id, organisation_id)
    )
    row.save(force_insert=True)
    return row


def organisation_key(organisation_id: UUID) -> OrganisationKey:
    return OrganisationKey.objects.get(organisation_id=organisation_id, retired_at__isnull=True)


def _open_organisation_key(row: OrganisationKey) -> bytes:
    context = _context("organisation key", row.id, row.organisation_id)
    return master_keys().unwrap(bytes(row.wrapped), context=context)


def _wrap(key: bytes, *, kind: str, row_id: UUID, under: OrganisationKey) -> bytes:
    context = _context(kind, row_id, under.organisation_id)
    return envelopes.seal_field(
        key, key=_open_organisation_key(under), key_id=under.id.bytes, context=context
    )


def _unwrap(row: WrappedRow, *, kind: str) -> bytes:
    under = row.organisation_key
    return envelopes.open_field(
        bytes(row.wrapped),
        key=_open_organisation_key(under),
        key_id=under.id.bytes,
        context=_context(kind, row.id, row.organisation_id),
    )


def new_person_key(*, organisation_id: UUID, person_id: UUID, at: datetime) -> DataKey:
    under = organisation_key(organisation_id)
    row = DataKey(
        id=uuid4(),
        organisation_id=organisation_id,
        person_id=person_id,
        organisation_key=under,
        created_at=at,
    )
    row.wrapped = _wrap(os.urandom(32), kind="data key", row_id=row.id, under=under)
    row.save(force_insert=True)
    return row


def draw_person_keys(
    person_ids: Iterable[UUID], *, organisation_id: UUID, at: datetime
) -> Iterator[tuple[DataKey, bytes]]:
    """New keys of many people at once: rows that are not saved, each with its open key."""
    under = organisation_key(organisation_id)
    opened = _open_organisation_key(under)
    for person_id in person_ids:
        key, key_id = os.urandom(32), uuid4()
        context = _context("data key", key_id, organisation_id)
        wrapped = envelopes.seal_field(key, key=opened, key_id=under.id.bytes, context=context)
        row = DataKey(
            id=key_id,
            organisation_id=organisation_id,
            person_id=person_id,
            organisation_key=under,
            wrapped=wrapped,
            created_at=at,
        )
        yield row, key


def open_person_key(key_id: UUID) -> bytes:
    """Raises Erased when the key was destroyed."""
    return open_person_keys([key_id])[key_id]


def open_person_keys(key_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """Several keys in one query. Raises Erased when one of them was destroyed."""
    rows = DataKey.objects.select_related("organisation_key").filter(id__in=set(key_ids))
    opened = {}
    for row in rows:
        if row.destroyed_at is not None:
            raise Erased
        opened[row.id] = _unwrap(row, kind="data key")
    return opened


def holder_of(person_id: UUID) -> UUID | None:
    """The organisation that holds this person's file; None for a person that does not exist."""
    keys = DataKey.objects.filter(person_id=person_id)
    return keys.values_list("organisation_id", flat=True).first()


def destroy_person_keys(person_id: UUID, *, at: datetime) -> int:
    """Erases a person: how many keys were destroyed. What they sealed stays unreadable for ever."""
    return DataKey.objects.filter(person_id=person_id, destroyed_at__isnull=True).update(
        wrapped=b"", destroyed_at=at
    )


def token_key(organisation_id: UUID, kind: str) -> bytes:
    row = (
        TokenKey.objects.select_related("organisation_key")
        .filter(organisation_id=organisation_id, kind=kind)
        .first()
    )
    if row is None:
        under = organisation_key(organisation_id)
        row = TokenKey(id=uuid4(), organisation_id=organisation_id, kind=kind, organisation_key=under)
        row.wrapped = _wrap(os.urandom(32), kind="token key", row_id=row.id, under=under)
        row.save(force_insert=True)
    return _unwrap(row, kind="token key")


def rotate_organisation_key(organisation_id: UUID, *, at: datetime) -> int:
    """A new key for the organisation, under which each living key is wrapped again; returns how many."""
    with transaction.atomic():
        old = organisation_key(organisation_id)
        OrganisationKey.objects.filter(id=old.id).update(retired_at=at)
        new = new_organisation_key(organisation_id, at=at)
        count = 0
        for model, kind in _wrapped_kinds.items():
            rows = model.objects.select_related("organisation_key").filter(organisation_id=organisation_id)
            for row in rows.exclude(wrapped=b""):
                row.wrapped = _wrap(_unwrap(row, kind=kind), kind=kind, row_id=row.id, under=new)
                row.organisation_key = new
                row.save(update_fields=["wrapped", "organisation_key"])
                count += 1
    return count


def rewrap_under_current_master() -> int:
    """Wraps every organisation's key under the current master key; returns how many changed."""
    keys, count = master_keys(), 0
    for row in OrganisationKey.objects.all():
        if keys.is_current(bytes(row.wrapped)):
            continue
        context = _context("organisation key", row.id, row.organisation_id)
        row.wrapped = keys.wrap(keys.unwrap(bytes(row.wrapped), context=context), context=context)
        row.save(update_fields=["wrapped"])
        count += 1
    return count
