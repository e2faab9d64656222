"""The demonstration: every state of the pathway, people who can sign in, and nothing outside demo mode."""

from __future__ import annotations

import base64
import json
from collections import Counter

import pytest
from allauth.mfa.utils import decrypt
from tests.cast import NOON
from tests.demo.conftest import CASES

from tutela.cooperation.models import Referral, ReferralStatus
from tutela.demo import seed
from tutela.demo.lives import Situation, lives
from tutela.demo.world import plan
from tutela.foundation.access.models import Assignment, BreakGlass, Conflict
from tutela.foundation.audit import log
from tutela.foundation.audit.models import Event
from tutela.foundation.clocks.models import Clock, State
from tutela.foundation.organisations.kinds import Kind
from tutela.foundation.organisations.models import User
from tutela.foundation.roles import ROLES
from tutela.foundation.vault.fields import reveal
from tutela.identification.models import GroundsRequest, GroundsStatus, Screening
from tutela.people.models import Consent, Person
from tutela.protection.models import Case, Stage, Task
from tutela.reporting.models import Danger, Report, ReportStatus
from tutela.reporting.sealing import desk_key, open_report
from tutela.rights.models import Right, RightBreach, RightStatus

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def world(demonstration):
    return demonstration(CASES)


def test_a_newcomer_finds_every_state_of_the_pathway(world):
    assert set(Case.objects.values_list("stage", flat=True)) == set(Stage)
    requests = set(GroundsRequest.objects.values_list("status", flat=True))
    assert requests == set(GroundsStatus)
    assert set(Referral.objects.values_list("status", flat=True)) == set(ReferralStatus)
    assert set(Right.objects.values_list("status", flat=True)) == set(RightStatus)
    assert Right.objects.exclude(lapse="").exists()
    assert Right.objects.exclude(look="").exists()
    assert RightBreach.objects.filter(seen_at=None).exists()
    assert set(Report.objects.values_list("status", flat=True)) == set(ReportStatus)
    clocks = set(Clock.objects.values_list("state", flat=True))
    assert clocks >= {State.RUNNING, State.WARNED, State.BREACHED, State.MET, State.RAN_OUT}
    assert Consent.objects.filter(given=False).exists()
    assert Screening.objects.filter(finished_at=None).exists()
    assert Conflict.objects.exists()
    assert set(BreakGlass.objects.values_list("review", flat=True)) == {"", "justified"}


def test_the_desk_has_a_new_urgent_report_and_its_envelope_opens(world):
    desk = world.desks["northlight"]
    report = Report.objects.get(
        desk=desk, danger=Danger.NOW, status=ReportStatus.NEW, received_on=NOON.date()
    )
    told = open_report(report, desk_key=desk_key(desk))
    assert told.what
    assert told.what.encode() not in bytes(report.envelope)


def test_bea_has_a_handful_of_files_and_something_to_do_today(world):
    bea = world.staff["bea"]
    tasks = Task.objects.filter(assigned_to=bea, done_at=None)
    assert tasks.filter(due_on=NOON.date()).exists()
    assert tasks.filter(due_on__lt=NOON.date()).exists()
    assert Assignment.objects.filter(user=bea, until=None).count() == seed.BEAS


def test_everything_that_happened_is_in_the_log_and_the_log_holds(world):
    found = log.verify()
    assert found.events == Event.objects.count()
    assert not found.waiting
    opened = set(Event.objects.filter(verb="case.open").values_list("person_id", flat=True))
    assert opened == set(Case.objects.values_list("person_id", flat=True))


def test_nothing_happened_in_the_future(world):
    assert not Event.objects.filter(at__gt=NOON).exists()
    assert not Case.objects.filter(opened_at__gt=NOON).exists()


def test_who_has_an_account_can_sign_in_with_what_the_file_says_and_nobody_else_can(world, accounts_file):
    rows = json.loads(accounts_file.read_text())
    assert accounts_file.stat().st_mode & 0o777 == 0o600
    assert {role for row in rows for role in row["roles"]} == set(ROLES)
    for row in rows:
        user = User.objects.get(email=row["email"])
        assert user.check_password(row["password"])
        secret = user.authenticator_set.get(type="totp").data["secret"]
        assert decrypt(secret) == row["totp_secret"]
        assert row["totp_secret"] not in secret
        assert len(base64.b32decode(row["totp_secret"])) == 20
    assert len({row["password"] for row in rows}) == len(rows)
    others = User.objects.exclude(email__in=[row["email"] for row in rows])
    assert others.exists()
    assert not any(user.has_usable_password() for user in others)


def test_names_are_sealed_and_open_again(world):
    person = Person.objects.exclude(real_name=b"").first()
    name = reveal(person, "real_name")
    assert len(name.split()) >= 2
    assert name.encode() not in bytes(person.real_name)


def test_three_countries_and_every_kind_that_meets_on_the_pathway():
    bodies = plan()["organisations"].values()
    assert 10 <= len(bodies) <= 13
    assert {body["country"] for body in bodies} == {"GB", "FR", "ES"}
    assert {body["kind"] for body in bodies} >= {
        Kind.SERVICE_PROVIDER,
        Kind.HOTLINE,
        Kind.COMPETENT_AUTHORITY,
        Kind.POLICE,
        Kind.HEALTH,
        Kind.CONSULATE,
        Kind.INTERNATIONAL,
        Kind.RAPPORTEUR,
    }


def test_300_lives_are_spread_over_every_situation():
    found = Counter(life.situation for life in lives(300, seed=1))
    assert set(found) == set(Situation)
    assert sum(found.values()) == 300


def test_the_same_seed_gives_the_same_lives():
    assert list(lives(50, seed=3)) == list(lives(50, seed=3))
    assert list(lives(50, seed=3)) != list(lives(50, seed=4))


@pytest.mark.sqlite
def test_sqlite_knows_its_tables_once_they_are_full(world):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'protection_case'")
        assert cursor.fetchone()[0]
