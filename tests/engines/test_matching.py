"""Shares below the threshold say nothing, a table answers everything, messages of a kind look alike, limits
hold.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tutela.engines.matching import (
    LANES,
    LEAST_SCORE,
    MOST_KEYS,
    PLACES,
    RATES,
    BadMessage,
    Born,
    CannotBuild,
    Counted,
    Limits,
    Purpose,
    Question,
    Recipe,
    Traits,
    Why,
    Word,
    advised_threshold,
    blinded,
    blinded_again,
    build,
    cells_for,
    discrete_laplace,
    in_common,
    keys_of,
    lanes_of,
    look_up,
    messages,
    open_shares,
    oprf,
    profile_hash,
    rates,
    refuses,
    score,
    share_out,
    shuffled,
)
from tutela.engines.matching.sharing import INVERSE, PRODUCT, WIDTH

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def seeded(seed: int):
    """Random bytes that can be drawn again; for tests alone."""
    return random.Random(seed).randbytes


# ---------------------------------------------------------------- shares
def test_the_field_is_the_one_of_aes():
    assert PRODUCT[0x57, 0x83] == 0xC1  # FIPS 197, section 4.2
    assert PRODUCT[0x57, 0x13] == 0xFE
    every = np.arange(1, 256)
    assert (PRODUCT[every, INVERSE[every]] == 1).all()
    assert (PRODUCT == PRODUCT.T).all()


@given(st.integers(2, 10), st.data())
@settings(max_examples=40, deadline=None)
def test_the_threshold_opens_and_one_less_does_not(threshold, data):
    shares, handles = share_out(3, shares=MOST_KEYS, threshold=threshold, source=os.urandom)
    places = data.draw(st.permutations(range(MOST_KEYS)))
    record = data.draw(st.integers(0, 2))
    for known in (threshold, min(threshold + 3, MOST_KEYS)):
        lane = (
            np.frombuffer(os.urandom(MOST_KEYS * WIDTH), dtype=np.uint8).reshape(1, MOST_KEYS, WIDTH).copy()
        )
        chosen = data.draw(st.permutations(range(MOST_KEYS)))[:known]
        lane[0, chosen] = shares[record, places[:known]]
        (opened,) = open_shares(lane, threshold=threshold)
        assert opened.handle == handles[record]
        assert opened.places == tuple(sorted(chosen))
    lane[0] = np.frombuffer(os.urandom(MOST_KEYS * WIDTH), dtype=np.uint8).reshape(MOST_KEYS, WIDTH)
    lane[0, : threshold - 1] = shares[record, places[: threshold - 1]]
    assert open_shares(lane, threshold=threshold) == []


def test_shares_of_different_records_do_not_add_up():
    shares, _ = share_out(MOST_KEYS, shares=MOST_KEYS, threshold=3, source=os.urandom)
    mixed = shares[np.arange(MOST_KEYS), np.arange(MOST_KEYS)][None]
    assert open_shares(mixed, threshold=3) == []


def test_several_records_open_in_one_lane_and_several_lanes():
    shares, handles = share_out(3, shares=MOST_KEYS, threshold=4, source=os.urandom)
    lanes = (
        np.frombuffer(os.urandom(2 * MOST_KEYS * WIDTH), dtype=np.uint8).reshape(2, MOST_KEYS, WIDTH).copy()
    )
    lanes[0, :5], lanes[0, 5:11], lanes[1, 3:7] = shares[0, :5], shares[1, 9:15], shares[2, :4]
    opened = open_shares(lanes, threshold=4)
    assert {one.handle: one.places for one in opened} == {
        handles[0]: (0, 1, 2, 3, 4),
        handles[1]: tuple(range(5, 11)),
        handles[2]: (3, 4, 5, 6),
    }


@pytest.mark.parametrize("threshold", [3, 6])
def test_fewer_shares_than_the_threshold_are_spread_as_random_bytes_are(threshold):
    """t − 1 shares of a record, over many handles: each byte uniform, no two places tied."""
    shares, _ = share_out(4_000, shares=MOST_KEYS, threshold=threshold, source=seeded(1))
    known = shares[:, [2, 7, 11, 13, 17][: threshold - 1], 0].astype(int)
    for place in known.T:
        assert chisquare(np.bincount(place, minlength=256)).pvalue > 1e-4
    for one in range(threshold - 1):
        for other in range(one):
            tied = np.bincount((known[:, one] ^ known[:, other]) >> 4, minlength=16)
            assert chisquare(tied).pvalue > 1e-4


def test_any_t_less_one_shares_are_possible_with_every_secret():
    """Exactly: the map from the secrets to t − 1 shares can be inverted, whichever places they are of."""
    small = share_out(256 * 256, shares=4, threshold=3, source=lambda _: _all_pairs())[0]
    for places in ([0, 1], [1, 3], [2, 3]):
        seen = small[:, places, 0]
        assert len(np.unique(seen.astype(int) @ [256, 1])) == 256 * 256


def _all_pairs() -> bytes:
    pairs = np.zeros((256, 256, 2, WIDTH), dtype=np.uint8)
    pairs[..., 0, 0], pairs[..., 1, 0] = np.meshgrid(np.arange(256), np.arange(256), indexing="ij")
    return pairs.tobytes()


def test_a_threshold_is_between_two_and_the_number_of_shares():
    for threshold in (1, 25):
        with pytest.raises(ValueError, match="threshold"):
            share_out(1, shares=MOST_KEYS, threshold=threshold, source=os.urandom)
    with pytest.raises(ValueError, match="At most"):
        open_shares(np.zeros((1, WIDTH, WIDTH), dtype=np.uint8), threshold=3)


# ---------------------------------------------------------------- the table
def made(records: int, *, keys: int = 6, room: int = 0):
    outputs = [os.urandom(64) for _ in range(records * keys)]
    values = np.frombuffer(os.urandom(records * keys * WIDTH), dtype=np.uint8).reshape(-1, WIDTH)
    lanes = np.repeat(np.arange(records) % LANES, keys)
    table = build(outputs, values, lanes, cells=cells_for(room or records, keys=keys), source=os.urandom)
    return table, outputs, values, lanes


@pytest.mark.parametrize("records", [1, 17, 400])
def test_a_table_gives_back_what_was_put_into_it(records):
    table, outputs, values, lanes = made(records)
    chosen = range(0, len(outputs), max(1, len(outputs) // 50))
    found = look_up(table, [outputs[entry] for entry in chosen])
    for at, entry in enumerate(chosen):
        assert (found[lanes[entry], at] == values[entry]).all()


def test_a_table_answers_what_is_not_in_it_with_random_bytes():
    table, outputs, _, lanes = made(300)
    hits = look_up(table, outputs[:1500])[lanes[:1500], np.arange(1500)]
    misses = look_up(table, [os.urandom(64) for _ in range(1500)])[3]
    for found in (hits, misses):
        assert chisquare(np.bincount(found.ravel(), minlength=256)).pvalue > 1e-5
    assert chisquare(np.bincount(table.cells.ravel(), minlength=256)).pvalue > 1e-5


def test_the_size_of_a_table_tells_its_room_and_not_who_is_in_it():
    few, many = made(20, room=500)[0], made(480, room=500)[0]
    assert few.cells.shape == many.cells.shape
    with pytest.raises(CannotBuild):
        made(2_000, room=500)


def test_records_that_share_a_key_stand_in_different_lanes():
    keys = [[0, record + 1] for record in range(LANES)] + [[0, 99]]
    lanes, gone = lanes_of(keys, room=2)
    assert len(set(lanes[:LANES])) == LANES
    assert gone == [[] for _ in range(LANES)] + [[0]], "the seventeenth with one key loses that key alone"
    with pytest.raises(CannotBuild):
        lanes_of([[one] for one in range(LANES + 1)], room=1)


# ---------------------------------------------------------------- keys
AMINA = Traits(
    words=(Word("mn", "amina"), Word("tlr", "tilahr"), Word("slh", "saleh")),
    born=Born(2004, 3, 17),
    sex="F",
    nationality="ERI",
)


def contents(traits: Traits) -> set[bytes]:
    return {key.content for key in keys_of(traits)}


def test_keys_are_published_by_their_bytes():
    """The test vector of profile 1: whoever changes it changes PROFILE."""
    keys = keys_of(AMINA)
    assert len(keys) == MOST_KEYS
    assert keys[0].content == b"tutela\x001\x00NAMES_YEAR\x00slh\x00tlr\x002004"
    assert Counter(key.recipe for key in keys)[Recipe.NAME_DATE] == 3
    assert profile_hash("1").hex() == "e0ec3badd69f5dab400db99d6a29a603"
    assert profile_hash("2") != profile_hash("1")


def test_no_key_is_made_of_one_trait():
    lone = [
        Traits(words=AMINA.words[:1]),
        Traits(words=(), born=Born(2004, 3, 17), sex="F", nationality="ERI"),
        Traits(words=AMINA.words, born=None),
        Traits(words=AMINA.words[:1], sex="F", nationality="ERI"),
    ]
    assert [keys_of(traits) for traits in lone] == [(), (), (), ()]
    for key in keys_of(AMINA):
        assert len([part for part in key.content.split(b"\x00")[3:] if part]) >= 2


def test_order_of_names_and_of_day_and_month_is_nothing():
    swapped = Traits(words=AMINA.words[::-1], born=Born(2004, 3, 17), sex="F", nationality="ERI")
    assert contents(swapped) == contents(AMINA)
    one = Traits(words=AMINA.words, born=Born(2004, 3, 7))
    other = Traits(words=AMINA.words, born=Born(2004, 7, 3))
    day = {Recipe.NAMES_DAY, Recipe.NAME_DATE}
    kept = [{k.content for k in keys_of(traits) if k.recipe in day} for traits in (one, other)]
    assert kept[0] == kept[1] != set()


def test_a_guessed_date_gives_its_year_and_bands_alone():
    dated = {Recipe.NAMES_DAY, Recipe.NAME_DATE, Recipe.NAME_DAY, Recipe.LETTERS_DATE, Recipe.BEGINNING_DATE}
    for born in (Born(2004, 1, 1), Born(2004), Born(2004, 3, 17, guessed=True)):
        recipes = {key.recipe for key in keys_of(Traits(words=AMINA.words, born=born, sex="F"))}
        assert not recipes & dated
        assert {Recipe.NAMES_YEAR, Recipe.NAMES_BAND} <= recipes


@given(st.integers(1930, 2020), st.integers(-3, 3))
def test_years_three_apart_share_a_band(year, off):
    def bands(born: int) -> set[bytes]:
        traits = Traits(words=AMINA.words[:2], born=Born(born), sex="F")
        return {key.content for key in keys_of(traits) if key.recipe is Recipe.NAMES_BAND}

    assert bands(year) & bands(year + off)


@given(
    st.lists(st.builds(Word, st.text("bkr", max_size=3), st.text("abk", max_size=4)), max_size=6),
    st.none() | st.builds(Born, st.integers(1900, 2030), st.none() | st.integers(1, 12), st.integers(1, 28)),
    st.sampled_from(["", "F", "M"]),
    st.sampled_from(["", "ERI", "NGA"]),
)
def test_any_person_has_few_keys_and_each_once(words, born, sex, nationality):
    traits = Traits(words=tuple(words), born=born, sex=sex, nationality=nationality)
    keys = keys_of(traits)
    assert len(keys) <= MOST_KEYS
    assert Counter(key.recipe for key in keys) <= Counter(PLACES)
    assert len({key.content for key in keys}) == len(keys)
    assert keys == keys_of(traits)


# ---------------------------------------------------------------- weights
def test_more_keys_in_common_never_mean_less_than_nothing():
    everything = Counter(key.recipe for key in keys_of(AMINA))
    assert score(everything) > LEAST_SCORE > score({}) == score({Recipe.NAME_DAY: 0})
    assert score({Recipe.NAMES_DAY: 1, Recipe.NAME_DATE: 1}) > LEAST_SCORE


def test_the_threshold_grows_with_the_file():
    advised = [advised_threshold(records) for records in (500, 10_000, 30_000, 100_000, 10**9)]
    assert advised == sorted(advised)
    assert advised[1] == 4
    for records, threshold in zip((500, 10_000, 30_000, 100_000), advised, strict=False):
        assert rates(threshold, records=records).false_yes <= 10
    assert rates(4, records=10_000).precision(0.2) == pytest.approx(0.98, abs=0.01)
    assert list(RATES) == sorted(RATES)


# ---------------------------------------------------------------- messages
ASKING, ANSWERING = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


def question(**changes) -> Question:
    return Question(
        **{
            "profile": b"p" * 16, "table": b"t" * 16, "number": b"n" * 16,
            "at": int(NOW.timestamp()), "purpose": 1, "consent": b"c" * 32,
            "consent_until": (date(2026, 12, 1) - date(1970, 1, 1)).days,
            "caseworker": b"w" * 16, "subject": b"s" * 16,
            "elements": tuple(oprf.hash_to_group(bytes([one])) for one in range(MOST_KEYS)),
        } | changes
    )  # fmt: skip


def test_a_question_comes_back_as_it_was_asked_and_is_short():
    packed = messages.pack_question(question(), ASKING)
    assert messages.read_question(packed, ASKING.public_key()) == question()
    assert len(packed) + messages.ANSWER <= 2_048
    with pytest.raises(BadMessage):
        messages.pack_question(question(elements=()), ASKING)


@given(st.integers(0, messages.QUESTION - 1), st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_a_question_that_was_changed_anywhere_is_none(place, bit):
    packed = bytearray(messages.pack_question(question(), ASKING))
    packed[place] ^= bit
    with pytest.raises(BadMessage):
        messages.read_question(bytes(packed), ASKING.public_key())


@given(st.binary(max_size=1200))
@settings(max_examples=60, deadline=None)
def test_bytes_that_are_no_message_are_refused(data):
    for read in (messages.read_question, messages.read_answer, messages.read_commitment):
        with pytest.raises(BadMessage):
            read(data, ASKING.public_key())


def test_an_answer_and_a_refusal_are_as_long():
    elements, proof = [b"e" * 32] * MOST_KEYS, b"x" * 64
    answer = messages.pack_answer(b"n" * 16, elements, proof, ANSWERING)
    refusal = messages.pack_refusal(b"n" * 16, Why.PERSON, ANSWERING)
    assert len(answer) == len(refusal) == messages.ANSWER
    read = messages.read_answer(answer, ANSWERING.public_key())
    assert (read.elements, read.proof, read.why) == (tuple(elements), proof, Why.ANSWERED)
    assert messages.read_answer(refusal, ANSWERING.public_key()).why is Why.PERSON


def test_a_commitment_holds_for_its_handle_and_its_question():
    handle, other = os.urandom(32), os.urandom(32)
    found = messages.committed(b"n" * 16, handle)
    packed = messages.pack_commitment(found, ASKING)
    nobody = messages.pack_commitment(messages.nothing(b"n" * 16, os.urandom), ASKING)
    assert len(packed) == len(nobody) == messages.COMMITMENT
    again = messages.read_commitment(packed, ASKING.public_key())
    assert messages.confirms(again, handle)
    assert not messages.confirms(again, other)
    elsewhere = messages.Commitment(number=b"m" * 16, locator=again.locator, tag=again.tag)
    assert not messages.confirms(elsewhere, handle), "nor for another question"


def test_a_reply_opens_to_its_handle_alone_and_looks_like_none():
    handle = os.urandom(32)
    said = messages.seal_reply(b"n" * 16, handle=handle, words="Call B. Osei.", source=os.urandom)
    silent = messages.seal_reply(b"n" * 16, handle=None, words="", source=os.urandom)
    assert len(said) == len(silent) == messages.REPLY
    assert said[:20] == silent[:20]
    assert messages.open_reply(said, number=b"n" * 16, handle=handle) == "Call B. Osei."
    assert messages.open_reply(said, number=b"n" * 16, handle=os.urandom(32)) is None
    assert messages.open_reply(silent, number=b"n" * 16, handle=handle) is None
    with pytest.raises(BadMessage):
        messages.open_reply(said, number=b"m" * 16, handle=handle)
    with pytest.raises(BadMessage):
        messages.seal_reply(b"n" * 16, handle=handle, words="x" * 201, source=os.urandom)


def test_a_reply_and_silence_are_spread_alike():
    handle = os.urandom(32)
    for one, words in ((handle, "a" * 200), (None, "")):
        many = b"".join(
            messages.seal_reply(b"n" * 16, handle=one, words=words, source=os.urandom)[20:]
            for _ in range(300)
        )
        assert chisquare(np.bincount(np.frombuffer(many, dtype=np.uint8), minlength=256)).pvalue > 1e-5


def test_no_purpose_controls_immigration_or_prosecutes():
    assert {one.name for one in Purpose} == {
        "PROTECTION", "FAMILY_TRACING", "MISSING_PERSON", "DOUBLE_ASSISTANCE",
    }  # fmt: skip


# ---------------------------------------------------------------- limits
def judged(*, at=NOW, past=(), limits=None, asked=None, purposes=tuple(Purpose)) -> Why:
    return refuses(
        asked or question(), at=at, limits=limits or Limits(), past=past, profile=b"p" * 16, table=b"t" * 16,
        purposes=purposes,
    )  # fmt: skip


def before(
    number: int, *, days: float = 0, caseworker: bytes = b"a" * 16, subject: bytes | None = None
) -> Counted:
    return Counted(
        at=NOW - timedelta(days=days), number=number.to_bytes(16, "big"), caseworker=caseworker,
        subject=subject or number.to_bytes(16, "little"),
    )  # fmt: skip


def test_a_fit_question_is_answered():
    assert judged() is Why.ANSWERED


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"profile": b"q" * 16}, Why.PROFILE),
        ({"table": b"u" * 16}, Why.TABLE),
        ({"at": int(NOW.timestamp()) + 601}, Why.CLOCK),
        ({"at": int(NOW.timestamp()) - 601}, Why.CLOCK),
        ({"purpose": 9}, Why.PURPOSE),
        ({"consent_until": (date(2026, 11, 24) - date(1970, 1, 1)).days}, Why.CONSENT),
        ({"consent": bytes(32)}, Why.CONSENT),
    ],
)
def test_an_unfit_question_is_refused(changes, why):
    assert judged(asked=question(**changes)) is why


def test_a_purpose_that_was_not_agreed_on_is_refused():
    assert judged(purposes=[Purpose.FAMILY_TRACING]) is Why.PURPOSE


def test_limits_hold_per_day_month_caseworker_and_person():
    assert judged(past=[before(n) for n in range(50)]) is Why.DAY
    assert judged(past=[before(n) for n in range(49)]) is Why.ANSWERED
    assert judged(past=[before(n, days=n % 20 + 1) for n in range(500)]) is Why.MONTH
    assert judged(past=[before(n, days=40) for n in range(900)]) is Why.ANSWERED
    assert judged(past=[before(n, caseworker=b"w" * 16) for n in range(5)]) is Why.CASEWORKER
    assert judged(past=[before(n, caseworker=b"w" * 16, days=1) for n in range(5)]) is Why.ANSWERED
    assert judged(past=[before(1, subject=b"s" * 16, days=89)]) is Why.PERSON
    assert judged(past=[before(1, subject=b"s" * 16, days=91)]) is Why.ANSWERED
    assert judged(past=[Counted(at=NOW, number=b"n" * 16, caseworker=b"", subject=b"")]) is Why.REPLAY


# ---------------------------------------------------------------- counting
def people(many: int, seed: int) -> list[Traits]:
    chance = random.Random(seed)
    letters = "bdfgklmnrst"

    def word() -> Word:
        skeleton = "".join(chance.choices(letters, k=4))
        return Word(skeleton, skeleton)

    return [
        Traits(
            words=(word(), word()),
            born=Born(chance.randint(1970, 2010), chance.randint(2, 12), chance.randint(13, 28)),
            sex=chance.choice("FM"),
            nationality=chance.choice(["NGA", "ROU", "VNM"]),
        )
        for _ in range(many)
    ]


def test_two_sides_count_whom_they_share_without_a_key_in_the_clear():
    mine, theirs = people(12, 1), people(15, 2)
    theirs[3:8] = mine[:5]
    a, b = oprf.random_scalar(os.urandom), oprf.random_scalar(os.urandom)
    first = shuffled(blinded([keys_of(one) for one in mine], secret=a, source=os.urandom), source=os.urandom)
    other = shuffled(
        blinded([keys_of(one) for one in theirs], secret=b, source=os.urandom), source=os.urandom
    )
    assert {tuple(recipe for recipe, _ in group) for group in first + other} == {PLACES}
    clear = {oprf.hash_to_group(key.content) for one in mine for key in keys_of(one)}
    assert clear.isdisjoint(element for group in first for _, element in group)
    both = blinded_again(first, secret=b), shuffled(blinded_again(other, secret=a), source=os.urandom)
    assert in_common(*both, score=lambda recipes: score(recipes) >= LEAST_SCORE) == 5
    assert in_common(first, other, score=lambda recipes: True) == 0


def test_one_person_more_moves_the_count_by_one_at_most():
    """A record that looks like three of the other side's still counts once."""
    group = tuple((Recipe.NAME_DATE, bytes([n]) * 32) for n in range(3))
    same = [group, group, group]
    for few, many in ((1, 3), (2, 3), (3, 2)):
        assert in_common(same[:few], same[:many], score=lambda recipes: True) == min(few, many)
    assert in_common([group], [], score=lambda recipes: True) == 0


@pytest.mark.parametrize("scale", [Fraction(1, 2), Fraction(10, 3), Fraction(8)])
def test_the_noise_is_the_discrete_laplace(scale):
    source = seeded(4)
    drawn = Counter(discrete_laplace(scale=scale, source=source) for _ in range(6_000))
    ratio = float(np.exp(-1 / float(scale)))
    edge = max(1, int(3 * scale))
    expected = {x: (1 - ratio) / (1 + ratio) * ratio ** abs(x) for x in range(-edge, edge + 1)}
    inside = [drawn[x] for x in expected]
    rest = 6_000 - sum(inside)
    assert (
        chisquare(
            [*inside, rest], [6_000 * p for p in expected.values()] + [6_000 * (1 - sum(expected.values()))]
        ).pvalue
        > 1e-4
    )
    with pytest.raises(ValueError, match="above zero"):
        discrete_laplace(scale=Fraction(0), source=source)
