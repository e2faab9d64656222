"""The log: right hashes, proofs that hold, false proofs that fail, notes that others can read."""

from __future__ import annotations

import json
import random
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines import merkle
from tutela.engines.merkle import ProofRefused, Tile

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


def test_a_true_pair_does_not_prove_a_log_of_one() -> None:
    left, right = LEAVES[:2]
    root = merkle.node_hash(left=left, right=right)
    with pytest.raises(ProofRefused, match="too long"):
        merkle.verify_inclusion(index=0, size=1, leaf=right, proof=[left], root=root)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(index, size=size, read_tile=read_any)


@pytest.mark.parametrize(("old_size", "size"), [(0, 5), (6, 5), (-1, 0)])
def test_there_is_no_proof_of_shrinking_or_from_nothing(old_size: int, size: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        merkle.consistency_proof(old_size, size=size, read_tile=read_any)


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
    assert len(heads) > 5
    for old_size, old_root in heads[:-1]:
        proof = merkle.consistency_proof(old_size, size=size, read_tile=stored.__getitem__)
        claim = {"old_size": old_size, "size": size, "root": heads[-1][1], "proof": proof}
        assert not _is_refused(merkle.verify_consistency, old_root=old_root, **claim)
        assert _is_refused(merkle.verify_consistency, old_root=heads[-1][1], **claim)
