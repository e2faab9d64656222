"""Sealed fields: a value is bytes until somebody reveals it on purpose.

A sealed value names the key that opens it. It is read with whichever key of its person that is, and written
with the one in use: both lie side by side while a person's key is replaced (resealing.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from uuid import UUID

from django.db import models

from tutela.engines import envelopes
from tutela.foundation.vault import keyring
from tutela.foundation.vault.models import DataKey

if TYPE_CHECKING:
    Bytes = models.BinaryField[bytes, bytes]
else:
    Bytes = models.BinaryField


class Stored(bytes):
    """A sealed value as it came from the database. It is never written back: by then, the one that lies there
    may have been sealed anew, and the key of this one destroyed."""


class SealedField(Bytes):
    """An envelope of AES-256-GCM bound to its table, column, row and organisation. Empty means: not given."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default": bytes, "blank": True, "editable": False, **options})

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> bytes:
        return Stored(value) if value else b""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        return models.F(self.attname) if isinstance(value, Stored) and not add else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, Stored):
            raise TypeError(f"{self.name} is written back as it was read: seal it anew, or leave it out")
        return super().get_db_prep_save(value, connection)


class SealedRow(Protocol):
    """What a model with sealed fields offers: its person, its organisation, and an id known before saving."""

    pk: Any
    organisation_id: UUID
    _meta: ClassVar[Any]

    @property
    def person_id(self) -> UUID: ...


def context_of(row: SealedRow, name: str) -> bytes:
    """The place of a sealed field, outside which it does not open."""
    return envelopes.field_context(
        table=row._meta.db_table, column=name, row=str(row.pk), organisation=str(row.organisation_id)
    )


def seal(row: SealedRow, **plain: str) -> None:
    """Sets sealed fields on `row`, which is saved in the same transaction, and says on it which key they are
    under. An empty text is stored as empty: it has nothing to hide. Raises keyring.Erased."""
    key = keyring.key_in_use(row.person_id)
    for name, text in plain.items():
        if not isinstance(row._meta.get_field(name), SealedField):
            raise TypeError(f"{name} is not a sealed field")
        setattr(row, name, seal_bytes(row, name, text.encode(), key=key) if text else b"")
    for attribute in _said_on(row):
        setattr(row, attribute, key.id)


def _said_on(row: SealedRow) -> list[str]:
    return [field.attname for field in row._meta.concrete_fields if field.related_model is DataKey]


def seal_bytes(row: SealedRow, name: str, content: bytes, *, key: keyring.PersonKey) -> bytes:
    """The envelope of one field. The caller answers for `key` being the one in use."""
    context = context_of(row, name)
    return envelopes.seal_field(content, key=key.secret, key_id=key.id.bytes, context=context)


def reveal(row: SealedRow, name: str) -> str:
    """The text of one sealed field. Raises keyring.Erased, envelopes.EnvelopeDamaged."""
    return reveal_many([row], [name])[0][name]


def reveal_many(rows: Sequence[SealedRow], names: Iterable[str]) -> list[dict[str, str]]:
    """The texts of several fields of several rows, with one query for all keys. Raises keyring.Erased."""
    names = list(names)
    try:
        return _revealed(rows, names)
    except keyring.Erased:  # or the key was replaced since the rows were read
        _read_again(rows, names)
        return _revealed(rows, names)


def key_id_of(sealed: bytes) -> UUID:
    """Which key a sealed value says it is under. Raises envelopes.EnvelopeRefused."""
    return UUID(bytes=envelopes.envelope_key_id(bytes(sealed)))


def _revealed(rows: Sequence[SealedRow], names: list[str]) -> list[dict[str, str]]:
    sealed = [{name: bytes(getattr(row, name)) for name in names} for row in rows]
    keys = keyring.open_person_keys(key_id_of(value) for row in sealed for value in row.values() if value)
    return [
        {name: open_bytes(row, name, value, keys=keys).decode() for name, value in values.items()}
        for row, values in zip(rows, sealed, strict=True)
    ]


def open_bytes(row: SealedRow, name: str, sealed: bytes, *, keys: Mapping[UUID, keyring.PersonKey]) -> bytes:
    """What one envelope holds. Raises envelopes.EnvelopeRefused, for the key of somebody else too."""
    if not sealed:
        return b""
    key = keys.get(key_id_of(sealed))
    if key is None or key.person_id != row.person_id:
        raise envelopes.WrongKey("the envelope names no key of this person")
    return envelopes.open_field(sealed, key=key.secret, context=context_of(row, name))


def _read_again(rows: Sequence[SealedRow], names: list[str]) -> None:
    for model in {type(row) for row in rows}:
        of_model = [row for row in rows if type(row) is model]
        manager: Any = model._base_manager  # type: ignore[attr-defined]
        stored = manager.in_bulk([row.pk for row in of_model])
        for row in of_model:
            for name in names if row.pk in stored else ():
                setattr(row, name, getattr(stored[row.pk], name))
