"""Blind tokens on PostgreSQL: an array a person under a GIN index."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

TABLES = (
    """CREATE TABLE people_name_tokens (
        person_id uuid PRIMARY KEY REFERENCES people_person (id) ON DELETE CASCADE,
        organisation_id uuid NOT NULL,
        tokens text[] NOT NULL
    )""",
    "CREATE INDEX people_name_index ON people_name_tokens USING gin (tokens)",
)
_PUT = """INSERT INTO people_name_tokens (person_id, organisation_id, tokens) VALUES (%s, %s, %s)
    ON CONFLICT (person_id) DO UPDATE SET tokens = excluded.tokens"""
# A function, because row-level security would keep the index from being used: see migration 0003.
_MATCHING = "SELECT people_search(%s, %s::text[])"


def put(rows: Sequence[tuple[UUID, UUID, list[str]]]) -> None:
    """Rows of person, organisation and tokens; what was there for a person is replaced."""
    with connection.cursor() as cursor:
        cursor.executemany(_PUT, rows)


def drop(person_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_name_tokens WHERE person_id = %s", [person_id])


def matching(organisation_id: UUID, tokens: Sequence[str]) -> RawSQL:
    """A subquery for the ids of people of one organisation with all `tokens`."""
    return RawSQL(_MATCHING, [organisation_id, list(tokens)])  # noqa: S611 (our own SQL)
