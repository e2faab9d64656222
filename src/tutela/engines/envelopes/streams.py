"""Seals a file chunk by chunk, so that it is never whole in memory and cannot be cut or shuffled unseen.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): each 64 KiB chunk is sealed by AES-256-GCM
under a nonce of prefix, counter and a flag that marks the last one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tutela.engines.envelopes.fields import KEY_SIZE
from tutela.engines.envelopes.framing import EnvelopeDamaged, UnknownVersion, join_unambiguously

CHUNK_SIZE: Final = 64 * 1024
_TAG_SIZE: Final = 16
_VERSION: Final = b"\x01"
_SALT_SIZE: Final = 32
_HEADER_SIZE: Final = len(_VERSION) + _SALT_SIZE
_PREFIX_SIZE: Final = 7
_MOST_CHUNKS: Final = 1 << 32


def seal_stream(chunks: Iterable[bytes], *, key: bytes, context: bytes) -> Iterator[bytes]:
    """Encrypt pieces of any size; yields a header (version, 32-byte salt), then chunks of 64 KiB + 16 bytes.

    A key of its own grows out of the salt and the context for each file, so that one key may seal any number
    of files. Raises ValueError for a key of another length.
    """
    salt = os.urandom(_SALT_SIZE)
    cipher, prefix = _cipher(key, salt=salt, context=context)
    yield _VERSION + salt
    for number, (chunk, is_last) in enumerate(_cut(chunks, CHUNK_SIZE)):
        yield cipher.encrypt(_nonce(prefix, number, is_last=is_last), chunk, None)


def open_stream(pieces: Iterable[bytes], *, key: bytes, context: bytes) -> Iterator[bytes]:
    """Decrypt pieces of any size; yields chunks as they prove true.

    Each chunk is genuine and in its place, but only the end of the generator says that none is missing: do
    not act on a part. Raises UnknownVersion, EnvelopeDamaged, and ValueError for a key of another length.
    """
    source = iter(pieces)
    header, rest = _header(source)
    if header[:1] not in (_VERSION, b""):
        raise UnknownVersion("the file has an unknown version")
    if len(header) < _HEADER_SIZE:
        raise EnvelopeDamaged("the file is cut short")
    cipher, prefix = _cipher(key, salt=header[len(_VERSION) :], context=context)
    for number, (chunk, is_last) in enumerate(_cut(_after(rest, source), CHUNK_SIZE + _TAG_SIZE)):
        try:
            yield cipher.decrypt(_nonce(prefix, number, is_last=is_last), chunk, None)
        except InvalidTag as error:
            raise EnvelopeDamaged("the file was altered, cut or moved") from error


def _cipher(key: bytes, *, salt: bytes, context: bytes) -> tuple[AESGCM, bytes]:
    """Grow the key and the nonce prefix of one file."""
    if len(key) != KEY_SIZE:
        raise ValueError("a key is 32 bytes long")
    info = join_unambiguously(b"tutela stream", _VERSION, context)
    derived = HKDF(algorithm=SHA256(), length=KEY_SIZE + _PREFIX_SIZE, salt=salt, info=info).derive(key)
    return AESGCM(derived[:KEY_SIZE]), derived[KEY_SIZE:]


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    if number >= _MOST_CHUNKS:
        raise ValueError("a file is at most 256 TiB long")
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


def _cut(pieces: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Cut pieces anew to one size, and say which is the last: it may be short, and empty only when alone."""
    held = bytearray()
    for piece in pieces:
        held += piece
        at = 0
        while len(held) - at > size:
            yield bytes(held[at : at + size]), False
            at += size
        del held[:at]
    yield bytes(held), True


def _header(source: Iterator[bytes]) -> tuple[bytes, bytes]:
    """Take the header off the front, with what followed it in the same piece."""
    held = b""
    for piece in source:
        held += piece
        if len(held) >= _HEADER_SIZE:
            break
    return held[:_HEADER_SIZE], held[_HEADER_SIZE:]


def _after(rest: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    yield rest
    yield from source
