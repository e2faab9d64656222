"""Unmistakable words of the cast and of the world, and the search for them in whatever spelling."""

from __future__ import annotations

import base64
import json

from tests import cast as characters
from tests.proofs.world import PHONE, WORD_ARABIC

STEM = "zzcanary"
NAME_WORDS = (*characters.AMINA.split()[1:], *characters.AMINA_ARABIC.split())


def needles() -> dict[str, bytes]:
    """What is looked for, in every spelling that a program may give it."""
    words = [STEM, WORD_ARABIC, PHONE, PHONE.removeprefix("+44"), *NAME_WORDS]
    found = {}
    for word in words:
        found[word] = word.lower().encode()
        found[f"{word} (utf-16)"] = word.lower().encode("utf-16-le")
        if not word.isascii():
            found[f"{word} (escaped)"] = json.dumps(word)[1:-1].lower().encode()
    found["hex"] = STEM.encode().hex().encode()
    for shift in range(3):
        encoded = base64.b64encode(b"-" * shift + STEM.encode() + b"---")
        start = 4 if shift else 0
        found[f"base64 {shift}"] = encoded[start : start + 8].lower()
    return found


def found_in(content: bytes) -> list[str]:
    """The spellings that are in `content`."""
    lowered = content.lower()
    return [name for name, needle in needles().items() if needle in lowered]
