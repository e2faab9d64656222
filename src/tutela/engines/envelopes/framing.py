"""What every envelope shares: its refusals, and joining parts so that no two lists of parts look alike."""

from __future__ import annotations


class EnvelopeRefused(Exception):
    """The envelope was not opened; nothing of its content may be used."""


class EnvelopeDamaged(EnvelopeRefused):
    """The envelope was altered, cut, moved to another place, or sealed under another key."""


class UnknownVersion(EnvelopeRefused):
    """The envelope was written by a version or suite that this program does not know."""


class WrongKey(EnvelopeRefused):
    """The envelope names another key than the one that was offered."""


def join_unambiguously(*parts: bytes) -> bytes:
    """Join parts, each behind its length in four bytes, so that ("ab", "c") never equals ("a", "bc")."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
