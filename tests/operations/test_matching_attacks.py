"""`tutela match`: what an agency that cheats, a disk that is full, a clock that runs back or a mistake of an
administrator could get, and does not.
"""

from __future__ import annotations

import json
import os
import stat
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from tests.operations.matching_sides import (
    HEADING,
    MARIAM,
    NOW,
    PEOPLE,
    Pair,
    begun,
    log,
    nobody,
    post,
    prepared,
    raw_question,
    refused,
    serving_,
    written,
)

from tutela.engines.matching import (
    MOST_KEYS,
    Recipe,
    Why,
    keys_of,
    look_up,
    messages,
    open_shares,
    oprf,
)
from tutela.operations.matching import agreement as agreements
from tutela.operations.matching import answering, asking, consent, counting, people, preparing, state
from tutela.operations.matching.journal import Journal
from tutela.operations.matching.secret import put

DISTINCT = {Recipe.NAMES_YEAR, Recipe.NAMES_DAY, Recipe.NAME_DATE}


@pytest.fixture
def pair(tmp_path) -> Pair:
    return prepared(tmp_path)


# ---------------------------------------------------------------- limits
def test_a_clock_that_is_set_back_gives_no_new_questions(pair):
    pair.change(limits={"a_day": 2, "a_month": 3})
    with serving_(pair) as address:
        for _ in range(2):
            packed = raw_question(pair)
            assert post(address, "/question", packed).why is Why.ANSWERED
        assert post(address, "/question", raw_question(pair)).why is Why.DAY
        pair.at -= timedelta(days=1)
        number = messages.read_question(packed, pair.agreed.asking.public).number
        late = messages.pack_commitment(messages.committed(number, b"h" * 32), pair.secret("harbour").signing)
        asking.Line(address, None).post("/commitment", late)  # what is noted in between winds nothing back
        assert post(address, "/question", raw_question(pair)).why is not Why.ANSWERED
        pair.at += timedelta(days=1, seconds=1)
        assert post(address, "/question", raw_question(pair)).why is Why.DAY


def test_a_person_is_remembered_for_as_long_as_was_agreed(pair):
    pair.change(limits={"person_days": 500})
    with serving_(pair) as address:
        assert post(address, "/question", raw_question(pair, subject=b"s" * 16)).why is Why.ANSWERED
    pair.at += timedelta(days=400)
    pair.change(until=date(2028, 1, 1))
    pair.prepare()
    with serving_(pair) as address:
        until = (date(2028, 1, 1) - date(1970, 1, 1)).days
        again = raw_question(pair, subject=b"s" * 16, consent_until=until)
        assert post(address, "/question", again).why is Why.PERSON


def test_a_log_that_is_gone_or_cut_off_stops_the_answers(pair):
    """Limits and freezes are counted from it: without its beginning they would all be new."""
    path = pair.folder / "pair" / "log.jsonl"
    path.unlink()
    assert "log" in refused(pair.answering)
    assert not path.exists() or path.read_bytes() == b""


def test_the_folder_of_one_pair_never_answers_another(pair):
    """Who agreed to be found by Harbour did not agree to be found by everybody."""
    pair.change(pair="haven-elsewhere")
    assert "haven-harbour" in refused(pair.answering)


# ---------------------------------------------------------------- what a kill leaves
def test_a_kill_between_a_commitment_and_its_file_loses_neither(pair, monkeypatch):
    kept = state.read_kept(pair.folder / "pair", pair.secret("haven"))
    handle = next(iter(kept.records))
    with serving_(pair) as address:
        packed = raw_question(pair)
        number = messages.read_question(packed, pair.agreed.asking.public).number
        post(address, "/question", packed)
    sent = messages.pack_commitment(messages.committed(number, handle), pair.secret("harbour").signing)

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    for owner, what in ((answering.Answering, "_keep_hit"), (Journal, "add")):
        answers = pair.answering()
        with monkeypatch.context() as patch:
            patch.setattr(owner, what, die)
            with pytest.raises(Killed):
                answers.commitment(sent)
        answers.close()
    answers = pair.answering()
    answers.commitment(sent)
    answers.close()
    (waiting,) = answering.waiting(pair.folder / "pair", pair.agreed, pair.secret("haven"))
    assert waiting.reference == kept.records[handle]


