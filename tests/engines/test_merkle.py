"""The log: right hashes, proofs that hold, false proofs that fail, notes that others can read."""

from __future__ import annotations

import json
import random
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines import merkle
from tutela.engines.merkle import Checkpoint, NoteRefused, ProofRefused, SignatureKind, Tile, Verifier

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "tlog_rfc6962_vectors.json"

# The test tree of Certificate Transparency: eight inputs, and the root after each.
INPUTS = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes(range(0x60, 0x70))
]
ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def root_by_the_book(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, written as the RFC writes it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + root_by_the_book(leaves[:split]) + root_by_the_book(leaves[split:])).digest()


def leaves_of(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def nothing_stored(tile: Tile) -> bytes:
    raise AssertionError(f"read {tile.path} of an empty log")


def log_of(leaves: list[bytes]) -> tuple[int, dict[Tile, bytes]]:
    grown = merkle.append(0, read_tile=nothing_stored, leaf_hashes=b"".join(leaves))
    return grown.size, grown.tiles


LEAVES = leaves_of(70_000)
SIZE, TILES = log_of(LEAVES)


def read_any(tile: Tile) -> bytes:
    """Answer from the log of 70,000 for any earlier size too, as a store of the latest tiles does."""
    held = [one for one in TILES if (one.level, one.index) == (tile.level, tile.index)]
    return TILES[held[0]]


def test_the_root_of_the_certificate_transparency_tree_is_the_published_one() -> None:
    assert merkle.root(merkle.leaf_hashes(INPUTS)).hex() == ROOT_OF_EIGHT
    assert merkle.root(b"").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize("size", [*range(1, 70), 255, 256, 257, 511, 513, 1000])
def test_the_fast_root_is_the_root_by_the_book(size: int) -> None:
    leaves = leaves_of(size)
    assert merkle.root(b"".join(leaves)) == root_by_the_book(leaves)


def test_an_entry_never_hashes_like_a_node() -> None:
    left, right = leaves_of(2)
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left=left, right=right)


def test_a_cut_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        merkle.root(b"x" * 33)
    with pytest.raises(ValueError, match="32 bytes"):
        merkle.append(0, read_tile=nothing_stored, leaf_hashes=b"x" * 31)


def test_the_tiles_of_a_log_of_70000_are_those_of_the_standard() -> None:
    """The example in C2SP tlog-tiles."""
    shape = {(tile.level, tile.width): 0 for tile in TILES}
    for tile in TILES:
        shape[tile.level, tile.width] += 1
        assert len(TILES[tile]) == tile.width * 32
    assert shape == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}


def test_a_log_of_256_has_a_full_tile_and_a_partial_one_above() -> None:
    _, tiles = log_of(leaves_of(256))
    assert set(tiles) == {Tile(level=0, index=0), Tile(level=1, index=0, width=1)}


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(level=0, index=1234067), "tile/0/x001/x234/067"),
        (Tile(level=1, index=0, width=17), "tile/1/000.p/17"),
        (Tile(level=63, index=1000), "tile/63/x001/000"),
    ],
)
def test_a_tile_has_the_path_of_the_standard(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert merkle.parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/1",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/07",
        "tile/0/../../etc/passwd",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/entries/000",
    ],
)
def test_any_other_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="path of a tile"):
        merkle.parse_tile_path(path)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=6))
def test_appending_in_batches_gives_the_same_tiles_as_appending_at_once(batches: list[int]) -> None:
    stored: dict[Tile, bytes] = {}
    size = 0
    for batch in batches:
        grown = merkle.append(
            size, read_tile=stored.__getitem__, leaf_hashes=b"".join(LEAVES[size : size + batch])
        )
        assert grown.size == size + batch
        assert grown.root == merkle.root(b"".join(LEAVES[: grown.size]))
        stored.update(grown.tiles)
        size = grown.size
    _, at_once = log_of(LEAVES[:size])
    assert {tile: stored[tile] for tile in at_once} == at_once


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999, 70_000])
def test_the_root_from_tiles_is_the_root_of_the_leaves(size: int) -> None:
    assert merkle.root_of_tiles(size, read_tile=read_any) == merkle.root(b"".join(LEAVES[:size]))


def test_a_short_tile_is_found_out() -> None:
    with pytest.raises(merkle.TileDamaged):
        merkle.root_of_tiles(70_000, read_tile=lambda tile: read_any(tile)[:-1])


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_every_inclusion_proof_holds_and_no_altered_one_does(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, SIZE))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size=size, read_tile=read_any)
    claim: dict[str, Any] = {"index": index, "size": size, "leaf": LEAVES[index], "proof": proof}
    claim["root"] = merkle.root_of_tiles(size, read_tile=read_any)
    merkle.verify_inclusion(**claim)
    for lie in (
        {"index": index ^ 1},
        {"leaf": merkle.leaf_hash(b"forged")},
        {"root": merkle.leaf_hash(b"forged")},
        {"proof": [*proof, LEAVES[0]]},
        {"proof": [b"", *proof]},
        *([{"proof": proof[:-1]}, {"proof": [flipped(data, proof[0]), *proof[1:]]}] if proof else []),
    ):
        with pytest.raises(ProofRefused):
            merkle.verify_inclusion(**claim | lie)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_every_consistency_proof_holds_and_no_altered_one_does(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, SIZE))
    old_size = data.draw(st.integers(1, size - 1))
    proof = merkle.consistency_proof(old_size, size=size, read_tile=read_any)
    claim: dict[str, Any] = {
        "old_size": old_size,
        "size": size,
        "old_root": merkle.root_of_tiles(old_size, read_tile=read_any),
        "root": merkle.root_of_tiles(size, read_tile=read_any),
        "proof": proof,
    }
    merkle.verify_consistency(**claim)
    for lie in (
        {"old_root": claim["root"]},
        {"root": claim["old_root"]},
        {"old_size": 0},
        {"old_size": size + 1},
        {"proof": proof[:-1]},
        {"proof": [*proof, LEAVES[0]]},
        {"proof": [flipped(data, proof[0]), *proof[1:]]},
    ):
        with pytest.raises(ProofRefused):
            merkle.verify_consistency(**claim | lie)


