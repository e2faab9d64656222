"""The second wall: row-level security on PostgreSQL, as operations for migrations. SQLite has none.

The application serves as a role that owns no table. The owner migrates, backs up and restores. Each policy
lets through what the scope of the transaction names (`scope.py`); no scope, no rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import RunPython

FUNCTIONS = """
CREATE FUNCTION tutela_system() RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT coalesce(current_setting('tutela.system', true), '') = 'on' $$;
CREATE FUNCTION tutela_organisation() RETURNS uuid LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('tutela.organisation', true), '')::uuid $$;
CREATE FUNCTION tutela_mailbox() RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('tutela.mailbox', true), '') $$;
CREATE FUNCTION tutela_at() RETURNS timestamptz LANGUAGE sql STABLE AS
  $$ SELECT coalesce(nullif(current_setting('tutela.at', true), '')::timestamptz, now()) $$;
CREATE FUNCTION tutela_granted(person uuid) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10 AS
  $$ BEGIN RETURN EXISTS (
    SELECT FROM access_grant WHERE person_id = person AND to_organisation_id = tutela_organisation()
    AND ended_at IS NULL AND granted_at <= tutela_at() AND expires_at > tutela_at()); END $$;
"""

_DROP_FUNCTIONS = """
DROP FUNCTION tutela_granted(uuid);
DROP FUNCTION tutela_system(); DROP FUNCTION tutela_organisation();
DROP FUNCTION tutela_mailbox(); DROP FUNCTION tutela_at();
"""

# A sub-select around each function: evaluated once a query, not once a row.
SYSTEM = "(SELECT tutela_system())"


def held_by(column: str = "organisation_id") -> str:
    """Rows of the organisation in `column`."""
    return f"{column} = (SELECT tutela_organisation())"


def granted(column: str = "person_id") -> str:
    """Rows of persons whose file was granted to the organisation of the scope.

    A function, asked for each row that is not one's own: as a sub-select, PostgreSQL read all grants of an
    authority, ten thousands, for a page of 25 rows."""
    return f"tutela_granted({column})"


def only_on_postgres(forwards: str, backwards: str) -> RunPython:
    """SQL for PostgreSQL alone."""

    def run(sql: str) -> Any:
        def on(_apps: Any, schema_editor: Any) -> None:
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(sql)

        return on

    return RunPython(run(forwards), run(backwards))


def scope_functions() -> RunPython:
    return only_on_postgres(FUNCTIONS, _DROP_FUNCTIONS)


def protect(table: str, *through: str) -> RunPython:
    """Lets rows of `table` through that meet any of `through`, for reading and for writing alike."""
    condition = " OR ".join((SYSTEM, *through))
    return only_on_postgres(
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;'
        f' CREATE POLICY scope ON "{table}" USING ({condition}) WITH CHECK ({condition});',
        f'DROP POLICY scope ON "{table}"; ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY;',
    )


def protect_files(tables: Sequence[str]) -> list[RunPython]:
    """For records of a person's file: the organisation that holds it, and to read those it was granted to."""
    return [part for table in tables for part in (protect(table, held_by()), let_read(table, granted()))]


def let_read(table: str, condition: str) -> RunPython:
    """Besides what `protect` lets through, rows that meet `condition` can be read."""
    return only_on_postgres(
        f'CREATE POLICY granted ON "{table}" FOR SELECT USING ({condition});',
        f'DROP POLICY granted ON "{table}";',
    )


def add_only(table: str) -> RunPython:
    """Rows of `table` can be added and never changed or removed, on either database, by anyone."""

    def forwards(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {table}_add_only() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'rows here are only ever added'; END $$;"
                f' CREATE TRIGGER add_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"'
                f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_add_only();"
            )
            return
        for event in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f'CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON "{table}"'
                " BEGIN SELECT RAISE(ABORT, 'rows here are only ever added'); END;"
            )

    def backwards(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP TRIGGER add_only ON "{table}"; DROP FUNCTION {table}_add_only();')
            return
        for event in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{event};")

    return RunPython(forwards, backwards)