def test_a_commitment_to_a_canary_writes_as_often_as_any_other(pair, monkeypatch):
    """Else the time that it takes says who is a canary, before the second one freezes the key."""
    kept = state.read_kept(pair.folder / "pair", pair.secret("haven"))
    written_ = []
    for handle in (next(iter(kept.records)), next(iter(kept.canaries)), b"nobody's handle, 32 bytes long.."):
        answers = pair.answering()
        packed = raw_question(pair)
        number = messages.read_question(packed, pair.agreed.asking.public).number
        answers.question(packed)
        before = log(pair.folder / "pair")
        answers.commitment(
            messages.pack_commitment(messages.committed(number, handle), pair.secret("harbour").signing)
        )
        answers.close()
        written_.append(len(log(pair.folder / "pair")) - len(before))
    assert written_ == [1, 1, 1]


def test_what_was_found_is_kept_and_sent_again_where_the_line_breaks(pair, monkeypatch, capsys):
    real = asking.Line.post
    with serving_(pair) as address:

        def broken(line: asking.Line, path: str, body: bytes) -> bytes:
            if path == "/commitment":
                return real(asking.Line("http://127.0.0.1:9", None), path, body)
            return real(line, path, body)

        monkeypatch.setattr(asking.Line, "post", broken)
        assert pair.ask(address) == 0
        told = capsys.readouterr()
        assert "Possible" in told.out
        assert "tutela match replies" in told.err
        assert "Nothing was found out" not in told.err
        monkeypatch.setattr(asking.Line, "post", real)
        assert answering.waiting(pair.folder / "pair", pair.agreed, pair.secret("haven")) == []
        asking.replies(
            pair.folder / "questions", pair.agreement, pair.folder / "harbour.secret", address=address,
            authority=None, at=pair.at,
        )  # fmt: skip
        (waiting,) = answering.waiting(pair.folder / "pair", pair.agreed, pair.secret("haven"))
        assert waiting.reference == "R1"


# ---------------------------------------------------------------- consent
def test_a_consent_names_the_agency_that_is_asked_and_not_the_pair_alone(pair):
    receipt = pair.receipt()
    content = yaml.safe_load(pair.agreement.read_text())
    pair.change(answering=content["answering"] | {"name": "Ministry"})
    told = refused(
        lambda: consent.read(receipt, pair.secret("harbour"), pair.agreed, reference="H-17", at=NOW)
    )
    assert told == "This consent is for Haven, not for Ministry."


def test_a_receipt_that_is_nonsense_gets_one_line(pair):
    path = pair.folder / "nonsense.json"
    for content in (
        "[]",
        "5",
        '"text"',
        '{"signature": 5}',
        '{"signature": null}',
        "null",
        "{}",
        "",
        "[" * 9,
    ):
        path.write_text(content)
        assert "is no receipt" in refused(
            lambda: consent.read(path, pair.secret("harbour"), pair.agreed, reference="H-17", at=NOW)
        )


def test_a_copy_of_a_receipt_does_not_undo_a_withdrawal(pair):
    receipt = pair.receipt()
    copy = pair.folder / "copy.json"
    copy.write_bytes(receipt.read_bytes())
    consent.withdraw(receipt, at=NOW)
    assert "withdrew" in refused(
        lambda: consent.read(copy, pair.secret("harbour"), pair.agreed, reference="H-17", at=NOW)
    )


