"""`tutela link` in other languages: nothing that is compared, found or asked is left in English."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.operations.test_linking import HEADING, STRICT, invented, rows, written

from tutela.engines.linkage import CODE_LEVELS, NUMBER_LEVELS, TEXT_LEVELS, Band
from tutela.engines.names import NAME_LEVELS
from tutela.operations.language import speaking
from tutela.operations.linking import Asked, groups, keys, run, words
from tutela.operations.linking.comparing import Comparer, Records
from tutela.operations.refusals import Refused

LATIN = re.compile(r"[A-Za-z]")
RECORDS = Records(
    names=["Amina Yusuf", "Amina Yusuf"],
    born=np.array([19900102, 19900102]),
    codes={"sex": ["f", "f"]},
    numbers={"phone": ["1", "2"], "passport": ["3", "3"]},
    texts={"town": ["Here", "There"]},
)


@pytest.mark.parametrize(
    "level",
    sorted(
        {words.name_level(best, second) for best, second in NAME_LEVELS}
        | {*words.WORD_LEVELS.values(), *words.DATE_LEVELS.values()}
        | {*CODE_LEVELS, *NUMBER_LEVELS, *TEXT_LEVELS}
    ),
)
def test_every_level_is_said_in_the_language_and_the_same_in_english(level):
    assert words.level(level) == level
    with speaking("ar"):
        assert not LATIN.search(words.level(level))


def test_every_key_of_a_pair_has_its_sentence():
    names = [one.name for one in Comparer(RECORDS).passes()]
    further = ("phone", "passport", "town")
    said = keys.sentences(("phone", "passport"), further)
    assert {name: said[name] for name in names} == {name: f"shares {name}" for name in names}
    with speaking("ar"):
        said = keys.sentences(("phone", "passport"), further)
    columns = re.compile("|".join(further))
    assert not [name for name in names if LATIN.search(columns.sub("", said[name]))]


def test_bands_fields_sexes_and_scripts_are_in_the_language():
    with speaking("ar"):
        said = [words.band(band) for band in Band] + [words.todo(band) for band in Band]
        said += [words.field(name) for name in ("name", "further name", "born", "sex", "nationality")]
        said += [words.sex(code) for code in ("f", "m", "")]
        said += [groups.script(name) for name in ("Amina", "Оксана", "أمينة", "王", "အောင်", "ሰላም", "")]
    assert not [one for one in said if LATIN.search(one)]
    assert groups.script("王") == "Chinese"
    assert groups.script("အောင်") == "Burmese"
    assert groups.script("Amina") == "Latin"


@pytest.mark.parametrize(
    ("bits", "said"), [(-1.25, "−1,2"), (12.34, "+12,3"), (0.0, "+0,0"), (-0.01, "−0,0")]
)
def test_bits_have_their_sign_and_the_marks_of_the_language(bits, said):
    with speaking("fr"):
        assert words.signed(bits) == said


def test_answers_are_read_back_and_told_in_the_language(tmp_path):
    first, second, same = invented(300)
    asked = {
        "file": written(tmp_path, HEADING, *first, name="shelter.csv"),
        "other": written(tmp_path, HEADING, *second, name="hotline.csv"),
        "out": tmp_path / "out",
        **STRICT,
    }
    run(Asked(**asked))
    lines = [
        f"{one['left']},{one['right']},{'same' if (one['left'], one['right']) in same else 'different'}"
        for one in rows(tmp_path / "out", "review.csv")
    ]
    review = written(tmp_path, "left,right,answer", *lines, name="review.csv")
    with speaking("es"):
        run(Asked(**asked | {"review": review, "out": tmp_path / "again"}))
        strange = written(tmp_path, "left,right,answer", "x,y,same", name="strange.csv")
        with pytest.raises(Refused, match="1 de 1 respuestas es sobre un par que no está aquí"):
            run(Asked(**asked | {"review": strange, "out": tmp_path / "refused"}))
    page = (tmp_path / "again" / "report.html").read_text(encoding="utf-8")
    assert "Lo que han dicho las personas" in page
    assert "What people said" not in page
    assert {one["answer"] for one in rows(tmp_path / "again", "review.csv")} <= {"same", "different"}


@pytest.mark.parametrize(
    ("part", "said"), [(0.01, "1.0%"), (0.0001, "0.01%"), (0.05, "5.0%"), (0.0005, "0.05%")]
)
def test_what_is_borne_is_never_rounded_to_nothing(part, said):
    assert words.borne(part) == said
