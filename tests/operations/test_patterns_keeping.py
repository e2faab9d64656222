"""The folder of patterns: labels, decisions that outlive a kill, and clear values that open to two only."""

from __future__ import annotations

import json
import re
import stat
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from tutela import cli
from tutela.operations.language import CODES
from tutela.operations.patterns.keeping import RETENTION, Decided, Decision, Keeping
from tutela.operations.refusals import Refused

NOW = datetime(2026, 3, 4, tzinfo=UTC)
NUMBER = "+18304543118"
FIRST, SECOND = ("Ana", "a passphrase of Ana"), ("Bo", "a passphrase of Bo")


@pytest.fixture
def keeping(tmp_path, monkeypatch):
    monkeypatch.setattr("tutela.operations.patterns.keeping.HASHER", PasswordHasher(1, 8, 1))
    kept = Keeping(tmp_path / "kept")
    for name, passphrase in (FIRST, SECOND):
        kept.enrol(name, passphrase)
    kept.seal_evidence({kept.label("phone", NUMBER): NUMBER}, on=NOW.date())
    return kept


def asked(keeping, what=NUMBER):
    return keeping.ask(what, by=FIRST[0], passphrase=FIRST[1], reason="Case 12", at=NOW)


def test_a_label_is_the_same_here_and_another_elsewhere(tmp_path, keeping):
    again, elsewhere = Keeping(keeping.folder), Keeping(tmp_path / "other")
    assert again.label("phone", NUMBER) == keeping.label("phone", NUMBER)
    assert elsewhere.label("phone", NUMBER) != keeping.label("phone", NUMBER)
    assert keeping.label("handle", NUMBER) != keeping.label("phone", NUMBER)


def test_no_number_lies_there_in_the_clear(keeping):
    asked(keeping)
    for file in keeping.folder.iterdir():
        assert NUMBER[1:].encode() not in file.read_bytes(), file.name


def test_nobody_else_may_read_the_key(keeping):
    assert stat.S_IMODE((keeping.folder / "key").stat().st_mode) == 0o600


def test_two_people_open_a_value(keeping):
    label = keeping.label("phone", NUMBER)
    request = asked(keeping, label)
    assert keeping.agree(request, by=SECOND[0], passphrase=SECOND[1], at=NOW) == (label, NUMBER)


def test_two_people_learn_whether_a_number_is_there(keeping):
    here, absent = asked(keeping), asked(keeping, "+18304543119")
    assert keeping.agree(here, by=SECOND[0], passphrase=SECOND[1], at=NOW)[1] == NUMBER
    assert keeping.agree(absent, by=SECOND[0], passphrase=SECOND[1], at=NOW)[1] == ""


@pytest.mark.parametrize(
    ("who", "problem"),
    [
        (FIRST, "takes two"),
        (("Bo", "wrong passphrase"), "not right"),
        (("Eve", "a passphrase of Eve"), "not right"),
    ],
)
def test_one_person_or_a_wrong_word_opens_nothing(keeping, who, problem):
    request = asked(keeping)
    with pytest.raises(Refused, match=problem):
        keeping.agree(request, by=who[0], passphrase=who[1], at=NOW)


def test_a_request_opens_once(keeping):
    request = asked(keeping)
    keeping.agree(request, by=SECOND[0], passphrase=SECOND[1], at=NOW)
    with pytest.raises(Refused, match="no open request"):
        keeping.agree(request, by=SECOND[0], passphrase=SECOND[1], at=NOW)


def test_a_request_needs_a_reason(keeping):
    with pytest.raises(Refused, match="Say why"):
        keeping.ask(NUMBER, by=FIRST[0], passphrase=FIRST[1], reason=" ", at=NOW)


def test_evidence_that_was_changed_is_refused(keeping):
    path = keeping.folder / "evidence.sealed"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(Refused, match="was changed"):
        Keeping(keeping.folder).forget(on=NOW.date())


def test_what_is_forgotten_is_gone(keeping):
    label = keeping.label("phone", NUMBER)
    late = NOW.date() + RETENTION + timedelta(days=1)
    assert keeping.forget(on=NOW.date() + RETENTION) == 0
    assert keeping.forget(on=late, confirmed=[label]) == 0
    assert keeping.forget(on=late) == 1
    request = asked(keeping, label)
    assert keeping.agree(request, by=SECOND[0], passphrase=SECOND[1], at=NOW)[1] == ""


