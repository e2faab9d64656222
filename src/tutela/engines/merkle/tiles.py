"""Keeps a Merkle tree as tiles of up to 256 hashes that a caller stores (C2SP tlog-tiles)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tutela.engines.merkle.proofs import Span, consistency_spans, inclusion_spans, split_of
from tutela.engines.merkle.trees import EMPTY_ROOT, HASH_SIZE, count_of, fold, node_hash

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
_PATH = re.compile(r"tile/(0|[1-9]\d?)/((?:x\d{3}/)*)(\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


class TileDamaged(Exception):
    """A stored tile is shorter than the tree that it belongs to needs."""


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of one tile: `width` hashes, 256 when full, number `index` at `level` from the leaves."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Where the tile is served, for example tile/0/x001/x234/067.p/12."""
        parts = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        suffix = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{'/'.join(parts)}{suffix}"


ReadTile = Callable[[Tile], bytes]
"""Gives the hashes of a stored tile; it may answer with a later, wider version of the same tile."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A tree after an append: its new size and root, and every tile to write before they are published."""

    size: int
    root: bytes
    tiles: dict[Tile, bytes]


def parse_tile_path(path: str) -> Tile:
    """Read a tile's name from its path; raises ValueError for anything but the one right spelling."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise ValueError("not the path of a tile")
    level, upper, lowest, width = match.groups()
    index = int(re.sub(r"\D", "", upper) + lowest)
    tile = Tile(level=int(level), index=index, width=int(width or TILE_WIDTH))
    if tile.path != path or tile.level > 63:
        raise ValueError("not the path of a tile")
    return tile


def append(size: int, *, read_tile: ReadTile, leaf_hashes: bytes) -> Growth:
    """Add a run of 32-byte leaf hashes to the tree of a size, reading only the tiles at its right edge.

    Work is one hash a leaf and a few a tile; nothing is kept between calls. Raises ValueError when a hash is
    cut, TileDamaged when a stored tile is too short.
    """
    count = count_of(leaf_hashes)
    tiles: dict[Tile, bytes] = {}
    level, have, new = 0, size, leaf_hashes
    while new:
        new = _append_level(level, have, new, read_tile=read_tile, tiles=tiles)
        level, have = level + 1, have >> TILE_HEIGHT

    def read_grown(tile: Tile) -> bytes:
        return tiles[tile] if tile in tiles else read_tile(tile)

    grown = size + count
    return Growth(size=grown, root=root_of_tiles(grown, read_tile=read_grown), tiles=tiles)


def _append_level(
    level: int, have: int, new: bytes, *, read_tile: ReadTile, tiles: dict[Tile, bytes]
) -> bytes:
    """Add hashes at one level, put its tiles in `tiles`, and return the hashes that rise to the next."""
    first, width = divmod(have, TILE_WIDTH)
    if width:
        new = _read(Tile(level=level, index=first, width=width), read_tile) + new
    bytes_wide = TILE_WIDTH * HASH_SIZE
    full = len(new) - len(new) % bytes_wide
    for number, at in enumerate(range(0, full, bytes_wide)):
        tiles[Tile(level=level, index=first + number)] = new[at : at + bytes_wide]
    if rest := new[full:]:
        tiles[Tile(level=level, index=first + full // bytes_wide, width=len(rest) // HASH_SIZE)] = rest
    risen = new[:full]
    for _ in range(TILE_HEIGHT):
        risen = fold(risen)
    return risen


def root_of_tiles(size: int, *, read_tile: ReadTile) -> bytes:
    """Compute the root of the tree of a size from its stored tiles."""
    return _hash_of_span((0, size), size=size, read_tile=read_tile) if size else EMPTY_ROOT


def inclusion_proof(index: int, *, size: int, read_tile: ReadTile) -> list[bytes]:
    """Prove that the leaf at an index is in the tree of a size; raises ValueError for an index outside it."""
    spans = inclusion_spans(index=index, size=size)
    return _hashes_of_spans(spans, size=size, read_tile=read_tile)


def consistency_proof(old_size: int, *, size: int, read_tile: ReadTile) -> list[bytes]:
    """Prove that the tree of a size begins with that of `old_size` (at least 1); raises ValueError."""
    spans = consistency_spans(old_size=old_size, size=size)
    return _hashes_of_spans(spans, size=size, read_tile=read_tile)


def _hashes_of_spans(spans: list[Span], *, size: int, read_tile: ReadTile) -> list[bytes]:
    """Hash several subtrees, reading each tile once."""
    seen: dict[Tile, bytes] = {}

    def read_once(tile: Tile) -> bytes:
        if tile not in seen:
            seen[tile] = read_tile(tile)
        return seen[tile]

    return [_hash_of_span(span, size=size, read_tile=read_once) for span in spans]


def _hash_of_span(span: Span, *, size: int, read_tile: ReadTile) -> bytes:
    """Hash the leaves from start up to end: whole subtrees joined from the right (RFC 6962 section 2.1)."""
    start, end = span
    pieces = []
    while end - start > 1 and (end - start) & (end - start - 1):
        middle = start + split_of(end - start)
        pieces.append(_hash_of_subtree((start, middle), size=size, read_tile=read_tile))
        start = middle
    computed = _hash_of_subtree((start, end), size=size, read_tile=read_tile)
    for piece in reversed(pieces):
        computed = node_hash(left=piece, right=computed)
    return computed


def _hash_of_subtree(span: Span, *, size: int, read_tile: ReadTile) -> bytes:
    """Hash a whole subtree of 2^height leaves out of the one tile that its hashes lie in."""
    start, end = span
    height = (end - start).bit_length() - 1
    level, inside = divmod(height, TILE_HEIGHT)
    first = start >> (TILE_HEIGHT * level)
    index, offset = divmod(first, TILE_WIDTH)
    width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH)
    hashes = _read(Tile(level=level, index=index, width=width), read_tile)
    hashes = hashes[offset * HASH_SIZE : (offset + (1 << inside)) * HASH_SIZE]
    for _ in range(inside):
        hashes = fold(hashes)
    return hashes


def _read(tile: Tile, read_tile: ReadTile) -> bytes:
    """Read a tile and cut it to its width: a tile only grows, so a wider one begins with a narrower one."""
    hashes = read_tile(tile)
    if len(hashes) < tile.width * HASH_SIZE:
        raise TileDamaged(tile.path)
    return hashes[: tile.width * HASH_SIZE]
