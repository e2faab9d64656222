"""The secret by which a person without a name comes back to their report, and the keys that it gives."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from tutela.engines.envelopes.sealed import PRIVATE_KEY_SIZE, public_key_of

DIGITS: Final = 24
MAILBOX_ID_SIZE: Final = 16
_GROUP: Final = 4
_LONGEST_INPUT: Final = 200
_SMALLEST_SALT: Final = 16
_MINUS: Final = "−"

# Damm, "Total anti-symmetrische Quasigruppen" (2004): the check digit finds every single wrong digit and
# every swap of two neighbours.
_DAMM: Final = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class SecretMistyped(Exception):
    """The text is not a secret: a digit is missing, wrong or swapped."""


@dataclass(frozen=True, slots=True)
class DerivationCost:
    """How dear one guess at a secret is made: memory in KiB, passes and lanes of argon2id (RFC 9106).

    By default the memory of the first of OWASP's choices for passwords (46 MiB, Password Storage Cheat Sheet,
    2024) with twice its passes. RFC 9106's second choice for passwords that people think up (64 MiB, three
    passes) costs the server twice as much; a secret here is 76 random bits, which no one guesses even
    unstretched: at a thousand million guesses a second half of them take a million years. What is paid buys
    time should a number be known in part.
    """

    memory_kib: int = 46 * 1024
    passes: int = 2
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class ReporterKeys:
    """Where a reporter's answers lie (16 bytes), and the pair of keys that opens them."""

    mailbox_id: bytes
    private_key: bytes = field(repr=False)
    public_key: bytes


def new_secret() -> str:
    """Draw a secret: 23 random digits (76 bits) and a check digit, in groups of four."""
    digits = f"{secrets.randbelow(10 ** (DIGITS - 1)):0{DIGITS - 1}}"
    return _grouped(digits + str(_interim(digits)))


def parse_secret(text: str) -> str:
    """Read what a person typed and return it as `new_secret` writes it; raises SecretMistyped.

    Spaces, dashes and invisible marks of direction are skipped; the digits may be those of any script.
    """
    if len(text) > _LONGEST_INPUT:
        raise SecretMistyped("too long")
    digits = "".join(_digit(mark) for mark in text if not _is_separator(mark))
    if len(digits) != DIGITS:
        raise SecretMistyped("a secret has 24 digits")
    if _interim(digits):
        raise SecretMistyped("a digit is wrong, or two are swapped")
    return _grouped(digits)


def derive_reporter_keys(secret: str, *, salt: bytes, cost: DerivationCost | None = None) -> ReporterKeys:
    """Grow the same keys out of the same secret, always.

    argon2id makes a guess dear, HKDF-Expand (RFC 5869) parts mailbox and key. `salt` is one of this
    installation, at least 16 bytes: nobody can prepare guesses for several installations at once. Raises
    SecretMistyped, and ValueError for a shorter salt.
    """
    if len(salt) < _SMALLEST_SALT:
        raise ValueError("the salt is at least 16 bytes long")
    cost = cost or DerivationCost()
    stretched = hash_secret_raw(
        secret=parse_secret(secret).replace(" ", "").encode(),
        salt=salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )
    private_key = _expanded(stretched, b"tutela reporter key 1", PRIVATE_KEY_SIZE)
    return ReporterKeys(
        mailbox_id=_expanded(stretched, b"tutela reporter mailbox 1", MAILBOX_ID_SIZE),
        private_key=private_key,
        public_key=public_key_of(private_key),
    )


def _expanded(stretched: bytes, purpose: bytes, size: int) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=size, info=purpose).derive(stretched)


def _digit(mark: str) -> str:
    try:
        return str(unicodedata.decimal(mark))
    except ValueError as error:
        raise SecretMistyped("a secret has digits only") from error


def _is_separator(mark: str) -> bool:
    """Tell whether a mark is a space, a dash, a line end, or an invisible mark of writing direction."""
    return mark.isspace() or mark == _MINUS or unicodedata.category(mark) in {"Pd", "Cf"}


def _interim(digits: str) -> int:
    """Run Damm's table over the digits: the check digit to add, or 0 when the last one is right."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + _GROUP] for at in range(0, DIGITS, _GROUP))
