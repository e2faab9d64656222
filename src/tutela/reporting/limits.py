"""Keeps one sender from flooding a desk, without knowing anybody: buckets in memory with hourly names.

Nothing here is stored or logged. A sender's bucket is named by a keyed hash of the address; the key is drawn
anew each hour and then forgotten, with all buckets. Behind our own proxy or an onion address everybody looks
alike, so only the bucket of the whole desk counts there."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
from dataclasses import dataclass
from threading import Lock
from typing import Final

HOUR: Final = 3600
MOST_BUCKETS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, then one more each `seconds`."""

    burst: int
    seconds: float


FROM_ONE_SENDER: Final = Limit(burst=20, seconds=20)
AT_ONE_DESK: Final = Limit(burst=200, seconds=1)


class TooMany(Exception):
    """Try again in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many in a short time")
        self.seconds = seconds


class Buckets:
    """Token buckets; times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._hour = -1
        self._key = b""
        self._full_at: dict[bytes, float] = {}

    def take(self, *, desk: str, address: str, now: float) -> None:
        """Takes one token of the desk, and one of the sender; raises TooMany when either has none."""
        with self._lock:
            self._begin_hour(int(now // HOUR))
            wanted = [(self._name(desk), AT_ONE_DESK)]
            if not _is_ours(address):
                wanted.append((self._name(f"{desk}|{address}"), FROM_ONE_SENDER))
            waits = [self._wait(name, limit, now) for name, limit in wanted]
            if max(waits) > 0:
                raise TooMany(int(max(waits)) + 1)
            for name, limit in wanted:
                self._full_at[name] = max(self._full_at.get(name, now), now) + limit.seconds

    def _begin_hour(self, hour: int) -> None:
        if hour != self._hour or len(self._full_at) > MOST_BUCKETS:
            self._hour, self._key, self._full_at = hour, os.urandom(32), {}

    def _name(self, whose: str) -> bytes:
        return hmac.new(self._key, whose.encode(), hashlib.sha256).digest()[:16]

    def _wait(self, name: bytes, limit: Limit, now: float) -> float:
        """Seconds until there is a token: a bucket is empty when it would need burst x seconds to fill."""
        until_full = max(self._full_at.get(name, now) - now, 0)
        return until_full - (limit.burst - 1) * limit.seconds


def _is_ours(address: str) -> bool:
    """The address of a proxy beside us, or none at all: it says nothing about who sends."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True
