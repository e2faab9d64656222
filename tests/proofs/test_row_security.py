"""The second wall on PostgreSQL: what a forgotten filter would show, asked of the database itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import postgres
from tests.cast import NOON, days
from tests.proofs.world import World

pytestmark = [pytest.mark.postgres, pytest.mark.django_db, pytest.mark.slow]

# Tables that say whose a row is and have no policy, each with the reason.
WITHOUT_A_POLICY = {
    "organisations_user": "signing in comes before any scope, and a shared file names who wrote in it",
    "organisations_invitation": "opened with a secret by somebody who has no account yet",
    "vault_organisationkey": "wrapped, and needed to open the key of a person whose file was granted",
    "reporting_desk": "anybody may see where to tell",
}
# Columns that say whose a row is.
WHOSE = ("organisation_id", "person_id", "to_organisation_id", "authority_id", "actor_organisation_id")


@dataclass(frozen=True, slots=True)
class Asked:
    """A scope, in the words of the oracle."""

    organisation: UUID | None
    mailbox: str
    at: datetime
    granted: frozenset[UUID]


Row = dict[str, Any]
Oracle = Callable[[Row, Asked, "dict[str, list[Row]]"], bool]


def _held(row: Row, asked: Asked, *columns: str) -> bool:
    return asked.organisation is not None and asked.organisation in {row[name] for name in columns}


def _own(*columns: str) -> Oracle:
    return lambda row, asked, _tables: _held(row, asked, *columns)


def _file(*columns: str, person: str = "person_id") -> Oracle:
    def seen(row: Row, asked: Asked, _tables: dict[str, list[Row]]) -> bool:
        return _held(row, asked, "organisation_id", *columns) or row[person] in asked.granted

    return seen


def _report(row: Row, asked: Asked, _tables: dict[str, list[Row]]) -> bool:
    return _held(row, asked, "organisation_id") or (bool(asked.mailbox) and row["mailbox"] == asked.mailbox)


def _message(row: Row, asked: Asked, tables: dict[str, list[Row]]) -> bool:
    (report,) = [one for one in tables["reporting_report"] if one["id"] == row["report_id"]]
    return _report(report, asked, tables)


def _pause(row: Row, asked: Asked, tables: dict[str, list[Row]]) -> bool:
    (clock,) = [one for one in tables["clocks_clock"] if one["id"] == row["clock_id"]]
    return _file()(clock, asked, tables)


def _nobody(_row: Row, _asked: Asked, _tables: dict[str, list[Row]]) -> bool:
    return False


# What each scope sees, written down a second time and in another language than the policies.
MAY_SEE: dict[str, Oracle] = {
    "access_assignment": _own("organisation_id"),
    "access_breakglass": _own("organisation_id"),
    "access_conflict": _own("organisation_id"),
    "access_grant": _own("organisation_id", "to_organisation_id"),
    "audit_event": _own("organisation_id", "actor_organisation_id"),
    "clocks_clock": _file(),
    "clocks_pause": _pause,
    "cooperation_referral": _file("to_organisation_id"),
    "identification_groundsrequest": _file("authority_id"),
    "identification_screening": _file(),
    "people_consent": _file(),
    "people_document": _file(),
    "people_happening": _file(),
    "people_name_tokens": _own("organisation_id"),
    "people_person": _file(person="id"),
    "protection_case": _file(),
    "protection_need": _file(),
    "protection_task": _file(),
    "reporting_message": _message,
    "reporting_report": _report,
    "rights_laweffect": _file(),
    "rights_right": _file(),
    "rights_rightbreach": _file(),
    "rights_rightslook": _file(),
    "rights_rightstep": _file(),
    "vault_datakey": _file(),
    "vault_resealing": _nobody,
    "vault_tokenkey": _own("organisation_id"),
}
KEY = {"people_name_tokens": "person_id"}
# Rows that another organisation than the holder of the file adds, each with the reason.
ADDED_BY_OTHERS = {
    "audit_event": "a refusal is written down by whoever is refused",
}


REFUSED = "row-level security|only the holder of a file grants it"


# ---------------------------------------------------------------- the catalogue
def catalogue(statement: str, *arguments: object) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall()


def protected() -> set[str]:
    return {
        name
        for (name,) in catalogue(
            "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname"
            " WHERE c.relrowsecurity AND c.relkind = 'r' AND p.schemaname = 'public'"
        )
    }


def test_every_table_that_says_whose_it_is_has_a_policy() -> None:
    tables = {
        name
        for (name,) in catalogue(
            "SELECT DISTINCT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = ANY(%s)",
            list(WHOSE),
        )
    }
    assert tables - protected() == set(WITHOUT_A_POLICY)


def test_every_table_with_a_policy_has_an_oracle() -> None:
    assert protected() == set(MAY_SEE)


def test_the_application_passes_no_policy_by_its_rights() -> None:
    assert catalogue(
        "SELECT current_user::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ) == [(postgres.APP, False, False)]
    assert catalogue("SELECT tablename FROM pg_tables WHERE tableowner = current_user") == []
    assert (
        catalogue(
            "SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE rolname = current_user"
        )
        == []
    )


def test_one_function_alone_acts_for_the_owner_and_its_search_path_is_fixed() -> None:
    found = catalogue(
        "SELECT proname::text, proconfig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE prosecdef AND nspname = 'public'"
    )
    assert found == [("people_search", ["search_path=pg_catalog, public, pg_temp"])]


# ---------------------------------------------------------------- what is there
@pytest.fixture(scope="module")
def tables(world: World) -> dict[str, list[Row]]:
    """Every row of every protected table, as the system sees them."""
    from tutela.foundation.access.scope import Scope, within

    _add_what_no_page_makes(world)
    with within(Scope(system=True)):
        found = {table: _rows(table) for table in MAY_SEE}
    assert not [table for table, rows in found.items() if not rows], "nothing to prove it on"
    return found


def _add_what_no_page_makes(world: World) -> None:
    from tutela.foundation.clocks.models import Clock, Pause
    from tutela.foundation.vault import keyring
    from tutela.foundation.vault.models import Resealing
    from tutela.reporting import actions
    from tutela.reporting.models import Report

    clock = Clock.objects.filter(organisation=world.cast.casa_alba).first()
    assert clock is not None
    Pause.objects.create(clock=clock, reason="proof", from_at=NOON)
    keyring.token_key(world.cast.casa_alba.pk, "proof")
    report = Report.objects.exclude(mailbox="").select_related("desk").first()
    assert report is not None
    actions.answer(
        report=report, record_id=uuid4(), words="We heard you.", by=world.cast.actor("hana"), at=NOON
    )
    Resealing.objects.create(organisation=world.cast.casa_alba, started_at=NOON)
    _add_what_happens_to_rights(world)


def _add_what_happens_to_rights(world: World) -> None:
    """One that was not given in time, a colleague who looked, and what a change of law means for somebody."""
    from tutela.foundation.clocks.models import Clock
    from tutela.rights.actions import look_through
    from tutela.rights.changes.models import LawChange, LawEffect
    from tutela.rights.models import Right, RightBreach

    clock = Clock.objects.filter(organisation=world.cast.casa_alba).first()
    assert clock is not None
    right = Right.objects.select_related("person", "organisation").filter(person_id=clock.person_id).first()
    assert right is not None
    whose = {"id": uuid4(), "organisation": right.organisation, "person": right.person}
    RightBreach.objects.create(**whose, right=right, clock=clock, missed_at=NOON, found_at=NOON)
    look_through(person=right.person, by=world.cast.actor("bea"), at=NOON)
    change = LawChange.objects.create(title="proof", base=1, drafted_at=NOON, drafted_by=world.cast.rosa)
    LawEffect.objects.create(**whose, change=change)


def _rows(table: str) -> list[Row]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _keys(table: str, rows: list[Row]) -> set[Any]:
    return {row[KEY.get(table, "id")] for row in rows}


def asked(organisation: UUID | None, mailbox: str, at: datetime, tables: dict[str, list[Row]]) -> Asked:
    """The scope with the grants that run in it, computed in Python."""
    running = frozenset(
        grant["person_id"]
        for grant in tables["access_grant"]
        if organisation is not None
        and grant["to_organisation_id"] == organisation
        and grant["ended_at"] is None
        and grant["granted_at"] <= at < grant["expires_at"]
    )
    return Asked(organisation, mailbox, at, running)


# ---------------------------------------------------------------- reading
@given(choice=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_each_scope_sees_its_own_rows_and_no_others(
    world: World, tables: dict[str, list[Row]], choice: st.DataObject
) -> None:
    from tutela.foundation.access.scope import Scope, within

    bodies = sorted({grant["organisation_id"] for grant in tables["access_grant"]} | _organisations(world))
    organisation = choice.draw(st.one_of(st.none(), st.sampled_from(bodies), st.uuids()))
    boxes = sorted({row["mailbox"] for row in tables["reporting_report"]} | {"", "nobody's"})
    mailbox = choice.draw(st.sampled_from(boxes))
    at = choice.draw(st.sampled_from([NOON - days(2), NOON, NOON + days(20), NOON + days(4000)]))
    expected = asked(organisation, mailbox, at, tables)
    with within(Scope(organisation_id=organisation, mailbox=mailbox, at=at)):
        for table, may_see in MAY_SEE.items():
            wanted = [row for row in tables[table] if may_see(row, expected, tables)]
            assert _keys(table, _rows(table)) == _keys(table, wanted), table


def _organisations(world: World) -> set[UUID]:
    cast = world.cast
    bodies = (cast.casa_alba, cast.haven, cast.lifeline, cast.authority, cast.police, cast.rapporteur)
    return {body.pk for body in bodies}


def test_without_a_scope_there_is_nothing(tables: dict[str, list[Row]]) -> None:
    from tutela.foundation.access.scope import Scope, within

    with within(Scope()):
        assert {table: len(_rows(table)) for table in MAY_SEE} == dict.fromkeys(MAY_SEE, 0)


def test_a_new_connection_has_no_scope(tables: dict[str, list[Row]]) -> None:
    """What was set for one transaction is not there for the next one, nor for anybody else."""
    import psycopg
    from tests.conftest import database_urls

    with psycopg.connect(database_urls().app) as connection:
        for table in MAY_SEE:
            assert connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (0,)


def test_the_search_finds_what_the_policy_lets_through(world: World, tables: dict[str, list[Row]]) -> None:
    """people_search goes round the policy, so it must say the same."""
    from tutela.foundation.access.scope import Scope, within

    bodies = _organisations(world)
    for scope in bodies:
        with within(Scope(organisation_id=scope, at=NOON)):
            seen = _rows("people_name_tokens")
            for body in bodies:
                for tokens in {tuple(row["tokens"][:2]) for row in tables["people_name_tokens"]}:
                    found = {
                        one
                        for (one,) in catalogue("SELECT people_search(%s, %s::text[])", body, list(tokens))
                    }
                    assert found == {
                        row["person_id"]
                        for row in seen
                        if row["organisation_id"] == body and set(tokens) <= set(row["tokens"])
                    }


# ---------------------------------------------------------------- writing
@pytest.fixture
def haven(world: World, tables: dict[str, list[Row]]) -> Iterator[None]:
    """The scope of an organisation to which one of Casa Alba's files was granted."""
    from tutela.foundation.access.scope import Scope, within

    with within(Scope(organisation_id=world.cast.haven.pk, at=NOON)):
        yield


