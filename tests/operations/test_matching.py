"""`tutela match`: one question from end to end, and who learns what of it."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from tests.operations.matching_sides import (
    HEADING,
    MARIAM,
    NOW,
    PEOPLE,
    Pair,
    log,
    nobody,
    prepared,
    serving_,
)

from tutela.engines.matching import keys_of, look_up, messages, open_shares, oprf
from tutela.operations.matching import answering, asking, people, state
from tutela.operations.matching.answering import Answering


@pytest.fixture
def pair(tmp_path) -> Pair:
    return prepared(tmp_path)


# ---------------------------------------------------------------- one question from end to end
def test_a_person_is_found_and_the_reply_comes_at_its_time(pair, capsys):
    with serving_(pair) as address:
        assert pair.ask(address) == 0
        told = capsys.readouterr().out
        assert "Possible: Haven may know this person." in told
        assert re.search(r"About \d in 10 such answers are right", told)
        (waiting,) = answering.waiting(pair.folder / "pair", pair.agreed, pair.secret("haven"))
        assert (waiting.reference, waiting.purpose, waiting.decided) == ("R1", "family tracing", False)
        assert waiting.due == datetime(2026, 11, 29, tzinfo=UTC), "after 72 hours, at the next midnight"
        answering.decide(
            pair.folder / "pair",
            pair.secret("haven"),
            question=waiting.question,
            words="Call B. Osei.",
            at=pair.at,
        )
        fetch = {"address": address, "authority": None}
        files = (pair.folder / "questions", pair.agreement, pair.folder / "harbour.secret")
        asking.replies(*files, **fetch, at=waiting.due - timedelta(seconds=1))
        assert "H-17: the reply comes at 2026-11-29 00:00 UTC." in capsys.readouterr().out
        pair.at = waiting.due
        asking.replies(*files, **fetch, at=pair.at)
        assert capsys.readouterr().out == "H-17: Call B. Osei.\n"
        asking.replies(*files, **fetch, at=pair.at)
        assert "No question waits" in capsys.readouterr().out


@pytest.mark.parametrize(
    "person",
    [
        {"given": "Hoang", "family": "Xuan", "born": "2010-10-13", "sex": "F", "nationality": "VN"},
        {
            "given": "Mohammed",
            "family": "Hassan",
            "born": "1999-03-17",
            "sex": "M",
            "nationality": "Syrian Arab Republic",
        },
        {"given": "Olena", "family": "Shevchenko", "born": "2001", "sex": "F", "nationality": "UKR"},
    ],
)
def test_names_meet_across_scripts_and_order(pair, capsys, person):
    with serving_(pair) as address:
        pair.ask(address, {"reference": "H-1", **person})
    assert "Possible" in capsys.readouterr().out


@pytest.mark.parametrize(("given", "family"), [("Silent", "Person"), ("Late", "Consent"), ("Zoltan", "Nagy")])
def test_without_consent_and_without_record_look_alike(pair, capsys, given, family):
    with serving_(pair) as address:
        pair.ask(
            address,
            {
                "reference": "H-2",
                "given": given,
                "family": family,
                "born": "1990-02-03",
                "sex": "F",
                "nationality": "NGA",
            },
        )
    told = capsys.readouterr().out
    assert "Not found at Haven. That does not mean that they are not known there" in told
    assert answering.waiting(pair.folder / "pair", pair.agreed, pair.secret("haven")) == []


def test_silence_is_told_as_what_it_may_be(pair, capsys):
    with serving_(pair) as address:
        pair.ask(address)
        pair.at += timedelta(days=5)
        capsys.readouterr()
        asking.replies(
            pair.folder / "questions", pair.agreement, pair.folder / "harbour.secret", address=address,
            authority=None, at=pair.at,
        )  # fmt: skip
    assert "Where nobody was found nothing ever is" in capsys.readouterr().out


# ---------------------------------------------------------------- who learns what
class Recorded(Answering):
    """Notes every byte that passes."""

    def __init__(self, *args, **named) -> None:
        super().__init__(*args, **named)
        self.passed: list[tuple[str, bytes, bytes]] = []

    def question(self, data: bytes) -> bytes:
        answer = super().question(data)
        self.passed.append(("question", data, answer))
        return answer

    def commitment(self, data: bytes) -> None:
        super().commitment(data)
        self.passed.append(("commitment", data, b""))

    def reply(self, number: bytes) -> bytes | None:
        answer = super().reply(number)
        self.passed.append(("reply", number, answer or b""))
        return answer


def transcript(
    pair: Pair, person: dict[str, str], monkeypatch
) -> tuple[list[tuple[str, bytes, bytes]], list[str]]:
    answers = Recorded(pair.folder / "pair", pair.agreed, pair.secret("haven"), now=pair.now)
    monkeypatch.setattr(asking, "Line", lambda *_: SimpleNamespace(
        post=lambda path, body: answers.question(body) if path == "/question" else answers.commitment(body),
        get=lambda path: answers.table if path == "/table" else answers.reply(bytes.fromhex(path[7:])),
    ))  # fmt: skip
    pair.ask("", person)
    pair.at += timedelta(days=5)
    asking.replies(
        pair.folder / "questions",
        pair.agreement,
        pair.folder / "harbour.secret",
        address="",
        authority=None,
        at=pair.at,
    )
    pair.at = NOW
    answers.close()
    for path in (pair.folder / "questions" / "pending").iterdir():
        path.unlink()
    return answers.passed, log(pair.folder / "pair")


def test_a_hit_and_a_miss_pass_the_same_messages_of_the_same_length(pair, monkeypatch):
    hit, _ = transcript(pair, MARIAM, monkeypatch)
    miss, kept = transcript(pair, nobody(1), monkeypatch)
    shape = [(name, len(there), len(back)) for name, there, back in hit]
    assert shape == [(name, len(there), len(back)) for name, there, back in miss]
    assert shape == [
        ("question", messages.QUESTION, messages.ANSWER),
        ("commitment", messages.COMMITMENT, 0),
        ("reply", 16, messages.REPLY),
    ]
    assert kept == ["prepared", "answered", "committed", "answered", "committed"], (
        "nor does the log tell them apart"
    )
    sizes = {path.stat().st_size for path in (pair.folder / "pair" / "hits").iterdir()}
    assert len(sizes) == 1, "nor the files that await a decision"


def test_the_answering_side_sees_random_elements_and_their_number_alone(pair, monkeypatch):
    (_, first, _), *_ = transcript(pair, MARIAM, monkeypatch)[0]
    pair.change(limits={"person_days": 1})
    pair.at += timedelta(days=2)
    again = transcript_at(pair, monkeypatch)
    one, other = (messages.read_question(data, pair.agreed.asking.public) for data in (first, again))
    assert len(one.elements) == len(other.elements) == 24
    assert set(one.elements).isdisjoint(other.elements), (
        "the same person, asked again, sends nothing that repeats"
    )
    keys = [
        key.content
        for key in keys_of(people.traits_of({k: v for k, v in MARIAM.items() if k != "reference"}))
    ]
    clear = {oprf.hash_to_group(key) for key in keys}
    assert clear.isdisjoint(one.elements)
    assert not any(value.encode() in first for value in MARIAM.values() if len(value) > 3)


def transcript_at(pair: Pair, monkeypatch) -> bytes:
    at = pair.at
    answers = Recorded(pair.folder / "pair", pair.agreed, pair.secret("haven"), now=pair.now)
    monkeypatch.setattr(asking, "Line", lambda *_: SimpleNamespace(
        post=lambda path, body: answers.question(body) if path == "/question" else answers.commitment(body),
        get=lambda path: answers.table,
    ))  # fmt: skip
    asking.ask(pair.asked(), at=at)
    answers.close()
    return answers.passed[0][1]


def test_nothing_on_either_disk_says_who_it_was_about(pair, monkeypatch):
    transcript(pair, MARIAM, monkeypatch)
    for folder in ("pair", "questions"):
        for path in (pair.folder / folder).rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert not any(word in content for word in (b"Maryam", b"Diall", b"H-17", b"2005-05"))
                assert path.stat().st_mode & 0o077 == 0


def test_fewer_keys_than_the_threshold_open_nothing(pair, monkeypatch):
    """Two keys of a record, and the asking side does all that it can with them."""
    published = state.read_table((pair.folder / "pair" / "table.bin").read_bytes(), pair.agreed.answering)
    kept = state.read_kept(pair.folder / "pair", pair.secret("haven"))
    cells = dict(zip(HEADING, PEOPLE[0], strict=True))
    keys = [key.content for key in keys_of(people.traits_of(cells))]

    def opened(known: list[bytes]) -> list[bytes]:
        outputs = [oprf.evaluate(kept.secret, key) for key in known]
        outputs += [os.urandom(64) for _ in range(24 - len(known))]
        return [
            one.handle
            for one in open_shares(look_up(published.table, outputs), threshold=published.threshold)
        ]

    assert opened(keys[:2]) == []
    (handle,) = opened(keys[:3])
    assert kept.records[handle] == "R1"
