"""Templates of invented adverts in three styles, and their members: slots filled, and edited at a rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from benchmarks.adverts_speech import chain

_NAMES = [
    "Anna", "Mia", "Lola", "Maya", "Vika", "Sofia", "Lina", "Rosa", "Nina", "Elena", "Amara", "Fatou",
    "Ling", "Noi", "Ploy", "Daria", "Ines", "Carla", "Bruna", "Zara",
]  # fmt: skip
_PLACES = [
    "Berlin", "Vienna", "Paris", "Madrid", "Lisbon", "Athens", "Sofia", "Chisinau", "Kyiv", "Milan",
    "Rome", "Dubai", "Doha", "Bangkok", "Manila", "Lagos", "Nairobi", "Accra", "Mumbai", "Delhi",
    "Toronto", "Miami", "Houston", "Bogota", "Lima",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    kind: int


def _template(language: str, chance: np.random.Generator) -> list[str | Slot]:
    """A chain of 18 to 64 words with up to five common phrases and two to five slots in it."""
    speech = chain(language)
    words: list[str | Slot] = list(speech.walks(1, int(chance.integers(18, 65)), chance)[0])
    for _ in range(int(chance.integers(0, 6))):
        at = int(chance.integers(0, len(words)))
        words[at:at] = speech.boilerplate[int(chance.integers(len(speech.boilerplate)))]
    for _ in range(int(chance.integers(2, 6))):
        words.insert(int(chance.integers(0, len(words))), Slot(int(chance.integers(5))))
    return words


def _filled(slot: Slot, language: str, chance: np.random.Generator) -> str:
    match slot.kind:
        case 0:
            return _NAMES[int(chance.integers(len(_NAMES)))]
        case 1:
            return _PLACES[int(chance.integers(len(_PLACES)))]
        case 2:
            return f"{'€$£'[int(chance.integers(3))]}{int(chance.integers(4, 90)) * 10}"
        case 3:
            return str(int(chance.integers(18, 40)))
    return chain(language).word(chance)


class ByChain:
    def __init__(self, language: str, chance: np.random.Generator) -> None:
        self._language, self._chance = language, chance
        self._template = _template(language, chance)

    def member(self, rate: float) -> list[str]:
        """One advert of the template: slots filled, words dropped, changed, added, exchanged at `rate`."""
        words = [
            _filled(w, self._language, self._chance) if isinstance(w, Slot) else w for w in self._template
        ]
        edited: list[str] = []
        draws = self._chance.random((len(words), 2))
        for word, (whether, how) in zip(words, draws.tolist(), strict=True):
            if whether >= rate:
                edited.append(word)
            elif how < 0.4:
                edited.append(chain(self._language).word(self._chance))
            elif how < 0.8:
                edited += [word, chain(self._language).word(self._chance)] if how < 0.6 else []
            elif edited:
                edited.insert(-1, word)
        return edited


class BySentences:
    """Five to nine sentences of which some may be missing, in places exchanged, with a list of prices."""

    def __init__(self, language: str, chance: np.random.Generator) -> None:
        self._language, self._chance = language, chance
        speech = chain(language)
        self._sentences = [
            speech.walks(1, int(chance.integers(6, 14)), chance)[0]
            for _ in range(int(chance.integers(5, 10)))
        ]
        self._sentences[0] = list(speech.boilerplate[int(chance.integers(len(speech.boilerplate)))])
        self._prices = int(chance.integers(2, 6))

    def member(self, rate: float) -> list[str]:
        chance = self._chance
        kept = [s for s in self._sentences if chance.random() >= rate / 3]
        if len(kept) > 2 and chance.random() < rate:
            at = int(chance.integers(len(kept) - 1))
            kept[at], kept[at + 1] = kept[at + 1], kept[at]
        words = [_slipped(w, chance) if chance.random() < rate / 2 else w for s in kept for w in s]
        words.insert(len(words) // 2, _filled(Slot(int(chance.integers(2))), self._language, chance))
        for minutes in range(self._prices):
            words += [f"{30 * (minutes + 1)}min", f"{int(chance.integers(5, 50)) * 10}", ":)"]
        return words


class ByLines:
    """Four to eight lines in any order: a head, and an answer of some words; two or three answers vary."""

    def __init__(self, language: str, chance: np.random.Generator) -> None:
        self._language, self._chance = language, chance
        speech = chain(language)
        count = int(chance.integers(4, 9))
        self._heads = [speech.walks(1, int(chance.integers(1, 3)), chance)[0] for _ in range(count)]
        self._answers = [speech.walks(1, int(chance.integers(3, 10)), chance)[0] for _ in range(count)]
        self._varied = set(chance.choice(count, int(chance.integers(2, 4)), replace=False).tolist())

    def member(self, rate: float) -> list[str]:
        chance, speech = self._chance, chain(self._language)
        lines = []
        for place, (head, answer) in enumerate(zip(self._heads, self._answers, strict=True)):
            varied = place in self._varied
            said = [_filled(Slot(int(chance.integers(4))), self._language, chance)] if varied else answer
            said = [speech.word(chance) if chance.random() < rate else word for word in said]
            lines.append([*head, ":", *said, "\n"])
        if chance.random() < rate:
            at = int(chance.integers(len(lines) - 1))
            lines[at], lines[at + 1] = lines[at + 1], lines[at]
        return [word.upper() if chance.random() < 0.1 else word for line in lines for word in line]


def _slipped(word: str, chance: np.random.Generator) -> str:
    """A slip of the keyboard: two letters exchanged, or one twice."""
    if len(word) < 3:
        return word
    at = int(chance.integers(len(word) - 1))
    if chance.random() < 0.5:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[: at + 1] + word[at:]
