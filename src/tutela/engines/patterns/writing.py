"""Adverts as they were written, in pieces that can be aligned and shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from tutela.engines.patterns.letters import UNSPACED, UNSPACED_RANGES
from tutela.engines.patterns.normalising import BREAK_PIECE, remembered
from tutela.engines.patterns.pieces import NUMBER, NUMBER_WORD, SIGN

_WRITTEN = re.compile(rf"{UNSPACED.pattern}|[^\s{UNSPACED_RANGES}]+")
_NUMBER_CODE = "\U000f0001"


@dataclass(frozen=True, slots=True)
class Written:
    """One advert as it was written, in pieces that can be aligned; `codes` has a character for each piece.

    A number is one piece, also where it is written in several or in words, and all numbers have one code.
    """

    raw: str
    places: tuple[tuple[int, int], ...]
    codes: str

    def __len__(self) -> int:
        return len(self.codes)

    def is_number(self, place: int) -> bool:
        """Whether the piece is a number."""
        return self.codes[place] == _NUMBER_CODE

    def text(self, start: int, end: int) -> str:
        """The raw text of pieces `start` to before `end`."""
        return self.raw[self.places[start][0] : self.places[end - 1][1]] if start < end else ""

    def respelled(self, start: int, end: int, spelling: Mapping[int, str]) -> str:
        """As `text`, with other spellings of some pieces by their number."""
        found = []
        for place in range(start, end):
            found.append(spelling.get(place) or self.text(place, place + 1))
            if place + 1 < end:
                found.append(self.raw[self.places[place][1] : self.places[place + 1][0]])
        return "".join(found)


def written(text: str, *, longest: int = 1_000) -> Written:
    """The pieces of an advert that hold a word or number, `longest` at most, with their places in it."""
    places: list[tuple[int, int]] = []
    codes: list[str] = []
    words: list[bool] = []
    for found in _WRITTEN.finditer(text.replace(BREAK_PIECE, " ")):
        code, number_word = _code(found.group())
        if code:
            places.append(found.span())
            codes.append(code)
            words.append(number_word)
            if len(codes) == longest:
                break
    return _numbers_joined(text, places, codes, words)


def _numbers_joined(text: str, places: list[tuple[int, int]], codes: list[str], words: list[bool]) -> Written:
    """Runs of two or more numbers and words of number as one number, as `normalising` reads them."""
    kept_places: list[tuple[int, int]] = []
    kept_codes: list[str] = []
    at = 0
    while at < len(codes):
        end = at
        while end < len(codes) and (words[end] or codes[end] == _NUMBER_CODE):
            end += 1
        if end - at > 1:
            kept_places.append((places[at][0], places[end - 1][1]))
            kept_codes.append(_NUMBER_CODE)
            at = end
        else:
            kept_places.append(places[at])
            kept_codes.append(codes[at])
            at += 1
    return Written(text, tuple(kept_places), "".join(kept_codes))


@lru_cache(maxsize=262_144)
def _code(piece: str) -> tuple[str, bool]:
    """A character for what the piece reads as, none where that is nothing; whether it is a digit in words."""
    made = remembered(piece)
    kinds = [made[i] & 7 for i in range(0, len(made), 4)]
    read = b"".join(made[4 * i : 4 * i + 4] for i, kind in enumerate(kinds) if kind != SIGN)
    real = [kind for kind in kinds if kind != SIGN]
    if not real:
        return "", False
    if all(kind == NUMBER for kind in real):
        return _NUMBER_CODE, False
    place = int.from_bytes(blake2b(read, digest_size=4).digest(), "little") % 0xDFFFF
    return chr(0x10000 + place), real == [NUMBER_WORD]
