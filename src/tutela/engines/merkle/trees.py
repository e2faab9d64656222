"""Hashes of a Merkle tree as RFC 6962 section 2.1 defines them (RFC 9162 keeps them)."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry; the 0x00 in front keeps an entry from ever passing for a node."""
    return sha256(b"\x00" + data).digest()


def leaf_hashes(entries: Iterable[bytes]) -> bytes:
    """Hash many entries into one run of 32-byte hashes, the shape that `append` and `root` take."""
    return b"".join([sha256(b"\x00" + entry).digest() for entry in entries])


def node_hash(*, left: bytes, right: bytes) -> bytes:
    """Hash two children into their parent."""
    return sha256(b"\x01" + left + right).digest()


def count_of(hashes: bytes) -> int:
    """Count the hashes in a run of them; raises ValueError when a hash is cut."""
    count, rest = divmod(len(hashes), HASH_SIZE)
    if rest:
        raise ValueError("a run of hashes must be a multiple of 32 bytes long")
    return count


def fold(hashes: bytes) -> bytes:
    """Hash each pair of a run into its parent; the run must hold an even number of hashes."""
    width = 2 * HASH_SIZE
    return b"".join(
        [sha256(b"\x01" + hashes[at : at + width]).digest() for at in range(0, len(hashes), width)]
    )


def root(hashes: bytes) -> bytes:
    """Compute the root of a run of leaf hashes; of none it is the hash of nothing (RFC 6962 section 2.1).

    An odd hash at the end of a level rises unchanged: this gives the same tree as the RFC's recursive split.
    """
    if not count_of(hashes):
        return EMPTY_ROOT
    while len(hashes) > HASH_SIZE:
        even = len(hashes) - len(hashes) % (2 * HASH_SIZE)
        hashes = fold(hashes[:even]) + hashes[even:]
    return hashes
