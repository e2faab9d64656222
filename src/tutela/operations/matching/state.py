"""What the answering side keeps: a table for everybody who may ask, and sealed, what opens it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
from cryptography.exceptions import InvalidSignature

from tutela.engines.matching import LANES, RATES, Table
from tutela.engines.matching.sharing import HANDLE, WIDTH
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, number
from tutela.operations.matching.agreement import Party
from tutela.operations.matching.secret import Secret, What, put
from tutela.operations.refusals import Refused

__all__ = [
    "Kept",
    "Published",
    "destroy",
    "number_of",
    "read_kept",
    "read_table",
    "write_kept",
    "write_table",
]

TABLE, SEALED, HITS, PENDING, STOPPED = "table.bin", "sealed.bin", "hits", "pending", "stopped"
HANDLES_LIVE = timedelta(days=31)
"""After a reply is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What the asking side is given. `room`: for how many records, not how many there are."""

    pair: str
    period: str
    profile: bytes
    public: bytes
    threshold: int
    room: int
    table: Table
    number: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What nobody else sees: the secret key of the period, and the record behind each handle."""

    secret: int
    number: bytes
    records: Mapping[bytes, str]
    canaries: frozenset[bytes]


def number_of(header: bytes, cells: bytes) -> bytes:
    """By which both sides name one table."""
    return hashlib.sha256(header + b"\n" + cells).digest()[:16]


def write_table(folder: Path, published: Published, secret: Secret) -> bytes:
    """Signed and in one piece; returns its number."""
    header = json.dumps(
        {
            "tutela": "matching table",
            "pair": published.pair,
            "period": published.period,
            "profile": published.profile.hex(),
            "public": published.public.hex(),
            "threshold": published.threshold,
            "room": published.room,
            "salt": published.table.salt.hex(),
            "cells": published.table.cells.shape[1],
        },
        sort_keys=True,
    ).encode()
    cells = published.table.cells.tobytes()
    number = number_of(header, cells)
    signature = secret.signing.sign(b"table" + number + hashlib.sha256(header + cells).digest())
    put(folder / TABLE, signature + header + b"\n" + cells)
    return number


def read_table(content: bytes, of: Party) -> Published:
    """Raises Refused for what is no table, or none of this agency."""
    signature, rest = content[:64], content[64:]
    header, _newline, cells = rest.partition(b"\n")
    try:
        name = number_of(header, cells)
        of.public.verify(signature, b"table" + name + hashlib.sha256(header + cells).digest())
        found = json.loads(header)
        shape = (LANES, int(found["cells"]), WIDTH)
        published = Published(
            pair=found["pair"],
            period=found["period"],
            profile=bytes.fromhex(found["profile"]),
            public=bytes.fromhex(found["public"]),
            threshold=int(found["threshold"]),
            room=int(found["room"]),
            table=Table(
                salt=bytes.fromhex(found["salt"]), cells=np.frombuffer(cells, dtype=np.uint8).reshape(shape)
            ),
            number=name,
        )
    except (InvalidSignature, ValueError, KeyError, TypeError) as error:
        raise Refused(
            _("The table was not made by {agency}, or was changed on the way.").format(agency=of.name)
        ) from error
    if published.threshold not in RATES:
        opens = _(
            "The table of {agency} opens by {keys} keys. Nothing is asked unless it is {least} to {most}."
        )
        raise Refused(
            opens.format(
                agency=of.name,
                keys=number(published.threshold),
                least=number(min(RATES)),
                most=number(max(RATES)),
            )
        )
    return published


def write_kept(folder: Path, kept: Kept, secret: Secret) -> None:
    canaries, records = b"".join(sorted(kept.canaries)), kept.records
    content = json.dumps(
        {
            "secret": f"{kept.secret:064x}",
            "number": kept.number.hex(),
            "canaries": canaries.hex(),
            "records": {handle.hex(): reference for handle, reference in records.items()},
        }
    ).encode()
    put(folder / SEALED, secret.seal(content, what=What.TABLE))


def read_kept(folder: Path, secret: Secret) -> Kept:
    try:
        sealed = (folder / SEALED).read_bytes()
    except OSError as error:
        raise Refused(
            _("{folder} holds no keys. Make some: tutela match prepare.").format(folder=isolated(str(folder)))
        ) from error
    found = json.loads(secret.unseal(sealed, what=What.TABLE))
    canaries = bytes.fromhex(found["canaries"])
    return Kept(
        secret=int(found["secret"], 16),
        number=bytes.fromhex(found["number"]),
        records={bytes.fromhex(handle): reference for handle, reference in found["records"].items()},
        canaries=frozenset(canaries[n : n + HANDLE] for n in range(0, len(canaries), HANDLE)),
    )


def destroy(folder: Path) -> None:
    """Writes over what is sealed and takes the table away: handles and tables elsewhere open nothing any
    more.
    """
    for name in (SEALED, TABLE):
        path = folder / name
        if path.exists():
            with path.open("r+b") as file:
                file.write(os.urandom(min(path.stat().st_size, 1 << 20)))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
