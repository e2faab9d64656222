"""The six digits that an authenticator app would show now (RFC 6238), for the demonstration accounts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct


def totp(secret: str, *, at: float, digits: int = 6, period: int = 30) -> str:
    """The code for a base32 `secret` at `at`, in seconds since 1970: RFC 4226, 5.3, over RFC 6238's step."""
    cleaned = secret.replace(" ", "").upper()
    key = base64.b32decode(cleaned + "=" * (-len(cleaned) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // period), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)
