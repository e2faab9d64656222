"""Heads of the log: signed so that others can read them, and refused when anything was altered."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines import merkle
from tutela.engines.merkle import Checkpoint, NoteRefused, SignatureKind, Verifier

ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


# From the tests of golang.org/x/mod/sumdb/note (BSD-3-Clause): a throw-away key pair and the note it signs.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SKEY = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_NOTE = GO_TEXT + (
    "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
    "E6RyyBwJnAM=\n"
)
# A cosignature key from the tests of transparency-dev/formats (Apache-2.0).
COSIGNATURE_VKEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

LOG_KEY = Ed25519PrivateKey.from_private_bytes(b"l" * 32)
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
LOG = Verifier.of(LOG_KEY, name="tutela.example/log")
WITNESS = Verifier.of(WITNESS_KEY, name="witness.example", kind=SignatureKind.COSIGNATURE)
HEAD = Checkpoint(origin="tutela.example/log", size=8, root=bytes.fromhex(ROOT_OF_EIGHT))
SEEN_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def signed_head() -> str:
    return merkle.sign_note(merkle.format_checkpoint(HEAD), name=LOG.name, private_key=LOG_KEY)


def cosigned_head() -> str:
    return merkle.cosign_note(signed_head(), name=WITNESS.name, private_key=WITNESS_KEY, at=SEEN_AT)


def test_we_sign_and_verify_like_the_go_reference() -> None:
    seed = b64decode(GO_SKEY)[1:]
    ours = merkle.sign_note(
        GO_TEXT, name="PeterNeumann", private_key=Ed25519PrivateKey.from_private_bytes(seed)
    )
    assert ours == GO_NOTE
    verified = merkle.verify_note(GO_NOTE, verifiers=[merkle.parse_verifier(GO_VKEY)])
    assert verified.text == GO_TEXT
    assert [signature.name for signature in verified.signatures] == ["PeterNeumann"]


@pytest.mark.parametrize("vkey", [GO_VKEY, COSIGNATURE_VKEY, LOG.vkey, WITNESS.vkey])
def test_a_verifier_key_is_read_and_written_alike(vkey: str) -> None:
    assert merkle.parse_verifier(vkey).vkey == vkey


def test_no_piece_and_no_altered_letter_of_a_verifier_key_is_taken_for_one() -> None:
    for end in range(len(GO_VKEY)):
        with pytest.raises(ValueError):  # noqa: PT011 - base64 words its own message
            merkle.parse_verifier(GO_VKEY[:end])
        altered = GO_VKEY[:end] + chr(ord(GO_VKEY[end]) + 1) + GO_VKEY[end + 1 :]
        with pytest.raises(ValueError):  # noqa: PT011
            merkle.parse_verifier(altered)


def test_a_checkpoint_round_trips_and_names_who_cosigned_it() -> None:
    verified = merkle.verify_note(cosigned_head(), verifiers=[LOG, WITNESS])
    assert merkle.parse_checkpoint(verified.text) == HEAD
    assert [(one.name, one.at) for one in verified.signatures] == [
        (LOG.name, None),
        (WITNESS.name, SEEN_AT),
    ]


def test_signatures_by_strangers_are_passed_over() -> None:
    verified = merkle.verify_note(cosigned_head(), verifiers=[WITNESS])
    assert [one.name for one in verified.signatures] == [WITNESS.name]


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    with pytest.raises(NoteRefused, match="no known key"):
        merkle.verify_note(signed_head(), verifiers=[WITNESS])


def test_a_signature_is_counted_once_however_often_it_is_pasted() -> None:
    note = signed_head()
    twice = note + note.split("\n\n")[1]
    assert len(merkle.verify_note(twice, verifiers=[LOG]).signatures) == 1


def test_a_false_signature_beside_a_true_one_refuses_the_note() -> None:
    other = merkle.sign_note("another\n", name=LOG.name, private_key=LOG_KEY)
    with pytest.raises(NoteRefused, match="false"):
        merkle.verify_note(signed_head() + other.split("\n\n")[1], verifiers=[LOG])


def test_a_cosignature_never_passes_for_the_logs_own_signature() -> None:
    as_log = Verifier(name=WITNESS.name, public_key=WITNESS.public_key)
    with pytest.raises(NoteRefused):
        merkle.verify_note(cosigned_head(), verifiers=[as_log])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_altered_letter_of_a_signed_head_is_believed(data: st.DataObject) -> None:
    note = cosigned_head()
    at = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda mark: mark != note[at]))
    altered = note[:at] + other + note[at + 1 :]
    try:
        verified = merkle.verify_note(altered, verifiers=[LOG, WITNESS])
    except NoteRefused:
        return
    # What is left can only be one signature whose name or id no longer is a known one.
    assert len(verified.signatures) == 1
    assert merkle.parse_checkpoint(verified.text) == HEAD


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_at_all_is_refused_calmly(text: str) -> None:
    with pytest.raises(NoteRefused):
        merkle.verify_note(text, verifiers=[LOG])
    with pytest.raises(NoteRefused):
        merkle.parse_checkpoint(text + "\nx\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        "origin\n01\n" + "A" * 43 + "=\n",
        "origin\n-1\n" + "A" * 43 + "=\n",
        "origin\n1\nAAAA\n",
        "\n1\n" + "A" * 43 + "=\n",
        "origin\n1\n" + "A" * 43 + "=",
        "origin\n1\n" + "A" * 42 + "B=\n",
    ],
)
def test_what_is_not_exactly_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        merkle.parse_checkpoint(text)


def test_a_head_that_cannot_be_one_is_not_written() -> None:
    for bad in (
        Checkpoint(origin="", size=1, root=HEAD.root),
        Checkpoint(origin="two\nlines", size=1, root=HEAD.root),
        Checkpoint(origin="log", size=-1, root=HEAD.root),
        Checkpoint(origin="log", size=1, root=b"short"),
    ):
        with pytest.raises(ValueError, match="head of a log"):
            merkle.format_checkpoint(bad)


def test_a_note_with_control_characters_or_no_end_is_not_signed() -> None:
    for text in ("no newline", "bell\a\n", "return\r\n", "lone \ud800\n"):
        with pytest.raises(ValueError, match="note"):
            merkle.sign_note(text, name="log", private_key=LOG_KEY)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\u2003b"])
def test_a_key_name_has_no_space_and_no_plus(name: str) -> None:
    with pytest.raises(ValueError, match="key name"):
        Verifier(name=name, public_key=LOG.public_key)


def test_a_witness_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        merkle.cosign_note(
            signed_head(),
            name="w",
            private_key=WITNESS_KEY,
            at=datetime(2026, 3, 1),  # noqa: DTZ001
        )
