"""What ties adverts together besides their words: what it is, where it stands, how plainly it was written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What can be found in a text."""

    PHONE = "phone"
    HANDLE = "handle"
    EMAIL = "email"
    LINK = "link"
    WALLET = "wallet"
    PRICE = "price"
    PLACE = "place"
    DATE = "date"


CONTACTS = frozenset({Kind.PHONE, Kind.HANDLE, Kind.EMAIL, Kind.LINK, Kind.WALLET})
"""By these a reader reaches somebody: they link adverts, and are kept as keyed hashes."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing found: `value` is written one way whatever the advert did, `start` and `end` are places in
    the raw text (characters), `obscured` says that it was written to hide it from machines, `detail` what
    is sure of it (a phone's region, "not validated", a currency)."""

    kind: Kind
    value: str
    start: int
    end: int
    obscured: bool = False
    detail: str = ""