def test_a_consent_that_ends_within_the_month_is_not_in_the_table_of_the_month(pair):
    row = ["R9", "Zoltan", "Nagy", "1990-02-03", "M", "HUN", "2026-11-29"]
    written(pair.folder, [HEADING, *PEOPLE, row])
    pair.prepare()
    kept = state.read_kept(pair.folder / "pair", pair.secret("haven"))
    assert "R9" not in kept.records.values()
    written(pair.folder, [HEADING, *PEOPLE, [*row[:-1], "2026-11-30"]])
    pair.prepare()
    assert "R9" in state.read_kept(pair.folder / "pair", pair.secret("haven")).records.values()


# ---------------------------------------------------------------- the kill switch
def test_the_asking_side_can_end_the_pair_too(pair):
    questions = pair.folder / "questions"
    with serving_(pair) as address:
        pair.ask(address)
        answering.stop(questions, at=pair.at)
        assert not list(questions.rglob("*.sealed"))
        assert not (questions / "table.bin").exists()
        assert "ended" in refused(lambda: pair.ask(address, nobody(1)))
    assert log(pair.folder / "pair").count("answered") == 1


def test_a_stopped_server_gives_its_table_to_nobody(pair):
    with serving_(pair) as address:
        line = asking.Line(address, None)
        assert line.get("/table") is not None
        answering.stop(pair.folder / "pair", at=pair.at)
        assert line.get("/table") is None


def test_handles_live_a_month_and_no_longer(pair, capsys):
    files = (pair.folder / "questions", pair.agreement, pair.folder / "harbour.secret")
    with serving_(pair) as address:
        pair.ask(address)
        pair.at += timedelta(days=45)
        asking.replies(*files, address=address, authority=None, at=pair.at)
    assert not list((pair.folder / "questions" / "pending").iterdir())
    pair.prepare()
    assert not list((pair.folder / "pair" / "hits").iterdir())


# ---------------------------------------------------------------- what people type
@pytest.mark.parametrize("name", ["No", "On", "Null", "Yes", "Off", "True"])
def test_names_that_yaml_takes_for_something_else_are_names(name):
    said = f"reference: H-1\ngiven: {name}\nfamily: Bramble\nborn: 1990-02-03\n"
    quoted = f"reference: H-1\ngiven: '{name}'\nfamily: Bramble\nborn: '1990-02-03'\n"
    assert people.person(said, "p.yaml") == people.person(quoted, "p.yaml")
    assert len(people.person(said, "p.yaml")[1].words) == 2


def test_norway_is_a_country():
    _, traits = people.person("reference: 7\ngiven: Kari\nfamily: Berg\nnationality: NO\n", "p.yaml")
    assert traits.nationality == "NOR"


@pytest.mark.parametrize(
    "content",
    ["reference: H-1\nborn: 2005-13-01\n", "1: a\nx: b\nreference: H\n", "reference: [1]\n", "a: &a [*a]\n",
     "reference: H-1\ngiven: {a: b}\n", "\x00", "reference: H-1\ngiven: !!python/object:os.x {}\n",
     "reference: H-1\ngiven: " + "[" * 5000],
)  # fmt: skip
def test_a_person_that_is_none_gets_one_line(content):
    assert len(refused(lambda: people.person(content, "p.yaml")).splitlines()) == 1


def test_a_day_that_no_calendar_has_in_an_agreement_gets_one_line(pair):
    pair.agreement.write_text(pair.agreement.read_text().replace("2027-06-30", "2027-13-30"))
    assert len(refused(lambda: agreements.read(pair.agreement)).splitlines()) == 1


@pytest.mark.parametrize("address", ["https://host:99999", "https://host:abc", "https://[::1"])
def test_an_address_with_an_impossible_port_gets_one_line(address):
    assert "is no address" in refused(lambda: asking.Line(address, None))


def test_a_log_of_other_json_gets_one_line(tmp_path):
    path = tmp_path / "log.jsonl"
    for line in ("[]", "5", "null", '{"at": 5, "what": "x", "before": "0"}'):
        path.write_text(line + "\n")
        assert "damaged" in refused(lambda: Journal(path))