def flipped(data: st.DataObject, value: bytes) -> bytes:
    bit = data.draw(st.integers(0, 8 * len(value) - 1))
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_a_log_that_rewrote_its_past_cannot_prove_that_it_only_grew() -> None:
    forked = [*LEAVES[:10], merkle.leaf_hash(b"rewritten"), *LEAVES[11:600]]
    _, tiles = log_of(forked)
    proof = merkle.consistency_proof(300, size=600, read_tile=_latest(tiles))
    with pytest.raises(ProofRefused):
        merkle.verify_consistency(
            old_size=300,
            size=600,
            old_root=merkle.root(b"".join(LEAVES[:300])),
            root=merkle.root(b"".join(forked)),
            proof=proof,
        )


def _latest(tiles: dict[Tile, bytes]) -> merkle.ReadTile:
    places = {(tile.level, tile.index): hashes for tile, hashes in tiles.items()}
    return lambda tile: places[tile.level, tile.index]


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(index, size=size, read_tile=read_any)


@pytest.mark.parametrize(("old_size", "size"), [(0, 5), (6, 5), (-1, 0)])
def test_there_is_no_proof_of_shrinking_or_from_nothing(old_size: int, size: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        merkle.consistency_proof(old_size, size=size, read_tile=read_any)


# --- notes and checkpoints -------------------------------------------------------------------------------

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


# --- reference vectors -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vectors() -> Any:
    if not VECTORS.exists():
        pytest.skip("the reference table tlog_rfc6962_vectors.json is not beside the project")
    return json.loads(VECTORS.read_text())


@pytest.mark.reference
def test_every_published_root_is_ours(vectors: Any) -> None:
    inputs = [bytes.fromhex(one) for one in vectors["leaf_inputs_hex"]]
    roots = [merkle.root(merkle.leaf_hashes(inputs[:size])).hex() for size in range(len(inputs) + 1)]
    assert roots == vectors["root_hashes_hex"]


@pytest.mark.reference
def test_every_published_inclusion_proof_is_judged_right(vectors: Any) -> None:
    for case in vectors["inclusion"]:
        refused = _is_refused(
            merkle.verify_inclusion,
            index=case["leafIdx"],
            size=case["treeSize"],
            leaf=b64decode(case["leafHash"]),
            root=b64decode(case["root"]),
            proof=[b64decode(one) for one in case["proof"] or []],
        )
        assert refused == case["wantErr"], case["file"]
    assert len(vectors["inclusion"]) == 98


@pytest.mark.reference
def test_every_published_consistency_proof_is_judged_right(vectors: Any) -> None:
    for case in vectors["consistency"]:
        refused = _is_refused(
            merkle.verify_consistency,
            old_size=case["size1"],
            size=case["size2"],
            old_root=b64decode(case["root1"]),
            root=b64decode(case["root2"]),
            proof=[b64decode(one) for one in case["proof"] or []],
        )
        assert refused == case["wantErr"], case["file"]
    assert len(vectors["consistency"]) == 98


@pytest.mark.reference
def test_our_proofs_are_the_published_ones(vectors: Any) -> None:
    _, tiles = log_of([merkle.leaf_hash(bytes.fromhex(one)) for one in vectors["leaf_inputs_hex"]])
    for case in vectors["consistency"]:
        if not case["wantErr"] and case["file"].endswith("/happy-path.json"):
            ours = merkle.consistency_proof(case["size1"], size=case["size2"], read_tile=_latest(tiles))
            assert ours == [b64decode(one) for one in case["proof"] or []], case["file"]


def _is_refused(verify: Any, **claim: Any) -> bool:
    try:
        verify(**claim)
    except ProofRefused:
        return True
    return False


def test_random_appends_keep_every_old_head_provable() -> None:
    chance = random.Random(20)
    stored: dict[Tile, bytes] = {}
    heads = []
    size = 0
    while size < 5000:
        batch = LEAVES[size : size + chance.randint(1, 900)]
        grown = merkle.append(size, read_tile=stored.__getitem__, leaf_hashes=b"".join(batch))
        stored.update(grown.tiles)
        size = grown.size
        heads.append((grown.size, grown.root))
    for old_size, old_root in heads:
        merkle.verify_consistency(
            old_size=old_size,
            size=size,
            old_root=old_root,
            root=heads[-1][1],
            proof=merkle.consistency_proof(old_size, size=size, read_tile=stored.__getitem__),
        )
