"""The master key: where it comes from, behind one small class so that a key service can take its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tutela.engines import envelopes


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """Wraps with the current key; unwraps with it or with an older one still listed."""

    keys: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def from_secrets(cls, secrets: tuple[str, ...]) -> MasterKeys:
        return cls(tuple((hashlib.sha256(s.encode()).digest()[:16], _stretch(s)) for s in secrets))

    def wrap(self, key: bytes, *, context: bytes) -> bytes:
        key_id, master = self.keys[0]
        return envelopes.seal_field(key, key=master, key_id=key_id, context=context)

    def unwrap(self, wrapped: bytes, *, context: bytes) -> bytes:
        wanted = envelopes.envelope_key_id(wrapped)
        for key_id, master in self.keys:
            if key_id == wanted:
                return envelopes.open_field(wrapped, key=master, key_id=key_id, context=context)
        raise envelopes.WrongKey("The master key that wrapped this is not listed; see TUTELA_MASTER_KEY_OLD.")

    def is_current(self, wrapped: bytes) -> bool:
        return envelopes.envelope_key_id(wrapped) == self.keys[0][0]


def _stretch(secret: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"tutela master key").derive(
        secret.encode()
    )


def master_keys() -> MasterKeys:
    return _master_keys((settings.MASTER_KEY, *settings.MASTER_KEYS_OLD))


@lru_cache(maxsize=4)
def _master_keys(secrets: tuple[str, ...]) -> MasterKeys:
    return MasterKeys.from_secrets(secrets)
