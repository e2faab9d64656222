"""Fills an empty installation with invented people, organisations and cases; demo mode only."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tutela.cooperation.actions import expire_referrals
from tutela.demo import bulk
from tutela.demo.desks import arrive, fill_desks
from tutela.demo.lives import Life, lives
from tutela.demo.tales import words
from tutela.demo.walk import Walk, walk
from tutela.demo.world import World, found_world, write_accounts
from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit.log import sequence
from tutela.foundation.clocks.actions import sweep
from tutela.foundation.organisations.models import Organisation, User
from tutela.operations.refusals import Refused
from tutela.operations.watching import keep_statistics
from tutela.people.models import Person
from tutela.protection import actions as protection
from tutela.protection.models import Case
from tutela.reporting.actions import link_case
from tutela.reporting.models import Danger, Report

CASES = 300
SEED = 2026
REPORTED = 6
"""How many cases of an organisation with a desk came of a report."""

BEAS = 9
"""How many files the caseworker of the tutorial leads: one in each state that asks something of her."""

ROLES = ("caseworker", "hotline_operator")


def seed_when_empty() -> int:
    """`tutela seed`: 300 cases where there is no organisation yet; otherwise nothing is touched."""
    _only_for_show()
    with within(Scope(system=True)):
        if Organisation.objects.exists():
            return 0
    print("Making the demonstration: invented people, organisations and cases.", flush=True)
    fill(cases=CASES, at=timezone.now())
    return 0


def start_over(*, cases: int, reset: bool) -> int:
    """`tutela demo --reset`: throws away all that is there and makes `cases` new ones."""
    _only_for_show()
    if not reset:
        raise Refused("This throws everything away: say --reset.")
    if cases < 1:
        raise Refused("--cases is at least 1.")
    _throw_away()
    fill(cases=cases, at=timezone.now())
    print(f"{cases} cases. The accounts have new passwords: `./run codes` shows them.")
    return 0


def _only_for_show() -> None:
    if not settings.SHOW_DEMO:
        raise Refused("Invented people belong in a demonstration only: this installation is in production.")


def _throw_away() -> None:
    from django.core.management import call_command

    if connection.vendor != "sqlite":
        raise Refused("On PostgreSQL events cannot be removed, not even these: make a new, empty database.")
    connection.close()
    for ending in ("", "-wal", "-shm"):
        path = settings.DATABASES["default"]["NAME"] + ending
        settings.VAR.joinpath(path).unlink(missing_ok=True)
    shutil.rmtree(settings.ATTACHMENTS, ignore_errors=True)
    call_command("migrate", verbosity=0, interactive=False)


def fill(*, cases: int, at: datetime, seed: int = SEED) -> World:
    """Makes the world and its cases, the first 300 step by step, the rest in bulk."""
    with within(Scope(system=True)):
        world = found_world(at=at)
        _walk_all(world, lives(min(cases, CASES), seed=seed), now=at, chance=Random(seed))  # noqa: S311
        sweep(by=SYSTEM, at=at)
        expire_referrals(by=SYSTEM, at=at)
        write_accounts(world.accounts, settings.VAR)
    if cases > CASES:
        bulk.fill(world, cases - CASES, at=at, seed=seed + 1)
    with within(Scope(system=True)):
        while sequence(at=at):
            pass
    keep_statistics()
    return world


def _walk_all(world: World, all_lives: Iterable[Life], *, now: datetime, chance: Random) -> None:
    fill_desks(world, now=now, chance=chance)
    held: Counter[str] = Counter()
    cases: dict[str, list[Case]] = {}
    for life in all_lives:
        place = held[life.holder]
        held[life.holder] += 1
        steps = Walk(world, life, _lead(world, life.holder, place), now, chance)
        reported = life.holder in world.desks and place < REPORTED
        report = _report(world, life, now=now, chance=chance) if reported else None
        case = walk(steps, report_id=report.pk if report else None)
        if report:
            link_case(report=report, person_id=case.person_id, by=steps.actor, at=case.opened_at)
        cases.setdefault(life.holder, []).append(case)
    _emergencies(world, [case.person for case in cases.get("casa-alba", [])], now=now, chance=chance)


def _lead(world: World, holder: str, place: int) -> User:
    colleagues = [user for role in ROLES for user in world.colleagues(holder, role)]
    first, *others = colleagues
    return first if place < BEAS or not others else others[place % len(others)]


def _report(world: World, life: Life, *, now: datetime, chance: Random) -> Report:
    at = now - timedelta(days=life.opened_days_ago, hours=5)
    return arrive(world.desks[life.holder], danger=Danger.SOON, at=at, chance=chance)


def _emergencies(world: World, people: list[Person], *, now: datetime, chance: Random) -> None:
    """Two files of Bea's that Ben had to open; the supervisor has looked at one of them. And one conflict."""
    if len(people) < BEAS:
        return
    ben, carl = world.actor("ben"), world.actor("carl")
    for person, hours, reviewed in ((people[1], 60, True), (people[4], 14, False)):
        opened = now - timedelta(hours=hours)
        why = words("justifications", chance=chance)
        opening = protection.break_glass(person=person, justification=why, by=ben, at=opened)
        if reviewed:
            later = opened + timedelta(hours=20)
            protection.review_glass(opening=opening, justified=True, by=carl, at=later)
    conflicted = world.staff["wanda"]
    protection.declare_conflict(person=people[6], user=conflicted, by=carl, at=now - timedelta(days=3))
