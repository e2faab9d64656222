"""One written piece of an advert, what stands between two blanks, as tokens that can be compared.

What was done to hide a word is undone and noted: digits for letters, letters of another alphabet, invisible
characters, digits as pictures, words pulled apart.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from enum import IntFlag
from functools import lru_cache
from hashlib import blake2b
from typing import Literal

import numpy as np

from tutela.engines.patterns.letters import (
    BY_SHAPE,
    INNOCENT,
    INVISIBLE,
    KEYCAP,
    LEET,
    RUN,
    STYLED,
    UNSPACED,
    UNUSUAL,
    in_one_script,
)
from tutela.engines.patterns.numerals import SPACED_WORDS, UNSPACED_WORDS

WORD, NUMBER_WORD, NUMBER, CHARACTER, LETTER, BREAK, SIGN = range(7)
"""What a token is, in its lowest three bits: CHARACTER is a piece of a script that writes without blanks."""
KIND = np.uint32(7)
FEWEST_SPACED_LETTERS = 4
FEWEST_NUMBER_WORDS = 3
_LONGEST = 2_000
_SIZE = 4
_ORDER: Literal["little", "big"] = sys.byteorder

_PLAIN = re.compile(r"[^a-z0-9@$!|'_]*([a-z]+)[^a-z0-9@$!|'_]*")
_FRAGMENT = re.compile(r"[a-z0-9@$!|]+")
_APART = re.compile(r"\W*(?:[^\W\d_][.\-_*·•|/\\~]+){3,}[^\W\d_]\W*")
_BETWEEN = re.compile(r"[.\-_*·•|/\\~]+")
_EDGE_DIGITS = re.compile("^([0-9]{2,}|[0-9](?=[a-z]$))|([0-9]{2,})$")
_DIGITS = re.compile("([0-9]+)")
_LEET_LETTERS = str.maketrans(LEET)
_UNSPACED_NUMBERS = "|".join(sorted(UNSPACED_WORDS, key=len, reverse=True))
_LONG_NUMBERS = re.compile(f"(?:{_UNSPACED_NUMBERS}){{{FEWEST_NUMBER_WORDS},}}")


class Sign(IntFlag):
    """What somebody did so that a machine would not read the advert; each may be innocent."""

    LEET = 1
    HOMOGLYPH = 2
    INVISIBLE = 4
    EMOJI_DIGIT = 8
    NUMBER_WORDS = 16
    SPACING = 32
    STYLED = 64


SIGN_WORDS: dict[Sign, str] = {
    Sign.LEET: "digits or symbols stand for letters",
    Sign.HOMOGLYPH: "letters of another alphabet stand inside words",
    Sign.INVISIBLE: "invisible characters stand inside words",
    Sign.EMOJI_DIGIT: "digits are written as pictures",
    Sign.NUMBER_WORDS: "a number is written in words",
    Sign.SPACING: "words are pulled apart letter by letter",
    Sign.STYLED: "letters are written in decorative characters",
}
_LEET, _HOMOGLYPH, _INVISIBLE, _EMOJI, _IN_WORDS, _SPACING, _STYLED = (int(sign) for sign in Sign)


def tokens_of(piece: str) -> bytes:
    """The tokens of what stands between two blanks, as bytes of uint32 in the machine's own order.

    A token is 29 bits of a digest and three bits of its kind. A token of kind SIGN holds Sign flags instead.
    """
    if piece.isascii():
        if piece.isalpha():
            return _token(piece.lower()).to_bytes(_SIZE, _ORDER)
        if plain := _PLAIN.fullmatch(small := piece.lower()):
            return _token(plain[1]).to_bytes(_SIZE, _ORDER)
        found: list[int] = []
        signs = _latin(small[:_LONGEST], found)
    else:
        found = []
        signs = _any_script(piece[:_LONGEST], found)
    if signs:
        found.append(signs << 3 | SIGN)
    return b"".join([token.to_bytes(_SIZE, _ORDER) for token in found])


def _latin(piece: str, found: list[int]) -> int:
    """Words and numbers of a small ASCII piece."""
    signs = 0
    if _APART.fullmatch(piece):
        piece, signs = _BETWEEN.sub("", piece), _SPACING
    for fragment in _FRAGMENT.findall(piece.replace("'", "")):
        signs |= _fragment(fragment.strip("!|"), found)
    return signs


def _fragment(fragment: str, found: list[int]) -> int:
    """A run of Latin letters, digits and the symbols that may stand for letters."""
    if fragment.isalpha():
        found.append(_token(fragment))
        return 0
    if fragment.strip("0123456789@$!|") == "":
        if fragment.strip("@$!|"):
            found.append(NUMBER)
        return 0
    while (edge := _EDGE_DIGITS.search(fragment)) and edge.end() - edge.start() < len(fragment):
        found.append(NUMBER)
        fragment = fragment[edge.end() :] if edge.start() == 0 else fragment[: edge.start()]
    found.append(_token(fragment.translate(_LEET_LETTERS)))
    inner = fragment[1:-1]
    return _LEET if inner and not inner.isalpha() else 0


def _any_script(piece: str, found: list[int]) -> int:
    """Undo what Unicode allows, then part the piece by kind of script."""
    signs = 0
    if UNUSUAL.search(piece):
        shown = piece.translate(INVISIBLE)
        if len(shown) != len(piece):
            signs |= _EMOJI if KEYCAP in piece else 0
            signs |= _INVISIBLE if _hides(piece) else 0
        drawn = "".join(BY_SHAPE.get(ord(c), "") for c in shown)
        signs |= _EMOJI if any(map(str.isdigit, drawn)) else 0
        signs |= _STYLED if any(map(str.isalpha, drawn)) else 0
        piece = shown.translate(BY_SHAPE)
    signs |= _STYLED if STYLED.search(piece) else 0
    for run in RUN.finditer(unicodedata.normalize("NFKC", piece).casefold()):
        if run.lastgroup == "unspaced":
            signs |= _characters(run.group(), found)
            continue
        plain, mixed = in_one_script(run.group())
        signs |= _HOMOGLYPH if mixed else 0
        signs |= _latin(plain, found) if plain.isascii() else _other(plain, found)
    return signs


def _hides(piece: str) -> bool:
    """Whether an invisible character, that no spelling needs, stands between two letters."""
    hidden = [i for i, c in enumerate(piece) if ord(c) in INVISIBLE and c not in INNOCENT]
    first = next((i for i, c in enumerate(piece) if c.isalnum()), len(piece))
    last = len(piece) - next((i for i, c in enumerate(reversed(piece)) if c.isalnum()), len(piece))
    return any(first < i < last for i in hidden)


def _other(word: str, found: list[int]) -> int:
    """A word of a script that is not Latin; digits in it are numbers."""
    for part in _DIGITS.split(word):
        if part[:1].isdigit() and part.isascii():
            found.append(NUMBER)
        elif part:
            found.append(_token(part))
    return 0


def _characters(run: str, found: list[int]) -> int:
    """One token for each character of a script without blanks, with the marks that belong to it."""
    parts = _LONG_NUMBERS.split(run)
    for place, part in enumerate(parts):
        if place:
            found.append(NUMBER)
        found.extend([_character(cluster) for cluster in UNSPACED.findall(part)])
    return _IN_WORDS if len(parts) > 1 else 0


@lru_cache(maxsize=65_536)
def _character(cluster: str) -> int:
    return _hash(cluster) | CHARACTER


@lru_cache(maxsize=65_536)
def _token(word: str) -> int:
    if word in SPACED_WORDS:
        return _hash(word) | NUMBER_WORD
    return _hash(word) | (LETTER if len(word) == 1 else WORD)


def _hash(word: str) -> int:
    """29 bits of a digest that is the same on every machine and in every year, above three empty ones."""
    digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()
    return int.from_bytes(digest, "little") & ~7
