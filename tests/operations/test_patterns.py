"""`tutela patterns`: adverts in, a page to decide by out, and nothing that exposes anybody."""

from __future__ import annotations

import csv
import inspect
import json
import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from tutela import library_path
from tutela.engines.patterns import grouping
from tutela.engines.patterns.entities import CONTACTS
from tutela.engines.patterns.scores import score
from tutela.operations.language import CODES, speaking
from tutela.operations.patterns import decisions_of, run, words
from tutela.operations.patterns.asked import Asked, columns_of
from tutela.operations.patterns.keeping import Decision
from tutela.operations.patterns.signs import FACTS, known_places, read_signs
from tutela.operations.refusals import Refused

TODAY = date(2026, 3, 30)
PHONE = "+33 6 12 34 56 78"
FLATS = "Bright flat near the station with balcony and two rooms, quiet house, ask for the key, rent {} euros"
WORK = (
    "Girls wanted for hotel work abroad, no experience needed, visa and documents arranged by us, "
    "ask {name}, {age} years, registration fee is required, call {phone}"
)
RUSSIAN = "Требуются девушки на работу за границей, без опыта, визу оформим, высокая зарплата, звоните {}"


def adverts() -> list[list[str]]:
    names = ["Anna", "Maria", "Elena", "Sofia", "Nina", "Olga"]
    rows = [["id", "text", "date", "place"]]
    for number in range(12):
        day = date(2026, 1, 5) + timedelta(days=7 * number)
        text = WORK.format(
            name=names[number % 6], age=20 + number, phone=PHONE if number % 2 else "06 12 34 56 78"
        )
        rows.append([f"w{number}", text, day.isoformat(), ["Paris", "Lyon", "Madrid"][number % 3]])
        rows.append([f"f{number}", FLATS.format(400 + 10 * number), day.isoformat(), "Paris"])
    rows += [[f"r{number}", RUSSIAN.format("0612345678"), "2026-02-02", "Riga"] for number in range(3)]
    alone = ("A bicycle in good order to give away", "Lost a grey cat near the old bridge on Sunday evening",
             "Piano lessons for beginners and for those who begin again")  # fmt: skip
    return rows + [[f"s{number}", text, "2026-02-03", ""] for number, text in enumerate(alone)]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "adverts.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(adverts())
    return path


def asked(file: Path, **changed: object) -> Asked:
    folder = file.parent
    told: dict[str, object] = {
        "files": (file,), "report": folder / "out", "keep": folder / "kept", "today": TODAY,
        "regions": ("FR",), "basis": "Art. 6(1)(e) GDPR", "purpose": "Referral", "workers": 1,
    }  # fmt: skip
    return Asked(**{**told, **changed})


