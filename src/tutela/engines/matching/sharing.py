"""Splits a handle so that fewer than the threshold of its shares are nothing but random bytes.

Shamir's scheme over GF(256), with 32 secrets side by side: a record has 32 random polynomials with t − 1
coefficients, and the share at place x is their 32 values there. Any t − 1 shares of a record are independent
and uniform (the Vandermonde matrix of t − 1 places can be inverted), which is how the bytes of a miss are
spread: who has fewer than t cannot tell that they belong together, nor that one of them is a share at all.
With t the shares depend on each other, which random vectors of 32 bytes do with a chance of about 2**-64;
what they span is the handle. It is the idea of detectable hash functions (Bhowmick and others, Apple PSI,
2021) put on one table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["HANDLE", "WIDTH", "Bytes", "Opened", "open_shares", "share_out"]

WIDTH, HANDLE = 32, 32
"""Bytes of a share, and of a handle."""
Bytes = npt.NDArray[np.uint8]
_REDUCING = 0x11B  # x**8 + x**4 + x**3 + x + 1, as in AES
_AT_ONCE = 4096


def _tables() -> tuple[Bytes, Bytes]:
    powers, logs = [1] * 510, [0] * 256
    for power in range(1, 510):
        doubled = powers[power - 1] << 1
        powers[power] = (doubled ^ (_REDUCING if doubled & 256 else 0)) ^ powers[power - 1]  # times 3
        logs[powers[power]] = power % 255
    product = np.zeros((256, 256), dtype=np.uint8)
    inverse = np.zeros(256, dtype=np.uint8)
    for one in range(1, 256):
        product[one, 1:] = [powers[logs[one] + logs[other]] for other in range(1, 256)]
        inverse[one] = powers[255 - logs[one]]
    return product, inverse


PRODUCT, INVERSE = _tables()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A record of the other side: its handle, and the places of the keys in common."""

    handle: bytes
    places: tuple[int, ...]


def share_out(
    records: int, *, shares: int, threshold: int, source: Callable[[int], bytes]
) -> tuple[Bytes, list[bytes]]:
    """Shares (records × shares × WIDTH) and the handle of each record."""
    if not 2 <= threshold <= shares <= 255:
        raise ValueError("A threshold is 2 or more, and no more than there are shares.")
    random = np.frombuffer(source(records * (threshold - 1) * WIDTH), dtype=np.uint8)
    secrets = random.reshape(records, threshold - 1, WIDTH)
    found = np.empty((records, shares, WIDTH), dtype=np.uint8)
    places = np.arange(1, shares + 1, dtype=np.uint8)
    for start in range(0, records, _AT_ONCE):
        part = secrets[start : start + _AT_ONCE]
        value = np.repeat(part[:, -1:, :], shares, axis=1)
        for power in range(threshold - 3, -1, -1):
            value = PRODUCT[places[None, :, None], value] ^ part[:, power : power + 1, :]
        found[start : start + _AT_ONCE] = value
    return found, [_handle(one) for one in _reduced(secrets)]


def open_shares(candidates: Bytes, *, threshold: int) -> list[Opened]:
    """What opens of each lane's candidates (lanes × places × WIDTH): the records with `threshold` in common.

    Candidates that are no shares are random bytes and stay alone. Fewer places than WIDTH − 7, or chance
    opens.
    """
    if candidates.shape[1] > WIDTH - 7:
        raise ValueError(f"At most {WIDTH - 7} keys are opened at once.")
    found = []
    for lane in np.flatnonzero(_ranks(candidates) < candidates.shape[1]):
        found += _opened(candidates[lane], threshold)
    return found


def _opened(vectors: Bytes, threshold: int) -> list[Opened]:
    """The records behind one lane's vectors: sets of places that depend on each other and on nothing else."""
    found = []
    for places in _dependent(vectors):
        together = vectors[list(places)]
        basis = _reduced(together[None])[0]
        basis = basis[basis.any(axis=1)]
        if len(places) >= threshold and len(basis) == threshold - 1:
            found.append(Opened(handle=_handle(basis), places=places))
    return found


def _dependent(vectors: Bytes) -> list[tuple[int, ...]]:
    """Places in sets: those of one set carry a dependence between them."""
    many = len(vectors)
    wide = np.concatenate([vectors, np.eye(many, dtype=np.uint8)], axis=1)
    reduced = _reduced(wide[None])[0]
    sets: list[set[int]] = []
    for row in reduced[~reduced[:, : vectors.shape[1]].any(axis=1)]:
        joined = set(map(int, np.flatnonzero(row[vectors.shape[1] :])))
        for other in [one for one in sets if one & joined]:
            joined |= other
            sets.remove(other)
        sets.append(joined)
    return sorted(tuple(sorted(one)) for one in sets if one)


def _reduced(matrices: Bytes) -> Bytes:
    """The reduced row echelon form of each matrix; it depends on nothing but what the rows span."""
    work = matrices.copy()
    many, rows, columns = work.shape
    every = np.arange(many)
    rank = np.zeros(many, dtype=np.intp)
    for column in range(columns):
        free = (work[:, :, column] != 0) & (np.arange(rows) >= rank[:, None])
        with_pivot = free.any(axis=1)
        if not with_pivot.any():
            continue
        at, pivot, place = every[with_pivot], free.argmax(axis=1)[with_pivot], rank[with_pivot]
        row = work[at, pivot]
        work[at, pivot] = work[at, place]
        row = PRODUCT[INVERSE[row[:, column]][:, None], row]
        factors = work[at, :, column]
        factors[np.arange(len(at)), place] = 0
        work[at] ^= PRODUCT[factors[:, :, None], row[:, None, :]]
        work[at, place] = row
        rank[at] += 1
        if (rank == rows).all():
            break
    return work


def _ranks(matrices: Bytes) -> npt.NDArray[np.intp]:
    """How many rows of each matrix do not depend on those before them."""
    work = matrices.copy()
    many, rows, _ = work.shape
    every = np.arange(many)
    rank = np.zeros(many, dtype=np.intp)
    for place in range(rows):
        row = work[:, place]
        column = (row != 0).argmax(axis=1)
        pivot = row[every, column]
        rank += pivot != 0
        row = PRODUCT[INVERSE[pivot][:, None], row]
        factors = work[every, place + 1 :, column]
        work[:, place + 1 :] ^= PRODUCT[factors[:, :, None], row[:, None, :]]
    return rank


def _handle(basis: Bytes) -> bytes:
    return hashlib.blake2b(basis.tobytes(), digest_size=HANDLE, person=b"tutela-handle").digest()
