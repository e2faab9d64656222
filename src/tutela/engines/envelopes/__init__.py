"""What Tutela encrypts, and how: fields, keys, messages to a desk, files, reporters' secrets, tokens."""

from tutela.engines.envelopes.fields import (
    KEY_ID_SIZE,
    KEY_SIZE,
    envelope_key_id,
    field_context,
    new_key,
    open_field,
    seal_field,
    unwrap_key,
    wrap_key,
)
from tutela.engines.envelopes.framing import EnvelopeDamaged, EnvelopeRefused, UnknownVersion, WrongKey
from tutela.engines.envelopes.reporters import (
    DerivationCost,
    ReporterKeys,
    SecretMistyped,
    derive_reporter_keys,
    new_secret,
    parse_secret,
)
from tutela.engines.envelopes.sealed import KeyPair, new_keypair, open_sealed, public_key_of, seal_to
from tutela.engines.envelopes.streams import CHUNK_SIZE, open_stream, seal_stream
from tutela.engines.envelopes.tokens import blind_token

__all__ = [
    "CHUNK_SIZE",
    "KEY_ID_SIZE",
    "KEY_SIZE",
    "DerivationCost",
    "EnvelopeDamaged",
    "EnvelopeRefused",
    "KeyPair",
    "ReporterKeys",
    "SecretMistyped",
    "UnknownVersion",
    "WrongKey",
    "blind_token",
    "derive_reporter_keys",
    "envelope_key_id",
    "field_context",
    "new_key",
    "new_keypair",
    "new_secret",
    "open_field",
    "open_sealed",
    "open_stream",
    "parse_secret",
    "public_key_of",
    "seal_field",
    "seal_stream",
    "seal_to",
    "unwrap_key",
    "wrap_key",
]
