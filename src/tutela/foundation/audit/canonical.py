"""The bytes of an event that are hashed, made from the row as a database gives it, a million times over."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any, Final

from django.db import connection

FIELDS: Final = (
    "id",
    "at",
    "actor_id",
    "actor_organisation_id",
    "organisation_id",
    "verb",
    "kind",
    "object_id",
    "person_id",
    "purpose",
    "basis",
    "outcome",
    "details",
)
_IDS: Final = frozenset(
    {"id", "actor_id", "actor_organisation_id", "organisation_id", "object_id", "person_id"}
)
# Ids of people and organisations, and what was done, come again and again: this many of each are kept.
_REMEMBERED: Final = 10_000

# One encoder for all: json.dumps would make a new one for each event.
_as_json = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_quoted: Callable[[str], str] = encode_basestring_ascii


@dataclass(frozen=True, slots=True)
class Places:
    """A run of places of the log: numbers of events, the hashes that were kept, and each event's bytes now.

    None stands for an event that is gone, nothing for one that cannot be read.
    """

    numbers: list[int]
    kept: bytes
    data: list[bytes | None]


def leaf_data(values: tuple[Any, ...]) -> bytes:
    """The bytes of one event that are hashed: its FIELDS as JSON, in order."""
    at: datetime = values[1]
    texts = [None if value is None else str(value) for value in values[2:12]]
    return _as_json(
        [str(values[0]), at.astimezone(UTC).isoformat(timespec="microseconds"), *texts, values[12]]
    ).encode()


def places(*, start: int, end: int) -> Places:
    """The places from `start` up to `end`, in order; fewer where there are no more.

    A column goes from the database's text into JSON without becoming a Python value, in a third of the time.
    Every text is quoted, so two events that differ never have the same bytes. One event that is written in
    two ways (a time with more zeros) may have others than `leaf_data` gives: ask it about a difference.
    """
    with connection.cursor() as cursor:
        cursor.execute(_select(), [start, end])
        rows = cursor.fetchall()
    quote_id = _quoted if connection.vendor == "postgresql" else _dashed
    return Places(
        numbers=[row[0] for row in rows],
        kept=b"".join([row[1] for row in rows]),
        data=[None if row[2] is None else _bytes_of(row, quote_id) for row in rows],
    )


def _select() -> str:
    column = _postgres_column if connection.vendor == "postgresql" else _sqlite_column
    columns = ", ".join(map(column, FIELDS))
    return (
        f"SELECT leaf.number, leaf.hash, {columns}"  # noqa: S608 (our own names)
        " FROM audit_leaf leaf LEFT JOIN audit_event event ON event.number = leaf.number"
        ' WHERE leaf."index" >= %s AND leaf."index" < %s ORDER BY leaf."index"'
    )


def _sqlite_column(name: str) -> str:
    if name == "at":  # SQLite's text leaves out a fraction of nothing
        zeros = "CASE length(event.at) WHEN 19 THEN '.000000+00:00' ELSE '+00:00' END"
        return f"replace(event.at, ' ', 'T') || {zeros}"
    return f"event.{name}"


def _postgres_column(name: str) -> str:
    if name == "at":
        return "to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')"
    return f"event.{name}::text" if name in _IDS or name == "details" else f"event.{name}"


def _bytes_of(row: tuple[Any, ...], quote_id: Callable[[str], str]) -> bytes:
    _, _, id_, at, actor, employer, body, verb, kind, thing, person, purpose, basis, outcome, details = row
    try:
        who = _who(actor, employer, body, quote_id)
        what, why = _codes(verb, kind), _reasons(purpose, basis, outcome, details)
        thing = "null" if thing is None else quote_id(thing)
        person = "null" if person is None else quote_id(person)
        return f"[{quote_id(id_)},{_quoted(at)},{who},{what},{thing},{person},{why}]".encode()
    except (TypeError, ValueError):
        return b""


def _dashed(raw: str) -> str:
    """An id as Python writes it, of the 32 digits that SQLite keeps."""
    return _quoted(f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}")


@lru_cache(maxsize=_REMEMBERED)
def _who(actor: str | None, employer: str | None, body: str | None, quote_id: Callable[[str], str]) -> str:
    return ",".join("null" if one is None else quote_id(one) for one in (actor, employer, body))


@lru_cache(maxsize=_REMEMBERED)
def _codes(verb: str, kind: str) -> str:
    return f"{_quoted(verb)},{_quoted(kind)}"


@lru_cache(maxsize=_REMEMBERED)
def _reasons(purpose: str, basis: str, outcome: str, details: str) -> str:
    return f"{_quoted(purpose)},{_quoted(basis)},{_quoted(outcome)},{_as_json(json.loads(details))}"
