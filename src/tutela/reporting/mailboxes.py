"""From the number in a reporter's hand to their mailbox: keys, a stored name, ten minutes of trust.

Growing keys out of a number is made dear on purpose (46 MiB and nearly a tenth of a second; why so much and
no more, says envelopes.DerivationCost), so that nobody can try many. That happens outside any transaction,
and two at a time: a crowd waits in line instead of filling memory."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tutela.engines import envelopes

AT_ONCE: Final = 2
COST: Final = envelopes.DerivationCost()
STAYS_OPEN: Final = timedelta(minutes=10)
_line = BoundedSemaphore(AT_ONCE)
_TOKEN_KEY_ID: Final = b"mailbox token 01"
_STAMP_SIZE: Final = 8


class MailboxShut(Exception):
    """The ten minutes are over, or this is not a token of ours: the number must be typed again."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An opened mailbox: `name` is what the database knows (SHA-256 of an id that only the number gives)."""

    name: str
    private_key: bytes = field(repr=False)

    @property
    def public_key(self) -> bytes:
        return envelopes.public_key_of(self.private_key)


def mailbox_of(secret: str, *, salt: bytes) -> Mailbox:
    """Waits in line, then works for nearly a tenth of a second. Raises envelopes.SecretMistyped at once."""
    secret = envelopes.parse_secret(secret)
    with _line:
        keys = envelopes.derive_reporter_keys(secret, salt=salt, cost=COST)
    return Mailbox(name=hashlib.sha256(keys.mailbox_id).hexdigest(), private_key=keys.private_key)


def token_for(mailbox: Mailbox, *, desk_id: UUID, at: datetime) -> str:
    """Keeps a mailbox open on one page for ten minutes, without a cookie, with nothing kept here."""
    until = int((at + STAYS_OPEN).timestamp()).to_bytes(_STAMP_SIZE, "big")
    sealed = envelopes.seal_field(
        until + bytes.fromhex(mailbox.name) + mailbox.private_key,
        key=_token_key(settings.SECRET_KEY),
        key_id=_TOKEN_KEY_ID,
        context=_context(desk_id),
    )
    return base64.urlsafe_b64encode(sealed).decode()


def open_token(token: str, *, desk_id: UUID, at: datetime) -> Mailbox:
    """Raises MailboxShut."""
    try:
        opened = envelopes.open_field(
            base64.urlsafe_b64decode(token.encode()),
            key=_token_key(settings.SECRET_KEY),
            key_id=_TOKEN_KEY_ID,
            context=_context(desk_id),
        )
    except (envelopes.EnvelopeRefused, binascii.Error, ValueError) as refused:
        raise MailboxShut from refused
    until, rest = int.from_bytes(opened[:_STAMP_SIZE], "big"), opened[_STAMP_SIZE:]
    if at.timestamp() > until:
        raise MailboxShut
    return Mailbox(name=rest[:32].hex(), private_key=rest[32:])


def _token_key(secret: str) -> bytes:
    return HKDF(SHA256(), length=envelopes.KEY_SIZE, salt=None, info=b"tutela mailbox token").derive(
        secret.encode()
    )


def _context(desk_id: UUID) -> bytes:
    return envelopes.field_context(table="mailbox", column="token", row=str(desk_id), organisation="")
