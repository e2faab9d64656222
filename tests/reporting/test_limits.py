"""Floods wait, crowds do not, and nobody is remembered."""

from __future__ import annotations

import threading

import pytest

from tutela.reporting.doubles import Doubles
from tutela.reporting.limits import AT_ONE_DESK, FROM_ONE_SENDER, HOUR, Buckets, TooMany

SENDER = "198.51.100.7"


def _taken(buckets: Buckets, times: int, *, now: float = 0, **where: str) -> int:
    taken = 0
    for _ in range(times):
        try:
            buckets.take(**{"desk": "a", "address": SENDER, **where}, now=now)
        except TooMany:
            continue
        taken += 1
    return taken


def test_one_sender_has_a_burst_and_then_one_more_each_while():
    buckets = Buckets()
    assert _taken(buckets, 100) == FROM_ONE_SENDER.burst
    assert _taken(buckets, 100, now=FROM_ONE_SENDER.seconds) == 1
    assert _taken(buckets, 100, now=HOUR - 1) == FROM_ONE_SENDER.burst


def test_the_wait_that_is_named_is_enough():
    buckets = Buckets()
    _taken(buckets, FROM_ONE_SENDER.burst)
    with pytest.raises(TooMany) as full:
        buckets.take(desk="a", address=SENDER, now=0)
    buckets.take(desk="a", address=SENDER, now=full.value.seconds)


def test_other_senders_and_other_desks_do_not_wait():
    buckets = Buckets()
    _taken(buckets, 100)
    assert _taken(buckets, 1, address="198.51.100.8") == 1
    assert _taken(buckets, 1, desk="b") == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "", "unix:"])
def test_behind_a_proxy_or_an_onion_address_only_the_whole_desk_counts(address):
    assert _taken(Buckets(), 1000, address=address) == AT_ONE_DESK.burst


def test_no_address_is_kept_and_names_change_each_hour():
    buckets = Buckets()
    buckets.take(desk="a", address=SENDER, now=0)
    first = set(buckets._full_at)
    assert SENDER not in repr(vars(buckets))
    buckets.take(desk="a", address=SENDER, now=HOUR)
    assert not first & set(buckets._full_at)


# ---------------------------------------------------------------- a button pressed twice
def test_doubles_wait_for_the_one_that_works_and_get_its_answer():
    doubles, ready, worked = Doubles(), threading.Event(), []
    answers = []

    def work() -> str:
        ready.wait(5)
        worked.append(1)
        return f"answer {len(worked)}"

    threads = [
        threading.Thread(target=lambda: answers.append(doubles.once([("a", "1")], work))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    ready.set()
    for thread in threads:
        thread.join()
    assert answers == ["answer 1"] * 4


def test_another_form_is_not_a_double():
    doubles = Doubles()
    assert doubles.once([("a", "1")], lambda: "x") == "x"
    assert doubles.once([("a", "2")], lambda: "y") == "y"


def test_a_failure_is_not_remembered():
    doubles = Doubles()

    def fail() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        doubles.once([("a", "1")], fail)
    assert doubles.once([("a", "1")], lambda: "x") == "x"


def test_an_answer_is_forgotten():
    doubles = Doubles(kept_seconds=0.02)
    doubles.once([("a", "1")], lambda: "x")
    waited = threading.Event()
    for _ in range(100):
        if not doubles._answers:
            break
        waited.wait(0.02)
    assert not doubles._answers
