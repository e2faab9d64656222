"""The reference of a case: short, sayable on a bad line, with nothing of the person in it."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

# No vowels, so that no word appears; no 0, 1, I, L, O, which are mistaken for each other.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 5
_SHAPE = re.compile(rf"^(\d\d)-?([{ALPHABET}]{{{LENGTH}}})$")


def new_reference(at: datetime) -> str:
    """For example "26-K7QF3", by lot from 17 million a year; the caller draws again when it is taken."""
    return f"{at:%y}-{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"


def as_reference(text: str) -> str:
    """`text` as a reference is written, or empty when it is none."""
    found = _SHAPE.match(text.strip().upper().replace(" ", ""))
    return f"{found[1]}-{found[2]}" if found else ""


def left_to_right(reference: str) -> str:
    """A reference between isolates, so that on a page of either direction no part changes place."""
    return f"\u2066{reference}\u2069"
