"""New keys for people, and everything sealed anew, step by step while everybody goes on working."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.organisations.models import Organisation
from tutela.foundation.vault import resealing
from tutela.foundation.vault.models import DataKey, Resealing
from tutela.operations.refusals import Refused

PEOPLE: Final = 50
SECONDS_BETWEEN_WORDS: Final = 10.0
SECONDS_TO_WAIT: Final = 0.5
MOST_ROUNDS: Final = 120


def reseal(*, person: str, organisation: str, batch: int = PEOPLE) -> int:
    """Of one person (an id), one organisation (a name), or everybody; exit code 1 when something is left."""
    run = _begin(person=person, organisation=organisation)
    report = resealing.Report()
    if not person:
        _renew_organisation_keys(run)
    started, done = time.monotonic(), 0
    for turn in count(1):
        done += _go_round(run, batch=batch, report=report, done=done)
        if _is_finished(run):
            break
        if report.damaged or turn == MOST_ROUNDS:
            return _say_what_is_left(run, report)
        time.sleep(SECONDS_TO_WAIT)  # somebody works with those that are left
    seconds = time.monotonic() - started
    print(f"People with a new key: {done}. Nothing lies under an old one. {seconds:.1f} s.")
    print("Backups from before still hold the old keys: make a new one, and delete them when you may.")
    return 0


def unfinished() -> list[Resealing]:
    """Resealings that were begun and not brought to their end, the oldest first."""
    with within(Scope(system=True)):
        waiting = Resealing.objects.select_related("organisation").filter(finished_at__isnull=True)
        return list(waiting.order_by("started_at", "id"))


def command_for(run: Resealing) -> str:
    """What brings this one to its end."""
    if run.person_id:
        return f"tutela reseal --person {run.person_id}"
    return (
        f'tutela reseal --organisation "{run.organisation.name}"'
        if run.organisation
        else "tutela reseal --all"
    )


def _begin(*, person: str, organisation: str) -> Resealing:
    now = timezone.now()
    with within(Scope(system=True)):
        person_id = _person(person) if person else None
        body = _organisation(organisation) if organisation else None
        run = resealing.begin(organisation_id=body, person_id=person_id, by=SYSTEM, at=now)
    if run.started_at < now:
        print(f"Going on with what was begun at {run.started_at:%Y-%m-%d %H:%M}.")
    return run


def _person(text: str) -> UUID:
    try:
        person_id = UUID(text)
    except ValueError as problem:
        raise Refused("--person takes the id of a file: the long one in its address.") from problem
    living = DataKey.objects.filter(person_id=person_id, retired_at__isnull=True, destroyed_at__isnull=True)
    if not living.exists():
        raise Refused("There is no file with this id, or it was erased.")
    return person_id


def _organisation(name: str) -> UUID:
    found = Organisation.objects.filter(name=name).first()
    if found is None:
        raise Refused(f"There is no organisation named {name!r}.")
    return found.pk


def _renew_organisation_keys(run: Resealing) -> None:
    """Whoever has the old one of an organisation would open every new key of a person with it."""
    with within(Scope(system=True)):
        organisations = resealing.organisations_to_do(run)
    for organisation_id in organisations:
        with within(Scope(system=True)):
            resealing.renew_organisation_key(run, organisation_id, at=timezone.now())


def _go_round(run: Resealing, *, batch: int, report: resealing.Report, done: int) -> int:
    """Once past everybody who is left; of how many people the old keys are gone."""
    people, spoken = 0, time.monotonic()
    for persons in _batches(run, size=batch):
        with within(Scope(system=True)):
            resealing.replace_keys(run, persons, at=timezone.now())
        while _seal_rows(persons, report):
            pass
        with within(Scope(system=True)):
            left = resealing.with_old_keys(persons)
        resealing.seal_files(left, report=report)
        with within(Scope(system=True)):
            people += resealing.let_go(persons, by=SYSTEM, at=timezone.now())
        if time.monotonic() - spoken > SECONDS_BETWEEN_WORDS:
            spoken = time.monotonic()
            print(f"People so far: {done + people}.", flush=True)
    return people


def _seal_rows(persons: list[UUID], report: resealing.Report) -> int:
    with within(Scope(system=True)):
        return resealing.seal_rows(persons, report=report)


def _batches(run: Resealing, *, size: int) -> Iterator[list[UUID]]:
    """People who are left, by the order of their keys; each once in a round."""
    last = UUID(int=0)
    while True:
        with within(Scope(system=True)):
            keys = resealing.to_do(run).filter(pk__gt=last).order_by("pk")
            found = list(keys.values_list("pk", "person_id")[:size])
        if not found:
            return
        last = found[-1][0]
        yield list({person_id for _, person_id in found})


def _is_finished(run: Resealing) -> bool:
    with within(Scope(system=True)), transaction.atomic():
        return resealing.finish(run, by=SYSTEM, at=timezone.now())


def _say_what_is_left(run: Resealing, report: resealing.Report) -> int:
    with within(Scope(system=True)):
        left = resealing.to_do(run).values("person_id").distinct().count()
    print(f"People left: {left}. Their old keys stay until nothing needs them. Run the command again.")
    for label, row in sorted(report.damaged, key=str):
        print(f"  does not open, under the old key or the new: {label} {row}")
    return 1