@pytest.mark.parametrize("table", sorted(set(MAY_SEE) - set(ADDED_BY_OTHERS)))
@pytest.mark.parametrize("place", ["assigned", "shared"])
def test_nobody_adds_a_row_for_another_organisation(
    world: World, tables: dict[str, list[Row]], haven: None, table: str, place: str
) -> None:
    row = _row_of(world, tables, table, place)
    if row is None or _is_of(row, world.cast.haven.pk):
        return
    from django.db import ProgrammingError, transaction

    with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
        _add(table, row)


@pytest.mark.parametrize("table", sorted(MAY_SEE))
@pytest.mark.parametrize("place", ["assigned", "shared"])
def test_nobody_changes_a_row_of_another_organisation(
    world: World, tables: dict[str, list[Row]], haven: None, table: str, place: str
) -> None:
    row = _row_of(world, tables, table, place)
    if row is None or _is_of(row, world.cast.haven.pk) or table == "audit_event":
        return
    from django.db import connection

    key = KEY.get(table, "id")
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{key}" = "{key}" WHERE "{key}" = %s', [row[key]])
        assert cursor.rowcount == 0
        cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" = %s', [row[key]])
        assert cursor.rowcount == 0


def test_a_receiver_grants_itself_nothing(world: World, tables: dict[str, list[Row]], haven: None) -> None:
    from django.db import ProgrammingError, connection, transaction

    grant = next(row for row in tables["access_grant"] if row["to_organisation_id"] == world.cast.haven.pk)
    wider = {**grant, "id": uuid4(), "sections": " contact documents identity summary timeline "}
    with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
        _add("access_grant", wider)
    with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
        _add("access_grant", {**wider, "organisation_id": world.cast.haven.pk})
    with connection.cursor() as cursor:
        for change in (
            "UPDATE access_grant SET sections = %s, ended_at = NULL WHERE to_organisation_id = %s",
            "UPDATE cooperation_referral SET sections = %s WHERE to_organisation_id = %s",
        ):
            cursor.execute(change, [wider["sections"], world.cast.haven.pk])
            assert cursor.rowcount == 0