def test_a_template_keeps_its_key_as_its_texts_change(keeping):
    first = keeping.keys_of([["b2", "a1"], ["c3"]], on=NOW.date())
    assert first == ["T-a1", "T-c3"]
    assert Keeping(keeping.folder).keys_of([["c3", "d4"], ["a1", "e5"], ["f6"]], on=NOW.date()) == [
        "T-c3", "T-a1", "T-f6",
    ]  # fmt: skip


def test_a_template_that_fell_apart_is_two_with_two_keys(keeping):
    keeping.keys_of([["a1", "b2"]], on=NOW.date())
    assert keeping.keys_of([["a1"], ["b2"]], on=NOW.date()) == ["T-a1", "T-b2"]


def test_nothing_is_read_without_grounds(keeping):
    with pytest.raises(Refused, match="--basis"):
        keeping.grounds("", "")
    given = keeping.grounds("Art. 6(1)(e)", "Referral to services")
    assert Keeping(keeping.folder).grounds("", "") == given
    with pytest.raises(Refused, match="one basis"):
        keeping.grounds("another", "")


def test_decisions_are_kept_once(keeping):
    said = Decided("t1", Decision.AGENCY, "Ana", "2026-03-04", "a chain")
    assert (keeping.keep_decisions([said, said]), keeping.keep_decisions([said])) == (1, 0)
    assert Keeping(keeping.folder).decisions() == (said,)


def test_a_line_cut_by_a_kill_costs_no_other(keeping):
    first, second = (Decided(name, Decision.SPAM, "Ana", "2026-03-04") for name in ("t1", "t2"))
    keeping.keep_decisions([first])
    with (keeping.folder / "decisions.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"template": "t9"})[:-3])
    keeping.keep_decisions([second])
    assert keeping.decisions() == (first, second)


def test_a_key_that_was_cut_is_refused(keeping):
    (keeping.folder / "key").write_bytes(b"short")
    with pytest.raises(Refused, match="no key"):
        Keeping(keeping.folder)


# ---------------------------------------------------------------- the command
def said(folder, capsys, spoken):
    """What each word of the command answers; names of requests and labels taken out."""
    (folder / "word").write_text("a passphrase for tests", encoding="utf-8")
    (folder / "adverts.csv").write_text(
        "id,text\n1,A flat with a garden and two rooms\n2,\n", encoding="utf-8"
    )
    kept = ["--keep", folder / f"kept-{spoken}", "--language", spoken]
    person = ["--passphrase-file", folder / "word", "--by"]
    requests = []

    def answer(*given, code=0):
        assert cli.main([str(one) for one in ["patterns-keep", *given, *kept]]) == code
        told = capsys.readouterr()
        requests.extend(re.findall(r"\b[0-9a-f]{8}\b", told.out)[:1])
        return re.sub(r"\b[0-9a-f]{8}\b|\bphone [0-9A-F]{10}", "…", told.out + told.err)

    return [
        answer("enrol", *person, "Ana"),
        answer("enrol", *person, "Bo"),
        answer("enrol", *person, "Bo", code=1),
        answer("ask", NUMBER, "--reason", "Case 12", *person, "Ana"),
        answer("agree", requests[0], *person, "Ana", code=1),
        answer("agree", requests[0], *person, "Bo"),
        answer("ask", NUMBER, code=1),
        answer("add", folder / "adverts.csv", "--basis", "Art. 6(1)(e)", "--purpose", "Referral"),
        answer("repair"),
        answer("forget"),
    ]


@pytest.mark.parametrize("spoken", [code for code in CODES if code != "en"])
def test_it_answers_in_the_language_that_is_asked_for(tmp_path, capsys, monkeypatch, spoken):
    monkeypatch.setattr("tutela.operations.patterns.keeping.HASHER", PasswordHasher(1, 8, 1))
    english, theirs = said(tmp_path, capsys, "en"), said(tmp_path, capsys, spoken)
    assert english[0] == "Ana may take part.\n"
    assert not [one for one, other in zip(english, theirs, strict=True) if one == other]
    assert not set(re.findall(r"[a-z]{4,}", " ".join(english))) & set(
        re.findall(r"[a-z]{4,}", " ".join(theirs))
    ) - {"tutela", "patterns", "keep", "agree", "name"}
