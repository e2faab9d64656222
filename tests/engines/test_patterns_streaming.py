"""An index that takes adverts one at a time: it places, repairs, forgets, and outlives a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines import patterns
from tutela.engines.patterns import NONE, Index, JournalDamaged, OtherVersion
from tutela.engines.patterns.journal import Journal

OFFERS = [
    f"Waitress wanted in {place}, good pay of {pay} euro every week, room and visa free, ask for {name}"
    for place in ("Berlin", "Paris", "Rome", "Oslo")
    for pay, name in ((400, "Anna"), (500, "Mia"), (650, "Vera"))
]
OTHERS = [
    "Selling a red bicycle, nearly new, front light broken, to be fetched in the old town on Saturday",
    "Our choir looks for a tenor who reads music; we sing on Tuesdays in the parish hall behind the station",
    "Lost grey cat with one white paw near the canal bridge, answers to Smoke, reward for whoever finds him",
]


def test_an_advert_is_placed_with_the_one_that_it_is_like() -> None:
    index = Index()
    alone = index.add(OFFERS[0])
    assert (alone.advert, alone.template, alone.joined_by) == (0, NONE, -1)
    assert index.add(OTHERS[0]).template == NONE
    second = index.add(OFFERS[1])
    assert (second.template, second.joined_by) == (0, 0)
    assert index.add(OFFERS[2]).joined_by == -1
    assert index.template_of.tolist() == [0, NONE, 0, 0]


def test_copies_and_blank_adverts() -> None:
    index = Index()
    assert [placed.template for placed in index.add_many(["", OTHERS[1], OTHERS[1], "ok", "ok"])] == [
        NONE, NONE, 0, NONE, NONE
    ]  # fmt: skip
    assert index.template_of.tolist() == [NONE, 0, 0, NONE, NONE]


def test_after_a_repair_it_is_as_if_all_were_read_at_once() -> None:
    texts = [text for pair in zip(OFFERS, OTHERS * 4, strict=True) for text in pair]
    index = Index()
    index.add_many(texts)
    before = index.template_of
    index.repair()
    at_once = patterns.find(patterns.read(texts)).template_of
    assert _same_partition(index.template_of, at_once)
    kept = (before != NONE) & (index.template_of != NONE)
    assert np.array_equal(before[kept], index.template_of[kept])


def test_numbers_of_templates_are_not_used_again() -> None:
    index = Index()
    index.add_many(OFFERS[:2])
    index.forget([0, 1])
    index.repair()
    assert index.add_many(OTHERS[:1] * 2)[1].template == 1


def test_what_is_forgotten_is_in_no_file_and_no_table(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add_many([*OFFERS, *OTHERS])
    tokens = patterns.read(OTHERS[:1]).flat.tobytes()
    index.forget([len(OFFERS)])
    assert index.template_of[len(OFFERS)] == NONE
    assert not any(tokens in path.read_bytes() for path in tmp_path.iterdir())
    assert index.add(OTHERS[0]).template == NONE
    index.forget([len(index) - 1, len(index) - 1])
    index.repair()
    assert index.template_of.tolist() == [0] * len(OFFERS) + [NONE] * 4
    with pytest.raises(IndexError):
        index.forget([99])


def test_a_copy_that_stays_keeps_the_text() -> None:
    index = Index()
    index.add_many([OTHERS[0], OTHERS[0], OTHERS[0]])
    index.forget([0])
    assert index.template_of.tolist() == [NONE, 0, 0]
    assert index.add(OTHERS[0]).template == 0


def test_whoever_stood_alone_is_named_even_after_its_copy_was_forgotten() -> None:
    index = Index()
    index.add_many([OFFERS[0], OTHERS[0]])
    short = index.add("ok thanks").advert
    index.forget([short])
    index.add_many([OTHERS[1], OTHERS[1]])
    index.forget([3])
    index.repair()
    assert index.template_of.tolist() == [NONE] * 5
    assert index.add(OTHERS[1]).joined_by == 4
    assert index.add(OFFERS[1]).joined_by == 0


def test_the_folder_gives_back_what_was_added(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add_many(OFFERS[:6])
    index.repair()
    index.add_many(OTHERS)
    index.close()
    again = Index(tmp_path)
    assert len(again) == 9
    assert np.array_equal(again.template_of, index.template_of)
    assert again.add(OFFERS[7]).template == 0
    again.close()


def test_half_a_record_at_the_end_is_dropped(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add_many(OFFERS[:3])
    index.close()
    (journal,) = tmp_path.glob("journal-*.log")
    os.truncate(journal, journal.stat().st_size - 5)
    again = Index(tmp_path)
    assert len(again) == 2
    again.add(OTHERS[0])
    again.close()
    assert len(Index(tmp_path)) == 3


def test_a_changed_byte_is_refused(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add_many(OFFERS[:3])
    index.close()
    (journal,) = tmp_path.glob("journal-*.log")
    changed = bytearray(journal.read_bytes())
    changed[20] ^= 1
    journal.write_bytes(changed)
    with pytest.raises(JournalDamaged, match="damaged at byte 0"):
        Index(tmp_path)


def test_another_version_of_the_method_is_refused(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add_many(OFFERS[:3])
    index.repair()
    kept = dict(Journal(tmp_path).snapshot() or {})
    kept["about"] = kept["about"] + np.array([1, 0])
    Journal(tmp_path).begin_anew(kept)
    with pytest.raises(OtherVersion, match="read the adverts anew"):
        Index(tmp_path)


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """The process is killed with -9 while it adds and, now and then, repairs and forgets."""
    program = (
        "import sys, itertools\n"
        "from tutela.engines.patterns import Index\n"
        "from pathlib import Path\n"
        "index = Index(Path(sys.argv[1]))\n"
        "for i in itertools.count(len(index)):\n"
        "    name = chr(97 + i % 26) * 5 + ' of ' + chr(97 + i // 26 % 26) * 4\n"
        "    index.add(f'advert number {name} with room and good pay')\n"
        "    if i % 40 == 39: index.repair()\n"
        "    if i % 60 == 59: index.forget([i - 1])\n"
        "    print(i + 1, flush=True)\n"
    )
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    for wait in (0.05, 0.11, 0.17):
        command = [sys.executable, "-c", program, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=surroundings, text=True) as process:
            assert process.stdout is not None
            heard = [process.stdout.readline() for _ in range(5)]
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
            heard += process.stdout.read().split("\n")[:-1]
        acknowledged = int(heard[-1])
        index = Index(tmp_path)
        assert len(index) >= acknowledged
        index.close()
    assert acknowledged >= 15


@given(st.lists(st.one_of(st.sampled_from(OFFERS + OTHERS), st.text(max_size=30)), max_size=25))
@settings(deadline=None, max_examples=60)
def test_any_adverts_in_any_order(texts: list[str]) -> None:
    index = Index()
    index.add_many(texts)
    index.repair()
    assert _same_partition(index.template_of, patterns.find(patterns.read(texts)).template_of)


def _same_partition(first: np.ndarray, second: np.ndarray) -> bool:
    pairs = set(zip(first.tolist(), second.tolist(), strict=True))
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs}) and all(
        (a == NONE) == (b == NONE) for a, b in pairs
    )
