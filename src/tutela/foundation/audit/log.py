"""The Merkle log over all events: sequencing, signed heads, proofs, and the check that nothing changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef

from tutela.engines import merkle
from tutela.foundation.audit.models import Checkpoint, Event, Leaf, Tile

FIELDS = (
    "id",
    "at",
    "actor_id",
    "actor_organisation_id",
    "organisation_id",
    "verb",
    "kind",
    "object_id",
    "person_id",
    "purpose",
    "basis",
    "outcome",
    "details",
)
_LOCK = 7_383_521
# Transactions may commit out of order: the sequencer looks this far back for late ones, `verify` everywhere.
_LOOK_BACK = 20_000


# One encoder for all: json.dumps would make a new one for each event.
_as_json = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


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


def leaf_data(values: tuple[Any, ...]) -> bytes:
    """The bytes of one event that are hashed: its FIELDS as JSON, in order."""
    at: datetime = values[1]
    texts = [None if value is None else str(value) for value in values[2:12]]
    return _as_json(
        [str(values[0]), at.astimezone(UTC).isoformat(timespec="microseconds"), *texts, values[12]]
    ).encode()


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


def verify() -> Verified:
    """Recomputes the log from the events as they are now. Raises LogBroken at the first fault."""
    hashes_now = _recomputed()
    count = len(hashes_now) // 32
    tiles: dict[tuple[int, int], bytes] = {}

    def read_tile(tile: merkle.Tile) -> bytes:
        return tiles.get((tile.level, tile.index), b"")

    growth = merkle.append(0, read_tile=read_tile, leaf_hashes=hashes_now)
    tiles.update({(tile.level, tile.index): content for tile, content in growth.tiles.items()})
    _check_tiles(tiles)
    checkpoints = _check_checkpoints(count, read_tile)
    return Verified(events=count, checkpoints=checkpoints, waiting=_waiting(after=-1).count())


def _recomputed() -> bytes:
    """The leaf hashes as the events give them now; each compared with the one that was kept."""
    leaves = dict(Leaf.objects.values_list("number", "index").iterator(chunk_size=20_000))
    kept = b"".join(
        bytes(h) for h in Leaf.objects.order_by("index").values_list("hash", flat=True).iterator(20_000)
    )
    if sorted(leaves.values()) != list(range(len(leaves))):
        raise LogBroken("The numbering of the log has a gap.")
    now = bytearray(len(kept))
    found = 0
    for row in _all_events():
        index = leaves.get(row[0])
        if index is None:
            continue
        found += 1
        digest = merkle.leaf_hash(leaf_data(row[1:]))
        if kept[index * 32 : index * 32 + 32] != digest:
            raise LogBroken(f"Entry {index} is not what was recorded.")
        now[index * 32 : index * 32 + 32] = digest
    if found != len(leaves):
        raise LogBroken(f"{len(leaves) - found} recorded events are missing.")
    return bytes(now)


def _all_events() -> Iterator[tuple[Any, ...]]:
    return iter(Event.objects.order_by("number").values_list("number", *FIELDS).iterator(chunk_size=20_000))


def _check_tiles(tiles: dict[tuple[int, int], bytes]) -> None:
    stored = {(t.level, t.index): bytes(t.hashes) for t in Tile.objects.all().iterator(chunk_size=5_000)}
    if stored != tiles:
        raise LogBroken("The stored tree does not belong to these events.")


def _check_checkpoints(count: int, read_tile: merkle.ReadTile) -> int:
    known, checked = [verifier()], 0
    for row in Checkpoint.objects.order_by("size"):
        try:
            head = merkle.parse_checkpoint(merkle.verify_note(row.note, verifiers=known).text)
        except merkle.NoteRefused as refused:
            raise LogBroken(f"The signature on the head of size {row.size} does not hold.") from refused
        if head.size > count:
            raise LogBroken(f"A signed head says {head.size} events; only {count} are here.")
        if head.root != merkle.root_of_tiles(head.size, read_tile=read_tile):
            raise LogBroken(f"The first {head.size} events are not those that were signed.")
        checked += 1
    if checked and head.size != count:
        raise LogBroken("The newest events have no signed head.")
    return checked


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
