"""The edition of the law: which published files are in use, and how each process comes to know of them."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import Final

from django.db.models import Max

from tutela.rights.changes.folder import digest_of, read_with, shipped_text
from tutela.rights.changes.models import LawEdition, LawFile
from tutela.rights.law import BrokenLaw, Law
from tutela.rights.law.in_use import put_in_use, shipped_law

LOOK_SECONDS: Final = 5.0
"""How often a process asks for the number of the newest edition, and so how late it may learn of one."""

logger = logging.getLogger("tutela.law")


@dataclass(slots=True)
class _Known:
    """What this process has looked at: the newest edition, and the one that it could read and works with."""

    newest: int = 0
    used: int = 0
    looked_at: float = float("-inf")


_known = _Known()
_lock = threading.Lock()


def newest_number() -> int:
    """0 while nothing was published."""
    return int(LawEdition.objects.aggregate(newest=Max("number"))["newest"] or 0)


def files_of(edition: int) -> dict[str, str]:
    """The published texts in use at an edition, by path. Raises BrokenLaw where one was tampered with."""
    rows = LawFile.objects.filter(change__edition__number__lte=edition).order_by("change__edition__number")
    files = {}
    for path, text, digest in rows.values_list("path", "text", "digest"):
        if digest_of(text) != digest:
            raise BrokenLaw(f"The published text of {path} is not the one that was approved.")
        files[path] = text
    return files


def text_in_use(path: str, published: dict[str, str]) -> str | None:
    """The text of a file as it is in use: the published one, or else the shipped one."""
    return published.get(path, shipped_text(path))


def law_of(edition: int) -> Law:
    """The whole law of an edition. Raises BrokenLaw."""
    return read_with(files_of(edition)) if edition else shipped_law()


def edition_in_use() -> int:
    """The number of the edition that this process works with."""
    return _known.used


def look_for_news(*, within: float = LOOK_SECONDS) -> None:
    """Puts the newest edition in use. Asks the database at most once in `within` seconds.

    One that cannot be read changes nothing: the last that could stays. At the start, that is the newest one
    before it."""
    if time.monotonic() - _known.looked_at < within or not _lock.acquire(blocking=False):
        return
    try:
        newest = newest_number()
        if newest != _known.newest:
            _take(newest)
        _known.looked_at = time.monotonic()
    finally:
        _lock.release()


def _take(newest: int) -> None:
    _known.newest = newest
    for edition in range(newest, -1, -1):
        if edition == _known.used and edition and newest > edition:
            return
        try:
            put_in_use(law_of(edition))
        except BrokenLaw:
            logger.exception("edition %s of the law cannot be read; the one before it stays in use", edition)
            continue
        _known.used = edition
        return


def forget() -> None:
    """As at the start of a process: the shipped law, until somebody looks."""
    _known.newest, _known.used, _known.looked_at = 0, 0, float("-inf")
    put_in_use(shipped_law())


def unreadable() -> list[int]:
    """Published editions after the one that can be read; empty when all is well. Reads them."""
    found = []
    for edition in range(newest_number(), 0, -1):
        try:
            law_of(edition)
        except BrokenLaw:
            found.append(edition)
        else:
            break
    return found


def hidden_by_publication() -> list[str]:
    """Files of which this release brings another text than the one that a published change replaced."""
    rows = LawFile.objects.filter(change__edition__isnull=False).order_by("change__edition__number")
    latest = {path: shipped for path, shipped in rows.values_list("path", "shipped")}
    return sorted(
        path for path, shipped in latest.items() if shipped != digest_or_nothing(shipped_text(path))
    )


def digest_or_nothing(text: str | None) -> str:
    return "" if text is None else digest_of(text)
