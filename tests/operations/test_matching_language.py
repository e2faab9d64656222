"""`tutela match` in every language: what both sides are told, and what is kept, which stays as it is."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
from tests.operations.matching_sides import (
    HEADING,
    PEOPLE,
    Pair,
    begun,
    nobody,
    raw_question,
    serving_,
    written,
)
from tools.messages import read, sentences

from tutela import cli
from tutela.engines.matching import Why
from tutela.operations import language, matching
from tutela.operations.language import speaking
from tutela.operations.matching import asking, counting
from tutela.operations.publishing.ledger import Ledger

OTHERS = [code for code in language.CODES if code != "en"]


@cache
def _english(spoken: str) -> list[tuple[str, re.Pattern[str]]]:
    """Sentences of the package that this language says otherwise, with what may stand in their gaps."""
    found, catalogue = [], read(spoken)
    for message in sentences():
        ours = any(place.startswith("operations/matching/") for place, _line in message.locations)
        if not ours or message.context:  # words that files have too
            continue
        translated = catalogue.get(message.id).string
        if len(message.id) > 12 and translated != message.id:
            pattern = re.sub(r"\\\{\w+\\\}", ".+?", re.escape(message.id))
            found.append((message.id, re.compile(pattern)))
    return found


def _left(told: str, spoken: str) -> list[str]:
    return [text for text, pattern in _english(spoken) if pattern.search(told)]


@pytest.fixture
def pair(tmp_path, monkeypatch) -> Pair:
    made = begun(tmp_path)
    monkeypatch.setattr(matching, "now", made.now)
    return made


def _match(spoken: str, word: str, *arguments: object) -> int:
    return cli.main(["match", word, *map(str, arguments), "--language", spoken])


def _one_question(pair: Pair, spoken: str) -> None:
    """Both sides from the table to the end of the pair, as somebody types it."""
    folder, asked, both = pair.folder / "pair", pair.folder / "questions", ("--agreement", pair.agreement)
    haven, harbour = (("--secret", pair.folder / f"{side}.secret") for side in ("haven", "harbour"))
    small = ("--threshold", 3, "--workers", 1, "--canaries", 2)
    file = pair.folder / "records.csv"
    assert _match(spoken, "prepare", file, *both, *haven, "--out", folder, *small) == 0
    with serving_(pair) as address, speaking(spoken):
        for person in (None, nobody(1)):
            assert pair.ask(address, *([person] if person else [])) == 0
        common = (*both, *harbour, "--folder", asked, "--address", address)
        assert _match(spoken, "replies", *common) == 0
        assert _match(spoken, "waiting", folder, *both, *haven) == 0
        pair.at = pair.agreed.due(pair.at)
        assert _match(spoken, "replies", *common) == 0
    assert _match(spoken, "log", folder) == 0
    assert _match(spoken, "log", asked) == 0
    assert _match(spoken, "stop", folder) == 0


@pytest.mark.parametrize("spoken", OTHERS)
def test_both_sides_are_told_in_their_language(pair, capsys, spoken):
    _one_question(pair, spoken)
    said = capsys.readouterr()
    told = said.out + said.err
    assert not _left(told, spoken)
    assert "R1" in told
    assert {entry["what"] for entry in _kept(pair)} == {"prepared", "answered", "committed"}


def test_english_is_told_where_nothing_is_asked(pair, capsys):
    _one_question(pair, "en")
    said = capsys.readouterr()
    assert len(_left(said.out + said.err, "fr")) > 10


def _kept(pair: Pair) -> list[dict[str, object]]:
    lines = (pair.folder / "pair" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_two_sides_may_speak_two_languages(pair, capsys):
    """What is sealed and signed is the same in each: a question in Arabic finds a table made in French."""
    with speaking("fr"):
        pair.prepare()
    with serving_(pair) as address, speaking("ar"):
        assert pair.ask(address) == 0
    assert "محتمل" in capsys.readouterr().out
    assert _match("es", "waiting", pair.folder / "pair", "--agreement", pair.agreement,
                  "--secret", pair.folder / "haven.secret") == 0  # fmt: skip
    assert "búsqueda de familiares" in capsys.readouterr().out


def test_a_server_speaks_the_language_of_who_started_it_in_every_thread(pair, capsys, monkeypatch):
    pair.prepare()
    with speaking("fr"), serving_(pair) as address:
        monkeypatch.setattr("os.fsync", _full)
        with speaking("en"), pytest.raises(Exception, match="HTTP 503"):
            asking.Line(address, None).post("/question", raw_question(pair))
    assert "le disque est plein" in capsys.readouterr().err


def _full(_file: int) -> None:
    with speaking(language.spoken()):
        raise OSError(28, language.gettext("the disk is full"))


@pytest.mark.parametrize("spoken", OTHERS)
def test_every_reason_not_to_answer_has_its_words(spoken):
    from tutela.operations.matching import words

    with speaking(spoken):
        assert all(language.gettext(words.WHY[why]) != words.WHY[why] for why in Why if why in words.WHY)


@pytest.mark.parametrize("spoken", OTHERS)
def test_a_count_is_told_in_the_language(pair, capsys, monkeypatch, spoken):
    monkeypatch.setattr(counting, "ROUNDED_TO", 4)
    mine = written(pair.folder, [HEADING, *PEOPLE[:3]], "mine.csv")
    ledger = pair.folder / "ledger.jsonl"
    Ledger(ledger).open(population="assisted", epsilon=20.0, delta=1e-9, years_apart=False, at=pair.at)
    one, two, three = (pair.folder / name for name in ("1.count", "2.count", "3.count"))
    steps = [
        ("begin", "harbour", ["--records", mine, "--out", one]),
        ("answer", "haven", ["--records", mine, "--message", one, "--out", two]),
        ("return", "harbour", ["--message", two, "--out", three]),
        ("finish", "haven", ["--message", three, "--ledger", ledger, "--population", "assisted"]),
    ]
    for step, side, more in steps:
        common = ("--agreement", pair.agreement, "--secret", pair.folder / f"{side}.secret")
        assert _match(spoken, "count", step, *common, "--folder", pair.folder / f"counts-{side}", *more) == 0
    said = capsys.readouterr()
    assert not _left(said.out + said.err, spoken)
    (charge,) = Ledger(ledger).read().charges
    assert charge.says.startswith("count of people whom Harbour knows too"), "what is kept stays as it is"


@pytest.mark.parametrize("spoken", OTHERS)
def test_what_is_wrong_in_an_agreement_is_told_in_the_language(pair, capsys, spoken):
    pair.change(**{
        "pair": "", "until": "soon", "purposes": ["curiosity"], "limits": {"a_day": 0},
        "replies": {"wait": "long"}, "asking": {"name": "Harbour", "kind": "police", "key": "none"},
    })  # fmt: skip
    assert _match(spoken, "waiting", pair.folder / "pair", "--agreement", pair.agreement,
                  "--secret", pair.folder / "haven.secret") == 1  # fmt: skip
    told = capsys.readouterr().err
    assert len(told.splitlines()) > 6
    assert not _left(told, spoken)
