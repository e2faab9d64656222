"""Signs and checks the head of a log: C2SP signed-note, tlog-checkpoint and Ed25519 tlog-cosignature."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tutela.engines.merkle.trees import HASH_SIZE

MOST_SIGNATURES: Final = 64
_MARK: Final = "— "
_ID_SIZE: Final = 4
_TIME_SIZE: Final = 8
_SIZE_LINE: Final = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)


class NoteRefused(Exception):
    """The note is malformed, or no known key signed it, or a known key's signature does not hold."""


class SignatureKind(IntEnum):
    """Signature type bytes that signed-note assigns."""

    NOTE = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key that somebody decided to trust, under its name."""

    name: str
    public_key: bytes
    kind: SignatureKind = SignatureKind.NOTE

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public_key) != HASH_SIZE:
            raise ValueError("an Ed25519 public key is 32 bytes long")

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, type, key): a label, not a proof."""
        typed = bytes([self.kind]) + self.public_key
        return sha256(self.name.encode() + b"\n" + typed).digest()[:_ID_SIZE]

    @property
    def vkey(self) -> str:
        """The key as one line of text to hand to others: name+id+key."""
        typed = bytes([self.kind]) + self.public_key
        return f"{self.name}+{self.key_id.hex()}+{b64encode(typed).decode()}"

    @classmethod
    def of(
        cls, private_key: Ed25519PrivateKey, *, name: str, kind: SignatureKind = SignatureKind.NOTE
    ) -> Verifier:
        """Make the verifier that belongs to a signing key."""
        return cls(name=name, public_key=private_key.public_key().public_bytes_raw(), kind=kind)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature that held; `at` is the time that a witness put under its cosignature."""

    name: str
    key_id: bytes
    at: datetime | None


@dataclass(frozen=True, slots=True)
class VerifiedNote:
    """The text of a note and every known signature on it, in the order of the note."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: which log, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes


def parse_verifier(vkey: str) -> Verifier:
    """Read a key from its one line of text; raises ValueError when it is not exactly right."""
    parts = vkey.split("+", 2)
    if len(parts) != 3:
        raise ValueError("a verifier key has three parts")
    try:
        typed = b64decode(parts[2], validate=True)
        verifier = Verifier(name=parts[0], public_key=typed[1:], kind=SignatureKind(typed[0]))
    except IndexError as error:
        raise ValueError("a verifier key names its type") from error
    if verifier.vkey != vkey:
        raise ValueError("the verifier key does not match its own id")
    return verifier


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Write a head as the text of a note, to be signed; raises ValueError for what cannot be one."""
    origin, size, root = checkpoint.origin, checkpoint.size, checkpoint.root
    if not origin or not origin.isprintable() or size < 0 or len(root) != HASH_SIZE:
        raise ValueError("not the head of a log")
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a verified note as a head; raises NoteRefused."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE_LINE.fullmatch(lines[1]):
        raise NoteRefused("not a checkpoint")
    root = _decoded(lines[2])
    if len(root) != HASH_SIZE:
        raise NoteRefused("not a checkpoint")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def sign_note(text: str, *, name: str, private_key: Ed25519PrivateKey) -> str:
    """Sign a text that ends in a newline, and return the note; raises ValueError."""
    if not text.endswith("\n") or not _is_clean(text):
        raise ValueError("a note is lines of text without control characters")
    verifier = Verifier.of(private_key, name=name)
    return f"{text}\n{_line(name, verifier.key_id + private_key.sign(text.encode()))}"


def cosign_note(note: str, *, name: str, private_key: Ed25519PrivateKey, at: datetime) -> str:
    """Add a witness's timestamped signature to a signed checkpoint; raises NoteRefused, ValueError.

    The caller must first have verified the log's own signature, and the consistency with the head that this
    witness saw last: the signature says that it did. Source: C2SP tlog-cosignature.
    """
    if at.tzinfo is None:
        raise ValueError("the time of a cosignature needs a time zone")
    text, _ = _split(note)
    parse_checkpoint(text)
    verifier = Verifier.of(private_key, name=name, kind=SignatureKind.COSIGNATURE)
    seconds = int(at.timestamp())
    signed = private_key.sign(_cosigned(text, seconds))
    stamped = verifier.key_id + seconds.to_bytes(_TIME_SIZE, "big") + signed
    return note + _line(name, stamped)


def verify_note(note: str, *, verifiers: Sequence[Verifier]) -> VerifiedNote:
    """Check every signature by a known key and say whose they are; raises NoteRefused.

    Signatures by unknown keys are passed over, as the standard asks; one false signature under a known key,
    or no known key at all, refuses the whole note.
    """
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    text, lines = _split(note)
    held: dict[tuple[str, bytes], Signature] = {}
    for line in lines:
        name, blob = _parse_line(line)
        who = (name, blob[:_ID_SIZE])
        if who in known:
            at = _check(known[who], text, blob[_ID_SIZE:])
            held[who] = Signature(name=name, key_id=who[1], at=at)
    if not held:
        raise NoteRefused("no known key signed this note")
    return VerifiedNote(text=text, signatures=tuple(held.values()))


def _check(verifier: Verifier, text: str, signature: bytes) -> datetime | None:
    """Check one signature and return the time in it, if its kind carries one."""
    at, message = None, text.encode()
    if verifier.kind is SignatureKind.COSIGNATURE:
        seconds = int.from_bytes(signature[:_TIME_SIZE], "big")
        signature, message = signature[_TIME_SIZE:], _cosigned(text, seconds)
        at = _moment(seconds)
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise NoteRefused("a signature under a known key is false") from error
    return at


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise NoteRefused("the time of a cosignature is no date") from error


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _line(name: str, blob: bytes) -> str:
    return f"{_MARK}{name} {b64encode(blob).decode()}\n"


def _split(note: str) -> tuple[str, list[str]]:
    """Part the text from its signature lines at the last empty line."""
    text, blank, signed = note.rpartition("\n\n")
    if not blank or not signed.endswith("\n") or not _is_clean(note):
        raise NoteRefused("not a signed note")
    lines = signed[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteRefused("too many signatures")
    return text + "\n", lines


def _parse_line(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_MARK).partition(" ")
    blob = _decoded(encoded)
    try:
        _check_name(name)
    except ValueError as error:
        raise NoteRefused("not a signature line") from error
    if not line.startswith(_MARK) or not space or len(blob) <= _ID_SIZE:
        raise NoteRefused("not a signature line")
    return name, blob


def _decoded(encoded: str) -> bytes:
    """Decode base64, refusing other spellings of the same bytes."""
    try:
        decoded = b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteRefused("not base64") from error
    if b64encode(decoded).decode() != encoded:
        raise NoteRefused("not base64")
    return decoded


def _check_name(name: str) -> None:
    if not name or "+" in name or any(mark.isspace() for mark in name) or not _is_clean(name):
        raise ValueError("a key name has no space and no plus")


def _is_clean(text: str) -> bool:
    """Tell whether a text is encodable and holds no ASCII control character but the newline."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return all(mark >= " " or mark == "\n" for mark in text)