@pytest.mark.parametrize("scope", ["haven", "casa_alba"])
def test_only_the_holder_of_a_file_grants_it(world: World, tables: dict[str, list[Row]], scope: str) -> None:
    """Not even for somebody else: two organisations could open a third one's files to each other."""
    from django.db import ProgrammingError, transaction

    from tutela.foundation.access.scope import Scope, within

    giver = getattr(world.cast, scope).pk
    held = {row["id"]: row["organisation_id"] for row in tables["people_person"]}
    grant = next(row for row in tables["access_grant"] if held[row["person_id"]] == world.cast.casa_alba.pk)
    forged = {
        **grant, "id": uuid4(), "organisation_id": giver, "to_organisation_id": world.cast.lifeline.pk
    }  # fmt: skip
    with within(Scope(organisation_id=giver, at=NOON)):
        if giver == held[grant["person_id"]]:
            _add("access_grant", forged)
            return
        with pytest.raises(ProgrammingError, match="holder"), transaction.atomic():
            _add("access_grant", forged)


def test_these_proofs_can_fail(world: World, tables: dict[str, list[Row]], haven: None) -> None:
    """A row of one's own can be changed, and is found by the same statement."""
    from django.db import connection

    row = next(row for row in tables["protection_need"] if row["organisation_id"] == world.cast.haven.pk)
    with connection.cursor() as cursor:
        cursor.execute('UPDATE "protection_need" SET id = id WHERE id = %s', [row["id"]])
        assert cursor.rowcount == 1


def _row_of(world: World, tables: dict[str, list[Row]], table: str, place: str) -> Row | None:
    """A row of Casa Alba's, about the person of that place where it is about one."""
    alba, person = world.cast.casa_alba.pk, world.places[place].person_id
    clocks = {clock["id"]: clock for clock in tables["clocks_clock"]}
    for row in tables[table]:
        # A pause belongs to whom its clock belongs to.
        held = clocks[row["clock_id"]] if table == "clocks_pause" else row
        about = held.get("person_id", row["id"] if table == "people_person" else person)
        if held.get("organisation_id", alba) == alba and about == person:
            return row
    return None


def _is_of(row: Row, organisation: UUID) -> bool:
    """The holder alone writes, in a referral, a request and a grant too."""
    return row.get("organisation_id") == organisation


def _add(table: str, row: Row) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join(["%s"] * len(names))
        values = [_adapted(row[name]) for name in names]
        cursor.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', values)


def _adapted(value: Any) -> Any:
    from psycopg.types.json import Jsonb

    return Jsonb(value) if isinstance(value, dict) else value
