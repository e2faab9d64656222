"""Makes, opens, rotates and destroys the keys of organisations and persons."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, Model, QuerySet

from tutela.engines import envelopes
from tutela.foundation.organisations.models import Organisation
from tutela.foundation.vault.master import master_keys
from tutela.foundation.vault.models import DataKey, OrganisationKey, Resealing, TokenKey


class WrappedRow(Protocol):
    """A row that keeps a secret wrapped by its organisation's key."""

    id: Any
    organisation_id: Any
    organisation_key: Any
    wrapped: Any


# Rows with a wrapped secret, and the word that binds the secret to its kind. Rotation reaches all of them.
_wrapped_kinds: dict[Any, str] = {DataKey: "data key", TokenKey: "token key"}


# A key is replaced between two looks at most once or twice; more often than this it is not there.
_LOOKS: Final = 5


class Erased(Exception):
    """The key of this person was destroyed: what it sealed can never be read again."""


@dataclass(frozen=True, slots=True)
class PersonKey:
    """One open key of a person's file; `in_use` when it is the one that seals what is written now."""

    id: UUID
    person_id: UUID
    in_use: bool
    secret: bytes = field(repr=False)


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


def new_organisation_key(
    organisation_id: UUID, *, at: datetime, resealing: Resealing | None = None
) -> OrganisationKey:
    row = OrganisationKey(id=uuid4(), organisation_id=organisation_id, created_at=at, resealing=resealing)
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
) -> Iterator[tuple[DataKey, PersonKey]]:
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
        yield row, PersonKey(key_id, person_id, True, key)


def open_person_key(key_id: UUID) -> PersonKey:
    """Raises Erased when the key was destroyed."""
    return open_person_keys([key_id])[key_id]


def open_person_keys(key_ids: Iterable[UUID]) -> dict[UUID, PersonKey]:
    """Several keys in one query. Raises Erased when one of them was destroyed."""
    ids = set(key_ids)
    return {key.id: key for key in _opened(DataKey.objects.filter(id__in=ids))} if ids else {}


def living_keys_of(person_id: UUID) -> list[PersonKey]:
    """Every key that still opens something of this person's, the one in use first. Raises Erased."""
    opened = living_keys_of_all([person_id])
    if not opened:
        raise Erased
    return opened


def living_keys_of_all(person_ids: Iterable[UUID]) -> list[PersonKey]:
    """Every key that still opens something of these people's, those in use first."""
    living = DataKey.objects.filter(person_id__in=list(person_ids), destroyed_at__isnull=True)
    return _opened(living.order_by(F("retired_at").desc(nulls_first=True)))


def key_in_use(person_id: UUID) -> PersonKey:
    """The key that seals what is written now. It stays in use until the transaction ends: whoever replaces it
    waits for that. Raises Erased, and TransactionManagementError outside a transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Seal and save in one transaction: the key may change.")
    if connection.vendor == "postgresql":  # SQLite has one writer at a time
        _hold(person_id)
    opened = _opened(DataKey.objects.filter(person_id=person_id, retired_at__isnull=True))
    if not opened:
        raise DataKey.DoesNotExist(f"person {person_id} has no key")
    return opened[0]


def _hold(person_id: UUID) -> None:
    with connection.cursor() as cursor:
        for _ in range(_LOOKS):
            cursor.execute(
                "SELECT 1 FROM vault_datakey WHERE person_id = %s AND retired_at IS NULL FOR SHARE",
                [person_id],
            )
            if cursor.fetchone():
                return  # else it was replaced while this waited: the next look sees the new one


def _opened(keys: QuerySet[DataKey]) -> list[PersonKey]:
    found = []
    for row in keys.select_related("organisation_key"):
        if row.destroyed_at is not None:
            raise Erased
        secret = _unwrap(row, kind="data key")
        found.append(PersonKey(row.id, row.person_id, row.retired_at is None, secret))
    return found


def ids_of(person_id: UUID) -> list[UUID]:
    """The ids of all keys that this person ever had, the destroyed ones too."""
    return list(DataKey.objects.filter(person_id=person_id).values_list("id", flat=True))


def holder_of(person_id: UUID) -> UUID | None:
    """The organisation that holds this person's file; None for a person that does not exist."""
    keys = DataKey.objects.filter(person_id=person_id)
    return keys.values_list("organisation_id", flat=True).first()


def destroy_person_keys(person_id: UUID, *, at: datetime) -> int:
    """Erases a person: how many keys were destroyed. What they sealed stays unreadable for ever."""
    living = DataKey.objects.filter(person_id=person_id, destroyed_at__isnull=True)
    count = 0
    # Until there is none: one that replaces another while the first look waits is seen by the next.
    while destroyed := living.update(wrapped=b"", destroyed_at=at):
        count += destroyed
    return count


def token_key(organisation_id: UUID, kind: str) -> bytes:
    kept = TokenKey.objects.select_related("organisation_key").filter(
        organisation_id=organisation_id, kind=kind
    )
    row = kept.first()
    if row is None:
        with transaction.atomic():
            one_at_a_time(organisation_id)
            row = kept.first() or _new_token_key(organisation_id, kind)
    return _unwrap(row, kind="token key")


def _new_token_key(organisation_id: UUID, kind: str) -> TokenKey:
    under = organisation_key(organisation_id)
    row = TokenKey(id=uuid4(), organisation_id=organisation_id, kind=kind, organisation_key=under)
    row.wrapped = _wrap(os.urandom(32), kind="token key", row_id=row.id, under=under)
    row.save(force_insert=True)
    return row


def one_at_a_time(organisation_id: UUID) -> None:
    """Waits for whoever changes keys of this organisation; others wait until this transaction ends."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


def rotate_organisation_key(
    organisation_id: UUID, *, at: datetime, resealing: Resealing | None = None
) -> int:
    """A new key for the organisation, under which each living key is wrapped again; returns how many."""
    with transaction.atomic():
        one_at_a_time(organisation_id)
        old = organisation_key(organisation_id)
        OrganisationKey.objects.filter(id=old.id).update(retired_at=at)
        new = new_organisation_key(organisation_id, at=at, resealing=resealing)
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
