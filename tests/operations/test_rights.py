"""`tutela rights`: facts in, rights with article and day out, or one clear line for each mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pycountry
import pytest

from tutela.operations.refusals import Refused
from tutela.operations.rights import show
from tutela.rights import shelf

FACTS = """\
identification_status: presumed
age_group: adult
in_danger: no
is_foreign_national: true
region: GB-ENG
reasonable_grounds_on: 2026-11-02
"""


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    return tmp_path / "facts.yaml"


def shown(file: Path, **options: object) -> None:
    asked = {"state": "GB", "day": "2026-11-25", "language": "en", "as_json": False}
    assert show(file, **(asked | options)) == 0  # type: ignore[arg-type]


def test_each_right_stands_once_with_its_laws_and_its_day(facts, capsys):
    shown(facts)
    text = capsys.readouterr().out
    assert "United Kingdom, on 25 November 2026" in text
    assert text.count("A recovery and reflection period") == 1
    assert "Nationality and Borders Act 2022, s. 61" in text
    assert "At least until 1 December 2026" in text
    assert "To be confirmed by a lawyer" in text
    assert "depends on: In this country now" in text
    assert "in_territory: Is the person in this country now?" in text


def test_it_speaks_other_languages(facts, capsys):
    shown(facts, language="es")
    assert "Reino Unido, el 25 de noviembre de 2026" in capsys.readouterr().out


def test_another_program_gets_what_the_api_answers(facts, capsys):
    shown(facts, as_json=True, state="fr")
    found = json.loads(capsys.readouterr().out)
    assert found["state"] == "FR"
    assert {"due", "depends"} <= {one["standing"] for one in found["rights"]}


def test_facts_may_be_json(tmp_path, capsys):
    file = tmp_path / "facts.json"
    file.write_text('{"identification_status": "possible", "in_territory": null}', encoding="utf-8")
    shown(file, state="UY")
    assert "art. 24(A), Ley 19.643 (Uruguay)" in capsys.readouterr().out


def test_a_state_of_which_the_library_knows_nothing_is_not_said_to_have_no_law(facts, capsys):
    unknown = {country.alpha_2 for country in pycountry.countries} - set(shelf.states())
    shown(facts, state=min(unknown))
    assert "does not mean that it has no law" in capsys.readouterr().out


def test_nothing_due_is_said(tmp_path, capsys):
    file = tmp_path / "facts.yaml"
    file.write_text("identification_status: none\nage_group: adult\ncomplained: no\n", encoding="utf-8")
    shown(file, state="KP")
    assert "By these facts, nothing that this library knows is due." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("in_dangr: yes", "There is no fact called “in_dangr”. Did you mean “in_danger”?"),
        ("age_group: old", "“old” is no answer. Write one of adult, child, uncertain."),
        ("- in_danger", "should hold facts, one a line"),
        ("in_danger: [", "neither YAML nor JSON from here on"),
    ],
)
def test_each_mistake_gets_one_clear_line(tmp_path, text, message):
    file = tmp_path / "facts.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=r"facts\.yaml") as refused:
        shown(file)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"state": "XX"}, "“XX” is no state."),
        ({"day": "25.11.2026"}, "“25.11.2026” is not a day"),
        ({"day": "1066-10-14"}, "“1066-10-14” is not a day"),
    ],
)
def test_a_wrong_state_or_day_is_said(facts, options, message):
    with pytest.raises(Refused, match=message):
        shown(facts, **options)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        shown(tmp_path / "none.yaml")


def test_working_days_leave_out_the_holidays_of_the_region(tmp_path, capsys):
    """Monday 30 November 2026 is St Andrew's Day: no working day in Scotland, and one in England."""
    file = tmp_path / "facts.yaml"
    for region, end in (("GB-ENG", "30 November 2026"), ("GB-SCT", "1 December 2026")):
        file.write_text(
            f"identification_status: possible\nreferred_on: 2026-11-23\nregion: {region}\n", encoding="utf-8"
        )
        shown(file)
        assert f"By {end}" in capsys.readouterr().out
