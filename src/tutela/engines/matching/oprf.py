"""Asks a holder of a secret key for the value of a key without showing it: RFC 9497, ristretto255 and
SHA-512.

Both modes of the RFC that matching needs: OPRF, and VOPRF, whose answer proves that the one published key was
used. The group is libsodium's (through rbcl); what stands here is the RFC around it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import rbcl

__all__ = [
    "ELEMENT", "ORDER", "OUTPUT", "PROOF", "BadElement", "BadProof", "Blinded", "Mode", "Source",
    "blind", "derive_key", "evaluate", "evaluate_blinded", "finalize", "hash_to_group", "hash_to_scalar",
    "is_element", "prove", "public_key", "random_scalar", "verify",
]  # fmt: skip

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group: RFC 9496, section 4.4."""
ELEMENT, PROOF, OUTPUT = 32, 64, 64
"""Bytes of an element of the group, of a proof, and of what a key gives in the end."""
Source = Callable[[int], bytes]
"""Gives as many random bytes as it is asked for: `os.urandom` in earnest, a seeded one only in tests."""

_IDENTITY = bytes(ELEMENT)
_MOST = 2**16 - 1


class BadElement(ValueError):
    """Bytes that are no element of the group, or its identity: RFC 9497, section 4.1."""


class BadProof(ValueError):
    """An answer that was not made with the key that was published."""


class Mode(IntEnum):
    """Whether an answer carries a proof of the key that made it: RFC 9497, section 3.1."""

    OPRF = 0
    VOPRF = 1


@dataclass(frozen=True, slots=True)
class Blinded:
    """A key that was blinded: what is sent, and the inverse of the blind, which undoes it."""

    element: bytes
    undo: int


def blind(
    keys: Sequence[bytes], *, source: Source, mode: Mode = Mode.VOPRF, blinds: Sequence[int] = ()
) -> list[Blinded]:
    """Keys as random elements (section 3.3.1). `blinds`: given ones, for test vectors only."""
    scalars = list(blinds) or [random_scalar(source) for _ in keys]
    undo = _inverses(scalars)
    return [
        Blinded(_times(scalar, hash_to_group(key, mode=mode)), inverse)
        for key, scalar, inverse in zip(keys, scalars, undo, strict=True)
    ]


def evaluate_blinded(secret: int, elements: Sequence[bytes]) -> list[bytes]:
    """Each element times the secret key. Raises BadElement for what is no element, or the identity."""
    return [_times(secret, element) for element in elements]


def finalize(key: bytes, blinded: Blinded, evaluated: bytes) -> bytes:
    """The 64 bytes that a key gives under the other side's secret (section 3.3.1)."""
    return _digest(key, _times(blinded.undo, evaluated))


def evaluate(secret: int, key: bytes, *, mode: Mode = Mode.VOPRF) -> bytes:
    """The same 64 bytes, by the one who holds both the secret and the key."""
    return _digest(key, _times(secret, hash_to_group(key, mode=mode)))


def prove(
    secret: int, elements: Sequence[bytes], evaluated: Sequence[bytes], *, source: Source, nonce: int = 0
) -> bytes:
    """That all of `evaluated` were made with the one secret (section 2.2.1). `nonce`: for test vectors
    only.
    """
    mine = public_key(secret)
    weights = _weights(mine, elements, evaluated)
    mixed = _sum(weights, elements)
    there = _times(secret, mixed)
    chosen = nonce or random_scalar(source)
    challenge = _challenge(mine, mixed, there, public_key(chosen), _times(chosen, mixed))
    answer = (chosen - challenge * secret) % ORDER
    return challenge.to_bytes(32, "little") + answer.to_bytes(32, "little")


def verify(public: bytes, elements: Sequence[bytes], evaluated: Sequence[bytes], proof: bytes) -> None:
    """Raises BadProof unless all of `evaluated` were made with the key of `public` (section 2.2.2)."""
    if len(proof) != PROOF or len(elements) != len(evaluated) or not elements:
        raise BadProof("The answer has another shape than its question.")
    challenge, answer = (int.from_bytes(part, "little") for part in (proof[:32], proof[32:]))
    if not (0 < challenge < ORDER and 0 < answer < ORDER):
        raise BadProof("The proof is no pair of numbers of the group.")
    weights = _weights(public, elements, evaluated)
    mixed, there = _sum(weights, elements), _sum(weights, evaluated)
    two = _add(public_key(answer), _times(challenge, public))
    three = _add(_times(answer, mixed), _times(challenge, there))
    if _challenge(public, mixed, there, two, three) != challenge:
        raise BadProof("The answer was not made with the key that was published.")


