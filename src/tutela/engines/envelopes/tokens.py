"""Tokens by which sealed names can be searched without being read."""

from __future__ import annotations

import hmac
from base64 import b32encode
from hashlib import sha256
from typing import Final

from tutela.engines.envelopes.fields import KEY_SIZE
from tutela.engines.envelopes.framing import join_unambiguously

TOKEN_SIZE: Final = 8


def blind_token(word: str, *, key: bytes, label: str) -> str:
    """Turn a normalised word into 13 letters and digits that only the key's holder can compute again.

    HMAC-SHA256 cut to 64 bits, base32 in lower case. `label` keeps the kinds apart (a given name from a phone
    number). Equal words give equal tokens: who sees many can count them. Raises ValueError for a bad key.
    """
    if len(key) != KEY_SIZE:
        raise ValueError("a key is 32 bytes long")
    message = join_unambiguously(b"tutela token", label.encode(), word.encode())
    digest = hmac.new(key, message, sha256).digest()[:TOKEN_SIZE]
    return b32encode(digest).decode().rstrip("=").lower()
