"""The Merkle log over all events: sequencing, signed heads, proofs, and the check that nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from tutela.engines import merkle
from tutela.foundation.audit.canonical import FIELDS, leaf_data, places
from tutela.foundation.audit.models import Checkpoint, Event, Leaf, Tile

_LOCK = 7_383_521
# Transactions may commit out of order: the sequencer looks this far back for late ones, `verify` everywhere.
_LOOK_BACK = 20_000
# How many places are checked at once: whole tiles, so that each is made once.
_RUN: Final = 64 * merkle.TILE_WIDTH


class LogBroken(Exception):
    """The log does not hold; the text says where."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked: events, signed heads, and how many events wait to be sequenced."""

    events: int
    checkpoints: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Proof that one event is in the log under a signed head. Anyone can check it without this system."""

    event: str
    index: int
    proof: tuple[str, ...]
    checkpoint: str


def signing_key() -> Ed25519PrivateKey:
    seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"tutela log key")
    return Ed25519PrivateKey.from_private_bytes(seed.derive(settings.LOG_KEY.encode()))


def verifier() -> merkle.Verifier:
    """The public half, to hand to those who witness this log."""
    return merkle.Verifier.of(signing_key(), name=settings.INSTALLATION)


@transaction.atomic
def sequence(*, at: datetime, limit: int = 50_000, look_back: int = _LOOK_BACK) -> Checkpoint | None:
    """Gives waiting events their place and signs the new head. None when there was nothing to do."""
    _lock()
    last = Leaf.objects.aggregate(index=Max("index"), number=Max("number"))
    size = 0 if last["index"] is None else last["index"] + 1
    pending = list(_waiting(after=(last["number"] or 0) - look_back)[:limit])
    if not pending:
        return None
    numbers = [row[0] for row in pending]
    leaves = merkle.leaf_hashes(leaf_data(row[1:]) for row in pending)
    growth = merkle.append(size, read_tile=_read_tile, leaf_hashes=leaves)
    _keep_leaves(numbers, leaves, start=size)
    _keep_tiles(growth.tiles)
    return _sign(growth.size, growth.root, at=at)


def _lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _waiting(*, after: int) -> Any:
    placed = Leaf.objects.filter(number=OuterRef("number"))
    events = Event.objects.filter(~Exists(placed), number__gt=after).order_by("number")
    return events.values_list("number", *FIELDS)


def _keep_leaves(numbers: list[int], leaves: bytes, *, start: int) -> None:
    rows = [
        Leaf(index=start + place, number=number, hash=leaves[place * 32 : place * 32 + 32])
        for place, number in enumerate(numbers)
    ]
    Leaf.objects.bulk_create(rows, batch_size=300)


def _keep_tiles(tiles: dict[merkle.Tile, bytes]) -> None:
    rows = [Tile(level=tile.level, index=tile.index, hashes=content) for tile, content in tiles.items()]
    Tile.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["level", "index"],
        update_fields=["hashes"],
        batch_size=300,
    )


def _read_tile(tile: merkle.Tile) -> bytes:
    row = Tile.objects.filter(level=tile.level, index=tile.index).only("hashes").first()
    return bytes(row.hashes) if row else b""


def _sign(size: int, root: bytes, *, at: datetime) -> Checkpoint:
    text = merkle.format_checkpoint(merkle.Checkpoint(origin=settings.INSTALLATION, size=size, root=root))
    note = merkle.sign_note(text, name=settings.INSTALLATION, private_key=signing_key())
    return Checkpoint.objects.create(size=size, root=root, note=note, signed_at=at)


@contextmanager
def one_moment() -> Iterator[None]:
    """Whatever is read in this block is of one moment, and nobody who writes meanwhile has to wait."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            _execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
        return
    _execute("BEGIN DEFERRED")  # a reader's: Django's own would keep everybody else from writing
    try:
        yield
    finally:
        _execute("ROLLBACK")


