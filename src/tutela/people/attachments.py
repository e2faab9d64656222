"""The content of documents: sealed files outside the database, in chunks that only the person's key opens.

A file lies in a folder that is named after its key."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import puremagic
from django.conf import settings

from tutela.engines import envelopes
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.vault import folders, keyring
from tutela.people.models import Document

EXTENSIONS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "text/plain": "txt",
}
_SNIFFED = 4096
_UNFINISHED = ".part"
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
    """Seals the content of `document` into its place, in the transaction that saves it. All of it is on the
    disk when this returns."""
    _write(document, chunks, key=keyring.key_in_use(document.person_id))


def _write(document: Document | _Paper, chunks: Iterable[bytes], *, key: keyring.PersonKey) -> None:
    settings.ATTACHMENTS.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = _place(document, key.id)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = place.with_suffix(_UNFINISHED)
    try:
        with unfinished.open("wb") as file:
            for sealed in envelopes.seal_stream(chunks, key=key.secret, context=_context(document)):
                file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)
    folders.keep(place.parent)


def read(document: Document) -> Iterator[bytes]:
    """The content in chunks, each proved genuine before it is given.

    The keys are opened at once, so that the rest needs no database; the file only when the first chunk is
    asked for, so that one that nobody asks for stays closed. Raises keyring.Erased, FileNotFoundError,
    envelopes.EnvelopeDamaged."""
    keys = keyring.living_keys_of(document.person_id)
    _first_place(document, keys)
    return _opened(document, keys)


def _opened(document: Document | _Paper, keys: Sequence[keyring.PersonKey]) -> Iterator[bytes]:
    place, key = _first_place(document, keys)
    with place.open("rb") as sealed:
        pieces = iter(lambda: sealed.read(envelopes.CHUNK_SIZE), b"")
        yield from envelopes.open_stream(pieces, key=key.secret, context=_context(document))


def _first_place(
    document: Document | _Paper, keys: Sequence[keyring.PersonKey]
) -> tuple[Path, keyring.PersonKey]:
    """Where the content lies, and under which of `keys`. Raises FileNotFoundError."""
    for key in keys:
        place = _place(document, key.id)
        if place.exists():
            return place, key
    raise FileNotFoundError


def remove_all_under(key_ids: Iterable[UUID]) -> None:
    """Takes the sealed files away; what is no longer there needs no taking away."""
    for key_id in key_ids:
        shutil.rmtree(_folder(key_id), ignore_errors=True)


class Papers:
    """The papers of a person, as far as a new key concerns them (foundation/vault/resealing.py).

    The folder of a file says under which key it is. The new file is whole before the old one goes; killed
    between the two, there are both, and the one under the key in use counts."""

    def seal_again(self, person_id: UUID) -> list[UUID]:
        with within(Scope(system=True)):
            old = [key for key in keyring.living_keys_of_all([person_id]) if not key.in_use]
            organisation_id = keyring.holder_of(person_id)
        damaged = []
        with folders.held(settings.ATTACHMENTS, alone=True):
            for key in old:
                papers = [_Paper(pk, person_id, organisation_id) for pk in _papers_under(key)]
                unreadable = [paper.pk for paper in papers if not _seal_again(paper, key)]
                if not unreadable:
                    remove_all_under([key.id])
                damaged += unreadable
        return damaged

    def is_needed(self, key_id: UUID) -> bool:
        return _folder(key_id).exists()


@dataclass(frozen=True, slots=True)
class _Paper:
    """As much of a document as its content is bound to."""

    pk: UUID
    person_id: UUID
    organisation_id: UUID | None


def _papers_under(key: keyring.PersonKey) -> list[UUID]:
    folder = _folder(key.id)
    files = folder.iterdir() if folder.exists() else iter(())
    return sorted(UUID(file.name) for file in files if file.suffix != _UNFINISHED)


def _seal_again(paper: _Paper, key: keyring.PersonKey) -> bool:
    """Whether all is well: the content lies under the key in use, or the person is erased."""
    with within(Scope(system=True)):
        try:
            in_use = keyring.key_in_use(paper.person_id)
            if not _place(paper, in_use.id).exists():
                _write(paper, _opened(paper, [key]), key=in_use)
        except keyring.Erased:
            return True
        except envelopes.EnvelopeDamaged:
            return False
    return True


def _place(document: Document | _Paper, key_id: UUID) -> Path:
    return _folder(key_id) / str(document.pk)


def _folder(key_id: UUID) -> Path:
    folder: Path = settings.ATTACHMENTS / str(key_id)
    return folder


def _context(document: Document | _Paper) -> bytes:
    return envelopes.field_context(
        table="document", column="content", row=str(document.pk), organisation=str(document.organisation_id)
    )
