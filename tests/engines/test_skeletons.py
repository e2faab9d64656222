"""The skeletons of names: published vectors, what they forgive, what they keep apart, and any text at all."""

from __future__ import annotations

import csv
import itertools
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.engines.names import PROFILE, Rarity, WordKind, count_words, skeletons
from tutela.engines.names.skeletons import MOST_WORDS

DATA = Path(__file__).parents[1] / "data"
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def rows(file: str) -> list[dict[str, str]]:
    with (DATA / f"{file}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def kinds(name: str) -> dict[str, str]:
    return {word.latin: word.kind for word in skeletons(name)}


def coarse(name: str) -> set[str]:
    return {word.coarse for word in skeletons(name) if word.kind == WordKind.NAME}


def every_coarse(name: str) -> set[str]:
    return {word.coarse for word in skeletons(name) if word.kind != WordKind.PARTICLE}


def test_the_vectors_of_this_profile_hold() -> None:
    """Whoever changes a rule raises PROFILE and publishes new vectors: tables made before no longer match."""
    assert PROFILE == "1"
    for row in rows("skeletons"):
        words = [f"{word.kind}:{word.latin}:{word.fine}:{word.coarse}" for word in skeletons(row["name"])]
        assert " ".join(words) == row["words"], row["name"]


@pytest.mark.parametrize(
    ("name", "particles"),
    [
        ("Ludwig van der Berg", "van der"),
        ("Maria de los Santos", "de los"),
        ("Mohammed bin Salman Al Saud", "bin al"),
        ("Amina bint Abd al-Rahman", "bint abd al"),
        ("Wang De", ""),
        ("Las Do", ""),
        ("Al Bin", ""),
    ],
)
def test_particles_are_marked_where_a_name_follows(name: str, particles: str) -> None:
    found = {word for word, kind in kinds(name).items() if kind == WordKind.PARTICLE}
    assert found == set(particles.split())


@pytest.mark.parametrize(
    ("name", "fathers"),
    [
        ("Иван Петрович Иванов", "petrovich"),
        ("Olha Ivanivna Kovalenko", "ivanivna"),
        ("Мария Никитична Орлова", "nikitichna"),
        ("Lev Kuzmich Orlov", "kuzmich"),
        ("Mohammed bin Salman Al Saud", "salman"),
        ("Ali Mammad oglu Aliyev", "mammad"),
        ("Milan Petrovic", ""),
        ("Ben Ali", ""),
        ("Ivan Ivanov", ""),
    ],
)
def test_a_fathers_name_is_marked_where_it_says_so(name: str, fathers: str) -> None:
    assert {word for word, kind in kinds(name).items() if kind == WordKind.PATRONYMIC} == set(fathers.split())


@pytest.mark.parametrize(
    "spellings",
    ["Rangelov|Langelov", "Serpa|Selpa", "Muhammad|Mohamet", "Ahmad|Amad", "Bunmee|Punmee", "Zhang|Shang"],
)
def test_what_hearing_confuses_is_coarsely_the_same(spellings: str) -> None:
    one, other = spellings.split("|")
    assert coarse(one) == coarse(other)


def test_common_names_stay_apart() -> None:
    names = "Hassan Omar Ali Layla Mahdi Yasmin Maria Fatima Aisha Khadija Ibrahim Yusuf Chen Mai Hoa Ivan"
    for one, other in itertools.combinations(names.split(), 2):
        assert coarse(one) != coarse(other), (one, other)


GROUPS = {
    "Arabic and Persian": ("ar fa ur ckb", 0.95),
    "Cyrillic": ("ru uk bg sr mk kk ky mn", 0.90),
    "Thai, Lao, Khmer, Burmese": ("th lo km my", 0.90),
    "Vietnamese": ("vi", 1.0),
    "Amharic and Tigrinya": ("am ti", 1.0),
    "Bengali, Hindi and their neighbours": ("bn hi ne pa ta te ml si", 0.95),
    "Chinese": ("zh", 1.0),
}


@pytest.mark.parametrize("group", GROUPS)
def test_names_of_each_script_meet_their_latin_spelling(group: str) -> None:
    """The shares of the three tables together, as measured; `names_unseen` was written before its rules."""
    languages, least = GROUPS[group]
    pairs = [
        (row["native"], row["latin"])
        for file in ("names_multiscript", "names_more", "names_unseen")
        for row in rows(file)
        if row["lang"] in languages.split()
    ]
    met = sum(every_coarse(native) == every_coarse(latin) for native, latin in pairs)
    assert met / len(pairs) >= least


def test_different_names_rarely_agree() -> None:
    """Of 143,361 pairs of different Latin spellings 0.3 % agree coarsely; many of those are one name."""
    names = [
        row["latin"] for file in ("names_multiscript", "names_more", "names_unseen") for row in rows(file)
    ]
    different = sorted({name.lower() for name in names if " " not in name})
    codes = [frozenset(every_coarse(name)) for name in different]
    agree = sum(one == other for one, other in itertools.combinations(codes, 2))
    assert agree / (len(codes) * (len(codes) - 1) / 2) < 0.004


@given(ANY_TEXT)
def test_any_text_has_bounded_stable_words(text: str) -> None:
    words = skeletons(text)
    assert len(words) <= MOST_WORDS
    assert list(words) == sorted(set(words))
    assert all(word.latin and word.fine and word.coarse for word in words)
    assert not words or any(word.kind == WordKind.NAME for word in words)
    assert skeletons(unicodedata.normalize("NFD", unicodedata.normalize("NFC", text))) == skeletons(
        unicodedata.normalize("NFC", text)
    )


@given(st.text("bdghklmnrstvz aeiou", max_size=30))
def test_agreeing_finely_means_agreeing_coarsely(text: str) -> None:
    by_fine: dict[str, str] = {}
    for word in skeletons(text):
        assert by_fine.setdefault(word.fine, word.coarse) == word.coarse


def test_a_rare_word_says_more_and_an_unknown_one_most() -> None:
    table = count_words(["Nguyen Thi Hoa", "Nguyễn Văn Bá", "Nguyen Minh", "Pham Minh"])
    assert table.people == 4
    worth = [table.bits(skeletons(name)[0].fine) for name in ("Nguyen", "Minh", "Pham", "Tran")]
    assert worth == sorted(worth)
    assert len(set(worth)) == 4
    assert Rarity(counts={}, people=0).bits("x") == 1.0
    assert "fan" not in count_words(["Nguyen Van Ba"], coarse=True).counts
