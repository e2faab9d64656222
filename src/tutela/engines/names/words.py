"""The words that a person's name is searched by."""

from __future__ import annotations

import re

from tutela.engines.names.scripts import latin_words
from tutela.engines.names.sounds import sound_code

__all__ = ["every_word", "name_words", "prefix_words"]

LONGEST_TEXT = 1000
MOST_WORDS = 32

_ASCII_WORD = re.compile(r"[a-z0-9]+")
# Words that many names share and clerks leave out. Short words that are whole names elsewhere (Do, Du, Le,
# An) are not here.
_PARTICLE_TEXT = """al el ul il bin ibn ben bint binti binte ould wuld abu abou umm oum
    abd abdul abdel abdal abdoul abdol van von der de da das dos del della di la"""
_PARTICLES = frozenset(_PARTICLE_TEXT.split())


def name_words(text: str) -> tuple[str, ...]:
    """Return the words to search a name by: sorted, each once, lower-case ASCII letters and digits.

    A word depends on nothing but itself. Particles (al, bin, van, de) are asked for only where there is
    nothing else, because clerks leave them out; a name is kept by `every_word`, so that any part of it finds
    the whole (Văn, De and La are names of many people). At most 32 words of 24 characters; text after 1,000
    characters is not read. A text with a letter has a word.
    """
    words, particles = _sorted_out(text)
    return tuple(sorted(words or particles)[:MOST_WORDS])


def every_word(text: str) -> tuple[str, ...]:
    """Return the words to keep a name by: those of `name_words`, and its particles."""
    words, particles = _sorted_out(text)
    return (*sorted(words)[:MOST_WORDS], *sorted(particles))[:MOST_WORDS]


def _sorted_out(text: str) -> tuple[set[str], set[str]]:
    """The codes of the words of `text`, and apart from them its particles."""
    text = text[:LONGEST_TEXT]
    if text.isascii() and text.isprintable():
        latin = _ASCII_WORD.findall(text.lower().replace("'", "").replace("`", ""))
    else:
        latin = latin_words(text)
    words, particles = set(), set()
    for word in latin:
        code = sound_code(word)
        if word in _PARTICLES or code in _PARTICLES:
            particles.add(word if word in _PARTICLES else code)
        else:
            words.add(code)
    return words, particles


def prefix_words(word: str, *, shortest: int = 3, longest: int = 5) -> tuple[str, ...]:
    """Return the beginnings of one normalised word, ``shortest`` to ``longest`` characters, shortest first.

    To store a word keep all of them; to ask for a beginning take the last. A shorter word has none.
    """
    return tuple(word[:length] for length in range(shortest, min(longest, len(word)) + 1))
