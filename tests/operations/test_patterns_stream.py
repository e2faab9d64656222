"""Adverts that come day by day: placed, put in order, kept for ninety days, no text of them on the disk."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest

from tutela.engines.patterns import ALGORITHM_VERSION
from tutela.operations.patterns.keeping import RETENTION, Decided, Decision, Keeping
from tutela.operations.patterns.stream import Stream
from tutela.operations.refusals import Refused

MONDAY = date(2026, 3, 2)
OFFER = "Waitress wanted abroad, good pay of {} euro a week, room and ticket are free, ask for {} any time"
FLAT = "Bright flat near the station with balcony and {} rooms, quiet house, call in the evening about it"


@pytest.fixture
def keeping(tmp_path):
    return Keeping(tmp_path / "kept")


@pytest.fixture
def write(tmp_path):
    def written(*texts: str):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([["text"], *([text] for text in texts)])
        return [path]

    return written


def added(keeping, files, on):
    stream = Stream(keeping)
    try:
        return stream.add(files, columns={}, on=on)
    finally:
        stream.close()


def test_what_came_before_is_known_in_the_next_process(keeping, write):
    first = added(keeping, write(OFFER.format(400, "Anna"), OFFER.format(500, "Mia"), FLAT.format(2)), MONDAY)
    assert (first.adverts, first.known, first.new_templates, first.alone) == (3, 0, 1, 2)
    second = added(keeping, write(OFFER.format(650, "Vera")), MONDAY)
    assert (second.adverts, second.known, second.lost) == (1, 1, 0)


def test_at_night_all_are_put_in_order(keeping, write):
    added(
        keeping,
        write(*(OFFER.format(n, "Ana") for n in range(4)), *(FLAT.format(n) for n in range(3))),
        MONDAY,
    )
    stream = Stream(keeping)
    assert stream.repair() == 2
    stream.close()


def test_after_ninety_days_only_what_is_useful_stays(keeping, write):
    added(
        keeping,
        write(*(OFFER.format(n, "Ana") for n in range(3)), *(FLAT.format(n) for n in range(3))),
        MONDAY,
    )
    added(keeping, write(FLAT.format(9)), MONDAY + timedelta(days=60))
    stream = Stream(keeping)
    useful = f"{int(stream.index.digest_of[0]):016x}"
    (key,) = keeping.keys_of([[useful]], on=MONDAY)
    keeping.keep_decisions([Decided(key, Decision.USEFUL, "Ana", "2026-03-03")])
    assert stream.forget(on=MONDAY + RETENTION) == 0
    assert stream.forget(on=MONDAY + RETENTION + timedelta(days=1)) == 3
    stream.close()
    again = Stream(keeping)
    assert (again.index.digest_of != 0).tolist() == [True] * 3 + [False] * 3 + [True]
    assert again.forget(on=MONDAY + RETENTION + timedelta(days=1)) == 0
    again.close()


def test_a_run_that_was_killed_before_it_noted_the_day_keeps_its_adverts(keeping, write):
    added(keeping, write(FLAT.format(1)), MONDAY)
    stream = Stream(keeping)
    stream.index.add_many([FLAT.format(2)])
    stream.close()
    with (keeping.folder / "days.jsonl").open("a", encoding="utf-8") as days:
        days.write('{"until": 2, "on')
    late = MONDAY + RETENTION + timedelta(days=1)
    again = Stream(keeping)
    assert again.forget(on=late) == 1
    assert (again.index.digest_of != 0).tolist() == [False, True]
    again.close()


def test_no_word_of_an_advert_is_on_the_disk(keeping, write):
    added(keeping, write(OFFER.format(400, "Anna"), OFFER.format(500, "Mia")), MONDAY)
    for path in keeping.folder.rglob("*"):
        if path.is_file():
            assert b"aitress" not in path.read_bytes()


def test_another_version_of_the_method_is_refused(keeping, write, monkeypatch):
    added(keeping, write(FLAT.format(1)), MONDAY)
    stream = Stream(keeping)
    stream.repair()
    stream.close()
    monkeypatch.setattr("tutela.engines.patterns.streaming.ALGORITHM_VERSION", ALGORITHM_VERSION + 1)
    with pytest.raises(Refused, match="another version"):
        Stream(keeping)
