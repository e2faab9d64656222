"""Adverts as they were written, in pieces that can be aligned and shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

from tutela.engines.patterns.letters import UNSPACED, UNSPACED_RANGES
from tutela.engines.patterns.normalising import BREAK_PIECE, NUMBER_TOKEN, remembered
from tutela.engines.patterns.pieces import SIGN


@dataclass(frozen=True, slots=True)
class Written:
    """One advert as it was written, in pieces that can be aligned; `codes` has a character for each piece."""

    raw: str
    pieces: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    codes: str
    is_number: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.pieces)

    def text(self, start: int, end: int) -> str:
        """The raw text of pieces `start` to before `end`."""
        return self.raw[self.places[start][0] : self.places[end - 1][1]] if start < end else ""


_WRITTEN = re.compile(rf"{UNSPACED.pattern}|[^\s{UNSPACED_RANGES}]+")


def written(text: str, *, longest: int = 1_000) -> Written:
    """The pieces of an advert that hold a word or number, `longest` at most, with their places in it."""
    pieces, places, codes, numbers = [], [], [], []
    for found in _WRITTEN.finditer(text.replace(BREAK_PIECE, " ")):
        made = remembered(found.group())
        made = b"".join(made[i : i + 4] for i in range(0, len(made), 4) if made[i] & 7 != SIGN)
        if not made:
            continue
        pieces.append(found.group())
        places.append(found.span())
        numbers.append(made == NUMBER_TOKEN.tobytes())
        codes.append(0x10000 + (int.from_bytes(blake2b(made, digest_size=4).digest(), "little") & 0xFFFFF))
        if len(pieces) == longest:
            break
    return Written(text, tuple(pieces), tuple(places), "".join(map(chr, codes)), tuple(numbers))
