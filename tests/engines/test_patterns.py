"""Templates among adverts: what is one template, what is none, and what must not change the answer."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.places import ROOT

from tutela.engines import patterns
from tutela.engines.patterns import NONE, Settings
from tutela.engines.patterns.pieces import Sign

DATA = ROOT.parent / "shared" / "data"
WORDS = [
    "lake",
    "stone",
    "paper",
    "green",
    "winter",
    "seven",
    "river",
    "candle",
    "orange",
    "north",
    "bridge",
    "silver",
    "garden",
    "music",
    "copper",
]


def found_in(texts: list[str], **changes: float) -> list[set[int]]:
    """The templates as sets of places in `texts`."""
    found = patterns.find(patterns.read(texts), Settings(**changes) if changes else None)
    return groups(found.template_of)


def groups(template_of: np.ndarray) -> list[set[int]]:
    numbers = sorted(set(template_of.tolist()) - {NONE})
    return [set(np.flatnonzero(template_of == number).tolist()) for number in numbers]


def offers(seed: int = 3, count: int = 60) -> list[str]:
    """Adverts of twelve templates with a name and a price that vary, and as many that are like no other."""
    chance = np.random.default_rng(seed)
    vocabulary = [f"{a}{b}" for a in WORDS for b in WORDS]
    template = [list(chance.choice(vocabulary, 20)) for _ in range(12)]
    texts = []
    for number in range(count):
        words = list(template[number % 12])
        words[5], words[11] = str(chance.choice(WORDS)), f"€{chance.integers(100, 900)}"
        texts += [" ".join(words), " ".join(chance.choice(vocabulary, 20))]
    return texts


def test_three_equal_russian_offers_are_one_template() -> None:
    text = "Требуются девушки на работу в Турцию, зарплата 2000 долларов, жильё и виза"
    assert found_in([text, "Продам велосипед, почти новый, недорого, самовывоз", text, text]) == [{0, 2, 3}]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Нужны официантки в Дубай, виза и билет за наш счёт, звоните Анне сейчас", "Анне"),
        ("รับสมัครพนักงานนวดที่โตเกียว รายได้ดี มีที่พักฟรี ติดต่อคุณนก ด่วนมาก", "คุณนก"),
        ("招聘女服务员去曼谷工作，月薪高，包吃住，机票由公司承担，请联系王先生", "王先生"),
        ("ウェイトレス募集、高収入、寮完備、経験不問、すぐに連絡してください田中まで", "田中"),
        ("မြန်မာအမျိုးသမီးများ ထိုင်းတွင် အလုပ်လုပ်ရန် လစာကောင်း နေရာထိုင်ခင်း အခမဲ့ မမြ ကိုဆက်သွယ်ပါ", "မမြ"),
        ("မိန်းကလေး", "မ"),
        ("ត្រូវការស្រីធ្វើការនៅម៉ាឡេស៊ី ប្រាក់ខែខ្ពស់ មានកន្លែងស្នាក់នៅ ទាក់ទងសុខា ឥឡូវនេះ", "សុខា"),
        ("مطلوب نادلات للعمل في دبي، راتب جيد، السكن والتأشيرة علينا، اتصل بسارة الآن", "بسارة"),
        ("दुबई में काम के लिए लड़कियाँ चाहिए, अच्छा वेतन, रहना मुफ्त, सीमा को फोन करें", "सीमा"),
    ],
)
def test_any_script_gives_words(first: str, second: str) -> None:
    changed = first.replace(second, "")
    assert len(patterns.read([first]).flat) > 0
    if len(first) > 20:
        assert found_in([first, changed, "nothing like it at all, an advert for a bicycle and a lamp"]) == [
            {0, 1}
        ]


@pytest.mark.parametrize(
    ("hidden", "sign"),
    [
        ("Hot g1rls w4nted for c@sh work in Berlin call now", Sign.LEET),
        ("Hot girls wanted for cash wоrk in Berlin call now", Sign.HOMOGLYPH),
        ("Hot girls wan\u200bted for cash work in Berlin call now", Sign.INVISIBLE),
        ("Hot g i r l s wanted for cash work in Berlin call now", Sign.SPACING),
        ("Hot g.i.r.l.s wanted for cash work in Berlin call now", Sign.SPACING),
        ("Hot 🅖🅘🅡🅛🅢 wanted for cash work in Berlin call now", Sign.STYLED),
        ("Hot 𝓰𝓲𝓻𝓵𝓼 wanted for cash work in Berlin call now", Sign.STYLED),
    ],
)
def test_what_is_hidden_is_read_and_noted(hidden: str, sign: Sign) -> None:
    corpus = patterns.read(["Hot girls wanted for cash work in Berlin call now", hidden])
    assert len(corpus) == 1
    assert corpus.signs.tolist() == [0, sign]


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        ("five five five one two three four", Sign.NUMBER_WORDS),
        ("cinco cinco cinco uno dos", Sign.NUMBER_WORDS),
        ("пять пять пять один два", Sign.NUMBER_WORDS),
        ("cinq cinq zéro un", Sign.NUMBER_WORDS),
        ("خمسة ثلاثة أربعة", Sign.NUMBER_WORDS),
        ("5️⃣5️⃣5️⃣ 1️⃣2️⃣", Sign.EMOJI_DIGIT),
        ("⑤⑤⑤ ①②", Sign.EMOJI_DIGIT),
        ("(555) 123-4567", Sign(0)),
        ("٥٥٥ ١٢٣", Sign(0)),
    ],
)
def test_numbers_are_one_token_however_they_are_written(number: str, sign: Sign) -> None:
    corpus = patterns.read(["call me on 555 now", f"call me on {number} now"])
    assert len(corpus) == 1
    assert corpus.signs[1] == sign


def test_true_russian_and_one_word_of_number_are_left_alone() -> None:
    corpus = patterns.read(["Работа в сауне", "one of us", "two of us", "Хорошая зарплата для девушек"])
    assert len(corpus) == 4
    assert not corpus.signs.any()


def test_slots_and_constant_text_are_told_apart() -> None:
    texts = [
        f"Waitress wanted in {place}, good pay of {pay} euro every week, room is free, call {name} now"
        for place, pay, name in [
            ("Berlin", 400, "Anna"),
            ("Paris", 500, "Mia"),
            ("Rome", 650, "Vera"),
            ("Oslo", 700, "Ina"),
        ]
    ]
    template = patterns.describe(texts)
    assert template.text == "Waitress wanted in … good pay of … euro every week, room is free, call … now"
    assert [{value for value, _ in slot.values} for slot in template.slots] == [
        {"Berlin,", "Paris,", "Rome,", "Oslo,"}, {"400", "500", "650", "700"}, {"Anna", "Mia", "Vera", "Ina"}
    ]  # fmt: skip
    assert template.in_slots[2] == ("Rome,", "650", "Vera")


def test_a_template_is_spelled_as_most_adverts_spell_it() -> None:
    """The middle advert hides a word that the others write plainly; a telephone in words is one slot."""
    texts = [
        "Mass@ge and good comp4ny near the station, call five five five 1 2 three",
        "Massage and good company near the station, call 555 999",
        "Massage and good company near the station, call (555) 321",
    ]
    template = patterns.describe(texts)
    assert template.text == "Massage and good company near the station, call …"
    assert [value for value, _ in template.slots[0].values] == [
        "(555) 321",
        "555 999",
        "five five five 1 2 three",
    ]
    assert template.slots[0].kind == "number"


def test_order_of_adverts_changes_nothing() -> None:
    texts = offers()
    order = np.random.default_rng(1).permutation(len(texts))
    moved = found_in([texts[i] for i in order])
    back = {frozenset(order[list(group)].tolist()) for group in moved}
    assert back == {frozenset(group) for group in found_in(texts)}
    assert len(back) == 12


def test_the_file_twice_changes_counts_only() -> None:
    texts = offers()
    once, twice = patterns.read(texts), patterns.read(texts * 2)
    assert np.array_equal(once.flat, twice.flat)
    assert np.array_equal(2 * once.copies, twice.copies)
    first, both = patterns.find(once), patterns.find(twice)
    large = both.texts > 1
    assert np.array_equal(2 * first.adverts[first.texts > 1], both.adverts[large])


def test_an_unrelated_advert_changes_nothing() -> None:
    texts = offers()
    before = found_in(texts)
    assert found_in([*texts, "quite another matter: seventeen penguins knitted a lighthouse"]) == before


def test_batches_and_a_mapped_file_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = offers() * 2
    whole = patterns.read(texts)
    monkeypatch.setattr("tutela.engines.patterns.corpus.IN_MEMORY", 0)
    reading = patterns.Reading(folder=tmp_path)
    for start in range(0, len(texts), 7):
        reading.add(texts[start : start + 7])
    corpus = reading.corpus()
    assert isinstance(corpus.flat, np.memmap)
    for part in ("flat", "offsets", "digests", "unique_of", "copies", "first", "signs"):
        assert np.array_equal(getattr(corpus, part), getattr(whole, part))
    assert groups(patterns.find(corpus).template_of) == found_in(texts)
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.text(max_size=80), max_size=12))
@settings(deadline=None, max_examples=150)
def test_any_text_is_accepted(texts: list[str]) -> None:
    corpus = patterns.read(texts)
    found = patterns.find(corpus)
    assert len(found.template_of) == len(texts)
    assert corpus.copies.sum() == (corpus.unique_of >= 0).sum()
    for first in range(len(texts)):
        for second in range(first):
            if texts[first] == texts[second] and found.template_of[first] != NONE:
                assert found.template_of[first] == found.template_of[second]


@given(st.text(min_size=1, max_size=200))
@settings(deadline=None, max_examples=150)
def test_any_text_is_described(text: str) -> None:
    template = patterns.describe([text, text + " more"])
    assert template.adverts == 2


def test_nothing_and_blank_and_huge_adverts() -> None:
    assert found_in([]) == []
    assert found_in(["", " ", "!!!", ""]) == []
    huge = " ".join(f"word{i}x" for i in range(200_000))
    assert found_in([huge, huge, "\x00\x01" * 1000]) == [{0, 1}]


def test_too_short_texts_are_no_template() -> None:
    assert found_in(["Ok thanks", "Ok thanks", "ok, thanks!"]) == []


@pytest.mark.reference
@pytest.mark.parametrize(("name", "least"), [("easy", 0.99), ("mixed", 0.99)])
def test_generated_adverts_with_known_truth(name: str, least: float) -> None:
    path = DATA / f"adverts_generated_{name}_5000.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside the project")
    rows = _rows(path)
    found = patterns.find(patterns.read([row["text"] for row in rows]))
    true = np.array([int(row["cluster"]) for row in rows])
    clustered = found.template_of != NONE
    assert (true[clustered] >= 0).mean() >= least
    assert clustered[true >= 0].mean() >= least
    assert (found.template_of[clustered][:, None] == found.template_of[clustered]).sum() == pytest.approx(
        (true[true >= 0][:, None] == true[true >= 0]).sum(), rel=0.02
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