def verify() -> Verified:
    """Recomputes the log from the events as they are now. Raises LogBroken at the first fault.

    Takes a few megabytes however long the log is. Call it in `one_moment`, lest the log grows under it."""
    size, heads, missing = _size_without_a_gap(), 0, 0
    tree = _Tree()
    while tree.size < size:
        start = tree.size
        leaves, gone = _recomputed(start=start, end=min(start + _RUN, size))
        missing += gone
        tree.grow(leaves)
        _check_tiles(
            tree.lowest, Q(level=0, index__gte=start // merkle.TILE_WIDTH), Q(index__lt=tree.tiles_wide)
        )
        heads += _check_heads(tree, after=start)
    if missing:
        raise LogBroken(f"{missing} recorded events are missing.")
    _check_tiles(tree.upper, ~Q(level=0) | Q(index__gte=tree.tiles_wide))
    _check_that_heads_end_at(size)
    return Verified(events=size, checkpoints=heads, waiting=Event.objects.count() - size)


class _Tree:
    """The tree that the events make now. Of the lowest tiles, nearly all that there are, it holds a run's."""

    def __init__(self) -> None:
        self.size = 0
        self.lowest: dict[tuple[int, int], bytes] = {}
        self.upper: dict[tuple[int, int], bytes] = {}

    @property
    def tiles_wide(self) -> int:
        """How many tiles the leaves fill, the last of them perhaps in part."""
        return -(-self.size // merkle.TILE_WIDTH)

    def grow(self, leaves: bytes) -> None:
        growth = merkle.append(self.size, read_tile=self.read_tile, leaf_hashes=leaves)
        self.size = growth.size
        grown = {(tile.level, tile.index): content for tile, content in growth.tiles.items()}
        self.lowest = {place: content for place, content in grown.items() if place[0] == 0}
        self.upper |= {place: content for place, content in grown.items() if place[0] > 0}

    def read_tile(self, tile: merkle.Tile) -> bytes:
        return (self.upper if tile.level else self.lowest).get((tile.level, tile.index), b"")


def _size_without_a_gap() -> int:
    found = Leaf.objects.aggregate(count=Count("index"), first=Min("index"), last=Max("index"))
    size: int = found["count"]
    if size and (found["first"], found["last"]) != (0, size - 1):
        raise LogBroken("The numbering of the log has a gap.")
    return size


def _recomputed(*, start: int, end: int) -> tuple[bytes, int]:
    """The leaf hashes of these places as their events give them now, and how many events are gone."""
    found = places(start=start, end=end)
    if len(found.numbers) != end - start:
        raise LogBroken("The numbering of the log has a gap.")
    gone = found.data.count(None)
    if not gone and merkle.leaf_hashes(cast("list[bytes]", found.data)) == found.kept:
        return found.kept, 0
    for at, (number, data) in enumerate(zip(found.numbers, found.data, strict=True)):
        kept = found.kept[at * merkle.HASH_SIZE : (at + 1) * merkle.HASH_SIZE]
        if data is not None and merkle.leaf_hash(data) != kept and not _says_the_same(number, kept):
            raise LogBroken(f"Entry {start + at} is not what was recorded.")
    return found.kept, gone


def _says_the_same(number: int, kept: bytes) -> bool:
    """Whether an event that is written in another way is still what was hashed."""
    try:
        values = Event.objects.filter(number=number).values_list(*FIELDS).get()
        return merkle.leaf_hash(leaf_data(values)) == kept
    except (TypeError, ValueError, AttributeError):  # a column holds what no application could have written
        return False


def _check_tiles(tiles: dict[tuple[int, int], bytes], *which: Q) -> None:
    stored = Tile.objects.filter(*which).values_list("level", "index", "hashes")
    if {(level, index): bytes(hashes) for level, index, hashes in stored.iterator(5_000)} != tiles:
        raise LogBroken("The stored tree does not belong to these events.")


def _check_heads(tree: _Tree, *, after: int) -> int:
    """How many heads were signed since the tree had that size; each must be over this tree as it was then."""
    heads, known = 0, [verifier()]
    for row in Checkpoint.objects.filter(size__gt=after, size__lte=tree.size).order_by("size"):
        head = _opened(row, known)
        if head.size != row.size or head.root != merkle.root_of_tiles(head.size, read_tile=tree.read_tile):
            raise LogBroken(f"The first {row.size} events are not those that were signed.")
        heads += 1
    return heads


def _check_that_heads_end_at(size: int) -> None:
    beyond = Checkpoint.objects.exclude(size__gt=0, size__lte=size).order_by("size").first()
    if beyond is not None:
        said = _opened(beyond, [verifier()]).size
        raise LogBroken(f"A signed head says {said} events; only {size} are here.")
    newest = Checkpoint.objects.aggregate(size=Max("size"))["size"]
    if newest is not None and newest != size:
        raise LogBroken("The newest events have no signed head.")


def _opened(row: Checkpoint, known: list[merkle.Verifier]) -> merkle.Checkpoint:
    try:
        return merkle.parse_checkpoint(merkle.verify_note(row.note, verifiers=known).text)
    except merkle.NoteRefused as refused:
        raise LogBroken(f"The signature on the head of size {row.size} does not hold.") from refused


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def prove(event_id: UUID) -> Inclusion:
    """The proof for one event under the newest head. Raises LogBroken when the event has no place yet."""
    values = Event.objects.filter(id=event_id).values_list("number", *FIELDS).first()
    leaf = Leaf.objects.filter(number=values[0]).first() if values else None
    head = Checkpoint.objects.order_by("-size").first()
    if values is None or leaf is None or head is None:
        raise LogBroken("This event is not in the log yet.")
    proof = merkle.inclusion_proof(leaf.index, size=head.size, read_tile=_read_tile)
    return Inclusion(
        event=leaf_data(values[1:]).decode(),
        index=leaf.index,
        proof=tuple(step.hex() for step in proof),
        checkpoint=head.note,
    )
