"""Places named in a text, from a list of places that the caller gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from tutela.engines.patterns.entities.kinds import Entity, Kind

_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"
)
"""Signs above, below and beside letters, which are letters of a word too."""
_LETTER = rf"(?:[^\W\d_]|[{_MARKS}])"
_WORD = re.compile(rf"{_LETTER}+(?:['’\-]{_LETTER}+)*")
_MOST_WORDS = 3
_LONGEST_NAME = 24
LARGE = 1_000_000
"""People from which a place is found even where it is written in small letters, as adverts often are."""
_NO_CAPITALS = re.compile(
    r"[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1200-\u137f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A town: its name, its country (ISO 3166-1), where it lies (degrees) and how many live there."""

    name: str
    country: str
    latitude: float
    longitude: float
    people: int


class Gazetteer:
    """Names of places in every spelling, and how to find them in a text.

    Of places with one name the largest is taken, unless the advert's own countries are known and one lies
    there. A word of daily speech that is also a small town is not a place.
    """

    def __init__(self, places: Iterable[tuple[Place, Sequence[str]]]) -> None:
        """`places` with their other spellings."""
        self._named: dict[str, list[Place]] = {}
        for place, others in places:
            for name in dict.fromkeys([place.name, *others]):
                key = _key(name)
                if len(key) >= (2 if _NO_CAPITALS.search(key) else 4):
                    self._named.setdefault(key, []).append(place)
        for same in self._named.values():
            same.sort(key=lambda place: -place.people)

    def __len__(self) -> int:
        return len(self._named)

    def find(
        self, text: str, *, countries: Sequence[str] = (), everyday: Set[str] = frozenset()
    ) -> list[Entity]:
        """Places in `text`, longest names first; `countries` are those the advert is known to be from,
        `everyday` words that are no place by themselves, but for the name of a large town."""
        words = [(one.group(), one.start(), one.end()) for one in _WORD.finditer(text)]
        found, at = [], 0
        while at < len(words):
            used, place = self._at(words, at, countries, everyday)
            if place is not None:
                found.append(_entity(place, words[at][1], words[at + used - 1][2]))
            at += used
        return found + self._without_spaces(text, countries)

    def _at(
        self, words: Sequence[tuple[str, int, int]], at: int, countries: Sequence[str], everyday: Set[str]
    ) -> tuple[int, Place | None]:
        for used in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            written = [word for word, _, _ in words[at : at + used]]
            name = " ".join(written).lower()
            same = self._named.get(name)
            place = _nearest(same, countries) if same else None
            if place is not None and _is_named(written, place):
                if name in everyday and not (place.people >= LARGE and place.name.lower() == name):
                    continue
                return used, place
        return 1, None

    def _without_spaces(self, text: str, countries: Sequence[str]) -> list[Entity]:
        """Names inside scripts without spaces between words: the longest at each place, two signs or more."""
        found = []
        for run in _NO_SPACES.finditer(text):
            at, written = 0, run.group()
            while at < len(written):
                for length in range(min(_LONGEST_NAME, len(written) - at), 1, -1):
                    same = self._named.get(written[at : at + length])
                    place = _nearest(same, countries) if same and length < len(written) else None
                    if place is not None:
                        found.append(_entity(place, run.start() + at, run.start() + at + length))
                        break
                else:
                    length = 1
                at += length
        return found


def everyday_words(texts: Iterable[str], *, least: int = 2) -> set[str]:
    """Words that these texts write small at least `least` times, and more often than with a capital.

    They are words of daily speech, whatever the language: Mobile, Reading and Best are towns too.
    """
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    for text in texts:
        for word in _WORD.findall(text):
            (small if word[0].islower() else large)[word.lower()] += 1
    return {word for word, times in small.items() if times >= least and times > large[word]}


def _entity(place: Place, start: int, end: int) -> Entity:
    return Entity(Kind.PLACE, f"{place.name}, {place.country}", start, end, detail=place.country)


def _nearest(same: Sequence[Place], countries: Sequence[str]) -> Place | None:
    return next((place for place in same if place.country in countries), same[0])


def _is_named(written: Sequence[str], place: Place) -> bool:
    """Whether the words are meant as a name: with a capital, in a script without, or of a large town."""
    if _NO_CAPITALS.search(written[0]) or place.people >= LARGE:
        return True
    return all(word[0].isupper() for word in written) and (len(written) > 1 or not written[0].isupper())


def _key(name: str) -> str:
    return " ".join(_WORD.findall(name)).lower()


def coordinates(places: Iterable[tuple[Place, Sequence[str]]]) -> Mapping[str, tuple[float, float]]:
    """Where each place lies, by the value that its entities have."""
    return {f"{one.name}, {one.country}": (one.latitude, one.longitude) for one, _ in places}
