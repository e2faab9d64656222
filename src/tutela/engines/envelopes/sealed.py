"""Seals a message to the holder of a private key: HPKE (RFC 9180) with ML-KEM-768 and X25519 together.

Whoever records a message today must break both to read it later, a quantum computer's owner included.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from tutela.engines.envelopes.framing import EnvelopeDamaged, UnknownVersion, join_unambiguously

SMALLEST_BUCKET: Final = 4096
_MLKEM_SEED_SIZE: Final = 64
_MLKEM_PUBLIC_SIZE: Final = 1184
_X25519_SIZE: Final = 32
PRIVATE_KEY_SIZE: Final = _MLKEM_SEED_SIZE + _X25519_SIZE
PUBLIC_KEY_SIZE: Final = _MLKEM_PUBLIC_SIZE + _X25519_SIZE

# Version 1, then suite 1: ML-KEM-768 + X25519, HKDF-SHA256, AES-256-GCM.
_HEADER: Final = b"\x01\x01"
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_LENGTH_SIZE: Final = 8


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key (96 bytes: ML-KEM seed, X25519) and its public key (1216 bytes)."""

    private_key: bytes = field(repr=False)
    public_key: bytes


def new_keypair() -> KeyPair:
    """Draw a new pair from the operating system."""
    private_key = os.urandom(PRIVATE_KEY_SIZE)
    return KeyPair(private_key=private_key, public_key=public_key_of(private_key))


def public_key_of(private_key: bytes) -> bytes:
    """Compute the public key that belongs to a private one; raises ValueError for another length."""
    mlkem, x25519 = _private_parts(private_key)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def seal_to(public_key: bytes, plaintext: bytes, *, info: bytes, aad: bytes) -> bytes:
    """Encrypt a message that only the holder of the private key can read.

    `info` says what kind of message it is and `aad` which one; both must be the same on opening. The message
    is padded to 4 KiB, 8 KiB, 16 KiB, ... so that its length hides. Raises ValueError for a bad public key.
    """
    if len(public_key) != PUBLIC_KEY_SIZE:
        raise ValueError("a public key is 1216 bytes long")
    key = MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public_key[:_MLKEM_PUBLIC_SIZE]),
        X25519PublicKey.from_public_bytes(public_key[_MLKEM_PUBLIC_SIZE:]),
    )
    return _HEADER + _SUITE.encrypt(_padded(plaintext), key, info=_bound(info, aad))


def open_sealed(private_key: bytes, envelope: bytes, *, info: bytes, aad: bytes) -> bytes:
    """Decrypt a sealed message; raises UnknownVersion, EnvelopeDamaged, and ValueError for a bad key."""
    key = MLKEM768X25519PrivateKey(*_private_parts(private_key))
    header, body = envelope[: len(_HEADER)], envelope[len(_HEADER) :]
    if header != _HEADER:
        if _HEADER.startswith(header):
            raise EnvelopeDamaged("the message is cut short")
        raise UnknownVersion("the message has an unknown version or suite")
    try:
        padded = _SUITE.decrypt(body, key, info=_bound(info, aad))
    except InvalidTag as error:
        raise EnvelopeDamaged("the message does not open here") from error
    return _unpadded(padded)


def _private_parts(private_key: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(private_key) != PRIVATE_KEY_SIZE:
        raise ValueError("a private key is 96 bytes long")
    return (
        MLKEM768PrivateKey.from_seed_bytes(private_key[:_MLKEM_SEED_SIZE]),
        X25519PrivateKey.from_private_bytes(private_key[_MLKEM_SEED_SIZE:]),
    )


def _bound(info: bytes, aad: bytes) -> bytes:
    """Put header, info and aad into HPKE's info: the library's one-shot call has no argument for aad.

    Nothing is lost: info enters the key schedule (RFC 9180 section 5.1), and each key seals one message.
    """
    return join_unambiguously(b"tutela sealed", _HEADER, info, aad)


def _padded(plaintext: bytes) -> bytes:
    """Put the length in front and zeros behind, up to the next bucket."""
    needed = _LENGTH_SIZE + len(plaintext)
    bucket = max(SMALLEST_BUCKET, 1 << (needed - 1).bit_length())
    return len(plaintext).to_bytes(_LENGTH_SIZE, "big") + plaintext + bytes(bucket - needed)


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_SIZE], "big")
    plaintext = padded[_LENGTH_SIZE : _LENGTH_SIZE + length]
    # A sender could pad otherwise; only what `_padded` writes is taken: nothing hides behind a message.
    if len(plaintext) != length or _padded(plaintext) != padded:
        raise EnvelopeDamaged("the message is padded wrongly")
    return plaintext