# ---------------------------------------------------------------- a count
def begun_count(pair: Pair, rows: list[list[str]], source: str = "begin.count") -> list[counting.Group]:
    asked = counting.Asked(
        step=counting.Step.BEGIN, agreement=pair.agreement, secret=pair.folder / "harbour.secret",
        folder=pair.folder / "counts", file=written(pair.folder, [HEADING, *rows], "mine.csv"),
        out=pair.folder / source,
    )  # fmt: skip
    counting.count(asked, at=pair.at)
    body = (pair.folder / source).read_bytes()[64:].partition(b"\n")[2]
    return counting._unpacked(body)


def test_a_file_of_a_count_tells_neither_how_many_people_nor_what_is_known_of_them(tmp_path, monkeypatch):
    """Two words or three, a date or a guess, sex or none: else a group is as good as a name."""
    monkeypatch.setattr(counting, "ROUNDED_TO", 16)
    pair = begun(tmp_path)
    few, many = begun_count(pair, PEOPLE[:1], "1.count"), begun_count(pair, PEOPLE[:4], "2.count")
    shapes = {tuple(Counter(recipe for recipe, _ in group).items()) for group in [*few, *many]}
    assert len(shapes) == 1, "people and places that are only filled look alike"
    assert len(few) == len(many) == 16


def test_a_step_of_a_count_is_done_once(tmp_path, monkeypatch):
    """A second answer under the same number would have other people put under the same secret."""
    monkeypatch.setattr(counting, "ROUNDED_TO", 4)
    pair = begun(tmp_path)
    begun_count(pair, PEOPLE[:2], "1.count")
    mine = written(tmp_path, [HEADING, *PEOPLE[:2]], "theirs.csv")
    common = {"agreement": pair.agreement}
    counting.count(
        counting.Asked(step=counting.Step.ANSWER, secret=tmp_path / "haven.secret", folder=tmp_path / "h",
                       file=mine, message=tmp_path / "1.count", out=tmp_path / "2.count", **common),
        at=pair.at,
    )  # fmt: skip
    again = counting.Asked(step=counting.Step.RETURN, secret=tmp_path / "harbour.secret",
                           folder=tmp_path / "counts", message=tmp_path / "2.count",
                           out=tmp_path / "3.count", **common)  # fmt: skip
    counting.count(again, at=pair.at)
    assert "not begun here, or was finished before" in refused(lambda: counting.count(again, at=pair.at))


# ---------------------------------------------------------------- a table that was made to betray
@pytest.mark.parametrize("threshold", [0, 1, 2, 25])
def test_a_table_that_opens_by_fewer_keys_than_may_be_is_refused(pair, threshold):
    """Two keys in common are a coincidence: a table with such a threshold learns whom others look for."""
    content = (pair.folder / "pair" / "table.bin").read_bytes()
    published = state.read_table(content, pair.agreed.answering)
    changed = state.Published(
        **{name: getattr(published, name) for name in published.__slots__} | {"threshold": threshold}
    )
    state.write_table(pair.folder, changed, pair.secret("haven"))
    told = refused(lambda: state.read_table((pair.folder / "table.bin").read_bytes(), pair.agreed.answering))
    assert "keys" in told


def test_who_was_asked_about_is_in_no_message_of_a_refusal(pair, capsys):
    with serving_(pair) as address:
        pair.ask(address)
        told = refused(lambda: pair.ask(address))
    captured = capsys.readouterr()
    assert not any(value in told + captured.err for value in (MARIAM["given"], MARIAM["family"], "2005-05"))
    for line in (pair.folder / "pair" / "log.jsonl").read_text().splitlines():
        assert set(json.loads(line)) <= {
            "before", "at", "what", "question", "purpose", "consent", "caseworker", "subject", "why", "table",
            "period", "room", "canary",
        }  # fmt: skip


