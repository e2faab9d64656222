"""The one secret file of an agency: what signs, seals what is kept, and makes pseudonyms, is derived from
it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, isolated
from tutela.operations.refusals import Refused

__all__ = ["Secret", "What", "make", "public_of", "put"]

_LENGTH = 32


class What(StrEnum):
    """What is sealed. The word is sealed with it, so that nothing passes for another thing."""

    QUESTION = "A question"
    HIT = "A confirmed question"
    REPLY = "A reply"
    COUNT = "A count"
    TABLE = "What the table opens to"


_SPOILT = {
    What.QUESTION: gettext_noop("A question {number} was sealed with another secret, or was changed."),
    What.HIT: gettext_noop("A confirmed question {number} was sealed with another secret, or was changed."),
    What.REPLY: gettext_noop("A reply {number} was sealed with another secret, or was changed."),
    What.COUNT: gettext_noop("A count {number} was sealed with another secret, or was changed."),
    What.TABLE: gettext_noop("What the table opens to was sealed with another secret, or was changed."),
}


@dataclass(frozen=True, slots=True)
class Secret:
    """Keys for each use, so that none is used for two."""

    root: bytes

    @classmethod
    def read(cls, path: Path) -> Secret:
        try:
            root = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise Refused(_no_secret(path)) from error
        if len(root) != _LENGTH:
            raise Refused(_no_secret(path))
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise Refused(
                _("Others can read {file}. Take their rights away: {command}.").format(
                    file=isolated(str(path)), command=isolated(f"chmod 600 {path}")
                )
            )
        return cls(root)

    @property
    def signing(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._part(b"sign"))

    @property
    def public(self) -> str:
        return self.signing.public_key().public_bytes_raw().hex()

    def seal(self, content: bytes, *, what: What, number: str = "") -> bytes:
        nonce = os.urandom(12)
        return nonce + AESGCM(self._part(b"seal")).encrypt(nonce, content, _label(what, number))

    def unseal(self, sealed: bytes, *, what: What, number: str = "") -> bytes:
        """Raises Refused where this is not what was sealed, or with another secret."""
        try:
            return AESGCM(self._part(b"seal")).decrypt(sealed[:12], sealed[12:], _label(what, number))
        except (InvalidTag, ValueError) as error:
            raise Refused(_(_SPOILT[what]).format(number=isolated(number))) from error

    def pseudonym(self, name: str, *, of: str) -> bytes:
        """16 bytes that stand for a name, and that nobody can trace back without the secret."""
        mac = HMAC(self._part(b"pseudonym"), SHA256())
        mac.update(f"{of}\n{name}".encode())
        return mac.finalize()[:16]

    def _part(self, use: bytes) -> bytes:
        return HKDF(SHA256(), _LENGTH, salt=None, info=b"tutela matching " + use).derive(self.root)


def make(path: Path) -> int:
    """Writes a new secret file, and says the public key that the agreement names."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(os.urandom(_LENGTH).hex() + "\n")
    except FileExistsError as error:
        raise Refused(
            _("{file} is there already. A secret is never written over.").format(file=isolated(str(path)))
        ) from error
    except OSError as error:
        raise Refused(_not_written(path, error)) from error
    print(_("Public key for the agreement: {key}").format(key=isolated(Secret.read(path).public)))
    return 0


def public_of(text: str) -> Ed25519PublicKey:
    """Raises ValueError for what is no public key."""
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))


def put(path: Path, content: bytes) -> None:
    """Writes beside, then renames, for its owner's eyes alone: a reader finds the old file or the new one."""
    beside = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # else a loss of power may undo the renaming, and with it the end of a pair
        finally:
            os.close(folder)
    except OSError as error:
        raise Refused(_not_written(path, error)) from error


def _label(what: What, number: str) -> bytes:
    return f"{what.value} {number}".strip().encode()


def _no_secret(path: Path) -> str:
    return _("{file} is no secret file. Make one: {command}.").format(
        file=isolated(str(path)), command=isolated(f"tutela match key {path}")
    )


def _not_written(path: Path, error: OSError) -> str:
    return _("{file} cannot be written: {problem}.").format(file=isolated(str(path)), problem=error.strerror)
