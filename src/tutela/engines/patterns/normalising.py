"""Words of adverts as numbers that can be compared, many adverts at once.

Every distinct written piece is normalised once and remembered, so that a word that a million adverts share
costs one look-up. No text is kept: the caller's raw text stays as it was, beside what is found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.engines.patterns.pieces import (
    BREAK,
    FEWEST_NUMBER_WORDS,
    FEWEST_SPACED_LETTERS,
    KIND,
    LETTER,
    NUMBER,
    NUMBER_WORD,
    SIGN,
    Sign,
    tokens_of,
)

ALGORITHM_VERSION = 1
"""Stored beside whatever is kept of tokens and sketches: another version means that all is read anew."""
NUMBER_TOKEN = np.uint32(NUMBER)
REMEMBERED = 400_000
LONG = 40
"""Pieces longer than this hardly come twice, and are not remembered."""

_BREAK_TOKEN = np.uint32(BREAK)
BREAK_PIECE = "\x01"
_SPACED = re.compile(rf"(?<!\S)(?:[^\W\d_][\s.\-_*]+){{{FEWEST_SPACED_LETTERS - 1},}}[^\W\d_](?!\S)")
_WIDE = re.compile(r"\s{2,}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Adverts as one flat array: advert i is `flat[offsets[i]:offsets[i + 1]]`.

    `flat` is uint32, the lowest three bits say the kind; `offsets` is int64, one more than there are adverts;
    `signs` is uint8, the Sign flags of each advert.
    """

    flat: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    signs: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.offsets) - 1


def tokens(texts: Sequence[str], *, longest: int = 1_000) -> Tokens:
    """Normalise a batch of adverts; of each, `longest` tokens at most are kept.

    Any text is accepted: empty, of any script, with half surrogates. All numbers become one token, so
    adverts that differ in a telephone, an age or a price have equal tokens.
    """
    safe = [text.replace(BREAK_PIECE, " ") if BREAK_PIECE in text else text for text in texts]
    raw = _raw(safe)
    apart = _letters_apart(raw)
    if len(apart):
        raw = _replaced(raw, apart, [_raw([_SPACED.sub(_joined, safe[place])]) for place in apart])
    return _finished(raw, len(texts), apart, longest)


def _raw(texts: Sequence[str]) -> NDArray[np.uint32]:
    """All tokens with a BREAK after each advert, numbers in words not yet read, signs in between."""
    pieces = f" {BREAK_PIECE} ".join(texts).split()
    if len(_known) > REMEMBERED:
        _known.clear()
    joined = b"".join(map(_known.__getitem__, pieces))
    return np.append(np.frombuffer(joined, dtype=np.uint32), _BREAK_TOKEN)


def _letters_apart(raw: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The adverts that hold at least four single letters in a row."""
    letter = (raw & KIND) == LETTER
    run = letter.copy()
    for shift in range(1, FEWEST_SPACED_LETTERS):
        run[shift:] &= letter[:-shift]
        run[:shift] = False
    advert = np.cumsum((raw & KIND) == BREAK)
    return np.unique(advert[run])


def _replaced(
    raw: NDArray[np.uint32], places: NDArray[np.int64], others: list[NDArray[np.uint32]]
) -> NDArray[np.uint32]:
    """`raw` with the tokens of the adverts at `places` exchanged."""
    ends = np.flatnonzero((raw & KIND) == BREAK) + 1
    parts, done = [], 0
    for place, other in zip(places, others, strict=True):
        parts += [raw[done : ends[place - 1] if place else 0], other]
        done = ends[place]
    return np.concatenate([*parts, raw[done:]])


def _joined(found: re.Match[str]) -> str:
    """Letters with one blank between them are one word; two blanks or more part words."""
    return " ".join("".join(filter(str.isalpha, word)) for word in _WIDE.split(found.group()))


def _finished(raw: NDArray[np.uint32], count: int, apart: NDArray[np.int64], longest: int) -> Tokens:
    """Take out signs, read runs of numbers as one number, cut what is too long, find where adverts begin."""
    kind = raw & KIND
    advert = np.cumsum(kind == BREAK)
    signs = np.zeros(count + 1, dtype=np.uint8)
    marked = kind == SIGN
    np.bitwise_or.at(signs, advert[marked], (raw[marked] >> np.uint32(3)).astype(np.uint8))
    signs[apart] |= np.uint8(Sign.SPACING)
    raw, kind, advert = raw[~marked], kind[~marked], advert[~marked]
    raw, kept, in_words = _numbers(raw, kind)
    np.bitwise_or.at(signs, advert[in_words], np.uint8(Sign.NUMBER_WORDS))
    raw, advert = raw[kept], advert[kept]
    real = (raw & KIND) != BREAK
    raw, advert = raw[real], advert[real]
    offsets = np.searchsorted(advert, np.arange(count + 1)).astype(np.int64)
    if len(raw) and int(np.diff(offsets).max(initial=0)) > longest:
        place = np.arange(len(raw)) - offsets[advert]
        raw, advert = raw[place < longest], advert[place < longest]
        offsets = np.searchsorted(advert, np.arange(count + 1)).astype(np.int64)
    return Tokens(flat=raw, offsets=offsets, signs=signs[:count])


def _numbers(
    raw: NDArray[np.uint32], kind: NDArray[np.uint32]
) -> tuple[NDArray[np.uint32], NDArray[np.bool_], NDArray[np.int64]]:
    """Tokens with numbers read; which of them stay; where a number of three or more words begins.

    One word of number alone stays a word ("one of us"); beside a digit or another such word it is a number.
    """
    like = (kind == NUMBER) | (kind == NUMBER_WORD)
    starts = np.flatnonzero(like & ~np.concatenate(([False], like[:-1])))
    ends = np.flatnonzero(like & ~np.concatenate((like[1:], [False]))) + 1
    words = np.concatenate(([0], np.cumsum(kind == NUMBER_WORD)))
    spelled = words[ends] - words[starts]
    number = (ends - starts > 1) | (spelled == 0)
    starts, ends, spelled = starts[number], ends[number], spelled[number]
    kept = np.ones(len(raw) + 1, dtype=np.int8)
    change = np.zeros(len(raw) + 1, dtype=np.int32)
    np.add.at(change, starts + 1, 1)
    np.add.at(change, ends, -1)
    kept[np.cumsum(change) > 0] = 0
    raw = raw.copy()
    raw[starts] = NUMBER_TOKEN
    return raw, kept[:-1].astype(bool), starts[spelled >= FEWEST_NUMBER_WORDS]


class _Known(dict[str, bytes]):
    """Written pieces already normalised."""

    def __missing__(self, piece: str) -> bytes:
        made = _BREAK_TOKEN.tobytes() if piece == BREAK_PIECE else tokens_of(piece)
        if len(piece) <= LONG:
            self[piece] = made
        return made


_known = _Known()


def remembered(piece: str) -> bytes:
    """`pieces.tokens_of`, looked up where the piece was met before."""
    return _known[piece]
