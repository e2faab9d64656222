"""Limits on signing in hold across processes, and what counts them says nothing of whom."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import PASSWORD, signed_in, whole_cast
from tests.proofs.other_process import surroundings
from tools.places import ROOT

from tutela.foundation.access.scope import Scope, within
from tutela.foundation.organisations.models import Tries
from tutela.foundation.organisations.tries import SharedTries, forget_ended_tries

SIGN_IN = "/sign-in/"
WAIT = "Wait five minutes"
FAIL = """
import sys, django
django.setup()
from django.test import Client
for _ in range(int(sys.argv[2])):
    answer = Client().post("/sign-in/", {"login": sys.argv[1], "password": "not her password"})
    assert answer.status_code == 422, answer.status_code
print(answer.content.decode())
"""


def one_process() -> SharedTries:
    return SharedTries("", {})


@pytest.mark.django_db
def test_what_one_process_counts_another_reads() -> None:
    here, there = one_process(), one_process()
    here.set("someone", [1.5, 2.5], 60)
    assert there.get("someone") == [1.5, 2.5]
    assert there.add("lock", True, 10)
    assert not here.add("lock", True, 10)
    assert there.delete("lock")
    assert here.add("lock", True, 10)
    here.clear()
    assert there.get("someone", "nothing") == "nothing"


@pytest.mark.django_db
def test_what_has_ended_is_not_there_and_may_be_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = one_process()
    tries.set("someone", [1], 60)
    tries.set("for ever", [2], None)
    assert tries.touch("someone", 90)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 80)
    assert tries.get("someone") == [1]
    monkeypatch.setattr(time, "time", lambda: now + 100)
    assert tries.get("someone") is None
    assert not tries.touch("someone", 90)
    assert tries.add("someone", [3], 60)
    assert tries.get("someone") == [3]
    assert forget_ended_tries(moment=now + 3600) == 1
    assert tries.get("for ever") == [2]


def test_neither_the_account_nor_the_address_is_written_down(cast) -> None:
    Client(REMOTE_ADDR="198.51.100.7").post(SIGN_IN, {"login": cast.bea.email, "password": "wrong"})
    rows = [f"{row.name} {row.kept}" for row in Tries.objects.all()]
    assert rows
    assert not [row for row in rows if "198.51" in row or "bea" in row or "login" in row]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_the_lock() -> None:
    got: list[bool] = []
    gate = threading.Barrier(6)

    def take() -> None:
        try:
            gate.wait(10)
            got.append(one_process().add("lock", True, 10))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 5 + [True]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_tries_of_two_processes_are_counted_together(var: Path) -> None:
    with within(Scope(system=True)):
        bea = whole_cast().bea
    for _try in range(3):
        Client().post(SIGN_IN, {"login": bea.email, "password": "not her password"})
    command = [sys.executable, "-c", FAIL, bea.email, "2"]
    other = subprocess.run(
        command, cwd=ROOT, env=surroundings(var), capture_output=True, text=True, check=False
    )
    assert other.returncode == 0, other.stderr
    assert WAIT not in other.stdout
    answer = Client().post(SIGN_IN, {"login": bea.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert WAIT in answer.content.decode()


@pytest.mark.parametrize("page", ["/", "/files/", SIGN_IN])
def test_a_page_that_is_only_read_asks_for_no_counts(cast, page: str) -> None:
    client = Client() if page == SIGN_IN else signed_in(cast.bea)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(page).status_code == 200
    assert not [one["sql"] for one in asked.captured_queries if "organisations_tries" in one["sql"]]


def test_pictures_lie_elsewhere_and_are_not_stored() -> None:
    assert isinstance(caches["default"], SharedTries)
    assert not isinstance(caches["pictures"], SharedTries)
