"""What goes over the line, to the byte: every question is as long as every other, and so is every answer.

A question of the length of another tells how much is known of nobody: unused places are filled with random
elements. A reply that says something cannot be told from one that says nothing without the handle that opens
it.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tutela.engines.matching.keys import MOST_KEYS
from tutela.engines.matching.oprf import ELEMENT, PROOF

__all__ = [
    "ANSWER", "COMMITMENT", "LONGEST_WORDS", "QUESTION", "REPLY", "Answer", "BadMessage", "Commitment",
    "Purpose", "Question", "Why", "committed", "confirms", "locator", "nothing", "open_reply", "pack_answer",
    "pack_commitment", "pack_question", "pack_refusal", "read_answer", "read_commitment", "read_question",
    "seal_reply",
]  # fmt: skip

_ID, _SIGNATURE = 16, 64
_POINTS = MOST_KEYS * ELEMENT
_ASKED = struct.Struct(f">4s16s16s16sQB32sI16s16s{_POINTS}s")
_SAID = struct.Struct(f">4s16sB{_POINTS}s{PROOF}s")
_NAMED = struct.Struct(">4s16s16s32s")
QUESTION, ANSWER = _ASKED.size + _SIGNATURE, _SAID.size + _SIGNATURE
COMMITMENT = _NAMED.size + _SIGNATURE
LONGEST_WORDS = 200
"""Bytes of what a reply can say."""
REPLY = 4 + _ID + 12 + 2 + LONGEST_WORDS + 16
"""Length of a reply, whatever it says."""
_Q, _A, _C, _R = b"TMQ1", b"TMA1", b"TMC1", b"TMR1"


class Purpose(IntEnum):
    """What may be asked for. There is no other: controlling immigration and prosecuting a person are not
    here.
    """

    PROTECTION = 1
    FAMILY_TRACING = 2
    MISSING_PERSON = 3
    DOUBLE_ASSISTANCE = 4


class Why(IntEnum):
    """Why nothing was answered; 0 is an answer. None of these depends on whom the question is about."""

    ANSWERED = 0
    MALFORMED = 1
    SIGNATURE = 2
    PROFILE = 3
    TABLE = 4
    CLOCK = 5
    REPLAY = 6
    PURPOSE = 7
    CONSENT = 8
    DAY = 9
    MONTH = 10
    CASEWORKER = 11
    PERSON = 12
    FROZEN = 13
    STOPPED = 14


class BadMessage(ValueError):
    """Bytes that are no message of this protocol, or were not signed by the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `at`: seconds; `consent_until`: days, both since 1970; `subject`, `caseworker`:
    pseudonyms.
    """

    profile: bytes
    table: bytes
    number: bytes
    at: int
    purpose: int
    consent: bytes
    consent_until: int
    caseworker: bytes
    subject: bytes
    elements: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The elements times the secret key, and the proof of it; or why there are none."""

    number: bytes
    why: Why
    elements: tuple[bytes, ...] = ()
    proof: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """The record that somebody found, named to nobody but who holds it; random bytes where nobody was
    found.
    """

    number: bytes
    locator: bytes
    tag: bytes


def pack_question(question: Question, key: Ed25519PrivateKey) -> bytes:
    if len(question.elements) != MOST_KEYS:
        raise BadMessage(f"A question has {MOST_KEYS} elements.")
    q = question
    fixed = (
        q.profile,
        q.table,
        q.number,
        q.at,
        q.purpose,
        q.consent,
        q.consent_until,
        q.caseworker,
        q.subject,
    )
    body = _ASKED.pack(_Q, *fixed, b"".join(q.elements))
    return body + key.sign(body)


def read_question(data: bytes, key: Ed25519PublicKey) -> Question:
    """Raises BadMessage."""
    body = _signed(data, QUESTION, key)
    magic, *fixed, points = _ASKED.unpack(body)
    if magic != _Q:
        raise BadMessage("This is no question.")
    profile, table, number, at, purpose, consent, until, caseworker, subject = fixed
    return Question(
        profile=profile,
        table=table,
        number=number,
        at=at,
        purpose=purpose,
        consent=consent,
        consent_until=until,
        caseworker=caseworker,
        subject=subject,
        elements=_split(points),
    )


