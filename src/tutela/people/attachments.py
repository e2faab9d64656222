"""The content of documents: sealed files outside the database, in chunks that only the person's key opens."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

import puremagic
from django.conf import settings

from tutela.engines import envelopes
from tutela.foundation.vault import keyring
from tutela.people.models import Document

EXTENSIONS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "text/plain": "txt",
}
_SNIFFED = 4096
_BINARY = frozenset(range(32)) - frozenset(b"\t\n\r\f")


class KindNotAllowed(Exception):
    """It is no PDF, JPEG, PNG or plain text, whatever its name says."""


class TooLarge(Exception):
    """It is larger than settings.ATTACHMENT_MAX_BYTES."""


def media_type_of(content: bytes) -> str:
    """What `content` really is, from its bytes. Raises KindNotAllowed."""
    found = _magic(content[:_SNIFFED])
    if found in EXTENSIONS and found != "text/plain":
        return found
    if found in {"", "text/plain"} and _is_plain_text(content):
        return "text/plain"
    raise KindNotAllowed


def _magic(start: bytes) -> str:
    try:
        matches = puremagic.magic_string(start)
    except (puremagic.PureError, ValueError):
        return ""
    return next((str(match.mime_type) for match in matches if match.mime_type), "unknown") if matches else ""


def _is_plain_text(content: bytes) -> bool:
    """UTF-8 without control characters, and no mark-up that a browser could take for a page."""
    if not content or not _BINARY.isdisjoint(content) or content.lstrip().startswith(b"<"):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def write(document: Document, chunks: Iterable[bytes]) -> None:
    """Seals the content of `document` into its place; the whole of it is on the disk when this returns."""
    settings.ATTACHMENTS.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = keyring.open_person_key(document.data_key_id)
    unfinished = _place(document.pk).with_suffix(".part")
    with unfinished.open("wb") as file:
        for sealed in envelopes.seal_stream(chunks, key=key, context=_context(document)):
            file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(_place(document.pk))


def read(document: Document) -> Iterator[bytes]:
    """The content in chunks, each proved genuine before it is given.

    The key is opened at once, so that the rest needs no database; the file only when the first chunk is asked
    for, so that one that nobody asks for stays closed. Raises keyring.Erased, envelopes.EnvelopeDamaged,
    FileNotFoundError."""
    key = keyring.open_person_key(document.data_key_id)
    place = _place(document.pk)
    place.stat()
    return _opened(place, key=key, context=_context(document))


def _opened(place: Path, *, key: bytes, context: bytes) -> Iterator[bytes]:
    with place.open("rb") as sealed:
        pieces = iter(lambda: sealed.read(envelopes.CHUNK_SIZE), b"")
        yield from envelopes.open_stream(pieces, key=key, context=context)


def remove(document_ids: Iterable[UUID]) -> None:
    """Takes the sealed files away; what is no longer there needs no taking away."""
    for document_id in document_ids:
        _place(document_id).unlink(missing_ok=True)


def _place(document_id: UUID) -> Path:
    place: Path = settings.ATTACHMENTS / str(document_id)
    return place


def _context(document: Document) -> bytes:
    return envelopes.field_context(
        table="document", column="content", row=str(document.pk), organisation=str(document.organisation_id)
    )