def templates(folder: Path) -> list[dict[str, str]]:
    with (folder / "templates.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_hand_is_one_template_and_the_worst_comes_first(file, tmp_path):
    assert run(asked(file)) == 0
    found = templates(tmp_path / "out")
    assert [one["adverts"] for one in found] == ["12", "3", "12"]
    assert "fee-before-work" in found[0]["reasons"]
    assert "travel-arranged" in found[1]["reasons"], "an advert in Cyrillic is read too"
    assert found[2]["reasons"] in ("lasting", "lasting several-names")


def test_both_ways_of_writing_a_number_are_one_contact(file, tmp_path):
    run(asked(file))
    work, russian, _ = templates(tmp_path / "out")
    assert work["contacts"] == russian["contacts"]
    network = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["networks"]
    assert [sorted(one["templates"]) for one in network] == [sorted([work["template"], russian["template"]])]


def test_no_contact_leaves_in_the_clear(file, tmp_path):
    run(asked(file))
    digits = re.sub(r"\D", "", PHONE)[2:]
    for path in [*(tmp_path / "out").iterdir(), *(tmp_path / "kept").iterdir()]:
        written = re.sub(rb"[\s.\-()]", b"", path.read_bytes())
        assert digits.encode() not in written, path.name


def test_the_page_needs_nothing_from_elsewhere_and_says_what_it_is_not(file, tmp_path):
    run(asked(file))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "It says nothing about any person" in page
    assert "victim" not in page.lower()
    assert "trafficker" not in page.lower()
    assert "<mark>" in page
    assert "Art. 6(1)(e) GDPR" in page


def test_the_same_files_give_the_same_bytes(file, tmp_path):
    run(asked(file))
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    run(asked(file))
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_two_processes_find_what_one_finds(file, tmp_path):
    run(asked(file))
    run(asked(file, report=tmp_path / "again", workers=2))
    for name in ("report.html", "result.json", "slots.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_the_graph_and_the_movement_can_be_read(file, tmp_path):
    run(asked(file))
    graph = ET.parse(tmp_path / "out" / "network.graphml").getroot()
    assert graph.tag.endswith("graphml")
    movement = json.loads((tmp_path / "out" / "movement.geojson").read_text(encoding="utf-8"))
    went = [(one["properties"]["from"], one["properties"]["to"]) for one in movement["features"]]
    assert ("Paris, FR", "Lyon, FR") in went
    east, north = movement["features"][0]["geometry"]["coordinates"][0]
    assert (round(east), round(north)) == (2, 49)


def test_decisions_are_read_back_and_two_settle(file, tmp_path):
    run(asked(file))
    key = templates(tmp_path / "out")[0]["template"]
    form = tmp_path / "form.csv"
    form.write_text(
        f"template,decision,by,note\n{key},agency,Ana,a chain\n{key},Agency,Bo,\n", encoding="utf-8"
    )
    run(asked(file, decisions=form))
    again = {one["template"]: one["decided"] for one in templates(tmp_path / "out")}
    assert again[key] == "agency"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Settled" in page


def test_one_voice_settles_nothing(file, tmp_path):
    run(asked(file))
    key = templates(tmp_path / "out")[0]["template"]
    form = tmp_path / "form.csv"
    form.write_text(f"template,decision,by,note\n{key},spam,Ana,\n{key},useful,Bo,\n", encoding="utf-8")
    run(asked(file, decisions=form))
    assert {one["decided"] for one in templates(tmp_path / "out")} == {""}


def test_what_is_wrong_with_a_form_is_said_line_by_line(tmp_path):
    form = tmp_path / "form.csv"
    form.write_text("template,decision,by\nT-1,guilty,Ana\nT-2,spam,\nT-3,,\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        decisions_of(form, TODAY)
    assert [line.partition(": ")[0] for line in str(refused.value).splitlines()] == [
        "form.csv:2",
        "form.csv:3",
    ]


def test_a_template_keeps_its_key_when_more_adverts_come(file, tmp_path):
    run(asked(file))
    before = {one["template"] for one in templates(tmp_path / "out")}
    with file.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(
            ["new", WORK.format(name="Ina", age=33, phone=PHONE), "2026-03-29", "Rome"]
        )
    run(asked(file))
    assert {one["template"] for one in templates(tmp_path / "out")} == before


def test_a_run_that_was_stopped_goes_on(file, tmp_path, monkeypatch, capsys):
    with monkeypatch.context() as broken:
        broken.setattr("tutela.operations.patterns.gathering.gazetteer", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(asked(file))
    with monkeypatch.context() as counted:
        counted.setattr("tutela.operations.patterns.gathering.tokens", lambda _texts: 1 / 0)
        run(asked(file))
    assert "Going on" in capsys.readouterr().err
    assert len(templates(tmp_path / "out")) == 3
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


def test_without_grounds_nothing_is_read(file, tmp_path):
    with pytest.raises(Refused, match="Nothing is read without grounds"):
        run(asked(file, basis="", purpose=""))
    assert not (tmp_path / "out").exists()


def test_a_dry_run_writes_nothing(file, tmp_path, capsys):
    assert run(asked(file, dry_run=True)) == 0
    assert "30 adverts can be used" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["adverts.csv"]


def test_a_file_without_adverts_is_refused(tmp_path):
    empty = tmp_path / "adverts.csv"
    empty.write_text("id,text\n", encoding="utf-8")
    with pytest.raises(Refused, match="no advert"):
        run(asked(empty))


def test_after_ninety_days_clear_values_are_gone(file, tmp_path, capsys):
    run(asked(file))
    small = tmp_path / "small.csv"
    with small.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["id", "text"], ["1", FLATS.format(1)], ["2", FLATS.format(2)]])
    run(asked(small, today=TODAY + timedelta(days=91)))
    assert "Forgotten after 90 days: 1 clear value." in capsys.readouterr().err


def test_an_alert_ends_unless_somebody_confirms_it(file, tmp_path):
    with file.open("a", encoding="utf-8", newline="") as stream:
        grown = [[f"g{n}", FLATS.format(1000 + n), "2026-03-24", "Rome"] for n in range(14)]
        csv.writer(stream).writerows(
            [*grown, ["end", "A last word of the week, by itself alone", "2026-03-29", ""]]
        )
    run(asked(file))
    alerts = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["alerts"]
    assert {(one["why"], one["detail"]) for one in alerts} == {("growth", ""), ("new country", "IT")}
    late = TODAY + timedelta(days=30)
    run(asked(file, today=late))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "2 ended after two weeks: nobody confirmed them." in page
    form = tmp_path / "form.csv"
    form.write_text(f"template,decision,by\n{alerts[0]['name']},useful,Ana\n", encoding="utf-8")
    run(asked(file, today=late, decisions=form))
    again = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["alerts"]
    assert {one["name"] for one in again} == {alerts[0]["name"]}


def test_columns_are_told_by_our_names():
    assert columns_of(["text=title+body", "date=when"]) == {"text": ("title", "body"), "date": ("when",)}
    with pytest.raises(Refused, match="one of id"):
        columns_of(["words=body"])


# ---------------------------------------------------------------- the library
def signs_file() -> dict[str, object]:
    return yaml.safe_load((library_path() / "signs" / "adverts.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", signs_file()["signs"], ids=lambda entry: entry["id"])
def test_examples_of_each_sign_are_found_or_not(entry):
    (sign,) = [one for one in read_signs() if one.id == entry["id"]]
    examples = entry.get("examples", {})
    found = [text for text in examples.get("found", ()) if not score(text, {}, [sign]).reasons]
    wrong = [text for text in examples.get("not_found", ()) if score(text, {}, [sign]).reasons]
    assert (found, wrong) == ([], [])
    assert examples or sign.fact or sign.protected


@pytest.mark.parametrize("spoken", CODES)
def test_every_sign_is_told_in_every_language(spoken):
    with speaking(spoken):
        told = [(one.title, one.why, one.source) for one in read_signs()]
    entries, sources = signs_file()["signs"], signs_file()["sources"]
    assert told == [
        (one["title"][spoken], one["why"][spoken], sources[one["source"]][spoken]) for one in entries
    ]
    assert len({text for one in entries for text in one["title"].values()}) == len(entries) * len(CODES)
    assert len({text for one in sources.values() for text in one.values()}) == len(sources) * len(CODES)


def test_a_sign_without_a_translation_is_told_in_english(monkeypatch, tmp_path):
    content = signs_file()
    for one in content["signs"]:
        one["title"], one["why"] = one["title"]["en"], {"en": one["why"]["en"]}
    (tmp_path / "signs").mkdir()
    (tmp_path / "signs" / "own.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setattr("tutela.operations.patterns.signs.library_path", lambda: tmp_path)
    with speaking("fr"):
        told = [(one.title, one.why) for one in read_signs("own")]
    assert told == [(one["title"], one["why"]["en"]) for one in content["signs"]]


def test_every_step_fact_and_kind_of_contact_has_its_words():
    assert set(words.KINDS) == CONTACTS
    assert set(words.STEPS) == set(re.findall(r'progress\("([^"]+)"', inspect.getsource(grouping)))
    for count in (1, 2):
        assert all(words.measured(fact, count) and words.wanted(fact, count) for fact in FACTS)


def test_a_chance_too_small_to_write_is_told_as_smaller():
    assert [words.chance(p) for p in (None, 0.034, 0.0001, 1e-30)] == ["–", "0.03", "0.0001", "under 0.0001"]


def test_every_sign_has_a_source_and_every_fact_is_counted():
    assert {one.fact for one in read_signs() if one.fact} == set(FACTS)
    assert all(one.source for one in read_signs())


def test_no_sign_is_about_a_trait_of_people():
    (protected,) = [one for one in read_signs() if one.protected]
    assert score("asian girls", {}, [protected]).points == 0


def test_a_set_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="Known: adverts"):
        read_signs("other")


def test_towns_have_their_spellings():
    towns = {place.name: names for place, names in known_places() if place.country == "TH"}
    assert "กรุงเทพมหานคร" in towns["Bangkok"]
    assert len(known_places()) > 30_000


def test_decisions_are_never_about_a_person():
    assert not {"victim", "trafficker", "guilty"} & set(Decision)
