"""Seals what is told to a desk, and opens it again: for the desk with its key, for a reporter with theirs.

What an envelope is for, and where it belongs, is bound into it: it opens in no other place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from tutela.engines import envelopes
from tutela.foundation.vault import keyring
from tutela.reporting.models import Desk, Message, Report


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody told, in their words."""

    what: str
    where: str = ""


def _info(desk_id: UUID, purpose: str) -> bytes:
    return f"{desk_id}|{purpose}".encode()


def seal_report(desk: Desk, report_id: UUID, told: Told) -> bytes:
    words = json.dumps({"what": told.what, "where": told.where}, ensure_ascii=False).encode()
    return envelopes.seal_to(
        bytes(desk.public_key), words, info=_info(desk.pk, "report"), aad=report_id.bytes
    )


def open_report(report: Report, *, desk_key: bytes) -> Told:
    """Raises envelopes.EnvelopeRefused."""
    words = envelopes.open_sealed(
        desk_key, bytes(report.envelope), info=_info(report.desk_id, "report"), aad=report.pk.bytes
    )
    return Told(**json.loads(words))


def seal_note(desk: Desk, report_id: UUID, note: str) -> bytes:
    """An empty note is stored as empty: it has nothing to hide."""
    if not note:
        return b""
    return envelopes.seal_to(
        bytes(desk.public_key), note.encode(), info=_info(desk.pk, "note"), aad=report_id.bytes
    )


def open_note(report: Report, *, desk_key: bytes) -> str:
    if not report.note:
        return ""
    info = _info(report.desk_id, "note")
    return envelopes.open_sealed(desk_key, bytes(report.note), info=info, aad=report.pk.bytes).decode()


def seal_message(message: Message, words: str, *, desk: Desk, reporter_key: bytes) -> None:
    """Sets both envelopes on `message` (not saved)."""
    aad, text = message.pk.bytes, words.encode()
    message.for_desk = envelopes.seal_to(
        bytes(desk.public_key), text, info=_info(desk.pk, "message for desk"), aad=aad
    )
    message.for_reporter = envelopes.seal_to(
        reporter_key, text, info=_info(desk.pk, "message for reporter"), aad=aad
    )


def open_for_desk(message: Message, *, desk_id: UUID, desk_key: bytes) -> str:
    info = _info(desk_id, "message for desk")
    return envelopes.open_sealed(desk_key, bytes(message.for_desk), info=info, aad=message.pk.bytes).decode()


def open_for_reporter(message: Message, *, desk_id: UUID, private_key: bytes) -> str:
    info = _info(desk_id, "message for reporter")
    return envelopes.open_sealed(
        private_key, bytes(message.for_reporter), info=info, aad=message.pk.bytes
    ).decode()


def desk_key(desk: Desk) -> bytes:
    """The private key of a desk, for as long as one request needs it."""
    return keyring.unwrap_secret(desk)
