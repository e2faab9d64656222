"""The one decision, as a table that a reviewer reads from top to bottom."""

from __future__ import annotations

from itertools import product
from uuid import UUID

import pytest

from tutela.foundation.access.decision import (
    FITS,
    READING,
    Actor,
    Circumstances,
    File,
    Purpose,
    Reason,
    decide,
)
from tutela.foundation.access.models import Section
from tutela.foundation.organisations.kinds import Compartment
from tutela.foundation.roles import Caseworker, Decider, Liaison, Permission, Supervisor

ALBA, HAVEN = UUID(int=1), UUID(int=2)
FILE = File(ALBA, UUID(int=3), Section.NEEDS)
EVERYTHING = frozenset(Permission)


def actor(
    *, organisation: UUID = ALBA, compartment: Compartment = Compartment.PROTECTION, permissions=EVERYTHING
) -> Actor:
    return Actor(UUID(int=9), organisation, compartment, frozenset(permissions))


CASEWORKER = actor(permissions=Caseworker.permissions)
SUPERVISOR = actor(permissions=Supervisor.permissions)
OUTSIDER = actor(organisation=HAVEN, permissions=Caseworker.permissions)
POLICE = actor(organisation=HAVEN, compartment=Compartment.ENFORCEMENT, permissions=Liaison.permissions)
DECIDER = actor(organisation=HAVEN, compartment=Compartment.DECISION, permissions=Decider.permissions)
NEEDS = frozenset({"needs"})
SUMMARY = frozenset({"summary"})

READ, WRITE = Permission.CASE_READ, Permission.CASE_WRITE

TABLE = [
    # who, permission, purpose, circumstances, the decision
    (CASEWORKER, READ, Purpose.CARE, Circumstances(assigned=True), Reason.ASSIGNED),
    (CASEWORKER, WRITE, Purpose.CARE, Circumstances(assigned=True), Reason.ASSIGNED),
    (CASEWORKER, READ, Purpose.CARE, Circumstances(), Reason.NOT_ASSIGNED),
    (CASEWORKER, READ, Purpose.CARE, Circumstances(glass_broken=True), Reason.BROKEN_GLASS),
    (CASEWORKER, READ, Purpose.CARE, Circumstances(assigned=True, conflicted=True), Reason.CONFLICT),
    (CASEWORKER, READ, Purpose.CARE, Circumstances(glass_broken=True, conflicted=True), Reason.CONFLICT),
    (CASEWORKER, READ, Purpose.DECISION, Circumstances(assigned=True), Reason.PURPOSE_UNFIT),
    (
        CASEWORKER,
        Permission.GROUNDS_DECIDE,
        Purpose.DECISION,
        Circumstances(assigned=True),
        Reason.NO_PERMISSION,
    ),
    (SUPERVISOR, READ, Purpose.SUPERVISION, Circumstances(), Reason.WHOLE_ORGANISATION),
    (SUPERVISOR, READ, Purpose.SUPERVISION, Circumstances(conflicted=True), Reason.CONFLICT),
    (OUTSIDER, READ, Purpose.CARE, Circumstances(), Reason.OTHER_ORGANISATION),
    (OUTSIDER, READ, Purpose.CARE, Circumstances(assigned=True), Reason.OTHER_ORGANISATION),
    (OUTSIDER, READ, Purpose.REFERRAL, Circumstances(granted=NEEDS), Reason.GRANTED),
    (OUTSIDER, READ, Purpose.REFERRAL, Circumstances(granted=SUMMARY), Reason.SECTION_NOT_GRANTED),
    (OUTSIDER, WRITE, Purpose.CARE, Circumstances(granted=NEEDS), Reason.READ_ONLY),
    (OUTSIDER, READ, Purpose.REFERRAL, Circumstances(granted=NEEDS, conflicted=True), Reason.CONFLICT),
    (POLICE, READ, Purpose.REFERRAL, Circumstances(), Reason.OTHER_ROOM),
    (POLICE, READ, Purpose.REFERRAL, Circumstances(granted=NEEDS), Reason.GRANTED),
    (DECIDER, Permission.GROUNDS_DECIDE, Purpose.DECISION, Circumstances(granted=NEEDS), Reason.GRANTED),
    (DECIDER, READ, Purpose.CARE, Circumstances(granted=NEEDS), Reason.NO_PERMISSION),
]

ALLOWING = {Reason.ASSIGNED, Reason.WHOLE_ORGANISATION, Reason.BROKEN_GLASS, Reason.GRANTED}


@pytest.mark.parametrize(("who", "permission", "purpose", "circumstances", "reason"), TABLE)
def test_the_table(who, permission, purpose, circumstances, reason):
    decision = decide(who, permission, FILE, purpose, circumstances)
    assert decision.reason is reason
    assert decision.allowed is (reason in ALLOWING)


@pytest.mark.parametrize("compartment", [Compartment.ENFORCEMENT, Compartment.OUTSIDE, Compartment.DECISION])
def test_no_other_room_opens_a_file_even_one_that_carries_its_own_name(compartment):
    somebody = actor(compartment=compartment)
    for assigned, broken in product([True, False], repeat=2):
        decision = decide(
            somebody, READ, FILE, Purpose.CARE, Circumstances(assigned=assigned, glass_broken=broken)
        )
        assert decision.reason is Reason.OTHER_ROOM


def test_a_conflict_of_interest_closes_every_door():
    for permission, purposes in FITS.items():
        for purpose, assigned, broken in product(purposes, [True, False], [True, False]):
            circumstances = Circumstances(
                assigned=assigned, glass_broken=broken, granted=frozenset(Section), conflicted=True
            )
            for who in (actor(), actor(organisation=HAVEN)):
                assert not decide(who, permission, FILE, purpose, circumstances).allowed


def test_a_grant_never_lets_anyone_write():
    granted = Circumstances(granted=frozenset(Section))
    for permission, purposes in FITS.items():
        for purpose in purposes:
            allowed = decide(actor(organisation=HAVEN), permission, FILE, purpose, granted).allowed
            assert allowed is (permission in READING)


def test_nothing_is_allowed_to_an_account_without_permissions():
    nobody = actor(permissions=frozenset())
    for permission, purposes in FITS.items():
        for purpose in purposes:
            assert not decide(nobody, permission, FILE, purpose, Circumstances(assigned=True)).allowed


def test_each_permission_over_a_file_says_which_purposes_it_serves():
    over_pages = {
        Permission.REPORT_READ,
        Permission.REPORT_TRIAGE,
        Permission.REPORT_ANSWER,
        Permission.CASE_OPEN,
        Permission.CASE_READ_ALL,
        Permission.SUPERVISE,
        Permission.ACCOUNT_MANAGE,
        Permission.AUDIT_READ,
        Permission.LIBRARY_READ,
        Permission.LAW_PROPOSE,
        Permission.LAW_APPROVE,
    }
    assert set(FITS) | over_pages == set(Permission)
    assert not set(FITS) & over_pages
