"""Envelopes: what is sealed opens only as it was, only where it belongs, only with its key."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines import envelopes
from tutela.engines.envelopes import (
    DerivationCost,
    EnvelopeDamaged,
    EnvelopeRefused,
    UnknownVersion,
    WrongKey,
)

KEY, OTHER_KEY = bytes(range(32)), bytes(range(32, 64))
KEY_ID, OTHER_KEY_ID = b"k" * 16, b"o" * 16
PLACE = {"table": "person", "column": "name", "row": "17", "organisation": "4"}
CONTEXT = envelopes.field_context(**PLACE)
CHEAP = DerivationCost(memory_kib=8, passes=1)
SALT = b"an installation's salt"
DESK = envelopes.new_keypair()


def flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def seal(plaintext: bytes) -> bytes:
    return envelopes.seal_field(plaintext, key=KEY, key_id=KEY_ID, context=CONTEXT)


def opened(envelope: bytes, *, key: bytes = KEY, key_id: bytes = KEY_ID, context: bytes = CONTEXT) -> bytes:
    return envelopes.open_field(envelope, key=key, key_id=key_id, context=context)


# --- fields ----------------------------------------------------------------------------------------------


@given(st.binary(max_size=5000))
def test_a_field_opens_as_it_was(plaintext: bytes) -> None:
    envelope = seal(plaintext)
    assert opened(envelope) == plaintext
    assert envelopes.envelope_key_id(envelope) == KEY_ID
    assert len(envelope) == len(plaintext) + 1 + 16 + 12 + 16


def test_the_same_name_is_never_sealed_the_same_way_twice() -> None:
    assert len({seal(b"Amina") for _ in range(50)}) == 50


def test_no_flipped_bit_goes_unseen() -> None:
    envelope = seal(b"Amina")
    for bit in range(8 * len(envelope)):
        with pytest.raises(EnvelopeRefused):
            opened(flipped(envelope, bit))


def test_a_field_cut_anywhere_is_damaged() -> None:
    envelope = seal(b"Amina")
    for end in range(len(envelope)):
        with pytest.raises(EnvelopeDamaged):
            opened(envelope[:end])


@pytest.mark.parametrize("part", sorted(PLACE))
def test_a_field_opens_in_no_other_place(part: str) -> None:
    elsewhere = envelopes.field_context(**PLACE | {part: "another"})
    with pytest.raises(EnvelopeDamaged):
        opened(seal(b"Amina"), context=elsewhere)


places = st.tuples(st.text(max_size=4), st.text(max_size=4), st.text(max_size=4), st.text(max_size=4))


@given(places, places)
def test_two_places_share_a_context_only_if_they_are_one(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    contexts = [envelopes.field_context(**dict(zip(PLACE, place, strict=True))) for place in (one, other)]
    assert (contexts[0] == contexts[1]) == (one == other)


def test_letters_cannot_slide_from_one_part_of_a_place_into_the_next() -> None:
    slid = PLACE | {"table": "personn", "column": "ame"}
    assert envelopes.field_context(**slid) != CONTEXT


def test_a_wrong_key_is_told_from_damage() -> None:
    with pytest.raises(WrongKey):
        opened(seal(b"Amina"), key_id=OTHER_KEY_ID, key=OTHER_KEY)
    with pytest.raises(EnvelopeDamaged):
        opened(seal(b"Amina"), key=OTHER_KEY)


def test_a_key_found_by_the_id_in_the_envelope_opens_it() -> None:
    envelope = seal(b"Amina")
    assert envelopes.open_field(envelope, key=KEY, context=CONTEXT) == b"Amina"
    with pytest.raises(EnvelopeDamaged):
        envelopes.open_field(envelope, key=OTHER_KEY, context=CONTEXT)
    for bit in range(8, 8 * 17):
        with pytest.raises(EnvelopeDamaged):
            envelopes.open_field(flipped(envelope, bit), key=KEY, context=CONTEXT)


def test_an_unknown_version_says_so() -> None:
    with pytest.raises(UnknownVersion):
        opened(b"\x02" + seal(b"Amina")[1:])


@pytest.mark.parametrize(("key", "key_id"), [(b"", KEY_ID), (KEY[:16], KEY_ID), (KEY, b""), (KEY, b"k" * 17)])
def test_keys_and_ids_of_another_length_are_refused(key: bytes, key_id: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        envelopes.seal_field(b"", key=key, key_id=key_id, context=CONTEXT)
    with pytest.raises(ValueError, match="32 bytes"):
        opened(seal(b""), key=key, key_id=key_id)


def test_a_field_sealed_by_the_first_release_still_opens() -> None:
    kept = "016b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b47e877f6bd8509b65d9f53b0da2cf3fdec38"
    kept += "f3eca5967e37e92b7d150c0c288e8d"
    assert opened(bytes.fromhex(kept)) == b"Amina"


# --- keys ------------------------------------------------------------------------------------------------


def wrapped(key: bytes) -> bytes:
    return envelopes.wrap_key(
        key, key_id=OTHER_KEY_ID, wrapping_key=KEY, wrapping_key_id=KEY_ID, purpose="person"
    )


@pytest.mark.parametrize("key", [envelopes.new_key(), DESK.private_key], ids=["field key", "desk key"])
def test_a_wrapped_key_unwraps(key: bytes) -> None:
    again = envelopes.unwrap_key(
        wrapped(key), key_id=OTHER_KEY_ID, wrapping_key=KEY, wrapping_key_id=KEY_ID, purpose="person"
    )
    assert again == key


def test_a_wrapped_key_serves_no_other_purpose_and_no_other_owner() -> None:
    for key_id, purpose in ((OTHER_KEY_ID, "organisation"), (b"x" * 16, "person")):
        with pytest.raises(EnvelopeDamaged):
            envelopes.unwrap_key(
                wrapped(OTHER_KEY), key_id=key_id, wrapping_key=KEY, wrapping_key_id=KEY_ID, purpose=purpose
            )


def test_a_wrapped_key_never_opens_as_a_field_nor_a_field_as_a_key() -> None:
    with pytest.raises(EnvelopeDamaged):
        opened(wrapped(OTHER_KEY))
    with pytest.raises(EnvelopeDamaged):
        envelopes.unwrap_key(
            seal(OTHER_KEY), key_id=OTHER_KEY_ID, wrapping_key=KEY, wrapping_key_id=KEY_ID, purpose="person"
        )


def test_the_id_of_a_wrapped_key_has_its_length() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        envelopes.wrap_key(KEY, key_id=b"x", wrapping_key=KEY, wrapping_key_id=KEY_ID, purpose="person")


# --- messages --------------------------------------------------------------------------------------------


def sealed(message: bytes) -> bytes:
    return envelopes.seal_to(DESK.public_key, message, info=b"report", aad=b"17")


def read(
    envelope: bytes, *, key: bytes = DESK.private_key, info: bytes = b"report", aad: bytes = b"17"
) -> bytes:
    return envelopes.open_sealed(key, envelope, info=info, aad=aad)


@settings(deadline=None)
@given(st.binary(max_size=9000))
def test_a_message_opens_as_it_was(message: bytes) -> None:
    assert read(sealed(message)) == message


@pytest.mark.parametrize(
    ("shorter", "longer", "same"),
    [(0, 4088, True), (4088, 4089, False), (4089, 8184, True), (8184, 8185, False), (8185, 16376, True)],
)
def test_only_the_bucket_of_a_messages_length_shows(shorter: int, longer: int, same: bool) -> None:
    lengths = {len(sealed(bytes(size))) for size in (shorter, longer)}
    assert len(lengths) == (1 if same else 2)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_flipped_bit_of_a_message_goes_unseen(data: st.DataObject) -> None:
    envelope = sealed(b"help")
    bit = data.draw(st.integers(0, 8 * len(envelope) - 1))
    with pytest.raises(EnvelopeRefused):
        read(flipped(envelope, bit))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 100, 1121, 1122, 1138, 5000])
def test_a_message_cut_short_is_damaged(size: int) -> None:
    with pytest.raises(EnvelopeDamaged):
        read(sealed(b"help")[:size])


@pytest.mark.parametrize("at", [2, 2 + 1088])
def test_a_message_with_a_worthless_key_share_is_damaged(at: int) -> None:
    envelope = sealed(b"help")
    with pytest.raises(EnvelopeDamaged):
        read(envelope[:at] + bytes(32) + envelope[at + 32 :])


def test_a_message_is_bound_to_its_kind_its_row_and_its_reader() -> None:
    for change in ({"info": b"answer"}, {"aad": b"18"}, {"info": b"report1", "aad": b"7"}):
        with pytest.raises(EnvelopeDamaged):
            read(sealed(b"help"), **change)
    with pytest.raises(EnvelopeDamaged):
        read(sealed(b"help"), key=envelopes.new_keypair().private_key)


@pytest.mark.parametrize("header", [b"\x02\x01", b"\x01\x02"])
def test_an_unknown_version_or_suite_says_so(header: bytes) -> None:
    with pytest.raises(UnknownVersion):
        read(header + sealed(b"help")[2:])


@pytest.mark.parametrize(
    "padded",
    [
        (5).to_bytes(8, "big") + b"help!" + b"\x01" * 4083,
        (2**60).to_bytes(8, "big") + bytes(4088),
        (4).to_bytes(8, "big") + b"help",
        bytes(8192),
        b"",
    ],
)
def test_a_message_that_was_padded_otherwise_is_refused(
    padded: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutela.engines.envelopes.sealed._padded", lambda plaintext: padded)
    envelope = sealed(b"help")
    monkeypatch.undo()
    with pytest.raises(EnvelopeDamaged, match="padded"):
        read(envelope)


def test_a_public_key_belongs_to_its_private_key() -> None:
    assert envelopes.public_key_of(DESK.private_key) == DESK.public_key
    assert len(DESK.public_key) == 1216


def test_keys_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="1216"):
        envelopes.seal_to(DESK.public_key[:-1], b"", info=b"", aad=b"")
    with pytest.raises(ValueError, match="96"):
        read(sealed(b"help"), key=b"short")


def test_private_keys_do_not_show_when_printed() -> None:
    keys = envelopes.derive_reporter_keys(envelopes.new_secret(), salt=SALT, cost=CHEAP)
    assert "private" not in repr(DESK)
    assert "private" not in repr(keys)


# --- tokens ----------------------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_equal_words_and_only_they_give_equal_tokens(one: str, other: str) -> None:
    tokens = [envelopes.blind_token(word, key=KEY, label="given name") for word in (one, other)]
    assert (tokens[0] == tokens[1]) == (one == other)


def test_a_token_is_short_plain_and_tied_to_key_and_label() -> None:
    token = envelopes.blind_token("amina", key=KEY, label="name")
    assert token == "3k2mw4e6gimms"
    assert len(token) == 13
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert token != envelopes.blind_token("amina", key=OTHER_KEY, label="name")
    assert token != envelopes.blind_token("amina", key=KEY, label="alias")
    assert envelopes.blind_token("ba", key=KEY, label="a") != envelopes.blind_token("a", key=KEY, label="ab")
    with pytest.raises(ValueError, match="32 bytes"):
        envelopes.blind_token("amina", key=b"", label="name")


# --- files -----------------------------------------------------------------------------------------------

CHUNK = envelopes.CHUNK_SIZE
SEALED_CHUNK = CHUNK + 16


def seal_file(content: bytes, *, context: bytes = b"document 9") -> bytes:
    return b"".join(envelopes.seal_stream([content], key=KEY, context=context))


def open_file(pieces: Iterable[bytes], *, key: bytes = KEY, context: bytes = b"document 9") -> bytes:
    return b"".join(envelopes.open_stream(pieces, key=key, context=context))


def pieces_of(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]),
    st.integers(1, 3 * CHUNK),
    st.integers(7, 3 * CHUNK),
)
def test_a_file_opens_as_it_was_however_it_is_cut_on_the_way(length: int, cut: int, recut: int) -> None:
    content = (b"0123456789abcde" * (length // 15 + 1))[:length]
    chunks = list(envelopes.seal_stream(pieces_of(content, max(cut, 500)), key=KEY, context=b"document 9"))
    assert len(chunks) == 1 + max(1, -(-length // CHUNK))
    assert open_file(pieces_of(b"".join(chunks), max(recut, 500))) == content


def test_a_file_sealed_twice_looks_different() -> None:
    assert seal_file(b"letter") != seal_file(b"letter")


FILE = seal_file(bytes(2 * CHUNK + 100))
HEADER, FIRST, SECOND, LAST = (
    FILE[:33],
    FILE[33 : 33 + SEALED_CHUNK],
    FILE[33 + SEALED_CHUNK : 33 + 2 * SEALED_CHUNK],
    FILE[33 + 2 * SEALED_CHUNK :],
)
OTHER_FILE = seal_file(bytes(2 * CHUNK + 100))


@pytest.mark.parametrize(
    "altered",
    [
        [],
        [HEADER],
        [HEADER[:10]],
        [HEADER, FIRST],
        [HEADER, FIRST, SECOND],
        [HEADER, FIRST, SECOND, LAST[:-1]],
        [HEADER, FIRST, SECOND, LAST, b"x"],
        [HEADER, FIRST, SECOND, LAST, LAST],
        [HEADER, SECOND, FIRST, LAST],
        [HEADER, FIRST, FIRST, SECOND, LAST],
        [HEADER, SECOND, LAST],
        [HEADER, FIRST, LAST],
        [HEADER, LAST],
        [HEADER, OTHER_FILE[33 : 33 + SEALED_CHUNK], SECOND, LAST],
        [OTHER_FILE[:33], FIRST, SECOND, LAST],
    ],
    ids=range(15),
)
def test_a_file_cut_shuffled_or_swapped_is_refused(altered: list[bytes]) -> None:
    with pytest.raises(EnvelopeDamaged):
        open_file(altered)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 8 * 200 - 1))
def test_no_flipped_bit_of_a_file_goes_unseen(bit: int) -> None:
    content = seal_file(bytes(151))
    with pytest.raises(EnvelopeRefused):
        open_file([flipped(content, bit)])


def test_a_file_opens_with_no_other_key_and_in_no_other_place() -> None:
    with pytest.raises(EnvelopeDamaged):
        open_file([FILE], key=OTHER_KEY)
    with pytest.raises(EnvelopeDamaged):
        open_file([FILE], context=b"document 10")
    with pytest.raises(UnknownVersion):
        open_file([b"\x07" + FILE[1:]])
    with pytest.raises(ValueError, match="32 bytes"):
        open_file([FILE], key=b"short")


def test_a_large_file_is_never_whole_in_memory() -> None:
    drawn = 0

    def source() -> Iterable[bytes]:
        nonlocal drawn
        for _ in range(1000):
            drawn += 1
            yield bytes(CHUNK)

    stream = envelopes.open_stream(
        envelopes.seal_stream(source(), key=KEY, context=b""), key=KEY, context=b""
    )
    assert next(iter(stream)) == bytes(CHUNK)
    assert drawn < 5
