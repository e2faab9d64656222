"""The words that a person's name is searched by."""

from __future__ import annotations

import re

from tutela.engines.names.scripts import latin_words
from tutela.engines.names.sounds import sound_code

__all__ = ["name_words", "prefix_words"]

LONGEST_TEXT = 1000
MOST_WORDS = 32

_ASCII_WORD = re.compile(r"[a-z0-9]+")
# Words that many names share and clerks leave out. Short words that are full names elsewhere (Do, Le, An) are
# not here.
_PARTICLE_TEXT = """al el ul il bin ibn ben bint binti binte ould wuld abu abou umm oum
    abd abdul abdel abdal abdoul abdol van von der de da das dos del della di du la"""
_PARTICLES = frozenset(_PARTICLE_TEXT.split())


def name_words(text: str) -> tuple[str, ...]:
    """Return the words to search a name by: sorted, each once, lower-case ASCII letters and digits.

    A word depends on nothing but itself, so any part of a name finds the whole. Particles (al, bin, van, de)
    count only where a name has nothing else. At most 32 words of 24 characters; text after 1,000 characters
    is not read.
    """
    text = text[:LONGEST_TEXT]
    if text.isascii() and text.isprintable():
        latin = _ASCII_WORD.findall(text.lower().replace("'", "").replace("`", ""))
    else:
        latin = latin_words(text)
    particles, words = set(), set()
    for word in latin:
        code = sound_code(word)
        if word in _PARTICLES or code in _PARTICLES:
            particles.add(word if word in _PARTICLES else code)
        else:
            words.add(code)
    return tuple(sorted(words or particles)[:MOST_WORDS])


def prefix_words(word: str, *, shortest: int = 3, longest: int = 5) -> tuple[str, ...]:
    """Return the beginnings of one normalised word, ``shortest`` to ``longest`` characters, shortest first.

    To store a word keep all of them; to ask for a beginning take the last. A shorter word has none.
    """
    return tuple(word[:length] for length in range(shortest, min(longest, len(word)) + 1))