def test_a_month_ends_for_the_table_and_its_replies_still_come(pair, capsys):
    """Asked on the last day, replied to in the next month, from the new folder of keys."""
    pair.at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    with serving_(pair) as address:
        pair.ask(address)
    (waiting,) = answering.waiting(pair.folder / "pair", pair.agreed, pair.secret("haven"))
    answering.decide(
        pair.folder / "pair", pair.secret("haven"), question=waiting.question, words="Call us.", at=pair.at
    )
    pair.at = datetime(2026, 12, 4, tzinfo=UTC)
    pair.prepare()
    capsys.readouterr()
    with serving_(pair) as address:
        asking.replies(
            pair.folder / "questions", pair.agreement, pair.folder / "harbour.secret", address=address,
            authority=None, at=pair.at,
        )  # fmt: skip
    assert capsys.readouterr().out.endswith("H-17: Call us.\n")


def test_a_question_of_a_changed_program_asks_of_six_people_at_most(pair):
    """What the limits are worth: 24 keys open six records by four keys each, and a seventh by none."""
    pair.prepare(threshold=4)
    published = state.read_table((pair.folder / "pair" / "table.bin").read_bytes(), pair.agreed.answering)
    kept = state.read_kept(pair.folder / "pair", pair.secret("haven"))
    keys = []
    for row in PEOPLE[6:13]:
        known = keys_of(people.traits_of(dict(zip(HEADING, row, strict=True))))
        keys += [key.content for key in known if key.recipe in DISTINCT][:4]
    outputs = [oprf.evaluate(kept.secret, key) for key in keys[:MOST_KEYS]]
    opened = open_shares(look_up(published.table, outputs), threshold=4)
    assert len({one.handle for one in opened}) == 6


def test_other_letters_are_another_profile(pair, monkeypatch):
    """Two versions of the transliteration would give two skeletons for one name, and silent misses."""
    here = people.profile()
    monkeypatch.setattr(people, "version", lambda _: "9.9")
    assert people.profile() != here


def test_a_table_is_not_worked_on_while_the_old_one_answers(pair, monkeypatch):
    """Nor is a key made for a pair that ended: minutes of work would be thrown away."""
    monkeypatch.setattr(preparing, "made", lambda *_, **__: pytest.fail("it was worked out"))
    with serving_(pair):
        assert "in use" in refused(pair.prepare)
    answering.stop(pair.folder / "pair", at=NOW)
    assert "was stopped" in refused(pair.prepare)


@pytest.mark.parametrize("after", [timedelta(seconds=2), timedelta(days=2), timedelta(minutes=-5)])
def test_what_was_answered_before_midnight_is_told_after_it(pair, after):
    """Nor does a clock that is put right in between keep a commitment out."""
    kept = state.read_kept(pair.folder / "pair", pair.secret("haven"))
    pair.at = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    with serving_(pair) as address:
        packed = raw_question(pair)
        number = messages.read_question(packed, pair.agreed.asking.public).number
        assert post(address, "/question", packed).why is Why.ANSWERED
        pair.at += after
        found = messages.committed(number, next(iter(kept.records)))
        asking.Line(address, None).post(
            "/commitment", messages.pack_commitment(found, pair.secret("harbour").signing)
        )
    (waiting,) = answering.waiting(pair.folder / "pair", pair.agreed, pair.secret("haven"))
    assert waiting.reference in kept.records.values()


def test_a_kill_while_a_table_is_written_leaves_what_is_refused_or_whole(pair, monkeypatch):
    for name in ("write_table", "write_kept"):
        with monkeypatch.context() as patch:
            patch.setattr(state, name, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                pair.prepare()
        assert "holds no keys" in refused(pair.answering)
    pair.prepare()
    pair.answering().close()


def test_what_is_put_down_outlasts_a_loss_of_power(tmp_path, monkeypatch):
    """The file first, then the folder that names it: a pair that was ended stays ended."""
    real, synced = os.fsync, []

    def noted(file: int) -> None:
        synced.append("folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "file")
        real(file)

    monkeypatch.setattr(os, "fsync", noted)
    put(tmp_path / "stopped", b"x")
    assert synced == ["file", "folder"]
