"""The keys that a person is found by: never one trait, always several that together few people share.

A key is made of two skeletons of names, or of one and a date of birth, and so on: about 25 bits or more.
Names are a set, for clerks swap them; of each the caller gives a coarse skeleton, which survives most ways of
spelling, and a fine one. Months and days are kept in the order of their size, so that a swapped pair is the
same; years have bands that overlap, for ages are often guessed. A date on a 1 January counts as a guess: it
gives its bands and its year, and no day.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

__all__ = ["MOST_KEYS", "PROFILE", "Born", "Key", "Recipe", "Traits", "Word", "keys_of", "profile_hash"]

PROFILE = "1"
"""Of the recipes below. Both sides have the same one, and the same one of the skeletons, or nothing is
asked.
"""
MOST_KEYS = 24
_MOST_WORDS = 3
_BAND = 6
_TWICE = re.compile(r"(.)\1+")
_SPELLED = str.maketrans("yw", "iv", "h")


class Recipe(StrEnum):
    """What a key is made of."""

    NAMES_YEAR = "two names, year"
    NAMES_DAY = "two names, month and day"
    NAMES_BAND = "two names, a band of six years, sex"
    NAMES_FINE = "two names spelled alike, nationality"
    NAMES_SEX = "two names, nationality, sex"
    NAME_DATE = "a name, date of birth"
    NAME_MONTH = "a name, year and month, nationality, sex"
    NAME_YEAR = "a name spelled alike, the other's initial, year, nationality"
    NAME_DAY = "a name, month and day, nationality, sex"
    LETTERS_DATE = "two initials, date of birth, nationality"
    BEGINNING_DATE = "the beginning of a name, date of birth, nationality, sex"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name: its coarse skeleton, and its Latin letters, of which a little is folded here."""

    coarse: str
    latin: str

    @property
    def fine(self) -> str:
        """The spelling without what clerks leave to chance: y and i, w and v, h, letters written twice."""
        return _TWICE.sub(r"\1", self.latin.translate(_SPELLED).replace("ou", "u"))


@dataclass(frozen=True, slots=True)
class Born:
    """A date of birth, perhaps without its day or month; `guessed` where the file says so."""

    year: int
    month: int | None = None
    day: int | None = None
    guessed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What keys are made of; what is not known is empty or None. The caller leaves out particles."""

    words: tuple[Word, ...]
    born: Born | None = None
    sex: str = ""
    nationality: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What is hashed, and by which recipe it was made."""

    recipe: Recipe
    content: bytes


def keys_of(traits: Traits) -> tuple[Key, ...]:
    """At most MOST_KEYS keys of a person, each once; fewer where less is known."""
    words = _chosen(traits.words)
    found = dict.fromkeys(
        Key(recipe, _content(recipe, parts)) for recipe, parts in _parts(traits, words) if all(parts)
    )
    return tuple(list(found)[:MOST_KEYS])


def profile_hash(skeletons: str) -> bytes:
    """16 bytes that stand for the recipes here and the version of the caller's skeletons."""
    text = f"tutela matching {PROFILE}; skeletons {skeletons}; {MOST_KEYS}; {'; '.join(Recipe)}"
    return hashlib.sha256(text.encode()).digest()[:16]


def _chosen(words: Iterable[Word]) -> list[Word]:
    """The three words that tell most: the longest skeletons; then by spelling, so that their order is
    nothing.
    """
    unique = dict.fromkeys(word for word in words if word.coarse)
    return sorted(unique, key=lambda word: (-len(word.coarse), word.coarse, word.latin))[:_MOST_WORDS]


def _parts(traits: Traits, words: Sequence[Word]) -> Iterator[tuple[Recipe, tuple[str, ...]]]:
    """Keys of all pairs and of all words, those that say most first."""
    sex, nationality = traits.sex, traits.nationality
    year, month, day, date = _dates(traits.born)
    pairs = [sorted(pair, key=lambda word: (word.coarse, word.latin)) for pair in combinations(words, 2)]
    for one, other in pairs:
        yield Recipe.NAMES_YEAR, (one.coarse, other.coarse, year)
        yield Recipe.NAMES_DAY, (one.coarse, other.coarse, day)
        yield Recipe.NAMES_SEX, (one.coarse, other.coarse, nationality, sex)
    for word in words:
        yield Recipe.NAME_DATE, (word.coarse, date)
        yield Recipe.NAME_DAY, (word.coarse, day, nationality, sex)
    for one, other in pairs[:1]:
        yield from _parts_of_the_first_pair(traits, one, other)
    for word in words:
        yield Recipe.NAME_MONTH, (word.coarse, month, nationality, sex)
    for word in words[:2]:
        yield Recipe.BEGINNING_DATE, (word.coarse[:2], date, nationality, sex)


def _parts_of_the_first_pair(
    traits: Traits, one: Word, other: Word
) -> Iterator[tuple[Recipe, tuple[str, ...]]]:
    year, _, _, date = _dates(traits.born)
    for band in _bands(year):
        yield Recipe.NAMES_BAND, (one.coarse, other.coarse, band, traits.sex)
    yield Recipe.NAMES_FINE, (*sorted((one.fine, other.fine)), traits.nationality)
    yield Recipe.LETTERS_DATE, (*sorted((one.coarse[:1], other.coarse[:1])), date, traits.nationality)
    for word, beside in ((one, other), (other, one)):
        yield Recipe.NAME_YEAR, (word.fine, beside.coarse[:1], year, traits.nationality)


def _dates(born: Born | None) -> tuple[str, str, str, str]:
    """Year, year and month, month and day, and whole date; empty where it is not known or guessed."""
    if born is None:
        return "", "", "", ""
    year = str(born.year)
    if born.guessed or born.month is None or born.day is None or (born.month, born.day) == (1, 1):
        return year, "", "", ""
    less, more = sorted((born.month, born.day))
    return year, f"{year}-{born.month}", f"{less}.{more}", f"{year}:{less}.{more}"


def _bands(year: str) -> tuple[str, ...]:
    """Two bands of six years that overlap by half: years at most three apart share one."""
    if not year:
        return ()
    return f"a{int(year) // _BAND}", f"b{(int(year) + _BAND // 2) // _BAND}"


def _content(recipe: Recipe, parts: Sequence[str]) -> bytes:
    """One spelling for one key: no part can run into the next."""
    return b"\x00".join(part.encode() for part in ("tutela", PROFILE, recipe.name, *parts))
