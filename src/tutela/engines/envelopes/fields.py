"""Seals one field of one row, and wraps keys, with AES-256-GCM bound to the place where they belong."""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tutela.engines.envelopes.framing import EnvelopeDamaged, UnknownVersion, WrongKey, join_unambiguously

KEY_SIZE: Final = 32
KEY_ID_SIZE: Final = 16
_VERSION: Final = b"\x01"
_NONCE_SIZE: Final = 12
_TAG_SIZE: Final = 16
_HEADER_SIZE: Final = len(_VERSION) + KEY_ID_SIZE
_SMALLEST: Final = _HEADER_SIZE + _NONCE_SIZE + _TAG_SIZE


def new_key() -> bytes:
    """Draw a new 32-byte key from the operating system."""
    return os.urandom(KEY_SIZE)


def field_context(*, table: str, column: str, row: str, organisation: str) -> bytes:
    """Name the place of a field, so that its ciphertext opens nowhere else."""
    return join_unambiguously(
        b"tutela field", table.encode(), column.encode(), row.encode(), organisation.encode()
    )


def seal_field(plaintext: bytes, *, key: bytes, key_id: bytes, context: bytes) -> bytes:
    """Encrypt a field: version (1 byte), key id (16), random nonce (12), ciphertext and tag (16 more).

    The associated data is version, key id and context. The nonce is random, so that one key may seal at most
    2^32 fields (NIST SP 800-38D section 8.3). Raises ValueError for a key or id of another length.
    """
    _check_key(key, key_id)
    header = _VERSION + key_id
    nonce = os.urandom(_NONCE_SIZE)
    return header + nonce + AESGCM(key).encrypt(nonce, plaintext, header + context)


def open_field(envelope: bytes, *, key: bytes, context: bytes, key_id: bytes | None = None) -> bytes:
    """Decrypt a field; raises UnknownVersion, WrongKey or EnvelopeDamaged, and ValueError for a bad key.

    Give `key_id` where the row says which key it expects; without it the id is the one in the envelope, which
    the caller used to find the key.
    """
    named = envelope_key_id(envelope)
    _check_key(key, named if key_id is None else key_id)
    if key_id is not None and named != key_id:
        raise WrongKey("the envelope names another key")
    header, rest = envelope[:_HEADER_SIZE], envelope[_HEADER_SIZE:]
    try:
        return AESGCM(key).decrypt(rest[:_NONCE_SIZE], rest[_NONCE_SIZE:], header + context)
    except InvalidTag as error:
        raise EnvelopeDamaged("the envelope does not open here") from error


def envelope_key_id(envelope: bytes) -> bytes:
    """Read which key an envelope says it was sealed with; raises UnknownVersion or EnvelopeDamaged."""
    if envelope[:1] not in (_VERSION, b""):
        raise UnknownVersion("the envelope has an unknown version")
    if len(envelope) < _SMALLEST:
        raise EnvelopeDamaged("the envelope is cut short")
    return envelope[len(_VERSION) : _HEADER_SIZE]


def wrap_key(
    key: bytes, *, key_id: bytes, wrapping_key: bytes, wrapping_key_id: bytes, purpose: str
) -> bytes:
    """Encrypt a key of any length under another one, bound to its own id and to what it is for."""
    context = _key_context(key_id=key_id, purpose=purpose)
    return seal_field(key, key=wrapping_key, key_id=wrapping_key_id, context=context)


def unwrap_key(
    wrapped: bytes, *, key_id: bytes, wrapping_key: bytes, wrapping_key_id: bytes, purpose: str
) -> bytes:
    """Decrypt a wrapped key; raises what `open_field` raises."""
    context = _key_context(key_id=key_id, purpose=purpose)
    return open_field(wrapped, key=wrapping_key, key_id=wrapping_key_id, context=context)


def _key_context(*, key_id: bytes, purpose: str) -> bytes:
    if len(key_id) != KEY_ID_SIZE:
        raise ValueError("the id of a key is 16 bytes long")
    return join_unambiguously(b"tutela key", key_id, purpose.encode())


def _check_key(key: bytes, key_id: bytes) -> None:
    if len(key) != KEY_SIZE or len(key_id) != KEY_ID_SIZE:
        raise ValueError("a key is 32 bytes long and its id 16")