def derive_key(seed: bytes, info: bytes, *, mode: Mode = Mode.VOPRF) -> int:
    """A secret key of 32 random bytes and public words (section 3.2.1)."""
    if len(seed) != 32:
        raise ValueError("A seed has 32 bytes.")
    for counter in range(256):
        scalar = hash_to_scalar(
            seed + _framed(info) + bytes([counter]), tag=b"DeriveKeyPair" + _context(mode), mode=mode
        )
        if scalar:
            return scalar
    raise ValueError("No key can be derived from this seed.")


def public_key(secret: int) -> bytes:
    """The generator times a scalar that is not zero."""
    found: bytes = rbcl.crypto_scalarmult_ristretto255_base(secret.to_bytes(32, "little"))
    return found


def random_scalar(source: Source) -> int:
    """A number of 1 to the order less one, each as likely."""
    while True:
        found = int.from_bytes(source(64), "little") % ORDER  # 512 bits: the bias is below 2**-250
        if found:
            return found


def is_element(data: bytes) -> bool:
    """Whether bytes are the one spelling of an element that is not the identity."""
    return (
        len(data) == ELEMENT
        and data != _IDENTITY
        and bool(rbcl.crypto_core_ristretto255_is_valid_point(bytes(data)))
    )


def hash_to_group(data: bytes, *, mode: Mode = Mode.VOPRF) -> bytes:
    """An element that nobody knows the logarithm of (RFC 9380, by the map of RFC 9496)."""
    found: bytes = rbcl.crypto_core_ristretto255_from_hash(
        _expand(data, tag=b"HashToGroup-" + _context(mode))
    )
    if found == _IDENTITY:
        raise BadElement("A key that hashes to the identity cannot be asked for.")
    return found


def hash_to_scalar(data: bytes, *, tag: bytes = b"", mode: Mode = Mode.VOPRF) -> int:
    """A number below the order (RFC 9497, section 4.1)."""
    return int.from_bytes(_expand(data, tag=tag or b"HashToScalar-" + _context(mode)), "little") % ORDER


# ---------------------------------------------------------------- the parts
_ZEROS = hashlib.sha512(bytes(128))


def _expand(data: bytes, *, tag: bytes) -> bytes:
    """64 bytes of SHA-512: expand_message_xmd of RFC 9380, section 5.3.1, where one block is enough."""
    ending = tag + bytes([len(tag)])
    first = _ZEROS.copy()
    first.update(data + b"\x00\x40\x00" + ending)
    return hashlib.sha512(first.digest() + b"\x01" + ending).digest()


def _context(mode: Mode) -> bytes:
    return b"OPRFV1-" + bytes([mode]) + b"-ristretto255-SHA512"


def _framed(data: bytes) -> bytes:
    if len(data) > _MOST:
        raise ValueError("A key has at most 65,535 bytes.")
    return len(data).to_bytes(2, "big") + data


def _digest(key: bytes, element: bytes) -> bytes:
    return hashlib.sha512(_framed(key) + _framed(element) + b"Finalize").digest()


def _times(scalar: int, element: bytes) -> bytes:
    try:
        found: bytes = rbcl.crypto_scalarmult_ristretto255(scalar.to_bytes(32, "little"), bytes(element))
    except (RuntimeError, ValueError) as error:
        raise BadElement("These bytes are no element of the group.") from error
    return found


def _add(one: bytes, other: bytes) -> bytes:
    try:
        found: bytes = rbcl.crypto_core_ristretto255_add(one, other)
    except (RuntimeError, ValueError) as error:
        raise BadElement("These bytes are no element of the group.") from error
    return found


def _sum(weights: Sequence[int], elements: Sequence[bytes]) -> bytes:
    found = _IDENTITY
    for weight, element in zip(weights, elements, strict=True):
        found = _add(found, _times(weight, element))
    return found


def _weights(public: bytes, elements: Sequence[bytes], evaluated: Sequence[bytes]) -> list[int]:
    """By which many pairs are mixed into one (section 2.2.1, ComputeComposites; the last part is the
    mode's).
    """
    seed = hashlib.sha512(_framed(public) + _framed(b"Seed-" + _context(Mode.VOPRF))).digest()
    return [
        hash_to_scalar(
            _framed(seed) + place.to_bytes(2, "big") + _framed(one) + _framed(other) + b"Composite"
        )
        for place, (one, other) in enumerate(zip(elements, evaluated, strict=True))
    ]


def _challenge(*elements: bytes) -> int:
    return hash_to_scalar(b"".join(map(_framed, elements)) + b"Challenge")


def _inverses(scalars: Sequence[int]) -> list[int]:
    """Of all at the price of one (Montgomery's trick)."""
    through = [1]
    for scalar in scalars:
        through.append(through[-1] * scalar % ORDER)
    back = pow(through[-1], -1, ORDER)
    found = []
    for place in range(len(scalars) - 1, -1, -1):
        found.append(back * through[place] % ORDER)
        back = back * scalars[place] % ORDER
    return found[::-1]
