"""What is found in adverts: every way of hiding a number, and nothing that only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.engines.patterns.entities import (
    NOT_VALIDATED,
    Gazetteer,
    Kind,
    Place,
    dates,
    entities,
    everyday_words,
    phones,
    prices,
    wallets,
)
from tutela.engines.patterns.entities.digits import WORDS
from tutela.engines.patterns.entities.wallets import _keccak_256

REGIONS = ("US", "FR", "GB", "RU", "EG")


def found(text: str, kind: Kind, **told: object) -> list[str]:
    told.setdefault("regions", REGIONS)
    return [one.value for one in entities(text, **told) if one.kind is kind]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("call (830) 454-3118 now", "+18304543118"),
        ("8 3 0 4 5 4 3 1 1 8", "+18304543118"),
        ("call me at 8three0 45 four 3one1eight", "+18304543118"),
        ("83O.454.3ll8", "+18304543118"),
        ("eight30 four5four 31one8", "+18304543118"),
        ("8️⃣3️⃣0️⃣4️⃣5️⃣4️⃣3️⃣1️⃣1️⃣8️⃣", "+18304543118"),
        ("⑧③⓪④⑤④③①①⑧", "+18304543118"),
        ("8🌸3🌸0🌸4🌸5🌸4🌸3🌸1🌸1🌸8", "+18304543118"),
        ("830*454*3118", "+18304543118"),
        ("звони восемь 926 один два три 45 67", "+79261234567"),
        ("٠١٠١٢٣٤٥٦٧٨ اتصل", "+201012345678"),
        ("零六一二三四五六七八 手机", "+33612345678"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
    ],
)
def test_a_number_is_read_however_it_is_written(text, number):
    assert found(text, Kind.PHONE) == [number]


def test_the_plus_belongs_to_the_number():
    (one,) = phones("call +44 20 7946 0958", regions=[])
    assert (one.start, one.end) == (5, 21)


def test_what_was_written_to_hide_says_so():
    plain, hidden = phones("(830) 454-3118", regions=["US"]), phones("83O 45four 3118", regions=["US"])
    assert [one.obscured for one in (*plain, *hidden)] == [False, True]


def test_two_numbers_side_by_side_are_two():
    assert found("020 7946 0958 / 020 7946 0991", Kind.PHONE) == ["+442079460958", "+442079460991"]


def test_a_number_that_no_plan_knows_is_kept_as_not_validated():
    (one,) = phones("963-776-9255", regions=["US"])
    assert (one.value, one.detail) == ("9637769255", NOT_VALIDATED)


@pytest.mark.parametrize(
    "text",
    [
        "someone at the phone stone",
        "25/4/2026",
        "ID 12345",
        "1,200.50 USD",
        "one for all and two for tea",
        "18+",
    ],
)
def test_what_only_looks_like_a_number_is_none(text):
    assert found(text, Kind.PHONE) == []


@given(st.lists(st.integers(0, 9), min_size=7, max_size=7), st.sampled_from(sorted(WORDS)))
def test_words_of_every_language_give_the_number(figures, language):
    digits = "206" + "".join(map(str, [2 + figures[0] % 8, *figures[1:]]))
    words = " ".join(WORDS[language][int(figure)] for figure in digits)
    plain = [one.value for one in phones(digits, regions=["US"])]
    assert [one.value for one in phones(words, regions=["US"])] == plain


@given(st.text(max_size=300))
def test_any_text_gives_places_inside_it(text):
    for one in entities(text, regions=REGIONS):
        assert 0 <= one.start < one.end <= len(text)
        assert one.value


def test_mail_names_and_links():
    text = "anna (at) mail (dot) com or anna.b@mail.org, t.me/anna_b, telegram: @bossman, www.site.com/x?f=1"
    assert found(text, Kind.EMAIL) == ["anna@mail.com", "anna.b@mail.org"]
    assert found(text, Kind.HANDLE) == ["telegram:anna_b", "telegram:bossman"]
    assert found(text, Kind.LINK) == ["site.com/x"]


def test_a_sentence_is_no_address():
    assert found("Meet us at home.com is not what I said", Kind.EMAIL) == []


GENESIS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
"""BIP 173's own example."""
TAPROOT = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
"""BIP 350's own example."""
ETHER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
"""EIP-55's own example."""


def test_addresses_of_money_count_when_their_checksum_is_right():
    values = [one.value for one in wallets(f"{GENESIS} {SEGWIT} {TAPROOT} {ETHER}")]
    assert values == [GENESIS, SEGWIT, TAPROOT, ETHER.lower()]


@pytest.mark.parametrize("address", [GENESIS, SEGWIT, TAPROOT, ETHER])
def test_one_wrong_letter_is_no_address(address):
    place = 12
    other = {"a": "c", "A": "a"}.get(address[place], "a" if address[place] != "a" else "c")
    assert wallets(address[:place] + other + address[place + 1 :]) == []


def test_the_hash_of_nothing_is_the_published_one():
    assert _keccak_256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ID 123 price 500 eur", "500 EUR"),
        ("1,200.50 usd", "1200.5 USD"),
        ("1.200,50 €", "1200.5 EUR"),
        ("€1 200", "1200 EUR"),
        ("$3k a week", "3000 USD"),
        ("سعر ٥٠٠ درهم", "500 AED"),
        ("80 000 руб", "80000 RUB"),
        ("15000 บาท", "15000 THB"),
    ],
)
def test_prices_with_their_currency(text, value):
    assert [one.value for one in prices(text)] == [value]


def test_a_day_that_can_be_read_two_ways_is_left_out():
    text = "2026-11-25, 25/4/2026, 3/4/2026, 4/25/2026, 7 mars 2026, 3 de mayo de 2026, 31.2.2026"
    assert [one.value for one in dates(text)] == [
        "2026-11-25", "2026-04-25", "2026-04-25", "2026-03-07", "2026-05-03",
    ]  # fmt: skip


PLACES = [
    (Place("London", "GB", 51.5, -0.1, 8_900_000), ("Londres", "Лондон", "伦敦")),
    (Place("London", "CA", 43.0, -81.2, 400_000), ()),
    (Place("Reading", "GB", 51.5, -1.0, 230_000), ()),
    (Place("Nice", "FR", 43.7, 7.3, 340_000), ()),
    (Place("New York City", "US", 40.7, -74.0, 8_800_000), ("New York",)),
    (Place("Bangkok", "TH", 13.8, 100.5, 5_100_000), ("กรุงเทพมหานคร", "曼谷")),
]


def test_places_in_any_script():
    gazetteer = Gazetteer(PLACES)
    text = "london, Londres, Лондон, 我在曼谷工作, งานในกรุงเทพมหานครนะ, New York"
    assert found(text, Kind.PLACE, gazetteer=gazetteer) == [
        "London, GB", "London, GB", "London, GB", "Bangkok, TH", "Bangkok, TH", "New York City, US",
    ]  # fmt: skip


def test_of_two_towns_the_one_of_the_country_counts():
    assert found("in London", Kind.PLACE, gazetteer=Gazetteer(PLACES), regions=["CA"]) == ["London, CA"]


def test_words_of_daily_speech_are_no_towns():
    texts = ["reading is nice", "nice reading", "Reading, Nice and London"]
    gazetteer, everyday = Gazetteer(PLACES), everyday_words(texts)
    assert found("Reading is Nice in London", Kind.PLACE, gazetteer=gazetteer, everyday=everyday) == [
        "London, GB"
    ]
    assert found("Reading, Nice", Kind.PLACE, gazetteer=Gazetteer(PLACES)) == ["Reading, GB", "Nice, FR"]
