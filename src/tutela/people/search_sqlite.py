"""Blind tokens on SQLite: a full-text index over one row of tokens a person.

The index holds no text of its own (`content=`): triggers of the migration keep it in step with the table."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

TABLES = (
    """CREATE TABLE people_name_tokens (
        id INTEGER PRIMARY KEY,
        person_id CHAR(32) NOT NULL UNIQUE,
        organisation_id CHAR(32) NOT NULL,
        tokens TEXT NOT NULL
    )""",
    """CREATE VIRTUAL TABLE people_name_index USING fts5(
        tokens, content='people_name_tokens', content_rowid='id', detail=none, columnsize=0, tokenize='ascii'
    )""",
    """CREATE TRIGGER people_name_added AFTER INSERT ON people_name_tokens BEGIN
        INSERT INTO people_name_index(rowid, tokens) VALUES (new.id, new.tokens);
    END""",
    """CREATE TRIGGER people_name_removed AFTER DELETE ON people_name_tokens BEGIN
        INSERT INTO people_name_index(people_name_index, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    END""",
    """CREATE TRIGGER people_name_changed AFTER UPDATE ON people_name_tokens BEGIN
        INSERT INTO people_name_index(people_name_index, rowid, tokens) VALUES ('delete', old.id, old.tokens);
        INSERT INTO people_name_index(rowid, tokens) VALUES (new.id, new.tokens);
    END""",
)
_PUT = """INSERT INTO people_name_tokens (person_id, organisation_id, tokens) VALUES (%s, %s, %s)
    ON CONFLICT (person_id) DO UPDATE SET tokens = excluded.tokens"""
_MATCHING = """SELECT person_id FROM people_name_tokens WHERE id IN
    (SELECT rowid FROM people_name_index WHERE people_name_index MATCH %s)"""


def put(rows: Sequence[tuple[UUID, UUID, list[str]]]) -> None:
    """Rows of person, organisation and tokens; what was there for a person is replaced."""
    with connection.cursor() as cursor:
        cursor.executemany(_PUT, [(person.hex, body.hex, " ".join(tokens)) for person, body, tokens in rows])


def drop(person_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_name_tokens WHERE person_id = %s", [person_id.hex])


def matching(organisation_id: UUID, tokens: Sequence[str]) -> RawSQL:
    """A subquery for the ids of people with all `tokens`. No other organisation's can match: tokens
    are keyed by organisation."""
    return RawSQL(_MATCHING, [" AND ".join(f'"{token}"' for token in tokens)])  # noqa: S611 (our own SQL)