def pack_answer(number: bytes, elements: Sequence[bytes], proof: bytes, key: Ed25519PrivateKey) -> bytes:
    body = _SAID.pack(_A, number, Why.ANSWERED, b"".join(elements), proof)
    return body + key.sign(body)


def pack_refusal(number: bytes, why: Why, key: Ed25519PrivateKey) -> bytes:
    """As long as an answer."""
    body = _SAID.pack(_A, number, why, bytes(_POINTS), bytes(PROOF))
    return body + key.sign(body)


def read_answer(data: bytes, key: Ed25519PublicKey) -> Answer:
    """Raises BadMessage."""
    magic, number, why, points, proof = _SAID.unpack(_signed(data, ANSWER, key))
    if magic != _A or why not in Why.__members__.values():
        raise BadMessage("This is no answer.")
    if why:
        return Answer(number=number, why=Why(why))
    return Answer(number=number, why=Why.ANSWERED, elements=_split(points), proof=proof)


# ---------------------------------------------------------------- after an answer
def locator(handle: bytes) -> bytes:
    """By which the answering side finds the record again: nothing can be told from it without the handle."""
    return hashlib.blake2b(handle, digest_size=_ID, person=b"tutela-locator").digest()


def committed(number: bytes, handle: bytes) -> Commitment:
    """A commitment to one record, good for one question alone."""
    return Commitment(number=number, locator=locator(handle), tag=_tag(handle, number))


def nothing(number: bytes, source: Callable[[int], bytes]) -> Commitment:
    """What is sent where nobody was found: nobody on the way can tell it from the other."""
    return Commitment(number=number, locator=source(_ID), tag=source(32))


def confirms(commitment: Commitment, handle: bytes) -> bool:
    return hmac.compare_digest(commitment.tag, _tag(handle, commitment.number))


def pack_commitment(commitment: Commitment, key: Ed25519PrivateKey) -> bytes:
    body = _NAMED.pack(_C, commitment.number, commitment.locator, commitment.tag)
    return body + key.sign(body)


def read_commitment(data: bytes, key: Ed25519PublicKey) -> Commitment:
    """Raises BadMessage."""
    magic, number, where, tag = _NAMED.unpack(_signed(data, COMMITMENT, key))
    if magic != _C:
        raise BadMessage("This is no commitment.")
    return Commitment(number=number, locator=where, tag=tag)


def seal_reply(number: bytes, *, handle: bytes | None, words: str, source: Callable[[int], bytes]) -> bytes:
    """REPLY bytes that only who has the handle can tell from random ones; without one they are random."""
    said = words.encode()
    if len(said) > LONGEST_WORDS:
        raise BadMessage(f"A reply says at most {LONGEST_WORDS} bytes.")
    if handle is None:
        return _R + number + source(REPLY - 4 - _ID)
    nonce = source(12)
    plain = len(said).to_bytes(2, "big") + said.ljust(LONGEST_WORDS, b"\x00")
    return _R + number + nonce + AESGCM(_reply_key(handle, number)).encrypt(nonce, plain, _R + number)


def open_reply(data: bytes, *, number: bytes, handle: bytes) -> str | None:
    """What a reply says, or None where it says nothing. Raises BadMessage for what is no reply."""
    if len(data) != REPLY or data[:4] != _R or data[4 : 4 + _ID] != number:
        raise BadMessage("This is no reply to this question.")
    nonce, sealed = data[20:32], data[32:]
    try:
        plain = AESGCM(_reply_key(handle, number)).decrypt(nonce, sealed, _R + number)
    except InvalidTag:
        return None
    return plain[2 : 2 + int.from_bytes(plain[:2], "big")].decode()


def _tag(handle: bytes, number: bytes) -> bytes:
    return hmac.digest(handle, b"commitment" + number, "sha256")


def _reply_key(handle: bytes, number: bytes) -> bytes:
    return hmac.digest(handle, b"reply" + number, "sha256")


def _signed(data: bytes, length: int, key: Ed25519PublicKey) -> bytes:
    if len(data) != length:
        raise BadMessage("This message has another length than all others of its kind.")
    body, signature = data[:-_SIGNATURE], data[-_SIGNATURE:]
    try:
        key.verify(signature, body)
    except InvalidSignature as error:
        raise BadMessage("This message was not signed by the other side.") from error
    return body


def _split(points: bytes) -> tuple[bytes, ...]:
    return tuple(points[place : place + ELEMENT] for place in range(0, _POINTS, ELEMENT))
