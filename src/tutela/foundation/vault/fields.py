"""Sealed fields: a value is bytes until somebody reveals it on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from uuid import UUID

from django.db import models

from tutela.engines import envelopes
from tutela.foundation.vault import keyring

if TYPE_CHECKING:
    Bytes = models.BinaryField[bytes, bytes]
else:
    Bytes = models.BinaryField


class SealedField(Bytes):
    """An envelope of AES-256-GCM bound to its table, column, row and organisation. Empty means: not given."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default": bytes, "blank": True, "editable": False, **options})


class SealedRow(Protocol):
    """What a model with sealed fields offers: its key, organisation, and an id known before saving."""

    pk: Any
    organisation_id: UUID
    _meta: ClassVar[Any]

    @property
    def data_key_id(self) -> UUID: ...


def _context(row: SealedRow, name: str) -> bytes:
    return envelopes.field_context(
        table=row._meta.db_table, column=name, row=str(row.pk), organisation=str(row.organisation_id)
    )


def seal(row: SealedRow, **plain: str) -> None:
    """Sets sealed fields on `row` (not saved). An empty text is stored as empty: it has nothing to hide."""
    key = keyring.open_person_key(row.data_key_id)
    for name, text in plain.items():
        if not isinstance(row._meta.get_field(name), SealedField):
            raise TypeError(f"{name} is not a sealed field")
        setattr(row, name, seal_bytes(row, name, text.encode(), key=key) if text else b"")


def seal_bytes(row: SealedRow, name: str, content: bytes, *, key: bytes) -> bytes:
    return envelopes.seal_field(content, key=key, key_id=row.data_key_id.bytes, context=_context(row, name))


def reveal(row: SealedRow, name: str) -> str:
    """The text of one sealed field. Raises keyring.Erased, envelopes.EnvelopeDamaged."""
    return reveal_many([row], [name])[0][name]


def reveal_many(rows: Sequence[SealedRow], names: Iterable[str]) -> list[dict[str, str]]:
    """The texts of several fields of several rows, with one query for all keys."""
    keys = keyring.open_person_keys({row.data_key_id for row in rows})
    return [{name: _open(row, name, keys[row.data_key_id]) for name in names} for row in rows]


def _open(row: SealedRow, name: str, key: bytes) -> str:
    sealed = bytes(getattr(row, name))
    if not sealed:
        return ""
    return envelopes.open_field(
        sealed, key=key, key_id=row.data_key_id.bytes, context=_context(row, name)
    ).decode()
